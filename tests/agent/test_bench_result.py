"""agent/bench/result.py and agent/bench/media.py's measuring of sound"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from agent.bench.media import bursts, onsets_s, speech_like
from agent.bench.result import BenchResult, table
from model.types import SPOKEN_RATE_HZ

RESULT = BenchResult(
    "media", "echo", "call", 2, 0.4, {"join_s": 0.65}, [{"part": "a", "x": 1.5}, {"part": "b", "y": None}], "alongside"
)


def test_a_result_is_kept_as_json_and_as_a_page(tmp_path: Path) -> None:
    path = RESULT.save(tmp_path / "runs")
    kept = json.loads(path.read_text())
    assert path.name == "media.echo.call.json"
    assert (kept["score"], kept["metrics"]["join_s"], len(kept["rows"])) == (0.4, 0.65, 2)
    assert set(kept) == {
        *("bench", "engine", "through", "split", "items", "score", "interval", "metrics", "rows"),
        *("command", "date", "machine", "commit"),
    }
    page = path.with_suffix(".md").read_text()
    assert "| join_s | 0.65  |" in page and "## a" in page and "## b" in page


def test_a_table_has_one_line_a_row_and_equal_widths() -> None:
    lines = table([{"name": "x", "value": 0.12345}, {"name": "longer", "value": 1234.5}]).splitlines()
    assert len(lines) == 4 and len({len(line) for line in lines}) == 1
    assert "0.123" in lines[2] and "1234" in lines[3]


def test_onsets_are_found_where_bursts_begin() -> None:
    sound = bursts(seed=1, num_bursts=5)
    found = onsets_s(sound, SPOKEN_RATE_HZ)
    assert len(found) == 5
    for onset in found:
        at = int(onset * SPOKEN_RATE_HZ)
        assert not sound[max(0, at - 2400) : at].any() and np.abs(sound[at : at + 240]).max() > 0.05


def test_what_loads_a_call_is_loud_as_speech_and_never_clips() -> None:
    sound = speech_like(2.0, seed=3)
    assert sound.shape == (2 * SPOKEN_RATE_HZ,) and float(np.abs(sound).max()) <= 0.25
    assert -45 < 10 * np.log10(float(np.mean(sound**2))) < -15
