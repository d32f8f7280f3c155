"""A lane says every segment once, in order and in time; what fails is told and does not end it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from agent.interpretation.checked_translation import CheckedTranslation
from agent.interpretation.ear_voice_span import MAX_PACE
from agent.interpretation.glossary import GlossaryBook
from agent.interpretation.lane import (
    MAX_TOGETHER_CHARS,
    MAX_WAITING,
    HeardPart,
    Interpreted,
    Lane,
    LaneParts,
    SourceSegment,
)
from agent.interpretation.language_voice import LanguageVoice
from model.types import (
    MAX_NAME_CHARS,
    MAX_NAMES,
    NOT_TOLD,
    SPOKEN_RATE_HZ,
    About,
    CapacityError,
    Pcm,
    SpokenPiece,
    Transcript,
    Word,
)

Asked = tuple[str, tuple[str, ...], dict[str, str]]  # segment, context, glossary


@dataclass
class Dictionary:
    """A translator word by word; refuses "refuse", loses numbers unless it is asked again."""

    words: Mapping[str, str]
    asked: list[Asked] = field(default_factory=list[Asked])
    told: list[About] = field(default_factory=list[About])
    gate: asyncio.Event | None = None
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def translate(
        self,
        segment: str,
        source: str,
        target: str,
        context: tuple[str, ...],
        glossary: Mapping[str, str],
        about: About = NOT_TOLD,
    ) -> AsyncIterator[str]:
        self.asked.append((segment, context, dict(glossary)))
        self.told.append(about)
        self.was_asked.set()
        if self.gate is not None:
            await self.gate.wait()
        if "refuse" in segment:
            raise CapacityError("too many segments", 1.0)
        known = {key.casefold(): value for key, value in {**self.words, **glossary}.items()}
        for word in segment.rstrip(".").split():
            yield known.get(word.casefold(), word) + " "


class Drone:
    """A voice that takes a second for each word, less at a higher pace."""

    def __init__(self) -> None:
        self.paces: list[float] = []
        self.num_closed = 0

    async def speak(
        self, text: AsyncIterator[str], language: str = "en", pace: float = 1.0
    ) -> AsyncIterator[SpokenPiece]:
        self.paces.append(pace)
        try:
            async for clause in text:
                for _ in clause.split():
                    yield SpokenPiece(np.zeros(int(SPOKEN_RATE_HZ / pace), np.float32))
        finally:
            self.num_closed += 1


@dataclass
class Sink:
    texts: list[str] = field(default_factory=list[str])
    has_text: asyncio.Event = field(default_factory=asyncio.Event)
    tentatives: list[str] = field(default_factory=list[str])
    sounds: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    done: list[Interpreted] = field(default_factory=list[Interpreted])
    skips: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def tentative(self, text: str) -> None:
        self.tentatives.append(text)

    def translated(self, source: SourceSegment, translation: CheckedTranslation) -> None:
        self.texts.append(translation.text)
        self.has_text.set()

    def sound(self, pcm: Pcm, start_s: float) -> None:
        self.sounds.append((start_s, start_s + len(pcm) / SPOKEN_RATE_HZ))

    def finished(self, interpreted: Interpreted) -> None:
        self.done.append(interpreted)

    def skipped(self, source: SourceSegment, reason: str) -> None:
        self.skips.append((source.text, reason))


def utterance(text: str, start_s: float, is_final: bool = True) -> HeardPart:
    words = tuple(Word(word, n * 0.5, n * 0.5 + 0.5) for n, word in enumerate(text.split()))
    return HeardPart(Transcript(text, "en", words, is_final), start_s, len(words) * 0.5)


async def heard(*parts: HeardPart) -> AsyncIterator[HeardPart]:
    for part in parts:
        yield part


WORDS = {"good": "buenos", "morning": "d\u00edas", "not": "no", "votes": "vota", "board": "consejo"}


def speaking(voice: Drone | None, sink: Sink, now_s: float = 0.0) -> LanguageVoice:
    return LanguageVoice(voice, "es", lambda: now_s, sink.sound)


def lane(translator: Dictionary, sink: Sink, voice: Drone | None, now_s: float = 0.0) -> Lane:
    return Lane("es", LaneParts(translator, speaking(voice, sink, now_s), GlossaryBook(), sink, lambda: ("Ana",)))


async def test_speech_becomes_captions_and_sound_with_its_span() -> None:
    sink = Sink()
    await lane(Dictionary(WORDS), sink, Drone(), 3.0).run(heard(utterance("Um, good morning.", 1.0)))
    assert sink.texts == ["buenos d\u00edas"]
    assert sink.sounds == [(3.0, 4.0), (4.0, 5.0)]
    span = sink.done[0].span
    assert span is not None
    assert (span.start_lag_s, span.end_lag_s) == (2.0, 2.5)


async def test_what_waits_is_spoken_faster_but_never_too_fast() -> None:
    sink, voice = Sink(), Drone()
    parts = [utterance("good morning good morning.", n * 2.0) for n in range(4)]
    await lane(Dictionary(WORDS), sink, voice).run(heard(*parts))
    assert voice.paces[0] == 1.0
    assert voice.paces == sorted(voice.paces)
    assert voice.paces[-1] == MAX_PACE
    assert all(before[1] == after[0] for before, after in zip(sink.sounds, sink.sounds[1:], strict=False))


async def test_a_failed_segment_is_told_and_the_next_is_spoken() -> None:
    sink = Sink()
    await lane(Dictionary(WORDS), sink, Drone()).run(heard(utterance("refuse this.", 0), utterance("good.", 2)))
    assert sink.skips == [("refuse this.", "too many segments")]
    assert sink.texts == ["buenos"]


async def test_where_the_translator_fails_the_recogniser_says_the_sound_itself() -> None:
    asked: list[SourceSegment] = []

    async def from_sound(segment: SourceSegment) -> str:
        asked.append(segment)
        return "" if "twice" in segment.text else "rehusar 7"

    sink = Sink()
    parts = LaneParts(Dictionary(WORDS), speaking(Drone(), sink), GlossaryBook(), sink, from_sound=from_sound)
    spoken = [utterance("refuse this 7.", 0), utterance("good.", 2), utterance("refuse 8 twice.", 4)]
    await Lane("es", parts).run(heard(*spoken))
    assert sink.texts == ["rehusar 7", "buenos"], "the translator is asked first"
    assert [(each.start_s, each.end_s) for each in asked] == [(0.0, 1.5), (4.0, 5.5)]
    assert sink.done[0].span is not None and not sink.done[0].translation.findings, "it is spoken, and was checked"
    assert sink.skips == [("refuse 8 twice.", "too many segments")], "it heard nothing either"


async def test_a_doubtful_translation_is_asked_for_again_without_context_and_marked() -> None:
    sink, translator = Sink(), Dictionary(WORDS | {"Ana": "ella", "never": "siempre"})
    await lane(translator, sink, None).run(heard(utterance("good morning.", 0), utterance("Ana never votes.", 2)))
    first, again = translator.asked[1:]
    assert first[1] == ("good morning.",)
    assert again[1:] == ((), {"Ana": "Ana"})
    marked = sink.done[1].translation
    assert marked.text == "Ana siempre vota"
    assert [finding.kind for finding in marked.findings] == ["negation"]
    assert marked.is_doubtful


async def test_a_glossary_edit_counts_from_the_next_segment() -> None:
    sink, translator = Sink(), Dictionary(WORDS)
    book = GlossaryBook()

    async def edited() -> AsyncIterator[HeardPart]:
        yield utterance("board votes.", 0)
        await sink.has_text.wait()
        book.add({"en": "board", "es": "junta"})
        yield utterance("board votes.", 2)

    await Lane("es", LaneParts(translator, speaking(None, sink), book, sink)).run(edited())
    assert sink.texts == ["consejo vota", "junta vota"]


async def test_topic_and_names_go_along_and_a_new_topic_counts_from_the_next_segment() -> None:
    sink, translator = Sink(), Dictionary(WORDS)
    book, names = GlossaryBook(), ["Ana  Ruiz", " "]

    async def edited() -> AsyncIterator[HeardPart]:
        yield utterance("board votes.", 0)
        await sink.has_text.wait()
        book.set_topic("the budget\nof the bees")
        names.append("Bob")
        yield utterance("board not votes.", 2)

    running = Lane("es", LaneParts(translator, speaking(None, sink), book, sink, lambda: names))
    await running.prepare("en")
    await running.run(edited())
    first, then = About("", ("Ana Ruiz",)), About("the budget of the bees", ("Ana Ruiz", "Bob"))
    assert translator.told == [first, first, then], "each in one line, and what is read before it, too"


async def test_a_call_of_many_tells_as_many_names_as_may_go_along() -> None:
    translator, sink = Dictionary(WORDS), Sink()
    names = [f"{n} " + "x" * MAX_NAME_CHARS for n in range(MAX_NAMES + 1)]
    parts = LaneParts(translator, speaking(None, sink), GlossaryBook(), sink, lambda: names)
    await Lane("es", parts).run(heard(utterance("good.", 0)))
    assert [len(name) for name in translator.told[0].names] == [MAX_NAME_CHARS] * MAX_NAMES


async def test_a_slow_translator_loses_the_oldest_and_says_so() -> None:
    gate = asyncio.Event()
    sink, translator = Sink(), Dictionary(WORDS, gate=gate)

    async def many() -> AsyncIterator[HeardPart]:
        yield utterance("good.", 0)
        await translator.was_asked.wait()
        for n in range(MAX_WAITING + 2):
            yield utterance(f"x{n} morning.", n)
        gate.set()

    running = lane(translator, sink, None)
    await running.run(many())
    assert [text for text, _ in sink.skips] == ["x0 morning.", "x1 morning."]
    assert running.num_skipped == 2
    assert sink.texts[:2] == ["buenos", "x2 d\u00edas"]
    assert len(sink.texts) == MAX_WAITING + 1


async def test_parts_of_a_sentence_that_wait_are_translated_together_in_their_order() -> None:
    gate = asyncio.Event()
    sink, translator = Sink(), Dictionary(WORDS, gate=gate)

    async def parts() -> AsyncIterator[HeardPart]:
        yield utterance("good.", 0)
        await translator.was_asked.wait()
        for n, text in enumerate(("good", "morning", "board.", "board votes", "morning.", "good")):
            yield utterance(text, 1 + n)
        gate.set()

    await lane(translator, sink, None).run(parts())
    assert [segment for segment, _, _ in translator.asked] == [
        "good.",
        "good morning board.",
        "board votes morning.",
        "good",
    ]
    assert (sink.done[1].source.start_s, sink.done[1].source.end_s) == (1, 3.5)
    assert sink.skips == []


def test_parts_in_another_language_or_of_a_long_sentence_are_not_translated_together() -> None:
    part, long = SourceSegment("we met", "en", 0, 1), SourceSegment("x" * MAX_TOGETHER_CHARS, "en", 1, 2)
    assert part.goes_on_with(SourceSegment("today", "en", 1, 2))
    assert not part.goes_on_with(SourceSegment("hoy", "es", 1, 2))
    assert not part.goes_on_with(long)


async def test_a_muted_lane_goes_on_with_captions() -> None:
    sink, voice = Sink(), Drone()
    muted = speaking(voice, sink)
    muted.mute()
    parts = LaneParts(Dictionary(WORDS), muted, GlossaryBook(), sink)
    await Lane("es", parts).run(heard(utterance("good morning.", 0)))
    assert sink.texts == ["buenos d\u00edas"]
    assert sink.sounds == [] and voice.paces == []
    assert sink.done[0].span is None


async def test_a_human_who_takes_over_cuts_the_voice_and_frees_it() -> None:
    voice = Drone()
    shared: LanguageVoice

    class Handover(Sink):
        def sound(self, pcm: Pcm, start_s: float) -> None:
            super().sound(pcm, start_s)
            shared.mute()

    sink = Handover()
    shared = speaking(voice, sink)
    parts = LaneParts(Dictionary(WORDS), shared, GlossaryBook(), sink)
    await Lane("es", parts).run(heard(utterance("good morning good morning.", 0), utterance("good.", 3)))
    assert len(sink.sounds) == 1
    assert voice.num_closed == 1
    assert sink.texts == ["buenos d\u00edas buenos d\u00edas", "buenos"]


async def test_captions_show_the_tentative_tail() -> None:
    sink = Sink()
    await lane(Dictionary(WORDS), sink, None).run(
        heard(utterance("good mourning", 0, False), utterance("good morning Ana", 0, False), utterance("good.", 0))
    )
    assert sink.tentatives == ["good mourning", "good morning Ana", ""]


async def test_what_is_said_in_the_target_language_passes_untouched() -> None:
    sink, translator = Sink(), Dictionary(WORDS)
    spanish = Transcript("Buenos d\u00edas.", "es", (Word("Buenos", 0.0, 0.4), Word("d\u00edas.", 0.4, 0.9)))
    await lane(translator, sink, Drone()).run(heard(HeardPart(spanish, 0.0, 1.0), utterance("good morning.", 2)))
    assert [segment for segment, _, _ in translator.asked] == ["good morning."]
    assert sink.texts == ["buenos d\u00edas"]
    assert len(sink.sounds) == 2


async def test_two_speakers_at_once_are_spoken_one_after_the_other() -> None:
    sink = Sink()
    shared = speaking(Drone(), sink)
    lanes = [Lane("es", LaneParts(Dictionary(WORDS), shared, GlossaryBook(), sink)) for _ in range(2)]
    async with asyncio.TaskGroup() as tasks:
        for number, each in enumerate(lanes):
            tasks.create_task(each.run(heard(utterance("good morning.", number))), name=f"lane {number}")
    assert len(sink.sounds) == 4 and len(sink.done) == 2
    assert all(before[1] == after[0] for before, after in zip(sink.sounds, sink.sounds[1:], strict=False))


async def test_a_voice_that_is_hopelessly_late_leaves_a_segment_to_the_captions() -> None:
    sink = Sink()
    shared = speaking(Drone(), sink)
    parts = LaneParts(Dictionary(WORDS), shared, GlossaryBook(), sink)
    await Lane("es", parts).run(heard(utterance("good " * 14 + "morning.", 0), utterance("good.", 1)))
    assert shared.num_late == 1
    assert len(sink.texts) == 2 and sink.done[1].span is None
