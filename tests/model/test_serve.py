"""The engine socket over real loopback connections: nobody's failure is anybody else's."""

from __future__ import annotations

import asyncio
import logging
import struct
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

import aiohttp
import numpy as np
import pytest

from model import wire
from model.client import EngineClient, RemoteSession
from model.echo import EchoEngine
from model.limits import Limits
from model.line import Line
from model.serve import Bind, EngineServer
from model.types import (
    HEARD_SAMPLES,
    CapacityError,
    Delegate,
    Heard,
    InputError,
    MicroTurnIn,
    MicroTurnOut,
    SessionLostError,
    SessionSettings,
    TypedText,
    VideoFrame,
)

NOISE = np.random.default_rng(2).uniform(-1, 1, 3 * HEARD_SAMPLES).astype(np.float32)


def turn(index: int) -> MicroTurnIn:
    return MicroTurnIn(index, NOISE[index % 3 * HEARD_SAMPLES :][:HEARD_SAMPLES])


class Scripted:
    """An engine whose sessions do what the typed text of a micro-turn says; counts who is in."""

    def __init__(self) -> None:
        self.num_open = 0
        self.closed = asyncio.Event()
        self.stepping = asyncio.Event()

    async def open(self, settings: SessionSettings) -> ScriptedSession:
        if settings.instructions == "refuse":
            raise CapacityError("no memory left", 7.5)
        if settings.instructions == "break":
            raise RuntimeError("the device fell over")
        self.num_open += 1
        return ScriptedSession(self)


class ScriptedSession:
    def __init__(self, engine: Scripted) -> None:
        self._engine = engine

    async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        said = [event.text for event in heard[-1].events if isinstance(event, TypedText)]
        match said:
            case ["refuse"]:
                raise InputError("micro-turn 3: not like this")
            case ["break"]:
                raise RuntimeError("the device fell over")
            case ["lose"]:
                raise SessionLostError("drained")
            case ["hang"]:
                self._engine.stepping.set()
                await asyncio.Event().wait()
            case ["elsewhen"]:
                return MicroTurnOut(12345)
            case _:
                pass
        return MicroTurnOut(heard[-1].index, text=f"{len(heard)}", actions=(Heard("hi", False), Delegate("d1", "task")))

    async def close(self) -> None:
        self._engine.num_open -= 1
        self._engine.closed.set()


def say(index: int, text: str) -> tuple[MicroTurnIn, ...]:
    return (MicroTurnIn(index, NOISE[:HEARD_SAMPLES], events=(TypedText("p1", text),)),)


@pytest.fixture
async def scripted() -> AsyncGenerator[tuple[Scripted, EngineServer]]:
    engine = Scripted()
    async with EngineServer(engine=engine, limits=Limits(max_sessions=3, max_connections=8)) as server:
        yield engine, server


async def opened(server: EngineServer, instructions: str = "") -> RemoteSession:
    return await EngineClient(server.url).open(SessionSettings("c", instructions=instructions))


@pytest.fixture
async def raw(scripted: tuple[Scripted, EngineServer]) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
    """A stranger's socket to the server."""
    async with aiohttp.ClientSession() as http, http.ws_connect(scripted[1].url + "/v1/session") as socket:
        yield socket


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


async def test_who_connects_and_says_nothing_is_sent_away() -> None:
    async with (
        EngineServer(engine=Scripted(), limits=Limits(open_s=0.05)) as server,
        aiohttp.ClientSession() as http,
        http.ws_connect(server.url + "/v1/session") as socket,
    ):
        with pytest.raises(SessionLostError, match=r"nothing came for 0\.05 s"):
            raise_failed(await Line(socket).receive(5))


def raise_failed(answer: wire.Message) -> None:
    assert isinstance(answer, wire.Failed)
    raise InputError(answer.message) if answer.code == "input" else SessionLostError(answer.message)


GARBAGE = {
    "noise": b"\xff" * 100,
    "nothing": b"",
    "another version": b"\x09" + wire.encode(wire.Close())[1:],
    "an answer": wire.encode(wire.Opened("me")),
    "a cut frame": wire.encode(wire.Step((turn(0),)))[:-1],
    "sound that is no number": wire.encode(wire.Step((turn(0),)))[:-4] + struct.pack("<f", float("nan")),
}


@pytest.mark.parametrize("frame", GARBAGE.values(), ids=GARBAGE)
@pytest.mark.parametrize("is_open", [False, True])
async def test_garbage_closes_only_the_connection_it_came_on(
    scripted: tuple[Scripted, EngineServer], raw: aiohttp.ClientWebSocketResponse, frame: bytes, is_open: bool
) -> None:
    engine, server = scripted
    other = await opened(server)
    line = Line(raw)
    if is_open:
        await line.send(wire.Open(SessionSettings("x")))
        assert isinstance(await line.receive(5), wire.Opened)
    await raw.send_bytes(frame)
    answer = await line.receive(5)
    assert isinstance(answer, wire.Failed) and answer.code == "input"
    with pytest.raises(SessionLostError, match="closed"):
        await line.receive(5)
    assert (await other.step((turn(0),))).index == 0
    await other.close()
    assert engine.num_open == 0
    assert server.metrics.bad_messages_total == 1


async def test_text_frames_and_oversized_frames_are_refused(
    scripted: tuple[Scripted, EngineServer], raw: aiohttp.ClientWebSocketResponse
) -> None:
    await raw.send_str("hello")
    assert await Line(raw).receive(5) == wire.Failed("input", "frame: text, where the engine socket speaks binary")
    async with aiohttp.ClientSession() as http, http.ws_connect(scripted[1].url + "/v1/session") as socket:
        with suppress(aiohttp.ClientError, ConnectionError):  # the server may hang up while we are still sending
            await socket.send_bytes(b"\0" * (wire.MAX_FRAME_BYTES + 1))
        with pytest.raises(SessionLostError):
            await Line(socket).receive(5)
    await (await opened(scripted[1])).close()


async def test_a_second_step_in_flight_is_refused(
    scripted: tuple[Scripted, EngineServer], raw: aiohttp.ClientWebSocketResponse
) -> None:
    engine, _ = scripted
    line = Line(raw)
    await line.send(wire.Open(SessionSettings("x")))
    await line.receive(5)
    await line.send(wire.Step(say(0, "hang")))
    await engine.stepping.wait()
    await line.send(wire.Ping(9))
    assert await line.receive(5) == wire.Pong(9)  # a ping is answered during a step
    await line.send(wire.Step((turn(1),)))
    assert await line.receive(5) == wire.Failed("input", "a step is in flight; wait for its answer")
    async with asyncio.timeout(5):
        await engine.closed.wait()


@pytest.mark.parametrize(
    ("heard", "reason"), [((), "no micro-turn"), ((turn(2), turn(1)), "not in order"), ((turn(1), turn(1)), "not in")]
)
async def test_micro_turns_out_of_order_never_reach_the_engine(
    scripted: tuple[Scripted, EngineServer],
    raw: aiohttp.ClientWebSocketResponse,
    heard: tuple[MicroTurnIn, ...],
    reason: str,
) -> None:
    line = Line(raw)
    await line.send(wire.Open(SessionSettings("x")))
    await line.receive(5)
    await line.send(wire.Step(heard))
    with pytest.raises(InputError, match=reason):
        raise_failed(await line.receive(5))


async def test_a_flood_of_pings_is_cut_off(raw: aiohttp.ClientWebSocketResponse) -> None:
    line = Line(raw)
    await line.send(wire.Open(SessionSettings("x")))
    await line.receive(5)
    for number in range(1000):
        await line.send(wire.Ping(number))
        assert await line.receive(5) == wire.Pong(number)
    await line.send(wire.Ping(1000))
    with pytest.raises(InputError, match="1001 pings without a step"):
        raise_failed(await line.receive(5))


async def test_the_token_is_asked_of_everyone_but_a_health_check() -> None:
    async with EngineServer(engine=EchoEngine(), bind=Bind(token="s3cret")) as server:
        for token in (None, "wrong", "s3cret2"):
            with pytest.raises(InputError, match="refused the token"):
                await EngineClient(server.url, token).open(SessionSettings("c"))
        session = await EngineClient(server.url, "s3cret").open(SessionSettings("c"))
        await session.close()
        http_url = server.url.replace("ws:", "http:")
        async with aiohttp.ClientSession() as http:
            async with http.get(http_url + "/healthz") as answer:
                assert await answer.json() == {"status": "ok", "sessions": 0, "max_sessions": 8}
            async with http.get(http_url + "/metrics") as answer:
                assert answer.status == 401


async def test_a_web_page_cannot_speak_to_the_engine(scripted: tuple[Scripted, EngineServer]) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(scripted[1].url + "/v1/session", origin="https://evil.example")
    assert refused.value.status == 403


async def test_a_crowd_is_turned_away_before_it_may_open(scripted: tuple[Scripted, EngineServer]) -> None:
    _, server = scripted
    async with aiohttp.ClientSession() as http:
        crowd = [await http.ws_connect(server.url + "/v1/session") for _ in range(8)]
        with pytest.raises(CapacityError, match="no place for a further connection"):
            await opened(server)
        for socket in crowd:
            await socket.close()
    await (await opened(server)).close()


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
