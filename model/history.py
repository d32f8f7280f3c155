"""What went into a conversation's sequence, kept as inputs: its first positions and its last. Knows no model.

Shapes: A dMel columns, M mel bins.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from model.dmel import NUM_LEVELS, NUM_MELS
from model.hmlp import num_patches
from model.sequence import (
    MAX_EVENT_TOKENS,
    MAX_PATCHES,
    MAX_WRITTEN_TOKENS,
    NO_CLOCK,
    NUM_AUDIO,
    NUM_SPEECH,
    NUM_TOKENS,
    Marks,
)
from model.session_record import Bytes, Positions, frames_of, packed_numbers, picture_of, unpacked_numbers
from model.types import InputError

KEPT_POSITIONS = 2048  # 80 s of silence, half as long of talk: what one prefill brings back within a second
MAX_PICTURE_BYTES = 1 << 20  # of pictures that are kept, as they came: nine pairs of 160x120
MAX_RESTORED = 2 * KEPT_POSITIONS
MAX_STRETCH = NUM_AUDIO + MAX_PATCHES + MAX_EVENT_TOKENS + MAX_WRITTEN_TOKENS + 1 + NUM_SPEECH  # 64
_NO_COLUMNS = np.zeros((0, NUM_MELS), np.uint8)


@dataclass(slots=True, eq=False)
class Stretch:
    """One listening pass and what was written after it."""

    tokens: list[int]
    clock: list[int]
    heard: Tensor  # (A, M) uint8
    own: Tensor  # (A, M) uint8
    frames: Tensor | None  # (1 or 2, H, W, 3) uint8


@dataclass(slots=True)
class History:
    """Whole stretches: the first ones that cover `num_first` positions, and the last KEPT_POSITIONS or a little more.

    A picture over MAX_PICTURE_BYTES goes, the oldest first, with its positions: what is left is a sequence still.
    """

    num_first: int
    first: list[Stretch] = field(default_factory=list[Stretch])
    last: deque[Stretch] = field(default_factory=deque[Stretch])
    num_skipped: int = 0  # positions between the first and the last
    _num_in_first: int = 0
    _num_in_last: int = 0
    _with_pictures: deque[Stretch] = field(default_factory=deque[Stretch])
    _picture_bytes: int = 0

    @property
    def length(self) -> int:
        """Positions of the sequence so far, also those that are skipped here."""
        return self._num_in_first + self.num_skipped + self._num_in_last

    @property
    def first_kept(self) -> int:
        """Where the last positions begin."""
        return self._num_in_first + self.num_skipped if self.num_skipped else 0

    def begin(self, stretch: Stretch) -> None:
        """A listening pass begins a stretch."""
        self._trim()
        if not self.last and self._num_in_first < self.num_first:
            self.first.append(stretch)
            self._num_in_first += len(stretch.tokens)
        else:
            self.last.append(stretch)
            self._num_in_last += len(stretch.tokens)
        if stretch.frames is not None:
            self._with_pictures.append(stretch)
            self._picture_bytes += stretch.frames.nbytes
            while self._picture_bytes > MAX_PICTURE_BYTES:
                self._drop_picture(self._with_pictures.popleft())

    def add(self, tokens: Iterable[int]) -> None:
        """What was fed after the listening pass."""
        written = [int(token) for token in tokens]
        stretch = self.last[-1] if self.last else self.first[-1]
        stretch.tokens += written
        stretch.clock += [NO_CLOCK] * len(written)
        if self.last:
            self._num_in_last += len(written)
        else:
            self._num_in_first += len(written)

    def export(self) -> Positions:
        """Everything here, in order."""
        stretches = [*self.first, *self.last]
        tokens = [token for each in stretches for token in each.tokens]
        clock = [index for each in stretches for index in each.clock]
        # Both parts begin with sound: how the micro-turn before the last ones ended stays with it.
        num_ends = self.last[0].tokens.index(Marks.AUDIO) if self.last else 0
        num_first, num_forgotten = self._num_in_first, num_ends if self.num_skipped else 0
        del tokens[num_first : num_first + num_forgotten], clock[num_first : num_first + num_forgotten]
        return Positions(
            tokens=packed_numbers(tokens),
            clock=packed_numbers(clock),
            heard=np.concatenate([_NO_COLUMNS, *(each.heard.numpy() for each in stretches)]),
            own=np.concatenate([_NO_COLUMNS, *(each.own.numpy() for each in stretches)]),
            pictures=tuple(picture_of(each.frames) for each in stretches if each.frames is not None),
            num_first=num_first + num_ends - num_forgotten,
            num_skipped=self.num_skipped + num_forgotten,
        )

    @classmethod
    def restored(cls, positions: Positions, num_first: int) -> History:
        """From what another one exported; raises InputError on what is no such thing."""
        stretches = _stretches(positions)
        history, length = cls(num_first), 0
        for stretch in stretches:
            is_first = length < positions.num_first
            length += len(stretch.tokens)
            (history.first if is_first else history.last).append(stretch)
            if stretch.frames is not None:
                history._with_pictures.append(stretch)
                history._picture_bytes += stretch.frames.nbytes
        history._num_in_first = sum(len(stretch.tokens) for stretch in history.first)
        history._num_in_last = length - history._num_in_first
        history.num_skipped = positions.num_skipped
        if history._num_in_first != positions.num_first or positions.num_skipped < 0 or not history.first:
            raise InputError(f"record: {positions.num_first} first positions, {positions.num_skipped} skipped")
        return history

    def _trim(self) -> None:
        while self.last and self._num_in_last - len(self.last[0].tokens) >= KEPT_POSITIONS:
            gone = self.last.popleft()
            self._num_in_last -= len(gone.tokens)
            self.num_skipped += len(gone.tokens)
            if gone.frames is not None:
                self._with_pictures.remove(gone)
                self._picture_bytes -= gone.frames.nbytes

    def _drop_picture(self, stretch: Stretch) -> None:
        assert stretch.frames is not None
        kept = [at for at, token in enumerate(stretch.tokens) if token != Marks.PATCH]
        num_gone = len(stretch.tokens) - len(kept)
        self._picture_bytes -= stretch.frames.nbytes
        stretch.tokens, stretch.clock = [stretch.tokens[at] for at in kept], [stretch.clock[at] for at in kept]
        stretch.frames = None
        self.num_skipped += num_gone
        if any(stretch is each for each in self.first):
            self._num_in_first -= num_gone
        else:
            self._num_in_last -= num_gone


def _stretches(positions: Positions) -> list[Stretch]:
    """A stretch from each run of audio to the next, with the picture that was seen in it."""
    tokens = unpacked_numbers(positions.tokens, "record.tokens", 0, NUM_TOKENS)
    clock = unpacked_numbers(positions.clock, "record.clock", NO_CLOCK, 1 << 30)
    heard, own = _columns(positions.heard, "heard"), _columns(positions.own, "own")
    num_audio = tokens.count(Marks.AUDIO)
    if not (len(tokens) == len(clock) <= MAX_RESTORED and len(heard) == len(own) == num_audio):
        raise InputError(f"record: {len(tokens)} tokens, {len(clock)} times, {num_audio} of {len(heard)} columns")
    starts = [
        at
        for at, token in enumerate(tokens)
        if token == Marks.AUDIO and (at in (0, positions.num_first) or tokens[at - 1] != Marks.AUDIO)
    ]
    if not starts or starts[0] != 0:
        raise InputError("record: its positions do not begin with sound")
    pictures, stretches, num_heard = deque(positions.pictures), list[Stretch](), 0
    for start, end in pairwise([*starts, len(tokens)]):
        part = tokens[start:end]
        if len(part) > MAX_STRETCH:
            raise InputError(
                f"record: {len(part)} positions from one micro-turn to the next, {MAX_STRETCH} is the bound"
            )
        columns = slice(num_heard, num_heard := num_heard + part.count(Marks.AUDIO))
        num_seen = part.count(Marks.PATCH)
        frames = frames_of(pictures.popleft()) if num_seen and pictures else None
        if num_seen != (0 if frames is None else num_patches(*frames.shape[1:3])):
            raise InputError(f"record: {num_seen} patches that fit no picture")
        stretches.append(Stretch(part, clock[start:end], heard[columns], own[columns], frames))
    if pictures:
        raise InputError(f"record: {len(pictures)} pictures without a place")
    return stretches


def _columns(levels: Bytes, where: str) -> Tensor:
    if levels.ndim != 2 or levels.shape[1] != NUM_MELS or (levels.size and int(levels.max()) >= NUM_LEVELS):
        raise InputError(f"record.{where}: {levels.shape} are no columns of {NUM_MELS} levels below {NUM_LEVELS}")
    return torch.from_numpy(levels)
