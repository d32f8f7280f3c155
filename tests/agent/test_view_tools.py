"""agent/view_tools.py: a view uses its own server's tools, as a model would, and nothing else"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from agent.approvals import Approvals
from agent.errors import ToolError
from agent.mcp_tools import McpServer
from agent.tool import ToolOutcome, ToolSpec, ToolUse, ToolView
from agent.toolbox import Toolbox
from agent.view_tools import CALL, MAX_RUNNING, ViewTools
from agent.wire_fields import Json
from agent.wire_work import AnswerApproval, ApprovalCard, SurfaceAction, SurfaceResult
from model.types import UiAction
from tests.agent.test_mcp_tools import running, shelf
from tests.agent.test_work import call

__all__ = ["shelf"]  # a fixture
pytestmark = pytest.mark.timeout(60)


def asks(name: str, id: str = "c1", **arguments: object) -> SurfaceAction:
    return SurfaceAction("app-1", "root", CALL, {"id": id, "name": name, "arguments": arguments})


@dataclass
class Desk:
    """Views, and what their pages were told."""

    view: ToolView
    toolbox: Toolbox
    approvals: Approvals
    cards: asyncio.Queue[ApprovalCard]
    told: list[tuple[str, SurfaceResult]] = field(default_factory=list[tuple[str, SurfaceResult]])

    def __post_init__(self) -> None:
        self.views = ViewTools(self.toolbox, lambda who, result: self.told.append((who, result)))

    @property
    def last(self) -> SurfaceResult:
        return self.told[-1][1]


@asynccontextmanager
async def desk(server: McpServer) -> AsyncGenerator[Desk]:
    async with running(server) as (kept, _, _):
        cards: asyncio.Queue[ApprovalCard] = asyncio.Queue(32)
        approvals = Approvals(cards.put_nowait)
        toolbox = Toolbox(approvals)
        toolbox.add(kept.tools())
        shown = await toolbox.call("shelf_show_shelf", {"shelf": "A"}, ToolUse("k1"))
        assert shown.view is not None
        yield Desk(shown.view, toolbox, approvals, cards)


async def test_a_view_may_use_what_its_server_keeps_for_views(shelf: McpServer) -> None:
    async with desk(shelf) as at:
        assert await at.views.call("p1", at.view, asks("refresh_shelf")) == "refresh_shelf"
        ((who, result),) = at.told
        assert (who, result.surface_id, result.id, result.error) == ("p1", "app-1", "c1", None)
        assert result.result is not None and result.result["content"] == [{"type": "text", "text": "fresh"}]


async def test_what_destroys_asks_people_first_and_a_no_is_told_in_words(shelf: McpServer) -> None:
    async with desk(shelf) as at:
        for approve, id in ((False, "c1"), (True, "c2")):
            async with asyncio.TaskGroup() as tasks:
                calling = tasks.create_task(at.views.call("p1", at.view, asks("clear", id, shelf="A")), name="call")
                card = await at.cards.get()
                assert (card.tool, card.arguments, card.state) == ("shelf_clear", {"shelf": "A"}, "asked")
                assert not calling.done()
                at.approvals.answer(AnswerApproval(card.id, approve, False))
            await at.cards.get()  # how it was answered
            assert calling.result() == ("clear" if approve else None)
        denied, cleared = (result for _, result in at.told)
        assert denied.error == "shelf_clear: somebody in the call said no" and denied.result is None
        assert cleared.result is not None and cleared.result["content"][0]["text"] == "A is empty"


@pytest.mark.parametrize("name", ["note", "shelf_refresh_shelf", "no_such_tool", "x" * 5_000, "__class__"])
async def test_no_other_tool_can_be_reached(shelf: McpServer, name: str) -> None:
    async with desk(shelf) as at:
        assert await at.views.call("p1", at.view, asks(name)) is None
        assert at.last.error is not None and at.last.error.endswith("no tool that this view may use")
        assert len(at.last.error) < 200


async def test_what_the_host_did_not_allow_a_view_may_not_use_either(shelf: McpServer) -> None:
    async with desk(replace(shelf, allow=("show_shelf",))) as at:
        assert await at.views.call("p1", at.view, asks("clear", shelf="A")) is None
        assert at.last.error is not None and at.cards.empty()


async def test_a_failing_tool_and_arguments_that_do_not_fit_are_told_in_words(shelf: McpServer) -> None:
    async with desk(shelf) as at:
        await at.views.call("p1", at.view, asks("fail"))
        assert at.last.error is not None and "the shelf is locked" in at.last.error
        await at.views.call("p1", at.view, asks("show_shelf", "c2", book=1))
        assert at.last.error is not None and at.last.result is None


class Counting:
    """A tool that counts its calls, and waits to be let go."""

    spec = ToolSpec("count", "Counts.", {"type": "object"})

    def __init__(self) -> None:
        self.num_calls = 0
        self.may_end = asyncio.Event()

    async def call(self, arguments: Json, use: ToolUse) -> ToolOutcome:
        self.num_calls += 1
        await self.may_end.wait()
        return ToolOutcome(f"call {self.num_calls}")


async def test_many_calls_at_once_are_refused_and_a_repeated_one_is_done_once() -> None:
    tool, told = Counting(), asyncio.Queue[SurfaceResult](8)
    view = ToolView("Count", "<p>", {}, lambda name: tool)
    views = ViewTools(Toolbox(Approvals(lambda card: None)), lambda who, result: told.put_nowait(result))
    async with asyncio.TaskGroup() as tasks:
        for number in range(MAX_RUNNING + 3):
            tasks.create_task(views.call("p1", view, asks("count", f"c{number}")), name=f"call {number}")
        refused = [await told.get() for _ in range(3)]
        assert all(each.error is not None and "under way" in each.error for each in refused)
        tool.may_end.set()
    assert tool.num_calls == MAX_RUNNING
    assert await views.call("p1", view, asks("count", "c0")) == "count" and tool.num_calls == MAX_RUNNING


@pytest.mark.parametrize(
    "value",
    [
        None,
        "clear",
        [],
        {},
        {"id": "", "name": "clear", "arguments": {}},
        {"id": "x" * 65, "name": "clear", "arguments": {}},
        {"id": "c1", "name": ["clear"], "arguments": {}},
        {"id": "c1", "name": "clear", "arguments": "all"},
    ],
)
async def test_what_no_frame_sends_does_nothing(value: object) -> None:
    def refuse(name: str) -> None:
        raise ToolError("it was looked up")

    told = list[SurfaceResult]()
    views = ViewTools(Toolbox(Approvals(lambda card: None)), lambda who, result: told.append(result))
    view = ToolView("Count", "<p>", {}, refuse)
    assert await views.call("p1", view, SurfaceAction("app-1", "root", CALL, value)) is None and told == []


async def test_in_a_call_the_page_that_asked_is_answered_and_the_models_learn_of_it() -> None:
    tool = Counting()
    tool.may_end.set()
    async with call() as running_call:
        await running_call.engine.heard_until(lambda heard: len(heard) > 0)
        work = running_call.conversation.work
        work.surfaces.show_view(ToolView("Count", "<p>", {"arguments": {}, "result": {}}, lambda name: tool))
        running_call.conversation.take("p1", asks("count"))
        result = await running_call.page.wait_for(SurfaceResult, lambda result: result.id == "c1")
        assert result.result == {"content": [{"type": "text", "text": "call 1"}]}
        await running_call.hears(lambda told: any(isinstance(each, UiAction) for each in told))
        assert "Ada used count in 'Count'" in work.package().written()
        running_call.conversation.take("p1", replace(asks("count", "c2"), surface_id="chart-1"))
        running_call.conversation.take("p1", asks("count", "c3"))
        await running_call.page.wait_for(SurfaceResult, lambda result: result.id == "c3")
        assert tool.num_calls == 2, "a surface that is no view uses nothing"
