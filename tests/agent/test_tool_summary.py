"""agent/tool_summary.py: the call so far, summed up by a real endpoint part by part, each part once"""

from __future__ import annotations

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from agent.background import BackgroundEngine
from agent.context_package import ContextPackage
from agent.errors import ToolError
from agent.openai_background import Endpoint, OpenAiBackground
from agent.request_router import RoutedCall, route
from agent.surfaces import Surfaces
from agent.tool import ToolUse
from agent.tool_summary import MAX_PARTS, MAX_SUMMARY_CHARS, PART_CHARS, CallSummary, parts_of, summary_tools
from agent.wire_fields import Json
from agent.wire_work import ShowSurface, WorkToPage
from tests.agent.misbehaving_endpoint import DONE, chunk, dies, endpoint_server, floods, write

LINE = "[0:01] Ada: we talk about milk, bread and who brings {number:04}"
A_PART = PART_CHARS // len(LINE.format(number=0)) - 1  # lines


def lines(count: int) -> list[str]:
    return [LINE.format(number=number) for number in range(count)]


async def counts(body: Json, response: web.StreamResponse) -> None:
    """A model that says how many lines it was given."""
    given = str(body["messages"][-1]["content"])
    await write(response, chunk(f"{given.count('Ada:')} lines, {given.count('summed')} parts summed."), DONE)


class Call:
    """One call's transcript, what its pages are shown, and the tool."""

    def __init__(self, engine: BackgroundEngine | None, transcript: list[str]) -> None:
        self.shown: list[WorkToPage] = []
        self.transcript = transcript
        self.reported: list[float | None] = []
        (self.tool,) = summary_tools(CallSummary(engine, self.package), Surfaces(self.shown.append))

    def package(self) -> ContextPackage:
        return ContextPackage(("Ada",), tuple(self.transcript), (), (), ())

    async def sum_up(self, **arguments: object) -> str:
        use = ToolUse("k1", report=lambda progress, note: self.reported.append(progress))
        return (await self.tool.call(dict(arguments), use)).words


async def test_a_short_call_is_summed_up_at_once_shown_and_said() -> None:
    async with endpoint_server(counts) as server:
        call = Call(OpenAiBackground(lambda: Endpoint(server.url)), lines(3))
        assert await call.sum_up(about="milk") == "3 lines, 0 parts summed."
    assert len(server.asked) == 1 and "milk" in server.asked[0]["messages"][-1]["content"]
    (surface,) = call.shown
    assert isinstance(surface, ShowSurface) and surface.title == "Summary of the call: milk"
    assert surface.components[0]["text"] == "3 lines, 0 parts summed."


async def test_a_long_call_is_read_in_parts_and_a_whole_part_once() -> None:
    async with endpoint_server(counts) as server:
        call = Call(OpenAiBackground(lambda: Endpoint(server.url)), lines(A_PART * 2 + 5))
        assert await call.sum_up() == "0 lines, 3 parts summed."
        assert len(server.asked) == 4 and call.reported == [0, 0.25, 0.5]
        call.transcript += lines(3)
        assert await call.sum_up() == "0 lines, 3 parts summed."
    assert len(server.asked) == 6, "only the last part is read again, and all are put together"
    assert len({surface.surface_id for surface in call.shown if isinstance(surface, ShowSurface)}) == 1


async def test_of_a_very_long_call_the_newest_parts_count_and_it_says_so() -> None:
    async with endpoint_server(counts) as server:
        call = Call(OpenAiBackground(lambda: Endpoint(server.url)), lines(A_PART * (MAX_PARTS + 4)))
        await call.sum_up()
    assert len(server.asked) == MAX_PARTS + 1
    assert "left out" in server.asked[-1]["messages"][-1]["content"]


async def test_what_cannot_be_summed_up_is_said_in_words() -> None:
    with pytest.raises(ToolError, match="no background model"):
        await Call(None, lines(1)).sum_up()
    async with endpoint_server(dies) as server:
        engine = OpenAiBackground(lambda: Endpoint(server.url))
        with pytest.raises(ToolError, match="nothing was said"):
            await Call(engine, []).sum_up()
        with pytest.raises(ToolError, match="broke off"):
            await Call(engine, lines(1)).sum_up()
    async with endpoint_server(floods) as server:
        call = Call(OpenAiBackground(lambda: Endpoint(server.url)), lines(1))
        assert len(await call.sum_up()) <= MAX_SUMMARY_CHARS


@given(st.lists(st.text(max_size=2 * PART_CHARS), max_size=30), st.integers(0, 30))
def test_parts_hold_every_line_once_and_what_is_whole_stays(said: list[str], num_before: int) -> None:
    parts = parts_of(said)
    assert [line for part in parts for line in part] == said
    assert all(len(part) == 1 or sum(map(len, part)) <= PART_CHARS for part in parts)
    before = parts_of(said[:num_before])[:-1]
    assert parts[: len(before)] == before


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("Summarize the call so far.", ""),
        ("Could you please sum up the conversation?", ""),
        ("Give us a short summary of the meeting", ""),
        ("What did we talk about so far?", ""),
        ("What did we decide?", "what was decided"),
        ("What have we decided about lunch?", "what was decided about lunch"),
        ("Give me a recap", ""),
    ],
)
def test_who_asks_for_a_summary_of_the_call_gets_one(said: str, about: str) -> None:
    assert route(said) == RoutedCall("sum_up_call", {"about": about})


@pytest.mark.parametrize("said", ["Make a summary of everything about whales.", "Sum up five and eight", "We sum up."])
def test_a_summary_of_something_else_is_not_taken_for_one(said: str) -> None:
    found = route(said)
    assert found is None or found.tool != "sum_up_call"
