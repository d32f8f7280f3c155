"""Sound and pictures as the strings that SGLang's multimodal fields carry; parser and encoder are inverse.

Shapes: A dMel columns, M mel bins, F frames of a picture.
"""

from __future__ import annotations

import base64
import binascii

import numpy as np
import torch
from torch import Tensor

from model.dmel import NUM_LEVELS, NUM_MELS
from model.hmlp import FRAMES_PER_PATCH, NUM_COLOURS, num_patches
from model.sequence import MAX_PATCHES, NO_CLOCK
from model.types import InputError

_CLOCK_BYTES = 8  # int64, little-endian
_COLUMN_BYTES = 2 * NUM_MELS + _CLOCK_BYTES
SOUND_WIDTH = 2 * NUM_MELS + 1  # heard, own, micro-turn
_MAX_COLUMNS = 1 << 14


def pack_sound(heard: Tensor, own: Tensor, clock: list[int]) -> str:
    """Columns (A, M) uint8 of both sounds and the micro-turn shown at each, NO_CLOCK for none."""
    assert len(heard) == len(own) == len(clock), (len(heard), len(own), len(clock))
    parts = (heard.numpy().tobytes(), own.numpy().tobytes(), np.asarray(clock, "<i8").tobytes())
    return base64.b64encode(b"".join(parts)).decode()


def unpack_sound(packed: str) -> Tensor:
    """(A, SOUND_WIDTH) int64: heard, own, micro-turn. Raises InputError."""
    raw = _decoded(packed, "sound")
    count, rest = divmod(len(raw), _COLUMN_BYTES)
    if rest or not 0 < count <= _MAX_COLUMNS:
        raise InputError(f"sound: {len(raw)} bytes are no whole columns of {_COLUMN_BYTES}, or too many")
    levels = np.frombuffer(raw, np.uint8, 2 * count * NUM_MELS).reshape(2, count, NUM_MELS)
    clock = np.frombuffer(raw, "<i8", count, 2 * count * NUM_MELS)
    if int(levels.max()) >= NUM_LEVELS or int(clock.min()) < NO_CLOCK:
        raise InputError(f"sound: a level of {int(levels.max())} or a micro-turn of {int(clock.min())}")
    parts = [*(torch.from_numpy(each.astype(np.int64)) for each in levels), torch.from_numpy(clock.copy())[:, None]]
    return torch.cat(parts, dim=1)


def pack_picture(frames: Tensor) -> str:
    """A frame pair, or one still, (1 or 2, H, W, 3) uint8."""
    num_frames, height, width, _ = frames.shape
    return f"{num_frames}x{height}x{width}:{base64.b64encode(frames.numpy().tobytes()).decode()}"


def unpack_picture(packed: str) -> Tensor:
    """(1 or 2, H, W, 3) uint8. Raises InputError."""
    shape, _, pixels = packed.partition(":")
    try:
        num_frames, height, width = (int(side) for side in shape.split("x"))
    except ValueError as error:
        raise InputError(f"picture: {shape[:40]!r} is no FxHxW") from error
    raw = _decoded(pixels, "picture")
    is_sized = 0 < num_frames <= FRAMES_PER_PATCH and height > 0 and width > 0
    if not is_sized or num_frames * height * width * NUM_COLOURS != len(raw):
        raise InputError(f"picture: {len(raw)} bytes are no {shape}")
    if num_patches(height, width) > MAX_PATCHES:
        raise InputError(f"picture: {width}x{height} makes more than {MAX_PATCHES} patches; scale it to 160x120")
    return torch.from_numpy(np.frombuffer(raw, np.uint8).reshape(num_frames, height, width, NUM_COLOURS).copy())


def _decoded(packed: str, what: str) -> bytes:
    try:
        return base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"{what}: not base64: {error}") from error
