"""The pictures of a micro-turn, packed small: what a camera's encoder left of them, as in a call. One JPEG each."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]  # (H, W, 3)


class PackedError(ValueError):
    """Bytes that are no packed pictures; says what they are."""


def pack(pictures: Sequence[Picture], quality: int) -> bytes:
    """One or two pictures of one size, above each other."""
    out = io.BytesIO()
    height = len(pictures[0])
    comment = str(height).encode()
    Image.fromarray(np.concatenate(list(pictures))).save(out, "JPEG", quality=quality, comment=comment)
    return out.getvalue()


def unpack(packed: bytes) -> NDArray[np.uint8]:
    """(1 or 2, H, W, 3). Raises PackedError where `pack` did not make them."""
    try:
        with Image.open(io.BytesIO(packed)) as image:
            height = int(image.info["comment"])
            pixels = np.array(image.convert("RGB"))
        return pixels.reshape(-1, height, *pixels.shape[1:])
    except (OSError, KeyError, ValueError) as error:
        raise PackedError(f"pictures: {len(packed)} bytes that `pack` did not make ({error})") from error
