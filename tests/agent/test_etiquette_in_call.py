"""How soon a whole conversation, on its real clock, is silent after a click or a key, counted in what it sends."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from agent.config import AgentConfig
from agent.conversation import Conversation, Person
from agent.loudest import level_dbfs
from agent.metrics import AgentMetrics
from agent.opus import OpusDecoder
from agent.thinking import think
from agent.voice_track import VoiceTrack
from agent.wire import FromPage, Silence, VoiceStopped
from agent.wire_work import PushToTalk
from model.types import (
    SPOKEN_RATE_HZ,
    SPOKEN_SAMPLES,
    TICK_MS,
    MicroTurnIn,
    MicroTurnOut,
    SessionSettings,
    Silenced,
)
from tests.doubles import Page, ScriptedEngine

CONFIG = AgentConfig("ws://localhost/ws", "token", engine_name="test")
SOUND = (0.3 * np.sin(2 * np.pi * 440 * np.arange(SPOKEN_SAMPLES) / SPOKEN_RATE_HZ)).astype(np.float32)
AUDIBLE_DBFS = -60.0
MOST_MS = 40
LISTENED_PACKETS = 12


@pytest.mark.parametrize("message", [Silence(), PushToTalk(True, True)], ids=["click", "push to talk"])
async def test_no_more_than_40_ms_of_sound_are_sent_after_a_person_silences_it(message: FromPage) -> None:
    def talk(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        is_silenced = any(isinstance(event, Silenced) for turn in engine.heard for event in turn.events)
        return MicroTurnOut(heard[-1].index, None if is_silenced else SOUND)

    engine, track, decoder, page = ScriptedEngine(talk), VoiceTrack(), OpusDecoder(SPOKEN_RATE_HZ), Page()

    async def next_level() -> float:
        return level_dbfs(decoder.decode(bytes(await track.recv())))

    with ThreadPoolExecutor(1) as media_thread:
        conversation = Conversation("room", CONFIG, media_thread, AgentMetrics())
        conversation.join(Person("p1", "Ada", page.post))
        conversation.take("p1", PushToTalk(True, False))
        conversation.listen(track)
        async with asyncio.TaskGroup() as tasks:
            clock = tasks.create_task(conversation.run_clock(), name="clock")
            thinking = tasks.create_task(
                think(conversation, engine, SessionSettings("room"), lambda: None), name="think"
            )
            while await next_level() < AUDIBLE_DBFS:
                pass
            assert page.of(VoiceStopped) == []
            conversation.take("p1", message)
            assert page.of(VoiceStopped) == [VoiceStopped()], "pages silence what is on its way"
            conversation.take("p1", message)
            levels = [await next_level() for _ in range(LISTENED_PACKETS)]
            clock.cancel()
            thinking.cancel()
    audible = [index for index, level in enumerate(levels) if level > AUDIBLE_DBFS]
    assert (max(audible, default=-1) + 1) * TICK_MS <= MOST_MS, levels
    num_asked = 2 if isinstance(message, Silence) else 1  # a button that is down already takes nothing again
    assert len(page.of(VoiceStopped)) == num_asked
