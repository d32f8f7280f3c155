"""SGLang's server as a child process: started with what our model needs, started again when it dies."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

logger = logging.getLogger(__name__)
END_WITH_STDIN = "ALONGSIDE_END_WITH_STDIN"  # set for a server that must not outlive its owner
START_S = 600.0
STOP_S = 10.0
RESTART_AFTER_S = (1.0, 2.0, 5.0, 15.0, 60.0)  # the first pauses between two starts; the last one then stays
STUCK_S = 30  # of one pass of the model, after which SGLang ends itself and is started again
_IS_READY = "The server is fired up and ready to roll"
_NUM_LAST_LINES = 20
_ROOT = Path(__file__).parents[2]


PYTHON = Path(__file__).parents[2] / ".venv-sglang" / "bin" / "python"  # what `make sglang` makes


class StartError(Exception):
    """The server did not come up; the text holds its last words."""


@dataclass(frozen=True, slots=True)
class Launch:
    """Which model, and how much of the machine."""

    folder: Path  # as model/sglang/folder.py writes it
    port: int
    num_pool_tokens: int
    max_sessions: int
    context_length: int
    device: str = "cpu"
    dtype: str = "float32"
    num_threads: int = 1  # on a processor more make a small step ten times slower
    python: Path = PYTHON
    key: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def flags(self) -> list[str]:
        """Of SGLang's server."""
        flags = {
            "model-path": self.folder,
            "device": self.device,
            "dtype": self.dtype,
            "attention-backend": "alongside",
            "host": "127.0.0.1",
            "port": self.port,
            "context-length": self.context_length,
            "max-total-tokens": self.num_pool_tokens,
            "max-running-requests": 2 * self.max_sessions + 2,  # each may be primed anew beside itself
            "mem-fraction-static": 0.3,
            "watchdog-timeout": STUCK_S,
            "api-key": self.key,
        }
        switches = (
            "disable-overlap-schedule",  # a step ahead of its answer would move the convolutions on
            "disable-radix-cache",  # no two conversations share a beginning
            "enable-streaming-session",
            "enable-custom-logit-processor",
            "skip-tokenizer-init",
            "sleep-on-idle",  # else its scheduler takes a whole core to wait
            "skip-server-warmup",  # it sends text, and there is no tokenizer
        )
        return [part for name, value in flags.items() for part in (f"--{name}", f"{value}")] + [
            f"--{name}" for name in switches
        ]


class ServerProcess:
    """`async with running(launch) as server`: SGLang, up until the exit, also when it falls over."""

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self.num_starts = 0
        self._started = asyncio.Condition()
        self._process: Process | None = None
        self._last_lines: deque[str] = deque(maxlen=_NUM_LAST_LINES)

    @property
    def pid(self) -> int:
        """Of the server that runs now; its own children belong to its process group."""
        assert self._process is not None, "it was not started"
        return self._process.pid

    async def start(self) -> None:
        """Returns when it answers; raises StartError."""
        if not self.launch.python.exists():
            raise StartError(f"{self.launch.python} is missing: make sglang")
        threads = f"{self.launch.num_threads}"
        environment = {"OMP_NUM_THREADS": threads, "KMP_BLOCKTIME": "0", "HF_HUB_OFFLINE": "1", END_WITH_STDIN: "1"}
        if self.launch.device == "cpu":
            environment["SGLANG_USE_CPU_ENGINE"] = "1"
        self._process = await asyncio.create_subprocess_exec(
            *(self.launch.python, "-m", "model.sglang.server", *self.launch.flags),
            stdin=PIPE,  # closed when this process ends, however it ends
            stdout=PIPE,
            stderr=STDOUT,
            env={**os.environ, **environment, "PYTHONPATH": f"{_ROOT}:{_ROOT / 'kernels'}"},
            start_new_session=True,  # so that its children end with it
        )
        try:
            async with asyncio.timeout(START_S):
                while line := await self._line():
                    if _IS_READY in line:
                        await self._note_start()
                        return
        except TimeoutError:
            await self.stop()
        raise StartError("SGLang did not come up:\n" + "\n".join(self._last_lines))

    async def until_started(self, num_starts: int) -> None:
        """Returns when it has come up so many times."""
        async with self._started:
            await self._started.wait_for(lambda: self.num_starts >= num_starts)

    async def _note_start(self) -> None:
        async with self._started:
            self.num_starts += 1
            self._started.notify_all()

    async def keep_running(self) -> None:
        """Read what it says, and start it again whenever it ends; until this task is cancelled."""
        num_failures = 0
        while True:
            while await self._line():
                pass
            await self.stop()
            logger.error("SGLang ended; it is started again. Its last words:\n%s", "\n".join(self._last_lines))
            pause = RESTART_AFTER_S[min(num_failures, len(RESTART_AFTER_S) - 1)]
            await asyncio.sleep(pause)
            try:
                await self.start()
                num_failures = 0
            except StartError:
                num_failures += 1
                logger.exception("SGLang could not be started again")

    async def stop(self) -> None:
        """End it and its children; the second time does nothing."""
        if self._process is None:
            return
        for stop in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, stop)
            except ProcessLookupError:
                break
            try:
                async with asyncio.timeout(STOP_S):
                    await self._process.wait()
            except TimeoutError:
                continue
        await self._process.wait()

    async def _line(self) -> str:
        """What it says next; empty when it has ended."""
        assert self._process is not None and self._process.stdout is not None
        try:
            line = (await self._process.stdout.readline()).decode(errors="replace")
        except ValueError:  # longer than a line may be
            return "…"
        self._last_lines.append(line.rstrip())
        return line


@asynccontextmanager
async def running(launch: Launch) -> AsyncGenerator[ServerProcess]:
    """Raises StartError when it does not come up the first time."""
    server = ServerProcess(launch)
    try:
        await server.start()
        async with asyncio.TaskGroup() as tasks:
            keeper = tasks.create_task(server.keep_running(), name="keep SGLang running")
            try:
                yield server
            finally:
                keeper.cancel()
    finally:
        await server.stop()
