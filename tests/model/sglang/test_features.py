"""What SGLang's processor makes of a request is what Inkling's own feature extractor makes of the same sound."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from model.dmel import NUM_MELS
from model.history import Stretch
from model.hmlp import num_patches
from model.native_slot import NativeSlot
from model.sequence import NO_CLOCK, NUM_AUDIO, Marks
from model.sglang.chunk import Chunk
from model.sglang.features import Feature, features_of
from model.types import HEARD_SAMPLES, InputError, MicroTurnIn, Pcm, VideoFrame
from tests.model import inkling_reference as reference
from tests.model.tiny_native import SETTINGS

NUM_TURNS = 6
SIZE = (60, 80)


def _sound(seed: int) -> Pcm:
    """Noise that swells from silence, NUM_TURNS long."""
    drawn = np.random.default_rng(seed).normal(0, 1, NUM_TURNS * HEARD_SAMPLES)
    return (drawn * np.linspace(0, 0.3, len(drawn))).astype(np.float32)


def _request(heard: Pcm, own: Pcm, rgb: np.ndarray) -> Chunk:
    """What a new session of SGLang is sent of a conversation in which a picture was seen in the third micro-turn."""
    slot = NativeSlot(SETTINGS, seed=0, memory=1000)
    for index in range(NUM_TURNS):
        part = slice(index * HEARD_SAMPLES, (index + 1) * HEARD_SAMPLES)
        frames = (VideoFrame(rgb, 0, "p1:camera"),) if index == 2 else ()
        slot.hear((MicroTurnIn(index, heard[part], own[part], frames),))
        slot.close_turn(is_speaking=False, num_fed=1)
    kept: list[Stretch] = [*slot.history.first, *slot.history.last]
    return Chunk.of(kept)


def _features(chunk: Chunk) -> list[Feature]:
    fields = chunk.fields()
    return features_of(fields["input_ids"], fields.get("audio_data", []), fields.get("image_data", []))


def test_sound_and_pictures_are_inklings_at_the_positions_of_their_tokens() -> None:
    heard, own = _sound(1), _sound(2)
    rgb = np.random.default_rng(3).integers(0, 256, (*SIZE, 3), dtype=np.uint8)
    chunk = _request(heard, own, rgb)
    sound, picture = _features(chunk)
    levels_heard, levels_own, clock = sound.values.split((NUM_MELS, NUM_MELS, 1), dim=1)
    assert torch.equal(levels_heard, reference.levels(torch.from_numpy(heard)).long())
    assert torch.equal(levels_own, reference.levels(torch.from_numpy(own)).long())
    assert clock[:, 0].tolist() == [at for index in range(NUM_TURNS) for at in (index, *[NO_CLOCK] * (NUM_AUDIO - 1))]
    torch.testing.assert_close(picture.values, reference.patches(rgb), rtol=1e-5, atol=1e-5)
    for feature, mark in ((sound, Marks.AUDIO), (picture, Marks.PATCH)):
        places = [place for first, last in feature.runs for place in range(first, last + 1)]
        assert places == [place for place, token in enumerate(chunk.tokens) if token == mark]
        assert len(places) == len(feature.values)
    assert len(picture.values) == num_patches(*SIZE) and len(sound.runs) == NUM_TURNS


@pytest.mark.parametrize(("mark", "name"), [(Marks.AUDIO, "audio"), (Marks.PATCH, "patch")])
def test_tokens_without_what_they_stand_for_are_refused(mark: Marks, name: str) -> None:
    with pytest.raises(InputError, match=rf"{name}: \[\] features for 2 tokens"):
        features_of([70, mark, mark], [], [])
