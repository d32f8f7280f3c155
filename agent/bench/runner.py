"""Runs items through an engine, some at once, and keeps each take on disk so that a run can go on after a stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.bench.item import Item
from agent.bench.item_folder import Sounding
from agent.bench.progress import Progress
from agent.bench.take import Take, read_take, save_take, silence_of
from agent.bench.through_engine import NewClock, converse
from agent.bench.words import with_said
from agent.errors import AgentError
from model.types import CapacityError, Engine, Pcm, Recogniser, SeamError

logger = logging.getLogger(__name__)

NUM_TRIES = 2  # a session may be lost once; the second loss ends the run, which can be resumed
MAX_WAIT_S = 30.0

Perform = Callable[[Item, Pcm], Awaitable[Take]]


class RunError(AgentError):
    """An item could not be run; says which, and how the run is resumed."""


@dataclass(frozen=True, slots=True)
class Hall:
    """Where items are run: who performs them, who listens to what was said, where it is kept."""

    perform: Perform
    recogniser: Recogniser | None  # None: the engine's own words
    folder: Path | None  # None keeps nothing


def through_engine(engine: Engine, clock: NewClock | None = None, extra: Mapping[str, str] | None = None) -> Perform:
    """Perform items past WebRTC; `extra` goes into every session's settings."""

    async def perform(item: Item, sound: Pcm) -> Take:
        return await converse(engine, item, sound, clock, extra)

    return perform


async def run_items(hall: Hall, items: Sequence[Sounding], jobs: int, title: str) -> list[tuple[Item, Take]]:
    """All takes, in the order of `items`; those that an earlier run kept are read. Raises RunError."""
    done = {each.item.id: take for each in items if (take := _kept(hall, each)) is not None}
    progress = Progress(title, len(items), len(done))
    pending = iter([each for each in items if each.item.id not in done])
    try:
        async with asyncio.TaskGroup() as tasks:
            for number in range(jobs):
                tasks.create_task(_work(hall, pending, done, progress), name=f"{title} {number}")
    except* RunError as group:
        raise group.exceptions[0] from None
    finally:
        progress.end()
    return [(each.item, done[each.item.id]) for each in items]


def all_kept(items: Sequence[Sounding], folder: Path) -> list[tuple[Item, Take]] | None:
    """The takes of a run that is complete, to be scored again without an engine; else None."""
    pairs: list[tuple[Item, Take]] = []
    for each in items:
        take = read_take(folder / each.item.id)
        if take is None:
            return None
        pairs.append((each.item, take))
    return pairs


async def _work(hall: Hall, pending: Iterator[Sounding], done: dict[str, Take], progress: Progress) -> None:
    for sounding in pending:
        done[sounding.item.id] = await _run_one(hall, sounding)
        progress.step(sounding.item.id)


async def _run_one(hall: Hall, sounding: Sounding) -> Take:
    item = sounding.item
    sound = silence_of(item) if sounding.path is None else sounding.sound()
    for attempt in range(1, NUM_TRIES + 1):
        try:
            take = await with_said(await _performed(hall.perform, item, sound), hall.recogniser)
            break
        except (SeamError, AgentError, OSError, TimeoutError) as error:
            logger.warning("%s: try %d failed: %s", item.id, attempt, error)
            if attempt == NUM_TRIES:
                raise RunError(f"item {item.id}: {error}; the same command with the same --output goes on") from error
    else:
        raise AssertionError("unreachable: the last try returns or raises")
    if hall.folder is not None:
        save_take(hall.folder / item.id, item, take, sounding.path)
    return take


async def _performed(perform: Perform, item: Item, sound: Pcm) -> Take:
    """Ask again when the engine is full, as often as it takes MAX_WAIT_S."""
    waited_s = 0.0
    while True:
        try:
            return await perform(item, sound)
        except CapacityError as error:
            waited_s += error.retry_after_s
            if waited_s > MAX_WAIT_S:
                raise
            await asyncio.sleep(error.retry_after_s)


def _kept(hall: Hall, sounding: Sounding) -> Take | None:
    return None if hall.folder is None else read_take(hall.folder / sounding.item.id)
