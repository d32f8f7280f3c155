"""agent/conversation.py with agent/thinking.py, on the real clock"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import numpy as np

from agent.audio_receiver import RtpAudioPacket
from agent.config import AgentConfig
from agent.conversation import AGENT_ID, Conversation, Person
from agent.metrics import AgentMetrics
from agent.opus import OpusDecoder, OpusEncoder
from agent.thinking import think
from agent.voice_track import RTP_TICK_SAMPLES, VoiceTrack
from agent.wire import AgentState, Caption, Levels, Silence, Text, Welcome
from agent.wire_interpretation import BoothAsk
from model.echo import EchoEngine
from model.types import (
    SPOKEN_RATE_HZ,
    SPOKEN_SAMPLES,
    SPOKEN_TICK_SAMPLES,
    TICK_MS,
    Engine,
    Heard,
    MicroTurnIn,
    MicroTurnOut,
    SessionLostError,
    SessionSettings,
    Silenced,
    TypedText,
)
from tests.agent.interpretation.meeting import Dictation, Organs
from tests.doubles import Page, ScriptedEngine

CONFIG = AgentConfig("ws://localhost/ws", "token", engine_name="test")
TONE = (0.3 * np.sin(2 * np.pi * 440 * np.arange(SPOKEN_SAMPLES) / SPOKEN_RATE_HZ)).astype(np.float32)


def quiet(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
    return MicroTurnOut(heard[-1].index)


def chatter(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
    return MicroTurnOut(heard[-1].index, TONE, "la")


@asynccontextmanager
async def running(
    engine: Engine, greeting: str = "", organs: Organs | None = None
) -> AsyncGenerator[tuple[Conversation, Page, AgentMetrics]]:
    """A conversation with Ada in it."""
    metrics = AgentMetrics()

    def on_lost() -> None:
        metrics.lost_sessions_total += 1

    with ThreadPoolExecutor(1) as media_thread:
        conversation, page = Conversation("room", CONFIG, media_thread, metrics, organs=organs), Page()
        conversation.join(Person("p1", "Ada", page.post))
        settings = SessionSettings("room", greeting=greeting)
        async with asyncio.TaskGroup() as tasks:
            clock = tasks.create_task(conversation.run_clock(), name="clock")
            thinking = tasks.create_task(think(conversation, engine, settings, on_lost), name="think")
            yield conversation, page, metrics
            clock.cancel()
            thinking.cancel()


async def send_tone(conversation: Conversation, person_id: str, num_packets: int) -> None:
    """Send 20 ms packets in time, as a browser does."""
    encoder = OpusEncoder(rate_hz=SPOKEN_RATE_HZ)
    start = time.monotonic()
    for number in range(num_packets):
        tick = TONE[number % 10 * SPOKEN_TICK_SAMPLES :][:SPOKEN_TICK_SAMPLES]
        packet = RtpAudioPacket(number, number * RTP_TICK_SAMPLES, encoder.encode(tick), False, None)
        conversation.hear(person_id, packet, time.monotonic())
        await asyncio.sleep(start + (number + 1) * TICK_MS / 1000 - time.monotonic())


async def test_what_is_heard_comes_back_through_echo() -> None:
    async with running(EchoEngine()) as (conversation, _, _):
        track = VoiceTrack()
        conversation.listen(track)
        decoder = OpusDecoder(SPOKEN_RATE_HZ)
        sound = np.zeros(0, dtype=np.float32)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(send_tone(conversation, "p1", 60), name="send")
            while float(np.sqrt(np.mean(sound[-SPOKEN_SAMPLES:] ** 2))) < 0.15 if sound.size else True:
                sound = np.concatenate((sound, decoder.decode(bytes(await track.recv()))))
        loud = sound[-SPOKEN_SAMPLES // 2 :]
        spectrum = np.abs(np.fft.rfft(loud * np.hanning(loud.size)))
        assert abs(np.argmax(spectrum) * SPOKEN_RATE_HZ / loud.size - 440) < 15


async def test_a_click_silences_within_two_ticks_and_the_engine_learns_of_it() -> None:
    spoken = [0]

    def speak_until_silenced(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        spoken[0] += sum(isinstance(event, Silenced) for turn in heard for event in turn.events)
        return quiet(heard) if spoken[0] else chatter(heard)

    engine = ScriptedEngine(speak_until_silenced)
    async with running(engine) as (conversation, page, _):
        await page.wait_for(Caption, lambda caption: caption.speaker.id == AGENT_ID)
        conversation.take("p1", Silence())
        epoch = conversation.voice.epoch
        pulled = [conversation.voice.pull() for _ in range(3)]
        assert pulled[1] is None and pulled[2] is None  # 20 ms of fade at most
        final = await page.wait_for(Caption, lambda caption: caption.final)
        assert set(final.text.split()) == {"la"}
        await page.wait_for(AgentState, lambda state: state.state == "listening" and spoken[0] == 1)
        assert conversation.voice.epoch == epoch


async def test_who_sits_in_a_booth_is_not_heard_by_the_engine() -> None:
    engine = ScriptedEngine(quiet)
    async with running(engine, organs=Organs(Dictation([]))) as (conversation, page, _):
        conversation.take("p1", BoothAsk("es", "enter"))
        await send_tone(conversation, "p1", 50)
        assert max(float(np.abs(turn.pcm).max()) for turn in engine.heard) == 0
        assert (await page.wait_for(Levels, lambda levels: levels.levels["p1"] > -30)) is not None, (
            "their tile shows it"
        )
        conversation.take("p1", BoothAsk("es", "leave"))
        await send_tone(conversation, "p1", 50)
        assert max(float(np.abs(turn.pcm).max()) for turn in engine.heard) > 0.1


async def test_two_listeners_get_the_same_bytes_of_one_encoding() -> None:
    async with running(ScriptedEngine(chatter)) as (conversation, page, _):
        tracks = (VoiceTrack(), VoiceTrack())
        for track in tracks:
            conversation.listen(track)
        await page.wait_for(Caption, lambda caption: caption.speaker.id == AGENT_ID)
        for _ in range(5):
            first, second = [await track.recv() for track in tracks]
            assert bytes(first) == bytes(second) and first.pts == second.pts


async def test_typed_words_reach_the_engine() -> None:
    engine = ScriptedEngine(quiet)
    async with running(engine) as (conversation, _, _):
        conversation.take("p1", Text("hello there"))
        await engine.heard_until(lambda heard: any(turn.events for turn in heard))
    assert [event for turn in engine.heard for event in turn.events] == [TypedText("Ada", "hello there")]


async def test_words_are_captioned_with_who_spoke() -> None:
    def understand(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        is_final = heard[-1].index == 6
        return MicroTurnOut(heard[-1].index, actions=(Heard("so I said", is_final),) if is_final else ())

    async with running(ScriptedEngine(understand)) as (conversation, page, _):
        bob = Page()
        conversation.join(Person("p2", "Bob", bob.post))
        await send_tone(conversation, "p2", 50)
        caption = await page.wait_for(Caption, lambda caption: caption.final)
        assert caption.speaker.name == "Bob" and caption.end_ms > caption.start_ms
        late = Page()
        conversation.join(Person("p3", "Cy", late.post))
        assert isinstance(late.messages[0], Welcome) and caption in late.messages


async def test_a_lost_session_is_replaced_and_greets_only_once() -> None:
    def die_at_first(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        if len(engine.settings) == 1:
            raise SessionLostError("the engine ended")
        return quiet(heard)

    engine = ScriptedEngine(die_at_first)
    async with running(engine, greeting="Hello.") as (_, page, metrics):
        await page.wait_for(AgentState, lambda state: state.state == "unavailable")
        await engine.heard_until(lambda heard: len(heard) >= 3)
        assert page.of(AgentState)[-1].state == "listening"
        assert metrics.lost_sessions_total == 1
    assert [settings.greeting for settings in engine.settings] == ["Hello.", ""]
    assert engine.num_closed == 2


async def test_a_step_that_takes_too_long_is_counted_and_time_goes_on() -> None:
    class SlowEngine(ScriptedEngine):
        async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
            if heard[-1].index == 1:
                await asyncio.sleep(0.5)
            return await super().step(heard)

    engine = SlowEngine(quiet)
    async with running(engine) as (_, _, metrics):
        await engine.heard_until(lambda heard: bool(heard) and heard[-1].index >= 6)
        assert metrics.micro_turn_late_total == 1
    assert [turn.index for turn in engine.heard] == list(range(len(engine.heard)))
