"""A conversation that turns into NaN ends alone, and leaves nothing to who comes next."""

from __future__ import annotations

from copy import deepcopy
from functools import cache

import pytest
import torch

from model.config import ModelConfig
from model.interaction import InteractionModel
from model.native_core import Choice, NativeCore
from model.sequence import NUM_MARKS, text_tokens
from model.types import MicroTurnIn, MicroTurnOut, SeamError, SessionLostError, TypedText
from tests.model.tiny_native import CONFIG, MUTE_CONFIG, SETTINGS, tiny_model, turn

VENOM = "zyzzyva"
NUM_AFTER = 5


@cache
def poisonous(config: ModelConfig) -> InteractionModel:
    """A model for which one rare word is no number."""
    model = deepcopy(tiny_model(config))
    with torch.no_grad():
        model.embed.weight[max(text_tokens(VENOM))] = torch.nan
    return model


def bitten(index: int) -> MicroTurnIn:
    """A micro-turn in which the word is typed."""
    return turn(index, TypedText("bo", VENOM))


def _bytes(out: MicroTurnOut | SeamError) -> tuple[int, str, bytes]:
    assert isinstance(out, MicroTurnOut), out
    return out.index, out.text, b"" if out.pcm is None else out.pcm.tobytes()


def _talk(config: ModelConfig, temperature: float, is_bitten: bool) -> tuple[list[object], list[object]]:
    """What one conversation says beside another, and what a third says that gets the other's slot when it ends."""
    core = NativeCore(poisonous(config), num_slots=2, choice=Choice(temperature))
    good, bad = core.open(SETTINGS), core.open(SETTINGS)
    said, after, index = list[object](), list[object](), 0
    out: MicroTurnOut | SeamError | None = None
    while not isinstance(out, SessionLostError) and index < 8:
        heard = bitten(index) if is_bitten and index == 1 else turn(index)
        answers = core.step({good: (turn(index),), bad: (heard,)})
        said.append(_bytes(answers[good]))
        out, index = answers[bad], index + 1
    assert isinstance(out, SessionLostError) == is_bitten
    core.close(bad)
    assert core.open(SETTINGS) == bad
    for later in range(NUM_AFTER):
        answers = core.step({good: (turn(index + later),), bad: (turn(later),)})
        said.append(_bytes(answers[good]))
        after.append(_bytes(answers[bad]))
    return said, after


@pytest.mark.parametrize("config", [CONFIG, MUTE_CONFIG], ids=["decoder", "mute"])
@pytest.mark.parametrize("temperature", [0.0, 0.7])
def test_a_nan_ends_its_own_conversation_alone(
    config: ModelConfig, temperature: float, caplog: pytest.LogCaptureFixture
) -> None:
    assert max(text_tokens(VENOM)) >= NUM_MARKS
    said, after = _talk(config, temperature, is_bitten=True)
    healthy, unbitten = _talk(config, temperature, is_bitten=False)
    assert "is no number" in caplog.text
    assert said == healthy[: len(said)]
    assert after == unbitten
