"""The view of an MCP server's tool in the sandboxed frame: it is told its call, and reaches nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.web.board_page import LayBoard

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]
VIEW = (Path(__file__).parent.parent / "agent" / "shelf_view.html").read_text()
APP = {"arguments": {"shelf": "A"}, "result": {"content": [], "structuredContent": {"books": 3}}}


async def test_a_view_gets_its_tools_call_and_its_words_pass_only_after_a_press(board: LayBoard) -> None:
    page = await board()
    await page.take("ui-html", surfaceId="app-1", title="The shelf", html=VIEW, app=APP)
    outer = page.page.locator('iframe[title="The shelf"]')
    inside = page.page.frame_locator('iframe[title="The shelf"]').frame_locator("iframe")
    await expect(inside.locator("#words")).to_have_text("A holds 3")
    answers = inside.locator("#answers")
    await expect(answers).to_have_text("2026-01-26 inline; unasked -32000; tools -32000; mode inline; ")
    await expect(outer).to_have_css("height", "300px")
    assert await page.told() == []
    await inside.get_by_role("button", name="Reserve a book").click()
    await page.page.wait_for_function("() => told.length > 0")  # a function: the policy forbids eval
    (told,) = await page.told()
    assert (told["surfaceId"], told["action"], told["value"]) == ("app-1", "message", "Reserve one")
    await expect(answers).to_contain_text("sent")
    assert page.problems == [] and await page.broken() == []


async def test_a_view_uses_its_servers_tools_after_a_press_and_is_told_what_came_of_it(board: LayBoard) -> None:
    page = await board()
    await page.take("ui-html", surfaceId="app-1", title="The shelf", html=VIEW, app=APP)
    inside = page.page.frame_locator('iframe[title="The shelf"]').frame_locator("iframe")
    answers = inside.locator("#answers")
    await expect(answers).to_contain_text("mode inline; ")
    assert await page.told() == [], "what nobody pressed for asks for nothing"
    fresh = {"result": {"content": [{"type": "text", "text": "fresh"}]}}
    denied = {"error": "shelf_clear: somebody said no"}
    asked: dict[str, Any] = {}  # Any: JSON
    for name, answer in (("Refresh", fresh), ("Clear the shelf", denied)):
        await page.page.wait_for_timeout(300)  # acts that follow each other faster than people press are one
        await inside.get_by_role("button", name=name).click()
        await page.page.wait_for_function("() => told.length > 0")
        (told,) = await page.told()
        assert (told["surfaceId"], told["action"]) == ("app-1", "call")
        asked = told["value"]
        await page.take("ui-result", surfaceId="app-1", id="another", result={"content": []})
        await page.take("ui-result", surfaceId="app-2", id=asked["id"], result={"content": []})
        for _ in range(2):  # the second is nobody's any more
            await page.take("ui-result", surfaceId="app-1", id=asked["id"], **answer)
    assert asked["name"] == "clear" and asked["arguments"] == {"shelf": "A"}
    await expect(answers).to_contain_text("refresh_shelf: fresh; clear: failed, shelf_clear: somebody said no; ")
    assert page.problems == [] and await page.broken() == []


HOSTILE_VIEW = """
<button>Go</button><p id="answers"></p>
<script>
  const post = (message) => window.parent.postMessage(message, "*");
  let count = 0;
  addEventListener("message", ({ data }) => {
    if (data?.jsonrpc) document.getElementById("answers").textContent = `${++count} refused or answered`;
  });
  const call = (params, id) => post({ jsonrpc: "2.0", id, method: "tools/call", params });
  const attacks = [
    () => call({ name: "clear", arguments: "all" }, 1),
    () => call({ name: ["clear"], arguments: {} }, 2),
    () => call({ name: "clear", arguments: { much: "x".repeat(40000) } }, 3),
    () => call({ name: "clear", arguments: { big: 10n } }, 4),
    () => { const round = {}; round.round = round; call({ name: "clear", arguments: round }, 5); },
    () => { let deep = {}; for (let i = 0; i < 40; i++) deep = { deep }; call({ name: "clear", arguments: deep }, 6); },
    () => call(null, 7),
    () => post({ kind: "act", action: "call", value: { name: "clear", arguments: {} }, id: 8 }),
    () => post({ kind: "called", id: 9, result: {} }),
    () => window.parent.parent.postMessage({ kind: "act", action: "call", id: 9, value: { name: "clear" } }, "*"),
    () => window.top.postMessage({ kind: "called", id: "10", result: {} }, "*"),
    () => call({ name: "clear", arguments: {} }),
  ];
  document.querySelector("button").onclick = () => { for (const attack of attacks) attack(); };
</script>
"""


async def test_what_a_hostile_view_asks_for_reaches_nobody_and_the_page_lives(board: LayBoard) -> None:
    page = await board()
    await page.take("ui-html", surfaceId="app-1", title="Bad", html=HOSTILE_VIEW, app=APP)
    inside = page.page.frame_locator('iframe[title="Bad"]').frame_locator("iframe")
    await inside.get_by_role("button", name="Go").click()
    await expect(inside.locator("#answers")).to_have_text("7 refused or answered")
    assert await page.told() == [] and page.problems == [] and await page.broken() == []


async def test_a_view_that_calls_on_and_on_is_slowed_to_what_people_press(board: LayBoard) -> None:
    page = await board()
    flood = """<button>Go</button><script>document.querySelector("button").onclick = () => {
      for (let id = 1; id <= 50; id++)
        parent.postMessage({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "clear" } }, "*");
    };</script>"""
    await page.take("ui-html", surfaceId="app-1", title="Flood", html=flood, app=APP)
    inside = page.page.frame_locator('iframe[title="Flood"]').frame_locator("iframe")
    await inside.get_by_role("button", name="Go").click()
    await page.page.wait_for_function("() => told.length > 0")
    await page.page.wait_for_timeout(1000)  # more would have come
    assert [each["value"]["name"] for each in await page.told()] == ["clear"]


async def test_a_document_that_is_no_tools_view_gets_no_answer(board: LayBoard) -> None:
    page = await board()
    await page.take("ui-html", surfaceId="report-1", title="Report", html=VIEW)
    inside = page.page.frame_locator('iframe[title="Report"]').frame_locator("iframe")
    await expect(inside.locator("#words")).to_have_text("waiting")
    await inside.get_by_role("button", name="Refresh").click()
    await page.page.wait_for_timeout(500)  # an answer would have come
    await expect(inside.locator("#answers")).to_have_text("")
    assert await page.told() == []
