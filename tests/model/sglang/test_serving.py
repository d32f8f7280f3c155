"""Ways to serve it: from a checkpoint by its path, in half precision, and by the command line.

CHECKPOINT=FILE names the checkpoint of the talk; else it is the one that ships.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import torch

from model.checkpoint import save_checkpoint
from model.client import EngineClient
from model.mel_frames import BLOCK_SIZE, BLOCKS_PER_MICRO_TURN
from model.native_load import NativeConfig, load_model
from model.sequence import NUM_SPEECH, SPEECH, Marks
from model.services import SHIPPED_MODEL
from model.sglang.chunk import Chunk
from model.sglang.client import SglangClient
from model.sglang.engine import Bounds, SglangEngine
from model.sglang.folder import write_folder
from model.sglang.load import free_port
from model.sglang.process import PYTHON, Launch, running
from model.speech_decoder import MAX_WORDS, NO_WORD, SpeechDecoder, Words
from tests.model.sglang.talk import (
    GREEDY,
    SETTINGS,
    assert_same,
    errors_of,
    native,
    positions_of,
    stretches_of,
    turns_of,
)
from tests.model.test_main import serving
from tests.model.tiny_native import CONFIG, tiny_model, turn

NUM_TALK_TURNS = 125  # 25 s
TALKS = Path(os.environ.get("CHECKPOINT") or SHIPPED_MODEL)
MAX_CHANCE_ERROR, MEAN_CHANCE_ERROR = 0.15, 0.02  # of log chances in bfloat16, which keeps 8 bits
GONE_S = 10.0  # for the processes that a server is made of to end after it
MAX_MEL_ERROR = 0.05  # of the mel's own spread

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.timeout(600),  # each waits for a server
    pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-sglang: `make sglang` makes it, as make test does"),
]


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    save_checkpoint(tmp_path / "tiny.safetensors", CONFIG, tiny_model())
    return tmp_path / "tiny.safetensors"


@asynccontextmanager
async def _served(checkpoint: Path, folder: Path, dtype: str) -> AsyncGenerator[tuple[Launch, SglangClient]]:
    write_folder(checkpoint, folder, dtype)
    bounds = Bounds(1)
    launch = Launch(folder, free_port(), bounds.positions, 1, bounds.session_positions, dtype=dtype)
    async with running(launch), SglangClient(launch.url, launch.key, turn_s=60.0) as client:
        yield launch, client


@pytest.mark.parametrize("checkpoint", [TALKS], ids=lambda file: file.name)
async def test_25_s_of_talk_have_the_words_they_have_in_native(checkpoint: Path, tmp_path: Path) -> None:
    model = load_model(NativeConfig(checkpoint))
    turns = turns_of(NUM_TALK_TURNS)
    expected, _ = native(turns, model)
    async with _served(checkpoint, tmp_path / "served", "float32") as (_, client):
        async with SglangEngine(client, model.config, model.speech, None, Bounds(1), GREEDY) as engine:
            session = await engine.open(SETTINGS)
            outs = [await session.step((heard,)) for heard in turns]
    assert any(out.text for out in expected)
    assert_same(outs, expected)


async def test_in_half_precision_logits_and_mel_are_near_those_of_native(tiny: Path, tmp_path: Path) -> None:
    stretches = stretches_of(12)
    ending = (Marks.SPEAK, *SPEECH)
    with torch.inference_mode():
        hidden = tiny_model()(positions_of(stretches, ending))[0, -NUM_SPEECH:]
    async with _served(tiny, tmp_path / "served", "bfloat16") as (launch, client):
        errors = await errors_of(launch, stretches)
        await client.open("spoken", 100_000)
        await client.append("spoken", Chunk.of(stretches))
        reply = await client.append("spoken", Chunk(tuple(int(token) for token in ending)))
    assert reply.speech is not None
    mel, there = (_mel(states) for states in (hidden.numpy(), reply.speech))
    assert 0 < float(errors.max()) < MAX_CHANCE_ERROR and float(errors.mean()) < MEAN_CHANCE_ERROR
    assert float((mel - there).abs().max()) < MAX_MEL_ERROR * float(mel.std())


@torch.inference_mode()
def _mel(states: np.ndarray) -> torch.Tensor:
    """What the speech decoder makes of hidden states (NUM_SPEECH, C), as the gateway has it: in float32."""
    decoder = tiny_model().speech
    assert isinstance(decoder, SpeechDecoder)
    words = Words(torch.full((1, 1, MAX_WORDS), NO_WORD), torch.zeros(1, 1, MAX_WORDS, dtype=torch.int64))
    noise = torch.zeros(1, BLOCKS_PER_MICRO_TURN, BLOCK_SIZE)
    return decoder.step_(torch.from_numpy(states.copy())[None], words, noise, decoder.init_state(1), 0)


async def test_the_command_serves_it_and_leaves_nothing_behind(tiny: Path) -> None:
    words = ("--engine", "sglang", "--checkpoint", str(tiny), "--max-sessions", "1", "--speech", "decoder")
    async with serving(words) as (process, url):
        session = await EngineClient(url).open(SETTINGS)
        outs = [await session.step((turn(index),)) for index in range(6)]
        assert [out.index for out in outs] == list(range(6)) and any(out.pcm is not None for out in outs)
        assert (await session.export())[:1]
        await session.close()
        below = _below(process.pid)
        assert len(below) > 2  # SGLang's server, its scheduler and its detokenizer
        watched = [os.pidfd_open(pid) for pid in below]
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    assert all([await asyncio.to_thread(_has_ended, each) for each in watched])


def _below(pid: int) -> list[int]:
    """All processes that one has started, and those below them."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in thread.read_text().split():
            found += [int(child), *_below(int(child))]
    return found


def _has_ended(process: int) -> bool:
    """Whether the process of a descriptor is gone, or is within GONE_S."""
    is_gone = bool(select.select([process], [], [], GONE_S)[0])
    os.close(process)
    return is_gone
