"""A person in a call, without a browser: joins a room, speaks prepared sound, records what comes back.

What is sent and what is received lie on one 20 ms clock, so both recordings have the same length. Owns its peer
connection; knows nothing of what is said.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin

import aiohttp
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack

from agent import aiortc_seam
from agent.audio_receiver import AudioReceiver, RtpAudioPacket
from agent.errors import TransportError
from agent.mesh import signaling_messages
from agent.opus import OpusEncoder
from agent.voice_track import VoiceTrack
from model.types import (
    HEARD_TICK_SAMPLES,
    SPOKEN_RATE_HZ,
    SPOKEN_TICK_SAMPLES,
    TICK_MS,
    Pcm,
)
from signaling.messages import (
    DescriptionFrom,
    DescriptionTo,
    Error,
    Join,
    Joined,
    Leave,
    ParticipantJoined,
    SessionDescription,
)

BITRATE_BPS = 32_000
MAX_RECORDED_TICKS = 50 * 60 * 60  # an hour
CONNECT_TIMEOUT_S = 20.0


@dataclass(slots=True)
class CallRecording:
    """Sound of one call, tick by tick on one clock."""

    sent: deque[Pcm] = field(default_factory=lambda: deque[Pcm](maxlen=MAX_RECORDED_TICKS))  # (480,) 24 kHz
    received: deque[Pcm] = field(default_factory=lambda: deque[Pcm](maxlen=MAX_RECORDED_TICKS))  # (320,) 16 kHz
    interpreted: deque[Pcm] = field(default_factory=lambda: deque[Pcm](maxlen=MAX_RECORDED_TICKS))  # (320,) 16 kHz
    messages: deque[str] = field(default_factory=lambda: deque[str](maxlen=10_000))  # of the data channels

    def sent_pcm(self) -> Pcm:
        """(S,) at 24 kHz."""
        return np.concatenate(self.sent) if self.sent else np.zeros(0, dtype=np.float32)

    def received_pcm(self) -> Pcm:
        """(S,) at 16 kHz, as long as what was sent."""
        return np.concatenate(self.received) if self.received else np.zeros(0, dtype=np.float32)

    def interpreted_pcm(self) -> Pcm:
        """(S,) at 16 kHz: the interpretation into this person's language."""
        return np.concatenate(self.interpreted) if self.interpreted else np.zeros(0, dtype=np.float32)


class CallClient:
    """One person. `say` queues sound; silence is sent otherwise."""

    def __init__(self, connection: RTCPeerConnection, is_interpreted_for: bool = False) -> None:
        """`is_interpreted_for` asks for a second sound, as the page does."""
        self._connection = connection
        self._voice = VoiceTrack()
        self._encoder = OpusEncoder(rate_hz=SPOKEN_RATE_HZ, bitrate_bps=BITRATE_BPS, fec=True, dtx=False)
        self._waiting: deque[Pcm] = deque(maxlen=MAX_RECORDED_TICKS)
        self._all_said = asyncio.Event()
        self.receiver = AudioReceiver()
        self._interpretation = AudioReceiver()
        self.recording = CallRecording()
        self.connected = asyncio.Event()
        self.started_at = time.monotonic()
        connection.addTrack(self._voice)
        self._second = connection.addTransceiver("audio", direction="recvonly") if is_interpreted_for else None
        connection.on("track", self._on_track)
        connection.on("connectionstatechange", self._on_state)
        self._opened = asyncio.Event()
        self._events = connection.createDataChannel("alongside", negotiated=True, id=0)
        self._events.on("open", self._opened.set)
        states = connection.createDataChannel("alongside-state", negotiated=True, id=1, ordered=False, maxRetransmits=0)
        self._arrived = asyncio.Event()
        for channel in (self._events, states):
            channel.on("message", self._on_message)

    async def send(self, text: str) -> None:
        """Send one message over the reliable data channel, as soon as it is open."""
        await self._opened.wait()
        self._events.send(text)

    async def message(self, fits: Callable[[str], bool]) -> str:
        """Wait for a data-channel message that fits; one that has come already counts."""
        while True:
            for text in self.recording.messages:
                if fits(text):
                    return text
            self._arrived.clear()
            await self._arrived.wait()

    def say(self, pcm: Pcm) -> None:
        """Queue sound (S,) at 24 kHz; the last tick is filled with silence."""
        missing = -pcm.size % SPOKEN_TICK_SAMPLES
        self._waiting.extend(np.pad(pcm, (0, missing)).reshape(-1, SPOKEN_TICK_SAMPLES).astype(np.float32))
        self._all_said.clear()

    async def said(self) -> None:
        """Wait until everything queued was sent."""
        await self._all_said.wait()

    async def run(self) -> None:
        """Send and record one tick every 20 ms until cancelled."""
        self.started_at = time.monotonic()
        silence = np.zeros(SPOKEN_TICK_SAMPLES, dtype=np.float32)
        for tick in range(MAX_RECORDED_TICKS):
            await asyncio.sleep(self.started_at + (tick + 1) * TICK_MS / 1000 - time.monotonic())
            pcm = self._waiting.popleft() if self._waiting else silence
            if not self._waiting:
                self._all_said.set()
            self._voice.put(self._encoder.encode(pcm), tick)
            self.recording.sent.append(pcm)
            piece = self.receiver.pull(time.monotonic())
            assert piece.pcm.shape == (HEARD_TICK_SAMPLES,), piece.pcm.shape
            self.recording.received.append(piece.pcm)
            if self._second is not None:
                self.recording.interpreted.append(self._interpretation.pull(time.monotonic()).pcm)

    def _on_message(self, text: str) -> None:
        self.recording.messages.append(text)
        self._arrived.set()

    def _on_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio":
            [receiver] = [each.receiver for each in self._connection.getTransceivers() if each.receiver.track is track]
            is_second = self._second is not None and receiver is self._second.receiver
            aiortc_seam.attach_receiver(receiver, self._on_interpretation if is_second else self._on_packet)

    def _on_packet(self, packet: RtpAudioPacket) -> None:
        self.receiver.add(packet, time.monotonic())

    def _on_interpretation(self, packet: RtpAudioPacket) -> None:
        self._interpretation.add(packet, time.monotonic())

    def _on_state(self) -> None:
        if self._connection.connectionState == "connected":
            self.connected.set()


Exchange = Callable[[RTCPeerConnection], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def call(exchange: Exchange, name: str = "Bench", is_interpreted_for: bool = False) -> AsyncGenerator[CallClient]:
    """Connect to an agent, and stay until the block ends. Raises TransportError when refused."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    client = CallClient(connection, is_interpreted_for)
    try:
        async with exchange(connection), asyncio.timeout(CONNECT_TIMEOUT_S) as deadline:
            await client.connected.wait()
            deadline.reschedule(None)
            async with asyncio.TaskGroup() as tasks:
                running = tasks.create_task(client.run(), name=f"tick {name}")
                yield client
                running.cancel()
    finally:
        await connection.close()


def through_room(origin: str, room: str, name: str = "Bench") -> Exchange:
    """Signal through a room of the signaling server at `origin` (http://HOST:PORT), as a guest."""

    @asynccontextmanager
    async def exchange(connection: RTCPeerConnection) -> AsyncGenerator[None]:
        headers = {"Origin": origin}
        async with aiohttp.ClientSession(headers=headers) as http:
            async with http.post(f"{origin}/api/guest-token", json={"room": room, "name": name}) as response:
                response.raise_for_status()
                token = (await response.json())["token"]
            async with http.ws_connect(f"{origin.replace('http', 'ws', 1)}/ws") as socket, asyncio.TaskGroup() as tasks:
                await socket.send_str(Join(room, token, name).to_json())
                signaling = tasks.create_task(_signal(socket, connection), name=f"signal {name}")
                yield
                with contextlib.suppress(ConnectionError):
                    await socket.send_str(Leave().to_json())
                signaling.cancel()

    return exchange


def through_whip(url: str, token: str | None = None) -> Exchange:
    """Signal as RFC 9725 says: the offer is posted, the answer comes with 201, and the resource is deleted at the end.

    Raises TransportError when the endpoint refuses.
    """
    headers = {"Content-Type": "application/sdp"} | ({} if token is None else {"Authorization": f"Bearer {token}"})

    @asynccontextmanager
    async def exchange(connection: RTCPeerConnection) -> AsyncGenerator[None]:
        await connection.setLocalDescription(await connection.createOffer())
        async with aiohttp.ClientSession() as http:
            async with http.post(url, data=connection.localDescription.sdp, headers=headers) as response:
                text = await response.text()
                if response.status not in (200, 201):
                    raise TransportError(f"{url}: {response.status}: {text[:200]}")
                resource = response.headers.get("Location")
            await connection.setRemoteDescription(RTCSessionDescription(text, "answer"))
            try:
                yield
            finally:
                if resource is not None:
                    async with http.delete(urljoin(url, resource), headers=headers):
                        pass

    return exchange


async def _signal(socket: aiohttp.ClientWebSocketResponse, connection: RTCPeerConnection) -> None:
    connection_id = secrets.token_hex(8)
    has_offered = False
    async for message in signaling_messages(socket):
        agent: str | None = None
        match message:
            case Joined(participants=participants):
                agent = next((each.id for each in participants if each.role == "agent"), None)
            case ParticipantJoined(participant) if participant.role == "agent":
                agent = participant.id
            case DescriptionFrom(description=description) if description.type == "answer":
                await connection.setRemoteDescription(RTCSessionDescription(description.sdp, "answer"))
            case Error(code, text):
                raise TransportError(f"{code}: {text}")
            case _:
                pass
        if agent is not None and not has_offered:
            has_offered = True
            await connection.setLocalDescription(await connection.createOffer())
            offer = SessionDescription("offer", connection.localDescription.sdp)
            await socket.send_str(DescriptionTo(agent, connection_id, offer).to_json())
