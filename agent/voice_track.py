"""One Opus encoding of the agent's voice for everybody who hears it.

aiortc's sender packs an `av.Packet` as it is, so each listener gets the same bytes and nothing is encoded twice.
"""

from __future__ import annotations

import asyncio
from fractions import Fraction
from typing import Any

import av
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from model.types import TICK_MS

RTP_RATE_HZ = 48_000  # RFC 7587: Opus in RTP always counts at 48 kHz
RTP_TICK_SAMPLES = RTP_RATE_HZ * TICK_MS // 1000  # 960
_TIME_BASE = Fraction(1, RTP_RATE_HZ)
_MAX_WAITING = 10  # 200 ms


class VoiceTrack(MediaStreamTrack):
    """The end of the agent's voice at one peer. A sender that does not read loses the oldest packets."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._packets: asyncio.Queue[av.Packet[Any] | None] = asyncio.Queue(_MAX_WAITING)
        self.dropped_total = 0
        self.lost_pct = 0  # of what was sent, as the listener last reported

    def put(self, payload: bytes, tick: int) -> None:
        """Send the Opus packet of one tick."""
        packet = av.Packet(payload)
        packet.pts = tick * RTP_TICK_SAMPLES
        packet.time_base = _TIME_BASE
        if self._packets.full():
            self._packets.get_nowait()
            self.dropped_total += 1
        self._packets.put_nowait(packet)

    async def recv(self) -> av.Packet[Any]:  # pyright: ignore[reportIncompatibleMethodOverride]  # aiortc packs packets too
        """The next packet; raises MediaStreamError when the track has ended."""
        if self.readyState != "live":
            raise MediaStreamError
        packet = await self._packets.get()
        if packet is None:
            raise MediaStreamError
        return packet

    def stop(self) -> None:
        """End the track and wake its reader."""
        super().stop()
        if self._packets.full():
            self._packets.get_nowait()
        self._packets.put_nowait(None)
