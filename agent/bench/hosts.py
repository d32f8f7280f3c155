"""The engine that is measured and the organs that measure it, in processes of their own or at an address given."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from agent.bench.item import Item
from agent.bench.references import PLANS, LabelEngine
from agent.engine_pool import EnginePool
from agent.engine_process import engine_process
from model.client import EngineClient, RecogniserClient, VoiceClient
from model.types import Engine

IN_STEP = "--in-step"
START_TIMEOUT_S = 900.0  # a measurement may wait for a machine that others use too


@dataclass(frozen=True, slots=True)
class Measured:
    """An engine, and its process where it was started here."""

    engine: Engine
    pid: int | None = None
    url: str = ""  # of the process
    token: str = field(default="", repr=False)

    async def counted(self, name: str) -> int | None:
        """What a counter of the process stands at; None where it has no such one."""
        if not self.url:
            return None
        address = self.url.replace("ws", "http", 1) + "/metrics"
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {self.token}"}) as http:
            async with http.get(address, raise_for_status=True) as answer:
                lines = (await answer.text()).splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith(f"{name} ")), None)


@asynccontextmanager
async def measured_engine(
    name: str, url: str, arguments: Sequence[str], num_sessions: int, items: Sequence[Item]
) -> AsyncGenerator[Measured]:
    """The engine to measure: one of `references`, one at `url`, or `alongside serve --engine NAME`."""
    if name in PLANS:
        yield Measured(LabelEngine(items, PLANS[name]))
        return
    if url:
        yield Measured(EngineClient(url))
        return
    token = secrets.token_hex(16)
    words = ["--engine", name, "--max-sessions", str(num_sessions), *arguments]
    async with engine_process(words, {"ALONGSIDE_ENGINE_TOKEN": token}, START_TIMEOUT_S) as process:
        yield Measured(EngineClient(process.url, token), process.pid, process.url, token)


@asynccontextmanager
async def measured_pool(
    name: str, arguments: Sequence[str], num_sessions: int, num_servers: int
) -> AsyncGenerator[Measured]:
    """Several processes as one engine: conversations go to the least loaded, as the agent's do."""
    token = secrets.token_hex(16)
    words = ["--engine", name, "--max-sessions", str(num_sessions), *arguments]
    async with AsyncExitStack() as stack:
        started = [
            await stack.enter_async_context(engine_process(words, {"ALONGSIDE_ENGINE_TOKEN": token}, START_TIMEOUT_S))
            for _ in range(num_servers)
        ]
        yield Measured(EnginePool(",".join(process.url for process in started), token))


@asynccontextmanager
async def recogniser(url: str = "") -> AsyncGenerator[RecogniserClient]:
    """whisper-base in a process of its own, or the recogniser that is served at `url`."""
    if url:
        yield RecogniserClient(url)
        return
    async with _organ("recogniser") as (url, token):
        yield RecogniserClient(url, token)


@asynccontextmanager
async def voice() -> AsyncGenerator[VoiceClient]:
    """The shipped English voice in a process of its own."""
    async with _organ("voice") as (url, token):
        yield VoiceClient(url, token)


@asynccontextmanager
async def _organ(name: str) -> AsyncGenerator[tuple[str, str]]:
    token = secrets.token_hex(16)
    words = ["--engine", "echo", "--organ", name, "--max-sessions", "1"]
    async with engine_process(words, {"ALONGSIDE_ENGINE_TOKEN": token}, START_TIMEOUT_S) as process:
        yield process.url, token
