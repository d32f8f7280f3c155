"""An agent that is a program: PCM in on standard input and out on standard output, or from one file to another.

`{input}` and `{output}` in the command name 24 kHz WAV files, and the program runs once an item. Without them it is
started for each item and is given 16-bit little-endian mono samples at 24 kHz, 20 ms each 20 ms, and answers in kind.
"""

from __future__ import annotations

import asyncio
import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agent.bench.in_time import PlayOut, TargetError, from_pcm16, play_in_time, to_pcm16
from agent.bench.item import Item
from agent.bench.runner import Perform
from agent.bench.take import Take
from agent.bench.wav import read_any_rate, resampled, write_wav
from model.types import HEARD_RATE_HZ, SPOKEN_RATE_HZ, Pcm

READ_BYTES = 4096
FILE_TIMEOUT_S, FILE_TIMEOUT_FACTOR = 120.0, 20.0
END_TIMEOUT_S = 5.0


def through_command(command: str) -> Perform:
    """Perform items with a program. Raises TargetError when the command cannot be read."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise TargetError(f"command: {command!r}: {error}") from error
    if not words:
        raise TargetError("command: nothing to run; command:PROGRAM ARGUMENTS is needed")
    has_files = any("{output}" in word for word in words)

    async def perform(item: Item, sound: Pcm) -> Take:
        spoken = resampled(sound, HEARD_RATE_HZ, SPOKEN_RATE_HZ)
        try:
            return Take(await (_over_files(words, spoken) if has_files else _over_pipes(words, item, spoken)))
        except OSError as error:
            raise TargetError(f"command: {words[0]}: {error}") from error

    return perform


async def _over_pipes(words: Sequence[str], item: Item, spoken: Pcm) -> Pcm:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe)
    assert process.stdin is not None and process.stdout is not None
    stdin, stdout, heard = process.stdin, process.stdout, PlayOut()

    async def send(tick: Pcm) -> None:
        if process.returncode is not None:
            raise TargetError(f"command: {words[0]} ended with {process.returncode} before the item did")
        stdin.write(to_pcm16(tick))
        await stdin.drain()

    async def read() -> None:
        left = b""
        while data := await stdout.read(READ_BYTES):
            whole = len(left + data) // 2 * 2
            heard.put(from_pcm16((left + data)[:whole]))
            left = (left + data)[whole:]

    try:
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(read(), name=f"read {item.id}")
            output = await play_in_time(spoken, send, heard)
            reading.cancel()
        return output
    except* TargetError as group:
        raise group.exceptions[0] from None
    except* ConnectionError:
        raise TargetError(f"command: {words[0]} closed its standard input before the item ended") from None
    finally:
        await _end(process)


async def _over_files(words: Sequence[str], spoken: Pcm) -> Pcm:
    with tempfile.TemporaryDirectory(prefix="bench-command-") as folder:
        files = {"input": Path(folder) / "input.wav", "output": Path(folder) / "output.wav"}
        write_wav(files["input"], spoken, SPOKEN_RATE_HZ)
        named = [
            word.replace("{input}", str(files["input"])).replace("{output}", str(files["output"])) for word in words
        ]
        process = await asyncio.create_subprocess_exec(*named)
        limit_s = FILE_TIMEOUT_S + FILE_TIMEOUT_FACTOR * spoken.size / SPOKEN_RATE_HZ
        try:
            async with asyncio.timeout(limit_s):
                status = await process.wait()
        except TimeoutError:
            raise TargetError(f"command: {words[0]} did not end within {limit_s:.0f} s") from None
        finally:
            await _end(process)
        if status or not files["output"].exists():
            raise TargetError(f"command: {words[0]} ended with {status} and wrote {_written(files['output'])}")
        output = resampled(*read_any_rate(files["output"]), SPOKEN_RATE_HZ)
    return np.pad(output, (0, max(0, spoken.size - output.size)))[: spoken.size]


def _written(path: Path) -> str:
    return f"{path.stat().st_size} bytes" if path.exists() else "no output file"


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(END_TIMEOUT_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
