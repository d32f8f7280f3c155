"""model/in_step_voice.py"""

from __future__ import annotations

import numpy as np

from model.in_step_voice import InStepVoice
from model.native_voice import VoicedUtterance
from model.sequence import text_tokens
from model.types import SPOKEN_SAMPLES, SpokenPiece, Word


class _Tone:
    """A voice of one sound a clause."""

    def say(self, clause: str, pace: float = 1.0) -> SpokenPiece:
        if clause == "?":
            raise RuntimeError("unspeakable")
        return SpokenPiece(np.full(SPOKEN_SAMPLES, 0.5, np.float32), (Word(clause, 0.0, 0.2),))


def test_sound_is_there_at_the_second_look() -> None:
    asked = InStepVoice(_Tone()).submit("Hello.")
    assert [asked.done(), asked.done()] == [False, True]
    assert asked.result().words[0].text == "Hello."


def test_what_the_voice_raises_is_raised_where_the_sound_is_taken() -> None:
    assert isinstance(InStepVoice(_Tone()).submit("?").exception(), RuntimeError)


def test_words_sound_one_micro_turn_after_they_were_written_however_fast_those_go() -> None:
    utterance = VoicedUtterance(InStepVoice(_Tone()))
    for token in text_tokens("Yes. "):
        utterance.write(token)
    sounds: list[bool] = []
    for _ in range(3):
        utterance.speak()
        sounds.append(utterance.sound is not None)
    assert sounds == [False, True, False]
