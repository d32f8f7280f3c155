"""Our model in SGLang says what it says in `native`: the real server on the processor, float32, greedy.

One server for all that is asked here, because it takes long to start. What kills it comes last.
"""

from __future__ import annotations

import asyncio
import math
import os
import signal
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

import aiohttp
import numpy as np
import pytest
import pytest_asyncio
import torch

from model.checkpoint import save_checkpoint
from model.dmel import NUM_MELS
from model.history import History, Stretch
from model.hmlp import patches_of
from model.interaction import Positions
from model.native_core import Choice, NativeCore
from model.sequence import NO_CLOCK, NUM_AUDIO, Marks
from model.session_record import decode_record, unpacked_numbers
from model.sglang.chunk import Chunk
from model.sglang.client import ServerError, SglangClient
from model.sglang.engine import Bounds, SglangEngine
from model.sglang.folder import write_folder
from model.sglang.load import free_port
from model.sglang.process import PYTHON, Launch, ServerProcess, running
from model.types import MicroTurnIn, MicroTurnOut, SeamError, SessionSettings, TypedText, VideoFrame
from tests.model.tiny_native import CONFIG, tiny_model, turn

GREEDY = Choice(temperature=0)
SETTINGS = SessionSettings("c", greeting="Hello, I am here.", instructions="Be brief.")
POOL, CONTEXT = 60_000, 8192
PICTURE = np.random.default_rng(3).integers(0, 256, (120, 160, 3), dtype=np.uint8)

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(600),  # the first one waits for the server
    pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-sglang: `make sglang` makes it, as make test does"),
]


@dataclass(frozen=True, slots=True)
class Served:
    server: ServerProcess
    client: SglangClient

    def engine(self, rotate_at: int = 4096, max_sessions: int = 2) -> SglangEngine:
        return SglangEngine(self.client, CONFIG, tiny_model().speech, None, Bounds(max_sessions, rotate_at), GREEDY)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Served]:
    folder = tmp_path_factory.mktemp("sglang")
    save_checkpoint(folder / "tiny.safetensors", CONFIG, tiny_model())
    write_folder(folder / "tiny.safetensors", folder / "served")
    launch = Launch(folder / "served", free_port(), POOL, max_sessions=4, context_length=CONTEXT)
    async with running(launch) as server, SglangClient(launch.url, launch.key, timeout_s=60.0) as client:
        yield Served(server, client)


def _turns(count: int, seed: int = 0) -> list[MicroTurnIn]:
    """Sound, own sound, pictures and messages."""
    turns: list[MicroTurnIn] = []
    for index in range(count):
        events = (TypedText("ana", "Which one of them is open on Sundays?"),) if index % 7 == 3 else ()
        frames = tuple(
            VideoFrame(PICTURE[::step].copy(), 10 * index, "p1:camera") for step in (1, -1) if index % 4 == 1
        )
        plain = turn(index, *events, seed=seed, frames=frames)
        own = plain.pcm[::-1].copy() if index % 3 == 0 else None
        turns.append(MicroTurnIn(index, plain.pcm, own, plain.frames, plain.events))
    return turns


def _tokens(record: bytes) -> list[int]:
    return unpacked_numbers(decode_record(record).positions.tokens, "tokens", 0, CONFIG.num_tokens)


def _native(turns: Sequence[MicroTurnIn]) -> tuple[list[MicroTurnOut], list[int]]:
    core = NativeCore(tiny_model(), 1, GREEDY)
    slot, outs = core.open(SETTINGS), list[MicroTurnOut]()
    for heard in turns:
        out = core.step({slot: (heard,)})[slot]
        assert not isinstance(out, SeamError), out
        outs.append(out)
    return outs, _tokens(core.export(slot))


def _assert_same(outs: Sequence[MicroTurnOut], expected: Sequence[MicroTurnOut]) -> None:
    assert [out.text for out in outs] == [out.text for out in expected]
    assert [out.actions for out in outs] == [out.actions for out in expected]
    for out, native in zip(outs, expected, strict=True):
        assert (out.pcm is None) == (native.pcm is None), out.index
        if out.pcm is not None and native.pcm is not None:
            np.testing.assert_allclose(out.pcm, native.pcm, atol=1e-3)


async def test_what_it_writes_and_says_is_what_native_does(served: Served) -> None:
    turns = _turns(25)
    expected, tokens = _native(turns)
    async with served.engine() as engine:
        session = await engine.open(SETTINGS)
        outs = [await session.step((heard,)) for heard in turns]
        written = _tokens(await session.export())
    assert written[: len(tokens)] == tokens
    assert sum(out.pcm is not None for out in expected) > 5
    _assert_same(outs, expected)


async def test_given_tokens_have_the_logits_they_have_in_native(served: Served) -> None:
    core = NativeCore(tiny_model(), 1, GREEDY)
    slot = core.open(SETTINGS)
    for heard in _turns(12):
        core.step({slot: (heard,)})
    history = History.restored(decode_record(core.export(slot)).positions, CONFIG.backbone.num_sinks)
    stretches = [*history.first, *history.last]
    with torch.inference_mode():
        chances = tiny_model().logits(tiny_model()(_positions(stretches))[0]).log_softmax(-1)
    asked = {
        **Chunk.of(stretches).fields(),
        "sampling_params": {"max_new_tokens": 1, "temperature": 0},
        **{"return_logprob": True, "logprob_start_len": 0, "top_logprobs_num": 20},
    }
    headers = {"Authorization": f"Bearer {served.server.launch.key}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{served.server.launch.url}/generate", json=asked) as response,
    ):
        assert response.status == 200, await response.text()
        found = (await response.json())["meta_info"]["input_top_logprobs"]
    assert len(found) == len(chances) > 100
    for position, best in enumerate(found[1:]):
        for chance, token, *_ in best:
            assert math.isclose(chance, float(chances[position, token]), abs_tol=1e-4), (position, token)


def _positions(stretches: Sequence[Stretch]) -> Positions:
    """Whole, as training has it."""
    chunk = Chunk.of(stretches)
    seen = [patches_of(frames) for frames in chunk.pictures]
    return Positions(
        tokens=torch.tensor([chunk.tokens]),
        num_valid=torch.tensor([len(chunk.tokens)]),
        heard=torch.cat(chunk.heard)[None],
        own=torch.cat(chunk.own)[None],
        micro_turn=torch.tensor([[index for stretch in stretches for index in stretch.clock]]),
        patches=torch.cat(seen)[None],
    )


async def test_conversations_at_once_are_each_as_alone(served: Served) -> None:
    turns = [_turns(8, seed) for seed in (1, 2)]
    expected = [_native(each)[0] for each in turns]
    async with served.engine() as engine:
        sessions = [await engine.open(SETTINGS) for _ in turns]
        pairs = list(zip(*turns, strict=True))
        together = [
            await asyncio.gather(*(session.step((heard,)) for session, heard in zip(sessions, pair, strict=True)))
            for pair in pairs
        ]
    for outs, native in zip(zip(*together, strict=True), expected, strict=True):
        _assert_same(outs, native)


async def test_a_conversation_that_moves_to_a_fresh_session_goes_on_as_before(served: Served) -> None:
    turns = _turns(25)
    expected, tokens = _native(turns)
    async with served.engine(rotate_at=150) as engine:
        session = await engine.open(SETTINGS)
        outs = [await session.step((heard,)) for heard in turns]
        written = _tokens(await session.export())
    assert session.num_rotations > 0
    assert written[: len(tokens)] == tokens
    _assert_same(outs, expected)


async def test_a_conversation_that_is_rebuilt_goes_on_with_the_same_words(served: Served) -> None:
    turns = _turns(14)
    async with served.engine() as engine:
        session = await engine.open(SETTINGS)
        for heard in turns[:8]:
            await session.step((heard,))
        rebuilt = await engine.rebuild(await session.export())
        outs = [(await session.step((heard,)), await rebuilt.step((heard,))) for heard in turns[8:]]
        assert _tokens(await session.export()) == _tokens(await rebuilt.export())
    assert [here.text for here, _ in outs] == [there.text for _, there in outs]


async def test_what_makes_no_sense_ends_its_own_request_alone(served: Served) -> None:
    client, id = served.client, "garbage"
    await client.open(id, 10_000)
    unheard = Chunk((Marks.AUDIO,) * NUM_AUDIO)
    three = torch.zeros(3, NUM_MELS, dtype=torch.uint8)
    too_few = Chunk(unheard.tokens, (three,), (three,), (0, NO_CLOCK, NO_CLOCK))
    with pytest.raises(ServerError, match="audio"):
        await client.append(id, too_few)
    await client.append(id, Chunk((70, 71, CONFIG.num_tokens + 5)))  # an id that no table has
    await client.append(id, unheard)
    reply = await client.append(id, Chunk((70,)))
    await client.close(id)
    assert reply.num_positions == 8


async def test_more_conversations_than_the_pool_holds_are_refused_at_the_door(served: Served) -> None:
    with pytest.raises(SeamError, match="max-total-tokens"):
        async with served.engine(max_sessions=50):
            pass
    async with served.engine(max_sessions=1) as engine:
        await engine.open(SETTINGS)
        with pytest.raises(SeamError, match="taken"):
            await engine.open(SETTINGS)


async def test_a_server_that_dies_comes_back_and_the_conversation_goes_on(served: Served) -> None:
    async with served.engine() as engine:
        session = await engine.open(SETTINGS)
        turns = _turns(400)
        for heard in turns[:3]:
            await session.step((heard,))
        os.killpg(served.server.pid, signal.SIGKILL)
        silent = await session.step((turns[3],))
        assert silent.pcm is None and not silent.text
        await served.server.until_started(2)
        outs = [await session.step((heard,)) for heard in turns[4:8]]
    assert any(out.pcm is not None for out in outs)
