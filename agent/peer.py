"""One participant's RTCPeerConnection: answers what the other side opens, brings media in and voice out.

Knows nothing of rooms; what it wants to signal goes through one callback.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamTrack
from aiortc.sdp import candidate_from_sdp
from aiortc.stats import RTCRemoteInboundRtpStreamStats

from agent import aiortc_seam
from agent.audio_receiver import RtpAudioPacket
from agent.conversation import Conversation, Person
from agent.errors import MessageError, NegotiationError
from agent.voice_track import VoiceTrack
from agent.wire import Assembler, ErrorMessage, Source, ToPage, encode, split
from signaling.messages import IceCandidate, IceServer, SessionDescription

logger = logging.getLogger(__name__)

MAX_SIGNALS_WAITING = 64
MAX_POSTS_WAITING = 256  # until the channel opens
LOSS_REPORT_S = 2.0
MAX_CHANNEL_BUFFER_BYTES = 4 * 1024 * 1024  # a page that does not read loses messages, counted


@dataclass(frozen=True, slots=True)
class PeerInfo:
    """Who is at the other end."""

    id: str
    name: str
    connection: str


class Peer:
    """The connection to one participant. `run` lives as long as the connection does."""

    def __init__(
        self,
        info: PeerInfo,
        conversation: Conversation,
        ice_servers: tuple[IceServer, ...],
        signal: Callable[[SessionDescription], None],
    ) -> None:
        self.info = info
        self._conversation = conversation
        self._video = conversation.video
        self._signal = signal
        self._signals: asyncio.Queue[SessionDescription | IceCandidate] = asyncio.Queue(MAX_SIGNALS_WAITING)
        self._ended = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._posts: deque[ToPage] = deque(maxlen=MAX_POSTS_WAITING)  # drops the oldest
        self._assembler = Assembler()
        self._piece_ids = itertools.count()
        self._voice = VoiceTrack()
        self._interpretation = VoiceTrack()
        self._person = Person(info.id, info.name, self._post)
        self._has_sound = False
        self.dropped_posts_total = 0
        self.bad_messages_total = 0
        self._connection = RTCPeerConnection(_configuration(ice_servers))
        self._events = self._channel("alongside", 0, is_lossy=False)
        self._states = self._channel("alongside-state", 1, is_lossy=True)
        self._sender = self._connection.addTrack(self._voice)
        self._connection.on("connectionstatechange", self._on_connection_state)
        self._connection.on("track", self._on_track)

    def signal(self, message: SessionDescription | IceCandidate) -> None:
        """Hand over what the other side signalled; raises NegotiationError when it floods."""
        try:
            self._signals.put_nowait(message)
        except asyncio.QueueFull:
            raise NegotiationError(
                f"{self.info.id}: over {MAX_SIGNALS_WAITING} signals wait: negotiate more slowly"
            ) from None

    def end(self) -> None:
        """Let `run` close the connection."""
        self._ended.set()

    async def run(self) -> None:
        """Negotiate and carry media until the connection fails, ends or `end` is called."""
        try:
            async with asyncio.TaskGroup() as self._tasks:
                self._start(self._negotiate(), f"negotiate {self.info.id}")
                await self._ended.wait()
                for task in self._running:
                    task.cancel()
        finally:
            self._conversation.unlisten(self._voice)
            self._conversation.interpretation.unlisten(self._interpretation)
            self._conversation.leave(self._person)
            self._voice.stop()
            self._interpretation.stop()
            await _finish(self._connection.close(), f"close {self.info.id}")

    def _start(self, work: Coroutine[None, None, None], name: str) -> None:
        task = self._tasks.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _negotiate(self) -> None:
        while True:
            signal = await self._signals.get()
            if isinstance(signal, SessionDescription):
                await self._answer(signal)
            else:
                await self._add_candidate(signal)

    async def _answer(self, description: SessionDescription) -> None:
        if description.type != "offer":
            return  # this side opens nothing yet, so nothing can be answered
        if self._connection.signalingState != "stable":
            return  # perfect negotiation: the agent is impolite and ignores a colliding offer
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(description.sdp, "offer"))
            self._offer_interpretation()
            answer = await self._connection.createAnswer()
            await self._connection.setLocalDescription(answer)
        except (ValueError, AssertionError, IndexError, KeyError, AttributeError, TypeError) as error:
            # aiortc parses SDP with asserts and plain look-ups: whatever it trips over is the sender's text
            raise NegotiationError(f"{self.info.id}: the offer cannot be answered: {error!r}") from error
        self._signal(SessionDescription("answer", self._connection.localDescription.sdp))

    def _offer_interpretation(self) -> None:
        """A second audio m-line on which the page only listens carries the interpretation into its language."""
        audio = [each for each in self._connection.getTransceivers() if each.kind == "audio" and each.mid is not None]
        for transceiver in audio[1:2]:
            if transceiver.sender.track is not self._interpretation:
                transceiver.sender.replaceTrack(self._interpretation)
                transceiver.direction = "sendonly"

    async def _add_candidate(self, candidate: IceCandidate) -> None:
        text = candidate.candidate.removeprefix("candidate:").strip()
        if not text:
            return  # the browser's end-of-candidates for one m-line
        try:
            parsed = candidate_from_sdp(text)
        except (ValueError, AssertionError, IndexError) as error:
            logger.info("%s: candidate not understood: %r", self.info.id, error)
            return
        parsed.sdpMid = candidate.sdp_mid
        parsed.sdpMLineIndex = candidate.sdp_m_line_index
        await self._connection.addIceCandidate(parsed)

    def _on_connection_state(self) -> None:
        state = self._connection.connectionState
        logger.info("%s: connection %s is %s", self.info.id, self.info.connection, state)
        if state == "connected":
            self._conversation.join(self._person)
            self._start(self._watch_loss(), f"loss {self.info.id}")
            self._conversation.listen(self._voice, self.info.id)
            self._conversation.interpretation.listen(self._interpretation, self.info.id)
        elif state in ("failed", "closed"):
            self.end()

    def _on_track(self, track: MediaStreamTrack) -> None:
        transceiver = next(each for each in self._connection.getTransceivers() if each.receiver.track is track)
        if track.kind == "audio":
            self._attach_audio(transceiver.receiver)
        else:
            gate = aiortc_seam.gate_video(transceiver.receiver)
            reading = self._video.drain(self.info.id, transceiver.mid or "", track, gate)
            self._start(reading, f"video {self.info.id} {transceiver.mid}")

    def _attach_audio(self, receiver: RTCRtpReceiver) -> None:
        def on_packet(packet: RtpAudioPacket) -> None:
            self._conversation.hear(self.info.id, packet, time.monotonic())

        aiortc_seam.attach_receiver(receiver, on_packet if not self._has_sound else _ignore)
        self._has_sound = True  # a second sound, of a shared screen for example, is received and not heard

    async def _watch_loss(self) -> None:
        """Tell the voice how much of it this listener loses, so that it is sent with enough redundancy."""
        while True:
            await asyncio.sleep(LOSS_REPORT_S)
            report = await self._sender.getStats()
            for stats in report.values():
                if isinstance(stats, RTCRemoteInboundRtpStreamStats):
                    self._voice.lost_pct = round(100 * stats.fractionLost / 256)  # RFC 3550: a fraction of 256

    def _channel(self, label: str, channel_id: int, is_lossy: bool) -> RTCDataChannel:
        channel = self._connection.createDataChannel(
            label,
            negotiated=True,
            id=channel_id,
            ordered=not is_lossy,
            maxRetransmits=0 if is_lossy else None,
        )
        channel.on("message", self._on_message)
        if not is_lossy:
            channel.on("open", self._flush_posts)
        return channel

    def _on_message(self, text: str | bytes) -> None:
        try:
            message = self._assembler.add(text)
        except MessageError as error:
            self.bad_messages_total += 1
            self._post(ErrorMessage(error.code, str(error)), False)
            return
        if isinstance(message, Source):
            self._video.set_source(self.info.id, message)
        elif message is not None:
            self._conversation.take(self.info.id, message)

    def _post(self, message: ToPage, lossy: bool) -> None:
        channel = self._states if lossy else self._events
        if channel.readyState == "open" and channel.bufferedAmount < MAX_CHANNEL_BUFFER_BYTES:
            pieces = split(encode(message), str(next(self._piece_ids)))
            if not lossy or len(pieces) == 1:
                for piece in pieces:
                    channel.send(piece)
                return
        if not lossy and channel.readyState == "connecting":
            self._posts.append(message)
        else:
            self.dropped_posts_total += 1

    def _flush_posts(self) -> None:
        while self._posts:
            self._post(self._posts.popleft(), False)


def _ignore(_: RtpAudioPacket) -> None:
    """A packet nobody listens to."""


async def _finish(cleanup: Coroutine[None, None, None], name: str) -> None:
    """Wait for a clean-up to its end also when cancelled: aiortc never ends a close that was cut short."""
    task = asyncio.create_task(cleanup, name=name)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


def _configuration(ice_servers: tuple[IceServer, ...]) -> RTCConfiguration:
    return RTCConfiguration(
        iceServers=[
            RTCIceServer(urls=list(server.urls), username=server.username, credential=server.credential)
            for server in ice_servers
        ]
    )
