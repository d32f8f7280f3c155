"""agent/speaker_hearing.py: each speaker's words by a pass of their own, in order, bounded, and in a real call"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from agent.background_setup import Hearing
from agent.speaker_hearing import MAX_PASSES, MAX_WAITING, SpeakerHearing, SpokenWords
from model.types import HEARD_TICK_SAMPLES, TICK_MS, Pcm, SessionLostError, Transcript
from model.word_errors import word_error_rate
from tests.agent.speech import read_prompt

logger = logging.getLogger(__name__)

SILENCE = np.zeros(HEARD_TICK_SAMPLES, np.float32)


def loud(level: float) -> Pcm:
    """One tick of sound whose level says who speaks."""
    return np.full(HEARD_TICK_SAMPLES, level, np.float32)


class Levels:
    """A recogniser whose words are the level of what it hears; it waits when it is told to, and may fail."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.fails = False
        self.num_now = self.most_now = 0

    async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncGenerator[Transcript]:
        self.num_now += 1
        self.most_now = max(self.most_now, self.num_now)
        try:
            level, samples = 0.0, 0
            async for pcm in sound:
                level, samples = max(level, float(pcm.max())), samples + pcm.size
                if samples % 16_000 < pcm.size:
                    yield Transcript(f"about {level:.1f}", language or "", is_final=False)
            await self.may_answer.wait()
            if self.fails:
                raise SessionLostError("the recogniser ended")
            yield Transcript(f"level {level:.1f}", language or "")
        finally:
            self.num_now -= 1


class Call:
    """Ticks in, words out."""

    def __init__(self, hearing: SpeakerHearing, heard: list[SpokenWords]) -> None:
        self.hearing = hearing
        self.heard = heard
        self._tick = 0

    async def ticks(self, count: int, **levels: float) -> None:
        """So many ticks in which the named people sound, and the others of them are there in silence."""
        for _ in range(count):
            sounds = {who: loud(level) if level else SILENCE for who, level in levels.items()}
            self.hearing.add(self._tick, sounds)
            self._tick += 1
            await asyncio.sleep(0)

    @property
    def final(self) -> list[tuple[str, str]]:
        return [(words.who, words.text) for words in self.heard if words.is_final]


@asynccontextmanager
async def hearing(recogniser: Levels) -> AsyncGenerator[Call]:
    heard: list[SpokenWords] = []
    passes = SpeakerHearing(recogniser, "en", heard.append)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(passes.run(), name="hearing")
        yield Call(passes, heard)
        running.cancel()


async def test_two_who_speak_at_once_are_each_understood() -> None:
    async with hearing(Levels()) as call:
        await call.ticks(150, ada=0.2, bob=0.5)
        await call.ticks(60, ada=0, bob=0)
        await call.hearing.settled()
        assert sorted(call.final) == [("ada", "level 0.2"), ("bob", "level 0.5")]
        partial = [words for words in call.heard if not words.is_final and words.who == "ada"]
        assert 2 <= len(partial) <= 4, "about one a second"
        first = call.heard[0]
        assert first.start_tick <= 3 and first.end_tick > first.start_tick


async def test_utterances_of_one_come_in_their_order_however_long_each_takes() -> None:
    recogniser = Levels()
    async with hearing(recogniser) as call:
        recogniser.may_answer.clear()
        for level in (0.2, 0.4, 0.6):
            await call.ticks(30, ada=level)
            await call.ticks(60, ada=0)
        assert call.final == [] and recogniser.most_now == 1
        recogniser.may_answer.set()
        await call.hearing.settled()
        assert call.final == [("ada", "level 0.2"), ("ada", "level 0.4"), ("ada", "level 0.6")]


async def test_a_recogniser_that_does_not_keep_up_leaves_out_and_counts_and_holds_nothing_more() -> None:
    recogniser = Levels()
    async with hearing(recogniser) as call:
        recogniser.may_answer.clear()
        for _ in range(MAX_WAITING + 3):
            await call.ticks(30, ada=0.2)
            await call.ticks(60, ada=0)
        assert call.hearing.num_left_out == 3
        recogniser.may_answer.set()
        await call.hearing.settled()
        assert len(call.final) == MAX_WAITING


async def test_only_so_many_passes_run_at_once() -> None:
    recogniser = Levels()
    crowd = {f"p{index}": 0.2 for index in range(MAX_PASSES + 3)}
    async with hearing(recogniser) as call:
        await call.ticks(60, **crowd)
        await call.ticks(60, **dict.fromkeys(crowd, 0.0))
        await call.hearing.settled()
        assert recogniser.most_now == MAX_PASSES
        assert sorted(who for who, _ in call.final) == sorted(crowd)


async def test_who_leaves_has_said_their_last_and_is_still_understood() -> None:
    async with hearing(Levels()) as call:
        await call.ticks(40, ada=0.2, bob=0)
        await call.ticks(1, bob=0)
        await call.hearing.settled()
        assert call.final == [("ada", "level 0.2")]


async def test_who_goes_on_talking_holds_nobody_up_for_long() -> None:
    async with hearing(Levels()) as call:
        await call.ticks(50, ada=0.2)
        await call.hearing.settled(timeout_s=0.05)
        assert call.final == []
        await call.ticks(60, ada=0)
        await call.hearing.settled()
        assert call.final == [("ada", "level 0.2")]


async def test_a_recogniser_that_fails_is_not_trusted_until_it_gives_words_again() -> None:
    recogniser = Levels()
    async with hearing(recogniser) as call:
        for fails, is_trusted in ((False, True), (True, False), (False, True)):
            recogniser.fails = fails
            await call.ticks(30, ada=0.2)
            await call.ticks(60, ada=0)
            await call.hearing.settled()
            assert call.hearing.is_trusted == is_trusted
        assert len(call.final) == 2


@pytest.mark.weights
@pytest.mark.timeout(240)  # the process reads its weights
async def test_two_real_voices_at_once_are_each_understood_by_the_recognisers_process() -> None:
    said = {"ada": "vm-savefolder", "bob": "vm-options"}
    sounds = {who: read_prompt(name) for who, name in said.items()}
    recogniser = Hearing()
    heard: list[SpokenWords] = []
    passes = SpeakerHearing(recogniser, "en", heard.append)
    async with asyncio.TaskGroup() as tasks:
        living = [tasks.create_task(each.run(), name="hearing") for each in (recogniser, passes)]
        await recogniser.listening.wait()
        started = time.monotonic()
        for tick in range(max(map(len, sounds.values())) // HEARD_TICK_SAMPLES + 60):
            passes.add(tick, {who: tick_of(pcm, tick) for who, pcm in sounds.items()})
            await asyncio.sleep(max(0.0, started + (tick + 1) * TICK_MS / 1000 - time.monotonic()))
        spoken_s = time.monotonic() - started
        async with asyncio.timeout(120):
            while {words.who for words in heard if words.is_final} != said.keys():
                await passes.settled()
        late_s = time.monotonic() - started - spoken_s
        for each in living:
            each.cancel()
    words = {each.who: each.text for each in heard if each.is_final}
    num_partial = sum(not each.is_final for each in heard)
    logger.info("%d partial texts in %.1f s of two voices; the last words %.1f s late", num_partial, spoken_s, late_s)
    assert word_error_rate([("Which folder should I save the message to?", words["ada"])]) < 0.4, words
    assert len(words["bob"].split()) > 3 and passes.num_left_out == 0, words


def tick_of(pcm: Pcm, tick: int) -> Pcm:
    """One tick of a sound, and silence after its end."""
    part = pcm[tick * HEARD_TICK_SAMPLES :][:HEARD_TICK_SAMPLES]
    return np.pad(part, (0, HEARD_TICK_SAMPLES - len(part)))


async def test_without_a_recogniser_nothing_is_kept() -> None:
    passes = SpeakerHearing(None, "en", lambda words: pytest.fail("words from nowhere"))
    for tick in range(50):
        passes.add(tick, {"ada": loud(0.2)})
    await passes.run()
    await passes.settled()
    assert passes.num_left_out == 0
