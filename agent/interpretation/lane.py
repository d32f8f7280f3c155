"""One speaker's words into one language: transcripts in, captions and speech out. Knows no WebRTC.

    transcripts → commit policy → (8 segments, the oldest is dropped) → translator → (2, waits) → voice

What is said in the target language itself passes: those who listen hear the speaker.
A segment that cannot be translated or spoken is told to the sink and the lane goes on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from agent.interpretation.checked_translation import (
    CheckedTranslation,
    Languages,
    Surroundings,
    translate_checked,
)
from agent.interpretation.commit_policy import CommitLimits, CommitPolicy, join_words
from agent.interpretation.ear_voice_span import EarVoiceSpan
from agent.interpretation.fillers import without_fillers
from agent.interpretation.glossary import GlossaryBook
from agent.interpretation.language_voice import LanguageVoice
from model.types import SeamError, Transcript, Translator

MAX_WAITING = 8
MAX_TRANSLATED = 2
CONTEXT_SEGMENTS = 3


@dataclass(frozen=True, slots=True)
class HeardPart:
    """A hypothesis about an utterance, with the utterance's place on the conversation's clock."""

    transcript: Transcript  # in the language the speaker is taken to speak
    start_s: float  # where the utterance begins
    heard_s: float  # how much of it was heard


@dataclass(frozen=True, slots=True)
class SourceSegment:
    """Committed speech; seconds on the conversation's clock."""

    text: str
    language: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Interpreted:
    """A segment with its translation; `span` is None when it was not spoken."""

    source: SourceSegment
    translation: CheckedTranslation
    span: EarVoiceSpan | None


class LaneSink(Protocol):
    """Where what a lane makes goes, besides its sound; nothing here waits."""

    def tentative(self, text: str) -> None:
        """What the speaker is saying that is not committed; replaces the text before."""
        ...

    def translated(self, source: SourceSegment, translation: CheckedTranslation) -> None:
        """A caption, before its sound."""
        ...

    def finished(self, interpreted: Interpreted) -> None:
        """For gauge and record."""
        ...

    def skipped(self, source: SourceSegment, reason: str) -> None:
        """A segment that stays in its own language."""
        ...


@dataclass(frozen=True, slots=True)
class LaneParts:
    """What a lane works with."""

    translator: Translator
    voice: LanguageVoice
    glossary: GlossaryBook
    sink: LaneSink
    names: Callable[[], Collection[str]] = tuple  # of the people in the call


class Lane:
    """Run it once; cancel the task that runs it when nobody listens any more."""

    def __init__(self, target: str, parts: LaneParts, limits: CommitLimits | None = None) -> None:
        self._target = target
        self._parts = parts
        self._limits = limits or CommitLimits()
        self._waiting: asyncio.Queue[SourceSegment | None] = asyncio.Queue(MAX_WAITING + 1)  # and the end mark
        self._translated: asyncio.Queue[tuple[SourceSegment, CheckedTranslation] | None]
        self._translated = asyncio.Queue(MAX_TRANSLATED)
        self.num_skipped = 0
        self.num_erased = 0  # words of captions taken back

    async def run(self, heard: AsyncIterator[HeardPart]) -> None:
        """Interpret until `heard` ends and everything sounded was given to the sink."""
        name = f"to {self._target}"
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(heard), name=f"listen {name}")
            tasks.create_task(self._translate(), name=f"translate {name}")
            tasks.create_task(self._speak(), name=f"speak {name}")

    async def _listen(self, heard: AsyncIterator[HeardPart]) -> None:
        policy = CommitPolicy(self._limits)
        async for part in heard:
            language = part.transcript.language
            segments = policy.update(part.transcript.words, part.heard_s, part.transcript.is_final, language)
            for segment in segments:
                words = without_fillers(segment.words, segment.language)
                if words and segment.language != self._target:
                    start_s, end_s = part.start_s + segment.start_s, part.start_s + segment.end_s
                    self._wait(SourceSegment(join_words(words), segment.language, start_s, end_s))
            self._parts.sink.tentative("" if language == self._target else join_words(policy.tentative))
            if part.transcript.is_final:
                self.num_erased += policy.num_erased
                policy = CommitPolicy(self._limits)
        await self._waiting.put(None)

    def _wait(self, segment: SourceSegment) -> None:
        """Late speech is worse than lost speech: the oldest segment goes, and stays readable."""
        if self._waiting.qsize() >= MAX_WAITING:
            oldest = self._waiting.get_nowait()
            assert oldest is not None, "the end mark is the last"
            self._skip(oldest, "the translator is too slow for this speaker")
        self._waiting.put_nowait(segment)

    async def _translate(self) -> None:
        context: deque[str] = deque(maxlen=CONTEXT_SEGMENTS)
        while (segment := await self._waiting.get()) is not None:
            around = Surroundings(self._parts.glossary.now, self._parts.names(), tuple(context))
            context.append(segment.text)
            languages = Languages(segment.language, self._target)
            try:
                found = await translate_checked(self._parts.translator, segment.text, languages, around)
            except SeamError as error:
                self._skip(segment, str(error))
                continue
            if not found.text:
                self._skip(segment, "the translator said nothing")
                continue
            self._parts.glossary.num_violations += sum(finding.kind == "term" for finding in found.findings)
            self._parts.sink.translated(segment, found)
            await self._translated.put((segment, found))
        await self._translated.put(None)

    async def _speak(self) -> None:
        while (item := await self._translated.get()) is not None:
            source, found = item
            try:
                span = await self._parts.voice.say(found.text, source.start_s, source.end_s)
            except SeamError as error:
                self._skip(source, str(error))
                continue
            self._parts.sink.finished(Interpreted(source, found, span))

    def _skip(self, segment: SourceSegment, reason: str) -> None:
        self.num_skipped += 1
        self._parts.sink.skipped(segment, reason)
