"""Voices of other languages: what espeak-ng reads, and what Kokoro says is understood."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import numpy as np
import pytest

from model import espeak
from model.kokoro import GRAPH_WEIGHTS, VOICE_WEIGHTS, KokoroVoice
from model.types import SPOKEN_RATE_HZ, InputError, Pcm
from model.voices import VoicesByLanguage
from model.whisper import Whisper
from tests.model.spoken import weights_or_skip

SAID = {
    "es": ("La reuni\u00f3n empieza a las nueve.", "reuni\u00f3n"),
    "fr": ("La r\u00e9union commence demain matin.", "demain"),
    "it": ("La riunione comincia domani mattina.", "domani"),
    "pt": ("A reuni\u00e3o come\u00e7a amanh\u00e3 de manh\u00e3.", "amanh\u00e3"),
}


@pytest.fixture(scope="module")
def voice() -> Iterator[KokoroVoice]:
    made = KokoroVoice(weights_or_skip(GRAPH_WEIGHTS), weights_or_skip(VOICE_WEIGHTS))
    yield made
    made.close()


def test_clauses_keep_their_marks_and_numbers_whole() -> None:
    text = "\u00bfCu\u00e1ntos? Son 3,5 metros; s\u00ed."
    assert espeak.clauses(text) == [("Cu\u00e1ntos", "?"), ("Son 3,5 metros", ";"), ("s\u00ed", ".")]


def test_what_does_not_sound_is_left_out() -> None:
    assert espeak.clauses("\u2026 \u00a1! -- ") == []


def test_phonemes_are_those_of_kokoros_alphabet() -> None:
    [read] = espeak.phonemes(["Hola, qu\u00e9 hay"], "es")
    assert read.split()[0] == "\u02c8ola" and "^" not in read
    with pytest.raises(InputError, match="tlh"):
        espeak.phonemes(["nuqneH"], "tlh")


@pytest.mark.weights
@pytest.mark.timeout(60)
@pytest.mark.parametrize("language", list(SAID))
def test_what_is_said_is_understood(voice: KokoroVoice, language: str) -> None:
    text, word = SAID[language]
    spoken = voice.say(text, language)
    seconds = len(spoken.pcm) / SPOKEN_RATE_HZ
    assert 1 < seconds < 5
    assert [each.start_s for each in spoken.words] == sorted(each.start_s for each in spoken.words)
    assert spoken.words[-1].end_s <= seconds
    whisper = Whisper.read(weights_or_skip("whisper-base"))
    assert word in whisper.transcribe(_at_16k(spoken.pcm), language).text.casefold()


@pytest.mark.weights
@pytest.mark.timeout(60)
def test_all_languages_are_about_equally_loud(voice: KokoroVoice) -> None:
    for language, (text, _) in SAID.items():
        pcm = voice.say(text, language).pcm
        loud = pcm[np.abs(pcm) > 0.01]
        assert 10 * np.log10(np.mean(loud**2)) == pytest.approx(-19, abs=3), language
        assert np.abs(pcm).max() <= 1.0


@pytest.mark.weights
@pytest.mark.timeout(60)
async def test_a_higher_pace_is_shorter_and_an_unknown_language_is_refused(voice: KokoroVoice) -> None:
    text = SAID["es"][0]
    quick, usual = voice.say(text, "es", 1.25), voice.say(text, "es")
    assert len(quick.pcm) < 0.9 * len(usual.pcm)
    voices = VoicesByLanguage({"es": voice})
    pieces = [piece async for piece in voices.speak(_words(text), "es")]
    assert sum(len(piece.pcm) for piece in pieces) == len(usual.pcm)
    with pytest.raises(InputError, match="'zh'"):
        voices.speak(_words(text), "zh")
    await asyncio.sleep(0)


async def _words(text: str) -> AsyncIterator[str]:
    yield text


def _at_16k(pcm: Pcm) -> Pcm:
    """(N,) at 24 kHz to 16 kHz, well enough for a recogniser."""
    at = np.arange(0, len(pcm) - 1, 1.5)
    return np.interp(at, np.arange(len(pcm)), pcm).astype(np.float32)
