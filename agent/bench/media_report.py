"""`alongside bench media`: load, mouth-to-ear latency, loss and join time in one run and one result."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict

from agent.bench import loss
from agent.bench.join import measure_join
from agent.bench.media import CALLS, LOAD_S, NUM_BURSTS, measure_load, measure_memory, measure_mouth_to_ear, side
from agent.bench.result import BenchResult, Row

logger = logging.getLogger(__name__)

PARTS = ("loss", "mouth_to_ear", "load", "join")
SLOW_PARTS = ("memory",)  # measured when they are named
MEMORY_S, QUICK_MEMORY_S = 3600.0, 24.0
NUM_JOINS = 10


async def measure_media(parts: Sequence[str], is_quick: bool, command: str, kept: Sequence[Row] = ()) -> BenchResult:
    """Measure the named parts, ours and stock in turn; `is_quick` takes a small sample.

    Of `kept`, rows of an earlier run, those of other parts stay in the result.
    """
    rows: list[Row] = [row for row in kept if row["part"] not in parts]
    if "loss" in parts:
        chosen = loss.patterns()[:3] if is_quick else None
        rows += [{"part": "loss", **asdict(row)} for row in await loss.measure(chosen, 8.0 if is_quick else 20.0)]
    for name in ("ours", "stock"):
        async with side(name) as system:
            if "mouth_to_ear" in parts:
                rows.append(await measure_mouth_to_ear(system, NUM_BURSTS // 3 if is_quick else NUM_BURSTS))
            if "load" in parts:
                for num_calls in CALLS[:1] if is_quick else CALLS:
                    rows.append(await measure_load(system, num_calls, 3.0 if is_quick else LOAD_S))
            if "memory" in parts:
                rows.append(await measure_memory(system, QUICK_MEMORY_S if is_quick else MEMORY_S))
    if "join" in parts:
        rows.append(await measure_join("cascade", 2 if is_quick else NUM_JOINS))
    metrics = _metrics(rows)
    score = metrics.get("lost_over_loss_5pct", 0.0)
    return BenchResult("media", "echo", "call", len(rows), score, metrics, rows, command, split="all")


def _metrics(rows: Sequence[Row]) -> dict[str, float]:
    metrics: dict[str, float] = {}
    for row in rows:
        match row:
            case {"part": "loss", "listener": "ours", "pattern": pattern}:
                names = {"1 % random": "lost_over_loss_1pct", "5 % random": "lost_over_loss_5pct"}
                if pattern in names and row["lost_over_loss"] is not None:
                    metrics[names[pattern]] = row["lost_over_loss"]
                if row["recovery_s"] is not None:
                    metrics["delay_recovery_s"] = row["recovery_s"]
            case {"part": "mouth_to_ear", "system": "ours"}:
                metrics["mouth_to_ear_ms"] = row["median_ms"]
            case {"part": "load", "system": "ours"}:
                metrics["core_per_call"] = row["core_per_call"]  # of the last row: most calls at once
            case {"part": "memory", "system": "ours"}:
                metrics["memory_end_over_begin"] = row["end_over_begin"]
            case {"part": "join"}:
                metrics["join_s"] = row["median_s"]
            case _:
                pass
    return metrics
