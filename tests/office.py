"""Signaling and one agent in the test's own event loop, so that tests can look inside."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.bench.call_client import CallClient
from agent.config import AgentConfig
from agent.loudest import level_dbfs
from agent.worker import Worker
from model.echo import EchoEngine
from model.types import SPOKEN_RATE_HZ, Engine, Pcm
from signaling.claims import Claims
from signaling.config import Config
from signaling.server import serve
from signaling.tokens import Tokens
from tests.doubles import Relay

WEB = Path(__file__).parent.parent / "web"


@dataclass(slots=True)
class Office:
    """Signaling and one agent in this event loop."""

    origin: str
    worker: Worker
    relay: Relay  # between the agent and signaling
    running: asyncio.Task[None]  # the worker


@asynccontextmanager
async def office(empty_room_s: float = 0.2, engine: Engine | None = None) -> AsyncGenerator[Office]:
    secret = secrets.token_hex(32)
    async with serve(Config(secret=secret, port=0, web=WEB)) as server, Relay(server.port) as relay:
        token = Tokens(secret).mint(Claims("*", "worker", "test", "worker"), 60)
        config = AgentConfig(f"ws://127.0.0.1:{relay.port}/ws", token, engine_name="echo", empty_room_s=empty_room_s)
        worker = Worker(config, engine or EchoEngine())
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(worker.run(), name="worker")
            await worker.registered.wait()
            yield Office(f"http://127.0.0.1:{server.port}", worker, relay, running)
            running.cancel()


async def until(holds: Callable[[], bool], timeout_s: float = 15.0) -> None:
    """Wait for a state of the world that has no event of its own."""
    async with asyncio.timeout(timeout_s):
        while not holds():  # noqa: ASYNC110  # sound and kernel tables set no event
            await asyncio.sleep(0.02)


def tone(duration_s: float) -> Pcm:
    """A steady tone, (S,) at 24 kHz."""
    return (0.3 * np.sin(2 * np.pi * 500 * np.arange(int(duration_s * SPOKEN_RATE_HZ)) / SPOKEN_RATE_HZ)).astype(
        np.float32
    )


def is_heard(client: CallClient) -> bool:
    """Whether the last 200 ms brought sound."""
    recent: list[Pcm] = list(client.recording.received)[-10:]
    return len(recent) == 10 and level_dbfs(np.concatenate(recent)) > -30
