"""The product as a user starts it, in a process of its own: `alongside up`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from agent.errors import AgentError

START_TIMEOUT_S = 120.0  # an engine reads its weights
STOP_TIMEOUT_S = 10.0


class ProductError(AgentError):
    """The process ended before it listened."""


@dataclass(frozen=True, slots=True)
class Product:
    """A running process and where it listens."""

    pid: int
    origin: str  # the first address it printed, without path


@asynccontextmanager
async def started(*words: str) -> AsyncGenerator[Product]:
    """Run `python -m WORDS…` until the block ends; raises ProductError when it prints no address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            address = await _address(process.stdout)
        if address is None:
            raise ProductError(f"{' '.join(words)} ended without an address; its errors stand above")
        yield Product(process.pid, address)
    finally:
        await _stop(process)


async def _address(lines: asyncio.StreamReader) -> str | None:
    async for line in lines:
        for word in line.decode(errors="replace").split():
            if word.startswith(("http://", "https://")):
                return word.partition("/?")[0]
    return None


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(STOP_TIMEOUT_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
