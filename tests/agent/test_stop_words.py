"""agent/stop_words.py: who may stop the agent with a word, and when"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from agent.__main__ import main
from agent.audio_receiver import RtpAudioPacket
from agent.config import AgentConfig
from agent.conversation import Conversation, Person
from agent.metrics import AgentMetrics
from agent.opus import OpusEncoder
from agent.stop_words import ECHO_TICKS, LINGER_TICKS, REST_TICKS, Spotted, StopWordEar
from agent.thinking import think
from agent.voice_track import RTP_TICK_SAMPLES
from agent.wire import AgentState
from model.types import (
    HEARD_TICK_SAMPLES,
    SPOKEN_RATE_HZ,
    SPOKEN_SAMPLES,
    SPOKEN_TICK_SAMPLES,
    TICK_MS,
    MicroTurnIn,
    MicroTurnOut,
    Pcm,
    SessionSettings,
    Silenced,
)
from tests.doubles import Page, ScriptedEngine

CONFIG = AgentConfig("ws://localhost/ws", "token", engine_name="test")
TALK = np.full(HEARD_TICK_SAMPLES, 0.1, np.float32)
WORD = np.full(HEARD_TICK_SAMPLES, 0.5, np.float32)  # what LoudSpotter takes for a stop word
MURMUR = np.full(HEARD_TICK_SAMPLES, 0.2, np.float32)  # what it is unsure about


SPEECH = np.full(SPOKEN_SAMPLES, 0.01, np.float32)
LOUD = (0.7 * np.sin(2 * np.pi * 400 * np.arange(SPOKEN_TICK_SAMPLES) / SPOKEN_RATE_HZ)).astype(np.float32)


class LoudSpotter:
    """Takes what is loud for a stop word, whoever it is."""

    def __init__(self) -> None:
        self.probability = 0.0
        self.num_heard = 0

    def hear(self, pcm: Pcm) -> str | None:
        self.num_heard += 1
        self.probability = float(abs(pcm).max())
        return "stop" if self.probability >= 0.5 else None

    def reset(self) -> None:
        self.probability = 0.0


async def send_tone(conversation: Conversation, who: str, num_packets: int, tick: Pcm) -> None:
    """Send 20 ms packets in time, as a browser does."""
    encoder, start = OpusEncoder(rate_hz=SPOKEN_RATE_HZ), time.monotonic()
    for number in range(num_packets):
        packet = RtpAudioPacket(number, number * RTP_TICK_SAMPLES, encoder.encode(tick), False, None)
        conversation.hear(who, packet, time.monotonic())
        await asyncio.sleep(start + (number + 1) * TICK_MS / 1000 - time.monotonic())


def test_a_stop_word_counts_while_the_agent_speaks_and_names_who_said_it() -> None:
    ear = StopWordEar(LoudSpotter)
    assert ear.listen({"p1": TALK, "p2": TALK}, TALK) is None
    assert ear.listen({"p1": TALK, "p2": WORD}, TALK) == Spotted("p2", "stop")


def test_while_the_agent_is_silent_nobody_is_listened_to() -> None:
    spotters: list[LoudSpotter] = []

    def spotter() -> LoudSpotter:
        spotters.append(LoudSpotter())
        return spotters[-1]

    ear = StopWordEar(spotter)
    for _ in range(5):
        assert ear.listen({"p1": WORD}, None) is None
    assert sum(each.num_heard for each in spotters) == 0


def test_a_short_pause_of_the_agent_is_still_its_turn() -> None:
    ear = StopWordEar(LoudSpotter)
    ear.listen({"p1": TALK}, TALK)
    for _ in range(LINGER_TICKS - 2):
        assert ear.listen({"p1": TALK}, None) is None
    assert ear.listen({"p1": WORD}, None) == Spotted("p1", "stop")
    assert ear.listen({"p1": WORD}, None) is None, "its turn is over"


def test_one_word_counts_once_and_the_next_one_again() -> None:
    ear = StopWordEar(LoudSpotter)
    spotted = [ear.listen({"p1": WORD}, TALK) for _ in range(REST_TICKS + 1)]
    assert [index for index, each in enumerate(spotted) if each] == [0, REST_TICKS]


def test_the_echo_of_what_the_agent_says_itself_stops_nobody() -> None:
    ear = StopWordEar(LoudSpotter)
    ear.listen({"p1": TALK}, MURMUR)
    for _ in range(ECHO_TICKS - 1):
        assert ear.listen({"p1": WORD}, TALK) is None
    assert ear.listen({"p1": WORD}, TALK) == Spotted("p1", "stop")


def test_who_left_and_came_back_is_heard_from_the_beginning() -> None:
    spotters: list[LoudSpotter] = []

    def spotter() -> LoudSpotter:
        spotters.append(LoudSpotter())
        return spotters[-1]

    ear = StopWordEar(spotter)
    for sounds in ({"p1": TALK}, {}, {"p1": TALK}):
        ear.listen(sounds, TALK)
    assert [each.num_heard for each in spotters] == [3, 1, 1]  # the agent's own first


async def test_a_stop_word_silences_within_two_ticks_and_the_engine_learns_who_said_it() -> None:
    def chatter(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        is_silenced = any(isinstance(event, Silenced) for turn in engine.heard for event in turn.events)
        return MicroTurnOut(heard[-1].index, None if is_silenced else SPEECH)

    engine, metrics, page = ScriptedEngine(chatter), AgentMetrics(), Page()
    with ThreadPoolExecutor(1) as media_thread:
        conversation = Conversation("room", CONFIG, media_thread, metrics, spotter=LoudSpotter)
        conversation.join(Person("p1", "Ada", page.post))
        async with asyncio.TaskGroup() as tasks:
            clock = tasks.create_task(conversation.run_clock(), name="clock")
            thinking = tasks.create_task(
                think(conversation, engine, SessionSettings("room"), lambda: None), name="think"
            )
            await page.wait_for(AgentState, lambda state: state.state == "speaking")
            await send_tone(conversation, "p1", 20, LOUD)
            await page.wait_for(AgentState, lambda state: state.state == "listening" and metrics.stop_words_total > 0)
            assert not conversation.voice.is_speaking
            clock.cancel()
            thinking.cancel()
    assert [event for turn in engine.heard for event in turn.events] == [
        Silenced("Ada")
    ] and metrics.stop_words_total == 1


def test_a_word_that_is_none_is_refused_before_anything_starts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["up", "--engine", "echo", "--port", "0", "--stop-words", "stop,banana"]) == 1
    assert "banana; there are stop, quiet, hush" in capsys.readouterr().err
