"""What waits for a device and what it does next: the earliest deadline first. Knows no thread, no clock, no model.

A step is owed within a micro-turn of the end of the first one that it takes. Long work comes in pieces, so that steps
that are due sooner run between them; each piece is as late as all of it may be.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from model.types import MICRO_TURN_MS

MICRO_TURN_S = MICRO_TURN_MS / 1000


class Owed(Protocol):
    """A step that somebody waits for."""

    @property
    def batch(self) -> Hashable:
        """Steps of one batch are done together, at the cost of one."""
        ...

    @property
    def owner(self) -> Hashable:
        """The conversation whose step it is."""
        ...

    @property
    def deadline_s(self) -> float: ...


StepT = TypeVar("StepT", bound=Owed)


@dataclass(frozen=True, slots=True, eq=False)
class LongWork:
    """Something that a conversation needs before its first step; each `next` of `pieces` does some of it."""

    owner: Hashable
    pieces: Iterator[None]
    deadline_s: float


def deadline(asked_s: float, num_turns: int) -> float:
    """When the answer is owed to so many micro-turns, the last of which ended when it was asked for."""
    return asked_s + MICRO_TURN_S - (num_turns - 1) * MICRO_TURN_S


class Agenda(Generic[StepT]):
    """One owner, one thread. At most a step and a long work for each conversation wait."""

    def __init__(self) -> None:
        self._steps: list[StepT] = []
        self._long: list[LongWork] = []

    def __len__(self) -> int:
        return len(self._steps) + len(self._long)

    def add(self, step: StepT) -> None:
        """Let a step wait."""
        self._steps.append(step)

    def add_long(self, work: LongWork) -> None:
        """Let long work wait; it stays until `done`."""
        self._long.append(work)

    def done(self, work: LongWork) -> None:
        """Long work has ended; it may be forgotten already."""
        self._long = [each for each in self._long if each is not work]

    def drop(self, owner: Hashable) -> None:
        """Forget what waits for a conversation that has ended."""
        self._steps = [step for step in self._steps if step.owner != owner]
        self._long = [work for work in self._long if work.owner != owner]

    def next(self) -> list[StepT] | LongWork | None:
        """The steps of the batch in which one is due first, which leave the agenda; or the long work due before all."""
        step = min(self._steps, key=lambda step: step.deadline_s, default=None)
        work = min(self._long, key=lambda work: work.deadline_s, default=None)
        if work is not None and (step is None or work.deadline_s < step.deadline_s):
            return work
        if step is None:
            return None
        batch = [each for each in self._steps if each.batch == step.batch]
        self._steps = [each for each in self._steps if each.batch != step.batch]
        return batch
