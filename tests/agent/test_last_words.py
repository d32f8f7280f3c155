"""agent/last_words.py: one sound is recognised once, whoever asks"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import numpy as np

from agent.last_words import LastUtterance, LastWords
from model.types import HEARD_RATE_HZ, Pcm, SessionLostError, Transcript

SOUND = np.random.default_rng(0).normal(0, 0.1, 7 * HEARD_RATE_HZ).astype(np.float32)


class Counting:
    """A recogniser that says how many times it was asked, slowly."""

    def __init__(self) -> None:
        self.num_asked = 0
        self.num_samples = 0
        self.is_lost = False

    async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncGenerator[Transcript]:
        self.num_asked += 1
        if self.is_lost:
            raise SessionLostError("the recogniser is not there")
        async for pcm in sound:
            self.num_samples += pcm.size
            await asyncio.sleep(0)
        yield Transcript(f"words {self.num_asked}", "en")


async def test_ten_who_ask_at_once_cost_one_pass_and_one_of_them_is_told_that_it_is_new() -> None:
    recogniser = Counting()
    last = LastUtterance(recogniser, lambda: ("ada", SOUND.copy()))
    found = await asyncio.gather(*(last.words() for _ in range(10)))
    assert recogniser.num_asked == 1 and recogniser.num_samples == SOUND.size
    assert {(each.who, each.text) for each in found} == {("ada", "words 1")}
    assert sum(each.is_new for each in found) == 1


async def test_more_sound_and_another_speaker_are_recognised_anew() -> None:
    recogniser = Counting()
    spoken = [("ada", SOUND[:-320]), ("ada", SOUND), ("bob", SOUND)]
    last = LastUtterance(recogniser, lambda: spoken[recogniser.num_asked])
    found = [await last.words() for _ in spoken]
    assert found == [
        LastWords("ada", "words 1", True),
        LastWords("ada", "words 2", True),
        LastWords("bob", "words 3", True),
    ]


async def test_what_could_not_be_recognised_is_tried_again() -> None:
    recogniser = Counting()
    last = LastUtterance(recogniser, lambda: ("ada", SOUND))
    recogniser.is_lost = True
    assert await last.words() == LastWords()
    recogniser.is_lost = False
    assert (await last.words()).text == "words 2"


async def test_without_a_sound_or_a_recogniser_there_are_no_words() -> None:
    assert await LastUtterance(Counting(), lambda: None).words() == LastWords()
    assert await LastUtterance(None, lambda: ("ada", SOUND)).words() == LastWords()
