"""agent/bench/report.py: a page holds its sounds, and no text breaks out of it"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.bench.item import Item, Meaning, Once, Turn
from agent.bench.item_folder import Sounding, save_item
from agent.bench.item_run import RunSettings, run_bench
from agent.bench.report import ReportError, html, markdown, read_run
from agent.bench.result import RESULTS

SETTINGS = RunSettings(
    "timespeak", "dev", "oracle", "engine", "", "text", "", 1, 0, False, "", (), "alongside bench timespeak"
)
HOSTILE = "<script>alert(1)</script>"


async def _run(folder: Path) -> Path:
    turns = (Turn("user", "v", HOSTILE, 0.2, 0.8),)
    expected = (Once(Meaning((("<b>now</b>",),)), 2.0, 3.0),)
    item = Item("a", "timespeak", "single_delay", "dev", 0, "none", 4.0, turns, expected)
    save_item(folder / "sets", item, np.zeros(64_000, np.float32))
    await run_bench(SETTINGS, [Sounding(item, folder / "sets" / "a" / "item.wav")], folder / "run")
    return folder / "run"


async def test_a_page_holds_its_sounds_and_escapes_what_was_said(tmp_path: Path) -> None:
    run = read_run(await _run(tmp_path))
    page = html([run], items_per_run=3)
    assert "data:audio/ogg;base64," in page and "<svg" in page and "single_delay" in page
    assert HOSTILE not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "http://" not in page and "https://" not in page  # nothing is loaded from elsewhere


async def test_markdown_sets_runs_beside_each_other(tmp_path: Path) -> None:
    text = markdown([read_run(await _run(tmp_path))] * 2)
    assert text.count("| timespeak | oracle | engine") == 2 and "### timespeak" in text
    assert (tmp_path / "run" / "run.json").exists()
    assert text.count("TML 64.7, GPT-realtime-2.0 4.3 (closed set)") == 2


@pytest.mark.parametrize("path", sorted(RESULTS.glob("*.json")), ids=lambda path: path.name)
def test_results_that_we_stand_by_are_read_and_say_where_they_were_taken(path: Path) -> None:
    run = read_run(path)
    assert path.name == f"{run.result['bench']}.{run.result['engine']}.{run.result['through']}.json"
    assert run.result["command"].startswith("alongside bench ") and run.result["machine"] and run.result["commit"]
    assert f"| {run.result['bench']} " in markdown([run])


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="0 results"):
        read_run(tmp_path)
