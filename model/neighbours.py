"""The other processes of a call, really at work: a recogniser that hears somebody talk, a background model that writes.

For measuring what they cost the process beside them. They are started as a call starts them, on this machine.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import numpy as np

from model.client import RecogniserClient
from model.types import HEARD_RATE_HZ, HEARD_SAMPLES, MICRO_TURN_MS, SPOKEN_RATE_HZ, Pcm

START_S = 300.0
STOP_S = 5.0
ANSWER_TOKENS = 160  # as many as a background job of the embedded model writes
_LISTENING = "listening on "
_TASK = (
    "You work for an assistant in a call. Ana: We need to find a day for the trip. Ben: I can on Saturdays only. "
    "Ana: And I must be back by six. Do this now: write down three plans for a day by train, with times and prices."
)


class NeighbourError(Exception):
    """A process that should run beside did not come up; the text holds its last words."""


@dataclass(slots=True)
class Work:
    """What the neighbours have done so far."""

    heard_s: float = 0.0  # of sound that was recognised to its end
    num_pieces: int = 0  # of the background model's answers, about a token each


@asynccontextmanager
async def busy_neighbours(speech: Pcm) -> AsyncGenerator[Work]:
    """Both processes at work without a pause, hearing `speech` (24 kHz) as fast as it is spoken, until the exit."""
    work, key = Work(), secrets.token_hex(16)
    heard = np.interp(np.arange(0, len(speech), SPOKEN_RATE_HZ / HEARD_RATE_HZ), np.arange(len(speech)), speech)
    async with (
        _process("model.hearing", {"ALONGSIDE_ENGINE_TOKEN": key}) as hearing,
        _process("model.background", {"ALONGSIDE_BACKGROUND_KEY": key}) as background,
        asyncio.TaskGroup() as tasks,
    ):
        client = RecogniserClient(hearing, key)
        busy = (
            tasks.create_task(_hear(client, heard.astype(np.float32), work), name="recogniser at work"),
            tasks.create_task(_write(f"{background}/v1/chat/completions", key, work), name="background model at work"),
        )
        yield work
        for task in busy:
            task.cancel()


async def _hear(client: RecogniserClient, speech: Pcm, work: Work) -> None:
    while True:
        async with aclosing(client.transcribe(_spoken(speech), "en")) as transcripts:
            async for transcript in transcripts:
                if transcript.is_final:
                    work.heard_s += len(speech) / HEARD_RATE_HZ


async def _spoken(speech: Pcm) -> AsyncIterator[Pcm]:
    """Pieces of a micro-turn each, when they would have been heard."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    for number, at in enumerate(range(0, len(speech), HEARD_SAMPLES), start=1):
        await asyncio.sleep(start + number * MICRO_TURN_MS / 1000 - loop.time())
        yield speech[at : at + HEARD_SAMPLES]


async def _write(url: str, key: str, work: Work) -> None:
    body = {"messages": [{"role": "user", "content": _TASK}], "max_tokens": ANSWER_TOKENS, "stream": True}
    headers = {"Authorization": f"Bearer {key}"}
    once = aiohttp.TCPConnector(force_close=True)  # its server hangs up after an answer
    patient = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=once, timeout=patient, raise_for_status=True) as http:
        while True:
            async with http.post(url, json=body, headers=headers) as response:
                async for line in response.content:
                    work.num_pieces += line.startswith(b"data: {")


@asynccontextmanager
async def _process(module: str, environment: dict[str, str]) -> AsyncGenerator[str]:
    """`python -m module` until the exit; where it listens. Raises NeighbourError."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, "--end-with-stdin"),
        stdin=asyncio.subprocess.PIPE,  # closed when this process ends, however it ends
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", **environment},
    )
    assert process.stdout is not None
    try:
        address = await _address(module, process.stdout)
        async with asyncio.TaskGroup() as tasks:
            rest = tasks.create_task(_read_all(process.stdout), name=f"output of {module}")
            yield address
            rest.cancel()
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(STOP_S):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


async def _address(module: str, output: asyncio.StreamReader) -> str:
    said: list[str] = []
    try:
        async with asyncio.timeout(START_S):
            async for raw in output:
                said = [*said[-9:], raw.decode(errors="replace").strip()]
                if _LISTENING in said[-1]:
                    return said[-1].partition(_LISTENING)[2]
    except TimeoutError:
        pass
    raise NeighbourError(f"{module} did not start; its last words: {' | '.join(said) or '(none)'}")


async def _read_all(output: asyncio.StreamReader) -> None:
    """So that it never waits for us to read."""
    while await output.read(1 << 16):
        pass
