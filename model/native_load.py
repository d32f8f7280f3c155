"""Brings up the native engine: weights from a checkpoint or drawn from a seed, on a processor or a GPU.

On a processor every conversation has a core of its own, a GPU steps all of them together. Knows nothing of flags. Every
kind of pass runs once before the first call, so that no caller pays for warming up.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from alongside_kernels import is_deterministic, set_deterministic
from model.admission import Admission
from model.checkpoint import load_checkpoint
from model.init_weights import init_weights_
from model.interaction import InteractionModel
from model.machine import free_memory_bytes, measure_machine
from model.native import NativeEngine
from model.native_core import Choice, NativeCore
from model.native_voice import ClauseVoice
from model.sizes import SIZES
from model.types import HEARD_SAMPLES, MicroTurnIn, SessionSettings, TypedText, VideoFrame
from model.vocoder_weights import SHIPPED_VOCODER, read_vocoder

logger = logging.getLogger(__name__)

NUM_WARM_TURNS = 4
MAX_MEMORY = 0.8  # of what is free at the start; the rest is for the passes themselves
HOST_BYTES = 8 << 20  # a conversation's inputs that are kept, its pictures and its record on the way


class DeviceError(Exception):
    """The device that was asked for is not there; says what to do."""


@dataclass(frozen=True, slots=True)
class NativeConfig:
    """Which model, and for how many conversations."""

    checkpoint: Path | None = None
    size: str = "nano10"  # of a model without a checkpoint
    max_sessions: int = 4
    num_threads: int = 1  # models this small gain nothing from more
    seed: int = 0
    vocoder: Path = SHIPPED_VOCODER
    is_timely: bool = True  # takes no further conversation that it would answer late
    device: str = "cpu"  # or "cuda", "cuda:1" …
    is_deterministic: bool = False  # not a bit of an answer hangs on who else is there; slower


def free_bytes(device: torch.device) -> int:
    """Memory of a device that is not taken."""
    return free_memory_bytes() if device.type == "cpu" else torch.cuda.mem_get_info(device)[0]


def load_engine(
    config: NativeConfig,
    model: InteractionModel,
    voice: ClauseVoice | None = None,
    free_on: Callable[[torch.device], int] = free_bytes,
) -> NativeEngine:
    """An engine that can be started; `voice` speaks in the speech decoder's place.

    It has places for as many of the conversations that are wanted as memory is `free_on` the device.
    """
    torch.set_num_threads(config.num_threads)
    device = model.embed.weight.device
    place_bytes = NativeCore(model, 1, Choice(), voice, quick_memory(device), is_recorded=False).place_bytes
    num_places = _that_fit(config.max_sessions, place_bytes, free_on(device))
    num_slots = 1 if device.type == "cpu" else num_places
    choices = [Choice(seed=config.seed + first) for first in range(0, num_places, num_slots)]
    cores = [NativeCore(model, num_slots, choice, voice, quick_memory(device)) for choice in choices]
    for core in cores:
        _warm_up(core)
    # What other programs take of a processor is not this engine's cost; a GPU and several threads tell by the clock.
    is_alone = config.num_threads == 1 and device.type == "cpu"
    admission = Admission() if config.is_timely else None
    return NativeEngine(*cores, admission=admission, clock_s=time.thread_time if is_alone else time.monotonic)


def _that_fit(wanted: int, place_bytes: int, free: int) -> int:
    """How many conversations there is memory for; one always is tried."""
    num_places = max(1, int(MAX_MEMORY * free) // (place_bytes + HOST_BYTES))
    if num_places < wanted:
        logger.warning(
            "native engine: %.0f MB are free, which is enough for %d of %d conversations of %.0f MB; say fewer with "
            "--max-sessions, or free some",
            *(free / 1e6, num_places, wanted, (place_bytes + HOST_BYTES) / 1e6),
        )
    return min(wanted, num_places)


def quick_memory(device: torch.device) -> torch.dtype | None:
    """In which numbers global layers keep keys and values, where others than the weights' are read more quickly.

    A long memory is read whole in every pass: with bfloat16 products of the processor's own in a third of the time.
    Where every bit must be the same, it stays in the weights' numbers.
    """
    has_products = bool({"AMX", "AVX512-BF16"} & set(measure_machine().matrix_units))
    is_quick = device.type == "cpu" and has_products and not is_deterministic()
    return torch.bfloat16 if is_quick else None


def load_model(config: NativeConfig) -> InteractionModel:
    """The model of a checkpoint; without one, an untrained one, and it says so. Raises CheckpointError, DeviceError.

    A speech decoder gets the vocoder that ships: models are trained without one. Deterministic is the whole process
    from here on.
    """
    device = _device(config.device)
    if config.is_deterministic:
        set_deterministic(True)
    if config.checkpoint is not None:
        checkpoint = load_checkpoint(config.checkpoint)
        model = InteractionModel(checkpoint.config)
        checkpoint.fill_(model)
    else:
        logger.warning("native engine: %s with random weights, untrained: what it says makes no sense", config.size)
        model = InteractionModel(SIZES[config.size])
        init_weights_(model, torch.Generator().manual_seed(config.seed))
    if model.speech is not None:
        model.speech.vocoder = read_vocoder(config.vocoder)
    return model.eval().to(device)


def _device(name: str) -> torch.device:
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DeviceError(f"device {name!r} is none that torch knows; say cpu, cuda or cuda:1") from error
    if device.type not in ("cpu", "cuda"):
        raise DeviceError(f"device {name!r}: the engine runs on cpu, cuda or cuda:1")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        count = torch.cuda.device_count()
        raise DeviceError(
            f"device {name!r} is not there: torch {torch.__version__} sees {count} CUDA devices; say cpu, or install "
            "the driver and a torch with CUDA"
        )
    return device


def _warm_up(core: NativeCore) -> None:
    """One short conversation with everything in it; on a GPU every kind of pass is recorded before."""
    if core.is_recorded:
        core.prepare()
    slot = core.open(SessionSettings("warm up", greeting="Hello."))
    frame = VideoFrame(np.zeros((120, 160, 3), np.uint8), tick=0, source="warm up")
    for index in range(NUM_WARM_TURNS):
        frames, events = ((frame, frame), (TypedText("warm up", "Hello."),)) if index % 2 else ((), ())
        core.step({slot: (MicroTurnIn(index, np.zeros(HEARD_SAMPLES, np.float32), frames=frames, events=events),)})
    core.close(slot)
