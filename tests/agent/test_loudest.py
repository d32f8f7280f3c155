"""agent/loudest.py"""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agent.loudest import LoudestParticipant, level_dbfs
from model.types import HEARD_TICK_SAMPLES, Pcm


def noise(level_db: float) -> Pcm:
    rng = np.random.default_rng(3)
    pcm = rng.standard_normal(HEARD_TICK_SAMPLES).astype(np.float32)
    return pcm / np.float32(np.sqrt(np.mean(pcm**2))) * np.float32(10 ** (level_db / 20))


def run(loudest: LoudestParticipant, levels: dict[str, float], num_ticks: int) -> list[str]:
    sounds = {who: noise(level) for who, level in levels.items()}
    return [who for _ in range(num_ticks) if (who := loudest.update(sounds))]


def test_level_is_rms_in_db_of_full_scale() -> None:
    assert abs(level_dbfs(noise(-20)) + 20) < 0.01
    assert level_dbfs(np.zeros(320, dtype=np.float32)) == -100


@given(st.lists(st.floats(-90, -3), min_size=1, max_size=200))
def test_one_person_alone_never_makes_an_event(levels: list[float]) -> None:
    loudest = LoudestParticipant()
    assert all(loudest.update({"p1": noise(level)}) is None for level in levels)


def test_a_change_is_reported_once_and_after_it_happened() -> None:
    loudest = LoudestParticipant()
    assert run(loudest, {"p1": -20, "p2": -80}, 100) == []  # the first loudest is no change
    assert loudest.current == "p1"
    assert run(loudest, {"p1": -80, "p2": -20}, 14) == []
    assert run(loudest, {"p1": -80, "p2": -20}, 100) == ["p2"]


def test_silence_changes_nothing() -> None:
    loudest = LoudestParticipant()
    run(loudest, {"p1": -20, "p2": -80}, 100)
    assert run(loudest, {"p1": -90, "p2": -70}, 200) == []
    assert loudest.current == "p1"


def test_two_people_of_one_level_do_not_flicker() -> None:
    loudest = LoudestParticipant()
    run(loudest, {"p1": -20, "p2": -80}, 100)
    assert run(loudest, {"p1": -20, "p2": -18}, 300) == []
