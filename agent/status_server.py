"""Whether this agent process lives, takes rooms, and what it counted: three addresses for whoever runs it.

Knows nothing of calls.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def status_server(
    host: str, port: int, is_ready: Callable[[], bool], metrics: Callable[[], str]
) -> AsyncGenerator[int]:
    """Serve /healthz, /readyz (503 while no room is taken) and /metrics; yields the port. Raises OSError when taken."""

    async def health(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(request: web.Request) -> web.Response:
        return web.json_response({"ready": is_ready()}, status=200 if is_ready() else 503)

    async def show(request: web.Request) -> web.Response:
        return web.Response(text=metrics(), content_type="text/plain")

    app = web.Application()
    app.add_routes([web.get("/healthz", health), web.get("/readyz", ready), web.get("/metrics", show)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
