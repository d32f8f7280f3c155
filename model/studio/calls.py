"""Shards of composed calls on disk: written by workers, read by training. Knows nothing of scenes.

A shard is one .npz: the arrays of its calls behind each other, and where each call begins.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.studio.composing import Call


def save_calls(file: Path, calls: Sequence[Call]) -> None:
    """Write `file` whole or not at all."""
    partial = file.with_suffix(".partial")
    pictures = [packed for call in calls for packed in call.pictures]
    with partial.open("wb") as out:
        np.savez(
            out,
            num_tokens=np.array([len(call.tokens) for call in calls]),
            num_columns=np.array([len(call.heard) for call in calls]),
            tokens=np.concatenate([call.tokens for call in calls]),
            weights=np.concatenate([call.weights for call in calls]),
            clock=np.concatenate([call.clock for call in calls]),
            heard=np.concatenate([call.heard for call in calls]),
            own=np.concatenate([call.own for call in calls]),
            words=np.array([json.dumps([call.words for call in calls])]),
            num_pictures=np.array([len(call.pictures) for call in calls]),
            picture_bytes=np.array([len(packed) for packed in pictures], np.int64),
            pictures=np.frombuffer(b"".join(pictures), np.uint8),
        )
    partial.replace(file)


def load_calls(file: Path) -> list[Call]:
    """The calls of a shard that `save_calls` wrote; older ones have no pictures."""
    with np.load(file) as shard:
        arrays = {name: shard[name] for name in shard.files}
    token_ends, column_ends = arrays["num_tokens"].cumsum(), arrays["num_columns"].cumsum()
    by_token = [np.split(arrays[name], token_ends[:-1]) for name in ("tokens", "weights", "clock")]
    by_column = [np.split(arrays[name], column_ends[:-1]) for name in ("heard", "own")]
    words = [tuple((int(a), int(b), str(word)) for a, b, word in call) for call in json.loads(str(arrays["words"][0]))]
    pictures = _pictures(arrays) if "pictures" in arrays else [()] * len(words)
    return [Call(*parts) for parts in zip(*by_token, *by_column, words, pictures, strict=True)]


def _pictures(arrays: dict[str, NDArray[np.generic]]) -> list[tuple[bytes, ...]]:
    """Of each call."""
    whole, ends = arrays["pictures"].tobytes(), arrays["picture_bytes"].cumsum().tolist()
    packed = [whole[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    call_ends = arrays["num_pictures"].cumsum().tolist()
    return [tuple(packed[start:end]) for start, end in zip([0, *call_ends], call_ends, strict=False)]
