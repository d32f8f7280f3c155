"""A real HTTP server that speaks OpenAI's chat completions, well or badly, as each test wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from agent.wire_fields import Json

Reply = Callable[[Json, web.StreamResponse], Awaitable[None]]


@dataclass
class EndpointServer:
    """What was asked of it, and the address it is at."""

    url: str = ""
    asked: list[Json] = field(default_factory=list[Json])
    keys: list[str] = field(default_factory=list[str])


def chunk(text: str = "", finish: str | None = None, tools: list[Json] | None = None) -> bytes:
    """One server-sent event of a completion."""
    delta: dict[str, Any] = {"content": text} if text else {}  # Any: JSON
    if tools:
        delta["tool_calls"] = tools
    return f"data: {json.dumps({'choices': [{'index': 0, 'delta': delta, 'finish_reason': finish}]})}\n\n".encode()


DONE = b"data: [DONE]\n\n"


async def write(response: web.StreamResponse, *parts: bytes) -> None:
    for part in parts:
        await response.write(part)


@asynccontextmanager
async def endpoint_server(*replies: Reply) -> AsyncGenerator[EndpointServer]:
    """Answer the n-th request with the n-th reply, the last one again after that."""
    server = EndpointServer()

    async def complete(request: web.Request) -> web.StreamResponse:
        body: Json = await request.json()
        server.asked.append(body)
        server.keys.append(request.headers.get("Authorization", ""))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            await replies[min(len(server.asked), len(replies)) - 1](body, response)
        except ConnectionError:
            pass  # the client had enough
        return response

    app = web.Application()
    app.router.add_post("/v1/chat/completions", complete)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()


async def says(body: Json, response: web.StreamResponse) -> None:
    await write(response, chunk("Paris "), chunk("is the capital."), chunk(finish="stop"), DONE)


async def stalls(body: Json, response: web.StreamResponse) -> None:
    await write(response, chunk("Let me "))
    await asyncio.sleep(30)


async def dies(body: Json, response: web.StreamResponse) -> None:
    await write(response, chunk("Let me "))
    assert response._req is not None and response._req.transport is not None  # pyright: ignore[reportPrivateUsage]
    response._req.transport.abort()  # pyright: ignore[reportPrivateUsage]


async def ends_early(body: Json, response: web.StreamResponse) -> None:
    await write(response, chunk("Let me "))


async def babbles(body: Json, response: web.StreamResponse) -> None:
    await write(response, b"data: {not json}\n\n")


async def mistypes(body: Json, response: web.StreamResponse) -> None:
    await write(response, b'data: {"choices": [{"delta": {"content": {"a": 1}}}]}\n\n')


async def floods(body: Json, response: web.StreamResponse) -> None:
    for _ in range(10 * 16):
        await write(response, chunk("word " * 13_000))


async def floods_one_line(body: Json, response: web.StreamResponse) -> None:
    for _ in range(10 * 16):
        await write(response, b"x" * 65_536)


async def reports_an_error(body: Json, response: web.StreamResponse) -> None:
    await write(response, b'data: {"error": {"message": "out of memory"}}\n\n')
