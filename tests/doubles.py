"""Small real objects that stand where a page or an engine would be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from agent.wire import ToPage
from model.types import MicroTurnIn, MicroTurnOut, SessionSettings

Message = TypeVar("Message")
Answer = Callable[[tuple[MicroTurnIn, ...]], MicroTurnOut]


class Page:
    """Collects what the agent posts; waits for a message that fits."""

    def __init__(self) -> None:
        self.messages: list[ToPage] = []
        self._arrived = asyncio.Event()

    def post(self, message: ToPage, lossy: bool) -> None:
        self.messages.append(message)
        self._arrived.set()

    def of(self, kind: type[Message]) -> list[Message]:
        return [message for message in self.messages if isinstance(message, kind)]

    async def wait_for(self, kind: type[Message], fits: Callable[[Message], bool]) -> Message:
        while True:
            for message in self.of(kind):
                if fits(message):
                    return message
            self._arrived.clear()
            await self._arrived.wait()


class ScriptedEngine:
    """An engine whose sessions answer by a function; remembers what it was opened with and what it heard."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.settings: list[SessionSettings] = []
        self.heard: list[MicroTurnIn] = []
        self.num_closed = 0
        self._stepped = asyncio.Event()

    async def heard_until(self, fits: Callable[[list[MicroTurnIn]], bool]) -> None:
        """Wait until what was heard so far fits."""
        while not fits(self.heard):
            self._stepped.clear()
            await self._stepped.wait()

    async def open(self, settings: SessionSettings) -> ScriptedEngine:
        self.settings.append(settings)
        return self

    async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        self.heard.extend(heard)
        self._stepped.set()
        return self._answer(heard)

    async def close(self) -> None:
        self.num_closed += 1


class Relay:
    """A TCP relay to a port of loopback whose connections can be cut, and which can fall silent."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.num_accepted = 0
        self.flows = asyncio.Event()  # cleared: what is sent stays on its way, also a new connection's first words
        self.flows.set()

    async def __aenter__(self) -> Relay:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.flows.set()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """Break every connection without a goodbye."""
        for writer in self._writers:
            writer.transport.abort()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.num_accepted += 1
        self._writers.add(writer)
        await self.flows.wait()
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, far_writer}
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pump(reader, far_writer), name="out")
                tasks.create_task(self._pump(far_reader, writer), name="back")
        finally:
            self._writers -= {writer, far_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                await self.flows.wait()
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass  # cut
        finally:
            writer.close()
