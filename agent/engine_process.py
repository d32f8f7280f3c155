"""The processes beside the call: torch, llama.cpp and their threads stay out of the process that carries it.

Owns starting, watching and ending it. Knows nothing of what it computes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from agent.errors import AgentError

logger = logging.getLogger(__name__)

START_TIMEOUT_S = 120.0  # reading the weights from a cold disk
STOP_TIMEOUT_S = 5.0
RESTART_S = 1.0
SERVE = ("model", "serve")  # the module and its first words
_LISTENING = re.compile(r"listening on ((?:wss?|https?)://\S+?):(\d+)")
_WARNING = re.compile(r" (WARNING|ERROR|CRITICAL) ")  # the level, as `alongside serve` logs it


class EngineProcessError(AgentError):
    """The engine's process did not come up; the text holds its last words."""


@dataclass(slots=True)
class EngineProcess:
    """A running `alongside serve`, or another module that says where it listens; `url` stays the same over restarts."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    command: Sequence[str] = SERVE
    start_timeout_s: float = START_TIMEOUT_S
    has_own_group: bool = False  # of processes: the kernel ends it, too, should this process die while it stands still
    url: str = ""
    restarts_total: int = 0
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    _process: asyncio.subprocess.Process | None = None
    _last_lines: list[str] = field(default_factory=list[str])
    _port: int = 0

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start and wait until it listens; raises EngineProcessError with its last words."""
        command = [
            sys.executable,
            "-m",
            *self.command,
            *self.arguments,
            "--port",
            str(self._port),
            "--end-with-stdin",
        ]
        environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "PYTHONUNBUFFERED": "1", **self.environment}
        self._process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,  # closed when this process ends, however it ends
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
            process_group=0 if self.has_own_group else None,
        )
        try:
            async with asyncio.timeout(self.start_timeout_s):
                async for line in self._lines():
                    if found := _LISTENING.search(line):
                        self.url, self._port = f"{found[1]}:{found[2]}", int(found[2])
                        self.listening.set()
                        return
        except TimeoutError:
            pass
        last_words = "\n  ".join(self._last_lines) or "(it said nothing)"
        await self.stop()
        raise EngineProcessError(f"the engine did not start; its last words:\n  {last_words}")

    async def watch(self) -> None:
        """Read what it prints and start it again when it ends, until cancelled."""
        while True:
            async for _ in self._lines():
                pass  # so that it never waits for us to read; _lines logs them
            assert self._process is not None
            status = await self._process.wait()
            self.listening.clear()
            logger.error("the engine ended with status %s; it is started again", status)
            await asyncio.sleep(RESTART_S)
            self.restarts_total += 1
            with contextlib.suppress(EngineProcessError):
                await self.start()

    async def stop(self) -> None:
        """End it, by force if it does not listen."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(STOP_TIMEOUT_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _lines(self) -> AsyncIterator[str]:
        assert self._process is not None and self._process.stdout is not None
        async for raw in self._process.stdout:
            line = raw.decode(errors="replace").rstrip()
            self._last_lines = [*self._last_lines[-9:], line]
            # What the engine warns of, such as weights that are untrained, is for whoever started it to see.
            logger.log(logging.WARNING if _WARNING.search(line) else logging.INFO, "engine: %s", line)
            yield line


@asynccontextmanager
async def engine_process(
    arguments: Sequence[str], environment: Mapping[str, str], start_timeout_s: float = START_TIMEOUT_S
) -> AsyncGenerator[EngineProcess]:
    """Start an engine, keep it running, end it on the way out."""
    process = EngineProcess(arguments, environment, start_timeout_s=start_timeout_s)
    await process.start()
    try:
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(process.watch(), name="watch engine")
            yield process
            watching.cancel()
    finally:
        await process.stop()
