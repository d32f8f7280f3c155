"""What a benchmark reports: one JSON object with score, metrics, rows, and where it was taken."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

Row = Mapping[str, Any]  # JSON values: a row's columns differ by bench
RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class BenchResult:
    """A run that we stand by. `score` is the bench's headline figure, `metrics` the others by their names."""

    bench: str
    engine: str
    through: str
    items: int
    score: float
    metrics: Mapping[str, float]
    rows: Sequence[Row]
    command: str
    split: str = "test"
    interval: tuple[float, float] | None = None
    date: str = field(default_factory=lambda: date.today().isoformat())
    machine: str = field(default_factory=lambda: machine())
    commit: str = field(default_factory=lambda: commit())

    def to_json(self) -> str:
        """JSON text, two spaces deep."""
        return json.dumps(asdict(self), indent=2, allow_nan=False) + "\n"

    def to_text(self, without: Sequence[str] = ()) -> str:
        """A page of Markdown: a table for each part but those `without`, the metrics, and where it was taken."""
        found = dict.fromkeys(str(row.get("part", self.bench)) for row in self.rows)
        parts = [part for part in found if part not in without]
        tables = [
            f"## {part}\n\n{table([row for row in self.rows if row.get('part', self.bench) == part])}" for part in parts
        ]
        metrics = table([{"metric": name, "value": value} for name, value in self.metrics.items()])
        taken = f"`{self.command}` · {self.date} · {self.machine} · commit {self.commit}"
        title = f"# {self.bench}, engine {self.engine}, through {self.through}"
        return "\n\n".join([title, taken, *tables, f"## metrics\n\n{metrics}"]) + "\n"

    def save(self, folder: Path) -> Path:
        """Write `<bench>.<engine>.<through>.json` and, without single items, as `.md`; returns the first one's path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.bench}.{self.engine}.{self.through}.json"
        path.write_text(self.to_json())
        path.with_suffix(".md").write_text(self.to_text(without=("items",)))
        return path


def joined_command(command: str, before: Mapping[str, Any]) -> str:  # Any: JSON
    """The command of a result that keeps parts of the one before: each with its own command, date and commit."""
    first, _, others = str(before["command"]).partition(" (other parts: ")
    parts = [f"{first}, {before['date']}, commit {before['commit']}", *filter(None, [others.removesuffix(")")])]
    return f"{command} (other parts: {'; '.join(parts)})"


def machine() -> str:
    """Processor and cores, in words."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def commit() -> str:
    """The tree's commit, with `+` when something is not committed; empty outside a checkout."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty=+"], capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.stdout.strip()


def table(rows: Sequence[Row]) -> str:
    """Rows as a Markdown table; the first row names the columns, `part` left out."""
    if not rows:
        return ""
    names = [name for name in rows[0] if name != "part"]
    lines = [[_cell(row.get(name)) for name in names] for row in rows]
    widths = [max(len(name), *(len(line[at]) for line in lines)) for at, name in enumerate(names)]
    head = [names, ["-" * width for width in widths]]
    padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in [*head, *lines]]
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
    if isinstance(value, list | tuple):
        return " ".join(_cell(each) for each in cast(Sequence[object], value))
    return "" if value is None else str(value)
