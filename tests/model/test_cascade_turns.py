"""Turn taking on scripted speech probabilities; one window is 32 ms."""

from hypothesis import given
from hypothesis import strategies as st

from model.cascade_turns import (
    CHALLENGE_MS,
    END_MS,
    END_UNFINISHED_MS,
    INTERRUPT_MS,
    PAUSE_MS,
    START_WINDOWS,
    TurnEvent,
    TurnTaker,
    is_backchannel,
    looks_unfinished,
)
from model.vad import WINDOW_MS

SPEECH, SILENCE = 0.95, 0.02


def play(turns: TurnTaker, probability: float, duration_ms: int, is_agent_audible: bool = False) -> list[TurnEvent]:
    windows = -(-duration_ms // WINDOW_MS)
    return [event for _ in range(windows) for event in turns.hear(probability, is_agent_audible)]


def test_an_utterance_starts_pauses_and_ends_once() -> None:
    turns = TurnTaker()
    assert play(turns, SPEECH, 1000) == [TurnEvent.STARTED]
    assert play(turns, SILENCE, 2000) == [TurnEvent.PAUSED, TurnEvent.ENDED]


def test_pause_and_end_come_at_their_times() -> None:
    turns = TurnTaker()
    play(turns, SPEECH, 1000)
    assert play(turns, SILENCE, PAUSE_MS - WINDOW_MS) == []
    assert play(turns, SILENCE, WINDOW_MS) == [TurnEvent.PAUSED]
    assert play(turns, SILENCE, END_MS - PAUSE_MS - WINDOW_MS) == []
    assert play(turns, SILENCE, WINDOW_MS) == [TurnEvent.ENDED]


def test_speaking_on_after_a_pause_resumes_the_same_utterance() -> None:
    turns = TurnTaker()
    play(turns, SPEECH, 500)
    assert play(turns, SILENCE, 300) == [TurnEvent.PAUSED]
    assert play(turns, SPEECH, 500) == [TurnEvent.RESUMED]
    assert play(turns, SILENCE, 2000) == [TurnEvent.PAUSED, TurnEvent.ENDED]


def test_unfinished_words_are_waited_for_longer() -> None:
    turns = TurnTaker()
    play(turns, SPEECH, 500)
    play(turns, SILENCE, PAUSE_MS)
    turns.expect_more(True)
    assert play(turns, SILENCE, END_UNFINISHED_MS - PAUSE_MS - WINDOW_MS) == []
    assert play(turns, SILENCE, WINDOW_MS) == [TurnEvent.ENDED]


def test_a_click_is_no_utterance() -> None:
    turns = TurnTaker()
    assert play(turns, SPEECH, WINDOW_MS * (START_WINDOWS - 1)) == []
    assert play(turns, SILENCE, 2000) == []


def test_speech_over_the_agent_challenges_and_then_interrupts() -> None:
    turns = TurnTaker()
    assert play(turns, SPEECH, CHALLENGE_MS - WINDOW_MS, True) == [TurnEvent.STARTED]
    assert play(turns, SPEECH, 2 * WINDOW_MS, True) == [TurnEvent.CHALLENGED]
    assert play(turns, SPEECH, INTERRUPT_MS, True) == [TurnEvent.INTERRUPTED]


def test_a_short_sound_over_the_agent_does_not_interrupt() -> None:
    turns = TurnTaker()
    events = play(turns, SPEECH, 400, True) + play(turns, SILENCE, 2000, True)
    assert TurnEvent.INTERRUPTED not in events
    assert events[-1] is TurnEvent.ENDED


def test_speech_while_the_agent_is_silent_never_challenges() -> None:
    assert play(TurnTaker(), SPEECH, 5000) == [TurnEvent.STARTED]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=400))
def test_starts_and_ends_alternate_whatever_is_heard(windows: list[tuple[float, bool]]) -> None:
    turns = TurnTaker()
    borders = [
        event
        for probability, is_audible in windows
        for event in turns.hear(probability, is_audible)
        if event in (TurnEvent.STARTED, TurnEvent.ENDED)
    ]
    assert borders[::2] == [TurnEvent.STARTED] * len(borders[::2])
    assert borders[1::2] == [TurnEvent.ENDED] * len(borders[1::2])


def test_listeners_words_are_told_from_requests() -> None:
    assert all(is_backchannel(text) for text in ("Mhm.", "Mm-hmm.", "Yeah, okay.", "Uh-huh", "Right.", ""))
    assert not any(is_backchannel(text) for text in ("Stop.", "Wait a second.", "No.", "Yeah, but why?", "What?"))


def test_unfinished_sentences_are_told_from_whole_ones() -> None:
    assert all(looks_unfinished(text) for text in ("I would like to", "Well,", "And then...", "What is the", "Um"))
    assert not any(looks_unfinished(text) for text in ("What is it for?", "Stop.", "Tell me a joke.", "Thank you."))
