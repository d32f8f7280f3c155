"""aiortc as it comes, echoing what it hears: its jitter buffer, decoder and encoder; a track hands each frame back.
Reached by WHIP.

The media bench runs it as a process of its own beside the product: `python -m agent.bench.stock_echo` prints where it
listens and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from typing import cast

from aiohttp import web
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from av.frame import Frame


class _EchoTrack(MediaStreamTrack):
    kind = "audio"

    def __init__(self, source: MediaStreamTrack) -> None:
        super().__init__()
        self._source = source

    async def recv(self) -> Frame:
        return cast(Frame, await self._source.recv())


class _StockEcho:
    def __init__(self) -> None:
        self._connections: dict[str, RTCPeerConnection] = {}

    async def offer(self, request: web.Request) -> web.Response:
        connection = RTCPeerConnection()
        name = secrets.token_hex(8)
        self._connections[name] = connection
        connection.on("track", lambda track: connection.addTrack(_EchoTrack(track)))
        await connection.setRemoteDescription(RTCSessionDescription(await request.text(), "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return web.Response(
            status=201,
            text=connection.localDescription.sdp,
            content_type="application/sdp",
            headers={"Location": f"/whip/{name}"},
        )

    async def end(self, request: web.Request) -> web.Response:
        connection = self._connections.pop(request.match_info["name"], None)
        if connection is None:
            return web.Response(status=404)
        await connection.close()
        return web.Response()

    async def close(self) -> None:
        for connection in self._connections.values():
            await connection.close()


async def _serve() -> None:
    echo = _StockEcho()
    app = web.Application()
    app.router.add_post("/whip", echo.offer)
    app.router.add_delete("/whip/{name}", echo.end)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"listening on http://127.0.0.1:{runner.addresses[0][1]}/whip\n")
    sys.stdout.flush()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    await echo.close()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve())
