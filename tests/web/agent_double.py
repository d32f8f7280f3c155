"""A participant that answers as an agent does, on aiortc: it says what the test tells it and keeps what it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamTrack

from agent.wire import split
from signaling.claims import Claims
from signaling.tokens import Tokens
from tests.web.conftest import SECRET

Message = dict[str, Any]  # JSON as it crosses the wire


class AgentDouble:
    """Registers as a worker, joins the room it is sent to, and answers whoever opens a connection."""

    def __init__(self) -> None:
        self.id = ""
        self.page_id = ""  # the participant whose page connected last
        self.told: asyncio.Queue[Message] = asyncio.Queue(maxsize=256)  # by pages
        self.pictures: asyncio.Queue[tuple[str | None, int]] = asyncio.Queue(maxsize=8)  # mid, width; full takes none
        self.opened = asyncio.Event()
        self._connections: dict[str, RTCPeerConnection] = {}  # by the id the page chose
        self._num_said = 0
        self._channels: dict[str, Any] = {}  # Any: aiortc's data channels, by label

    def say(self, kind: str, *, is_state: bool = False, **fields: object) -> None:
        """Sends one message to the page that connected last."""
        label = "alongside-state" if is_state else "alongside"
        self._num_said += 1
        for piece in split(json.dumps({"v": 1, "kind": kind, **fields}), f"d-{self._num_said}"):
            self._channels[label].send(piece)

    def show(self, surface_id: str, *components: Message, title: str = "") -> None:
        """Shows a surface; the first component is its root unless it has an id of its own."""
        first = {"id": "root", **components[0]}
        self.say("ui", surfaceId=surface_id, title=title, components=[first, *components[1:]])

    async def greet(self, conversation: str = "c") -> None:
        """Waits for the channel and says the first message on it."""
        await self.opened.wait()
        who = {"id": self.id, "name": "Alongside"}
        self.say("welcome", conversation=conversation, micro_turn=300, agent=who, engine="double")

    async def next_of(self, kind: str) -> Message:
        """The next message of a kind; others before it are dropped."""
        while True:
            message = await self.told.get()
            if message["kind"] == kind:
                return message

    async def serve(self, socket: ClientWebSocketResponse, tasks: asyncio.TaskGroup) -> None:
        async for raw in socket:
            message = json.loads(raw.data)
            if message["type"] == "joined":
                self.id = message["you"]["id"]
            elif message["type"] == "description":
                await self._answer(socket, tasks, message)

    async def close(self) -> None:
        for connection in self._connections.values():
            await connection.close()

    async def _answer(self, socket: ClientWebSocketResponse, tasks: asyncio.TaskGroup, message: Message) -> None:
        name = message["connection"]
        is_known = name in self._connections
        self.page_id = message["from"]
        connection = self._connections[name] if is_known else self._connect(name, tasks)
        await connection.setRemoteDescription(RTCSessionDescription(**message["description"]))
        if not is_known:
            connection.addTrack(AudioStreamTrack())  # silence, as long as nobody speaks
        await connection.setLocalDescription(await connection.createAnswer())
        description = {"type": "answer", "sdp": connection.localDescription.sdp}
        await socket.send_json(
            {"type": "description", "to": message["from"], "connection": name, "description": description}
        )

    def _connect(self, name: str, tasks: asyncio.TaskGroup) -> RTCPeerConnection:
        connection = self._connections[name] = RTCPeerConnection()
        events = connection.createDataChannel("alongside", negotiated=True, id=0)
        state = connection.createDataChannel("alongside-state", negotiated=True, id=1, ordered=False, maxRetransmits=0)
        self._channels = {"alongside": events, "alongside-state": state}
        events.on("message", lambda text: self.told.put_nowait(json.loads(text)))
        events.on("open", self.opened.set)
        connection.on("track", lambda track: tasks.create_task(self._drain(connection, track), name=track.kind))
        return connection

    async def _drain(self, connection: RTCPeerConnection, track: MediaStreamTrack) -> None:
        """Reads a track to its end, noting the size of each picture."""
        line = next(line for line in connection.getTransceivers() if line.receiver.track is track)
        while connection.connectionState != "closed":
            try:
                frame: Any = await track.recv()  # Any: an audio or a video frame of PyAV
            except Exception:  # aiortc ends a track with an exception of its own
                return
            if track.kind == "video" and not self.pictures.full():
                self.pictures.put_nowait((line.mid, frame.width))


@asynccontextmanager
async def agent_for(port: int, room: str) -> AsyncGenerator[AgentDouble]:
    """An agent that joins `room` as the signaling server's worker would."""
    token = Tokens(SECRET).mint(Claims(room, "agent", "agent-double"), 60)
    agent = AgentDouble()
    async with ClientSession() as session, session.ws_connect(f"http://127.0.0.1:{port}/ws") as socket:
        await socket.send_json({"type": "join", "v": 1, "room": room, "token": token, "name": "Alongside"})
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(agent.serve(socket, tasks), name="agent double")
            try:
                yield agent
            finally:
                serving.cancel()
                await agent.close()
