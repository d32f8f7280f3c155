"""A new model already looks behind what it has read before; what training adds to its head goes into the checkpoint."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Generator, Tensor

from model.copying_head import give_copying_head_
from model.init_weights import init_weights_
from model.interaction import InteractionModel
from model.sequence import NUM_MARKS, NUM_TOKENS, Marks
from model.sizes import SIZES
from model.train import sharpen_
from model.train_losses import Learner


def new_learner() -> Learner:
    torch.manual_seed(0)
    model = InteractionModel(replace(SIZES["nano10"], speech=None))
    init_weights_(model, Generator().manual_seed(0))
    sharpen_(model)
    return Learner(model)


def words(count: int, seed: int) -> list[int]:
    return torch.randint(NUM_MARKS, NUM_TOKENS, (count,), generator=Generator().manual_seed(seed)).tolist()


def hidden_of(learner: Learner, tokens: list[int]) -> Tensor:
    model = learner.model
    return model.backbone(model.embed_norm(model.embed(torch.tensor([tokens]))))[0]


@torch.no_grad()
def places_of_the_next_word(learner: Learner) -> list[int]:
    """Among all tokens, 0 for the likeliest, of each word of a note that repeats what was recalled."""
    places = list[int]()
    for seed in range(5):
        recalled = words(20, seed)
        tokens = [*[Marks.AUDIO] * 4, Marks.RECALLED, *recalled, Marks.END, Marks.NOTE, *recalled[5:15]]
        chances = learner.logits(hidden_of(learner, [int(token) for token in tokens]))
        for at in range(len(tokens) - 10, len(tokens) - 1):
            places.append(int((chances[at] > chances[at, tokens[at + 1]]).sum()))
    return places


def test_the_word_behind_is_likelier_than_with_heads_as_they_are_drawn() -> None:
    learner = new_learner()
    before = sorted(places_of_the_next_word(learner))
    give_copying_head_(learner, Generator().manual_seed(0))
    with torch.no_grad():
        learner.copying.mul_(20)  # as training does where it pays
    after = sorted(places_of_the_next_word(learner))
    assert before[len(before) // 2] > 500, "words are drawn, so nothing else tells which comes"
    assert after[len(after) // 2] < 20


def test_what_is_folded_in_says_the_same() -> None:
    learner = new_learner()
    give_copying_head_(learner, Generator().manual_seed(0))
    hidden = torch.randn(3, learner.model.config.backbone.width, generator=Generator().manual_seed(1))
    with torch.no_grad():
        told = learner.logits(hidden)
        assert not torch.allclose(told, learner.model.logits(hidden), atol=1e-2)
        learner.fold_()
        assert learner.model.logits(hidden).numpy() == pytest.approx(told.numpy(), abs=1e-3)
        assert learner.logits(hidden).numpy() == pytest.approx(told.numpy(), abs=1e-3)
