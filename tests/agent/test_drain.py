"""An agent process that is asked to end: real signaling, a real process, a real call."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from agent.bench.call_client import call, through_room
from model.echo import EchoEngine
from model.serve import EngineServer
from signaling.config import Config
from signaling.server import serve
from tests.office import is_heard, tone, until

pytestmark = pytest.mark.timeout(120)
START_S = 60  # of a process on a busy machine
WEB = Path(__file__).parents[2] / "web"


@asynccontextmanager
async def _agent(secret: str, *flags: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    words = ["--engine", "echo", "--greeting", "", *flags]
    environment = {**os.environ, "ALONGSIDE_SECRET": secret, "OMP_NUM_THREADS": "1", "ALONGSIDE_STOP_WORDS": "none"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent", "agent", *words, env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _status(http: aiohttp.ClientSession, url: str) -> int:
    """The answer's HTTP status; 0 when nobody answers."""
    try:
        async with http.get(url) as response:
            return response.status
    except aiohttp.ClientConnectionError:
        return 0


async def _is_ready(http: aiohttp.ClientSession, url: str, status: int) -> None:
    async with asyncio.timeout(START_S):
        while await _status(http, url) != status:  # noqa: ASYNC110  # another process sets no event
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("drain_s", [300, 1])
async def test_after_sigterm_a_call_goes_on_as_long_as_it_may_and_no_other_is_taken(drain_s: int) -> None:
    secret, status = secrets.token_hex(32), f"127.0.0.1:{_free_port()}"
    async with (
        serve(Config(secret=secret, port=0, web=WEB)) as server,
        aiohttp.ClientSession() as http,
        EngineServer(engine=EchoEngine()) as engine,
        _agent(
            secret,
            "--signaling",
            f"ws://127.0.0.1:{server.port}/ws",
            "--engine-url",
            engine.url,
            "--status",
            status,
            "--drain",
            f"{drain_s}",
        ) as process,
    ):
        origin = f"http://127.0.0.1:{server.port}"
        await _is_ready(http, f"http://{status}/readyz", 200)
        async with call(through_room(origin, "held", "Ada")) as ada:
            ada.say(tone(60))
            await until(lambda: is_heard(ada))
            async with http.get(f"http://{status}/metrics") as response:
                assert "alongside_agent_rooms 1" in await response.text()
            process.send_signal(signal.SIGTERM)
            await _is_ready(http, f"http://{status}/readyz", 503)
            assert await _status(http, f"http://{status}/healthz") == 200
            async with http.get(f"{origin}/healthz") as response:
                assert (await response.json())["workers"] == 0
            if drain_s == 1:  # its time is over, whoever is there
                async with asyncio.timeout(15):
                    assert await process.wait() == 0
                return
            ada.recording.received.clear()
            await until(lambda: is_heard(ada))
            process.send_signal(signal.SIGTERM)  # a second one: at once
            async with asyncio.timeout(15):
                assert await process.wait() == 0


async def test_an_address_for_the_status_that_is_none_is_said() -> None:
    async with _agent(
        "x" * 32, "--signaling", "ws://127.0.0.1:1/ws", "--engine-url", "ws://127.0.0.1:1", "--status", "9100"
    ) as process:
        async with asyncio.timeout(START_S):
            _, errors = await process.communicate()
    assert process.returncode == 1 and b"--status: '9100' is no HOST:PORT" in errors
