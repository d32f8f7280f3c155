"""aiortc as it comes, echoing what it hears: its jitter buffer, decoder and encoder; a track hands each frame back.

The media bench runs it as a process of its own beside the product: `python -m agent.bench.stock_echo` prints where it
listens and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
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
        self._connections: set[RTCPeerConnection] = set()

    async def offer(self, request: web.Request) -> web.Response:
        connection = RTCPeerConnection()
        self._connections.add(connection)
        connection.on("track", lambda track: connection.addTrack(_EchoTrack(track)))
        await connection.setRemoteDescription(RTCSessionDescription(await request.text(), "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return web.Response(text=connection.localDescription.sdp)

    async def close(self) -> None:
        for connection in self._connections:
            await connection.close()


async def _serve() -> None:
    echo = _StockEcho()
    app = web.Application()
    app.router.add_post("/offer", echo.offer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"listening on http://127.0.0.1:{runner.addresses[0][1]}/offer\n")
    sys.stdout.flush()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    await echo.close()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve())
