"""The conversation that is measured is a true one, and has every kind of micro-turn in it."""

from __future__ import annotations

from collections import Counter

import numpy as np

from model.step_cost import minute_costs
from model.told_session import KINDS, SENTENCES, RememberingVoice, ToldSession
from model.types import MicroTurnOut, SpokenPiece
from tests.model.metronome import Metronome
from tests.model.tiny_native import CONFIG


def _step(session: ToldSession, num_turns: int = 1) -> tuple[str, MicroTurnOut]:
    heard = session.listen(num_turns)
    out = session.core.step({session.slot: heard})[session.slot]
    assert isinstance(out, MicroTurnOut), out
    return session.kind_of(heard[-1], out), out


def test_it_says_its_sentences_with_a_pause_after_each() -> None:
    session, said, kinds = ToldSession(CONFIG, Metronome()), "", Counter[str]()
    for _ in range(149):
        kind, out = _step(session)
        kinds[kind] += 1
        said += out.text
        assert out.pcm is None or "speaking" in kind
    assert said == SENTENCES[1] + SENTENCES[2]  # those that begin at the 50th and the 100th micro-turn
    assert set(kinds) == set(KINDS)
    assert 0.3 < (kinds["speaking"] + kinds["speaking, picture"]) / 100 < 0.7


def test_late_micro_turns_fill_its_memory_sooner() -> None:
    session = ToldSession(CONFIG, Metronome())
    for _ in range(20):
        _step(session, num_turns=10)  # the voice falls behind: words wait, as many as may
    assert session.num_positions > 200 * 5
    assert not session.core.slot(session.slot).reader.is_inside  # no word was refused and something else written
    assert _step(session)[1].index == 200


def test_a_minute_of_it_is_three_hundred_micro_turns() -> None:
    costs = minute_costs(ToldSession(CONFIG, Metronome()), clock_s=iter(range(1000)).__next__)
    assert sum(len(of_kind) for of_kind in costs.values()) == 300
    assert {cost for of_kind in costs.values() for cost in of_kind} == {1000.0}


def test_a_clause_is_spoken_once() -> None:
    class Counting:
        num_said = 0

        def say(self, clause: str, pace: float = 1.0) -> SpokenPiece:
            self.num_said += 1
            return SpokenPiece(np.zeros(10, np.float32))

    counting = Counting()
    voice = RememberingVoice(counting)
    pieces = [voice.submit(clause).result() for clause in ("One.", "Two.", "One.")]
    assert counting.num_said == 2
    assert pieces[0] is pieces[2]
