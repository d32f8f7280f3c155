"""How well a set's people are understood is counted by voice and by noise."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np

from agent.bench.item import Item, Turn
from agent.bench.item_folder import Sounding
from agent.bench.sets.understood import Errors, understood
from agent.bench.wav import write_wav
from model.types import HEARD_RATE_HZ, Pcm, Transcript


class Deaf:
    """Hears the same words in any sound, and keeps how long it was."""

    languages = frozenset({"en"})

    def __init__(self, text: str) -> None:
        self._text, self.lengths_s = text, list[float]()

    async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncIterator[Transcript]:
        self.lengths_s.append(sum([piece.size async for piece in sound]) / HEARD_RATE_HZ)
        yield Transcript(self._text, "en", is_final=True)


def test_words_wrong_missing_and_too_many_are_errors_and_digits_are_none() -> None:
    errors = Errors()
    errors.add("Set it to 11 seconds.", "Set it to eleven seconds", "a")
    errors.add("Set the clock now please", "Set a clock", "b")
    assert errors.lines() == ["a: 0.0 % of 5", "b: 100.0 % of 3"]


async def test_only_the_first_turn_is_heard_with_a_little_around_it(tmp_path: Path) -> None:
    write_wav(tmp_path / "item.wav", np.full(4 * HEARD_RATE_HZ, 0.1, np.float32), HEARD_RATE_HZ)
    turns = (Turn("user", "flite:slt", "count to three", 1.0, 2.0), Turn("user", "flite:slt", "stop", 3.0, 3.5))
    item = Item("a-000", "timespeak", "a", "test", 1, "low", 4.0, turns)
    recogniser = Deaf("count the tree")
    errors = await understood([Sounding(item, tmp_path / "item.wav")], recogniser)
    assert errors.lines() == ["all: 66.7 % of 3", "noise low: 66.7 % of 3", "voice flite:slt: 66.7 % of 3"]
    assert len(recogniser.lengths_s) == 1 and 1.2 <= recogniser.lengths_s[0] < 1.8
