"""Packed sound and pictures as features at their positions: what SGLang's processor does for our sequence.

Knows nothing of SGLang. Shapes: A audio positions, P patches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from torch import Tensor

from model.hmlp import patches_of
from model.sequence import Marks
from model.sglang.wire import unpack_picture, unpack_sound
from model.types import InputError


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """One item of a request: all of its sound, or a picture."""

    mark: Marks  # AUDIO or PATCH
    values: Tensor  # (A, SOUND_WIDTH) int64, or (P, 2, 40, 40, 3) float32
    runs: list[tuple[int, int]]  # first and last position of each run of its tokens


def features_of(tokens: Sequence[int], sounds: Sequence[str], pictures: Sequence[str]) -> list[Feature]:
    """Raises InputError when sound, pictures and tokens do not fit each other."""
    return [
        *_placed(Marks.AUDIO, [unpack_sound(packed) for packed in sounds], tokens),
        *_placed(Marks.PATCH, [patches_of(unpack_picture(packed)) for packed in pictures], tokens),
    ]


def _placed(mark: Marks, values: list[Tensor], tokens: Sequence[int]) -> list[Feature]:
    places = [place for place, token in enumerate(tokens) if token == mark]
    if sum(len(each) for each in values) != len(places):
        given = [len(each) for each in values]
        raise InputError(f"{mark.name.lower()}: {given} features for {len(places)} tokens that take one each")
    features: list[Feature] = []
    for each in values:
        mine, places = places[: len(each)], places[len(each) :]
        features.append(Feature(mark, each, _runs(mine)))
    return features


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Places that follow one another, as first and last of each run."""
    runs = [[place for _, place in run] for _, run in groupby(enumerate(places), lambda pair: pair[1] - pair[0])]
    return [(run[0], run[-1]) for run in runs]
