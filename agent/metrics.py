"""The participant's metrics, named in one place with unit and `_total`. Rendered as Prometheus text.

Knows nothing of who reads them.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, fields

STEP_BUCKETS_MS = (5, 10, 20, 30, 40, 60, 80, 100, 120, 160, 200, 300, 500, 1000)


class Histogram:
    """Counts per bucket, close around the budget."""

    def __init__(self, buckets: tuple[int, ...]) -> None:
        self.buckets = buckets
        self.counts = [0] * (len(buckets) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.buckets, value)] += 1
        self.total += value

    def render(self, name: str) -> list[str]:
        """Prometheus lines of this histogram."""
        lines: list[str] = []
        running = 0
        for edge, count in zip((*self.buckets, "+Inf"), self.counts, strict=True):
            running += count
            lines.append(f'{name}_bucket{{le="{edge}"}} {running}')
        return [f"# TYPE {name} histogram", *lines, f"{name}_sum {self.total:g}", f"{name}_count {running}"]


@dataclass(slots=True)
class AgentMetrics:
    """One process's counters."""

    step_ms: Histogram = field(default_factory=lambda: Histogram(STEP_BUCKETS_MS))
    rooms: int = 0
    peers: int = 0
    micro_turn_late_total: int = 0
    skipped_ticks_total: int = 0
    stop_words_total: int = 0
    lost_sessions_total: int = 0
    moved_sessions_total: int = 0
    bad_messages_total: int = 0
    failed_peers_total: int = 0

    def count_move(self) -> None:
        """A conversation went on at another engine server."""
        self.moved_sessions_total += 1

    def render(self) -> str:
        """Prometheus text of everything, each name with the prefix `alongside_agent_`."""
        lines: list[str] = []
        for item in fields(self):
            name, value = f"alongside_agent_{item.name}", getattr(self, item.name)
            if isinstance(value, Histogram):
                lines += value.render(name)
            else:
                kind = "counter" if item.name.endswith("_total") else "gauge"
                lines += [f"# TYPE {name} {kind}", f"{name} {value}"]
        return "\n".join(lines) + "\n"
