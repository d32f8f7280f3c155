"""What has nothing to lose is spoken while it is translated; what has is checked first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from agent.interpretation.glossary import GlossaryBook
from agent.interpretation.lane import GREETING, Lane, LaneParts
from agent.interpretation.language_voice import LanguageVoice
from model.types import NOT_TOLD, SPOKEN_RATE_HZ, About, Pcm, SessionLostError, SpokenPiece
from tests.agent.interpretation.meeting import settle
from tests.agent.interpretation.test_lane import Sink, heard, utterance


@dataclass
class WordByWord:
    """A translator whose words come when they are let through; breaks off at "lost."."""

    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    contexts: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    async def translate(
        self,
        segment: str,
        source: str,
        target: str,
        context: tuple[str, ...],
        glossary: Mapping[str, str],
        about: About = NOT_TOLD,
    ) -> AsyncIterator[str]:
        self.contexts.append(context)
        for word in segment.split():
            await self.gate.acquire()
            if word == "lost.":
                raise SessionLostError("it broke off")
            yield f"{word} "


class Reader:
    """A voice that speaks each line at once."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    async def speak(
        self, text: AsyncIterator[str], language: str = "en", pace: float = 1.0
    ) -> AsyncIterator[SpokenPiece]:
        async for line in text:
            self.lines.append(line)
            yield SpokenPiece(np.zeros(SPOKEN_RATE_HZ // 10, np.float32))


def lane(translator: WordByWord, voice: Reader, sink: Sink) -> Lane:
    return Lane("es", LaneParts(translator, LanguageVoice(voice, "es", lambda: 0.0, _drop), GlossaryBook(), sink))


def _drop(pcm: Pcm, start_s: float) -> None:
    """Nobody listens."""


async def test_the_first_phrase_sounds_before_the_last_word_is_translated() -> None:
    translator, voice, sink = WordByWord(), Reader(), Sink()
    async with asyncio.TaskGroup() as tasks:
        said = utterance("todos quieren la sopa de verduras ahora", 0)
        tasks.create_task(lane(translator, voice, sink).run(heard(said)), name="lane")
        for _ in range(6):
            translator.gate.release()
            await settle()
        assert voice.lines == ["todos quieren\n"]
        assert sink.texts == [], "the caption is whole"
        translator.gate.release()
    assert sink.texts == ["todos quieren la sopa de verduras ahora"]
    assert " ".join("".join(voice.lines).split()) == sink.texts[0]
    assert len(sink.done) == 1 and not sink.skips


async def test_a_number_is_checked_before_anything_sounds() -> None:
    translator, voice, sink = WordByWord(), Reader(), Sink()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(lane(translator, voice, sink).run(heard(utterance("todos quieren la sopa a las 7 hoy", 0))))
        for _ in range(7):
            translator.gate.release()
            await settle()
        assert voice.lines == []
        translator.gate.release()
    assert sink.texts == ["todos quieren la sopa a las 7 hoy"] and voice.lines


async def test_a_translation_that_breaks_off_is_told_and_the_next_one_is_spoken() -> None:
    translator, voice, sink = WordByWord(asyncio.Semaphore(100)), Reader(), Sink()
    parts = utterance("todos quieren la sopa de verduras lost.", 0), utterance("gracias", 5)
    await lane(translator, voice, sink).run(heard(*parts))
    assert sink.skips == [("todos quieren la sopa de verduras lost.", "it broke off")]
    assert sink.texts == ["gracias"] and voice.lines[-1] == "gracias\n"


async def test_a_prepared_lane_goes_on_from_what_was_read_and_its_own_language_needs_nothing() -> None:
    translator, voice, sink = WordByWord(asyncio.Semaphore(100)), Reader(), Sink()
    prepared = lane(translator, voice, sink)
    await prepared.prepare("es")
    assert translator.contexts == []
    await prepared.prepare("en")
    await prepared.run(heard(utterance("gracias", 0)))
    assert translator.contexts == [(), (GREETING,)]
    assert sink.texts == ["gracias"], "the greeting was for nobody"
