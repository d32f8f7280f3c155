"""Engines that know no speech and show what a benchmark is worth: they answer from labels, by chance, or not at all.

An oracle must score all but everything, the others what chance gives, and an oracle two seconds late next to nothing.
They live behind the same seam and go through the same runner and scorer as any engine.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from agent.bench.item import Item, Meaning, Once, Repeat
from model.types import (
    SPOKEN_RATE_HZ,
    SPOKEN_SAMPLES,
    Delegate,
    InputError,
    MicroTurnIn,
    MicroTurnOut,
    Pcm,
    SessionSettings,
)

LATE_S = 2.0  # of the oracle that is to fail
CHATTER_EVERY_S = 1.0
RANDOM_EVERY_S = 6.0  # on average
REACTION_S = 0.25  # from the end of a person's speech to the oracle's answer
LONG_ANSWER = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_WORD_S = 0.22
_START_AHEAD_S = 0.06  # of what the queue delays a sound within its micro-turn


@dataclass(frozen=True, slots=True)
class Line:
    """Words to say; `until_s` cuts them off."""

    at_s: float
    text: str
    until_s: float = float("inf")


class Speaks(Protocol):
    """Turns words into (S,) sound at 24 kHz."""

    def __call__(self, text: str) -> Pcm: ...


Plan = Callable[[Item], list[Line]]


class LabelEngine:
    """An `Engine` whose sessions follow a plan made from the item's labels."""

    def __init__(self, items: Sequence[Item], plan: Plan, speaks: Speaks | None = None) -> None:
        self._items: Mapping[str, Item] = {item.id: item for item in items}
        self._plan, self._speaks = plan, speaks or hum

    async def open(self, settings: SessionSettings) -> LabelSession:
        """Raises InputError on an item that is not known."""
        item = self._items.get(settings.extra.get("item", ""))
        if item is None:
            raise InputError(f"settings.extra['item']: no item {settings.extra.get('item')!r} among {len(self._items)}")
        return LabelSession(_rendered(item, self._plan(item), self._speaks), item, self._plan is oracle)


class LabelSession:
    """Plays prepared sound and says its words when they begin."""

    def __init__(self, script: _Script, item: Item, hands_on: bool) -> None:
        self._script, self._item, self._hands_on = script, item, hands_on

    async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        index = heard[-1].index
        return MicroTurnOut(index, self._script.sound(index + 1), self._script.text(index + 1), self._deeds(index))

    async def close(self) -> None:
        """Holds nothing."""

    def _deeds(self, index: int) -> tuple[Delegate, ...]:
        end_s = self._item.turns[-1].end_s if self._item.turns else 0.0
        if not self._hands_on or self._item.task is None or index != int((end_s + REACTION_S) * 5):
            return ()
        return (Delegate("d1", _words_for(self._item.task)),)


@dataclass(frozen=True, slots=True, eq=False)
class _Script:
    """An item's sound and words, by the micro-turn in which they sound."""

    pcm: Pcm  # (S,) 24 kHz
    texts: Mapping[int, str]

    def sound(self, index: int) -> Pcm | None:
        part = self.pcm[index * SPOKEN_SAMPLES : (index + 1) * SPOKEN_SAMPLES]
        if not part.any():
            return None
        return np.pad(part, (0, SPOKEN_SAMPLES - part.size))

    def text(self, index: int) -> str:
        return self.texts.get(index, "")


def _rendered(item: Item, lines: Sequence[Line], speaks: Speaks) -> _Script:
    size = round((item.duration_s + 1) * SPOKEN_RATE_HZ)
    pcm = np.zeros(size, np.float32)
    texts: dict[int, str] = {}
    for line in lines:
        at_s = max(0.0, line.at_s - _START_AHEAD_S)
        start = round(at_s * SPOKEN_RATE_HZ)
        sound = speaks(line.text)[: max(0, round(min(line.until_s - at_s, 600.0) * SPOKEN_RATE_HZ))]
        part = sound[: max(0, size - start)]
        if part.size:
            pcm[start : start + part.size] = part
            index = start // SPOKEN_SAMPLES
            texts[index] = f"{texts.get(index, '')} {line.text}".strip()
    return _Script(pcm, texts)


def hum(text: str) -> Pcm:
    """A tone as long as the words take: speech for who counts energy only."""
    num_samples = round(max(1, len(text.split())) * _WORD_S * SPOKEN_RATE_HZ)
    return (0.1 * np.sin(2 * np.pi * 220 * np.arange(num_samples) / SPOKEN_RATE_HZ)).astype(np.float32)


def oracle(item: Item) -> list[Line]:
    """Everything that is expected, when it is due."""
    lines: list[Line] = []
    for expected in item.expected:
        match expected:
            case Once(meaning, earliest_s, latest_s):
                at_s = (
                    earliest_s if item.bench == "proactive" else (earliest_s + latest_s) / 2
                )  # there the sooner counts
                lines.append(Line(at_s, _words_for(meaning)))
            case Repeat():
                lines += _repeated(expected, lines)
    if item.given_text:
        lines.append(Line(2 * REACTION_S, item.given_text))  # the first micro-turn has no answer yet
    return [*lines, *_duplex(item)]


def late(item: Item) -> list[Line]:
    """The oracle, two seconds late."""
    return [replace(line, at_s=line.at_s + LATE_S, until_s=line.until_s + LATE_S) for line in oracle(item)]


def silence(item: Item) -> list[Line]:
    """Nothing."""
    del item
    return []


def chatter(item: Item) -> list[Line]:
    """One of the right answers every second, all the time."""
    words = _answers(item)
    times = np.arange(0.0, item.duration_s, CHATTER_EVERY_S).tolist()
    return [Line(at_s, words[number % len(words)]) for number, at_s in enumerate(times)]


def at_random(item: Item) -> list[Line]:
    """The right answers at random times."""
    rng, words = random.Random(item.id), _answers(item)
    lines: list[Line] = []
    at_s = rng.expovariate(1 / RANDOM_EVERY_S)
    while at_s < item.duration_s:
        lines.append(Line(at_s, rng.choice(words)))
        at_s += 1.0 + rng.expovariate(1 / RANDOM_EVERY_S)
    return lines


PLANS: Mapping[str, Plan] = {
    "oracle": oracle,
    "late": late,
    "silence": silence,
    "chatter": chatter,
    "random": at_random,
}


def _repeated(expected: Repeat, before: Sequence[Line]) -> list[Line]:
    anchor_s = before[-1].at_s if expected.origin_s is None else expected.origin_s
    lines: list[Line] = []
    until_s = float("inf") if expected.until_s is None else expected.until_s
    while expected.times is None or len(lines) < expected.times:
        anchor_s += expected.period_s
        if anchor_s > until_s:
            break
        lines.append(Line(anchor_s, _words_for(expected.meanings[len(lines) % len(expected.meanings)])))
    return lines


def _duplex(item: Item) -> list[Line]:
    """Answers at the ends of turns, a long one where it is talked over, as the spans say."""
    lines: list[Line] = []
    for span in item.spans:
        match span.kind:
            case "answer":
                lines.append(Line(span.start_s + REACTION_S, _words_for(item.answer)))
            case "monologue":  # from the request's end on; cut where a person takes the floor
                lines.append(Line(span.start_s + REACTION_S, LONG_ANSWER * 4, _floor_taken(item) + REACTION_S))
            case _:
                pass
    return lines


def _floor_taken(item: Item) -> float:
    return next((span.start_s for span in item.spans if span.kind == "interruption"), float("inf"))


def _answers(item: Item) -> list[str]:
    meanings: list[Meaning] = []
    for expected in item.expected:
        meanings += [expected.meaning] if isinstance(expected, Once) else list(expected.meanings)
    return [_words_for(each) for each in meanings] or ["well then let me think about that"]


def _words_for(meaning: Meaning | None) -> str:
    return " ".join(group[0] for group in meaning.all_of) if meaning is not None and meaning.all_of else "yes of course"
