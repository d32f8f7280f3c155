"""The engine server's counters and the text that a Prometheus server reads. Knows nothing of sockets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

# Close together around the 200 ms of a micro-turn and the 40/120 ms budget of a step.
STEP_BUCKETS_MS = (5, 10, 20, 40, 80, 120, 200, 400, 1000, 5000)


@runtime_checkable
class CountingEngine(Protocol):
    """An engine that counts what only it knows of."""

    @property
    def counters(self) -> Mapping[str, int]:
        """Since it started, by names that end with `_total`."""
        ...


@dataclass(slots=True)
class Histogram:
    """Counts of values at or below each bound."""

    bounds: tuple[int, ...]
    counts: list[int] = field(init=False)
    sum: float = 0.0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def add(self, value: float) -> None:
        index = next((i for i, bound in enumerate(self.bounds) if value <= bound), len(self.bounds))
        self.counts[index] += 1
        self.sum += value

    def lines(self, name: str) -> list[str]:
        total = 0
        lines = [f"# TYPE {name} histogram"]
        for bound, count in zip((*self.bounds, "+Inf"), self.counts, strict=True):
            total += count
            lines.append(f'{name}_bucket{{le="{bound}"}} {total}')
        return [*lines, f"{name}_sum {self.sum:.3f}", f"{name}_count {total}"]


@dataclass(slots=True)
class EngineMetrics:
    """What one engine server has done since it started."""

    sessions_open: int = 0
    sessions_opened_total: int = 0
    sessions_refused_total: int = 0
    sessions_lost_total: int = 0  # ended by an engine's failure
    sessions_moved_total: int = 0  # handed over to go on elsewhere
    sessions_resumed_total: int = 0  # gone on over another connection
    requests_total: int = 0  # recognise, speak, translate
    bad_messages_total: int = 0
    micro_turns_total: int = 0
    engine_step_ms: Histogram = field(default_factory=lambda: Histogram(STEP_BUCKETS_MS))

    def text(self, engine: object = None) -> str:
        """With the counters of an `engine` that has some."""
        lines = ["# TYPE engine_sessions_open gauge", f"engine_sessions_open {self.sessions_open}"]
        for name in (
            "sessions_opened_total",
            "sessions_refused_total",
            "sessions_lost_total",
            "sessions_moved_total",
            "sessions_resumed_total",
            "requests_total",
            "bad_messages_total",
            "micro_turns_total",
        ):
            lines += [f"# TYPE engine_{name} counter", f"engine_{name} {getattr(self, name)}"]
        if isinstance(engine, CountingEngine):
            for name, count in engine.counters.items():
                lines += [f"# TYPE engine_{name} counter", f"engine_{name} {count}"]
        return "\n".join([*lines, *self.engine_step_ms.lines("engine_step_ms"), ""])
