"""The engine socket's server: sessions, recogniser, voice and translator for whoever connects. Knows no engine."""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from aiohttp import web

from model import served_requests, wire
from model.limits import Limits
from model.line import Line
from model.metrics import EngineMetrics
from model.served_session import MAX_REASON_CHARS, ServedSession
from model.types import (
    CapacityError,
    Engine,
    InputError,
    MovableEngine,
    Recogniser,
    Session,
    SessionLostError,
    Translator,
    Voice,
)

logger = logging.getLogger(__name__)
Service = TypeVar("Service")
Opening = TypeVar("Opening", bound=wire.Message)
ABSENT_RETRY_S = 60.0  # what the server lacks it may have after a restart


@dataclass(frozen=True, slots=True)
class Bind:
    """Where the server listens and whom it lets in."""

    host: str = "127.0.0.1"
    port: int = 0  # 0 takes a free one
    unix_path: Path | None = None  # instead of host and port
    token: str | None = field(default=None, repr=False)


class EngineServer:
    """Serves what it is given; `async with EngineServer(engine=…) as server`, then `server.url`.

    It does not own the services: whoever made them closes them, after the server.
    """

    def __init__(
        self,
        engine: Engine | None = None,
        recogniser: Recogniser | None = None,
        voice: Voice | None = None,
        translator: Translator | None = None,
        bind: Bind | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._engine = engine
        self._recogniser = recogniser
        self._voice = voice
        self._translator = translator
        self._bind = bind or Bind()
        self._limits = limits or Limits()
        self.metrics = EngineMetrics()
        self._lines: set[Line] = set()
        self._sessions: dict[str, ServedSession] = {}
        self._session_ended = asyncio.Event()
        self._is_draining = False
        self._num_requests = 0
        self._is_closing = False
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The address for EngineClient; known once the server has been entered."""
        assert self._runner is not None, "the server is not running"
        if self._bind.unix_path is not None:
            return f"unix:{self._bind.unix_path}"
        host = f"[{self._bind.host}]" if ":" in self._bind.host else self._bind.host
        return f"ws://{host}:{self._runner.addresses[0][1]}"

    async def __aenter__(self) -> EngineServer:
        """Raises OSError when the address is taken."""
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.get("/healthz", self._health),
                web.get("/readyz", self._health),
                web.get("/metrics", self._show_metrics),
                web.get("/v1/session", self._route(self._hold_session)),
                web.get("/v1/recognise", self._route(self._recognise)),
                web.get("/v1/speak", self._route(self._speak)),
                web.get("/v1/translate", self._route(self._translate)),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=self._limits.close_s)
        await self._runner.setup()
        try:
            if self._bind.unix_path is not None:
                site: web.BaseSite = web.UnixSite(self._runner, str(self._bind.unix_path))
            else:
                site = web.TCPSite(self._runner, self._bind.host, self._bind.port)
            await site.start()
        except BaseException:
            await self._runner.cleanup()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tell every session that it is lost, then end."""
        self._is_closing = True
        async with asyncio.TaskGroup() as tasks:
            for line in tuple(self._lines):
                tasks.create_task(_dismiss(line, "the engine server shuts down"), name="dismiss a connection")
        for session in tuple(self._sessions.values()):
            session.end()  # also one that waits for its client to come back
            await session.closed.wait()
        if self._runner is not None:
            await self._runner.cleanup()

    async def drain(self) -> None:
        """Take nothing new and hand each session over at its next step; returns when all are gone, or after a while."""
        self._is_draining = True
        for session in self._sessions.values():
            session.leave(time.monotonic())
        with suppress(TimeoutError):
            async with asyncio.timeout(self._limits.drain_s):
                while self._sessions:
                    self._session_ended.clear()
                    await self._session_ended.wait()

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """No browser, no stranger without the token, no crowd."""
        if "Origin" in request.headers:
            raise web.HTTPForbidden(text="web pages do not speak to the engine")
        token = self._bind.token
        if token is not None and request.path not in ("/healthz", "/readyz"):
            given = request.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
                raise web.HTTPUnauthorized(text="wrong or missing token")
        is_full = len(self._lines) >= self._limits.max_connections
        is_leaving = self._is_draining and request.path not in ("/healthz", "/metrics")
        if self._is_closing or is_full or is_leaving:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": f"{self._limits.retry_after_s:.0f}"})
        return await handler(request)

    async def _health(self, request: web.Request) -> web.Response:
        open_sessions = self.metrics.sessions_open
        return web.json_response({"status": "ok", "sessions": open_sessions, "max_sessions": self._limits.max_sessions})

    async def _show_metrics(self, request: web.Request) -> web.Response:
        return web.Response(text=self.metrics.text(self._engine), content_type="text/plain")

    def _route(
        self, serve: Callable[[Line], Awaitable[None]]
    ) -> Callable[[web.Request], Awaitable[web.WebSocketResponse]]:
        async def connection(request: web.Request) -> web.WebSocketResponse:
            socket = web.WebSocketResponse(
                max_msg_size=wire.MAX_FRAME_BYTES, timeout=self._limits.close_s, compress=False
            )
            await socket.prepare(request)
            line = Line(socket, self._limits.send_s)
            self._lines.add(line)
            try:
                await self._serve(line, serve)
            finally:
                self._lines.discard(line)
                await line.close()
            return socket

        return connection

    async def _serve(self, line: Line, serve: Callable[[Line], Awaitable[None]]) -> None:
        """A connection's edge: whatever goes wrong is told to this client and ends here."""
        try:
            await serve(line)
        except CapacityError as error:
            self.metrics.sessions_refused_total += 1
            await _tell(line, wire.Refused(str(error), error.retry_after_s))
        except InputError as error:
            self.metrics.bad_messages_total += 1
            logger.info("closing a connection: %s", error)
            await _tell(line, wire.Failed("input", str(error)[:MAX_REASON_CHARS]))
        except SessionLostError as error:
            logger.info("connection ended: %s", error)
            await _tell(line, wire.Failed("lost", str(error)[:MAX_REASON_CHARS]))
        except Exception:
            self.metrics.sessions_lost_total += 1
            logger.exception("an engine failed")
            await _tell(line, wire.Failed("lost", "the engine failed; its log says why"))

    async def _hold_session(self, line: Line) -> None:
        opening = await line.receive(self._limits.open_s)
        if isinstance(opening, wire.Resume):
            await self._resume_session(line, opening)
            return
        engine = self._need(self._engine, "engine")
        if self.metrics.sessions_open >= self._limits.max_sessions:
            raise CapacityError(f"all {self._limits.max_sessions} sessions are taken", self._limits.retry_after_s)
        self.metrics.sessions_open += 1
        try:
            served = ServedSession(await _begin(engine, opening), self._limits, self.metrics)
            self.metrics.sessions_opened_total += 1
            with self._running(served):
                await served.hold(line)
        finally:
            self.metrics.sessions_open -= 1
        await line.send(wire.Closed())

    async def _resume_session(self, line: Line, asked: wire.Resume) -> None:
        served = self._sessions.get(asked.session)
        if served is None or served.has_ended:
            raise SessionLostError("this server has no such session any more; open a new one")
        await served.resume(line, asked.index)
        if served.has_ended:
            await served.closed.wait()
            await line.send(wire.Closed())

    @contextmanager
    def _running(self, served: ServedSession) -> Generator[None]:
        self._sessions[served.id] = served
        if self._is_draining:  # it was being opened when the drain began
            served.leave(time.monotonic())
        try:
            yield
        finally:
            del self._sessions[served.id]
            self._session_ended.set()

    async def _recognise(self, line: Line) -> None:
        asked = await self._opening(line, wire.Recognise)
        recogniser = self._need(self._recogniser, "recogniser")
        with self._request():
            await served_requests.recognise(line, asked, recogniser, self._limits)

    async def _speak(self, line: Line) -> None:
        asked = await self._opening(line, wire.Speak)
        voice = self._need(self._voice, "voice")
        with self._request():
            await served_requests.speak(line, asked, voice, self._limits)

    async def _translate(self, line: Line) -> None:
        asked = await self._opening(line, wire.Translate)
        translator = self._need(self._translator, "translator")
        with self._request():
            await served_requests.translate(line, asked, translator)

    async def _opening(self, line: Line, kind: type[Opening]) -> Opening:
        opening = await line.receive(self._limits.open_s)
        if not isinstance(opening, kind):
            raise InputError(f"expected {kind.__name__} first, got {type(opening).__name__}")
        return opening

    def _need(self, service: Service | None, name: str) -> Service:
        if service is None:
            raise CapacityError(f"this server has no {name}", ABSENT_RETRY_S)
        return service

    @contextmanager
    def _request(self) -> Generator[None]:
        if self._num_requests >= self._limits.max_requests:
            raise CapacityError(f"{self._num_requests} requests are being worked on", self._limits.retry_after_s)
        self._num_requests += 1
        self.metrics.requests_total += 1
        try:
            yield
        finally:
            self._num_requests -= 1


async def _begin(engine: Engine, opening: wire.Message) -> Session:
    match opening:
        case wire.Open(settings):
            return await engine.open(settings)
        case wire.Rebuild(record) if isinstance(engine, MovableEngine):
            return await engine.rebuild(record.tobytes())
        case wire.Rebuild():
            raise InputError("this engine takes no exported sessions")
        case _:
            raise InputError(f"expected Open first, got {type(opening).__name__}")


async def _dismiss(line: Line, reason: str) -> None:
    await _tell(line, wire.Failed("lost", reason))
    await line.close()


async def _tell(line: Line, message: wire.Message) -> None:
    """Send the last message of a connection, if anybody is left to read it."""
    with suppress(SessionLostError):
        await line.send(message)
