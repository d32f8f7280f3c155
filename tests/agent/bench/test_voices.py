"""agent/bench/voices.py: several voices of one engine in one result"""

from __future__ import annotations

import json
from pathlib import Path

from agent.bench.item import Item
from agent.bench.item_folder import Sounding
from agent.bench.item_run import RunSettings
from agent.bench.voices import run_voices

SETTINGS = RunSettings(
    bench="voice",
    split="dev",
    engine="oracle",
    through="engine",
    target="",
    words="text",
    recogniser_url="",
    jobs=1,
    seed=0,
    is_real_time=False,
    engine_url="",
    engine_arguments=("--seed", "1"),
    command="alongside bench voice",
)


async def test_each_voice_is_a_run_and_a_row_and_the_first_one_is_the_score(tmp_path: Path) -> None:
    item = Item("v", "voice", "sentence", "dev", 0, "none", 4.0, (), given_text="Seat nine, please.")
    result = await run_voices(SETTINGS, ["voice", "decoder"], [Sounding(item, None)], tmp_path, encoder=None)
    voices = [row for row in result.rows if row["part"] == "voices"]
    assert [row["voice"] for row in voices] == ["voice", "decoder"] and result.score == 0
    assert {row["voice"] for row in result.rows if row["part"] == "items"} == {"voice", "decoder"}
    assert "speaker_similarity" not in result.metrics  # nobody to compare with
    told = json.loads((tmp_path / "decoder" / "run.json").read_text())["settings"]["engine_arguments"]
    assert told == ["--seed", "1", "--speech", "decoder"]
    assert json.loads((tmp_path / "voice.oracle.engine.json").read_text())["rows"] == list(result.rows)
