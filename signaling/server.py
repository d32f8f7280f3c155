"""The signaling server: rooms over WebSockets, guest tokens, health, metrics and the pages, on aiohttp."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from itertools import count

from aiohttp import web

from signaling.config import Config
from signaling.connection import Connection
from signaling.guests import Guests
from signaling.issuer import Issuer
from signaling.limits import Buckets
from signaling.messages import ClientMessage, MessageError
from signaling.metrics import Metrics
from signaling.origins import Origins
from signaling.pages import Pages
from signaling.requests import caller
from signaling.room import Output
from signaling.rooms import Rooms

logger = logging.getLogger(__name__)


@asynccontextmanager
async def serve(config: Config, more_metrics: Callable[[], str] = str) -> AsyncGenerator[Server]:
    """Run a server in this event loop; leaving says goodbye to all and closes every socket.

    `more_metrics` is Prometheus text of whatever shares the process. Raises OSError when the port is taken.
    """
    server = Server(config, more_metrics)
    runner = web.AppRunner(server.app, access_log=None, shutdown_timeout=config.shutdown_timeout_s)
    await runner.setup()
    try:
        await web.TCPSite(runner, config.host, config.port, ssl_context=config.tls).start()
        server.port = int(runner.addresses[0][1])
        logger.info("signaling listens on %s port %d", config.host, server.port)
        yield server
    finally:
        await server.close()
        await runner.cleanup()


class Server:
    """All state of one running server; `serve` makes it."""

    def __init__(self, config: Config, more_metrics: Callable[[], str]) -> None:
        self.port = config.port
        self._more_metrics = more_metrics
        self.metrics = Metrics()
        self._config = config
        self._origins = Origins(config.origins)
        issuer = Issuer(config)
        self._rooms = Rooms(issuer, config.rooms)
        self._connections: dict[str, Connection] = {}
        self._names = count(1)
        self._connects = Buckets(config.connect_rate)
        self._timer: asyncio.TimerHandle | None = None
        self._all_closed = asyncio.Event()
        self._is_closing = False
        guests = Guests(config, self._origins, issuer, self.metrics)
        self.app = web.Application(client_max_size=guests.MAX_BODY_BYTES)
        self.app.router.add_get("/ws", self._accept)
        self.app.router.add_post("/api/guest-token", guests.post)
        self.app.router.add_options("/api/guest-token", guests.options)
        self.app.router.add_get("/healthz", self._health)
        self.app.router.add_get("/metrics", self._show_metrics)
        if config.web is not None:
            self.app.router.add_get("/{path:.*}", Pages(config.web, self._origins).get)

    @property
    def num_sockets(self) -> int:
        return len(self._connections)

    def received(self, socket: str, message: ClientMessage) -> None:
        self._apply(self._rooms.receive(socket, message, time.monotonic()))

    def rejected(self, socket: str, error: MessageError) -> None:
        self._apply(self._rooms.reject(socket, error))

    async def close(self) -> None:
        """Say goodbye to all and wait, not for long, until they are gone."""
        self._is_closing = True
        if self._timer is not None:
            self._timer.cancel()
        self._apply(self._rooms.close("shutdown"))
        if not self._connections:
            return
        try:
            async with asyncio.timeout(self._config.shutdown_timeout_s):
                await self._all_closed.wait()
        except TimeoutError:
            logger.info("%d sockets did not close in time", len(self._connections))

    async def _accept(self, request: web.Request) -> web.StreamResponse:
        self._check(request)
        connection = Connection(f"s{next(self._names)}", request, self, self._config, self.metrics)
        # counted from here on, so that nobody overtakes the limit while upgrades are under way
        self._connections[connection.name] = connection
        try:
            await connection.prepare()
            self.metrics.connections_total += 1
            has_origin = "Origin" in request.headers
            self._apply(self._rooms.connect(connection.name, has_origin, time.monotonic()))
            await connection.run()
        except web.HTTPException:
            raise  # this was no WebSocket
        except (TimeoutError, ConnectionError):
            logger.debug("socket %s broke while opening", connection.name)
        except Exception:
            logger.exception("socket %s is closed by a fault of ours", connection.name)
            self.metrics.crashed_connections_total += 1
        finally:
            del self._connections[connection.name]
            self._apply(self._rooms.disconnect(connection.name, time.monotonic()))
            if not self._connections and self._is_closing:
                self._all_closed.set()
        return connection.response

    def _check(self, request: web.Request) -> None:
        """Raise an HTTP error unless this request may open a socket."""
        origin = request.headers.get("Origin")
        if origin is not None and not self._origins.allow(origin):
            self.metrics.denied_total["origin"] += 1
            raise web.HTTPForbidden(text="pages of this origin may not connect; allow it with --origin\n")
        wait_s = self._connects.take(caller(request, self._config.num_proxies), time.monotonic())
        if wait_s:
            self.metrics.denied_total["connect-rate"] += 1
            raise web.HTTPTooManyRequests(
                text="too many connections from here\n", headers={"Retry-After": f"{int(wait_s) + 1}"}
            )
        if self._is_closing or len(self._connections) >= self._config.max_sockets:
            self.metrics.denied_total["full"] += 1
            raise web.HTTPServiceUnavailable(text="no socket is free now\n", headers={"Retry-After": "5"})

    def _apply(self, outputs: tuple[Output, ...]) -> None:
        for output in outputs:
            connection = self._connections.get(output.socket)
            if connection is not None:
                connection.put(output)
        self._arm()

    def _arm(self) -> None:
        """Have `_tick` called at the rooms' next deadline."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = self._rooms.next_deadline()
        if deadline is not None and not self._is_closing:
            delay_s = max(0.0, deadline - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._tick)

    def _tick(self) -> None:
        self._apply(self._rooms.tick(time.monotonic()))

    async def _health(self, request: web.Request) -> web.Response:
        counts = self._rooms.counts()
        body = {"status": "ok", "rooms": counts["rooms"], "workers": counts["workers"]}
        return web.json_response(body, headers={"Cache-Control": "no-store"})

    async def _show_metrics(self, request: web.Request) -> web.Response:
        text = self.metrics.render(self.num_sockets, self._rooms.counts()) + self._more_metrics()
        return web.Response(text=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
