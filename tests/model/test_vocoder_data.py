"""Speech for training: the pulses fit the sound, and what is measured with is not trained on."""

from __future__ import annotations

import random
import shutil
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from model.measure_vocoder import HELD_OUT
from model.mel_frames import HOP_SAMPLES
from model.pitch import measure_pitch
from model.sentences import NAMES, sentences
from model.vocoder_data import Speech, say_flite, say_hibari
from model.word_errors import words_of


def _octaves_apart(speech: Speech) -> float:
    found = measure_pitch(torch.from_numpy(speech.pcm)).numpy()
    both = (found > 0) & (speech.pitch_hz > 0)
    assert both.mean() > 0.2
    return float(np.median(np.abs(np.log2(found[both] / speech.pitch_hz[both]))))


def test_hibaris_own_pitch_is_that_of_its_sound(tmp_path: Path) -> None:
    speech = say_hibari("hibari", minutes=0.05)
    assert len(speech.pcm) == len(speech.pulses) == len(speech.pitch_hz) * HOP_SAMPLES
    assert _octaves_apart(speech) < 0.05
    speech.save(tmp_path / "speech.npz")
    again = Speech.load(tmp_path / "speech.npz")
    assert again.is_exact
    np.testing.assert_allclose(again.pcm, speech.pcm, atol=1e-3)


def test_flites_pulses_repeat_at_the_measured_pitch() -> None:
    if shutil.which("flite") is None:
        pytest.skip("the package flite is missing; apt-get install flite")
    speech = say_flite("rms", minutes=0.05)
    of_pulses = Speech(speech.pulses * np.float32(0.01), speech.pulses, speech.pitch_hz, is_exact=False)
    assert _octaves_apart(of_pulses) < 0.02


def test_a_seed_gives_its_sentences_and_none_is_held_out() -> None:
    made = list(islice(sentences(random.Random(3)), 400))
    assert made == list(islice(sentences(random.Random(3)), 400))
    assert not set(made) & set(HELD_OUT)
    assert not {name.lower() for name in NAMES} & {word for text in HELD_OUT for word in words_of(text)}
