"""A sender, a path and a clock moved by hand: what an AudioReceiver hears of given arrivals. S samples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from agent.audio_receiver import AudioReceiver, Piece, RtpAudioPacket
from agent.opus import OpusEncoder, inspect_payload
from model.types import Pcm
from tests.agent.speech import RATE_HZ

TICK_S = 0.02


@dataclass(frozen=True)
class Sent:
    """A packet and when it left, in seconds of the receiver's clock."""

    packet: RtpAudioPacket
    sent_at: float


def send(
    pcm: Pcm,
    *,
    first_sequence: int = 65_500,
    first_timestamp: int = (1 << 32) - 48_000,
    loss_pct: int = 20,
    dtx: bool = False,
    drift_ppm: float = 0.0,
    start_s: float = 1.0,
) -> list[Sent]:
    """Packetise speech at 16 kHz as a browser does: 20 ms a packet, in DTX only the first empty one is sent.

    Both counters wrap within the first seconds. A sender whose clock is slow by `drift_ppm` sends later and later.
    """
    encoder = OpusEncoder(RATE_HZ, dtx=dtx, expected_loss_pct=loss_pct)
    size = encoder.samples_per_packet
    sent: list[Sent] = []
    was_dtx = False
    for i in range(len(pcm) // size):
        payload = encoder.encode(pcm[i * size : (i + 1) * size])
        is_dtx = inspect_payload(payload).is_dtx
        if not (is_dtx and was_dtx):
            sequence, timestamp = first_sequence + len(sent), first_timestamp + 960 * i
            packet = RtpAudioPacket(sequence & 0xFFFF, timestamp & 0xFFFFFFFF, payload)
            sent.append(Sent(packet, start_s + i * TICK_S * (1 + drift_ppm / 1e6)))
        was_dtx = is_dtx
    return sent


@dataclass
class Heard:
    """Everything pulled, tick by tick."""

    pieces: list[Piece] = field(default_factory=list[Piece])
    delays_ms: list[float] = field(default_factory=list[float])

    @property
    def pcm(self) -> Pcm:
        return np.concatenate([piece.pcm for piece in self.pieces])

    def count(self, kind: str) -> int:
        return sum(piece.kind == kind for piece in self.pieces)


def listen(
    receiver: AudioReceiver,
    arrivals: Iterable[tuple[RtpAudioPacket, float]],
    num_ticks: int,
    start_s: float = 1.0,
) -> Heard:
    """Hand packets over at their arrival and pull once a tick, starting at `start_s`."""
    waiting: Sequence[tuple[RtpAudioPacket, float]] = sorted(arrivals, key=lambda arrival: arrival[1])
    heard, index = Heard(), 0
    for tick in range(num_ticks):
        now = start_s + tick * TICK_S
        while index < len(waiting) and waiting[index][1] <= now:
            receiver.add(*waiting[index])
            index += 1
        heard.pieces.append(receiver.pull(now))
        heard.delays_ms.append(receiver.stats.delay_ms)
    return heard
