"""What interprets: recogniser, translator and voices, in a process of their own that starts when first asked for.

Most calls never need it, and it holds a gigabyte of weights. Knows nothing of rooms.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from agent.engine_process import EngineProcess, EngineProcessError
from agent.interpretation.errors import InterpretationError
from agent.interpretation.scribe import RecordConfig
from model.client import RecogniserClient, TranslatorClient, VoiceClient
from model.types import Pcm, Recogniser, Translator, Voice

logger = logging.getLogger(__name__)

LOCAL, NONE = "local", "none"
LANGUAGES = ("en", "es", "fr", "it", "pt", "zh")
SPOKEN = frozenset({"en", "es", "fr", "it", "pt"})  # with a voice; the others are read in the captions
TOKEN_VARIABLE = "ALONGSIDE_ENGINE_TOKEN"
MAX_THREADS = 4  # of an organ; more gain little at its sizes
START_S = 600.0  # a gigabyte from a cold disk, beside a busy call

Status = Literal["off", "starting", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class Clients:
    """What is there once the process listens."""

    recogniser: Recogniser
    translator: Translator
    voice: Voice
    into_english: Callable[[Pcm, str], Awaitable[str]] | None = None  # the recogniser's own, from sound in a language


class Organs(Protocol):
    """Where an interpreter gets its organs."""

    @property
    def offered(self) -> Sequence[str]:
        """Languages that may be chosen."""
        ...

    @property
    def status(self) -> Status: ...

    @property
    def records(self) -> RecordConfig | None:
        """Where calls are recorded for those who consent; None keeps no records."""
        ...

    async def ready(self) -> Clients:
        """Start if need be, and wait. Raises InterpretationError in words when they cannot be had."""
        ...


@dataclass(frozen=True, slots=True)
class InterpretingConfig:
    """What interprets, from flags over environment."""

    translator: str = LOCAL  # LOCAL, NONE, a name of weights, a GGUF file or an address up to and with /v1
    model: str = ""  # the address's name of its model
    key: str | None = field(default=None, repr=False)
    records: Path | None = None  # file of the records of those who consent; None keeps none
    retention_days: int = 30

    @property
    def arguments(self) -> list[str]:
        """Of `alongside serve`."""
        wanted = "embedded" if self.translator == LOCAL else self.translator
        model = ["--translator-model", self.model] if self.model else []
        organs = ["--organ", "recogniser", "--organ", "voices", "--translator", wanted, *model]
        return ["--engine", "echo", "--threads", str(threads_for(os.cpu_count() or 1)), *organs]


def threads_for(num_cores: int) -> int:
    """Of each organ: two of them work at once most of the time, and the call needs processors, too."""
    return max(1, min(MAX_THREADS, num_cores // 2))


class OrganProcess:
    """`Organs` in a child process, shared by all rooms. `run` keeps it once somebody asked for it."""

    def __init__(self, config: InterpretingConfig) -> None:
        self._token = secrets.token_hex(16)
        threads = str(threads_for(os.cpu_count() or 1))
        environment = {TOKEN_VARIABLE: self._token, "OMP_NUM_THREADS": threads, "KMP_BLOCKTIME": "0"}
        if config.key:
            environment["ALONGSIDE_TRANSLATOR_KEY"] = config.key
        self._process = EngineProcess(config.arguments, environment, start_timeout_s=START_S)
        self._wanted = asyncio.Event()
        self._settled = asyncio.Event()  # started, or failed
        self._why_not = ""
        self.records = RecordConfig(config.records, config.retention_days) if config.records else None

    @property
    def offered(self) -> Sequence[str]:
        return LANGUAGES

    @property
    def status(self) -> Status:
        if self._why_not:
            return "failed"
        if self._process.listening.is_set():
            return "ready"
        return "starting" if self._wanted.is_set() else "off"

    @property
    def pid(self) -> int | None:
        """Of the process while it runs."""
        return self._process.pid

    async def ready(self) -> Clients:
        """Raises InterpretationError with the process's last words."""
        self._wanted.set()
        await self._settled.wait()
        if self._why_not:
            raise InterpretationError(self._why_not)
        at = (self._process.url, self._token)
        recogniser = RecogniserClient(*at)
        return Clients(recogniser, TranslatorClient(*at), VoiceClient(*at), recogniser.into_english)

    async def run(self) -> None:
        """Until cancelled."""
        await self._wanted.wait()
        try:
            await self._process.start()
            self._settled.set()
            await self._process.watch()
        except EngineProcessError as error:
            logger.warning("no interpretation: %s", error)
            last_words = str(error).splitlines()[-1].strip()
            self._why_not = f"interpretation cannot start here: {last_words}"
            self._settled.set()
        finally:
            with contextlib.suppress(ProcessLookupError):
                await self._process.stop()


@asynccontextmanager
async def interpreting(config: InterpretingConfig) -> AsyncGenerator[OrganProcess | None]:
    """What interprets in this process's rooms; None when it was not wanted."""
    if config.translator == NONE:
        yield None
        return
    organs = OrganProcess(config)
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(organs.run(), name="interpretation")
        try:
            yield organs
        finally:
            keeping.cancel()
