"""What a call costs in processor and threads, and mouth-to-ear latency, beside stock aiortc in the same run.

Runs the product as a user does: `alongside up --engine echo` in a process of its own.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.bench.call_client import CallClient, Exchange, call, through_room, through_whip
from agent.bench.fair_clock import process_tree
from agent.bench.product import started
from agent.bench.result import Row
from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, SPOKEN_RATE_HZ, TICK_MS, Pcm

CALLS = (1, 4, 8)
LOAD_S = 10.0
SETTLE_S = 2.0
NUM_BURSTS = 12
BURST_S = 0.12
BURST_GAP_S = (1.1, 1.5)  # longer than any echo takes, and never in step with the micro-turn
ONSET_DBFS = -50.0


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two systems that are compared: its process and how to reach it."""

    name: str
    pid: int
    origin: str

    def exchange(self, number: int) -> Exchange:
        """How call `number` connects; each of ours has a room of its own."""
        return through_whip(self.origin) if self.name == "stock" else through_room(self.origin, f"bench{number}")


@asynccontextmanager
async def side(name: str) -> AsyncGenerator[Side]:
    """Start `ours` or `stock` and wait until it listens."""
    words = {
        "ours": ("agent", "up", "--engine", "echo", "--port", "0", "--max-rooms", "16"),
        "stock": ("agent.bench.stock_echo",),
    }[name]
    async with started(*words) as product:
        yield Side(name, product.pid, product.origin)


def cpu_s(pid: int) -> float:
    """Processor time of a process so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def num_threads(pid: int) -> int:
    """Threads of a process now."""
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def speech_like(duration_s: float, seed: int) -> Pcm:
    """Noise with speech's slow rise and fall (4 Hz) and its spectrum's slope: (S,) at 24 kHz."""
    rng = np.random.default_rng(seed)
    num_samples = int(duration_s * SPOKEN_RATE_HZ)
    noise = np.cumsum(rng.standard_normal(num_samples + 1200))
    tilted = noise[1200:] - noise[:-1200]
    envelope = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * np.arange(num_samples) / SPOKEN_RATE_HZ)
    return (0.2 * envelope * tilted / np.max(np.abs(tilted))).astype(np.float32)


async def measure_load(system: Side, num_calls: int, duration_s: float) -> Row:
    """Processor share and threads of the system's processes while `num_calls` calls talk."""
    async with AsyncExitStack() as stack:
        for number in range(num_calls):
            client = await stack.enter_async_context(call(system.exchange(number)))
            client.say(speech_like(SETTLE_S + duration_s + 5, seed=number))
        await asyncio.sleep(SETTLE_S)
        pids = process_tree(system.pid)
        before, started = [cpu_s(pid) for pid in pids], time.monotonic()
        await asyncio.sleep(duration_s)
        elapsed_s = time.monotonic() - started
        shares = [(cpu_s(pid) - was) / elapsed_s for pid, was in zip(pids, before, strict=True)]
        threads = num_threads(system.pid)
    return {
        "part": "load",
        "system": system.name,
        "calls": num_calls,
        "core_per_call": round(shares[0] / num_calls, 4),
        "core_per_call_with_engine": round(sum(shares) / num_calls, 4),
        "threads": threads,
    }


async def measure_memory(system: Side, duration_s: float, num_looks: int = 12) -> Row:
    """Resident memory of the system's processes while one call talks: after a tenth of the time, and at the end."""
    looks_mb: list[float] = []
    async with call(system.exchange(98)) as client:
        for _ in range(num_looks):
            client.say(speech_like(duration_s / num_looks, seed=1))
            await client.said()
            looks_mb.append(sum(map(resident_mb, process_tree(system.pid))))
    begin, end = looks_mb[max(1, num_looks // 10)], looks_mb[-1]
    return {
        "part": "memory",
        "system": system.name,
        "minutes": round(duration_s / 60, 1),
        "begin_mb": round(begin, 1),
        "end_mb": round(end, 1),
        "end_over_begin": round(end / begin, 3),
    }


def resident_mb(pid: int) -> float:
    """Memory of a process that is not swapped out; none when it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def bursts(seed: int, num_bursts: int) -> Pcm:
    """Bursts of noise at drawn times: (S,) at 24 kHz."""
    rng = np.random.default_rng(seed)
    parts: list[Pcm] = [np.zeros(SPOKEN_RATE_HZ // 2, dtype=np.float32)]
    for _ in range(num_bursts):
        parts.append((0.3 * rng.uniform(-1, 1, int(BURST_S * SPOKEN_RATE_HZ))).astype(np.float32))
        parts.append(np.zeros(int(rng.uniform(*BURST_GAP_S) * SPOKEN_RATE_HZ), dtype=np.float32))
    return np.concatenate(parts)


def onsets_s(pcm: Pcm, rate_hz: int) -> list[float]:
    """Where sound begins: the first 5 ms above -50 dBFS after 300 ms below it."""
    hop = rate_hz // 200
    blocks = pcm[: pcm.size // hop * hop].reshape(-1, hop)
    is_loud = 10 * np.log10(np.mean(blocks**2, axis=1) + 1e-12) > ONSET_DBFS
    found: list[float] = []
    quiet = 60
    for at, loud in enumerate(is_loud):
        if loud and quiet >= 60:
            found.append(at * hop / rate_hz)
        quiet = 0 if loud else quiet + 1
    return found


async def measure_mouth_to_ear(system: Side, num_bursts: int) -> Row:
    """From a sound at the sender's microphone to its echo at the same person's ear, median and worst of ten."""
    async with call(system.exchange(99)) as client:
        await asyncio.sleep(SETTLE_S)
        begin = len(client.recording.sent)
        client.say(bursts(7, num_bursts))
        await client.said()
        await asyncio.sleep(1.0)
        delays_ms = _delays_ms(client, begin)
    return {
        "part": "mouth_to_ear",
        "system": system.name,
        "bursts": len(delays_ms),
        "median_ms": float(np.median(delays_ms)),
        "p90_ms": float(np.percentile(delays_ms, 90)),
        "max_ms": float(np.max(delays_ms)),
    }


def _delays_ms(client: CallClient, begin_tick: int) -> Sequence[float]:
    sent = onsets_s(client.recording.sent_pcm()[begin_tick * SPOKEN_RATE_HZ * TICK_MS // 1000 :], SPOKEN_RATE_HZ)
    heard = onsets_s(client.recording.received_pcm()[begin_tick * HEARD_TICK_SAMPLES :], HEARD_RATE_HZ)
    delays = [(min((h for h in heard if h > s), default=float("inf")) - s) * 1000 for s in sent]
    found = [delay for delay in delays if delay < BURST_GAP_S[0] * 1000]
    assert found, f"none of {len(sent)} bursts came back; heard {len(heard)}"
    return found
