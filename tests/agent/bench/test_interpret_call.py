"""What a call's record and a listener's sound say about an interpretation, against what was said to it."""

from __future__ import annotations

import pytest

from agent.bench.interpret import Played
from agent.bench.interpret_call import scores_of
from agent.bench.interpret_prompts import Prompt
from agent.interpretation.ear_voice_span import EarVoiceSpan
from agent.interpretation.record import Entry, Rendering

TEXTS = ["The conference is full now.", "Please enter your number.", "You have no new messages.", "Press one to go on."]
SAID = [
    "La conferencia est\u00e1 llena.",
    "Marque su n\u00famero.",
    "No tiene mensajes nuevos.",
    "Pulse uno para seguir.",
]
STARTS_S = [1.0, 6.5, 11.0, 18.2]
CLOCK_S = 40.0  # the call was older than the programme


def programme() -> list[Played]:
    prompts = [Prompt(f"p{at}", text, said) for at, (text, said) in enumerate(zip(TEXTS, SAID, strict=True))]
    return [Played(prompt, start_s, start_s + 2.0) for prompt, start_s in zip(prompts, STARTS_S, strict=True)]


def entry(number: int, later_s: float = 0.1) -> Entry:
    start_ms = round((CLOCK_S + STARTS_S[number] + later_s) * 1000)
    rendering = Rendering(SAID[number], span=EarVoiceSpan(2.0 + number / 10, 3.0))
    return Entry("Speaker", "en", TEXTS[number], start_ms, start_ms + 2000, {"es": rendering})


def test_lags_are_those_at_the_listeners_ear() -> None:
    onsets = [start_s + 0.1 + 2.0 + number / 10 + 0.2 for number, start_s in enumerate(STARTS_S)]
    row = scores_of(programme(), [entry(number) for number in range(4)], "es", onsets)
    assert row["chrf"] == pytest.approx(100) and row["coverage_pct"] == 100
    assert row["onsets_found"] == 4
    # the clock is told by when prompts begin, so what the ear was late is part of the way
    assert row["sound_path_s"] == pytest.approx(0.3, abs=0.02)
    assert row["start_lag_median_s"] == pytest.approx(2.15 + 0.3, abs=0.02)
    assert row["end_lag_median_s"] == pytest.approx(3.3, abs=0.02)


def test_an_entry_before_the_first_prompt_and_one_that_is_missing_do_not_move_the_rest() -> None:
    early = Entry("Speaker", "en", "Hm.", 37_000, 37_300, {})
    row = scores_of(programme(), [early, entry(0), entry(2), entry(3)], "es", [])
    assert row["spoken"] == 3 and row["onsets_found"] == 0
    assert 60 < float(row["chrf"]) < 90 and float(row["coverage_pct"]) < 100


def test_a_record_with_nothing_in_it_has_no_lag() -> None:
    row = scores_of(programme(), [], "es", [])
    assert row["start_lag_median_s"] is None and row["chrf"] == 0.0
