"""agent/bench/score_duplex.py and score_delegation.py, against figures worked out by hand"""

from __future__ import annotations

import numpy as np
import pytest

from agent.bench.item import Item, Meaning, Span, Turn
from agent.bench.score_delegation import score_delegation
from agent.bench.score_duplex import is_take_over, judge_duplex, score_duplex
from agent.bench.take import Deed, Take
from agent.bench.utterances import Said

NOTHING = np.zeros(0, np.float32)
SIX = Meaning((("six",),))


def _item(category: str, *spans: Span, task: Meaning | None = None) -> Item:
    turns = (Turn("user", "v", "words", 1.0, 5.0),)
    return Item(f"{category}", "duplex", category, "dev", 0, "none", 30.0, turns, (), spans, SIX, task, True)


def _take(*said: Said, deeds: tuple[Deed, ...] = ()) -> Take:
    return Take(NOTHING, deeds=deeds, said=said)


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        (Said(0, 0.9, "yes I see"), False),
        (Said(0, 1.0, "yes"), True),
        (Said(0, 0.9, "yes I see that"), True),
        (Said(0, 9.0, ""), False),
    ],
)
def test_a_take_over_has_words_and_is_long_or_wordy(said: Said, is_one: bool) -> None:
    assert is_take_over(said) is is_one


def test_a_word_in_a_pause_is_no_take_over_and_a_sentence_is() -> None:
    item = _item("pause_handling", Span("pause", 2.0, 4.0), Span("answer", 5.0, 11.0))
    assert judge_duplex(item, _take(Said(2.5, 2.9, "mhm"))).took_over is False
    assert judge_duplex(item, _take(Said(2.5, 4.9, "what do you want to know"))).took_over is True
    assert judge_duplex(item, _take(Said(0.0, 9.0, "on and on and on"))).took_over is True
    assert judge_duplex(item, _take(Said(5.5, 7.9, "that is six of course"))).took_over is False


def test_a_start_before_the_end_of_the_turn_is_early_and_not_counted() -> None:
    item = _item("turn_taking", Span("answer", 5.0, 11.0))
    on_time = judge_duplex(item, _take(Said(5.3, 6.8, "It is six.")))
    assert (on_time.took_over, on_time.is_early, on_time.latency_s, on_time.is_answered) == (True, False, 0.3, True)
    early = judge_duplex(item, _take(Said(4.5, 6.8, "It is six, I think.")))
    assert (early.is_early, early.is_answered) == (True, False)
    metrics = score_duplex([(item, _take(Said(5.3, 5.6, "Six."))), (item, _take(Said(4.5, 6.8, "It is six.")))]).metrics
    assert (metrics["turn_taking_takeover"], metrics["turn_taking_early"]) == (0.5, 0.5)
    assert metrics["turn_taking_latency_s"] == 0.3


def test_an_interruption_is_measured_from_its_start_and_its_end() -> None:
    item = _item(
        "user_interruption", Span("monologue", 5.0, 5.0), Span("interruption", 9.0, 10.5), Span("answer", 10.5, 16)
    )
    floor = judge_duplex(item, _take(Said(5.4, 9.4, "one two three"), Said(10.9, 11.5, "Six.")))
    assert (floor.stop_s, floor.latency_s, floor.is_answered) == (0.4, 0.4, True)
    through = judge_duplex(item, _take(Said(5.4, 16.0, "one two three four five six")))
    assert through.is_answered is False and through.stop_s == 7.0


def test_an_agent_goes_on_when_no_longer_gap_opens() -> None:
    item = _item("user_backchannel", Span("monologue", 5.0, 5.0), Span("user_backchannel", 9.0, 9.5))
    assert judge_duplex(item, _take(Said(5.4, 8.5, "a"), Said(9.6, 12.0, "b"))).went_on is True
    assert judge_duplex(item, _take(Said(5.4, 9.1, "a"))).went_on is False
    assert judge_duplex(item, _take(Said(5.4, 9.1, "a"), Said(10.4, 12.0, "b"))).went_on is False
    assert judge_duplex(item, _take()).went_on is False


def test_nods_are_counted_by_the_minute_and_are_no_take_over() -> None:
    item = _item("listening", Span("listening", 1.0, 13.0))
    pairs = [(item, _take(Said(4.0, 4.3, "mhm"), Said(8.0, 8.4, "right"), Said(20.0, 20.3, "mhm")))]
    metrics = score_duplex(pairs).metrics
    assert (metrics["backchannels_per_minute"], metrics["listening_takeover"]) == (10.0, 0.0)


def test_the_score_is_the_mean_of_the_four_desired_behaviours() -> None:
    spans = {name: Span(name, 9.0, 9.5) for name in ("user_backchannel", "talking_to_other", "background_speech")}
    goes_on, stops = _take(Said(5.4, 12.0, "on and on")), _take(Said(5.4, 9.1, "on"))
    pairs = [(_item(name, span), goes_on) for name, span in spans.items()]
    pairs += [(_item("user_backchannel", spans["user_backchannel"]), stops)]
    interruption = _item("user_interruption", Span("interruption", 9.0, 9.5), Span("answer", 9.5, 15.0))
    pairs += [(interruption, _take(Said(10.0, 10.4, "seven")))]
    assert score_duplex(pairs).score == pytest.approx((50 + 100 + 100 + 0) / 4)


def test_precision_counts_what_was_handed_on_and_recall_what_was_needed() -> None:
    weather = Meaning((("weather",), ("Lisbon",)))

    def deed(task: str) -> Deed:
        return Deed(6.0, "Delegate", {"id": "d1", "task": task})

    needs, none = _item("needs_work", task=weather), _item("needs_none")
    scored = score_delegation(
        [
            (needs, _take(deeds=(deed("weather in Lisbon"),))),
            (needs, _take(deeds=(deed("the time"),))),
            (needs, _take()),
            (none, _take(deeds=(deed("hello"),))),
            (none, _take(Said(6.0, 6.5, "Hello."))),
        ]
    )
    assert scored.metrics["delegation_precision"] == pytest.approx(1 / 3, abs=1e-4)
    assert scored.metrics["delegation_recall"] == pytest.approx(1 / 3, abs=1e-4)
    low, high = scored.interval
    assert scored.score == pytest.approx(100 / 3, abs=0.01) and low <= scored.score <= high
