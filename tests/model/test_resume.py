"""A session over another connection: nothing is taken twice or told to a stranger, and no place is kept for long."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from model import wire
from model.limits import Limits
from model.line import Line, LineCutError
from model.serve import EngineServer
from model.types import SessionLostError, SessionSettings
from tests.model.scripted_engine import Scripted, ScriptedSession, opened, say, turn
from tests.office import until

QUICK = Limits(max_sessions=2, send_s=0.3, resume_s=0.3, close_s=0.3)


@asynccontextmanager
async def _line(server: EngineServer) -> AsyncGenerator[Line]:
    async with aiohttp.ClientSession() as http, http.ws_connect(server.url + "/v1/session") as socket:
        line = Line(socket, close_s=1.0)
        try:
            yield line
        finally:
            line.abort()


async def _opened(line: Line) -> str:
    await line.send(wire.Open(SessionSettings("c")))
    answer = await line.receive(5)
    assert isinstance(answer, wire.Opened)
    return answer.session


@pytest.fixture
async def engine() -> Scripted:
    return Scripted()


@pytest.fixture
async def server(engine: Scripted) -> AsyncGenerator[EngineServer]:
    async with EngineServer(engine=engine, limits=Limits(max_sessions=2, close_s=0.3)) as server:
        yield server


async def test_the_answer_to_a_step_in_flight_comes_over_the_next_connection_once(server: EngineServer) -> None:
    async with _line(server) as first:
        session = await _opened(first)
        await first.send(wire.Step((turn(3),)))
        first.abort()
    async with _line(server) as second:
        await second.send(wire.Resume(session, -1))
        assert await second.receive(5) == wire.Resumed(3)
        answer = await second.receive(5)
        assert isinstance(answer, wire.Stepped) and answer.out.index == 3
        await second.send(wire.Step((turn(4),)))
        answer = await second.receive(5)
        assert isinstance(answer, wire.Stepped) and answer.out.index == 4
    async with _line(server) as third:
        await third.send(wire.Resume(session, 4))
        assert await third.receive(5) == wire.Resumed(4)
        await third.send(wire.Ping(1))
        assert await third.receive(5) == wire.Pong(1)  # no answer again
        await third.send(wire.Close())
        assert await third.receive(5) == wire.Closed()
    assert server.metrics.micro_turns_total == 2 and server.metrics.sessions_resumed_total == 2


async def test_a_step_that_was_refused_may_come_again_over_the_next_connection(server: EngineServer) -> None:
    async with _line(server) as first:
        session = await _opened(first)
        await first.send(wire.Step(say(3, "refuse")))
        assert isinstance(await first.receive(5), wire.Failed)
        first.abort()
    async with _line(server) as second:
        await second.send(wire.Resume(session, -1))
        assert await second.receive(5) == wire.Resumed(-1)
        await second.send(wire.Step((turn(3),)))
        assert isinstance(await second.receive(5), wire.Stepped)


async def test_the_newer_connection_has_the_session_and_the_older_is_closed(server: EngineServer) -> None:
    async with _line(server) as older, _line(server) as newer:
        session = await _opened(older)
        await newer.send(wire.Resume(session, -1))
        assert await newer.receive(5) == wire.Resumed(-1)
        with pytest.raises(SessionLostError):
            await older.receive(5)
        await newer.send(wire.Step((turn(0),)))
        assert isinstance(await newer.receive(5), wire.Stepped)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (wire.Resume("f" * 32, -1), wire.Failed("lost", "this server has no such session any more; open a new one")),
        (wire.Resume("", 0), wire.Failed("lost", "this server has no such session any more; open a new one")),
    ],
)
async def test_a_session_that_is_not_there_is_not_resumed(
    server: EngineServer, asked: wire.Resume, answer: wire.Failed
) -> None:
    async with _line(server) as line:
        await line.send(asked)
        assert await line.receive(5) == answer


async def test_a_client_that_knows_more_than_was_said_is_refused_and_the_session_goes_on(server: EngineServer) -> None:
    async with _line(server) as line, _line(server) as liar:
        session = await _opened(line)
        await liar.send(wire.Resume(session, 7))
        answer = await liar.receive(5)
        assert answer == wire.Failed("input", "Resume.index: micro-turn 7, the last one taken is -1")
        await line.send(wire.Step((turn(0),)))
        assert isinstance(await line.receive(5), wire.Stepped)


async def test_who_stays_away_loses_the_session_and_its_place_is_free() -> None:
    engine = Scripted()
    async with EngineServer(engine=engine, limits=QUICK) as server:
        async with _line(server) as line:
            session = await _opened(line)
            line.abort()
            with pytest.raises(LineCutError):
                await line.receive(5)
        async with asyncio.timeout(10):
            await engine.closed.wait()
        async with _line(server) as line:
            await line.send(wire.Resume(session, -1))
            assert isinstance(await line.receive(5), wire.Failed)
        assert server.metrics.sessions_open == 0


async def test_a_server_that_ends_does_not_wait_for_who_is_away() -> None:
    engine = Scripted()
    async with EngineServer(engine=engine) as server, _line(server) as line:
        await _opened(line)
        line.abort()
    assert engine.num_open == 0


async def test_a_client_that_reads_nothing_loses_its_own_session_alone() -> None:
    engine = Scripted()
    async with EngineServer(engine=engine, limits=QUICK) as server:
        host, _, port = server.url.removeprefix("ws://").partition(":")
        other = await opened(server)
        deaf = socket.create_connection((host, int(port)))
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader, writer = await asyncio.open_connection(sock=deaf, limit=1024)
        writer.write(
            b"GET /v1/session HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_masked(wire.encode(wire.Open(SessionSettings("deaf")))))
        await until(lambda: engine.num_open == 2)
        index = 0
        while engine.num_open == 2:  # its answers fill the kernel's buffers, then it is cut off
            writer.write(_masked(wire.encode(wire.Step(say(index, "sing")))))
            index += 1
            assert (await other.step((turn(index),))).index == index
        assert index < 2000
        writer.transport.abort()
        assert (await other.step((turn(index + 1),))).index == index + 1
        await other.close()


def _masked(payload: bytes) -> bytes:
    """A client's binary frame (RFC 6455, 5.2) with a mask of zeros."""
    return b"\x82\xff" + len(payload).to_bytes(8) + bytes(4) + payload


class _SlowRecords(Scripted):
    """An engine whose sessions take their time to be exported."""

    def __init__(self) -> None:
        super().__init__()
        self.exporting, self.exported = asyncio.Event(), asyncio.Event()

    async def open(self, settings: SessionSettings) -> _SlowRecord:
        self.num_open += 1
        return _SlowRecord(self)


class _SlowRecord(ScriptedSession):
    def __init__(self, engine: _SlowRecords) -> None:
        super().__init__(engine)
        self._records = engine

    async def export(self) -> bytes:
        self._records.exporting.set()
        await self._records.exported.wait()
        return b"all of it"


async def test_a_ping_is_answered_while_a_record_is_made_and_who_comes_back_asks_for_it_again() -> None:
    engine = _SlowRecords()
    async with EngineServer(engine=engine) as server, _line(server) as first, _line(server) as second:
        session = await _opened(first)
        await first.send(wire.Export())
        await engine.exporting.wait()
        await first.send(wire.Ping(1))
        assert await first.receive(5) == wire.Pong(1)
        await second.send(wire.Resume(session, -1))
        with pytest.raises(SessionLostError):
            await first.receive(5)  # the second one has the session
        engine.exported.set()
        assert await second.receive(5) == wire.Resumed(-1)
        await second.send(wire.Export())
        answer = await second.receive(5)
        assert isinstance(answer, wire.Exported) and answer.record.tobytes() == b"all of it"
        await second.send(wire.Close())
        assert await second.receive(5) == wire.Closed()
