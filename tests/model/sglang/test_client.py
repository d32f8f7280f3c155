"""Whatever a server answers, the client returns a reply or raises ServerError; a folder says what SGLang must load."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web

from model.checkpoint import config_of, save_checkpoint
from model.sequence import Marks
from model.sglang.chunk import Chunk
from model.sglang.client import TURN_S, AwayError, ServerError, SglangClient
from model.sglang.folder import WEIGHTS, write_folder
from model.sglang.load import free_port
from model.sglang.process import Launch, StartError, running
from model.sglang.writing import Writing
from tests.model.tiny_native import CONFIG, tiny_model

WRITING = Writing((), 0, 0, False, (), ())
STOPPED = {"finish_reason": {"type": "stop", "matched": int(Marks.QUIET)}, "prompt_tokens": 5}


@asynccontextmanager
async def _client(
    status: int, body: str, answers: asyncio.Event | None = None, turn_s: float = TURN_S
) -> AsyncGenerator[SglangClient]:
    """A client of a server that says the same to everything, once it `answers`."""

    async def answer(_: web.Request) -> web.Response:
        if answers is not None:
            await answers.wait()
        return web.Response(status=status, text=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port := free_port()).start()
        async with SglangClient(f"http://127.0.0.1:{port}", turn_s=turn_s) as client:
            yield client
    finally:
        if answers is not None:
            answers.set()
        await runner.cleanup()


async def test_a_stop_belongs_to_what_was_written() -> None:
    answer = {"output_ids": [70, 71], "meta_info": STOPPED}
    async with _client(200, json.dumps(answer)) as client:
        reply = await client.answer("s", Chunk((1,)), WRITING, 0.0)
    assert reply.tokens == (70, 71, Marks.QUIET) and reply.num_positions == 8 and reply.speech is None


async def test_an_answer_that_comes_in_many_pieces_is_read_to_its_end() -> None:
    about = {"model_path": "m" * 1_000_000, "max_total_num_tokens": 7}
    async with _client(200, json.dumps(about)) as client:
        assert await client.num_pool_tokens() == 7


async def test_hidden_states_come_back_as_they_were_sent() -> None:
    states = np.arange(8, dtype=np.float32).reshape(4, 2)
    meta = {**STOPPED, "finish_reason": {"type": "length"}, "speech": [base64.b64encode(states.tobytes()).decode()]}
    async with _client(200, json.dumps({"output_ids": [], "meta_info": meta})) as client:
        reply = await client.append("s", Chunk((1,)))
    assert reply.speech is not None
    np.testing.assert_array_equal(reply.speech, states)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, '{"error": "session does not exist"}'),
        (200, "no json"),
        (200, "{}"),
        (200, "[1]"),
        (200, '{"output_ids": 3, "meta_info": {}}'),
        (200, json.dumps({"meta_info": {**STOPPED, "finish_reason": {"type": "abort", "message": "full"}}})),
    ],
)
async def test_anything_else_is_an_error_of_the_server(status: int, body: str) -> None:
    async with _client(status, body) as client:
        with pytest.raises(ServerError, match="generate"):
            await client.append("s", Chunk((1,)))


async def test_a_server_that_is_not_there_is_an_error_of_the_server() -> None:
    async with SglangClient(f"http://127.0.0.1:{free_port()}") as client:
        with pytest.raises(AwayError, match="open_session"):
            await client.open("s", 100)


async def test_a_server_that_says_nothing_is_away_when_a_turn_is_over() -> None:
    async with _client(200, "{}", answers=asyncio.Event(), turn_s=0.2) as client:
        with pytest.raises(AwayError, match=r"generate: no answer within 0\.3 s"):  # a little more for each position
            await client.answer("s", Chunk((1,) * 50), WRITING, 0.0)
        with pytest.raises(AwayError, match=r"open_session: no answer within 0\.2 s"):
            await client.open("s", 100)


async def test_a_missing_environment_is_said_with_what_makes_it(tmp_path: Path) -> None:
    launch = Launch(tmp_path, free_port(), 1000, 1, 1000, python=tmp_path / "python")
    with pytest.raises(StartError, match="make sglang"):
        async with running(launch):
            pass


def test_a_folder_describes_the_model_and_links_its_weights(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "tiny.safetensors", CONFIG, tiny_model())
    for _ in range(2):  # the second time over the first
        assert write_folder(tmp_path / "tiny.safetensors", tmp_path / "served") == CONFIG
    described = json.loads((tmp_path / "served" / "config.json").read_text())
    assert config_of(described["model"]) == CONFIG
    assert (tmp_path / "served" / WEIGHTS).resolve() == tmp_path / "tiny.safetensors"
