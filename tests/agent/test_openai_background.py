"""agent/openai_background.py against a real HTTP server, well-behaved and not"""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from agent.background import WorkOrder
from agent.chat_stream import ChatStream
from agent.context_package import ContextPackage
from agent.errors import BackgroundError
from agent.openai_background import MAX_ROUNDS, Endpoint, OpenAiBackground
from agent.small_model import offered
from agent.spoken_text import Sentences
from agent.tool import ToolSpec
from agent.wire_fields import Json
from tests.agent import misbehaving_endpoint as bad
from tests.agent.misbehaving_endpoint import DONE, EndpointServer, Reply, chunk, endpoint_server, write

ORDER = WorkOrder("the capital of France", ContextPackage(("Ada",), ("[0:01] Ada: hello",), (), (), ()))


class Tools:
    """Tools that note how they are called, and how many run at once."""

    def __init__(self, *names: str) -> None:
        schema: Json = {"type": "object", "properties": {"city": {"type": "string"}}}
        self.specs = [ToolSpec(name, f"gives the {name} of a city", schema) for name in names]
        self.called: list[tuple[str, str]] = []
        self.at_once = 0
        self.most_at_once = 0

    async def call(self, name: str, arguments: str) -> str:
        self.called.append((name, arguments))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.02)
        self.at_once -= 1
        return f"{name} is fine"


async def answer(server: EndpointServer, tools: Tools | None = None, **options: object) -> str:
    endpoint = Endpoint(server.url, key="sesame", stall_s=0.3, **options)  # pyright: ignore[reportArgumentType]
    return "".join([piece async for piece in OpenAiBackground(lambda: endpoint).work(ORDER, tools or Tools())])


def calls(*names: str) -> Reply:
    async def reply(body: Json, response: web.StreamResponse) -> None:
        for index, name in enumerate(names):
            function = {"name": name, "arguments": '{"city":'}
            await write(response, chunk(tools=[{"index": index, "id": f"c{index}", "function": function}]))
            await write(response, chunk(tools=[{"index": index, "function": {"arguments": ' "Lisbon"}'}}]))
        await write(response, chunk(finish="tool_calls"), DONE)

    return reply


async def test_the_answer_streams_and_the_whole_conversation_went_along() -> None:
    async with endpoint_server(bad.says) as server:
        assert await answer(server) == "Paris is the capital."
    asked = server.asked[0]["messages"][-1]["content"]
    assert "Ada: hello" in asked and asked.endswith("the capital of France")
    assert server.keys == ["Bearer sesame"] and "tools" not in server.asked[0]


async def test_several_tools_run_at_once_and_their_results_go_back() -> None:
    tools = Tools("weather", "time")
    async with endpoint_server(calls("weather", "time"), bad.says) as server:
        assert await answer(server, tools) == "Paris is the capital."
    assert tools.called == [("weather", '{"city": "Lisbon"}'), ("time", '{"city": "Lisbon"}')]
    assert tools.most_at_once == 2
    assert [message["role"] for message in server.asked[1]["messages"]][-3:] == ["assistant", "tool", "tool"]
    assert server.asked[1]["messages"][-1]["content"] == "time is fine"


async def test_a_model_that_never_stops_using_tools_is_stopped() -> None:
    tools = Tools("weather")
    async with endpoint_server(calls("weather")) as server:
        with pytest.raises(BackgroundError, match="without ever answering"):
            await answer(server, tools)
    assert len(server.asked) == MAX_ROUNDS + 1 and "tools" not in server.asked[-1]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (bad.stalls, "stopped answering"),
        (bad.dies, "broke off"),
        (bad.ends_early, "broke off"),
        (bad.babbles, "cannot be understood"),
        (bad.mistypes, "cannot be understood"),
        (bad.floods, "far too long"),
        (bad.floods_one_line, "cannot be understood"),
        (bad.reports_an_error, "an error of its own"),
    ],
)
async def test_whatever_goes_wrong_ends_in_words(reply: Reply, words: str) -> None:
    async with endpoint_server(reply) as server:
        with pytest.raises(BackgroundError, match=words):
            await answer(server)


async def test_an_endpoint_that_is_not_there_is_said_to_be() -> None:
    with pytest.raises(BackgroundError, match="cannot be reached"):
        await answer(EndpointServer("http://127.0.0.1:9/v1"))


async def test_a_small_model_decides_within_a_grammar_and_uses_one_tool() -> None:
    async def decides(body: Json, response: web.StreamResponse) -> None:
        schema = body["response_format"]["json_schema"]["schema"]
        assert [each["properties"]["tool"]["const"] for each in schema["anyOf"][:-1]] == ["capital"]
        decision = {"tool": "capital", "arguments": {"city": "Lisbon"}}
        await write(response, chunk(json.dumps(decision)), chunk(finish="stop"), DONE)

    tools = Tools("capital", "weather")
    async with endpoint_server(decides, bad.says) as server:
        assert await answer(server, tools, is_small=True) == "Paris is the capital."
    assert tools.called == [("capital", '{"city": "Lisbon"}')] and "response_format" not in server.asked[1]


async def test_a_small_model_may_also_just_say_something() -> None:
    async def decides(body: Json, response: web.StreamResponse) -> None:
        await write(response, chunk('{"say": "Pa'), chunk('ris."}'), chunk(finish="stop"), DONE)

    async with endpoint_server(decides) as server:
        assert await answer(server, Tools("capital"), is_small=True) == "Paris."


def test_a_small_model_is_offered_only_tools_that_share_words_with_the_request() -> None:
    specs = [ToolSpec(name, words, {}) for name, words in (("timer", "set a timer"), ("chart", "draw a chart"))]
    assert [spec.name for spec in offered(specs, "Please draw charts of this")] == ["chart"]
    assert offered(specs, "Who was Ada Lovelace?") == []


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    stream = ChatStream()
    try:
        stream.feed(data)
        stream.feed(b"data: " + data + b"\n")
    except BackgroundError as error:
        assert str(error)


@given(st.lists(st.text(max_size=20)), st.integers(1, 40))
def test_cut_anywhere_a_stream_gives_the_same_text(texts: list[str], size: int) -> None:
    whole = b"".join(chunk(text) for text in texts) + DONE
    stream = ChatStream()
    read = "".join(stream.feed(whole[at : at + size]) for at in range(0, len(whole), size))
    stream.end()
    assert read == "".join(texts)


def test_what_is_written_is_said_in_sentences_without_marks() -> None:
    sentences = Sentences()
    assert sentences.push("**Two** so far. 1. See [this](http://x.y/z) or https") == ["Two so far."]
    assert sentences.push("://a.b now!\n- `code`\n") + sentences.flush() == ["See this or a link now!", "code"]


@given(st.text("ab .!?", max_size=300), st.integers(1, 50))
def test_sentences_do_not_depend_on_how_the_text_came(text: str, size: int) -> None:
    def letters(step: int) -> str:
        sentences = Sentences()
        parts = [each for at in range(0, len(text), step) for each in sentences.push(text[at : at + step])]
        return "".join("".join(parts + sentences.flush()).split())

    kept = "".join(char for char in letters(size) if char.isalpha())
    assert kept == "".join(char for char in text if char.isalpha())
