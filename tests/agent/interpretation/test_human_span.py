"""How late a human interpreter is shows in the pauses of both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.interpretation.ear_voice_span import EarVoiceSpan
from agent.interpretation.human_span import MAX_UNANSWERED, PAUSE_S, HumanSpan
from model.types import TICK_MS

Times = list[tuple[float, float]]  # of speech: from, to


def spans(floor: Times, human: Times, until_s: float) -> list[EarVoiceSpan]:
    span, found = HumanSpan(), list[EarVoiceSpan]()
    for tick in range(round(until_s * 1000 / TICK_MS)):
        now_s = tick * TICK_MS / 1000
        loud = [any(begin <= now_s < end for begin, end in side) for side in (floor, human)]
        if (each := span.hear(loud[0], loud[1], now_s)) is not None:
            found.append(each)
    return found


def test_each_answer_is_measured_from_what_it_answers() -> None:
    found = spans([(1, 4), (6, 9)], [(3, 5.5), (8, 11)], 13)
    assert [(each.start_lag_s, each.end_lag_s) for each in found] == [
        (pytest.approx(2, abs=0.05), pytest.approx(1.5, abs=0.05)),
        (pytest.approx(2, abs=0.05), pytest.approx(2, abs=0.05)),
    ]


def test_short_breaths_cut_nothing_and_two_sentences_may_be_answered_at_once() -> None:
    found = spans([(1, 2), (2.3, 4), (5, 6)], [(4.5, 7), (7.4, 8)], 10)
    assert [round(each.start_lag_s, 1) for each in found] == [3.5]
    assert [round(each.end_lag_s, 1) for each in found] == [2.0]


def test_who_speaks_without_anybody_on_the_floor_is_not_late() -> None:
    assert spans([], [(1, 2), (4, 5)], 8) == []


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=300))
def test_a_lag_is_never_negative_and_little_is_remembered(sides: list[tuple[bool, bool]]) -> None:
    span = HumanSpan()
    for number, (floor, human) in enumerate(sides):
        found = span.hear(floor, human, number * PAUSE_S / 2)
        assert found is None or (found.start_lag_s >= 0 and found.end_lag_s >= 0)
        assert len(span._unanswered) <= MAX_UNANSWERED  # pyright: ignore[reportPrivateUsage]
