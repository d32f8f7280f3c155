"""Batches of whole calls for training: calls of about one length side by side, and what is asked of each position.

Shapes: B calls, T positions, A dMel columns, M mel bins, L phones, P patches.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.dmel import NUM_LEVELS, NUM_MELS
from model.hmlp import FRAMES_PER_PATCH, NUM_COLOURS, PATCH_PIXELS, patches_of
from model.interaction import Positions
from model.sequence import NO_CLOCK, NUM_AUDIO, Marks, is_text
from model.studio.calls import load_calls
from model.studio.composing import Call
from model.studio.mishearing import Mishearing
from model.studio.phones import GAP, phones_of
from model.studio.pictures_packed import unpack
from model.studio.recalling import recalled

PHONES_PER_COLUMN = 2  # places for phones in one dMel column of 50 ms
LATE_COLUMNS = 2
CONTENT_WEIGHT = 6.0  # of each token of a note or a task
DENSE = 0.4  # share of a piece's columns in which somebody says a word
PACES = (0.85, 1.18)
LIGHTS, SHADOWS = (0.8, 1.2), (-20.0, 20.0)  # pictures are seen so much brighter, and so many levels lifted
THROATS = (0.9, 1.1)  # mel bins are read this much higher or lower: other speakers from the same sound
SpokenAt = tuple[int, int, str]  # first and last column of a word, and the word
_NO_PATCHES = torch.zeros(0, FRAMES_PER_PATCH, PATCH_PIXELS, PATCH_PIXELS, NUM_COLOURS)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Calls of up to `length` positions, so many at once."""

    length: int
    num_calls: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Calls side by side."""

    positions: Positions
    targets: Tensor  # (B, T) int64: the token that comes next
    weights: Tensor  # (B, T) float32: how much it matters, 0 where the model does not choose
    phones: Tensor  # (B, L) int64 of PHONES: the words people said
    num_phones: Tensor  # (B,)
    num_columns: Tensor  # (B,)
    places: Tensor  # (B, A * PHONES_PER_COLUMN) int64: about where each phone was said, blank elsewhere

    def to(self, device: torch.device) -> Batch:
        """The same on another device."""
        moved = (self.targets, self.weights, self.phones, self.num_phones, self.num_columns, self.places)
        return Batch(self.positions.to(device), *(tensor.to(device) for tensor in moved))


class CallPool:
    """All calls of a folder of shards, by bucket. Shards that appear later are found by `refresh`."""

    def __init__(self, folder: Path, buckets: Sequence[Bucket]) -> None:
        self._folder, self._buckets = folder, sorted(buckets, key=lambda bucket: bucket.length)
        self._longest = self._buckets[-1]
        if self._longest.num_calls > 1:  # a call with pictures has four times the positions
            self._buckets.append(Bucket(2 * self._longest.length, self._longest.num_calls // 2))
        self._read: set[Path] = set()
        self._calls: dict[Bucket, list[Call]] = {bucket: [] for bucket in self._buckets}
        self._mishearing = Mishearing()

    @property
    def num_calls(self) -> int:
        return sum(len(calls) for calls in self._calls.values())

    @property
    def hours(self) -> float:
        """Of sound."""
        return sum(len(call.heard) for calls in self._calls.values() for call in calls) / 20 / 3600

    def refresh(self) -> None:
        """Take in new shards; drop the calls of those that are gone from the folder only at the next start."""
        for file in sorted(self._folder.glob("*.npz")):
            if file not in self._read:
                self._read.add(file)
                for call in load_calls(file):
                    self._put(call)

    def batches(self, rng: random.Random) -> Iterator[Batch]:
        """Batches without end; buckets by how many positions they hold. Some words are misheard (mishearing.py)."""
        while True:
            bucket = rng.choices(self._buckets, self._sizes())[0]
            calls = [rng.choice(self._calls[bucket]) for _ in range(bucket.num_calls)]
            yield collate([self._mishearing.misheard(call, rng) for call in calls], bucket.length, rng)

    def hearing_batches(self, rng: random.Random, num_turns: int, num_rows: int) -> Iterator[Batch]:
        """Pieces of what is heard where people talk, the agent quiet: to learn words from sound."""
        while True:
            rows: list[Call] = []
            while len(rows) < num_rows:
                call = rng.choice(self._calls[rng.choices(self._buckets, self._sizes())[0]])
                first = rng.randrange(max(1, len(call.heard) // NUM_AUDIO - num_turns))
                piece = _only_heard(call, first, num_turns, rng.uniform(*PACES))
                num_told = sum(last - first for first, last, _ in piece.words)
                if num_told > DENSE * num_turns * NUM_AUDIO:
                    rows.append(piece)
            yield collate(rows, num_turns * (NUM_AUDIO + 1), rng)

    def _sizes(self) -> list[int]:
        """Positions in each bucket."""
        return [sum(len(call.tokens) for call in self._calls[bucket]) for bucket in self._buckets]

    def _put(self, call: Call) -> None:
        call = weighed(recalled(call))
        longest = self._buckets[-1] if call.pictures else self._longest
        if len(call.tokens) > longest.length:
            call = _first(call, longest.length)
        bucket = next(bucket for bucket in self._buckets if len(call.tokens) <= bucket.length)
        self._calls[bucket].append(call)
        self._mishearing.learn(word for *_, word in call.words)


def weighed(call: Call) -> Call:
    """The call with what it notes and hands on counting more: few tokens, and all that is done later hangs on them."""
    weights, tokens = call.weights.copy(), call.tokens
    for mark in np.flatnonzero((tokens == Marks.NOTE) | (tokens == Marks.DELEGATE)):
        for at in range(int(mark) + 1, len(tokens)):  # over the micro-turns it takes
            if tokens[at] == Marks.END:
                break
            if is_text(int(tokens[at])) or tokens[at] == Marks.FIELD:
                weights[at] *= CONTENT_WEIGHT
    return replace(call, weights=weights)


def collate(calls: Sequence[Call], length: int, rng: random.Random | None = None) -> Batch:
    """Calls to one batch of `length` positions; with `rng` what is heard is disturbed a little."""
    num_calls, num_columns = len(calls), max(len(call.heard) for call in calls)
    tokens = torch.full((num_calls, length), int(Marks.PAD))
    targets = torch.zeros(num_calls, length, dtype=torch.int64)
    weights = torch.zeros(num_calls, length)
    clock = torch.full((num_calls, length), NO_CLOCK)
    heard = torch.zeros(num_calls, num_columns, NUM_MELS, dtype=torch.uint8)
    own = torch.zeros_like(heard)
    for row, call in enumerate(calls):
        size = len(call.tokens)
        tokens[row, :size] = torch.from_numpy(call.tokens.astype(np.int64))
        clock[row, :size] = torch.from_numpy(call.clock.astype(np.int64))
        targets[row, : size - 1] = tokens[row, 1:size]
        weights[row, : size - 1] = torch.from_numpy(call.weights[1:].astype(np.float32))
        columns = call.heard if rng is None else disturbed(call.heard, rng)
        heard[row, : len(columns)] = torch.from_numpy(columns)
        own[row, : len(call.own)] = torch.from_numpy(call.own)
    num_valid = torch.tensor([len(call.tokens) for call in calls])
    positions = Positions(tokens, num_valid, heard, own, clock, patches_in(calls, rng))
    words = [_heard_words(call.words, len(call.heard)) for call in calls]
    columns = torch.tensor([len(call.heard) for call in calls])
    return Batch(positions, targets, weights, *_phones(words), columns, _places(words, num_columns))


def patches_in(calls: Sequence[Call], rng: random.Random | None = None) -> Tensor | None:
    """What the calls see, (B, P, 2, 40, 40, 3) as serving makes it; None where none sees anything.

    With `rng` a call is mirrored or not, and in another light.
    """
    if not any(call.pictures for call in calls):
        return None
    rows = [torch.cat([patches_of(each) for each in _pictures_of(call, rng)] or [_NO_PATCHES]) for call in calls]
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)


def _pictures_of(call: Call, rng: random.Random | None) -> list[Tensor]:
    """(1 or 2, H, W, 3) uint8 of each micro-turn that has pictures."""
    if rng is None or not call.pictures:
        return [torch.from_numpy(unpack(packed)) for packed in call.pictures]
    levels = np.arange(256) * rng.uniform(*LIGHTS) + rng.uniform(*SHADOWS)
    table, is_mirrored = levels.clip(0, 255).astype(np.uint8), rng.random() < 0.5
    changed = [table[unpack(packed)] for packed in call.pictures]
    return [torch.from_numpy(one[:, :, ::-1].copy() if is_mirrored else one) for one in changed]


def disturbed(heard: NDArray[np.uint8], rng: random.Random) -> NDArray[np.uint8]:
    """Another throat's length (Jaitly and Hinton 2013), a noise, some bins and moments missing (arXiv 1904.08779)."""
    columns = heard.copy()
    if rng.random() < 0.6:
        places = np.arange(NUM_MELS) * rng.uniform(*THROATS)
        columns = columns[:, places.round().astype(int).clip(0, NUM_MELS - 1)]
    if rng.random() < 0.3:
        drawn = np.random.default_rng(rng.getrandbits(64)).normal(0, 0.6, columns.shape)
        floor = np.linspace(rng.uniform(3, 9), rng.uniform(3, 9), NUM_MELS) + drawn
        columns = np.maximum(columns, floor.round().clip(0, NUM_LEVELS - 1).astype(np.uint8))
    if rng.random() < 0.5:
        width = rng.randint(2, 12)
        low = rng.randrange(NUM_MELS - width)
        columns[:, low : low + width] = rng.randrange(NUM_LEVELS // 2)
    for _ in range(rng.randint(0, max(1, len(columns) // 200))):
        start = rng.randrange(len(columns))
        columns[start : start + rng.randint(1, 3)] = 0
    return columns


def _heard_words(words: Sequence[SpokenAt], num_columns: int) -> list[SpokenAt]:
    """Those that can be told by the last column."""
    return [word for word in words if word[1] + NUM_AUDIO <= num_columns]


def _phones(rows: Sequence[Sequence[SpokenAt]]) -> tuple[Tensor, Tensor]:
    """The phones of words in a row, a gap between them, and how many they are."""
    said = [[phone for *_, word in row for phone in (GAP, *phones_of(word))][1:] for row in rows]
    phones = torch.zeros(len(rows), max(1, *(len(row) for row in said)), dtype=torch.int64)
    for index, row in enumerate(said):
        phones[index, : len(row)] = torch.tensor(row, dtype=torch.int64)
    return phones, torch.tensor([len(row) for row in said])


def _places(rows: Sequence[Sequence[SpokenAt]], num_columns: int) -> Tensor:
    """Phones spread evenly over the time of their word, and a gap behind it; LATE_COLUMNS after they were said."""
    places = torch.zeros(len(rows), num_columns * PHONES_PER_COLUMN, dtype=torch.int64)
    for row, words in enumerate(rows):
        for first, last, word in words:
            phones = [*phones_of(word), GAP]
            start, end = ((column + LATE_COLUMNS) * PHONES_PER_COLUMN for column in (first, last))
            at = np.linspace(start, end, len(phones)).astype(int).clip(0, places.shape[1] - 1)
            places[row, at] = torch.tensor(phones)
    return places


def _first(call: Call, length: int) -> Call:
    """The first micro-turns of a call that fit into `length` positions."""
    starts = np.flatnonzero(call.clock[: length + 1] != NO_CLOCK)
    end = int(starts[-1])
    num_columns = NUM_AUDIO * (len(starts) - 1)
    return Call(
        call.tokens[:end],
        call.weights[:end],
        call.clock[:end],
        call.heard[:num_columns],
        call.own[:num_columns],
        tuple(word for word in call.words if word[1] <= num_columns),
        call.pictures[: _num_pictures(call.tokens[:end])],
    )


def _num_pictures(tokens: NDArray[np.int16]) -> int:
    """How often patches begin."""
    is_patch = tokens == Marks.PATCH
    return int((is_patch[1:] & ~is_patch[:-1]).sum())


def _only_heard(call: Call, first_turn: int, num_turns: int, pace: float = 1.0) -> Call:
    """Some micro-turns of a call, played that much faster, as if the agent had written nothing."""
    start = first_turn * NUM_AUDIO
    taken = start + (np.arange(num_turns * NUM_AUDIO) * pace).astype(int)
    taken = taken[: np.searchsorted(taken, len(call.heard)) // NUM_AUDIO * NUM_AUDIO]
    end = start + len(taken) * pace
    words = [
        (int((first - start) / pace), math.ceil((last - start) / pace), word)
        for first, last, word in call.words
        if start <= first and last < end
    ]
    num_whole = len(taken) // NUM_AUDIO
    tokens = np.array(([int(Marks.AUDIO)] * NUM_AUDIO + [int(Marks.QUIET)]) * num_whole, np.int16)
    clock = np.full((num_whole, NUM_AUDIO + 1), NO_CLOCK, np.int32)
    clock[:, 0] = first_turn + np.arange(num_whole)
    none = np.zeros(len(tokens), np.float16)
    return Call(tokens, none, clock.reshape(-1), call.heard[taken], call.own[taken], tuple(words))
