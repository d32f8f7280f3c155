"""Guest tokens: pages of allowed origins may bring visitors that nobody vouches for."""

from __future__ import annotations

import time

from aiohttp import web

from signaling.config import Config
from signaling.errors import MessageError
from signaling.fields import read_object
from signaling.issuer import Issuer
from signaling.limits import Buckets
from signaling.metrics import Metrics
from signaling.origins import Origins
from signaling.requests import caller
from signaling.values import MAX_NAME_CHARS, NAME_PATTERN, ROOM_PATTERN


class Guests:
    """`POST /api/guest-token` {room, name?} → {token, expires_in_s}."""

    MAX_BODY_BYTES = 4096

    def __init__(self, config: Config, origins: Origins, issuer: Issuer, metrics: Metrics) -> None:
        self._config = config
        self._origins = origins
        self._issuer = issuer
        self._metrics = metrics
        self._rates = Buckets(config.guest_rate)

    async def options(self, request: web.Request) -> web.Response:
        """A browser asks whether a page of another origin may post."""
        self._check_origin(request)
        headers = {
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": "Content-Type",
            "Access-Control-Max-Age": "600",
        }
        return web.Response(status=204, headers=self._cors(request) | headers)

    async def post(self, request: web.Request) -> web.Response:
        self._check_origin(request)
        wait_s = self._rates.take(caller(request, self._config.num_proxies), time.monotonic())
        if wait_s:
            self._metrics.denied_total["guest-rate"] += 1
            retry = {"Retry-After": f"{int(wait_s) + 1}"}
            return self._answer(request, 429, retry, code="rate-limited", message="too many tokens; wait a little")
        try:
            fields = read_object((await request.read()).decode(), self.MAX_BODY_BYTES)
            room = fields.text("room", 64, ROOM_PATTERN)
            name = fields.optional_text("name", MAX_NAME_CHARS, NAME_PATTERN) or ""
        except UnicodeDecodeError:
            return self._answer(request, 400, {}, code="bad-message", message="the body is not UTF-8")
        except MessageError as error:
            return self._answer(request, 400, {}, code=error.code, message=str(error))
        self._metrics.guest_tokens_total += 1
        token = self._issuer.guest_token(room, name)
        return self._answer(request, 200, {}, token=token, expires_in_s=self._config.guest_lifetime_s)

    def _check_origin(self, request: web.Request) -> None:
        if not self._config.is_guest_allowed:
            self._metrics.denied_total["no-guests"] += 1
            raise web.HTTPForbidden(text="this server gives no guest tokens; get one from your own server\n")
        if not self._origins.allow(request.headers.get("Origin")):
            self._metrics.denied_total["origin"] += 1
            raise web.HTTPForbidden(text="guest tokens are for pages of allowed origins; allow it with --origin\n")

    def _answer(self, request: web.Request, status: int, headers: dict[str, str], **body: object) -> web.Response:
        headers = self._cors(request) | {"Cache-Control": "no-store"} | headers
        return web.json_response(body, status=status, headers=headers)

    def _cors(self, request: web.Request) -> dict[str, str]:
        return {"Access-Control-Allow-Origin": request.headers["Origin"], "Vary": "Origin"}
