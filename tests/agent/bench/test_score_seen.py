"""agent/bench/score_seen.py, against examples worked out by hand"""

from __future__ import annotations

import numpy as np
import pytest

from agent.bench.item import Item, Meaning, Once, Span, Turn
from agent.bench.metrics import numbers_of
from agent.bench.score_seen import (
    count_said,
    marked_span,
    quality_of,
    score_actions,
    score_proactive,
    score_reps,
)
from agent.bench.take import Take
from agent.bench.utterances import Said

ASKED = (Turn("user", "v", "Please count out reps for squats.", 0.5, 2.0),)
RAISED = Meaning((("hand", "arm"), ("raised", "up")))


def _take(*said: tuple[float, str]) -> Take:
    return Take(np.zeros(0, np.float32), said=tuple(Said(at_s, at_s + 0.5, text) for at_s, text in said))


def _reps(count: int) -> Item:
    spans = tuple(Span("repetition", 4.0 + 2 * at, 6.0 + 2 * at) for at in range(count))
    return Item("r", "reps", "reps", "dev", 0, "none", 40.0, ASKED, spans=spans)


def test_a_reply_of_which_half_is_there_is_worth_half() -> None:
    assert [quality_of(text, RAISED) for text in ("Your hand is up.", "A hand?", "Nothing yet.")] == [2.0, 1.0, 0.0]


def test_proactive_counts_replies_inside_the_span_and_tells_of_others() -> None:
    item = Item("p", "proactive", "proactive", "dev", 0, "none", 20.0, ASKED, (Once(RAISED, 10.0, 14.0),))
    found = score_proactive([(item, _take((12.0, "Hand up!"), (17.0, "Hand up!")))])
    # half a quality for the first second (2 s scaled by a half), two for the other three: 6.5 of 8
    assert found.score == pytest.approx(81.25)
    assert found.metrics["pauc_0"] == pytest.approx(100 * (0.5 * 2 + 2 * 2) / 8)
    assert found.metrics["unasked_per_minute"] == pytest.approx(3.0)
    assert score_proactive([(item, _take())]).score == 25.0


def test_the_last_number_after_the_second_to_last_repetition_counts() -> None:
    five = _reps(5)  # the fourth ends at 12 s
    assert count_said(five, _take((12.1, "Four."), (14.2, "Five.")).said) == 5
    assert count_said(five, _take((11.9, "Four.")).said) is None
    assert count_said(five, _take((12.1, "four"), (14.0, "well done")).said) == 4


def test_reps_is_right_within_one_and_silence_is_as_wrong_as_the_count() -> None:
    pairs = [(_reps(5), _take((14.5, "Six."))), (_reps(5), _take((14.5, "Seven."))), (_reps(4), _take())]
    found = score_reps(pairs)
    assert found.score == pytest.approx(33.33)
    assert found.metrics["mean_absolute_error"] == pytest.approx((1 + 2 + 4) / 3, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("Twenty one.", [21]), ("21", [21]), ("Two!", [2]), ("To.", [2]), ("I want to go for 12, one", [12, 1]), ("", [])],
)
def test_numbers_are_read_in_both_forms_and_not_from_little_words(text: str, numbers: list[int]) -> None:
    assert numbers_of(text) == numbers


def test_an_action_is_marked_from_start_to_stop() -> None:
    span = (Span("action", 5.0, 9.0),)
    item = Item("a", "actions", "actions", "dev", 0, "none", 15.0, ASKED, spans=span)
    said = _take((1.0, "I will say start"), (6.0, "Start."), (10.0, "Stop."), (12.0, "Start."))
    assert marked_span(item, said.said) == (6.0, 10.0)  # what is said before the request ends marks nothing
    assert score_actions([(item, said)]).score == pytest.approx(100 * 3 / 5)
    assert marked_span(item, _take((6.0, "start")).said) is None
    assert score_actions([(item, _take())]).score == 0.0
