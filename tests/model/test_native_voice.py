"""A voice in the speech decoder's place: the same words, each when it sounds, cut in the same way."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
import pytest

from model.hibari import HibariVoice
from model.native_core import NativeCore
from model.native_voice import VoicedUtterance
from model.sequence import text_tokens
from model.types import SPOKEN_SAMPLES, CapacityError, MicroTurnOut, SpokenPiece
from model.utterance import Utterance
from tests.model.metronome import Metronome
from tests.model.tiny_native import SETTINGS, tiny_model, turn

TEXT = "One two three, four five six. Seven — eight; naïve 日本 9:30!"


def _say_all(utterance: Utterance | VoicedUtterance, text: str) -> list[str]:
    for token in text_tokens(text):
        utterance.write(token)
    said: list[str] = []
    while utterance.num_unsaid:
        said.append(utterance.speak())
        assert len(said) < 200
    return said


def test_everything_written_is_said_once_and_in_order_by_either() -> None:
    assert "".join(_say_all(VoicedUtterance(Metronome()), TEXT)) == TEXT
    assert "".join(_say_all(Utterance(), TEXT)) == TEXT


def test_words_are_reported_in_the_micro_turn_in_which_they_begin() -> None:
    utterance = VoicedUtterance(Metronome())
    said = _say_all(utterance, "One two three, four five six.")
    starts = [at for at, text in enumerate(said) if text.strip()]
    assert starts == [0, 1, 3, 4, 6, 7]  # every 0.3 s, on a grid of 0.2 s, after one micro-turn for the last clause


def test_a_micro_turn_does_not_wait_for_the_voice() -> None:
    voice = Metronome()
    voice.is_quick, utterance = False, VoicedUtterance(voice)
    for token in text_tokens("Hello."):
        utterance.write(token)
    assert [utterance.speak() for _ in range(3)] == [""] * 3
    assert utterance.sound is None
    voice.answer()
    assert utterance.speak() == "Hello."
    assert utterance.sound is not None and utterance.sound.shape == (SPOKEN_SAMPLES,)


@pytest.mark.parametrize("kind", ["decoder", "voice"])
def test_what_is_cut_is_what_has_not_begun_to_sound(kind: str) -> None:
    utterance = Utterance() if kind == "decoder" else VoicedUtterance(Metronome())
    tokens = text_tokens("One two three, four five six. Seven eight nine.")
    for token in tokens:
        utterance.write(token)
    said = "".join(utterance.speak() for _ in range(4))
    assert 0 < len(said) < len("One two three, four five six.")
    assert utterance.cut() == len(tokens) - len(text_tokens(said))
    assert utterance.num_unsaid == 0
    assert "".join(_say_all(utterance, "New words.")) == "New words."


def test_what_a_busy_voice_has_no_room_for_is_said_later() -> None:
    class Busy(Metronome):
        def submit(self, clause: str) -> Future[SpokenPiece]:
            if len(self.waiting) == 1:
                raise CapacityError("voice has too many jobs waiting", 1.0)
            return super().submit(clause)

    voice, text = Busy(), "One two three four. Five six seven eight. Nine."
    voice.is_quick, utterance, said = False, VoicedUtterance(voice), ""
    for token in text_tokens(text):
        utterance.write(token)
    for _ in range(40):
        said += utterance.speak()
        voice.answer()
    assert said == text
    assert not utterance.has_sound_left


def test_a_voice_that_fails_leaves_a_gap_and_no_more(caplog: pytest.LogCaptureFixture) -> None:
    class Hoarse(Metronome):
        def submit(self, clause: str) -> Future[SpokenPiece]:
            future: Future[SpokenPiece] = Future()
            future.set_exception(ZeroDivisionError("no breath"))
            return future

    assert "".join(_say_all(VoicedUtterance(Hoarse()), "Hello.")) == "Hello."
    assert "no breath" in caplog.text


@pytest.mark.timeout(60)
def test_the_engine_speaks_its_greeting_through_hibari() -> None:
    voice = HibariVoice()
    try:
        core, text, pcm = (
            NativeCore(tiny_model(), num_slots=1, voice=voice),
            "",
            list[np.ndarray[tuple[int], np.dtype[np.float32]]](),
        )
        slot = core.open(SETTINGS)
        for index in range(60):
            out = core.step({slot: (turn(index),)})[slot]
            assert isinstance(out, MicroTurnOut)
            voice.idle().result()  # the model here is much quicker than a call
            text += out.text
            pcm += [] if out.pcm is None else [out.pcm]
    finally:
        voice.close()
    assert text.startswith(SETTINGS.greeting)
    assert np.abs(np.concatenate(pcm)).max() > 0.05
