"""A native model small enough to talk in a test, with random weights."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import torch

from model.config import BackboneConfig, HeadSizes, ModelConfig
from model.init_weights import init_weights_
from model.interaction import InteractionModel
from model.sizes import NANO_10
from model.types import HEARD_SAMPLES, Event, MicroTurnIn, SessionSettings, VideoFrame

_BACKBONE = BackboneConfig(
    width=24,
    num_layers=2,
    local_heads=HeadSizes(2, 1, 12),
    global_heads=HeadSizes(2, 1, 12),
    global_layers=(1,),
    num_dense_layers=2,
    dense_width=32,
    window=20,
    num_sinks=4,
    memory=40,
)
CONFIG = replace(NANO_10, name="tiny", backbone=_BACKBONE, speech=replace(_BACKBONE, global_layers=(), window=9))
SETTINGS = SessionSettings("c1", greeting="Hello, I am here.", instructions="Be brief.")


MUTE_CONFIG = replace(CONFIG, speech=None)


@cache
def tiny_model(config: ModelConfig = CONFIG) -> InteractionModel:
    model = InteractionModel(config)
    init_weights_(model, torch.Generator().manual_seed(0))
    return model


def turn(index: int, *events: Event, seed: int = 0, frames: tuple[VideoFrame, ...] = ()) -> MicroTurnIn:
    pcm = np.random.default_rng(index + 1000 * seed).normal(0, 0.1, HEARD_SAMPLES).astype(np.float32)
    return MicroTurnIn(index, pcm, frames=frames, events=events)
