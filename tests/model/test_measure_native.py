"""What is counted of a play: words understood, onsets where they belong, false starts."""

from __future__ import annotations

import random

import numpy as np

from model.measure_native import Score, is_onset, score_play
from model.studio.stage import Stage
from model.types import SPOKEN_SAMPLES, Heard, MicroTurnOut
from tests.model.studio.silent_cast import SilentCast


def outputs(speaking: set[int], heard: str, num_turns: int) -> list[MicroTurnOut]:
    sound = np.full(SPOKEN_SAMPLES, 0.1, np.float32)
    actions = {num_turns - 1: (Heard(heard),)}
    return [MicroTurnOut(n, sound if n in speaking else None, "", actions.get(n, ())) for n in range(num_turns)]


def scored(speaking: set[int], heard: str) -> Score:
    stage = Stage(SilentCast(), random.Random(0))
    stage.user.says("Say hello now.", at=0.5)
    stage.agent.says("Hello.", at=3.0)
    stage.wait(5.0)
    return score_play(stage.play, outputs(speaking, heard, 40))


def test_right_words_at_the_right_time_score_all() -> None:
    score = scored({15, 16, 17}, "say hello now")
    assert (score.num_words, score.num_errors) == (3, 0)
    assert score.numbers()["onset_f1"] == 1.0 and score.numbers()["false_starts_per_minute"] == 0.0


def test_an_early_and_a_late_start_are_no_hits() -> None:
    for start in (10, 20):
        score = scored({start}, "say hell")
        assert score.num_errors == 2
        assert (score.num_hits, score.num_onsets) == (0, 1)
        assert score.numbers()["false_starts_per_minute"] == 7.5


def test_an_onset_is_sound_after_none() -> None:
    outs = outputs({0, 1, 3}, "", 5)
    assert [n for n in range(5) if is_onset(outs, n)] == [0, 3]
