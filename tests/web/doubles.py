"""Small real servers between and beside the page and signaling: a line that can be cut, a page of another origin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web


class Line:
    """Forwards TCP to a server on this machine; `cut` ends every connection and refuses new ones until `mend`."""

    def __init__(self, target_port: int) -> None:
        self.port = 0
        self._target_port = target_port
        self._is_cut = False
        self._writers: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        self._is_cut = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        pair = {writer, far_writer}
        self._writers |= pair
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pump(reader, far_writer), name="line out")
                tasks.create_task(self._pump(far_reader, writer), name="line back")
        finally:
            self._writers -= pair
            for end in pair:
                end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass  # the other direction learns it from the same socket
        finally:
            writer.close()


@asynccontextmanager
async def line_to(target_port: int) -> AsyncGenerator[Line]:
    line = Line(target_port)
    listener = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.port = listener.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        line.cut()
        listener.close()
        await listener.wait_closed()


class Canary(asyncio.DatagramProtocol):
    """An address somewhere else: `touched` names every connection and datagram that came to it."""

    def __init__(self) -> None:
        self.port = 0
        self.touched: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.touched.append("connection")
        self.touched.append((await reader.readline()).decode("latin-1").strip())
        writer.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.touched.append(f"datagram of {len(data)} bytes")


@asynccontextmanager
async def canary() -> AsyncGenerator[Canary]:
    bird = Canary()
    listener = await asyncio.start_server(bird.take, "127.0.0.1", 0)
    bird.port = listener.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: bird, local_addr=("127.0.0.1", bird.port))
    try:
        yield bird
    finally:
        transport.close()
        listener.close()
        await listener.wait_closed()


@asynccontextmanager
async def page_of_another_origin(markup: str, policy: str, token: str = "") -> AsyncGenerator[str]:
    """The address of a page with this markup and policy, on a port of its own; `token` is given at /token."""

    async def answer(request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=markup, content_type="text/html", headers=headers)

    async def no_icon(request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def give_token(request: web.Request) -> web.Response:
        asked = await request.json()
        return web.json_response({"token": token} if asked["room"] == "embedded" else {})

    app = web.Application()
    app.router.add_get("/", answer)
    app.router.add_get("/favicon.ico", no_icon)
    app.router.add_post("/token", give_token)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()
