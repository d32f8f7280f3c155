"""A meeting on a clock moved by hand: pages, an interpreter, and small organs that say what they are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np

from agent.interpretation.errors import InterpretationError
from agent.interpretation.interpreter import Interpreter
from agent.interpretation.organs import Clients, Status
from agent.interpretation.scribe import RecordConfig
from agent.opus import OpusDecoder
from agent.voice_track import VoiceTrack
from agent.wire_interpretation import Interpretation
from model.types import (
    HEARD_RATE_HZ,
    HEARD_TICK_SAMPLES,
    NOT_TOLD,
    SPOKEN_RATE_HZ,
    About,
    Pcm,
    SpokenPiece,
    Transcript,
    Word,
)
from tests.doubles import Page

LOUD = (0.3 * np.sin(2 * np.pi * 300 * np.arange(HEARD_TICK_SAMPLES) / HEARD_RATE_HZ)).astype(np.float32)
QUIET = np.zeros(HEARD_TICK_SAMPLES, np.float32)
WORDS = {"good": "buenos", "morning": "d\u00edas"}


@dataclass
class Dictation:
    """A recogniser that is told what it hears: one final transcript an utterance."""

    texts: list[tuple[str, str]]  # language, text
    heard_s: list[float] = field(default_factory=list[float])

    async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncIterator[Transcript]:
        num_samples = sum([len(piece) async for piece in sound])
        self.heard_s.append(num_samples / HEARD_RATE_HZ)
        spoken, text = self.texts.pop(0)
        words = tuple(Word(word, n * 0.3, n * 0.3 + 0.2) for n, word in enumerate(text.split()))
        yield Transcript(text, spoken, words)


class Dictionary:
    def __init__(self) -> None:
        self.told: list[tuple[str, About]] = []  # with each segment

    async def translate(
        self,
        segment: str,
        source: str,
        target: str,
        context: tuple[str, ...],
        glossary: Mapping[str, str],
        about: About = NOT_TOLD,
    ) -> AsyncIterator[str]:
        self.told.append((segment, about))
        yield " ".join(glossary.get(word, WORDS.get(word, f"{word}-{target}")) for word in segment.split())


class Hum:
    """A voice: 0.4 s of a tone a segment."""

    async def speak(
        self, text: AsyncIterator[str], language: str = "en", pace: float = 1.0
    ) -> AsyncIterator[SpokenPiece]:
        async for _ in text:
            tone = 0.3 * np.sin(2 * np.pi * 500 * np.arange(SPOKEN_RATE_HZ * 2 // 5) / SPOKEN_RATE_HZ)
            yield SpokenPiece(tone.astype(np.float32))


@dataclass
class Organs:
    dictation: Dictation
    why_not: str = ""
    offered: tuple[str, ...] = ("en", "es", "fr")
    records: RecordConfig | None = None
    dictionary: Dictionary = field(default_factory=Dictionary)

    @property
    def status(self) -> Status:
        return "failed" if self.why_not else "ready"

    async def ready(self) -> Clients:
        if self.why_not:
            raise InterpretationError(self.why_not)
        return Clients(self.dictation, self.dictionary, Hum())


class Meeting:
    """A room of pages on a clock moved by hand."""

    def __init__(self, *people: str) -> None:
        self.name = "meeting"
        self.pages = {who: Page() for who in people}
        self.tick = 0
        self.lost: set[str] = set()  # whose sound does not arrive any more

    @property
    def names(self) -> Mapping[str, str]:
        return {who: who.title() for who in self.pages}

    def num_packets(self, who: str) -> int | None:
        return self.tick if who in self.pages and who not in self.lost else None

    def tell_one(self, who: str, message: object) -> None:
        if who in self.pages:
            self.pages[who].post(message, False)  # pyright: ignore[reportArgumentType]  # a ToPage, whatever the room

    def state(self, who: str) -> Interpretation:
        return self.pages[who].of(Interpretation)[-1]


@dataclass
class Running:
    meeting: Meeting
    interpreter: Interpreter
    media_thread: ThreadPoolExecutor

    async def ticks(self, count: int, **loud: bool) -> None:
        """Let time pass; who is named True speaks."""
        for _ in range(count):
            sounds = {who: LOUD if loud.get(who) else QUIET for who in self.meeting.pages}
            await self.interpreter.advance(self.meeting.tick, sounds, self.media_thread)
            self.meeting.tick += 1
            await asyncio.sleep(0)

    async def utter(self, who: str) -> None:
        """One second of speech and the silence that ends it."""
        await self.ticks(50, **{who: True})
        await self.ticks(40)
        await settle()


async def settle() -> None:
    """Let every task come to where it waits."""
    for _ in range(50):
        await asyncio.sleep(0)


@asynccontextmanager
async def running(organs: Organs | None, *people: str, has_captions: bool = True) -> AsyncGenerator[Running]:
    meeting = Meeting(*people)
    interpreter = Interpreter(meeting, organs, "en", has_captions)
    with ThreadPoolExecutor(1) as media_thread:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(interpreter.run(), name="interpretation")
            await settle()
            for who in people:
                interpreter.join(who)
            yield Running(meeting, interpreter, media_thread)
            task.cancel()


async def heard_by(now: Running, track: VoiceTrack, count: int, sounds: Mapping[str, Pcm]) -> Pcm:
    """What so many ticks bring to a listener."""
    decoder, parts = OpusDecoder(SPOKEN_RATE_HZ), [np.zeros(0, np.float32)]
    for _ in range(count):
        await now.interpreter.advance(now.meeting.tick, sounds, now.media_thread)
        now.meeting.tick += 1
        while not track._packets.empty():  # pyright: ignore[reportPrivateUsage]  # a sender that keeps up
            parts.append(decoder.decode(bytes(await track.recv())))
    return np.concatenate(parts)


def tone_hz(pcm: Pcm) -> float:
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm))))
    return float(np.argmax(spectrum) * SPOKEN_RATE_HZ / len(pcm))
