"""Who may be interrupted, and how fast the agent is silent: measured in the sound that a browser receives.

`pytest tests/e2e/test_etiquette_call.py --log-cli-level=INFO` prints the figures. The agent's clock has what it heard
and sent; the page's has what came from the loudspeaker and went into the microphone, with the network between. What the
agent says counts its ticks, so that times at the ear are times of its sound: a machine that is short of processors
plays late and with gaps, and what it played is known all the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import expect

from agent.bench.wav import read_any_rate, resampled
from agent.floor_level import SpeechLevel
from model.stop_words.spotter import StopWords
from model.types import (
    HEARD_RATE_HZ,
    HEARD_SAMPLES,
    HEARD_TICK_SAMPLES,
    SPOKEN_RATE_HZ,
    SPOKEN_SAMPLES,
    TICK_MS,
    MicroTurnIn,
    MicroTurnOut,
    Pcm,
    Silenced,
)
from tests.doubles import ScriptedEngine
from tests.e2e.browser import Person, person
from tests.e2e.counting_sound import UNKNOWN, at, counting_sound, last, passed_ms, ticks_in
from tests.e2e.test_echo_of_itself import spoken
from tests.e2e.virtual_devices import HEADSET_MICROPHONE, MIXED_MICROPHONE, ROOM_RATE_HZ, MixedRoom
from tests.office import Office, office

logger = logging.getLogger(__name__)
pytestmark = pytest.mark.timeout(120)
SILENT_DBFS, PERSON_DBFS = -55.0, -45.0
UNDERTONE_DB = -12.0
FALL_DB = 6.0  # this much lower is clearly another level
AGENT_FALL_MS, AGENT_STOP_WORD_MS = 200, 400  # the design's bounds at the agent
EAR_PRESSED_MS = 60  # of the agent's sound after one's own click or key
SILENCE_TIMEOUT_S = 6.0
SEAM_MS = 2 * TICK_MS  # where a tick begins and ends is known by its windows alone
MAX_TRIES, WHOLE = 4, 0.8  # a word that comes through with gaps says nothing about who listens for it
COUNTING = counting_sound()


class Talker:
    """What an engine does that says the same over and over until it is told that it was silenced."""

    def __init__(self, sound: Pcm) -> None:
        self.silenced_by: list[str] = []
        self._num_said = -1
        self._chunks = sound[: len(sound) // SPOKEN_SAMPLES * SPOKEN_SAMPLES].reshape(-1, SPOKEN_SAMPLES)

    def answer(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        self.silenced_by += [each.who for turn in heard for each in turn.events if isinstance(each, Silenced)]
        self._num_said += 1
        pcm = None if self.silenced_by else self._chunks[self._num_said % len(self._chunks)]
        return MicroTurnOut(heard[-1].index, pcm)


@dataclass(frozen=True, slots=True)
class Call:
    """Ada with a headset in a call with a talker."""

    desk: Office
    ada: Person
    room: MixedRoom
    talker: Talker
    engine: ScriptedEngine

    def at_agent(self, since: int = 0) -> Pcm:
        """(2, S) at 16 kHz: what the agent sent and what it heard, on its clock, since a micro-turn."""
        turns = [turn for turn in self.engine.heard if turn.index >= since]
        both = np.zeros((2, (turns[-1].index + 1 - since) * HEARD_SAMPLES), np.float32)
        for turn in turns:
            span = slice((turn.index - since) * HEARD_SAMPLES, (turn.index - since + 1) * HEARD_SAMPLES)
            both[1, span] = turn.pcm
            both[0, span] = 0 if turn.own_pcm is None else turn.own_pcm
        return both

    async def at_ear(self) -> Pcm:
        """(2, S) at 16 kHz: loudspeaker and microphone on the page's clock, since the recording began."""
        loudspeaker, microphone = await self.room.stop_recording()
        return np.stack([resampled(each, ROOM_RATE_HZ, HEARD_RATE_HZ) for each in (loudspeaker, microphone)])

    async def until_heard_silence(self) -> None:
        """Wait until the engine learned that it was silenced, and what was sent is over."""
        async with asyncio.timeout(SILENCE_TIMEOUT_S):
            await self.engine.heard_until(lambda heard: bool(self.talker.silenced_by) and heard[-1].own_pcm is None)


@asynccontextmanager
async def in_call(
    name: str, stop_words: StopWords | None = None, sound: Pcm = COUNTING, microphone: str = HEADSET_MICROPHONE
) -> AsyncGenerator[Call]:
    """The agent speaks and the loudspeaker is recorded."""
    talker = Talker(sound)
    engine = ScriptedEngine(talker.answer)
    async with office(engine=engine) as desk:
        desk.worker.spotter = stop_words.spotter if stop_words else None
        async with person(f"{desk.origin}/?room={name}", script=microphone) as ada:
            await ada.join()
            await expect(ada.page.get_by_role("button", name="Silence AI")).to_be_enabled(timeout=30_000)
            room = MixedRoom(ada.page)
            await room.start_recording()
            await asyncio.sleep(1.0)  # of the agent alone: what its level is compared with
            yield Call(desk, ada, room, talker, engine)


def levels(sound: Pcm) -> NDArray[np.float64]:
    """dB of full scale of each 20 ms."""
    ticks = sound[: len(sound) // HEARD_TICK_SAMPLES * HEARD_TICK_SAMPLES].reshape(-1, HEARD_TICK_SAMPLES)
    return np.asarray(10 * np.log10(np.mean(ticks.astype(np.float64) ** 2, axis=1) + 1e-12))


def sounding(sound: Pcm, above_dbfs: float) -> tuple[int, int]:
    """The first and the last tick above a level."""
    loud = np.flatnonzero(levels(sound) > above_dbfs)
    assert loud.size, "nothing sounded"
    return int(loud[0]), int(loud[-1])


@dataclass(frozen=True, slots=True)
class Undertone:
    """How the agent's level follows somebody who takes the floor."""

    drop_db: float
    under_db: float  # the agent's level over the person's, K-weighted over 400 ms; medians
    fall_ms: int  # of the agent's sound, from the person's first sound to FALL_DB less
    begins: int  # the agent's tick when the person begins


def undertone(both: Pcm) -> Undertone:
    """From (2, S) at 16 kHz: the agent and the person, on one clock. Gaps in the agent's sound are left out."""
    agent, human = both
    begins, ends = sounding(human, PERSON_DBFS)
    ticks, level = ticks_in(agent), levels(agent)
    is_known = ticks != UNKNOWN
    before = float(np.median(level[:begins][is_known[:begins]]))
    fallen = [window for window in np.flatnonzero(is_known[: ends + 1] & (level[: ends + 1] < before - FALL_DB))]
    fallen = [int(window) for window in fallen if window > begins]
    assert fallen, "the agent did not become quieter"
    of_agent, of_human = SpeechLevel(), SpeechLevel()
    under: list[float] = []
    for window in fallen:
        span = slice(window * HEARD_TICK_SAMPLES, (window + 1) * HEARD_TICK_SAMPLES)
        of_agent.add(agent[span])
        of_human.add(human[span])
        if of_agent.level_lkfs is not None and of_human.level_lkfs is not None:
            under.append(of_agent.level_lkfs - of_human.level_lkfs)
    first, during = at(ticks, begins), float(np.median(level[fallen]))
    fall_ms = passed_ms(first, int(ticks[fallen[0]]))
    return Undertone(round(during - before, 1), round(float(np.median(under[20:])), 1), fall_ms, first)


async def test_under_a_person_the_agents_voice_falls_within_a_micro_turn_to_an_undertone(tmp_path: Path) -> None:
    async with in_call("undertone") as call:
        await call.ada.page.get_by_role("button", name="AI: ").click()
        await call.ada.page.get_by_role("radio", name="Undertone").check()
        await call.ada.page.keyboard.press("Escape")  # the dialog, not the voice
        await expect(call.ada.page.get_by_role("button", name="AI: Undertone")).to_be_visible()
        await asyncio.sleep(1.0)
        await call.room.say(spoken(tmp_path, "I will go on talking for a while, and whoever speaks under me is quiet."))
        await asyncio.sleep(1.0)
        at_agent, at_ear = undertone(call.at_agent()), undertone(await call.at_ear())
        assert call.talker.silenced_by == [] and call.ada.problems == []
    way_ms = passed_ms(at_ear.begins, at_agent.begins)
    logger.info("undertone at the agent: %s", at_agent)
    logger.info("undertone at the ear: %s, %d ms of them the way there and back", at_ear, way_ms)
    assert at_agent.fall_ms <= AGENT_FALL_MS and at_ear.fall_ms - way_ms <= AGENT_FALL_MS + SEAM_MS
    for each in (at_agent, at_ear):
        assert each.drop_db < -FALL_DB and each.under_db <= UNDERTONE_DB + 2.0


@pytest.mark.parametrize("way", ["button", "key"])
async def test_a_click_or_a_key_silences_the_agent_at_the_ear(way: str) -> None:
    async with in_call(way) as call:
        page = call.ada.page
        await page.evaluate("addEventListener('click', () => room.mark(), true)")
        await page.evaluate("addEventListener('keydown', () => room.mark(), true)")
        if way == "button":
            await page.get_by_role("button", name="Silence AI").click()
        else:
            await page.keyboard.press("Escape")
        await call.until_heard_silence()
        await asyncio.sleep(0.5)
        sent, (heard, marks) = ticks_in(call.at_agent()[0]), await call.at_ear()
        assert call.ada.problems == []
    heard_ticks = ticks_in(heard)
    ear_ms = passed_ms(at(heard_ticks, sounding(marks, PERSON_DBFS)[0]), last(heard_ticks))
    unheard_ms = passed_ms(last(heard_ticks), last(sent))
    logger.info("%s: silent at the ear %d ms after it; %d ms were on their way", way, ear_ms, unheard_ms)
    assert ear_ms <= EAR_PRESSED_MS and unheard_ms > 0 and len(call.talker.silenced_by) == 1


@dataclass(frozen=True, slots=True)
class Stopped:
    """One stop word: how whole it came through, and what of the agent's sound followed its end."""

    whole: float  # 1 is the sound as it was said
    way_ms: int  # of the agent's sound that is under way when the word's end reaches the agent: there and back
    agent_ms: int  # sent
    ear_ms: int  # heard
    unheard_ms: int  # sent and not heard


async def say_stop(call: Call, wav: Path) -> Stopped | None:
    """Say it, and see what became of the agent's sound; None when that went on."""
    since = call.engine.heard[-1].index
    await call.room.start_recording()
    await asyncio.sleep(1.0)
    await call.room.say(wav)
    try:
        await call.until_heard_silence()
    except TimeoutError:
        await call.at_ear()
        return None
    await asyncio.sleep(0.5)
    (sent, came), (heard, said) = call.at_agent(since), await call.at_ear()
    sent_ticks, heard_ticks = ticks_in(sent), ticks_in(heard)
    sent_at, heard_at = (
        at(ticks, sounding(voice, PERSON_DBFS)[1]) for ticks, voice in ((sent_ticks, came), (heard_ticks, said))
    )
    return Stopped(
        round(likeness(said, came), 2),
        way_ms=passed_ms(heard_at, sent_at),
        agent_ms=passed_ms(sent_at, last(sent_ticks)),
        ear_ms=passed_ms(heard_at, last(heard_ticks)),
        unheard_ms=passed_ms(last(heard_ticks), last(sent_ticks)),
    )


def likeness(sound: Pcm, other: Pcm) -> float:
    """The best agreement of two sounds at any shift: 1 when they are the same but for level and time."""
    size = 1 << (len(sound) + len(other)).bit_length()
    across = np.fft.irfft(np.conj(np.fft.rfft(sound, size)) * np.fft.rfft(other, size), size)
    return float(np.abs(across).max() / max(np.linalg.norm(sound) * np.linalg.norm(other), 1e-9))


async def test_a_spoken_stop_word_silences_the_agent_past_its_engine(tmp_path: Path) -> None:
    found: list[Stopped] = []
    async with in_call("stop", StopWords.read()) as call:
        await call.at_ear()
        wav = spoken(tmp_path, "Stop!")
        for _ in range(MAX_TRIES):
            stopped = await say_stop(call, wav)
            logger.info("stop word: %s", stopped)
            found += [stopped] if stopped else []
            if stopped and stopped.whole > WHOLE and stopped.unheard_ms > 0:
                break
            call.talker.silenced_by.clear()  # it speaks again
        assert call.ada.problems == []
    assert found, "no word silenced it"
    best = max(found, key=lambda each: each.whole)
    assert best.agent_ms <= AGENT_STOP_WORD_MS
    assert any(each.unheard_ms > 0 for each in found), "what was on its way was heard to its end each time"


async def test_a_stop_word_of_its_own_that_comes_back_as_echo_silences_nobody(tmp_path: Path) -> None:
    words, rate_hz = read_any_rate(spoken(tmp_path, "Be quiet!"))
    sound = np.pad(resampled(words, rate_hz, SPOKEN_RATE_HZ), SPOKEN_RATE_HZ // 2)
    stop_words = StopWords.read()
    async with in_call("echo", stop_words, sound, MIXED_MICROPHONE) as call:
        await asyncio.sleep(4 * len(sound) / SPOKEN_RATE_HZ)
        _, came_back = call.at_agent()
        assert call.talker.silenced_by == [] and call.desk.worker.metrics.stop_words_total == 0
    said = resampled(np.tile(sound, 2), SPOKEN_RATE_HZ, HEARD_RATE_HZ)
    assert spotted(stop_words, said) > 0, "it does not say a stop word that anybody could hear"
    assert levels(came_back).max() > PERSON_DBFS, "there was no echo"
    ticks = spotted(stop_words, came_back)
    logger.info("its own stop words came back: unknown, they would silence for %d ticks", ticks)


def spotted(stop_words: StopWords, sound: Pcm) -> int:
    """In how many ticks a spotter hears a stop word in (S,) at 16 kHz."""
    spotter = stop_words.spotter()
    whole = sound[: len(sound) // HEARD_TICK_SAMPLES * HEARD_TICK_SAMPLES]
    return sum(spotter.hear(tick) is not None for tick in whole.reshape(-1, HEARD_TICK_SAMPLES))


async def test_talk_without_a_stop_word_alone_silences_nobody(tmp_path: Path) -> None:
    async with in_call("talk", StopWords.read()) as call:
        for text in (
            "The bus stop is over there, and it never stops raining.",
            "Yes, right.",
            "It was a quiet evening.",
        ):
            await call.room.say(spoken(tmp_path, text))
        assert call.talker.silenced_by == [] and call.desk.worker.metrics.stop_words_total == 0


async def test_with_push_to_talk_one_is_heard_only_while_the_space_bar_is_down(tmp_path: Path) -> None:
    sentence = spoken(tmp_path, "This is said while the button is up, and this too.")
    async with in_call("push") as call:
        page = call.ada.page
        await page.evaluate("document.querySelector('alongside-call').setAttribute('push-to-talk', '')")
        await asyncio.sleep(0.5)
        begins = call.engine.heard[-1].index
        await call.room.say(sentence)
        up = loudest_dbfs(call.engine.heard, begins)
        assert call.talker.silenced_by == [], "talk with the button up is no barge-in"
        await page.keyboard.down(" ")
        await call.until_heard_silence()  # pressing it takes the floor
        begins = call.engine.heard[-1].index
        await call.room.say(sentence)
        down = loudest_dbfs(call.engine.heard, begins)
        await page.keyboard.up(" ")
        await asyncio.sleep(0.5)
        begins = call.engine.heard[-1].index
        await call.room.say(sentence)
        again = loudest_dbfs(call.engine.heard, begins)
        assert call.ada.problems == []
    logger.info("push to talk: heard %.0f dB, held %.0f dB, let go %.0f dB", up, down, again)
    assert up < SILENT_DBFS and down > PERSON_DBFS and again < SILENT_DBFS


def loudest_dbfs(turns: list[MicroTurnIn], begins: int) -> float:
    """Of what the engine heard since a micro-turn."""
    return float(max(levels(turn.pcm).max() for turn in turns if turn.index > begins))


async def test_what_the_agent_does_and_may_do_is_seen_by_everyone() -> None:
    async with in_call("seen") as call:
        ada, bob = call.ada.page, await call.ada.page.context.new_page()
        await bob.goto(f"{call.desk.origin}/?room=seen")
        await bob.get_by_label("Your name").fill("Bob")
        await bob.get_by_role("button", name="Join", exact=True).click()
        for page in (ada, bob):
            await expect(page.locator('[data-activity="speaking"]').first).to_be_visible(timeout=30_000)
        await ada.get_by_role("button", name="AI: ").click()
        await ada.get_by_role("radio", name="Quiet").check()
        for page in (ada, bob):
            await expect(page.get_by_role("button", name="AI: Quiet")).to_be_attached()
        await bob.get_by_role("button", name="Silence AI").click()
        for page in (ada, bob):
            await expect(page.locator('[data-activity="listening"]').first).to_be_visible()
        assert call.ada.problems == []
