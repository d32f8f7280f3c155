"""Drawings of a report as SVG text: one item's timeline, and how values spread. Knows nothing of files.

Every text that comes from outside is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from agent.bench.item import Item
from agent.bench.result import Row
from agent.bench.take import Take
from model.types import HEARD_RATE_HZ, SPOKEN_RATE_HZ, Pcm

WIDTH, TRACK_HEIGHT, TEXT_HEIGHT = 960, 44, 16
NUM_COLUMNS = 480
NUM_BARS = 24


def timeline(item: Item, take: Take, people: Pcm, row: Row) -> str:
    """People above, agent below, the windows between them: green met, red missed, orange what nobody expected."""
    per_s = WIDTH / item.duration_s
    parts = [_wave(people, HEARD_RATE_HZ, item.duration_s, TEXT_HEIGHT, "people")]
    agent_top = TEXT_HEIGHT + TRACK_HEIGHT + 18
    parts.append(_wave(take.output, SPOKEN_RATE_HZ, item.duration_s, agent_top, "agent"))
    for turn in item.turns:
        parts.append(_text(turn.start_s * per_s, 12, turn.text, "people"))
    height = agent_top + TRACK_HEIGHT
    for span in item.spans:
        parts.append(_box(span.start_s, span.end_s, per_s, TEXT_HEIGHT, height - TEXT_HEIGHT, "span", span.kind))
    for hit in _dicts(row, "hits"):
        kind = "missed" if hit["onset_s"] is None else "met"
        tip = "nothing" if hit["onset_s"] is None else f"{hit['onset_s']:.2f} s: {hit['text']}"
        parts.append(_box(hit["earliest_s"], hit["latest_s"], per_s, agent_top - 14, TRACK_HEIGHT + 14, kind, tip))
    for said in _dicts(row, "unexpected"):
        parts.append(_box(said["start_s"], said["end_s"], per_s, agent_top, TRACK_HEIGHT, "unexpected", "not expected"))
    for said in take.said:
        parts.append(_text(said.start_s * per_s, height + 13, said.text or "…", "agent"))
    parts.append(f'<line class="playhead" x1="0" x2="0" y1="0" y2="{height}"/>')
    return f'<svg viewBox="0 0 {WIDTH} {height + 20}" role="img">{"".join(parts)}</svg>'


def spread(values: Mapping[str, Sequence[float]], unit: str) -> str:
    """A histogram for each name, all on one scale."""
    everything = [value for some in values.values() for value in some]
    if not everything:
        return ""
    low, high = float(np.percentile(everything, 1)), float(np.percentile(everything, 99))
    edges = np.linspace(low, max(high, low + 0.1), NUM_BARS + 1)
    drawings: list[str] = []
    for name, some in values.items():
        counts, _ = np.histogram(np.clip(some, edges[0], edges[-1]), edges)
        tallest = max(1, int(counts.max()))
        bars = "".join(
            f'<rect class="bar" x="{at * 12}" y="{60 - 56 * count / tallest:.1f}" width="11" '
            f'height="{56 * count / tallest:.1f}"/>'
            for at, count in enumerate(counts.tolist())
        )
        median = f"median {float(np.median(some)):.2f} {escape(unit)}, {len(some)} values" if len(some) else "no values"
        end = f'<text x="{NUM_BARS * 12}" y="74" class="end">{edges[-1]:.2f}</text>'
        axis = f'<text x="0" y="74">{edges[0]:.2f}</text>{end}'
        svg = f'<svg viewBox="0 0 {NUM_BARS * 12} 80" class="spread">{bars}{axis}</svg>'
        drawings.append(f"<figure><figcaption>{escape(name)}: {median}</figcaption>{svg}</figure>")
    return f'<div class="spreads">{"".join(drawings)}</div>'


def _wave(pcm: Pcm, rate_hz: int, duration_s: float, top: float, kind: str) -> str:
    size = max(1, round(duration_s * rate_hz / NUM_COLUMNS))
    padded = np.pad(pcm, (0, -pcm.size % size)).reshape(-1, size)
    peaks = np.minimum(1.0, np.abs(padded).max(axis=1) * 2.0)
    middle, step = top + TRACK_HEIGHT / 2, WIDTH / NUM_COLUMNS
    lines = [
        f"M{at * step:.1f} {middle - peak * TRACK_HEIGHT / 2:.1f}V{middle + peak * TRACK_HEIGHT / 2:.1f}"
        for at, peak in enumerate(peaks.tolist())
        if peak > 0.004
    ]
    return f'<path class="wave {kind}" d="{"".join(lines) or "M0 0"}"/>'


def _box(start_s: float, end_s: float, per_s: float, top: float, height: float, kind: str, tip: str) -> str:
    x, width = start_s * per_s, max(1.5, (end_s - start_s) * per_s)
    place = f'x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{kind}" {place}><title>{escape(tip)}</title></rect>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{min(x, WIDTH - 60):.1f}" y="{y:.1f}">{escape(text)}</text>'


def _dicts(row: Row, name: str) -> Sequence[Mapping[str, Any]]:
    return row.get(name) or ()
