"""How much of what N calls need, computed from the results that are committed. What was not measured is not guessed.

python deploy/capacity.py --calls 1 100 10000 1000000
python deploy/capacity.py --calls 10000 --sessions-per-server 48 --source "bench serving, our GPU, 2027-01-10"
python deploy/capacity.py --write        # the page CAPACITY.md beside this file
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

FOLDER = Path(__file__).parent
RESULTS = FOLDER.parent / "agent/bench/results"
PAGE = FOLDER / "CAPACITY.md"
PAGE_CALLS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
MAX_CALLS = 10_000_000
SOCKETS_PER_SIGNALING = 4096  # signaling/config.py, max_sockets: a bound, not a measurement


class CapacityInputError(ValueError):
    """A figure that cannot be used; says which and why."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number somebody measured, and where it stands."""

    value: float
    source: str

    def __post_init__(self) -> None:
        if not math.isfinite(self.value) or self.value <= 0:
            raise CapacityInputError(f"{self.value!r} from {self.source or 'nowhere'}: not a number above 0")
        if not self.source.strip():
            raise CapacityInputError(f"{self.value:g}: a figure without a source is not used")


@dataclass(frozen=True, slots=True)
class Measured:
    """What the sheet computes from."""

    agent_cores_per_call: Figure
    rooms_per_agent: Figure  # calls at once in one process, as measured
    sessions_per_server: Figure | None = None  # at no more than 1 % late micro-turns


@dataclass(frozen=True, slots=True)
class Shape:
    """How calls are, and how full machines may be."""

    people_per_call: float = 1.0
    fill: float = 0.7  # of what was measured; the rest is for peaks, drains and lost machines
    spare_servers: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.people_per_call <= 6:
            raise CapacityInputError(f"people-per-call: {self.people_per_call:g} is not within 1 … 6")
        if not 0 < self.fill <= 1:
            raise CapacityInputError(f"fill: {self.fill:g} is not above 0 and at most 1")
        if self.spare_servers < 0:
            raise CapacityInputError(f"spare-servers: {self.spare_servers} is negative")


SHAPE = Shape()


@dataclass(frozen=True, slots=True)
class Need:
    """What so many calls at once need."""

    calls: int
    cells: int
    agent_processes: int
    agent_cores: int
    engine_servers: int | None  # None: nobody measured how many conversations one holds


def need(calls: int, measured: Measured, shape: Shape) -> Need:
    """Round up everywhere; raises CapacityInputError for calls that are not within 1 … 10 million."""
    if not 1 <= calls <= MAX_CALLS:
        raise CapacityInputError(f"calls: {calls} is not within 1 … {MAX_CALLS}")
    sockets = calls * (shape.people_per_call + 1)  # each person's, and the agent's
    processes = _up(calls / (measured.rooms_per_agent.value * shape.fill))
    cores = _up(calls * measured.agent_cores_per_call.value / shape.fill)
    servers = None
    if measured.sessions_per_server is not None:
        held = math.floor(measured.sessions_per_server.value * shape.fill) or 1
        servers = _up(calls / held) + shape.spare_servers
    return Need(calls, _up(sockets / (SOCKETS_PER_SIGNALING * shape.fill)), processes, cores, servers)


def read_measured(results: Path = RESULTS) -> Measured:
    """The committed results. Raises CapacityInputError when the one on media is not there or lacks the rows."""
    media = results / "media.echo.call.json"
    rows = [row for row in _rows(media) if row.get("part") == "load" and row.get("system") == "ours"]
    if not rows:
        raise CapacityInputError(f"{media.name}: has no rows of part load; run alongside bench media --only load")
    fullest = max(rows, key=lambda row: row["calls"])
    source = f"{media.name}, {fullest['calls']} calls at once"
    serving = results / "serving.native.engine.json"
    held = None
    if serving.exists():
        metrics = cast("Mapping[str, Any]", _read(serving)["metrics"])
        if metrics.get("sessions_held"):
            processes = metrics.get("servers", 1)  # that held them together; an engine server here is one
            machine = _read(serving)["machine"]
            source_of = f"{serving.name}, {metrics['sessions_held']:g} in {processes:g} process(es) on {machine}"
            held = Figure(metrics["sessions_held"] / processes, source_of)
    return Measured(Figure(fullest["core_per_call"], source), Figure(fullest["calls"], source), held)


def sheet(calls: Sequence[int], measured: Measured, shape: Shape) -> str:
    """Markdown: the figures with their sources, and a row for each number of calls."""
    held = measured.sessions_per_server
    lines = [
        "| figure | value | source |",
        "|---|---|---|",
        _row("an agent's share of a core, for each call", measured.agent_cores_per_call),
        _row("calls in one agent process, as measured", measured.rooms_per_agent),
        _row("conversations one engine server holds in time", held)
        if held
        else "| conversations one engine server holds in time | not measured | `alongside bench serving` says it |",
        f"| sockets of a signaling process | {SOCKETS_PER_SIGNALING} | a bound of signaling/config.py, not measured |",
        "",
        f"Machines are filled to {shape.fill:.0%}; {shape.people_per_call:g} people a call; "
        f"{shape.spare_servers} spare engine server(s).",
        "",
        "| calls at once | cells (signaling) | agent processes | their cores | engine servers |",
        "|---|---|---|---|---|",
    ]
    for each in (need(number, measured, shape) for number in calls):
        servers = "not measured" if each.engine_servers is None else f"{each.engine_servers:,}"
        cells = (f"{each.calls:,}", f"{each.cells:,}", f"{each.agent_processes:,}", f"{each.agent_cores:,}", servers)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def page(measured: Measured) -> str:
    """CAPACITY.md."""
    return (
        "# What N calls need\n\n"
        "Made by `python deploy/capacity.py --write` from the results under `agent/bench/results`; a test holds it to "
        "them. Nothing here was run at the sizes below: it is a multiplication, and says what to order before a load "
        "test, not what passed one. An engine server is what the source of its figure names; for another machine, a "
        "GPU too, measure there and pass `--sessions-per-server N --source WHERE`.\n\n"
        + sheet(PAGE_CALLS, measured, SHAPE)
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Print a sheet, or write the page; the exit status."""
    parser = argparse.ArgumentParser(description="What N calls need, from measured figures.")
    parser.add_argument("--calls", type=int, nargs="+", default=list(PAGE_CALLS))
    parser.add_argument("--people-per-call", type=float, default=SHAPE.people_per_call)
    parser.add_argument("--fill", type=float, default=SHAPE.fill)
    parser.add_argument("--spare-servers", type=int, default=SHAPE.spare_servers)
    parser.add_argument("--sessions-per-server", type=float, help="measured; needs --source")
    parser.add_argument("--source", default="", help="the command, machine and date of that figure")
    parser.add_argument("--write", action="store_true", help="the page CAPACITY.md, from the committed results alone")
    options = parser.parse_args(argv)
    try:
        measured = read_measured()
        if options.write:
            PAGE.write_text(page(measured))
            return 0
        if options.sessions_per_server is not None:
            held = Figure(options.sessions_per_server, options.source)
            measured = Measured(measured.agent_cores_per_call, measured.rooms_per_agent, held)
        shape = Shape(options.people_per_call, options.fill, options.spare_servers)
        sys.stdout.write(sheet(options.calls, measured, shape))
    except CapacityInputError as error:
        sys.stderr.write(f"capacity: {error}\n")
        return 2
    return 0


def _row(name: str, figure: Figure) -> str:
    return f"| {name} | {figure.value:g} | {figure.source} |"


def _up(value: float) -> int:
    return math.ceil(value - 1e-9)  # 0.1 * 30 is 3, not 4


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return cast("Mapping[str, Any]", json.loads(path.read_text()))
    except (OSError, ValueError) as error:
        raise CapacityInputError(f"{path}: {error}") from error


def _rows(path: Path) -> list[Mapping[str, Any]]:
    return cast("list[Mapping[str, Any]]", _read(path).get("rows", []))


if __name__ == "__main__":
    sys.exit(main())
