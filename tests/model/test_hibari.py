"""The voice: words where they sound, the same words the same samples, pace, and text as it was written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import numpy as np
import pytest

from model.hibari import HibariVoice
from model.recogniser import WhisperRecogniser
from model.types import SPOKEN_RATE_HZ, InputError, SpokenPiece
from model.word_errors import word_error_rate
from tests.model.spoken import at_heard_rate, weights_or_skip

SENTENCE = "Paris is the capital of France, and it lies on a river."


@pytest.fixture(scope="module")
def voice() -> Iterator[HibariVoice]:
    voice = HibariVoice()
    yield voice
    voice.close()


async def text_of(*pieces: str) -> AsyncIterator[str]:
    for piece in pieces:
        yield piece


def energy(piece: SpokenPiece, start_s: float, end_s: float) -> float:
    part = piece.pcm[round(start_s * SPOKEN_RATE_HZ) : round(end_s * SPOKEN_RATE_HZ)]
    return float(np.mean(part**2))


def test_words_are_the_written_ones_in_order_without_overlap(voice: HibariVoice) -> None:
    piece = voice.say(SENTENCE)
    assert " ".join(word.text for word in piece.words) == SENTENCE
    borders = [border for word in piece.words for border in (word.start_s, word.end_s)]
    assert borders == sorted(borders)
    assert borders[-1] <= len(piece.pcm) / SPOKEN_RATE_HZ


def test_every_word_sounds_within_its_times(voice: HibariVoice) -> None:
    piece = voice.say("Stop. Now wait. Then go.")
    gaps = [(a.end_s + 0.05, b.start_s - 0.05) for a, b in zip(piece.words, piece.words[1:], strict=False)]
    loud = min(energy(piece, word.start_s, word.end_s) for word in piece.words)
    pauses = [energy(piece, start_s, end_s) for start_s, end_s in gaps if end_s - start_s > 0.1]
    assert pauses, gaps
    assert loud > 10 * min(pauses)


def test_silence_around_a_clause_is_short(voice: HibariVoice) -> None:
    piece = voice.say(SENTENCE)
    loud = np.flatnonzero(np.abs(piece.pcm) > 0.02)
    assert loud[0] < 0.1 * SPOKEN_RATE_HZ
    assert len(piece.pcm) - loud[-1] < 0.6 * SPOKEN_RATE_HZ


def test_the_same_words_give_the_same_samples(voice: HibariVoice) -> None:
    np.testing.assert_array_equal(voice.say(SENTENCE).pcm, voice.say(SENTENCE).pcm)


def test_a_faster_pace_is_shorter(voice: HibariVoice) -> None:
    slow, fast = voice.say(SENTENCE, 1.0), voice.say(SENTENCE, 1.5)
    assert 0.55 < len(fast.pcm) / len(slow.pcm) < 0.85


def test_what_is_read_as_several_words_stays_as_written(voice: HibariVoice) -> None:
    words = [word.text for word in voice.say("It costs $9.99 at 7:30 pm.").words]
    assert " ".join(words) == "It costs $9.99 at 7:30 pm."
    assert "$9.99" in words


@pytest.mark.parametrize("text", ["", "   ", "...", "-", "\n\n"])
def test_text_without_words_is_no_sound(voice: HibariVoice, text: str) -> None:
    assert voice.say(text).words == ()
    assert len(voice.say(text).pcm) == 0


async def test_clauses_come_one_by_one_on_one_clock(voice: HibariVoice) -> None:
    spoken = [piece async for piece in voice.speak(text_of("Well of course, it is", " blue. And it", " is high."))]
    assert len(spoken) == 3
    words = [word for piece in spoken for word in piece.words]
    assert " ".join(word.text for word in words) == "Well of course, it is blue. And it is high."
    starts = [word.start_s for word in words]
    assert starts == sorted(starts)
    second_s = len(spoken[0].pcm) / SPOKEN_RATE_HZ
    assert spoken[1].words[0].start_s == pytest.approx(second_s + 0.03, abs=0.001)


async def test_other_languages_and_odd_paces_are_refused(voice: HibariVoice) -> None:
    with pytest.raises(InputError, match="language"):
        _ = [piece async for piece in voice.speak(text_of("Hola"), "es")]
    with pytest.raises(InputError, match="pace"):
        voice.submit("Hello", 5.0)


@pytest.mark.weights
def test_a_recogniser_understands_the_voice(voice: HibariVoice) -> None:
    recogniser = WhisperRecogniser(weights_or_skip("whisper-base"))
    texts = (SENTENCE, "Please call me back tomorrow morning.", "The train leaves from the second platform.")
    heard = [recogniser.submit(at_heard_rate(voice.say(text).pcm), "en").result().text for text in texts]
    recogniser.close()
    assert word_error_rate(zip(texts, heard, strict=True)) <= 0.1, heard
