"""Runs side by side as one self-contained HTML page and as a Markdown table. Reads run folders; measures nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, cast

from agent.bench.figures_elsewhere import ELSEWHERE
from agent.bench.item import Item
from agent.bench.report_pictures import spread, timeline
from agent.bench.report_sound import data_uri
from agent.bench.result import Row, table
from agent.bench.take import INPUT_FILE, read_take
from agent.bench.wav import read_wav
from agent.errors import AgentError
from model.types import HEARD_RATE_HZ

NAMED = (  # beginnings of the metrics that stand beside a score
    *("turn_taking_t", "turn_taking_latency_s", "pause_", "interruption_", "delegation_", "mean_absolute", "unasked"),
    *("word_error", "speaker_", "judge_", "step_p"),
)
ASSETS = Path(__file__).parent
NOTE = (
    "Sets, voices and judging are our own and open; published figures of other systems were taken on closed sets and "
    "cannot be set beside these as if they were the same test."
)


class ReportError(AgentError):
    """A folder is no run; says which, and what is missing in it."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder's result, as JSON gives it."""

    folder: Path
    result: Mapping[str, Any]  # JSON values of BenchResult

    @property
    def title(self) -> str:
        return f"{self.result['bench']} · {self.result['engine']} · {self.result['through']} · {self.result['split']}"

    def rows(self, part: str) -> list[Row]:
        return [row for row in cast(Sequence[Row], self.result["rows"]) if row.get("part") == part]


def read_run(folder: Path) -> Run:
    """A run's folder, or a result alone as `results/` keeps them. Raises ReportError."""
    if folder.is_file():
        return _read(folder, folder.parent)
    found = sorted(path for path in folder.glob("*.*.*.json"))
    if len(found) != 1:
        raise ReportError(
            f"{folder}: {len(found)} results; one BENCH.ENGINE.THROUGH.json is needed: run the bench first"
        )
    return _read(found[0], folder)


def _read(path: Path, folder: Path) -> Run:
    try:
        return Run(folder, cast(Mapping[str, Any], json.loads(path.read_text(encoding="utf-8"))))
    except ValueError as error:
        raise ReportError(f"{path}: not JSON: {error}") from error


def markdown(runs: Sequence[Run]) -> str:
    """One line a run, and the categories of each bench beside each other."""
    parts = [table([_summary(run) for run in runs])]
    for bench in dict.fromkeys(str(run.result["bench"]) for run in runs):
        if rows := _categories([run for run in runs if run.result["bench"] == bench]):
            parts.append(f"### {bench}\n\n{table(rows)}")
    return "\n\n".join(parts) + "\n"


def html(runs: Sequence[Run], items_per_run: int) -> str:
    """The page; items that went wrong are shown first."""
    sections = "".join(_section(run, items_per_run) for run in runs)
    style = (ASSETS / "report.css").read_text(encoding="utf-8")
    script = (ASSETS / "report.js").read_text(encoding="utf-8")
    body = f"<h1>Benchmarks</h1><p>{escape(NOTE)}</p>{_tables(runs)}{_spreads(runs)}{sections}"
    head = f'<meta charset="utf-8"><title>Benchmarks</title><style>{style}</style>'
    return f"<!doctype html><html lang=en><head>{head}</head><body>{body}<script>{script}</script></body></html>\n"


def _summary(run: Run) -> Row:
    low, high = run.result["interval"] or (None, None)
    metrics = cast(Mapping[str, float], run.result["metrics"])
    named = [name for name in metrics if name.startswith(NAMED)]
    return {
        "bench": run.result["bench"],
        "engine": run.result["engine"],
        "through": run.result["through"],
        "split": run.result["split"],
        "items": run.result["items"],
        "score": run.result["score"],
        "95 %": None if low is None else f"{low:g} … {high:g}",
        "others": ", ".join(f"{name} {metrics[name]:g}" for name in named),
        "elsewhere": ELSEWHERE.get(str(run.result["bench"])),
        "taken": f"{run.result['date']}, {run.result['commit']}",
    }


def _categories(runs: Sequence[Run]) -> list[Row]:
    lines: dict[str, dict[str, Any]] = {}
    for run in runs:
        column = f"{run.result['engine']} ({run.result['through']}, {run.result['split']})"
        for row in run.rows("categories"):
            lines.setdefault(str(row["category"]), {"category": row["category"]})[column] = row["right_pct"]
        for row in run.rows("desired"):
            lines.setdefault(str(row["behaviour"]), {"category": row["behaviour"]})[column] = row["rate_pct"]
    names = dict.fromkeys(name for line in lines.values() for name in line)
    return [{name: line.get(name) for name in names} for line in lines.values()]


def _tables(runs: Sequence[Run]) -> str:
    parts = [_html_table([_summary(run) for run in runs])]
    for bench in dict.fromkeys(str(run.result["bench"]) for run in runs):
        if rows := _categories([run for run in runs if run.result["bench"] == bench]):
            parts.append(f"<h2>{escape(bench)}</h2>{_html_table(rows)}")
    return "".join(parts)


def _spreads(runs: Sequence[Run]) -> str:
    answers: dict[str, list[float]] = {}
    offsets: dict[str, list[float]] = {}
    for run in runs:
        for row in run.rows("items"):
            if row.get("latency_s") is not None:
                answers.setdefault(run.title, []).append(float(row["latency_s"]))
            for hit in cast(Sequence[Mapping[str, Any]], row.get("hits") or ()):
                if hit["onset_s"] is not None:
                    middle = (hit["earliest_s"] + hit["latest_s"]) / 2
                    offsets.setdefault(run.title, []).append(float(hit["onset_s"] - middle))
    parts = [("From a turn's end to the answer", answers), ("From the middle of the window to the utterance", offsets)]
    return "".join(f"<h2>{title}</h2>{spread(values, 's')}" for title, values in parts if values)


def _section(run: Run, num_items: int) -> str:
    rows = sorted(run.rows("items"), key=lambda row: bool(row.get("is_right", False)))
    shown = "".join(_item(run, row) for row in rows[:num_items])
    command = f"<p><code>{escape(str(run.result['command']))}</code> · {escape(str(run.result['machine']))}</p>"
    metrics = _html_table([{"metric": name, "value": value} for name, value in run.result["metrics"].items()])
    summary = f"<summary>{len(rows[:num_items])} of {len(rows)} items</summary>"
    title = f"<h2>{escape(run.title)}: {run.result['score']}</h2>"
    return f"<section>{title}{command}{metrics}<details open>{summary}{shown}</details></section>"


def _item(run: Run, row: Row) -> str:
    folder = run.folder / "items" / str(row["item"])
    take = read_take(folder)
    if take is None:
        return f"<article><h3>{escape(str(row['item']))}</h3><p>its take is not in the folder</p></article>"
    item = Item.from_json((folder / "item.json").read_text(encoding="utf-8"), str(folder))
    heard = folder / INPUT_FILE
    people = read_wav(heard, HEARD_RATE_HZ) if heard.exists() else take.output[:0]
    verdict = {True: "right", False: "wrong"}.get(cast(bool, row.get("is_right")), "")
    title = f"<h3>{escape(item.id)} · {escape(item.category)} · noise {escape(item.noise)} <b>{verdict}</b></h3>"
    sound = f'<audio controls preload="none" src="{data_uri(people, take.output)}"></audio>'
    return f'<article data-duration="{item.duration_s}">{title}{timeline(item, take, people, row)}{sound}</article>'


def _html_table(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    lines = ["".join(f"<td>{escape(_cell(row.get(name)))}</td>" for name in rows[0]) for row in rows]
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _cell(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
