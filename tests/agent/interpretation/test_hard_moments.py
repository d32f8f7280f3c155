"""What meetings do to an interpreter: two speak at once, it hears itself, listeners cannot decide, it lasts."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest

from agent.bench.simulated_machine import JumpingLoop
from agent.interpretation.checked_translation import CheckedTranslation
from agent.interpretation.ear import Ear
from agent.interpretation.glossary import GlossaryBook
from agent.interpretation.lane import HeardPart, Interpreted, Lane, LaneParts, SourceSegment
from agent.interpretation.language_voice import LanguageVoice
from agent.interpretation.speaker_language import SpeakerLanguage
from agent.opus import OpusDecoder
from agent.resample import Decimator
from agent.voice_track import VoiceTrack
from agent.wire import Caption
from agent.wire_interpretation import ChooseLanguage
from model.types import (
    HEARD_RATE_HZ,
    NOT_TOLD,
    SPOKEN_RATE_HZ,
    TICK_MS,
    About,
    Pcm,
    SpokenPiece,
    Transcript,
    Word,
)
from tests.agent.interpretation.meeting import LOUD, QUIET, Dictation, Organs, running, settle

ECHO = np.float32(10 ** (-15 / 20))
ECHO_TICKS = 200 // TICK_MS


async def test_two_speakers_at_once_are_both_interpreted_under_their_names() -> None:
    dictation = Dictation([("en", "good morning"), ("en", "morning")])
    async with running(Organs(dictation), "ada", "bob", "eva") as now:
        now.interpreter.take("eva", ChooseLanguage("es"))
        await settle()
        await now.ticks(50, ada=True, bob=True)
        await now.ticks(40)
        await settle()
        captions = now.meeting.pages["eva"].of(Caption)
        assert {each.speaker.name for each in captions} == {"Ada", "Bob"}
        assert {each.text for each in captions} == {"buenos d\u00edas", "d\u00edas"}


async def test_the_interpretation_that_a_listeners_microphone_picks_up_is_not_translated_again() -> None:
    dictation = Dictation([("en", "good morning")])
    async with running(Organs(dictation), "ada", "eva") as now:
        track, decoder, down = VoiceTrack(), OpusDecoder(SPOKEN_RATE_HZ), Decimator()
        now.interpreter.listen(track, "eva")
        now.interpreter.take("eva", ChooseLanguage("es"))
        await settle()
        air: deque[Pcm] = deque([QUIET] * ECHO_TICKS)
        loudest = 0.0
        for tick in range(250):
            sounds = {"ada": LOUD if tick < 50 else QUIET, "eva": air.popleft() * ECHO}
            await now.interpreter.advance(tick, sounds, now.media_thread)
            await settle()
            played = QUIET
            if not track._packets.empty():  # pyright: ignore[reportPrivateUsage]  # a sender that keeps up
                played = down.resample(decoder.decode(bytes(await track.recv())))
            air.append(played)
            loudest = max(loudest, float(np.abs(played).max()))
        assert loudest > 0.1, "the interpretation was played"
        assert len(dictation.heard_s) == 1, "only Ada was heard"


async def test_the_agents_own_answer_that_a_microphone_picks_up_is_nobodys_speech() -> None:
    dictation = Dictation([("en", "good morning")])
    async with running(Organs(dictation), "ada", "eva") as now:
        now.interpreter.take("eva", ChooseLanguage("es"))
        await settle()
        air: deque[Pcm] = deque([QUIET] * ECHO_TICKS)
        for tick in range(150):
            own = LOUD if tick < 75 else None
            sounds = {"ada": QUIET, "eva": air.popleft() * ECHO}
            await now.interpreter.advance(tick, sounds, now.media_thread, own)
            await asyncio.sleep(0)
            air.append(QUIET if own is None else own)
        await settle()
        assert dictation.heard_s == []
        now.meeting.tick = 150
        await now.utter("eva")
        assert len(dictation.heard_s) == 1, "a person is heard as before"


async def test_a_listener_who_changes_language_ten_times_in_a_minute_reads_only_what_they_chose() -> None:
    dictation = Dictation([("en", "good morning")] * 10)
    async with running(Organs(dictation), "ada", "eva", "ines") as now:
        now.interpreter.take("ines", ChooseLanguage("es"))
        await settle()
        page, chosen = now.meeting.pages["eva"], list[str]()
        for number in range(10):
            language = ("fr", "es")[number % 2]
            chosen.append(language)
            now.interpreter.take("eva", ChooseLanguage(language))
            await settle()
            await now.utter("ada")
            await now.ticks(10)  # sooner than a minute would ask
            assert now.meeting.state("eva").language == language
        assert [each.language for each in page.of(Caption)] == chosen
        others = now.meeting.pages["ines"].of(Caption)
        assert [each.language for each in others] == ["es"] * 10, "Ines missed nothing"


@dataclass
class Switching:
    """A recogniser of one utterance that begins in English and goes on in Spanish."""

    async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncIterator[Transcript]:
        english = [Word(text, n * 0.4, n * 0.4 + 0.4) for n, text in enumerate("we begin now. And then".split())]
        spanish = [Word(text, 2 + n * 0.4, 2.4 + n * 0.4) for n, text in enumerate("vamos a votar todos".split())]
        num_samples = 0
        given = -1
        async for piece in sound:
            num_samples += len(piece)
            heard_s = num_samples / HEARD_RATE_HZ
            if int(heard_s) > given:
                given = int(heard_s)
                yield self._after(heard_s, english, spanish, False)
        yield self._after(num_samples / HEARD_RATE_HZ, english, spanish, True)

    def _after(self, heard_s: float, english: list[Word], spanish: list[Word], is_final: bool) -> Transcript:
        words = tuple(word for word in (*english, *spanish) if word.end_s <= heard_s)
        language = "es" if heard_s > 3 else "en"
        return Transcript(" ".join(word.text for word in words), language, words, is_final)


@dataclass
class Notes:
    """A sink that keeps the segments."""

    done: list[Interpreted] = field(default_factory=list[Interpreted])

    def tentative(self, text: str) -> None:
        """Not asked here."""

    def translated(self, source: SourceSegment, translation: CheckedTranslation) -> None:
        """`finished` follows."""

    def finished(self, interpreted: Interpreted) -> None:
        self.done.append(interpreted)

    def skipped(self, source: SourceSegment, reason: str) -> None:
        raise AssertionError(reason)


@dataclass
class Slowly:
    """A translator and a voice that take as long as the embedded ones do on one processor each."""

    translate_s: float = 1.5  # a segment
    speak_s: float = 0.72  # a second of sound
    asked: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])

    async def translate(
        self,
        segment: str,
        source: str,
        target: str,
        context: tuple[str, ...],
        glossary: Mapping[str, str],
        about: About = NOT_TOLD,
    ) -> AsyncIterator[str]:
        self.asked.append((source, target, segment))
        await asyncio.sleep(self.translate_s)
        yield segment

    async def speak(
        self, text: AsyncIterator[str], language: str = "en", pace: float = 1.0
    ) -> AsyncIterator[SpokenPiece]:
        async for phrase in text:
            sound_s = 0.4 * len(phrase.split()) / pace
            await asyncio.sleep(self.speak_s * sound_s)
            yield SpokenPiece(np.zeros(int(sound_s * SPOKEN_RATE_HZ), np.float32))


@pytest.mark.parametrize(("target", "expected"), [("fr", {"en", "es"}), ("es", {"en"})])
async def test_a_speaker_who_switches_language_in_mid_sentence_is_followed(target: str, expected: set[str]) -> None:
    organs, notes, parts = Slowly(0, 0), Notes(), asyncio.Queue[HeardPart | None](64)
    ear = Ear(Switching(), SpeakerLanguage(("en", "es", "fr"), "en"), parts.put_nowait)
    lane = Lane(target, LaneParts(organs, LanguageVoice(organs, target, lambda: 0.0, _nowhere), GlossaryBook(), notes))

    async def heard() -> AsyncIterator[HeardPart]:
        while (part := await parts.get()) is not None:
            yield part

    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(ear.run(), name="ear")
        tasks.create_task(lane.run(heard()), name="lane")
        for tick in range(250):
            ear.add(tick, LOUD if tick < 180 else QUIET)
            await asyncio.sleep(0)
        await settle()
        listening.cancel()
        parts.put_nowait(None)
    said = [word for _, _, segment in organs.asked for word in segment.split()]
    assert {source for source, _, _ in organs.asked} == expected
    assert len(said) == len(set(said)), "nothing is said twice"
    assert ("en", target, "we begin now.") in organs.asked
    if target == "fr":
        assert said == "we begin now. And then vamos a votar todos".split()


def _nowhere(pcm: Pcm, start_s: float) -> None:
    """Nobody listens."""


@dataclass
class Endless:
    """A recogniser that hears a sentence of ten words every four seconds, a second behind the sound."""

    async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncIterator[Transcript]:
        num_samples, before = 0, 0
        async for piece in sound:
            num_samples += len(piece)
            if num_samples - before >= HEARD_RATE_HZ:
                before = num_samples
                yield self._after(num_samples / HEARD_RATE_HZ - 0.5, False)
        yield self._after(num_samples / HEARD_RATE_HZ, True)

    def _after(self, heard_s: float, is_final: bool) -> Transcript:
        count = max(0, int(heard_s / 0.4))
        words = tuple(Word(f"word{n}" + ("." if n % 10 == 9 else ""), n * 0.4, n * 0.4 + 0.4) for n in range(count))
        return Transcript(" ".join(word.text for word in words), "en", words, is_final)


def test_over_ten_minutes_of_speech_without_a_pause_the_lag_does_not_grow() -> None:
    async def main() -> tuple[list[float], int]:
        loop = asyncio.get_running_loop()
        organs, notes, parts = Slowly(), Notes(), asyncio.Queue[HeardPart](64)
        ear = Ear(Endless(), SpeakerLanguage(("en", "es"), "en"), parts.put_nowait)
        voice = LanguageVoice(organs, "es", loop.time, _nowhere)
        lane = Lane("es", LaneParts(organs, voice, GlossaryBook(), notes))

        async def heard() -> AsyncIterator[HeardPart]:
            while True:
                yield await parts.get()

        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(ear.run(), name="ear"), tasks.create_task(lane.run(heard()), name="lane")]
            for tick in range(600_000 // TICK_MS):
                ear.add(tick, LOUD)
                await asyncio.sleep(TICK_MS / 1000)
            await asyncio.sleep(20)
            for task in running:
                task.cancel()
        return [each.span.end_lag_s for each in notes.done if each.span], lane.num_skipped + voice.num_late

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        lags, num_lost = runner.run(main())
    third = len(lags) // 3
    assert len(lags) > 140
    assert num_lost == 0
    assert float(np.median(lags[-third:])) <= float(np.median(lags[:third])) + 0.5
    assert max(lags) < 9
