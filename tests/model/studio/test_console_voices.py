"""flite's and espeak-ng's speakers: every word has its time, the times are where the words sound, speakers differ."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest

from model.studio.bank import levelled, sounding_level
from model.studio.espeak_voices import ESPEAK_VOICES, espeak_speaker, say_with_espeak
from model.studio.flite_voices import FLITE_VOICES, flite_speaker, say_with_flite
from model.studio.stage import Clip
from model.types import HEARD_RATE_HZ, InputError

SAY: dict[str, Callable[[str, str, random.Random], Clip]] = {"flite": say_with_flite, "espeak": say_with_espeak}
TEXTS = (
    "Please tell me the time of the day, and wait for the others.",
    "Um, forty-two sit-ups, that's enough!",
    "\u201cStop\u201d \u2014 then go\u2026 will you?",
)


def say(voice: str, text: str, seed: int = 0) -> Clip:
    return SAY[voice.split("-")[0]](voice, text, random.Random(seed))


@pytest.mark.parametrize("voice", (*FLITE_VOICES[::5], *ESPEAK_VOICES[::3]))
@pytest.mark.parametrize("text", TEXTS)
def test_every_word_with_letters_has_its_time_in_order(voice: str, text: str) -> None:
    clip = say(voice, text)
    assert [w.text for w in clip.words] == [word for word in text.split() if any(map(str.isalnum, word))]
    borders = [border for word in clip.words for border in (word.start_s, word.end_s)]
    assert borders == sorted(borders)
    assert 0 <= borders[0]
    assert borders[-1] <= clip.duration_s + 0.01
    assert all(word.end_s - word.start_s > 0.02 for word in clip.words)


@pytest.mark.parametrize("voice", ("flite-slt-0", "flite-awb-2", "flite-kal16-1", "espeak-00", "espeak-09"))
def test_a_pause_between_two_words_is_silent(voice: str) -> None:
    clip = say(voice, "stop, and then, go")
    stop, after = clip.words[0], clip.words[1]
    assert after.start_s - stop.end_s > 0.05
    inside = clip.pcm[round((stop.end_s + 0.03) * HEARD_RATE_HZ) : round((after.start_s - 0.02) * HEARD_RATE_HZ)]
    assert sounding_level(clip.pcm) > 5 * np.sqrt(np.mean(inside**2))


def test_speakers_differ_and_stay_who_they_are() -> None:
    assert len({flite_speaker(voice) for voice in FLITE_VOICES}) == len(FLITE_VOICES)
    assert len({espeak_speaker(voice) for voice in ESPEAK_VOICES}) == len(ESPEAK_VOICES)
    for voice in ("flite-slt-2", "espeak-04"):
        first = say(voice, "hello there")
        say("flite-slt-0", "something else")
        say("espeak-05", "something else")
        again = say(voice, "hello there")  # their noise is drawn anew, and espeak-ng's borders move by a millisecond
        assert [word.text for word in again.words] == [word.text for word in first.words]
        borders = [[border for word in clip.words for border in (word.start_s, word.end_s)] for clip in (first, again)]
        assert borders[1] == pytest.approx(borders[0], abs=0.005)


@pytest.mark.parametrize("voice", ESPEAK_VOICES)
def test_every_espeak_speaker_is_known_to_espeak(voice: str) -> None:
    assert sounding_level(levelled(say(voice, "yes")).pcm) > 0.05


@pytest.mark.parametrize("voice", ("flite-rms-0", "espeak-00"))
def test_nothing_to_say_is_refused(voice: str) -> None:
    with pytest.raises(InputError, match="words"):
        say(voice, "\u2026")
