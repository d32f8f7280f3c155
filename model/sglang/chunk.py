"""What a request appends to a session: positions with what was heard and seen at them, in SGLang's fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from model.history import Stretch
from model.sequence import Marks
from model.sglang.wire import pack_picture, pack_sound


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Some positions. Shapes: A dMel columns, M mel bins."""

    tokens: tuple[int, ...]
    heard: tuple[Tensor, ...] = ()  # (A, M) uint8 each
    own: tuple[Tensor, ...] = ()
    clock: tuple[int, ...] = ()  # at audio tokens
    pictures: tuple[Tensor, ...] = ()  # (1 or 2, H, W, 3) uint8 each

    @classmethod
    def of(cls, stretches: Iterable[Stretch]) -> Chunk:
        """Whole stretches, one behind the other."""
        kept = list(stretches)
        timed = [pair for each in kept for pair in zip(each.tokens, each.clock, strict=True)]
        return cls(
            tokens=tuple(token for token, _ in timed),
            heard=tuple(each.heard for each in kept),
            own=tuple(each.own for each in kept),
            clock=tuple(index for token, index in timed if token == Marks.AUDIO),
            pictures=tuple(each.frames for each in kept if each.frames is not None),
        )

    def fields(self) -> dict[str, Any]:  # Any: JSON
        """Of a /generate request."""
        fields: dict[str, Any] = {"input_ids": list(self.tokens)}
        if self.clock:
            fields["audio_data"] = [pack_sound(torch.cat(self.heard), torch.cat(self.own), list(self.clock))]
        if self.pictures:
            fields["image_data"] = [pack_picture(frames) for frames in self.pictures]
        return fields


def in_pieces(stretches: Sequence[Stretch], num_positions: int) -> list[list[Stretch]]:
    """Stretches in groups of up to so many positions, or of one that is longer."""
    pieces: list[list[Stretch]] = []
    room = 0
    for stretch in stretches:
        if room < len(stretch.tokens):
            pieces.append([])
            room = num_positions
        pieces[-1].append(stretch)
        room -= len(stretch.tokens)
    return pieces
