"""Packets lost against sound lost, through two real peers with a lossy path between, beside stock aiortc.

Both listeners hear the same Opus packets through the same pattern of loss, in the same run. Run it alone with
`python -m agent.bench.loss`.
"""

from __future__ import annotations

import asyncio
import functools
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any, cast

import av
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from agent import aiortc_seam
from agent.audio_receiver import AudioReceiver, Piece
from agent.bench.lossy_path import Fate, LossyPath, bursts, clean, hold_up, lossy_path, random_loss
from agent.bench.result import table
from agent.bench.sound_delay import WINDOW_SAMPLES, babble, delay_ms
from agent.opus import OpusEncoder
from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, Pcm

TICK_S = 0.02
WARM_UP_TICKS = 100  # 2 s, not counted: both listeners find their delay
HOLD_UP_AT_TICK = 200
HOLD_UP_TICKS = 10  # 200 ms
RECOVERED_BELOW_MS = 100.0
AUDIBLE_DBOV = -60.0
EXPECTED_LOSS_PCT = 10  # as a browser's encoder learns it from receiver reports: FEC is in the packets
DELAY_EVERY_TICKS = 2
_RTP_TICK_SAMPLES = 960
_STOCK_RATE_HZ = 48_000


@dataclass(frozen=True, slots=True)
class Pattern:
    """One row of the table: what happens to the packets."""

    name: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class LossRow:
    """What one listener heard of one pattern, after the warm-up."""

    pattern: str
    listener: str  # "ours" or "stock"
    packets_sent: int
    packets_lost: int
    pieces_lost: int  # of 20 ms: concealed or missing
    pieces_concealed: int  # of the lost ones, filled with sound that can be heard
    packets_recovered: int  # by in-band FEC, warm-up included
    lost_over_loss: float | None  # pieces lost over packets lost
    delay_p50_ms: float
    delay_p95_ms: float
    delay_each_second_ms: tuple[float, ...]
    recovery_s: (
        float | None
    )  # after the hold-up, until the delay stays below RECOVERED_BELOW_MS; None without one or when it never does


def patterns() -> list[Pattern]:
    """The patterns of the committed table."""
    return [
        Pattern("no loss", clean()),
        Pattern("1 % random", random_loss(0.01, seed=1)),
        Pattern("5 % random", random_loss(0.05, seed=2)),
        Pattern("10 % random", random_loss(0.10, seed=3)),
        Pattern("bursts of 3", bursts(3, every=60, seed=4)),
        Pattern("200 ms hold-up", hold_up(HOLD_UP_AT_TICK, HOLD_UP_TICKS)),
    ]


async def measure(
    chosen: Sequence[Pattern] | None = None, duration_s: float = 20.0, with_stock: bool = True
) -> list[LossRow]:
    """Run each pattern for `duration_s`, one after the other; both listeners of a pattern at once."""
    sound = babble(duration_s + 1.0, seed=5)
    encoder = OpusEncoder(HEARD_RATE_HZ, dtx=False, expected_loss_pct=EXPECTED_LOSS_PCT)
    size = encoder.samples_per_packet
    packets = [encoder.encode(sound[i : i + size]) for i in range(0, len(sound) - size + 1, size)]
    rows: list[LossRow] = []
    for pattern in patterns() if chosen is None else chosen:
        listeners = (_OurListener(), _StockListener()) if with_stock else (_OurListener(),)
        async with asyncio.TaskGroup() as tasks:
            measuring = [
                tasks.create_task(
                    _listen(pattern, listener, sound, packets, int(duration_s / TICK_S)),
                    name=f"{pattern.name} {listener.name}",
                )
                for listener in listeners
            ]
        # Only now, so that the arithmetic of one listener does not hold up the other.
        rows += [await asyncio.to_thread(each.result()) for each in measuring]
    return rows


@dataclass(slots=True)
class _Recording:
    """What a listener heard: pieces in order with the time each sounded."""

    pieces: list[Pcm] = field(default_factory=list[Pcm])
    kinds: list[str] = field(default_factory=list[str])
    levels_dbov: list[float] = field(default_factory=list[float])
    sounded_at: list[float] = field(default_factory=list[float])

    def add(self, piece: Pcm, kind: str, level_dbov: float, now: float) -> None:
        self.pieces.append(piece)
        self.kinds.append(kind)
        self.levels_dbov.append(level_dbov)
        self.sounded_at.append(now)


class _OurListener:
    name = "ours"

    def __init__(self) -> None:
        self.receiver = AudioReceiver()
        self.recording = _Recording()

    @property
    def num_recovered(self) -> int:
        return self.receiver.stats.packets_recovered

    def num_lost(self, counted: Sequence[int], num_wanted: int) -> int:
        """Pieces of those counted that are no speech; there is one for every tick."""
        return sum(self.recording.kinds[i] != "speech" for i in counted)

    def attach(self, connection: RTCPeerConnection) -> None:
        aiortc_seam.attach_receiver(
            connection.getTransceivers()[0].receiver,
            lambda packet: self.receiver.add(packet, time.monotonic()),
        )

    async def run(self, track: MediaStreamTrack) -> None:
        """Pull a piece a tick on a media thread, as the product does."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="media") as media_thread:
            tick_at = time.monotonic()
            while True:
                tick_at += TICK_S
                await asyncio.sleep(tick_at - time.monotonic())
                now = time.monotonic()
                piece: Piece = await loop.run_in_executor(media_thread, self.receiver.pull, now)
                self.recording.add(piece.pcm, piece.kind, piece.level_dbov, now)


class _StockListener:
    name = "stock"
    num_recovered = 0

    def __init__(self) -> None:
        self.recording = _Recording()

    def num_lost(self, counted: Sequence[int], num_wanted: int) -> int:
        """Pieces that were wanted and not delivered."""
        return max(0, num_wanted - len(counted))

    def attach(self, connection: RTCPeerConnection) -> None:
        """Leave aiortc as it is."""

    async def run(self, track: MediaStreamTrack) -> None:
        """Take frames as aiortc gives them."""
        while True:
            try:
                frame = cast(av.AudioFrame, await track.recv())
            except MediaStreamError:
                return
            stereo = frame.to_ndarray().reshape(-1, 2).astype(np.float32) / np.float32(32768)
            thirds = stereo.mean(axis=1).reshape(-1, _STOCK_RATE_HZ // HEARD_RATE_HZ)
            self.recording.add(thirds.mean(axis=1), "speech", 0.0, time.monotonic())


class _SpeakerTrack(MediaStreamTrack):
    """Opus packets made beforehand, one every 20 ms."""

    kind = "audio"

    def __init__(self, packets: Sequence[bytes], num_ticks: int) -> None:
        super().__init__()
        self._packets = packets
        self._num_ticks = num_ticks
        self._index = 0
        self.started_at = 0.0
        self.said = asyncio.Event()  # `num_ticks` packets left; more follow, so that the end is like the middle

    async def recv(self) -> av.Packet[Any]:  # pyright: ignore[reportIncompatibleMethodOverride]  # aiortc packs packets too
        if self._index >= len(self._packets):
            raise MediaStreamError
        if self._index == 0:
            self.started_at = time.monotonic()
        await asyncio.sleep(self.started_at + self._index * TICK_S - time.monotonic())
        if self._index == self._num_ticks:
            self.said.set()
        packet = av.Packet(self._packets[self._index])
        packet.pts = self._index * _RTP_TICK_SAMPLES
        packet.time_base = Fraction(1, _STOCK_RATE_HZ)
        self._index += 1
        return packet


_Listener = _OurListener | _StockListener


async def _listen(
    pattern: Pattern, listener: _Listener, sound: Pcm, packets: Sequence[bytes], num_ticks: int
) -> Callable[[], LossRow]:
    """Connect a speaker and the listener through the lossy path and let them be; the result sums up."""
    speaker = _SpeakerTrack(packets, num_ticks)
    arrived = asyncio.get_running_loop().create_future()
    async with AsyncExitStack() as stack:
        path = await stack.enter_async_context(lossy_path(pattern.fate))
        caller, callee = (RTCPeerConnection(RTCConfiguration([])) for _ in range(2))
        stack.push_async_callback(caller.close)
        stack.push_async_callback(callee.close)

        @callee.on("track")
        def on_track(track: MediaStreamTrack) -> None:
            listener.attach(callee)
            arrived.set_result(track)

        caller.addTrack(speaker)
        await _negotiate(caller, callee, path)
        async with asyncio.timeout(10):
            track = await arrived
        running = asyncio.create_task(listener.run(track), name=f"hear {pattern.name} {listener.name}")
        stack.push_async_callback(_cancel, running)
        async with asyncio.timeout(num_ticks * TICK_S + 20):
            await speaker.said.wait()
    return functools.partial(_sum_up, pattern, listener, path, sound, speaker.started_at, num_ticks)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def _negotiate(caller: RTCPeerConnection, callee: RTCPeerConnection, path: LossyPath) -> None:
    await caller.setLocalDescription(await caller.createOffer())
    await callee.setRemoteDescription(path.offer(caller.localDescription))
    await callee.setLocalDescription(await callee.createAnswer())
    await caller.setRemoteDescription(path.answer(callee.localDescription))


def _sum_up(
    pattern: Pattern, listener: _Listener, path: LossyPath, sound: Pcm, started_at: float, num_ticks: int
) -> LossRow:
    recording = listener.recording
    counted_from = started_at + WARM_UP_TICKS * TICK_S
    counted_to = started_at + num_ticks * TICK_S
    counted = [i for i, at in enumerate(recording.sounded_at) if counted_from <= at < counted_to]
    num_wanted = num_ticks - WARM_UP_TICKS
    concealed = [i for i in counted if recording.kinds[i] == "concealed"]
    num_lost = sum(WARM_UP_TICKS <= index < num_ticks for index in path.lost)
    delays = _delays(recording, counted, sound, started_at)
    pieces_lost = listener.num_lost(counted, num_wanted)
    held_up_until = started_at + (HOLD_UP_AT_TICK + HOLD_UP_TICKS) * TICK_S
    return LossRow(
        pattern=pattern.name,
        listener=listener.name,
        packets_sent=num_wanted,
        packets_lost=num_lost,
        pieces_lost=pieces_lost,
        pieces_concealed=sum(recording.levels_dbov[i] > AUDIBLE_DBOV for i in concealed),
        packets_recovered=listener.num_recovered,
        lost_over_loss=pieces_lost / num_lost if num_lost else None,
        delay_p50_ms=float(np.median([ms for _, ms in delays])),
        delay_p95_ms=float(np.quantile([ms for _, ms in delays], 0.95)),
        delay_each_second_ms=_each_second(delays, started_at),
        recovery_s=_recovery_s(delays, held_up_until) if _is_hold_up(pattern) else None,
    )


def _delays(recording: _Recording, counted: Sequence[int], sound: Pcm, started_at: float) -> list[tuple[float, float]]:
    """Return (time, delay in ms) every 100 ms: when the sound heard then had been sent."""
    num_before = WINDOW_SAMPLES // HEARD_TICK_SAMPLES
    delays: list[tuple[float, float]] = []
    for i in counted[num_before::DELAY_EVERY_TICKS]:
        window = np.concatenate(recording.pieces[i - num_before + 1 : i + 1])
        at = recording.sounded_at[i]
        # A packet leaves when its last sample was spoken, so by now a whole tick more was sent. The piece heard
        # began to sound now: its end counts as heard one tick later.
        sent_until = int((at - started_at) * HEARD_RATE_HZ) + HEARD_TICK_SAMPLES
        found_ms = delay_ms(sound, sent_until, window)
        if found_ms is not None:
            delays.append((at, found_ms))
    return delays


def _each_second(delays: Sequence[tuple[float, float]], started_at: float) -> tuple[float, ...]:
    seconds = sorted({int(at - started_at) for at, _ in delays})
    return tuple(
        round(float(np.median([ms for at, ms in delays if int(at - started_at) == second]))) for second in seconds
    )


def _is_hold_up(pattern: Pattern) -> bool:
    return pattern.fate(HOLD_UP_AT_TICK) not in (None, 0.0)


def _recovery_s(delays: Sequence[tuple[float, float]], since: float) -> float | None:
    """Seconds from `since` until the delay is below the bar for good; None when it never is."""
    measured = [ms for _, ms in delays]
    # A median of five, so that one tick that the machine served late is not taken for the buffer's delay.
    steady = [(at, float(np.median(measured[max(0, i - 2) : i + 3]))) for i, (at, _) in enumerate(delays)]
    above = [at for at, ms in steady if at >= since and ms >= RECOVERED_BELOW_MS]
    if not above:
        return 0.0
    below_again = [at for at, _ in steady if at > above[-1]]
    return below_again[0] - since if below_again else None


if __name__ == "__main__":
    sys.stdout.write(table([asdict(row) for row in asyncio.run(measure())]) + "\n")
