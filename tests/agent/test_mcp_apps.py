"""agent/mcp_apps.py with a real server that has views for its tools"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Literal

import pytest
from mcp_types import (
    BlobResourceContents,
    CallToolResult,
    ReadResourceResult,
    TextContent,
    TextResourceContents,
    Tool,
)

from agent.approvals import Approvals
from agent.job import JobTools
from agent.mcp_apps import MIME_TYPE, is_for_model, resource_of, view_of
from agent.mcp_tools import McpServer
from agent.surfaces import Surfaces
from agent.tool import ToolUse
from agent.toolbox import Toolbox
from agent.wire import encode
from agent.wire_fields import Json
from agent.wire_work import MAX_HTML_CHARS, ShowHtml, SurfaceAction, WorkToPage
from tests.agent.test_mcp_tools import running, shelf

__all__ = ["shelf"]  # a fixture
pytestmark = pytest.mark.timeout(60)
VIEW = (Path(__file__).parent / "shelf_view.html").read_text()
DONE = CallToolResult(content=[TextContent(type="text", text="3 books")])


class Card:
    """`JobReport` that keeps the notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def progress(self, progress: float | None, note: str) -> None:
        self.notes.append(note)

    def block(self, why: str) -> None:
        self.notes.append(why)

    def unblock(self) -> None:
        self.notes.append("")

    def deliver(self, text: str, kind: Literal["spoken", "silent"] = "spoken") -> None:
        self.notes.append(text)

    def finish(self) -> None:
        self.notes.append("done")

    def fail(self, words: str) -> None:
        self.notes.append(words)


class Library:
    """A server with one resource."""

    def __init__(self, *contents: TextResourceContents | BlobResourceContents) -> None:
        self._contents = list(contents)
        self.asked: list[str] = []

    async def read_resource(self, uri: str) -> ReadResourceResult:
        self.asked.append(uri)
        return ReadResourceResult(contents=list(self._contents))


def page(text: str, mime_type: str = MIME_TYPE) -> TextResourceContents:
    return TextResourceContents(uri="ui://a/b", mime_type=mime_type, text=text)


def listed(**meta: object) -> Tool:
    return Tool(name="show", input_schema={"type": "object"}, _meta=meta)


async def test_a_servers_tool_is_shown_with_its_own_document(shelf: McpServer) -> None:
    async with running(shelf) as (_, toolbox, _):
        outcome = await toolbox.call("shelf_show_shelf", {"shelf": "A"}, ToolUse("k1"))
        assert "3" in outcome.text and outcome.view is not None
        assert outcome.view.title == "The shelf" and outcome.view.html == VIEW
        assert outcome.view.app["arguments"] == {"shelf": "A"}
        assert outcome.view.app["result"]["structuredContent"] == {"books": 3, "boxes": 1}


async def test_what_only_the_view_may_call_is_not_offered_to_models(shelf: McpServer) -> None:
    async with running(shelf) as (_, toolbox, _):
        assert toolbox.has("shelf_show_shelf") and not toolbox.has("shelf_refresh_shelf")


async def test_a_document_that_is_too_long_costs_the_picture_and_not_the_result(shelf: McpServer) -> None:
    async with running(shelf) as (_, toolbox, _):
        outcome = await toolbox.call("shelf_show_all", {}, ToolUse("k1"))
        assert outcome.text.startswith("xxx") and outcome.view is None


async def test_a_document_that_came_with_the_result_is_shown(shelf: McpServer) -> None:
    async with running(shelf) as (_, toolbox, _):
        outcome = await toolbox.call("shelf_draw", {}, ToolUse("k1"))
        assert outcome.view is not None and outcome.view.html == "<b>drawn</b>"


async def test_a_job_shows_the_view_and_what_people_do_in_it_is_told_in_words(shelf: McpServer) -> None:
    told: list[WorkToPage] = []
    surfaces = Surfaces(told.append)
    async with running(shelf) as (kept, _, _):
        toolbox = Toolbox(Approvals(told.append))
        toolbox.add(kept.tools())
        tools = JobTools(toolbox, "d1", "p1", Card(), surfaces.show_outcome)
        assert "3" in await tools.call("shelf_show_shelf", '{"shelf": "A"}')
    (shown,) = [each for each in told if isinstance(each, ShowHtml)]
    assert shown.surface_id == "app-1" and shown.app is not None and '"app":{"arguments"' in encode(shown)
    acted = surfaces.act("p1", SurfaceAction("app-1", "root", "message", "Reserve one"))
    assert acted is not None and acted.words == "wrote in 'The shelf': Reserve one"
    assert surfaces.act("p1", SurfaceAction("app-1", "root", "tools/call", "clear")) is None


@pytest.mark.parametrize(
    "contents",
    [
        [],
        [page("<p>x</p>", "image/png")],
        [page("")],
        [page("x" * (MAX_HTML_CHARS + 1))],
        [BlobResourceContents(uri="ui://a/b", mime_type=MIME_TYPE, blob="not base64!")],
        [BlobResourceContents(uri="ui://a/b", mime_type=MIME_TYPE, blob=base64.b64encode(b"\xff\xfe").decode())],
    ],
)
async def test_what_is_no_document_is_not_shown(contents: list[TextResourceContents | BlobResourceContents]) -> None:
    assert await view_of(Library(*contents), "ui://a/b", "Show", {}, DONE) is None


async def test_a_result_that_is_too_much_for_a_message_keeps_its_first_words() -> None:
    for arguments, result in (
        ({}, CallToolResult(content=[TextContent(type="text", text="word " * 20_000)])),
        ({}, CallToolResult(content=[], structured_content=nested(40))),
        ({"text": "x" * 40_000}, DONE),
    ):
        view = await view_of(Library(page("<p>x</p>")), "ui://a/b", "Show", arguments, result)
        assert view is not None and len(encode(ShowHtml("a", "Show", view.html, view.app))) < 40_000
        assert view.app["arguments"] == {}


def nested(levels: int) -> Json:
    return {"in": nested(levels - 1)} if levels else {}


def test_a_tool_names_its_view_in_either_form_and_only_within_its_server() -> None:
    assert resource_of(listed(ui={"resourceUri": "ui://a/b"})) == "ui://a/b"
    assert resource_of(listed(**{"ui/resourceUri": "ui://a/b"})) == "ui://a/b"
    for meta in ({}, {"ui": {"resourceUri": "https://a/b"}}, {"ui": {"resourceUri": 3}}, {"ui": "ui://a/b"}):
        assert resource_of(listed(**meta)) == ""
    assert is_for_model(listed()) and not is_for_model(listed(ui={"visibility": ["app"]}))
