"""A human who interprets, hands over, coughs or drops out: the language is never without a voice for long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.interpretation.booths import COUNTDOWN_S, COVER_S, FREE_S, Booths
from agent.interpretation.errors import InterpretationError

ANA, BEA = "ana", "bea"
BOTH = frozenset((ANA, BEA))


def test_a_human_takes_a_language_and_hands_it_back() -> None:
    booths = Booths()
    assert booths.agent_speaks("es")
    booths.take(ANA, "es", 0.0)
    assert booths.speaks("es") == ANA and not booths.agent_speaks("es")
    assert booths.agent_speaks("fr")
    booths.release(ANA, "es")
    assert booths.agent_speaks("es") and booths.speaks("es") is None


def test_a_handover_needs_a_question_an_answer_and_a_countdown() -> None:
    booths = Booths()
    booths.take(ANA, "es", 0.0)
    with pytest.raises(InterpretationError, match="nobody asked"):
        booths.agree(ANA, "es", 0.0)
    booths.take(BEA, "es", 1.0)
    assert booths.speaks("es") == ANA, "a question changes nothing"
    booths.agree(ANA, "es", 2.0)
    assert booths.now["es"].countdown_s(3.0) == COUNTDOWN_S - 1
    booths.tick(BOTH, 2.0 + COUNTDOWN_S - 0.1)
    assert booths.speaks("es") == ANA
    assert booths.tick(BOTH, 2.0 + COUNTDOWN_S)
    assert booths.speaks("es") == BEA
    assert booths.now["es"].asking is None


def test_who_drops_out_is_covered_after_the_time_of_grace_and_comes_back() -> None:
    booths = Booths()
    booths.take(ANA, "es", 10.0)
    booths.tick(BOTH, 11.0)
    assert not booths.tick(frozenset((BEA,)), 11.0 + COVER_S - 0.01)
    assert booths.speaks("es") == ANA
    assert booths.tick(frozenset((BEA,)), 11.0 + COVER_S)
    assert booths.agent_speaks("es") and booths.speaks("es") is None
    assert booths.tick(BOTH, 20.0)
    assert booths.speaks("es") == ANA


def test_a_covered_language_is_free_for_another_human() -> None:
    booths = Booths()
    booths.take(ANA, "es", 0.0)
    booths.tick(frozenset(), COVER_S)
    booths.take(BEA, "es", COVER_S)
    assert booths.speaks("es") == BEA


def test_who_stays_away_gives_the_language_back() -> None:
    booths = Booths()
    booths.take(ANA, "es", 0.0)
    booths.leave(ANA)
    booths.tick(frozenset(), FREE_S - 0.1)
    assert booths.now["es"].is_covered and booths.sits(ANA), "they may come back"
    assert booths.tick(frozenset(), FREE_S)
    assert booths.now == {} and not booths.sits(ANA)


def test_partners_sit_in_one_booth_whoever_interprets() -> None:
    booths = Booths()
    booths.take(ANA, "es", 0.0)
    booths.enter(BEA, "es")
    assert booths.speaks("es") == ANA
    assert booths.partners_of(BEA) == booths.partners("es") == (ANA, BEA)
    booths.take(BEA, "es", 0.0)
    booths.agree(ANA, "es", 0.0)
    booths.tick(BOTH, COUNTDOWN_S)
    assert booths.speaks("es") == BEA and booths.sits(ANA), "who handed over is still a partner"
    booths.enter(ANA, "fr")
    assert booths.partners("es") == (BEA,)
    booths.exit(BEA)
    assert booths.agent_speaks("es") and not booths.sits(BEA), "who leaves the booth gives the language back"
    booths.leave(ANA)
    assert booths.languages == frozenset()


def test_a_cough_leaves_silence_and_not_the_agent() -> None:
    booths = Booths()
    booths.take(ANA, "es", 0.0)
    booths.mute(ANA, True)
    assert booths.speaks("es") is None and not booths.agent_speaks("es")
    booths.mute(ANA, False)
    assert booths.speaks("es") == ANA


def test_one_human_has_one_language_and_one_question_waits() -> None:
    booths = Booths()
    booths.take(ANA, "es", 0.0)
    with pytest.raises(InterpretationError, match="hand it back"):
        booths.take(ANA, "fr", 0.0)
    booths.take(BEA, "es", 0.0)
    with pytest.raises(InterpretationError, match="somebody else"):
        booths.take("cleo", "es", 0.0)
    booths.leave(BEA)
    booths.take("cleo", "es", 0.0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["enter", "take", "agree", "release", "exit", "mute", "gone", "tick"]),
            st.sampled_from([ANA, BEA, "cleo"]),
            st.sampled_from(["es", "fr"]),
        ),
        max_size=60,
    )
)
def test_whatever_happens_a_language_has_exactly_one_voice_or_a_cough(
    events: list[tuple[str, str, str]],
) -> None:
    booths, now_s, there = Booths(), 0.0, {ANA, BEA, "cleo"}
    for kind, who, language in events:
        try:
            match kind:
                case "enter":
                    booths.enter(who, language)
                case "exit":
                    booths.exit(who)
                case "take":
                    booths.take(who, language, now_s)
                case "agree":
                    booths.agree(who, language, now_s)
                case "release":
                    booths.release(who, language)
                case "mute":
                    booths.mute(who, True)
                case "gone":
                    there.discard(who)
                    booths.leave(who)
                case _:
                    now_s += 1.0
                    booths.tick(frozenset(there), now_s)
        except InterpretationError:
            pass
        assert all(booths.sits(booth.interpreter) for booth in booths.now.values())
        for each in ("es", "fr"):
            is_coughing = each in booths.now and booths.now[each].is_muted and not booths.now[each].is_covered
            assert [booths.agent_speaks(each), booths.speaks(each) is not None, is_coughing].count(True) == 1
    now_s += 2 * COVER_S
    booths.tick(frozenset(there), now_s)
    assert all(booth.interpreter in there or booth.is_covered for booth in booths.now.values())
