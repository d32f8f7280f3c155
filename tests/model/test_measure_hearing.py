"""What is read off the sound is compared with what was said."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
import torch

from model.interaction import InteractionModel
from model.measure_hearing import heard_clip, likeliest_phones, phone_error_rate
from model.studio.phones import PHONES
from model.studio.stage import Clip
from model.train_losses import Learner
from model.types import Word
from tests.model.tiny_native import CONFIG

CLIP = Clip(
    np.sin(np.arange(16_000, dtype=np.float32) / 9) * np.float32(0.1),
    (Word("Good", 0.1, 0.4), Word("night.", 0.5, 0.9)),
)


def test_repeats_and_blanks_are_left_out() -> None:
    places = [0, 4, 4, 0, 4, 5, 5, 0]
    chances = torch.nn.functional.one_hot(torch.tensor(places), len(PHONES)).float()
    assert likeliest_phones(chances) == [4, 4, 5]


def test_a_clip_is_heard_in_silent_micro_turns_with_its_words() -> None:
    batch = heard_clip(CLIP, None)
    assert "".join(PHONES[phone] for phone in batch.phones[0].tolist()) == "ɡʊd nIt"  # noqa: RUF001 (phones)
    assert batch.positions.heard is not None and batch.positions.heard.shape == (1, 44, 80)
    assert not batch.weights.any()
    room = heard_clip(CLIP, random.Random(1)).positions.heard
    assert room is not None and not torch.equal(room, batch.positions.heard)


def test_who_hears_nothing_misses_every_phone() -> None:
    learner = Learner(InteractionModel(replace(CONFIG, speech=None))).eval()
    for weight in learner.phones.parameters():
        torch.nn.init.zeros_(weight)
    with torch.no_grad():
        learner.phones.bias.view(2, -1)[:, 0] = 9.0  # the blank
    assert phone_error_rate(learner, [CLIP], None) == pytest.approx(1.0)
