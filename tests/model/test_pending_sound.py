"""What waits to be recognised: nothing without speech, a pass in every pause, and no sound lost or heard twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.pending_sound import PASS_EVERY_S, PAUSE_S, PendingSound
from model.types import HEARD_RATE_HZ, InputError, Pcm, Transcript, Word
from model.vad import VoiceActivity
from tests.model.spoken import speak

ACTIVITY = VoiceActivity()
PIECE = HEARD_RATE_HZ // 10


def silence(seconds: float) -> Pcm:
    return np.zeros(int(seconds * HEARD_RATE_HZ), np.float32)


def passes(sound: Pcm, every_s: float = PASS_EVERY_S) -> list[float]:
    """How much was heard, in seconds, at each pass that was worth it."""
    pending, found = PendingSound(ACTIVITY.listener(), every_s), list[float]()
    for at in range(0, len(sound), PIECE):
        pending.append(sound[at : at + PIECE])
        if pending.is_worth_a_pass:
            found.append(len(pending.take()) / HEARD_RATE_HZ)
    return found


def test_a_pass_is_worth_it_each_second_of_speech_and_when_a_pause_begins(tmp_path: Path) -> None:
    speech = speak("Please enter the number of the person that you would like to call today.", tmp_path)
    found = passes(np.concatenate([speech, silence(2)]))
    end_s = len(speech) / HEARD_RATE_HZ
    assert end_s - 1 <= len(found) <= end_s + 1
    assert end_s + PAUSE_S - 0.2 <= found[-1] <= end_s + PAUSE_S + 0.2
    assert 2 * (end_s - 1) <= len(passes(np.concatenate([speech, silence(2)]), 0.5)) <= 2 * (end_s + 1)


@pytest.mark.parametrize("kind", ["silence", "noise", "chords"])
def test_what_holds_no_speech_is_never_worth_a_pass(kind: str) -> None:
    at = np.arange(8 * HEARD_RATE_HZ) / HEARD_RATE_HZ
    chord = sum(np.sin(2 * np.pi * hz * at) for hz in (220.0, 277.2, 329.6, 440.0))
    sounds = {
        "silence": silence(8),
        "noise": 0.05 * np.random.default_rng(0).standard_normal(len(at)),
        "chords": 0.1 * chord * np.exp(-3 * (at % 0.5)),
    }
    assert passes(sounds[kind].astype(np.float32)) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.floats(0, 1)), min_size=1, max_size=8))
def test_settling_loses_no_sound_and_keeps_words_on_the_utterances_clock(steps: list[tuple[int, float]]) -> None:
    pending, heard, dropped = PendingSound(ACTIVITY.listener()), list[Pcm](), 0
    for count, share in steps:
        ramp = np.linspace(0, 1, count * PIECE, dtype=np.float32)
        heard.append(ramp)
        pending.append(ramp)
        waiting = pending.take()
        word = Word("word", 0.0, share * pending.duration_s)
        assert pending.whole(Transcript("word", "en", (word,))).words[-1].start_s == pytest.approx(dropped / 16_000)
        pending.settle(Transcript("word", "en", (word,)), pending.duration_s)
        dropped += len(waiting) - len(pending.take())
        assert pending.num_heard == sum(map(len, heard))
        np.testing.assert_array_equal(pending.take(), np.concatenate(heard)[dropped:])


def test_speech_behind_the_last_word_is_noticed(tmp_path: Path) -> None:
    pending = PendingSound(ACTIVITY.listener())
    speech = speak("Please hold the line, somebody will be with you very soon.", tmp_path)
    pending.append(speech[: 6 * HEARD_RATE_HZ])
    pending.take()
    end_s = pending.duration_s
    assert pending.goes_on_after(Transcript("Please", "en", (Word("Please", 0.0, 0.4),)))
    assert not pending.goes_on_after(Transcript("Please … soon.", "en", (Word("soon.", 0.0, end_s - 0.3),)))
    assert not pending.goes_on_after(Transcript("", "en"))


def test_what_is_no_sound_is_refused() -> None:
    pending = PendingSound(ACTIVITY.listener())
    with pytest.raises(InputError, match="float32"):
        pending.append(np.zeros(10))  # pyright: ignore[reportArgumentType]  # float64, as a stranger may send
    with pytest.raises(InputError, match="at most 6 s"):
        pending.append(silence(7))
