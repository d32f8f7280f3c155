"""Alignment: a recording's words are found within a few frames, and words that are not in it are told apart."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest

from model.hibari import HibariVoice
from model.studio.alignment import align
from model.studio.flite_voices import say_with_flite
from model.studio.hibari_voices import HIBARI_VOICES, Speaker, say_as, speaker
from model.studio.stage import Clip

TEXTS = (
    "every time I say banana please tell me the time",
    "the librarian has twenty tickets and fifty notebooks",
    "wake me up, and then call my brother in London",
)


@pytest.fixture(scope="module")
def hibari() -> Iterator[HibariVoice]:
    hibari = HibariVoice()
    yield hibari
    hibari.close()


def reference(hibari: HibariVoice, text: str) -> Clip:
    return say_as(hibari, Speaker(), text, random.Random(0))


def errors_s(said: Clip, told: Clip) -> list[float]:
    found = align(said.pcm, told).words
    assert [w.text for w in found] == [w.text for w in said.words]
    return [abs(a.start_s - b.start_s) for a, b in zip(found, said.words, strict=True)]


def test_other_speakers_words_are_found_within_two_frames(hibari: HibariVoice) -> None:
    errors: list[float] = []
    for index, text in enumerate(TEXTS * 3):
        said = say_as(hibari, speaker(HIBARI_VOICES[index * 6]), text, random.Random(index))
        errors += errors_s(said, reference(hibari, text))
    assert np.median(errors) <= 0.02
    assert np.percentile(errors, 90) <= 0.05


def test_the_words_of_another_program_are_found_without_bias(hibari: HibariVoice) -> None:
    errors: list[float] = []
    for index, text in enumerate(TEXTS):
        for voice in ("slt", "awb"):
            said = say_with_flite(f"flite-{voice}-0", text, random.Random(index))
            errors += errors_s(said, reference(hibari, text))
    assert np.median(errors) <= 0.05


def test_other_words_are_further_away_than_the_same(hibari: HibariVoice) -> None:
    said = [say_as(hibari, speaker("hibari-10"), text, random.Random(0)) for text in TEXTS]
    told = [reference(hibari, text) for text in TEXTS]
    for index, clip in enumerate(said):
        distances = [align(clip.pcm, other).distance for other in told]
        assert int(np.argmin(distances)) == index
        assert distances[index] < 0.45
