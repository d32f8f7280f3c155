"""agent/call_tools.py and agent/looking.py: what was said, what the page says, and what is to be seen"""

from __future__ import annotations

import base64
import io

import pytest
from aiohttp import web
from PIL import Image

from agent.call_tools import MAX_TRANSCRIPT_CHARS, call_tools
from agent.context_package import ContextPackage
from agent.errors import ToolError
from agent.looking import ANSWERS_KEPT, Looking
from agent.openai_background import Endpoint, OpenAiBackground
from agent.tool import ToolUse
from agent.wire_fields import Json
from tests.agent.misbehaving_endpoint import dies, endpoint_server, says

PACKAGE = ContextPackage(("Ada",), ("[0:01] Ada: the red boat", "[0:02] Bob: lunch at one"), (), (), ())


def jpeg(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "jpeg")
    return file.getvalue()


async def no_picture() -> bytes | None:
    return None


async def red_picture() -> bytes | None:
    return jpeg("red")


async def use(name: str, looking: Looking, package: ContextPackage = PACKAGE, **arguments: object) -> str:
    tools = {tool.spec.name: tool for tool in call_tools(lambda: package, lambda: {"p1": "Cart: tea"}, looking.look)}
    return (await tools[name].call(dict(arguments), ToolUse("k1"))).text


async def test_what_was_said_can_be_read_whole_or_by_a_word() -> None:
    looking = Looking(no_picture, None, lambda: PACKAGE)
    assert await use("read_transcript", looking) == "\n".join(PACKAGE.transcript)
    assert await use("read_transcript", looking, about="BOAT") == "[0:01] Ada: the red boat"
    assert await use("read_transcript", looking, about="train") == "nothing was said about that"
    long = ContextPackage((), tuple(f"[0:00] Ada: {number}" for number in range(2_000)), (), (), ())
    read = await use("read_transcript", looking, long)
    assert len(read) <= MAX_TRANSCRIPT_CHARS and read.endswith("Ada: 1999")


async def test_the_page_tells_about_itself() -> None:
    assert await use("read_page", Looking(no_picture, None, lambda: PACKAGE)) == "Cart: tea"


async def test_a_model_that_sees_gets_the_picture_and_its_answer_is_kept_for_later() -> None:
    async with endpoint_server(says) as server:
        model = OpenAiBackground(lambda: Endpoint(server.url, sees=True))
        looking = Looking(red_picture, model, lambda: PACKAGE)
        for _ in range(ANSWERS_KEPT + 3):
            assert await use("look_at_picture", looking, question="Where is it?") == "Paris is the capital."
    assert list(looking.answers) == ["Where is it? => Paris is the capital."] * ANSWERS_KEPT
    words, picture = server.asked[0]["messages"][-1]["content"]
    assert "Ada: the red boat" in words["text"] and words["text"].endswith("Where is it?")
    assert "tools" not in server.asked[0]
    kind, _, data = picture["image_url"]["url"].partition(",")
    with Image.open(io.BytesIO(base64.b64decode(data))) as shown:
        assert kind == "data:image/jpeg;base64" and shown.size == (64, 48)


async def test_without_a_picture_or_a_model_that_sees_it_says_so() -> None:
    blind = OpenAiBackground(lambda: Endpoint("http://127.0.0.1:9/v1"))
    for looking, words in (
        (Looking(no_picture, blind, lambda: PACKAGE), "nobody shows a picture"),
        (Looking(red_picture, blind, lambda: PACKAGE), "no background model that can look"),
        (Looking(red_picture, None, lambda: PACKAGE), "no background model that can look"),
    ):
        with pytest.raises(ToolError, match=words):
            await use("look_at_picture", looking)


async def test_a_model_that_breaks_off_while_it_looks_is_told_of() -> None:
    async def breaks_off(body: Json, response: web.StreamResponse) -> None:
        await dies(body, response)

    async with endpoint_server(breaks_off) as server:
        looking = Looking(red_picture, OpenAiBackground(lambda: Endpoint(server.url, sees=True)), lambda: PACKAGE)
        with pytest.raises(ToolError, match="broke off"):
            await use("look_at_picture", looking)
    assert not looking.answers
