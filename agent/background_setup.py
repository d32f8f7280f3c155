"""What a process lends to the background work of its calls: the embedded model or an address, and MCP servers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from agent.engine_process import EngineProcess, EngineProcessError
from agent.errors import BackgroundError
from agent.http_tools import read_http_tools
from agent.make_way import MakeWay, can_make_way
from agent.openai_background import Endpoint, OpenAiBackground
from agent.tool import Tool
from agent.work import WorkSetup
from model.client import RecogniserClient
from model.types import Pcm, SessionLostError, Transcript

logger = logging.getLogger(__name__)

LOCAL, NONE = "local", "none"
LOCAL_MODULE = ("model.background",)
HEARING_MODULE = ("model.hearing",)
TOKEN_VARIABLE = "ALONGSIDE_ENGINE_TOKEN"
KEY_VARIABLE = "ALONGSIDE_BACKGROUND_KEY"
LOCAL_START_S = 600.0  # at low priority beside a busy call; nobody waits for it
LOCAL_STALL_S = 60.0  # a small processor reads a long prompt in silence
LOCAL_MAX_TOKENS = 160
LOCAL_CONTEXT_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class BackgroundConfig:
    """Who works in the background, from flags over environment."""

    where: str = NONE  # `local`, `none` or an address
    model: str = "default"
    sees: bool = False
    key: str | None = field(default=None, repr=False)
    mcp: str = ""  # a file with [[server]] and [[http]] tables
    name: str = "Alongside"  # the agent's
    has_transcript: bool = True  # the engine itself tells what it heard; else a recogniser runs beside it
    is_beside_engine: bool = False  # an engine steps on this machine, too: what runs here makes way for it

    def __post_init__(self) -> None:
        if self.where not in (LOCAL, NONE) and not self.where.startswith(("http://", "https://")):
            raise ValueError(f"--background: {self.where!r} is neither local, none nor an http(s):// address")


@asynccontextmanager
async def background(config: BackgroundConfig, environ: Mapping[str, str]) -> AsyncGenerator[WorkSetup]:
    """Bring up what was asked for beside the calls; none holds them up. Raises ValueError for a bad tools file."""
    async with asyncio.TaskGroup() as tasks:
        keeping: list[asyncio.Task[None]] = []
        engine: OpenAiBackground | None = None
        helpers: list[EngineProcess] = []
        tools: Callable[[], Iterable[Tool]] = tuple
        if config.mcp:
            from agent.mcp_tools import McpServers, read_servers  # heavy, and most calls have no servers

            servers = McpServers(read_servers(Path(config.mcp)), environ)
            requests = read_http_tools(Path(config.mcp), environ)
            keeping.append(tasks.create_task(servers.run(), name="mcp servers"))
            tools = partial(_offered, requests, servers.tools)
        if config.where == LOCAL:
            local = LocalModel(config.name)
            helpers.append(local.process)
            keeping.append(tasks.create_task(local.run(), name="background model"))
            engine = OpenAiBackground(local.endpoint)
        elif config.where != NONE:
            remote = Endpoint(config.where, config.model, config.key, config.name, sees=config.sees)
            engine = OpenAiBackground(lambda: remote)
        hearing: Hearing | None = None
        if not config.has_transcript and config.where != NONE:
            hearing = Hearing()
            helpers.append(hearing.process)
            keeping.append(tasks.create_task(hearing.run(), name="recogniser"))
        setup = WorkSetup(engine, tools, hearing, has_look_up=bool(config.mcp))
        if config.is_beside_engine and can_make_way(os.cpu_count() or 1):
            setup = replace(setup, make_way=MakeWay(lambda: [each.pid for each in helpers if each.pid is not None]))
        try:
            yield setup
        finally:
            for task in keeping:
                task.cancel()


def _offered(requests: Iterable[Tool], served: Callable[[], Iterable[Tool]]) -> Iterable[Tool]:
    return (*requests, *served())


class LocalModel:
    """The embedded model's process: started beside the first call, started again when it ends."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._key = secrets.token_hex(16)
        self.process = EngineProcess(
            (), {KEY_VARIABLE: self._key, "OMP_NUM_THREADS": "1"}, LOCAL_MODULE, LOCAL_START_S, has_own_group=True
        )
        self._why_not = "The background model is still starting."

    def endpoint(self) -> Endpoint:
        """Where it is now. Raises BackgroundError in words while it is not there."""
        if not self.process.listening.is_set():
            raise BackgroundError(self._why_not)
        return Endpoint(
            f"{self.process.url}/v1",
            key=self._key,
            name=self._name,
            stall_s=LOCAL_STALL_S,
            max_tokens=LOCAL_MAX_TOKENS,
            max_context_chars=LOCAL_CONTEXT_CHARS,
            is_small=True,
        )

    async def run(self) -> None:
        """Keep it running until cancelled."""
        try:
            await _keep(self.process)
        except EngineProcessError as error:
            logger.warning("no background model: %s", error)
            self._why_not = "There is no background model on this machine."


class Hearing:
    """`Recogniser` in a process of its own."""

    def __init__(self) -> None:
        self._token = secrets.token_hex(16)
        self.process = EngineProcess(
            (), {TOKEN_VARIABLE: self._token, "OMP_NUM_THREADS": "1"}, HEARING_MODULE, LOCAL_START_S, has_own_group=True
        )

    @property
    def listening(self) -> asyncio.Event:
        """Set while the process is there."""
        return self.process.listening

    async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncGenerator[Transcript]:
        """Raises SessionLostError while the process is not there."""
        if not self.process.listening.is_set():
            raise SessionLostError("the recogniser is not there yet")
        client = RecogniserClient(self.process.url, self._token)
        async with aclosing(client.transcribe(sound, language)) as transcripts:
            async for transcript in transcripts:
                yield transcript

    async def run(self) -> None:
        """Keep it running until cancelled."""
        try:
            await _keep(self.process)
        except EngineProcessError as error:
            logger.warning("no recogniser: %s", error)


async def _keep(process: EngineProcess) -> None:
    try:
        await process.start()
        await process.watch()
    finally:
        with contextlib.suppress(ProcessLookupError):
            await process.stop()
