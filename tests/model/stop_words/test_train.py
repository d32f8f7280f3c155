"""model/stop_words/train.py and examples.py: what is asked of the net, and of which sounds"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from model.stop_words.examples import NUM_STEPS, Examples
from model.stop_words.features import FEATURES, SILENT
from model.stop_words.net import StopWordNet
from model.stop_words.train import EARLIEST_STEPS, LATEST_STEPS, Batch, loss_of
from model.stop_words.words import WORDS
from model.studio.bank import Bank
from model.studio.stage import Clip
from model.types import HEARD_RATE_HZ, InputError, Word

STOP, QUIET, END = 1, 2, 100


def batch(word: int) -> Batch:
    """One sound, with a word or none."""
    numbers = torch.tensor([word]), torch.tensor([80]), torch.tensor([END])
    return Batch(torch.zeros(1, NUM_STEPS, FEATURES), *numbers)


def showing(word: int, first: int, last: int) -> Tensor:
    """Logits of a net that is sure of a word from one step to another, if any, and of none elsewhere."""
    logits = torch.zeros(1, NUM_STEPS, 1 + len(WORDS))
    logits[..., 0] = 10
    logits[:, first : last + 1, 0] = 0
    logits[:, first : last + 1, word] = 10
    return logits


def test_a_word_has_to_show_soon_after_its_end_and_as_that_word() -> None:
    right = loss_of(showing(STOP, END + EARLIEST_STEPS, END + LATEST_STEPS), batch(STOP))
    late = loss_of(showing(STOP, END + 40, END + 50), batch(STOP))
    other = loss_of(showing(QUIET, END + EARLIEST_STEPS, END + LATEST_STEPS), batch(STOP))
    never = loss_of(showing(STOP, 1, -1), batch(STOP))
    assert right < 0.01 and min(late, other, never) > 5


def test_four_steps_of_it_are_enough() -> None:
    assert loss_of(showing(STOP, END + 8, END + 11), batch(STOP)) < 0.01
    assert loss_of(showing(STOP, END + 8, END + 8), batch(STOP)) > 1


def test_where_there_is_no_word_a_single_sure_step_costs() -> None:
    assert loss_of(showing(STOP, 1, -1), batch(0)) < 0.01
    assert loss_of(showing(STOP, 50, 50), batch(0)) > 1


def test_a_few_steps_learn_a_batch() -> None:
    torch.manual_seed(0)
    net, columns = StopWordNet(), torch.full((8, NUM_STEPS, FEATURES), SILENT)
    words = torch.tensor([1, 2, 0, 0, 1, 2, 0, 0])
    for row, word in enumerate(words):
        columns[row, 80 : END + 1, word * 20 : word * 20 + 10] = 1.0  # each word a band of its own
    taught = Batch(columns, words, torch.full((8,), 80), torch.full((8,), END))
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3)
    losses: list[float] = []
    for _ in range(25):
        loss = loss_of(net(taught.columns), taught)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] / 4


def test_examples_say_where_their_word_is(tmp_path: Path) -> None:
    """The clips are noise: what is checked is when they sound."""
    bank, rng = Bank(tmp_path), np.random.default_rng(0)
    for text in ("stop", "wait a moment", "the bus stop is over there", "go on"):
        pcm = rng.normal(0, 0.1, round(0.7 * HEARD_RATE_HZ)).astype(np.float32)
        bank.record("kokoro-af_bella", text, Clip(pcm, (Word(text, 0.0, 0.7),)))
    examples = Examples(bank, None, ["kokoro-af_bella"])
    drawn = [each for seed in range(6) for each in examples.draw(random.Random(seed))]
    words = [each for each in drawn if each.word]
    assert {WORDS[each.word - 1] for each in words} == {"stop", "wait"} and 10 < len(words) < 40
    for each in words:
        assert each.columns.shape == (NUM_STEPS, FEATURES)
        assert 10 < each.start_step < each.end_step < NUM_STEPS - LATEST_STEPS
    bank.close()


def test_without_rendered_clips_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"python -m model\.stop_words\.render"):
        Examples(Bank(tmp_path), None, ["kokoro-af_bella"])
