"""Strangers at the engine socket: garbage, floods, crowds and web pages harm only themselves."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncGenerator
from contextlib import suppress

import aiohttp
import pytest

from model import wire
from model.client import EngineClient
from model.echo import EchoEngine
from model.limits import Limits
from model.line import Line
from model.serve import Bind, EngineServer
from model.types import (
    CapacityError,
    InputError,
    MicroTurnIn,
    SessionLostError,
    SessionSettings,
)
from tests.model.scripted_engine import Scripted, opened, say, turn


@pytest.fixture
async def scripted() -> AsyncGenerator[tuple[Scripted, EngineServer]]:
    engine = Scripted()
    async with EngineServer(engine=engine, limits=Limits(max_sessions=3, max_connections=8)) as server:
        yield engine, server


@pytest.fixture
async def raw(scripted: tuple[Scripted, EngineServer]) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
    """A stranger's socket to the server."""
    async with aiohttp.ClientSession() as http, http.ws_connect(scripted[1].url + "/v1/session") as socket:
        yield socket


async def test_who_connects_and_says_nothing_is_sent_away() -> None:
    async with (
        EngineServer(engine=Scripted(), limits=Limits(open_s=0.05)) as server,
        aiohttp.ClientSession() as http,
        http.ws_connect(server.url + "/v1/session") as socket,
    ):
        with pytest.raises(SessionLostError, match=r"nothing came for 0\.05 s"):
            raise_failed(await Line(socket).receive(5))


async def test_closing_does_not_wait_for_a_side_that_reads_nothing() -> None:
    class Deaf:
        async def receive(self) -> aiohttp.WSMessage:
            raise AssertionError("nobody asks")

        async def send_bytes(self, data: bytes) -> None: ...

        async def close(self) -> bool:
            await asyncio.Event().wait()
            return True

        def get_extra_info(self, name: str, default: object = None) -> object:
            return default

    async with asyncio.timeout(5):
        await Line(Deaf(), close_s=0.05).close()


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
