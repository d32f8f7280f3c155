"""Sound and pictures come out of a request as they went in, and nothing else comes out."""

from __future__ import annotations

import base64

import pytest
import torch

from model.dmel import NUM_LEVELS, NUM_MELS
from model.sequence import NO_CLOCK
from model.sglang.wire import pack_picture, pack_sound, unpack_picture, unpack_sound
from model.types import InputError


def _columns(count: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(count)
    return torch.randint(0, NUM_LEVELS, (count, NUM_MELS), dtype=torch.uint8, generator=generator)


def test_sound_is_unpacked_as_it_was_packed() -> None:
    heard, own, clock = _columns(8), _columns(8).flip(0), [7, NO_CLOCK, NO_CLOCK, NO_CLOCK, 8, -1, -1, -1]
    unpacked = unpack_sound(pack_sound(heard, own, clock))
    parts = unpacked.split((NUM_MELS, NUM_MELS, 1), dim=1)
    assert torch.equal(parts[0], heard.long()) and torch.equal(parts[1], own.long())
    assert parts[2][:, 0].tolist() == clock


@pytest.mark.parametrize("num_frames", [1, 2])
def test_a_picture_is_unpacked_as_it_was_packed(num_frames: int) -> None:
    frames = torch.randint(0, 256, (num_frames, 120, 160, 3), dtype=torch.uint8)
    assert torch.equal(unpack_picture(pack_picture(frames)), frames)


@pytest.mark.parametrize("packed", ["", "no base64!", "AAAA", base64.b64encode(b"\xff" * 168).decode()])
def test_what_is_no_sound_is_refused(packed: str) -> None:
    with pytest.raises(InputError, match="sound"):
        unpack_sound(packed)


@pytest.mark.parametrize("packed", ["", "1x1x1:", "3x1x1:AAAA", "1x0x0:", "axb:AAAA", "1x2000x2000:AAAA", "1x1x1:?"])
def test_what_is_no_picture_is_refused(packed: str) -> None:
    with pytest.raises(InputError, match="picture"):
        unpack_picture(packed)


def test_a_picture_with_too_many_patches_is_refused() -> None:
    with pytest.raises(InputError, match="160x120"):
        unpack_picture(pack_picture(torch.zeros(1, 400, 400, 3, dtype=torch.uint8)))
