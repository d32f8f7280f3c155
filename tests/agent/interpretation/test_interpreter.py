"""A room's interpretation: exactly what the choices need runs, and those who listen get it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from agent.interpretation.organs import Clients
from agent.interpretation.record import from_json
from agent.interpretation.scribe import RecordConfig
from agent.opus import OpusDecoder
from agent.voice_track import VoiceTrack
from agent.wire import Caption, ErrorMessage
from agent.wire_interpretation import (
    AskExport,
    ChooseLanguage,
    Consent,
    DeleteRecord,
    EditGlossary,
    EditTopic,
    Export,
    GlossaryNow,
    LagGauge,
    RecordState,
    TopicNow,
    UploadGlossary,
)
from model.types import NOT_TOLD, SPOKEN_RATE_HZ, About, Pcm, SessionLostError
from tests.agent.interpretation.meeting import (
    LOUD,
    QUIET,
    Dictation,
    Hum,
    Organs,
    running,
    settle,
)


async def test_a_listener_reads_and_hears_the_speaker_in_their_language_and_nobody_else_does() -> None:
    async with running(Organs(Dictation([("en", "good morning")])), "ada", "eva", "bob") as now:
        track, other = VoiceTrack(), VoiceTrack()
        now.interpreter.listen(track, "eva")
        now.interpreter.listen(other, "bob")
        now.interpreter.take("eva", ChooseLanguage("es"))
        await settle()
        await now.utter("ada")
        pages = now.meeting.pages
        assert [(c.text, c.language, c.speaker.name) for c in pages["eva"].of(Caption)] == [
            ("buenos d\u00edas", "es", "Ada")
        ]
        assert pages["bob"].of(Caption) == [] and pages["ada"].of(Caption) == []
        decoder, sound = OpusDecoder(SPOKEN_RATE_HZ), [np.zeros(0, np.float32)]
        await now.ticks(9)  # the track holds ten packets
        for _ in range(5):
            sound.append(decoder.decode(bytes(await track.recv())))
        assert float(np.abs(np.concatenate(sound)).max()) > 0.1
        assert other._packets.empty()  # pyright: ignore[reportPrivateUsage]  # nothing was ever sent
        assert pages["eva"].of(LagGauge)


async def test_where_no_translator_answers_english_comes_from_the_speakers_own_sound() -> None:
    asked: list[tuple[int, str]] = []

    async def into_english(pcm: Pcm, language: str) -> str:
        asked.append((int(np.count_nonzero(np.abs(pcm) > 0.1)), language))
        return "good morning"

    class NoTranslator:
        async def translate(
            self,
            segment: str,
            source: str,
            target: str,
            context: tuple[str, ...],
            glossary: Mapping[str, str],
            about: About = NOT_TOLD,
        ) -> AsyncIterator[str]:
            raise SessionLostError("the translator is gone")
            yield ""

    class HalfOrgans(Organs):
        async def ready(self) -> Clients:
            return Clients(self.dictation, NoTranslator(), Hum(), into_english)

    dictation = Dictation([("es", "buenos dias"), ("es", "buenas noches")])
    async with running(HalfOrgans(dictation), "ada", "eva", "bob") as now:
        now.interpreter.take("eva", ChooseLanguage("en"))
        now.interpreter.take("bob", ChooseLanguage("fr"))
        await settle()
        await now.utter("ada")  # after the first one it is believed that she speaks Spanish
        await now.utter("ada")
        pages = now.meeting.pages
        said = [(caption.text, caption.language) for caption in pages["eva"].of(Caption)]
        assert ("good morning", "en") in said, "spoken and read as any other translation"
        assert not any(caption.text == "good morning" for caption in pages["bob"].of(Caption)), "it knows no French"
    ((num_loud, language),) = asked
    assert language == "es" and num_loud > 2_000, "the sound that she made, not the silence of another"


async def test_one_track_a_language_lives_as_long_as_somebody_listens() -> None:
    async with running(Organs(Dictation([])), "ada", "eva", "ines") as now:
        for who in ("eva", "ines"):
            now.interpreter.take(who, ChooseLanguage("es"))
        await settle()
        await now.ticks(1)
        assert now.meeting.state("eva").track == now.meeting.state("ines").track == "meeting-es"
        assert now.meeting.state("ada").listening == {"es": 2}
        now.interpreter.take("eva", ChooseLanguage(None))
        assert now.meeting.state("eva").track is None and now.meeting.state("ada").listening == {"es": 1}
        del now.meeting.pages["ines"]
        now.interpreter.leave("ines")
        assert now.meeting.state("ada").listening == {}
        assert now.interpreter._lanes == {} == now.interpreter._languages  # pyright: ignore[reportPrivateUsage]


async def test_who_speaks_the_target_language_passes_and_is_not_faded() -> None:
    dictation = Dictation([("es", "buenos d\u00edas a todos"), ("es", "otra vez")])
    async with running(Organs(dictation), "ada", "eva") as now:
        now.interpreter.take("eva", ChooseLanguage("es"))
        await settle()
        assert now.meeting.state("eva").foreign == ("ada",), "until she is heard she is taken to speak English"
        await now.ticks(170, ada=True)
        await now.ticks(40)
        await settle()
        await now.ticks(1)
        assert now.meeting.state("eva").foreign == ()
        assert now.meeting.pages["eva"].of(Caption) == []


async def test_what_cannot_be_had_is_refused_in_words() -> None:
    async with running(Organs(Dictation([]), "interpretation cannot start here: no weights"), "ada", "eva") as now:
        now.interpreter.take("eva", ChooseLanguage("tlh"))
        [error] = now.meeting.pages["eva"].of(ErrorMessage)
        assert "'tlh'" in error.message and "en, es, fr" in error.message
        now.interpreter.take("eva", ChooseLanguage("es"))
        await settle()
        assert now.meeting.state("eva").status == "failed"
        assert "no weights" in now.meeting.state("eva").problem
    async with running(None, "ada", "eva") as now:
        now.interpreter.take("eva", ChooseLanguage("es"))
        assert "--translator" in now.meeting.pages["eva"].of(ErrorMessage)[0].message


@pytest.mark.parametrize("times", [10, 11])
async def test_a_listener_who_changes_language_again_and_again_leaves_nothing_behind(times: int) -> None:
    async with running(Organs(Dictation([])), "ada", "eva") as now:
        before = len(asyncio.all_tasks())
        for number in range(times):
            now.interpreter.take("eva", ChooseLanguage(("es", "fr")[number % 2]))
            await settle()
            await now.ticks(3)
        assert now.meeting.state("eva").listening == {("fr", "es")[times % 2]: 1}
        now.interpreter.take("eva", ChooseLanguage(None))
        await settle()
        assert len(asyncio.all_tasks()) == before


async def test_what_a_listener_hears_from_the_loudspeaker_is_not_translated_again() -> None:
    dictation = Dictation([("en", "good morning")])
    async with running(Organs(dictation), "ada", "eva") as now:
        now.interpreter.take("eva", ChooseLanguage("es"))
        await settle()
        delayed = [QUIET] * 10
        echo = np.float32(10 ** (-15 / 20))
        for tick in range(200):
            said = LOUD if tick < 50 else QUIET
            delayed.append(said)
            sounds = {"ada": said, "eva": delayed[-11] * echo}
            await now.interpreter.advance(tick, sounds, now.media_thread)
            await asyncio.sleep(0)
        await settle()
        assert len(dictation.heard_s) == 1, "only Ada was heard"


async def test_the_glossary_is_edited_by_hand_and_by_file_and_counts_from_the_next_segment() -> None:
    async with running(Organs(Dictation([("en", "board meets")])), "ada", "eva") as now:
        now.interpreter.take("eva", ChooseLanguage("es"))
        now.interpreter.take("eva", EditGlossary({"en": "board", "es": "junta"}, False))
        await settle()
        await now.utter("ada")
        assert now.meeting.pages["eva"].of(Caption)[0].text == "junta meets-es"
        now.interpreter.take("ada", UploadGlossary("en,es\nchair,presidencia\n"))
        assert "chair,presidencia" in now.meeting.pages["eva"].of(GlossaryNow)[-1].csv
        now.interpreter.take("ada", EditGlossary({"en": "chair"}, True))
        assert now.meeting.pages["eva"].of(GlossaryNow)[-1].csv.strip() == "" or (
            "chair" not in now.meeting.pages["eva"].of(GlossaryNow)[-1].csv
        )
        now.interpreter.take("ada", UploadGlossary("Englisch\nchair\n"))
        assert now.meeting.pages["ada"].of(ErrorMessage)[-1].code == "glossary"


async def test_what_a_call_is_about_is_told_to_everybody_and_to_the_translator_from_the_next_segment() -> None:
    organs = Organs(Dictation([("en", "board meets"), ("en", "board votes"), ("en", "board ends")]))
    async with running(organs, "ada", "eva") as now:
        now.interpreter.take("eva", ChooseLanguage("es"))
        await settle()
        await now.utter("ada")
        now.interpreter.take("eva", EditTopic(" the  budget "))
        await now.utter("ada")
        now.interpreter.take("ada", EditTopic(""))
        await now.utter("ada")
        told = {segment: about for segment, about in organs.dictionary.told if segment.startswith("board")}
        assert [about.topic for about in told.values()] == ["", "the budget", ""]
        assert {about.names for about in told.values()} == {("Ada", "Eva")}
        for page in now.meeting.pages.values():
            assert page.of(TopicNow) == [TopicNow("the budget"), TopicNow("")]


async def test_silence_and_clicks_are_not_sent_to_the_recogniser() -> None:
    dictation = Dictation([])
    async with running(Organs(dictation), "ada", "eva") as now:
        now.interpreter.take("eva", ChooseLanguage("es"))
        await settle()
        for _ in range(5):
            await now.ticks(1, ada=True)
            await now.ticks(20)
        await settle()
        assert dictation.heard_s == []


async def test_originals_are_captioned_where_nobody_else_does() -> None:
    async with running(Organs(Dictation([("en", "good morning")])), "ada", "eva", has_captions=False) as now:
        now.interpreter.take("eva", ChooseLanguage("es"))
        await settle()
        await now.utter("ada")
        captions = now.meeting.pages["eva"].of(Caption)
        assert [(each.language, each.text) for each in captions] == [("en", "good morning"), ("es", "buenos d\u00edas")]


async def test_the_record_holds_what_those_who_consented_said_in_every_language(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite"
    dictation = Dictation([("en", "good morning"), ("en", "good")])
    async with running(Organs(dictation, records=RecordConfig(file, 7)), "ada", "eva", "ines") as now:
        page = now.meeting.pages["ada"]
        now.interpreter.take("eva", ChooseLanguage("es"))
        now.interpreter.take("ines", ChooseLanguage("fr"))
        now.interpreter.take("ada", AskExport("vtt", None))
        assert "nobody consented" in (await page.wait_for(ErrorMessage, lambda error: error.code == "record")).message
        now.interpreter.take("ada", Consent(True))
        assert (await page.wait_for(RecordState, lambda state: state.consent)).retention_days == 7
        assert not now.meeting.pages["eva"].of(RecordState)[-1].consent
        await now.utter("ada")
        await now.utter("eva")
        now.interpreter.take("eva", AskExport("json", None))
        export = await now.meeting.pages["eva"].wait_for(Export, lambda each: each.format == "json")
        [entry] = from_json(export.text).entries
        assert (entry.speaker, entry.text) == ("Ada", "good morning")
        assert {tag: each.text for tag, each in entry.renderings.items()} == {
            "es": "buenos d\u00edas",
            "fr": "buenos d\u00edas",
        }
        assert entry.renderings["es"].span is not None
        now.interpreter.take("eva", AskExport("vtt", "es"))
        text = (await now.meeting.pages["eva"].wait_for(Export, lambda each: each.format == "vtt")).text
        assert text.startswith("WEBVTT") and "buenos d\u00edas" in text
        now.interpreter.take("ada", DeleteRecord())
        await page.wait_for(RecordState, lambda state: not state.consent and state.entries == 0)
        now.interpreter.take("eva", AskExport("txt", None))
        await now.meeting.pages["eva"].wait_for(ErrorMessage, lambda error: error.code == "record")


async def test_who_takes_consent_back_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite"
    async with running(Organs(Dictation([("en", "good")]), records=RecordConfig(file)), "ada", "bob") as now:
        page = now.meeting.pages["ada"]
        now.interpreter.take("ada", Consent(True))
        now.interpreter.take("bob", Consent(True))
        await now.meeting.pages["bob"].wait_for(RecordState, lambda state: state.consent)
        await now.ticks(1)
        await now.utter("ada")
        now.interpreter.take("bob", AskExport("txt", None))
        assert "good" in (await now.meeting.pages["bob"].wait_for(Export, lambda _: True)).text
        now.interpreter.take("ada", Consent(False))
        await page.wait_for(RecordState, lambda state: not state.consent and state.entries == 0)
        now.interpreter.take("bob", AskExport("srt", None))
        assert (await now.meeting.pages["bob"].wait_for(Export, lambda each: each.format == "srt")).text == ""
