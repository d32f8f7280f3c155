"""A UDP path between two peers that loses and delays media packets by a seeded pattern.

Each peer sees the relay as the other one, because its address stands in the other's description. Handshakes, checks
and RTCP pass untouched, and so does everything on the way back.
"""

from __future__ import annotations

import asyncio
import random
import re
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from aiortc import RTCSessionDescription

Address = tuple[str, int]
Fate = Callable[[int], float | None]  # of the i-th media packet: its extra delay in seconds, or None when it is lost

PACKET_S = 0.02
_HOST_CANDIDATE = re.compile(r"a=candidate:\S+ 1 udp \d+ (\d+\.\d+\.\d+\.\d+) (\d+) typ host", re.IGNORECASE)
_CANDIDATE_LINE = re.compile(r"a=candidate:[^\r\n]*\r\n")


def clean() -> Fate:
    """Lose nothing."""
    return lambda index: 0.0


def random_loss(rate: float, seed: int) -> Fate:
    """Lose each packet with that probability."""
    generator = random.Random(seed)
    fates: list[float | None] = []

    def fate(index: int) -> float | None:
        while len(fates) <= index:
            fates.append(None if generator.random() < rate else 0.0)
        return fates[index]

    return fate


def bursts(length: int, every: int, seed: int) -> Fate:
    """Lose `length` packets in a row somewhere in each `every`."""
    generator = random.Random(seed)
    starts: list[int] = []

    def fate(index: int) -> float | None:
        while len(starts) <= index // every:
            starts.append(generator.randrange(every - length))
        offset = index % every - starts[index // every]
        return None if 0 <= offset < length else 0.0

    return fate


def hold_up(first: int, num_packets: int) -> Fate:
    """Hold packets from `first` on until `num_packets` wait, then let all go at once."""

    def fate(index: int) -> float:
        return (first + num_packets - index) * PACKET_S if first <= index < first + num_packets else 0.0

    return fate


class LossyPath:
    """The relay between a caller, whose media suffers, and a callee."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate
        self._caller: Address | None = None
        self._callee: Address | None = None
        self._near: asyncio.DatagramTransport | None = None  # what the caller sees
        self._far: asyncio.DatagramTransport | None = None  # what the callee sees
        self.num_packets = 0
        self.lost: list[int] = []  # indices of media packets

    def offer(self, description: RTCSessionDescription) -> RTCSessionDescription:
        """Return the caller's description as the callee gets it, with the relay's address."""
        self._caller, text = _through(description.sdp, _address(self._far))
        return RTCSessionDescription(text, description.type)

    def answer(self, description: RTCSessionDescription) -> RTCSessionDescription:
        """Return the callee's description as the caller gets it, with the relay's address."""
        self._callee, text = _through(description.sdp, _address(self._near))
        return RTCSessionDescription(text, description.type)

    def from_caller(self, data: bytes) -> None:
        """Pass on, delay or lose what the caller sent."""
        if self._far is None or self._callee is None:
            return
        delay_s: float | None = 0.0
        if _is_media(data):
            delay_s = self._fate(self.num_packets)
            if delay_s is None:
                self.lost.append(self.num_packets)
            self.num_packets += 1
        if delay_s is None:
            return
        if delay_s > 0.0:
            asyncio.get_running_loop().call_later(delay_s, self._far.sendto, data, self._callee)
        else:
            self._far.sendto(data, self._callee)

    def from_callee(self, data: bytes) -> None:
        """Pass on what the callee sent."""
        if self._near is not None and self._caller is not None:
            self._near.sendto(data, self._caller)

    async def start(self) -> None:
        """Open both ends."""
        self._near = await _open(self.from_caller)
        self._far = await _open(self.from_callee)

    def stop(self) -> None:
        """Close both ends."""
        for transport in (self._near, self._far):
            if transport is not None:
                transport.close()


@asynccontextmanager
async def lossy_path(fate: Fate) -> AsyncGenerator[LossyPath]:
    """Open a path for one pair of peers."""
    path = LossyPath(fate)
    try:
        await path.start()
        yield path
    finally:
        path.stop()


class _End(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        self._take(data)


async def _open(take: Callable[[bytes], None]) -> asyncio.DatagramTransport:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _End(take), local_addr=("127.0.0.1", 0), family=socket.AF_INET
    )
    return transport


def _address(transport: asyncio.DatagramTransport | None) -> Address:
    assert transport is not None, "the path is not open"
    host, port = transport.get_extra_info("sockname")
    return host, port


def _through(sdp: str, relay: Address) -> tuple[Address, str]:
    """Return where the description's peer listens, and the description with the relay there instead."""
    found = _HOST_CANDIDATE.search(sdp)
    assert found, "the description has no IPv4 host candidate"
    line = f"a=candidate:1 1 udp 2130706431 {relay[0]} {relay[1]} typ host\r\n"
    without = _CANDIDATE_LINE.sub("", sdp)
    text = without.replace("a=end-of-candidates\r\n", line + "a=end-of-candidates\r\n")
    return (found[1], int(found[2])), text


def _is_media(data: bytes) -> bool:
    """Whether it is SRTP and not SRTCP (RFC 5761), STUN or DTLS (RFC 7983)."""
    return len(data) > 12 and 128 <= data[0] < 192 and not 64 <= data[1] & 0x7F < 96
