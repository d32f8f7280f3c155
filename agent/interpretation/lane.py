"""One speaker's words into one language: transcripts in, captions and speech out. Knows no WebRTC.

    transcripts → commit policy → (8 segments, the oldest is dropped) → translator → (2, waits) → voice

Parts of one sentence that wait for the translator are translated together, so that a late lane catches up.

A segment with numbers, names or the like is spoken once it is checked, another one while it is translated.

What is said in the target language itself passes: those who listen hear the speaker.
A segment that cannot be translated or spoken is told to the sink and the lane goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from agent.interpretation.checked_translation import (
    CheckedTranslation,
    Languages,
    Surroundings,
    checked,
    has_to_keep,
    translate_aloud,
    translate_checked,
)
from agent.interpretation.commit_policy import CommitLimits, CommitPolicy, ends_sentence, join_words
from agent.interpretation.ear_voice_span import EarVoiceSpan
from agent.interpretation.fillers import without_fillers
from agent.interpretation.glossary import GlossaryBook
from agent.interpretation.language_voice import LanguageVoice
from agent.interpretation.underway import Underway
from model.types import SeamError, Transcript, Translator

logger = logging.getLogger(__name__)

MAX_WAITING = 8
MAX_TRANSLATED = 2
MAX_TOGETHER_CHARS = 300  # of parts that are translated together
CONTEXT_SEGMENTS = 3
GREETING = "OK."  # in any language


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

    def goes_on_with(self, following: SourceSegment) -> bool:
        """Whether both are parts of one sentence that can be translated together."""
        is_short = len(self.text) + len(following.text) < MAX_TOGETHER_CHARS
        return is_short and self.language == following.language and not ends_sentence(self.text)

    def joined(self, following: SourceSegment) -> SourceSegment:
        """Both parts."""
        return SourceSegment(f"{self.text} {following.text}", self.language, self.start_s, following.end_s)


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
        """A caption; before its sound where there was something to check, else soon after it begins."""
        ...

    def finished(self, interpreted: Interpreted) -> None:
        """For gauge and record."""
        ...

    def skipped(self, source: SourceSegment, reason: str) -> None:
        """A segment that stays in its own language."""
        ...


FromSound = Callable[[SourceSegment], Awaitable[str]]  # a segment's sound in the target language; raises SeamError


@dataclass(frozen=True, slots=True)
class LaneParts:
    """What a lane works with."""

    translator: Translator
    voice: LanguageVoice
    glossary: GlossaryBook
    sink: LaneSink
    names: Callable[[], Collection[str]] = tuple  # of the people in the call
    from_sound: FromSound | None = None  # asked when the translator fails


class Lane:
    """Run it once; cancel the task that runs it when nobody listens any more."""

    def __init__(self, target: str, parts: LaneParts, limits: CommitLimits | None = None) -> None:
        self._target = target
        self._parts = parts
        self._limits = limits or CommitLimits()
        self._waiting: asyncio.Queue[SourceSegment | None] = asyncio.Queue(MAX_WAITING + 1)  # and the end mark
        self._next: deque[SourceSegment | None] = deque(maxlen=1)  # was taken, but does not go on with the one before
        self._translated: asyncio.Queue[tuple[SourceSegment, Underway] | None]
        self._translated = asyncio.Queue(MAX_TRANSLATED)
        self._context: deque[str] = deque(maxlen=CONTEXT_SEGMENTS)
        self.num_skipped = 0
        self.num_erased = 0  # words of captions taken back

    async def prepare(self, source: str, is_read: bool = False) -> None:
        """Before somebody speaks: let the translator read what every segment from `source` begins with.

        `is_read`: another lane let it, and this one goes on there.
        """
        if source == self._target:
            return
        if is_read:
            self._context.append(GREETING)
            return
        with contextlib.suppress(SeamError):  # the first segment tells what is wrong
            about = self._around().about
            async for _ in self._parts.translator.translate(GREETING, source, self._target, (), {}, about):
                pass
            self._context.append(GREETING)

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
        while (segment := await self._taken()) is not None:
            around = self._around()
            self._context.append(segment.text)
            languages = Languages(segment.language, self._target)
            underway = Underway()
            if may_be_spoken := not has_to_keep(segment.text, languages, around):
                await self._translated.put((segment, underway))
            found = await self._found(segment, languages, around, underway.add if may_be_spoken else None)
            if found is not None:
                self._parts.glossary.num_violations += sum(finding.kind == "term" for finding in found.findings)
                self._parts.sink.translated(segment, found)
            underway.end(found)
            if not may_be_spoken:
                await self._translated.put((segment, underway))
        await self._translated.put(None)

    def _around(self) -> Surroundings:
        """What goes along with the next segment."""
        book = self._parts.glossary
        return Surroundings(book.now, self._parts.names(), tuple(self._context), book.topic)

    async def _taken(self) -> SourceSegment | None:
        """What is to be translated now: the oldest part, and what waits of its sentence; None at the end."""
        segment = self._next.popleft() if self._next else await self._waiting.get()
        while segment is not None and not self._waiting.empty():
            following = self._waiting.get_nowait()
            if following is None or not segment.goes_on_with(following):
                self._next.append(following)
                break
            segment = segment.joined(following)
        return segment

    async def _found(
        self, segment: SourceSegment, languages: Languages, around: Surroundings, say: Callable[[str], None] | None
    ) -> CheckedTranslation | None:
        """The translation; None when there is none, which is told."""
        translator, text = self._parts.translator, segment.text
        try:
            if say is None:
                found = await translate_checked(translator, text, languages, around)
            else:
                found = await translate_aloud(translator, text, languages, around, say)
            reason = "the translator said nothing"
        except SeamError as error:
            found, reason = None, str(error)
        if found is None or not found.text:
            found = await self._second(segment, languages, around)
        if found is None:
            self._skip(segment, reason)
        return found

    async def _second(
        self, segment: SourceSegment, languages: Languages, around: Surroundings
    ) -> CheckedTranslation | None:
        """What the recogniser makes of the sound itself, where it can."""
        if self._parts.from_sound is None:
            return None
        try:
            text = await self._parts.from_sound(segment)
        except SeamError as error:
            logger.warning("to %s: no second source either: %s", self._target, error)
            return None
        return checked(segment.text, text, languages, around) if text else None

    async def _speak(self) -> None:
        while (item := await self._translated.get()) is not None:
            source, underway = item
            await underway.begun()  # the voice is another speaker's until then
            try:
                span = await self._parts.voice.say(underway.text(), source.start_s, source.end_s)
            except SeamError as error:
                self._skip(source, str(error))
                continue
            if (found := await underway.result()) is not None:
                self._parts.sink.finished(Interpreted(source, found, span))

    def _skip(self, segment: SourceSegment, reason: str) -> None:
        self.num_skipped += 1
        self._parts.sink.skipped(segment, reason)
