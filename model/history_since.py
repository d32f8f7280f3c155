"""What a conversation's kept inputs hold after all that an earlier copy of them holds. Knows no model.

Shapes: T positions, A dMel columns, M mel bins.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.history import History, Stretch
from model.sequence import NO_CLOCK, Marks


def stretches_since(now: History, known: History) -> list[Stretch] | None:
    """What is in `now` behind the end of `known`; None where `known` is no earlier copy of it.

    Pictures are not compared: of both copies the older ones may be gone.
    """
    mine, theirs = _Flat.of(now), _Flat.of(known)
    num_common = mine.end_of(theirs)
    if num_common is None:
        return None
    later = _behind(now, num_common)
    is_whole = now.length - known.length == sum(len(stretch.tokens) for stretch in later)
    return later if is_whole else None


@dataclass(frozen=True, slots=True, eq=False)
class _Flat:
    """All positions but those of pictures."""

    tokens: NDArray[np.int64]  # (T,)
    clock: NDArray[np.int64]  # (T,)
    columns: Tensor  # (A, 2 M)
    num_first: int  # positions before those that are skipped

    @classmethod
    def of(cls, history: History) -> _Flat:
        stretches = [*history.first, *history.last]
        tokens = np.fromiter(chain.from_iterable(each.tokens for each in stretches), np.int64)
        clock = np.fromiter(chain.from_iterable(each.clock for each in stretches), np.int64)
        stays = tokens != Marks.PATCH
        columns = torch.cat([torch.cat([each.heard, each.own], dim=1) for each in stretches])
        first = list(chain.from_iterable(each.tokens for each in history.first))
        return cls(tokens[stays], clock[stays], columns, len(first) - first.count(Marks.PATCH))

    def end_of(self, known: _Flat) -> int | None:
        """Where all that `known` holds ends here; None where it is not the same up to there.

        Both are laid over each other at the last micro-turn of `known`, since each may have let go of another middle.
        """
        [timed] = np.nonzero(known.clock != NO_CLOCK)
        if not timed.size:
            return None
        there = int(timed[-1])
        [found] = np.nonzero(self.clock == known.clock[there])
        if not found.size:
            return None
        end = int(found[-1]) + len(known.tokens) - there
        num_same = min(len(known.tokens) - known.num_first, end - self.num_first)
        num_start = min(self.num_first, known.num_first)
        if end > len(self.tokens) or num_same < 0:
            return None
        is_same = (
            np.array_equal(self.tokens[:num_start], known.tokens[:num_start])
            and np.array_equal(self.tokens[end - num_same : end], known.tokens[len(known.tokens) - num_same :])
            and torch.equal(self._columns(end, num_same), known._columns(len(known.tokens), num_same))
        )
        return end if is_same else None

    def _columns(self, end: int, num_positions: int) -> Tensor:
        """What was heard in so many positions up to `end`."""
        is_sound = self.tokens == Marks.AUDIO
        last = int(is_sound[:end].sum())
        return self.columns[last - int(is_sound[end - num_positions : end].sum()) : last]


def _behind(history: History, num_positions: int) -> list[Stretch]:
    """The stretches behind the first `num_positions`, pictures not counted, the one that is cut in part.

    A cut lies behind a whole listening pass: the picture of the stretch it cuts came before it.
    """
    later: list[Stretch] = []
    for stretch in (*history.first, *history.last):
        num_here = len(stretch.tokens) - stretch.tokens.count(Marks.PATCH)
        if num_positions >= num_here:
            num_positions -= num_here
        elif num_positions <= 0:
            later.append(stretch)
        else:
            later.append(_rest(stretch, num_positions))
            num_positions = 0
    return later


def _rest(stretch: Stretch, num_positions: int) -> Stretch:
    kept = [at for at, token in enumerate(stretch.tokens) if token != Marks.PATCH]
    start = kept[num_positions]
    num_heard = stretch.tokens[:start].count(Marks.AUDIO)
    return Stretch(
        stretch.tokens[start:], stretch.clock[start:], stretch.heard[num_heard:], stretch.own[num_heard:], None
    )
