"""The view of an MCP server's tool in the sandboxed frame: it is told its call, and reaches nothing else."""

from __future__ import annotations

from pathlib import Path

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
    await expect(answers).to_have_text("2026-01-26 inline; unasked -32000; tools -32601; mode inline; ")
    await expect(outer).to_have_css("height", "300px")
    assert await page.told() == []
    await inside.get_by_role("button", name="Reserve a book").click()
    await page.page.wait_for_function("() => told.length > 0")  # a function: the policy forbids eval
    (told,) = await page.told()
    assert (told["surfaceId"], told["action"], told["value"]) == ("app-1", "message", "Reserve one")
    await expect(answers).to_contain_text("sent")
    assert page.problems == [] and await page.broken() == []


async def test_a_document_that_is_no_tools_view_gets_no_answer(board: LayBoard) -> None:
    page = await board()
    await page.take("ui-html", surfaceId="report-1", title="Report", html=VIEW)
    inside = page.page.frame_locator('iframe[title="Report"]').frame_locator("iframe")
    await expect(inside.locator("#words")).to_have_text("waiting")
    await page.page.wait_for_timeout(500)  # an answer would have come
    await expect(inside.locator("#answers")).to_have_text("")
