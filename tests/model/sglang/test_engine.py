"""Our model in SGLang says what it says in `native`: the real server on the processor, float32, greedy.

One server for all that is asked here, because it takes long to start. What kills it comes last.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import pytest_asyncio
import torch

from agent.engine_pool import EnginePool
from model.checkpoint import save_checkpoint
from model.dmel import NUM_MELS
from model.limits import Limits
from model.sequence import NO_CLOCK, NUM_AUDIO, Marks
from model.serve import EngineServer
from model.sglang.chunk import Chunk
from model.sglang.client import Reply, ServerError, SglangClient
from model.sglang.engine import Bounds, SglangEngine
from model.sglang.folder import write_folder
from model.sglang.load import free_port
from model.sglang.process import PYTHON, Launch, ServerProcess, running
from model.sglang.session import MAX_SILENT_TURNS
from model.types import CapacityError, SeamError
from tests.doubles import Relay
from tests.model.sglang.talk import GREEDY, SETTINGS, assert_same, errors_of, native, stretches_of, tokens_of, turns_of
from tests.model.tiny_native import CONFIG, tiny_model

POOL, CONTEXT = 60_000, 8192
HANGS_AFTER_S = 3.0  # a micro-turn's time in the product is a second, on a machine that has one

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(600),  # the first one waits for the server
    pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-sglang: `make sglang` makes it, as make test does"),
]


@dataclass(frozen=True, slots=True)
class Served:
    server: ServerProcess
    client: SglangClient

    def engine(self, max_sessions: int = 2, rotate_turns: int = 450, rotate_at: int = 4096) -> SglangEngine:
        bounds = Bounds(max_sessions, rotate_turns, rotate_at, rotate_soon_at=4096)
        return SglangEngine(self.client, CONFIG, tiny_model().speech, None, bounds, GREEDY)


class _Counting(SglangClient):
    """Counts the positions it appends."""

    num_appended = 0

    async def append(self, id: str, chunk: Chunk) -> Reply:
        self.num_appended += len(chunk.tokens)
        return await super().append(id, chunk)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Served]:
    folder = tmp_path_factory.mktemp("sglang")
    save_checkpoint(folder / "tiny.safetensors", CONFIG, tiny_model())
    write_folder(folder / "tiny.safetensors", folder / "served")
    launch = Launch(folder / "served", free_port(), POOL, max_sessions=4, context_length=CONTEXT)
    async with running(launch) as server, SglangClient(launch.url, launch.key, turn_s=60.0) as client:
        yield Served(server, client)


async def test_what_it_writes_and_says_is_what_native_does(served: Served) -> None:
    turns = turns_of(25)
    expected, tokens = native(turns)
    async with served.engine() as engine:
        session = await engine.open(SETTINGS)
        outs = [await session.step((heard,)) for heard in turns]
        written = tokens_of(await session.export())
    assert written[: len(tokens)] == tokens
    assert sum(out.pcm is not None for out in expected) > 5
    assert_same(outs, expected)


async def test_given_tokens_have_the_logits_they_have_in_native(served: Served) -> None:
    errors = await errors_of(served.server.launch, stretches_of(12))
    assert float(errors.max()) < 1e-4


async def test_conversations_at_once_are_each_as_alone(served: Served) -> None:
    turns = [turns_of(8, seed) for seed in (1, 2)]
    expected = [native(each)[0] for each in turns]
    async with served.engine() as engine:
        sessions = [await engine.open(SETTINGS) for _ in turns]
        pairs = list(zip(*turns, strict=True))
        together = [
            await asyncio.gather(*(session.step((heard,)) for session, heard in zip(sessions, pair, strict=True)))
            for pair in pairs
        ]
    for outs, alone in zip(zip(*together, strict=True), expected, strict=True):
        assert_same(outs, alone)


async def test_a_conversation_that_moves_to_a_fresh_session_goes_on_as_before(served: Served) -> None:
    turns = turns_of(25)
    expected, tokens = native(turns)
    async with served.engine(rotate_turns=5, rotate_at=150) as engine:
        session = await engine.open(SETTINGS)
        outs = [await session.step((heard,)) for heard in turns]
        written = tokens_of(await session.export())
    assert 0 < session.num_rotations <= len(turns) // 5
    assert engine.counters["sessions_rotated_total"] == session.num_rotations
    assert written[: len(tokens)] == tokens
    assert_same(outs, expected)


async def test_a_conversation_that_is_rebuilt_goes_on_with_the_same_words(served: Served) -> None:
    turns = turns_of(14)
    async with served.engine() as engine:
        session = await engine.open(SETTINGS)
        for heard in turns[:8]:
            await session.step((heard,))
        rebuilt = await engine.rebuild(await session.export())
        outs = [(await session.step((heard,)), await rebuilt.step((heard,))) for heard in turns[8:]]
        assert tokens_of(await session.export()) == tokens_of(await rebuilt.export())
    assert [here.text for here, _ in outs] == [there.text for _, there in outs]


async def test_a_conversation_made_ready_elsewhere_reads_only_what_came_since(served: Served) -> None:
    turns = turns_of(20)
    launch = served.server.launch
    async with _Counting(launch.url, launch.key, turn_s=60.0) as client:
        async with SglangEngine(client, CONFIG, tiny_model().speech, None, Bounds(2), GREEDY) as engine:
            session = await engine.open(SETTINGS)
            for heard in turns[:12]:
                await session.step((heard,))
            there = await engine.rebuild(await session.export())
            for heard in turns[12:16]:
                await session.step((heard,))
            record = await session.export()
            num_known = client.num_appended
            await there.refresh(record)
            num_read = client.num_appended - num_known
            outs = [(await session.step((heard,)), await there.step((heard,))) for heard in turns[16:]]
            assert tokens_of(await session.export()) == tokens_of(await there.export())
    assert 0 < num_read < len(tokens_of(record)) / 2
    assert [here.text for here, _ in outs] == [other.text for _, other in outs]


async def test_conversations_go_to_the_gateway_with_room_and_on_to_another_when_sglang_is_gone(served: Served) -> None:
    launch, num_moved = served.server.launch, 0

    def count() -> None:
        nonlocal num_moved
        num_moved += 1

    async with AsyncExitStack() as stack:
        way = await stack.enter_async_context(AsyncExitStack())
        relay = await way.enter_async_context(Relay(launch.port))
        through = SglangClient(f"http://127.0.0.1:{relay.port}", launch.key, turn_s=60.0)
        servers: list[EngineServer] = []
        for client in (await stack.enter_async_context(through), served.client):
            gateway = SglangEngine(client, CONFIG, tiny_model().speech, None, Bounds(2), GREEDY)
            server = EngineServer(await stack.enter_async_context(gateway), limits=Limits(max_sessions=2))
            servers.append(await stack.enter_async_context(server))
        pool = EnginePool(",".join(server.url for server in servers), on_moved=count)
        talks = [await pool.open(SETTINGS) for _ in servers]
        assert [server.metrics.sessions_open for server in servers] == [1, 1]
        turns = turns_of(40)
        for heard in turns[:6]:
            await asyncio.gather(*(talk.step((heard,)) for talk in talks))
        await way.aclose()
        outs = [await talks[0].step((heard,)) for heard in turns[6:16]]
        beside = [await talks[1].step((heard,)) for heard in turns[6:16]]
        assert num_moved == 1 and servers[1].metrics.sessions_open == 2
        assert [out.index for out in outs] == list(range(6, 16))
        assert any(out.pcm is not None for out in outs[MAX_SILENT_TURNS:])
        assert_same(beside, native(turns[:16])[0][6:])
        with pytest.raises(CapacityError):  # one is full, and nobody answers behind the other
            await pool.open(SETTINGS)
        for talk in talks:
            await talk.close()


async def test_an_sglang_that_hangs_costs_a_second_and_the_conversation_goes_on_elsewhere(served: Served) -> None:
    """What is sent there stays on its way: nobody refuses, nobody answers."""
    launch = served.server.launch
    async with AsyncExitStack() as stack:
        relay = await stack.enter_async_context(Relay(launch.port))
        stuck = SglangClient(f"http://127.0.0.1:{relay.port}", launch.key, turn_s=HANGS_AFTER_S)
        gateways, servers = list[SglangEngine](), list[EngineServer]()
        for client in (await stack.enter_async_context(stuck), served.client):
            gateway = SglangEngine(client, CONFIG, tiny_model().speech, None, Bounds(2), GREEDY)
            gateways.append(await stack.enter_async_context(gateway))
            servers.append(await stack.enter_async_context(EngineServer(gateway, limits=Limits(max_sessions=2))))
        pool = EnginePool(",".join(server.url for server in servers))
        talk = await pool.open(SETTINGS)
        turns = turns_of(12)
        for heard in turns[:6]:
            await talk.step((heard,))
        assert servers[0].metrics.sessions_open == 1 and not gateways[0].is_away
        relay.flows.clear()
        started_s = time.monotonic()
        silent = await talk.step((turns[6],))
        assert HANGS_AFTER_S <= time.monotonic() - started_s < 2 * HANGS_AFTER_S
        assert silent.pcm is None and gateways[0].is_away
        with pytest.raises(CapacityError, match="does not answer"):
            await gateways[0].open(SETTINGS)
        outs = [await talk.step((heard,)) for heard in turns[7:]]
        assert [server.metrics.sessions_open for server in servers] == [0, 1]
        assert any(out.pcm is not None for out in outs)
        relay.flows.set()
        await gateways[0].until_back()
        await talk.close()


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
        turns = turns_of(400)
        for heard in turns[:3]:
            await session.step((heard,))
        os.killpg(served.server.pid, signal.SIGKILL)
        silent = await session.step((turns[3],))
        assert silent.pcm is None and not silent.text
        with pytest.raises(CapacityError, match="does not answer"):
            await engine.open(SETTINGS)
        await served.server.until_started(2)
        await engine.until_back()
        outs = [await session.step((heard,)) for heard in turns[4:8]]
    assert any(out.pcm is not None for out in outs)
