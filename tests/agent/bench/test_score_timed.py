"""agent/bench/score_timed.py, against verdicts worked out by hand"""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.bench.item import Expected, Item, Meaning, Once, Repeat, Turn
from agent.bench.score_timed import Verdict, judge_timed, tolerance_s
from agent.bench.utterances import Said

STRETCH = Meaning((("stretch",),))
ITEM = Item("i", "timespeak", "period", "dev", 0, "none", 60.0, (Turn("user", "v", "Remind me.", 1.0, 5.0),))


def _judged(expected: tuple[Expected, ...], *said: Said) -> Verdict:
    return judge_timed(replace(ITEM, expected=expected), said)


def _stretch(at_s: float) -> Said:
    return Said(at_s, at_s + 0.5, "Stretch.")


@pytest.mark.parametrize(("wait_s", "half_s"), [(1, 0.6), (2, 0.6), (4, 0.7), (10, 1.0), (48, 2.9)])
def test_the_window_is_half_a_second_and_a_twentieth_of_the_wait(wait_s: float, half_s: float) -> None:
    assert tolerance_s(wait_s) == pytest.approx(half_s)


@pytest.mark.parametrize(("onset_s", "is_right"), [(13.9, False), (14.0, True), (16.0, True), (16.1, False)])
def test_one_utterance_counts_inside_its_window_only(onset_s: float, is_right: bool) -> None:
    verdict = _judged((Once(STRETCH, 14.0, 16.0),), _stretch(onset_s))
    assert verdict.is_right is is_right
    assert bool(verdict.unexpected) is not is_right


def test_other_words_in_the_window_miss_and_are_unexpected() -> None:
    verdict = _judged((Once(STRETCH, 14.0, 16.0),), Said(15.0, 15.5, "Hello."))
    assert verdict.hits[0].onset_s is None and len(verdict.unexpected) == 1


def test_an_acknowledgement_may_end_within_two_and_a_half_seconds_of_the_request() -> None:
    expected = (Once(STRETCH, 14.0, 16.0),)
    assert _judged(expected, Said(6.0, 7.5, "Okay."), _stretch(15.0)).is_right
    assert not _judged(expected, Said(6.0, 7.6, "Okay."), _stretch(15.0)).is_right
    assert not _judged(expected, Said(3.0, 4.0, "Okay."), _stretch(15.0)).is_right  # over the request


def test_a_period_is_anchored_at_what_was_really_said() -> None:
    period = (Repeat((STRETCH,), 4.0, 5.0, until_s=21.0),)  # due 9, 13, 17 and, on the edge, 21
    late = [_stretch(at_s) for at_s in (9.6, 14.2, 18.8)]  # each 0.6 s late of the one before, within 0.7
    assert _judged(period, *late).is_right
    assert not _judged(period, *[_stretch(at_s) for at_s in (9.8, 14.2, 18.8)]).is_right  # the first is 0.8 s late
    assert not _judged(period, _stretch(9.0), _stretch(17.0)).is_right  # the second is missing


def test_a_missed_utterance_leaves_the_next_due_at_its_time() -> None:
    verdict = _judged((Repeat((STRETCH,), 4.0, 5.0, times=3),), _stretch(9.0), _stretch(17.0))
    assert [hit.onset_s for hit in verdict.hits] == [9.0, None, 17.0]


def test_what_is_due_at_the_very_stop_may_come_and_need_not() -> None:
    period = (Repeat((STRETCH,), 4.0, 5.0, until_s=13.2),)  # the second window reaches to 13.7
    assert _judged(period, _stretch(9.0)).is_right
    assert _judged(period, _stretch(9.0), _stretch(13.1)).is_right
    assert not _judged(period, _stretch(9.0), _stretch(17.0)).is_right


def test_after_the_last_time_nothing_may_follow() -> None:
    thrice = (Repeat((STRETCH,), 4.0, 5.0, times=3),)
    times_s = (9.0, 13.0, 17.0)
    assert _judged(thrice, *map(_stretch, times_s)).is_right
    assert not _judged(thrice, *map(_stretch, (*times_s, 21.0))).is_right


def test_a_countdown_is_anchored_at_its_first_number() -> None:
    numbers = [Meaning(((word,),)) for word in ("three", "two", "one")]
    expected = (Once(numbers[0], 5.0, 8.0), Repeat(tuple(numbers[1:]), 1.0, None, times=2))
    spoken = [Said(6.9, 7.2, "Three"), Said(7.9, 8.2, "2"), Said(8.9, 9.2, "won")]
    assert _judged(expected, *spoken).is_right
    swapped = [spoken[0], replace(spoken[1], text="one"), replace(spoken[2], text="two")]
    assert not _judged(expected, *swapped).is_right


def test_an_utterance_may_pause_and_chatter_may_not_hide_behind_it() -> None:
    expected = (Once(STRETCH, 14.0, 16.0),)
    assert _judged(
        expected, Said(15.0, 15.4, "Time to"), Said(15.9, 16.4, "stretch."), Said(16.9, 17.5, "Enjoy.")
    ).is_right
    chatter = [Said(15.0 + at, 15.6 + at, "stretch") for at in range(8)]
    assert not _judged(expected, *chatter).is_right
