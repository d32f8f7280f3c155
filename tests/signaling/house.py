"""A real server on a free loopback port, and clients on real WebSockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from socket import SHUT_RDWR
from typing import Any, TypeVar

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from signaling import messages as m
from signaling.claims import Claims
from signaling.config import Config
from signaling.server import Server, serve
from signaling.tokens import Tokens

SECRET = "a secret for tests, 32 bytes long"
CONFIG = Config(secret=SECRET, port=0, shutdown_timeout_s=1.0)
PAGE = "http://localhost:5173"
Kind = TypeVar("Kind")
TOKENS = Tokens(SECRET)


class Client:
    """One WebSocket that speaks in typed messages."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def say(self, message: m.ClientMessage) -> None:
        await self.socket.send_str(message.to_json())

    async def hear(self, kind: type[Kind]) -> Kind:
        """The next message of `kind`; those of other kinds before it are skipped."""
        async with asyncio.timeout(5):
            while True:
                text = await self.socket.receive()
                assert text.type is WSMsgType.TEXT, text
                message = m.parse_server(text.data)
                if isinstance(message, kind):
                    return message

    async def hear_close(self) -> int | None:
        """Skip what is left to read; the code the server closed with."""
        async with asyncio.timeout(5):
            while (await self.socket.receive()).type not in (WSMsgType.CLOSED, WSMsgType.CLOSE):
                pass
        return self.socket.close_code

    def cut(self) -> None:
        """Lose the connection without a word, as a network does."""
        self.socket.get_extra_info("socket").shutdown(SHUT_RDWR)


class House:
    """The server and everyone who visits it."""

    def __init__(self, server: Server, http: ClientSession, clients: AsyncExitStack) -> None:
        self.server = server
        self.http = http
        self._clients = clients
        self.url = f"http://127.0.0.1:{server.port}"

    async def connect(self, origin: str | None = PAGE) -> Client:
        headers = {"Origin": origin} if origin else {}
        socket = await self.http.ws_connect(f"{self.url}/ws", headers=headers)
        return Client(await self._clients.enter_async_context(socket))

    async def join(self, subject: str, room: str = "r", resume: str | None = None) -> tuple[Client, m.Joined]:
        client = await self.connect()
        token = TOKENS.mint(Claims(room, "participant", subject), 60)
        await client.say(m.Join(room, token, subject, resume))
        return client, await client.hear(m.Joined)

    async def work(self, capacity: int = 1) -> Client:
        client = await self.connect(origin=None)
        await client.say(m.Register(TOKENS.mint(Claims("*", "worker", "w"), 60), capacity))
        await client.hear(m.Registered)
        return client

    async def metric(self, name: str) -> float:
        async with self.http.get(f"{self.url}/metrics") as response:
            lines = (await response.text()).splitlines()
        return next(float(line.split()[-1]) for line in lines if line.split()[0] == f"alongside_signaling_{name}")


@asynccontextmanager
async def open_house(**changes: Any) -> AsyncGenerator[House]:
    """A server whose configuration differs by `changes`."""  # Any: as dataclasses.replace takes them
    async with ClientSession() as http, AsyncExitStack() as clients:
        async with serve(replace(CONFIG, **changes)) as server:
            yield House(server, http, clients)
