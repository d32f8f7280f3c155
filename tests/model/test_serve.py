"""The engine socket over real loopback connections: nobody's failure is anybody else's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import numpy as np
import pytest

from model.client import RemoteSession
from model.echo import EchoEngine
from model.limits import Limits
from model.serve import Bind, EngineServer
from model.types import (
    HEARD_SAMPLES,
    CapacityError,
    Delegate,
    Heard,
    InputError,
    MicroTurnIn,
    SessionLostError,
    SessionSettings,
    TypedText,
    VideoFrame,
)
from tests.model.scripted_engine import NOISE, Scripted, opened, say, turn


@pytest.fixture
async def scripted() -> AsyncGenerator[tuple[Scripted, EngineServer]]:
    engine = Scripted()
    async with EngineServer(engine=engine, limits=Limits(max_sessions=3, max_connections=8)) as server:
        yield engine, server


async def test_a_session_behind_the_socket_does_what_it_does_in_the_process() -> None:
    beside = await EchoEngine().open(SessionSettings("c"))
    async with EngineServer(engine=EchoEngine()) as server:
        session = await opened(server)
        for index in range(4):
            here, there = await beside.step((turn(index),)), await session.step((turn(index),))
            assert here.index == there.index
            assert (here.pcm is None) == (there.pcm is None)
            assert here.pcm is None or there.pcm is None or np.array_equal(here.pcm, there.pcm)
        await session.close()


async def test_a_socket_in_the_file_system_serves_too(tmp_path: Path) -> None:
    async with EngineServer(engine=EchoEngine(), bind=Bind(unix_path=tmp_path / "engine")) as server:
        assert server.url == f"unix:{tmp_path}/engine"
        session = await opened(server)
        assert (await session.step((turn(0),))).index == 0
        await session.ping()
        await session.close()


async def test_everything_in_a_step_crosses(scripted: tuple[Scripted, EngineServer]) -> None:
    session = await opened(scripted[1])
    picture = VideoFrame(np.full((120, 160, 3), 7, np.uint8), 4, "p1:screen")
    heard = MicroTurnIn(
        5, NOISE[:HEARD_SAMPLES], NOISE[:HEARD_SAMPLES], (picture, picture), (TypedText("p1", "hello"),)
    )
    out = await session.step((turn(4), heard))
    assert (out.index, out.text, out.actions) == (5, "2", (Heard("hi", False), Delegate("d1", "task")))
    await session.close()


async def test_a_full_engine_and_a_full_server_refuse_with_a_hint(scripted: tuple[Scripted, EngineServer]) -> None:
    engine, server = scripted
    with pytest.raises(CapacityError, match="no memory left") as refused:
        await opened(server, "refuse")
    assert refused.value.retry_after_s == 7.5
    sessions = [await opened(server) for _ in range(3)]
    with pytest.raises(CapacityError, match="all 3 sessions are taken"):
        await opened(server)
    await sessions[0].close()
    assert engine.num_open == 2  # closed when close() returns
    sessions[0] = await opened(server)
    for session in sessions:
        await session.close()
    assert engine.num_open == 0


async def test_a_step_refused_for_now_leaves_the_session_alive(scripted: tuple[Scripted, EngineServer]) -> None:
    session = await opened(scripted[1])
    with pytest.raises(CapacityError, match="too much waits") as refused:
        await session.step(say(0, "busy"))
    assert refused.value.retry_after_s == 0.5
    assert (await session.step((turn(1),))).index == 1
    await session.close()


async def test_an_engine_whose_answer_breaks_the_seam_loses_its_session_alone(
    scripted: tuple[Scripted, EngineServer], caplog: pytest.LogCaptureFixture
) -> None:
    engine, server = scripted
    failing, other = await opened(server), await opened(server)
    with caplog.at_level(logging.CRITICAL), pytest.raises(SessionLostError, match="its log says why"):
        await failing.step(say(0, "babble"))
    await failing.close()
    assert (await other.step((turn(0),))).index == 0
    await other.close()
    assert engine.num_open == 0


async def test_many_sessions_leave_no_task_and_no_socket_behind() -> None:
    def held() -> tuple[int, int]:
        return len(asyncio.all_tasks()), len(list(Path("/proc/self/fd").iterdir()))

    before = held()
    async with EngineServer(engine=EchoEngine(max_sessions=1), limits=Limits(max_sessions=1)) as server:
        for index in range(30):
            session = await opened(server)
            await session.step((turn(index),))
            await session.close()
    assert held() <= before


async def test_an_input_error_of_the_engine_leaves_the_session_alive(scripted: tuple[Scripted, EngineServer]) -> None:
    session = await opened(scripted[1])
    with pytest.raises(InputError, match="micro-turn 3: not like this"):
        await session.step(say(0, "refuse"))
    assert (await session.step((turn(1),))).index == 1
    await session.close()


@pytest.mark.parametrize(("word", "reason"), [("break", "its log says why"), ("lose", "drained")])
async def test_a_session_that_fails_is_lost_alone(
    scripted: tuple[Scripted, EngineServer], word: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine, server = scripted
    failing, other = await opened(server), await opened(server)
    with caplog.at_level(logging.CRITICAL), pytest.raises(SessionLostError, match=reason):
        await failing.step(say(0, word))
    with pytest.raises(SessionLostError, match="open a new one"):
        await failing.step((turn(1),))
    await failing.close()
    assert (await other.step((turn(0),))).index == 0
    await other.close()
    assert engine.num_open == 0


async def test_an_engine_that_fails_to_open_tells_the_client_nothing_secret(
    scripted: tuple[Scripted, EngineServer],
) -> None:
    with pytest.raises(SessionLostError, match="its log says why") as lost:
        await opened(scripted[1], "break")
    assert "device" not in str(lost.value)


async def test_an_answer_for_another_micro_turn_loses_the_session(scripted: tuple[Scripted, EngineServer]) -> None:
    session = await opened(scripted[1])
    with pytest.raises(SessionLostError, match="asked for micro-turn 0, got 12345"):
        await session.step(say(0, "elsewhen"))
    await session.close()


async def test_a_client_that_vanishes_during_a_step_frees_its_place(scripted: tuple[Scripted, EngineServer]) -> None:
    engine, server = scripted
    session = await opened(server)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await session.step(say(0, "hang"))
    await engine.stepping.wait()
    with pytest.raises(SessionLostError):  # a late answer must not be taken for the next one's
        await session.step((turn(1),))
    await session.close()
    async with asyncio.timeout(5):
        await engine.closed.wait()
    assert engine.num_open == 0


async def test_a_step_that_takes_too_long_loses_the_session() -> None:
    engine = Scripted()
    async with EngineServer(engine=engine, limits=Limits(step_s=0.05)) as server:
        session = await opened(server)
        with pytest.raises(SessionLostError):
            await session.step(say(0, "hang"))
        await session.close()


async def test_an_idle_session_is_reaped() -> None:
    engine = Scripted()
    async with EngineServer(engine=engine, limits=Limits(idle_s=0.05)) as server:
        session = await opened(server)
        async with asyncio.timeout(5):
            await engine.closed.wait()
        with pytest.raises(SessionLostError):
            await session.step((turn(0),))
        await session.close()


async def test_shutting_down_tells_every_session(scripted: tuple[Scripted, EngineServer]) -> None:
    engine = Scripted()
    async with EngineServer(engine=engine) as server:
        idle, busy = await opened(server), await opened(server)
        async with asyncio.TaskGroup() as tasks:
            step = tasks.create_task(lost_reason(busy, say(0, "hang")), name="step")
            await engine.stepping.wait()
            await server.__aexit__(None, None, None)
        assert step.result() == "the engine server shuts down"
        assert await lost_reason(idle, (turn(0),)) != ""
        await idle.close()
        await busy.close()
    assert engine.num_open == 0


async def lost_reason(session: RemoteSession, heard: tuple[MicroTurnIn, ...]) -> str:
    with pytest.raises(SessionLostError) as lost:
        await session.step(heard)
    return str(lost.value)


async def test_the_metrics_count_what_happened(scripted: tuple[Scripted, EngineServer]) -> None:
    _, server = scripted
    session = await opened(server)
    await session.step((turn(0), turn(1)))
    async with aiohttp.ClientSession() as http, http.get(server.url.replace("ws:", "http:") + "/metrics") as answer:
        lines = (await answer.text()).splitlines()
    assert {"engine_sessions_open 1", "engine_micro_turns_total 2", "engine_step_ms_count 1"} <= set(lines)
    await session.close()
