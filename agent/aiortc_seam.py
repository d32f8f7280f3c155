"""Every contact with private names of aiortc and aioice: received packets, Opus parameters, ICE.

aiortc's public API neither hands out RTP packets nor bounds gathering. What it does not offer is done here, for the
pinned versions only; `check_versions` says so when others are installed.
"""

from __future__ import annotations

import asyncio
import functools
import importlib.metadata
import random
from collections.abc import Callable
from typing import Any, cast

import aioice
from aioice import ice, stun
from aiortc import RTCIceServer, RTCRtpReceiver, codecs, rtcicetransport, rtcrtpreceiver
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtp import RtpPacket

from agent.audio_receiver import RtpAudioPacket
from agent.errors import AgentError

PINNED_VERSIONS = {"aiortc": "1.16.0", "aioice": "0.13.0"}
AUDIO_LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
OPUS_PARAMETERS = {
    "minptime": 10,
    "useinbandfec": 1,
    "usedtx": 1,
    "maxplaybackrate": 16_000,  # all that is listened to; below it Opus codes speech by SILK, which alone has FEC
    "maxaveragebitrate": 32_000,  # Chromium gives 16 kHz only 20 kbit/s otherwise, too little for FEC
}
GATHER_TIMEOUT_S = 0.4
VANISH_TIMEOUT_S = 8.0  # longer than any peer stays quiet: ICE checks come every 5 s at least
CONSENT_INTERVAL_S = 5.0  # RFC 7675
CONSENT_TIMEOUT_S = 30.0  # RFC 7675

_JITTER_BUFFER = "_RTCRtpReceiver__jitter_buffer"
_CODECS = "_RTCRtpReceiver__codecs"
_VIDEO_PACKETS = 512  # as aiortc has it
_LOOPBACK = "127.0.0.1"


class AiortcChangedError(AgentError):
    """aiortc or aioice is not the version this file was written for."""


def check_versions() -> None:
    """Raise AiortcChangedError unless the pinned versions with their private names are installed."""
    for package, pinned in PINNED_VERSIONS.items():
        found = importlib.metadata.version(package)
        if found != pinned:
            raise AiortcChangedError(
                f"{package} {found} is installed, this was written for {pinned}: pip install {package}=={pinned}"
            )
    private_names: list[tuple[object, str]] = [
        (rtcrtpreceiver, "JitterBuffer"),
        (rtcicetransport, "Connection"),
        (rtcicetransport, "connection_kwargs"),
        (ice, "relayed_candidate"),
        (ice.Connection, "get_component_candidates"),
        (ice.Connection, "query_consent"),
        (ice.Connection, "data_received"),
        (ice.Connection, "request_received"),
    ]
    for owner, name in private_names:
        if not hasattr(owner, name):
            raise AiortcChangedError(f"{owner!r} has no {name} any more: see agent/aiortc_seam.py")


def attach_receiver(receiver: RTCRtpReceiver, on_packet: Callable[[RtpAudioPacket], None]) -> None:
    """Hand every Opus packet of an audio receiver to `on_packet`, on the event loop, as it comes.

    aiortc's jitter buffer and decoder get none; RTCP and statistics go on. The track never has a frame.
    Raises AiortcChangedError when the receiver is not as expected.
    """
    if not (hasattr(receiver, _JITTER_BUFFER) and hasattr(receiver, _CODECS)):
        raise AiortcChangedError("RTCRtpReceiver keeps its jitter buffer elsewhere: see agent/aiortc_seam.py")
    setattr(receiver, _JITTER_BUFFER, _PacketTap(receiver, on_packet))


def gate_video(receiver: RTCRtpReceiver) -> VideoGate:
    """Let a video receiver's pictures be decoded only while its gate is open; it is closed at first.

    Raises AiortcChangedError when the receiver is not as expected.
    """
    if not hasattr(receiver, _JITTER_BUFFER):
        raise AiortcChangedError("RTCRtpReceiver keeps its jitter buffer elsewhere: see agent/aiortc_seam.py")
    gate = VideoGate()
    setattr(receiver, _JITTER_BUFFER, gate)
    return gate


class VideoGate:
    """Stands where a video receiver's jitter buffer was. Opening asks the sender for a whole picture."""

    def __init__(self) -> None:
        self._buffer: JitterBuffer | None = None

    @property
    def is_open(self) -> bool:
        """Whether pictures are put together and decoded."""
        return self._buffer is not None

    def open(self) -> None:
        """Decode from the next whole picture on."""
        self._buffer = self._buffer or JitterBuffer(capacity=_VIDEO_PACKETS, is_video=True)
        self._asks_for_picture = True

    def close(self) -> None:
        """Let packets pass undecoded."""
        self._buffer = None

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        """As aiortc's jitter buffer: whether to ask for a picture, and a picture that is complete."""
        if self._buffer is None:
            return False, None
        asks, picture = self._buffer.add(packet)
        asks, self._asks_for_picture = asks or self._asks_for_picture, False
        return asks, picture


def prefer_opus_fec_dtx() -> None:
    """Let descriptions made from now on ask senders for in-band FEC and DTX. Process-wide; again is harmless."""
    for codec in codecs.CODECS["audio"]:
        if codec.mimeType.lower() == "audio/opus":
            codec.parameters.update(OPUS_PARAMETERS)
            return
    raise AiortcChangedError("aiortc offers no Opus: see agent/aiortc_seam.py")


def configure_ice(gather_timeout_s: float = GATHER_TIMEOUT_S, vanish_timeout_s: float = VANISH_TIMEOUT_S) -> None:
    """Bound the ICE of every connection made from now on. Process-wide; the last call counts.

    Gathering waits `gather_timeout_s` at most for STUN and TURN servers, asks every TURN server, and uses the
    loopback address when the machine has no other. A peer nothing was heard of for `vanish_timeout_s` is given up.
    """
    check_versions()
    connection = functools.partial(_IceConnection, gather_timeout_s=gather_timeout_s, vanish_timeout_s=vanish_timeout_s)
    setattr(rtcicetransport, "Connection", connection)  # noqa: B010  # the module's type says a class
    setattr(rtcicetransport, "connection_kwargs", _connection_kwargs)  # noqa: B010


class _PacketTap:
    """Stands where aiortc's jitter buffer was."""

    def __init__(self, receiver: RTCRtpReceiver, on_packet: Callable[[RtpAudioPacket], None]) -> None:
        self._codecs: dict[int, Any] = getattr(receiver, _CODECS)  # filled when receiving starts
        self._on_packet = on_packet

    def add(self, packet: RtpPacket) -> tuple[bool, None]:
        """Pass the packet on; never a picture to ask for, never something to decode."""
        codec = self._codecs.get(packet.payload_type)
        if codec is not None and codec.name.lower() == "opus":
            level: tuple[bool, int] | None = packet.extensions.audio_level  # (is voice, -dBov)
            self._on_packet(
                RtpAudioPacket(
                    sequence_number=packet.sequence_number,
                    timestamp=packet.timestamp,
                    payload=packet.payload,
                    marker=bool(packet.marker),
                    audio_level_dbov=None if level is None else -float(level[1]),
                    ssrc=packet.ssrc,
                )
            )
        return False, None


class _IceConnection(ice.Connection):
    """aioice's connection, which gathers in bounded time and notices sooner that the peer is gone."""

    def __init__(
        self,
        *args: Any,  # passed through to aioice
        gather_timeout_s: float,
        vanish_timeout_s: float,
        more_turn_servers: tuple[dict[str, Any], ...] = (),  # keywords of ice.relayed_candidate
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._gather_timeout_s = gather_timeout_s
        self._vanish_timeout_s = vanish_timeout_s
        self._more_turn_servers = more_turn_servers
        self._heard_at = 0.0

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109  # aioice's signature
    ) -> list[aioice.Candidate]:
        """Gather within the bound whatever aioice asks for."""
        if not addresses and self._transport_policy == ice.TransportPolicy.ALL:
            addresses = [_LOOPBACK]
        bound_s = cast(int, self._gather_timeout_s)  # only given to asyncio.wait, which takes fractions
        found = await asyncio.gather(
            super().get_component_candidates(component, addresses, bound_s),
            *(self._relay(component, server) for server in self._more_turn_servers),
        )
        return [candidate for candidates in found for candidate in candidates]

    async def query_consent(self) -> None:
        """Close when nothing at all comes from the peer, or it no longer answers checks (RFC 7675)."""
        loop = asyncio.get_running_loop()
        self._heard_at = consented_at = loop.time()
        ask_at = consented_at + CONSENT_INTERVAL_S * random.uniform(0.8, 1.2)
        while True:
            await asyncio.sleep(min(1.0, self._vanish_timeout_s / 4))
            if loop.time() >= ask_at:
                if await self._ask_consent():
                    self._heard_at = consented_at = loop.time()
                ask_at = loop.time() + CONSENT_INTERVAL_S * random.uniform(0.8, 1.2)
            is_gone = loop.time() - self._heard_at > self._vanish_timeout_s
            if is_gone or loop.time() - consented_at > CONSENT_TIMEOUT_S:
                self._query_consent_task = None  # close() would cancel this very task
                await self.close()
                return

    def data_received(self, data: bytes, component: int) -> None:
        """Media or data came from the peer."""
        self._heard_at = asyncio.get_running_loop().time()
        super().data_received(data, component)

    def request_received(self, message: stun.Message, addr: tuple[str, int], protocol: ice.StunProtocol) -> None:
        """A check came from the peer."""
        self._heard_at = asyncio.get_running_loop().time()
        super().request_received(message, addr, protocol)

    async def _ask_consent(self) -> bool:
        assert self.remote_password is not None
        for pair in list(self._nominated.values()):
            try:
                await pair.protocol.request(
                    self.build_request(pair, nominate=False),
                    pair.remote_addr,
                    integrity_key=self.remote_password.encode(),
                    retransmissions=1,
                )
            except stun.TransactionError:
                return False
        return True

    async def _relay(self, component: int, server: dict[str, Any]) -> list[aioice.Candidate]:
        """Ask one more TURN server for a relayed address; an unreachable one gives none."""
        try:
            async with asyncio.timeout(self._gather_timeout_s):
                candidate, protocol = await ice.relayed_candidate(
                    component=component,
                    hide_related_address=self._transport_policy == ice.TransportPolicy.RELAY,
                    protocol_factory=lambda: ice.StunProtocol(self),
                    **server,
                )
        except (TimeoutError, OSError, stun.TransactionError):
            return []
        self._protocols.append(protocol)
        return [candidate]


_stock_connection_kwargs = rtcicetransport.connection_kwargs


def _connection_kwargs(servers: list[RTCIceServer]) -> dict[str, Any]:
    """Translate ICE servers for aioice: the first STUN and TURN server as it expects, further TURN servers aside."""
    each: list[dict[str, Any]] = []
    for server in servers:
        urls = server.urls if isinstance(server.urls, list) else [server.urls]
        for url in urls:
            alone = RTCIceServer(url, server.username, server.credential, server.credentialType)
            each.append(_stock_connection_kwargs([alone]))
    turn = tuple(kwargs for kwargs in each if "turn_server" in kwargs)
    return {**_stock_connection_kwargs(servers), "more_turn_servers": turn[1:]}
