"""Voice activity on real speech, in any pieces."""

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from model.vad import WINDOW_SAMPLES, VoiceActivity
from tests.model.spoken import speak

ACTIVITY = VoiceActivity()


def test_speech_is_told_from_silence_and_noise(tmp_path: Path) -> None:
    second = np.zeros(16_000, np.float32)
    noise = np.random.default_rng(0).standard_normal(16_000).astype(np.float32) * np.float32(0.01)
    speech = speak("What is the capital of France?", tmp_path)
    sound = np.concatenate([second, noise, speech, second])
    found = np.array(ACTIVITY.listener().hear(sound))
    start, end = 32_000 // WINDOW_SAMPLES, (32_000 + len(speech)) // WINDOW_SAMPLES
    assert (found[: start - 1] < 0.5).all()
    assert (found[start + 4 : end - 2] > 0.5).mean() > 0.9
    assert (found[end + 8 :] < 0.35).all()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=8), st.integers(0, 100))
def test_the_cut_of_the_pieces_changes_nothing(cuts: list[int], seed: int) -> None:
    sound = np.random.default_rng(seed).standard_normal(sum(cuts)).astype(np.float32) * np.float32(0.1)
    listener = ACTIVITY.listener()
    parts = np.split(sound, np.cumsum(cuts)[:-1])
    found = [probability for part in parts for probability in listener.hear(part)]
    assert len(found) == len(sound) // WINDOW_SAMPLES
    np.testing.assert_allclose(found, ACTIVITY.listener().hear(sound), atol=1e-6)
