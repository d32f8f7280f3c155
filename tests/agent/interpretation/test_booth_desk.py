"""A human interpreter in a call: heard instead of the agent, covered when gone, handing over, and relayed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from agent.interpretation.scribe import RecordConfig
from agent.voice_track import VoiceTrack
from agent.wire import Caption, ErrorMessage
from agent.wire_interpretation import (
    BoothAsk,
    BoothNote,
    BoothSaid,
    BoothStates,
    ChooseLanguage,
    EditGlossary,
    EditTopic,
    GlossaryNow,
    LagGauge,
    RecordState,
    TopicNow,
)
from model.types import HEARD_RATE_HZ, SPOKEN_RATE_HZ
from tests.agent.interpretation.meeting import (
    LOUD,
    QUIET,
    Dictation,
    Organs,
    heard_by,
    running,
    settle,
    tone_hz,
)
from tests.doubles import Page


async def test_a_human_who_takes_a_language_is_heard_and_the_agent_stops_within_a_micro_turn() -> None:
    dictation = Dictation([("en", "good morning"), ("en", "good")])
    async with running(Organs(dictation), "ada", "eva", "ana") as now:
        track = VoiceTrack()
        now.interpreter.listen(track, "eva")
        now.interpreter.take("eva", ChooseLanguage("es"))
        await settle()
        await now.utter("ada")
        assert now.meeting.state("eva").sounding == ("es",)
        quiet = dict.fromkeys(now.meeting.pages, QUIET)
        now.interpreter.take("ana", BoothAsk("es", "take"))
        await heard_by(now, track, 2, quiet)
        silent = await heard_by(now, track, 8, quiet)
        assert float(np.abs(silent[SPOKEN_RATE_HZ // 50 :]).max(initial=0)) < 0.01, "one micro-turn later it is quiet"
        human = await heard_by(now, track, 50, {**quiet, "ana": LOUD})
        assert abs(tone_hz(human[-SPOKEN_RATE_HZ // 2 :]) - 300) < 5
        assert now.meeting.state("eva").sounding == ("es",)
        count = len(dictation.heard_s)
        await now.utter("ada")
        assert len(dictation.heard_s) == count + 1, "the interpreter's own words are nobody's speech"
        assert now.meeting.pages["eva"].of(Caption)[-1].text == "buenos", "captions go on"
        assert not now.meeting.state("eva").sounding, "and the agent says nothing"


async def test_a_human_is_heard_where_the_agent_cannot_interpret() -> None:
    async with running(
        Organs(Dictation([]), "interpretation cannot start here: no weights"), "ada", "eva", "ana"
    ) as now:
        track = VoiceTrack()
        now.interpreter.listen(track, "eva")
        now.interpreter.take("eva", ChooseLanguage("es"))
        now.interpreter.take("ana", BoothAsk("es", "take"))
        await settle()
        assert now.meeting.state("eva").status == "failed"
        human = await heard_by(now, track, 50, {**dict.fromkeys(now.meeting.pages, QUIET), "ana": LOUD})
        assert abs(tone_hz(human[-SPOKEN_RATE_HZ // 2 :]) - 300) < 5


async def test_the_agent_covers_a_human_who_drops_out_and_makes_way_when_they_are_back() -> None:
    async with running(Organs(Dictation([("en", "good morning")])), "ada", "eva", "ana") as now:
        now.interpreter.take("eva", ChooseLanguage("es"))
        now.interpreter.take("ana", BoothAsk("es", "take"))
        await settle()
        await now.ticks(10)
        now.meeting.lost.add("ana")
        await now.ticks(70)
        assert not now.meeting.pages["eva"].of(BoothStates)[-1].booths[0].covered
        await now.ticks(10)
        assert now.meeting.pages["eva"].of(BoothStates)[-1].booths[0].covered, "after a second and a half"
        await now.utter("ada")
        assert now.meeting.state("eva").sounding == ("es",)
        now.meeting.lost.clear()
        await now.ticks(3)
        assert now.meeting.state("eva").sounding == ()
        assert not now.meeting.pages["eva"].of(BoothStates)[-1].booths[0].covered


async def test_partners_hand_over_with_a_countdown_and_talk_in_private() -> None:
    async with running(Organs(Dictation([])), "ada", "eva", "ana", "bea") as now:
        now.interpreter.take("eva", ChooseLanguage("es"))
        now.interpreter.take("ana", BoothAsk("es", "take"))
        now.interpreter.take("bea", BoothAsk("es", "take"))
        now.interpreter.take("bea", BoothNote("in a minute?"))
        assert now.meeting.pages["ana"].of(BoothSaid) == [BoothSaid("Bea", "in a minute?")]
        assert now.meeting.pages["eva"].of(BoothSaid) == []
        now.interpreter.take("eva", BoothAsk("es", "agree"))
        assert "nobody asked" in now.meeting.pages["eva"].of(ErrorMessage)[-1].message
        await settle()
        now.interpreter.take("ana", BoothAsk("es", "agree"))
        await now.ticks(160)
        states = [each.booths[0] for each in now.meeting.pages["ada"].of(BoothStates) if each.booths]
        counts = [each.countdown_s for each in states if each.countdown_s is not None]
        assert counts == sorted(counts, reverse=True) and {1, 2, 3} <= set(counts)
        assert states[-1].interpreter == "bea" and states[-1].asking is None


async def test_an_interpreter_works_from_another_interpreters_language() -> None:
    """Ada speaks, Ana puts it into English, Bea hears Ana and puts that into Spanish, Eva hears Bea."""
    async with running(Organs(Dictation([])), "ada", "ana", "bea", "eva") as now:
        to_bea, to_eva = VoiceTrack(), VoiceTrack()
        now.interpreter.listen(to_bea, "bea")
        now.interpreter.listen(to_eva, "eva")
        for who, language in (("bea", "en"), ("eva", "es")):
            now.interpreter.take(who, ChooseLanguage(language))
        await settle()
        now.interpreter.take("ana", BoothAsk("en", "take"))
        now.interpreter.take("bea", BoothAsk("es", "take"))
        higher = np.sin(2 * np.pi * 450 * np.arange(len(LOUD)) / HEARD_RATE_HZ).astype(np.float32) * np.float32(0.3)
        sounds = {"ada": LOUD, "ana": LOUD, "bea": higher, "eva": QUIET}
        parts: dict[str, list[np.ndarray]] = {"bea": [], "eva": []}
        for _ in range(5):  # each track holds ten packets
            parts["eva"].append(await heard_by(now, to_eva, 9, sounds))
            parts["bea"].append(await heard_by(now, to_bea, 1, sounds))
        assert abs(tone_hz(np.concatenate(parts["eva"])[-SPOKEN_RATE_HZ // 2 :]) - 450) < 5, "Eva hears Bea"
        bea_heard = np.concatenate(parts["bea"])
        assert abs(tone_hz(bea_heard[-SPOKEN_RATE_HZ // 5 :]) - 300) < 10, "Bea hears Ana, not herself"


async def test_who_sits_in_a_booth_is_no_part_of_the_floor_and_talks_to_partners_after_the_hand_over() -> None:
    dictation = Dictation([("en", "good")])
    async with running(Organs(dictation), "ada", "eva", "ana", "bea") as now:
        pages = now.meeting.pages
        now.interpreter.take("eva", ChooseLanguage("es"))
        now.interpreter.take("ana", BoothNote("anybody here?"))
        assert "nobody else sits" in pages["ana"].of(ErrorMessage)[-1].message
        now.interpreter.take("ana", BoothAsk("tlh", "enter"))
        assert "no booth for 'tlh'" in pages["ana"].of(ErrorMessage)[-1].message
        for who in ("ana", "bea"):
            now.interpreter.take(who, BoothAsk("es", "enter"))
        [booth] = pages["ada"].of(BoothStates)[-1].booths
        assert booth.interpreter is None and booth.partners == ("ana", "bea")
        await settle()
        await now.utter("ana")
        assert dictation.heard_s == [], "a partner who does not interpret is nobody's speech"
        now.interpreter.take("ana", BoothAsk("es", "take"))
        now.interpreter.take("bea", BoothAsk("es", "take"))
        now.interpreter.take("ana", BoothAsk("es", "agree"))
        await now.ticks(160)
        now.interpreter.take("ana", BoothNote("well done"))
        assert pages["bea"].of(BoothSaid)[-1] == BoothSaid("Ana", "well done")
        now.interpreter.take("ana", BoothAsk("es", "leave"))
        await settle()
        await now.utter("ana")
        assert len(dictation.heard_s) == 1, "outside the booth they are"
        assert pages["ada"].of(BoothStates)[-1].booths[0].partners == ("bea",)


async def test_the_lag_is_told_to_the_booth_and_nobody_hears_themselves() -> None:
    async with running(Organs(Dictation([("en", "good morning")])), "ada", "eva", "ana") as now:
        track = VoiceTrack()
        now.interpreter.listen(track, "ana")
        for who in ("eva", "ana"):
            now.interpreter.take(who, ChooseLanguage("es"))
        now.interpreter.take("ana", BoothAsk("es", "enter"))
        now.interpreter.take("eva", ChooseLanguage("es"))
        await settle()
        await now.utter("ada")
        await now.ticks(9)
        assert now.meeting.pages["ana"].of(LagGauge) == now.meeting.pages["eva"].of(LagGauge) != []
        quiet = dict.fromkeys(now.meeting.pages, QUIET)
        await heard_by(now, track, 30, quiet)
        now.interpreter.take("ana", BoothAsk("es", "take"))
        own = await heard_by(now, track, 60, {**quiet, "ana": LOUD})
        assert float(np.abs(own[SPOKEN_RATE_HZ // 5 :]).max(initial=0)) < 0.01


async def test_a_human_on_air_is_told_how_late_they_are() -> None:
    async with running(Organs(Dictation([("en", "good")])), "ada", "eva", "ana") as now:
        now.interpreter.take("eva", ChooseLanguage("es"))
        now.interpreter.take("ana", BoothAsk("es", "take"))
        await settle()
        await now.ticks(50, ada=True)
        await now.ticks(50, ada=True, ana=True)
        await now.ticks(25, ana=True)
        await now.ticks(40)
        [lag] = now.meeting.pages["ana"].of(LagGauge)
        assert (lag.language, round(lag.start_lag_s, 1), round(lag.end_lag_s, 1)) == ("es", 1.0, 0.5)
        assert now.meeting.pages["eva"].of(LagGauge) == []


async def test_who_comes_later_is_told_glossary_topic_booths_and_how_long_records_are_kept(tmp_path: Path) -> None:
    organs = Organs(Dictation([]), records=RecordConfig(tmp_path / "records.sqlite", 7))
    async with running(organs, "ada") as now:
        now.interpreter.take("ada", EditGlossary({"en": "board", "es": "junta"}, False))
        now.interpreter.take("ada", EditTopic("the budget"))
        now.interpreter.take("ada", BoothAsk("es", "enter"))
        now.meeting.pages["bob"] = page = Page()
        now.interpreter.join("bob")
        assert "board,junta" in page.of(GlossaryNow)[-1].csv
        assert page.of(TopicNow) == [TopicNow("the budget")]
        assert page.of(BoothStates)[-1].booths[0].partners == ("ada",)
        assert page.of(RecordState)[-1] == RecordState(False, 0, 7)
