"""A small signaling server for the page's own tests: one process, no tokens checked, the wire contract only.

What the real server refuses can be asked for by hand: `refusals` answers joins, `drop` cuts a socket.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from aiohttp import WSMsgType, web

WEB = Path(__file__).resolve().parents[2] / "web"
STRICT_POLICY = "default-src 'self'"
Message = dict[str, Any]  # JSON as it crosses the wire


@dataclass(eq=False)
class Seat:
    """A participant's place, kept while the socket is away."""

    id: str
    order: int
    name: str
    role: str
    room: str
    resume: str
    socket: web.WebSocketResponse | None
    media: dict[str, bool] = field(default_factory=dict[str, bool])

    def public(self) -> Message:
        return {"id": self.id, "order": self.order, "name": self.name, "role": self.role, "media": self.media}


class RoomServer:
    """`async with RoomServer() as server:` serves web/ and `/ws` on `server.port`."""

    def __init__(self, policy: str = STRICT_POLICY, host: str = "127.0.0.1") -> None:
        self.policy = policy
        self.host = host
        self.port = 0
        self.seats: dict[str, Seat] = {}
        self.refusals: list[Message] = []  # errors for the next joins, first first
        self.heard: list[Message] = []  # everything clients sent, oldest first
        self.pages: dict[str, tuple[str, str]] = {}  # path → (policy, markup) of further pages
        self._num_seats = 0
        self._runner: web.AppRunner | None = None

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def __aenter__(self) -> RoomServer:
        app = web.Application()
        app.router.add_get("/ws", self._serve_socket)
        app.router.add_post("/api/guest-token", self._give_token)
        app.router.add_get("/{path:.*}", self._serve_file)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for seat in self.seats.values():
            await self.drop(seat)
        if self._runner:
            await self._runner.cleanup()

    async def drop(self, seat: Seat) -> None:
        """Cuts a participant's socket; the place stays."""
        socket, seat.socket = seat.socket, None
        if socket is not None and socket.get_extra_info("socket") is not None:
            transport = socket._req.transport if socket._req else None  # pyright: ignore[reportPrivateUsage]  # no public way to cut a socket without a close frame
            if transport is not None:
                transport.abort()

    async def tell_room(self, room: str, message: Message, but: Seat | None = None) -> None:
        for seat in list(self.seats.values()):
            if seat.room == room and seat is not but and seat.socket is not None and not seat.socket.closed:
                await seat.socket.send_json(message)

    async def _give_token(self, request: web.Request) -> web.Response:
        return web.json_response(
            {"token": "guest", "expires_in_s": 60}, headers={"Access-Control-Allow-Origin": "*"}
        )

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
        if path in self.pages:
            policy, markup = self.pages[path]
            headers["Content-Security-Policy"] = policy
            return web.Response(text=markup, content_type="text/html", headers=headers)
        file = WEB / ("index.html" if path == "/" else path.lstrip("/"))
        if not file.is_file() or WEB not in file.resolve().parents:
            raise web.HTTPNotFound
        headers["Content-Security-Policy"] = self.policy
        return web.FileResponse(file, headers=headers)

    async def _serve_socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        seat: Seat | None = None
        async for raw in socket:
            if raw.type is not WSMsgType.TEXT:
                continue
            message: Message = json.loads(raw.data)
            self.heard.append(message)
            if message["type"] == "join":
                seat = await self._join(socket, message)
            elif seat is not None:
                await self._handle(seat, message)
        if seat is not None and seat.socket is socket:
            seat.socket = None
        return socket

    async def _join(self, socket: web.WebSocketResponse, message: Message) -> Seat | None:
        if self.refusals:
            await socket.send_json({"type": "error", "message": "", **self.refusals.pop(0)})
            return None
        seat = next((s for s in self.seats.values() if s.resume == message.get("resume")), None)
        is_resumed = seat is not None
        if seat is None:
            self._num_seats += 1
            number = self._num_seats
            name = message.get("name", "Guest")
            seat = Seat(f"p-{number}", number, name, "participant", message["room"], f"resume-{number}", socket)
            self.seats[seat.id] = seat
            await self.tell_room(seat.room, {"type": "participant-joined", "participant": seat.public()}, seat)
        seat.socket = socket
        others = [s.public() for s in self.seats.values() if s.room == seat.room and s is not seat]
        joined = {"type": "joined", "v": 1, "you": seat.public(), "room": seat.room, "resume": seat.resume}
        await socket.send_json({**joined, "participants": others, "ice_servers": [], "resumed": is_resumed})
        return seat

    async def _handle(self, seat: Seat, message: Message) -> None:
        kind = message["type"]
        if kind in ("description", "candidate"):
            target = self.seats.get(message.pop("to"))
            if target is not None and target.socket is not None:
                await target.socket.send_json({**message, "from": seat.id})
        elif kind == "media":
            seat.media = {key: message[key] for key in ("microphone", "camera", "screen")}
            await self.tell_room(
                seat.room, {"type": "participant-updated", "participant": seat.public()}, seat
            )
        elif kind == "leave":
            del self.seats[seat.id]
            await self.tell_room(
                seat.room, {"type": "participant-left", "id": seat.id, "reason": "left"}, seat
            )
