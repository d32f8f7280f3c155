"""Brings up the `sglang` engine: a server of its own beside it, or one that runs already. Knows nothing of flags."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import torch

from model.interaction import InteractionModel
from model.native_voice import ClauseVoice
from model.sglang.client import SglangClient
from model.sglang.engine import Bounds, SglangEngine
from model.sglang.folder import write_folder
from model.sglang.process import Launch, running


@dataclass(frozen=True, slots=True)
class SglangConfig:
    """Where the model is served, and for how many conversations."""

    checkpoint: Path
    max_sessions: int = 4
    url: str | None = None  # of a server that runs; None starts one
    key: str | None = field(default=None, repr=False)  # its --api-key


@asynccontextmanager
async def sglang_engine(
    config: SglangConfig, model: InteractionModel, voice: ClauseVoice | None
) -> AsyncGenerator[SglangEngine]:
    """Raises StartError, ServerError, CapacityError. Of `model` only the speech decoder is used here."""
    torch.set_num_threads(1)
    bounds = Bounds(config.max_sessions)
    async with AsyncExitStack() as stack:
        url, key = config.url, config.key
        if url is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="alongside-sglang-")))
            await asyncio.to_thread(write_folder, config.checkpoint, folder)
            tokens = config.max_sessions * bounds.positions
            launch = Launch(folder, free_port(), tokens, config.max_sessions, context_length=bounds.session_positions)
            await stack.enter_async_context(running(launch))
            url, key = launch.url, launch.key
        client = await stack.enter_async_context(SglangClient(url, key))
        yield await stack.enter_async_context(SglangEngine(client, model.config, model.speech, voice, bounds))


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
