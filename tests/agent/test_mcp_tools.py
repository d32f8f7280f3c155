"""agent/mcp_tools.py with real servers: one from PyPI over stdio, one over streamable HTTP"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent.approvals import Approvals
from agent.errors import ToolError
from agent.mcp_tools import McpServer, McpServers, read_servers
from agent.surfaces import Surfaces
from agent.tool import MAX_OUTCOME_CHARS, ToolUse
from agent.toolbox import Toolbox
from agent.wire_work import AnswerApproval, ApprovalCard, ShowSurface, WorkToPage

pytestmark = pytest.mark.timeout(60)
CLOCK = McpServer("time", (sys.executable, "-m", "mcp_server_time", "--local-timezone", "Europe/Lisbon"))
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def shelf() -> Iterator[McpServer]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.agent.mcp_server"], stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        yield McpServer("shelf", url=f"http://127.0.0.1:{int(process.stdout.readline())}/mcp", timeout_s=10)
        process.terminate()


@asynccontextmanager
async def running(*servers: McpServer) -> AsyncGenerator[tuple[McpServers, Toolbox, Approvals]]:
    kept = McpServers(servers)
    approvals = Approvals(lambda card: None)
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(kept.run(), name="mcp")
        async with asyncio.timeout(40):
            await kept.ready.wait()
        toolbox = Toolbox(approvals)
        toolbox.add(kept.tools())
        yield kept, toolbox, approvals
        keeping.cancel()


async def test_a_server_from_the_index_is_used_for_real() -> None:
    async with running(CLOCK) as (_, toolbox, _):
        assert toolbox.has("time_get_current_time") and toolbox.has("time_convert_time")
        arguments = {"source_timezone": "Europe/Lisbon", "time": "12:00", "target_timezone": "Asia/Tokyo"}
        outcome = await toolbox.call("time_convert_time", arguments, ToolUse("k1"))
        assert "Asia/Tokyo" in outcome.text and "T2" in outcome.text
        with pytest.raises(ToolError, match=r"time_convert_time: .*[Tt]imezone"):
            await toolbox.call("time_convert_time", {**arguments, "target_timezone": "Mars/Base"}, ToolUse("k2"))


async def test_only_allowed_tools_are_offered() -> None:
    server = McpServer("time", CLOCK.command, allow=("get_current_time",))
    async with running(server) as (kept, _, _):
        assert [tool.spec.name for tool in kept.tools()] == ["time_get_current_time"]


async def test_a_server_that_dies_is_told_of_and_comes_back() -> None:
    async with running(CLOCK) as (kept, toolbox, _):
        command = ["pgrep", "-P", str(os.getpid()), "-f", "mcp_server_time"]
        children = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
        for pid in children.stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        with pytest.raises(ToolError, match="gone"):
            await toolbox.call("time_get_current_time", {"timezone": "Asia/Tokyo"}, ToolUse("k1"))
        async with asyncio.timeout(40):
            while not kept.tools():  # noqa: ASYNC110  # nothing is set when a server is back
                await asyncio.sleep(0.1)
        toolbox.add(kept.tools())
        assert "Tokyo" in (await toolbox.call("time_get_current_time", {"timezone": "Asia/Tokyo"}, ToolUse("k2"))).text


async def test_over_http_a_tool_that_destroys_asks_first(shelf: McpServer) -> None:
    cards: asyncio.Queue[ApprovalCard] = asyncio.Queue(8)
    async with running(shelf) as (kept, _, _):
        approvals = Approvals(cards.put_nowait)
        toolbox = Toolbox(approvals)
        toolbox.add(kept.tools())
        async with asyncio.TaskGroup() as tasks:
            calling = tasks.create_task(toolbox.call("shelf_clear", {"shelf": "A"}, ToolUse("k1")), name="call")
            card = await cards.get()
            assert "change or delete" in card.reason and not calling.done()
            approvals.answer(AnswerApproval(card.id, True, False))
            assert (await calling).text == "A is empty"


async def test_what_a_server_gives_is_bounded_and_its_failure_is_told(shelf: McpServer) -> None:
    async with running(shelf) as (_, toolbox, _):
        assert len((await toolbox.call("shelf_flood", {}, ToolUse("k1"))).text) == MAX_OUTCOME_CHARS
        with pytest.raises(ToolError, match="the shelf is locked"):
            await toolbox.call("shelf_fail", {}, ToolUse("k2"))


async def test_how_far_a_tool_is_reaches_the_card(shelf: McpServer) -> None:
    told: list[tuple[float | None, str]] = []
    async with running(shelf) as (_, toolbox, _):
        use = ToolUse("k1", report=lambda progress, note: told.append((progress, note)))
        assert (await toolbox.call("shelf_count_books", {}, use)).text == "counted"
    assert told == [(0.25, "the first of four"), (0.75, "the third of four")]


async def test_pictures_of_a_result_are_shown_where_a_page_takes_them_and_told_of(shelf: McpServer) -> None:
    async with running(shelf) as (_, toolbox, _):
        outcome = await toolbox.call("shelf_photograph", {"shelf": "A"}, ToolUse("k1"))
    assert outcome.text.splitlines() == [
        "shelf A",
        "(a picture that people see)",
        "(a picture that cannot be shown)",
        "(a picture that cannot be shown)",
    ]
    shown: list[WorkToPage] = []
    Surfaces(shown.append).show_outcome(outcome)
    (surface,) = shown
    assert isinstance(surface, ShowSurface) and surface.surface_id == "picture-1"
    assert surface.components[0]["src"].startswith("data:image/png;base64,iVBOR")
    assert surface.components[0]["alt"] == "photograph"


async def test_a_server_that_is_not_there_holds_nothing_up() -> None:
    missing = McpServer("gone", ("/nowhere/server",))
    unreachable = McpServer("off", url="http://127.0.0.1:9/mcp")
    async with running(missing, unreachable) as (kept, _, _):
        assert kept.tools() == []


def test_the_configuration_is_read_and_what_is_wrong_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mcp.toml"
    file.write_text('[[server]]\nname = "time"\ncommand = ["mcp-server-time"]\nallow = ["get_current_time"]\n')
    assert read_servers(file) == (McpServer("time", ("mcp-server-time",), allow=("get_current_time",)),)
    for text, words in (
        ('[[server]]\nname = "a b"\nurl = "http://x"', "server name"),
        ('[[server]]\nname = "a"', "either a command or a url"),
        ('[[server]]\nname = "a"\nurl = "ftp://x"', "http:// or https://"),
        ('[[server]]\nname = "a"\nurl = "http://x"\ncolour = 1', "colour"),
        ("server = 3", "tables"),
        ("[[", "mcp.toml"),
    ):
        file.write_text(text)
        with pytest.raises(ValueError, match=words):
            read_servers(file)
