"""agent/http_tools.py against a real server: what the host allows is asked, and whatever comes back ends in words"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from agent.approvals import Approvals
from agent.background_setup import BackgroundConfig, background
from agent.errors import ToolError
from agent.http_tools import MAX_ROW_CHARS, MAX_ROWS, HttpRequest, HttpTool, read_http_tools
from agent.tool import ToolUse
from agent.toolbox import Toolbox
from agent.wire_fields import Json

RESULTS = [{"title": f"Page {index}", "about": {"text": f"about {index}"}, "rank": index} for index in range(20)]
WORDS = {"query": "what to look for"}


@dataclass
class Site:
    """Where it is and what was asked of it."""

    url: str = ""
    asked: list[web.Request] = field(default_factory=list[web.Request])
    bodies: list[str] = field(default_factory=list[str])

    def tool(self, path: str, environ: dict[str, str] | None = None, **options: object) -> HttpTool:
        fields: Json = {"arguments": WORDS, **options}
        return HttpTool(HttpRequest("search", "Searches.", self.url + path, **fields), environ or {})


@asynccontextmanager
async def site() -> AsyncGenerator[Site]:
    running = Site()

    async def answer(request: web.Request) -> web.StreamResponse:
        running.asked.append(request)
        running.bodies.append(await request.text())
        match request.path.split("/")[1]:
            case "search":
                return web.json_response({"web": {"results": RESULTS}})
            case "plain":
                return web.Response(text=f"found {request.path}")
            case "away":
                raise web.HTTPFound("/search")
            case "flood":
                return web.Response(body=b"x" * 3_000_000)
            case "stall":
                await asyncio.sleep(5)
            case "garbage":
                return web.Response(body=b"{not json", content_type="application/json")
            case _:
                pass
        return web.Response(status=503)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    running.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield running
    finally:
        await runner.cleanup()


async def use(tool: HttpTool, **arguments: object) -> str:
    toolbox = Toolbox(Approvals(lambda card: None))
    toolbox.add([tool])
    return (await toolbox.call("search", arguments, ToolUse("d1.1"))).text


async def test_results_are_told_a_line_each_with_the_columns_the_host_chose() -> None:
    async with site() as there:
        tool = there.tool("/search", {"KEY": "sesame"}, rows="web.results", columns=("title", "about.text"))
        lines = (await use(tool, query="tides & bread")).splitlines()
        assert lines[:2] == ["Page 0 - about 0", "Page 1 - about 1"] and len(lines) == MAX_ROWS
        assert there.asked[0].query["query"] == "tides & bread"
        assert "Authorization" not in there.asked[0].headers
        keyed = there.tool("/search", {"KEY": "sesame"}, key_variable="KEY", key_header="X-Key", key_prefix="")
        assert len(await use(keyed, query="x")) <= MAX_ROW_CHARS
        assert there.asked[1].headers["X-Key"] == "sesame" and "sesame" not in repr(keyed)


async def test_an_argument_fills_its_place_and_nothing_around_it() -> None:
    async with site() as there:
        hostile = "../../admin?x=1#y@evil.example/"
        told = await use(there.tool("/plain/{query}/end"), query=hostile)
        assert there.asked[0].raw_path.count("/") == 3 and there.asked[0].raw_path.endswith("/end")
        assert told.startswith("found /plain/") and there.asked[0].query_string == ""


async def test_a_post_has_a_body_and_a_key_that_says_it_is_the_same_call() -> None:
    async with site() as there:
        await use(there.tool("/search", method="POST"), query="milk")
        assert json.loads(there.bodies[0]) == {"query": "milk"} and there.asked[0].query_string == ""
        assert there.asked[0].headers["Idempotency-Key"] == "d1.1"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/away", "status 302"),
        ("/nothing", "status 503"),
        ("/flood", "longer than"),
        ("/stall", "did not answer in time"),
        ("/garbage", "not JSON"),
    ],
)
async def test_whatever_goes_wrong_ends_in_words(path: str, words: str) -> None:
    async with site() as there:
        with pytest.raises(ToolError, match=words):
            await use(there.tool(path, timeout_s=0.5), query="x")
        assert len(there.asked) == 1, "no redirect is followed, nothing is asked again"


async def test_arguments_that_do_not_fit_are_never_sent() -> None:
    async with site() as there:
        for arguments, words in (
            ({}, "query: expected"),
            ({"query": "x" * 1_001}, "query: expected"),
            ({"query": ["x"]}, "query: expected"),
            ({"query": "x", "site": "y"}, "site: not known"),
        ):
            with pytest.raises(ToolError, match=words):
                await use(there.tool("/search"), **arguments)
        assert there.asked == []
    with pytest.raises(ToolError, match="cannot be reached"):
        await use(Site("http://127.0.0.1:9").tool("/search"), query="x")


CONFIGURED = """
[[http]]
name = "search"
description = "Searches the web."
url = "https://search.example/v1?q={query}"
arguments = { query = "what to look for" }
columns = ["title"]
danger = "It costs a cent."
"""


async def test_what_the_host_configures_is_offered_in_every_call(tmp_path: Path) -> None:
    file = tmp_path / "tools.toml"
    file.write_text(CONFIGURED)
    (tool,) = read_http_tools(file, {})
    assert (tool.spec.name, tool.spec.danger) == ("search", "It costs a cent.")
    assert tool.spec.schema["required"] == ["query"] and tool.request.columns == ("title",)
    async with background(BackgroundConfig(mcp=str(file)), {}) as setup:
        assert [each.spec.name for each in setup.tools()] == ["search"] and setup.has_look_up


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('"search"', '"a b"'), "name"),
        (("https://search.example", "ftp://x"), "http:// or https://"),
        (("search.example", "{query}"), "cannot choose the host"),
        (("{query}", "{words}"), "names words"),
        (("danger", "colour"), "colour"),
        (("columns =", 'method = "DELETE"\ncolumns ='), "none of GET, POST"),
        (("columns =", 'key_variable = "SEARCH_KEY"\ncolumns ='), "set SEARCH_KEY"),
        (("[[http]]", "[http]"), "tables"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(change: tuple[str, str], words: str, tmp_path: Path) -> None:
    file = tmp_path / "tools.toml"
    file.write_text(CONFIGURED.replace(*change))
    with pytest.raises(ValueError, match=words):
        read_http_tools(file, {})
