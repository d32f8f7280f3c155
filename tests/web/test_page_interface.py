"""What an agent shows: every component, changed in place, and what people do with it goes back."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.async_api import expect

from tests.web.board_page import LayBoard
from tests.web.showcase import CHART, FORM, OTHERS, POLL, TIMER, Component, column, png, svg
from tests.web.visits import ROOT

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]
PICTURES = ROOT / "tests" / "artifacts"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_component_is_shown_and_none_breaks_a_rule_of_access(
    board: LayBoard, scheme: Literal["light", "dark"]
) -> None:
    page = await board(color_scheme=scheme, viewport={"width": 640, "height": 3600})
    pixels = {"component": "Image", "src": png(300, 100), "alt": "a grey field"}
    drawing = {"component": "Image", "src": svg('<circle cx="60" cy="60" r="50" fill="teal"/>'), "alt": "a disc"}
    charts = [CHART, {**CHART, "type": "line", "title": "Lines"}, {**CHART, "type": "pie", "title": "Slices"}]
    await page.show("all", *column(*OTHERS, *charts, FORM, POLL, TIMER, pixels, drawing), title="Everything")
    image = page.page.frame_locator("iframe").frame_locator("iframe").locator("img")
    await expect(image).to_have_js_property("complete", True)
    assert await image.evaluate("(img) => img.naturalWidth") == 320
    await page.page.locator("canvas.ui-image").wait_for()
    assert await page.broken() == [] and await page.page.locator(".ui-broken").count() == 0
    PICTURES.mkdir(exist_ok=True)
    await page.page.locator(".surface").screenshot(path=PICTURES / f"every-component-{scheme}.png")
    assert await page.breaches() == []
    assert page.problems == []


async def test_a_chart_shows_its_numbers_to_those_who_see_it_and_those_who_do_not(board: LayBoard) -> None:
    page = await board()
    await page.show("chart", CHART)
    picture = page.page.get_by_role("img", name="Bar chart Apples picked: apples Mon 3, apples Tue 5, apples Wed 8")
    heights = await picture.locator("rect").evaluate_all(
        "(bars) => bars.map((bar) => Number(bar.getAttribute('height')))"
    )
    assert [round(height / heights[0], 2) for height in heights] == [1.0, 1.67, 2.67]
    await page.page.get_by_text("Show the numbers").click()
    assert await page.page.get_by_role("row").all_inner_texts() == ["Label\tapples", "Mon\t3", "Tue\t5", "Wed\t8"]
    await page.page.evaluate("window.before = board.node.querySelector('alongside-ui-chart')")
    more = {**CHART, "labels": ["Mon", "Tue"], "series": [{"name": "apples", "values": [4, None]}]}
    await page.show("chart", more)
    await expect(picture).to_have_count(0)
    assert await page.page.evaluate("before.isConnected")
    assert await page.page.get_by_role("row").all_inner_texts() == ["Label\tapples", "Mon\t4", "Tue\t\u2013"]


async def test_what_somebody_types_outlives_a_change_of_the_form(board: LayBoard) -> None:
    page = await board()
    await page.show("form", FORM)
    await page.page.get_by_label("Place").fill("The Mill")
    await page.page.get_by_label("Vegan").check()
    await page.page.get_by_label("Place").focus()
    fields = [*FORM["fields"], {"name": "notes", "label": "Notes", "type": "text"}]
    await page.show("form", {**FORM, "title": "Where, then?", "fields": fields})
    await page.sees("Where, then?")
    assert await page.focused() == "Place *"
    assert await page.page.get_by_label("Place").input_value() == "The Mill"
    await page.press("Suggest")
    (told,) = await page.told()
    values = {
        "place": "The Mill",
        "people": 4,
        "food": "",
        "needs": ["Vegan"],
        "outside": False,
        "day": "",
        "notes": "",
    }
    assert (told["surfaceId"], told["componentId"], told["action"]) == ("form", "root", "submit")
    assert told["value"] == values
    await page.show("form", {**FORM, "isDone": True})
    await expect(page.page.get_by_role("button", name="Suggest")).to_be_disabled()


async def test_a_form_that_lacks_something_says_what_and_is_not_sent(board: LayBoard) -> None:
    page = await board()
    await page.show("form", FORM)
    await page.press("Suggest")
    await page.sees("Place is needed.")
    assert (await page.focused()).startswith("Place *")
    assert await page.told() == []
    assert await page.breaches() == []
    await page.page.get_by_label("Place").fill("The Mill")
    await page.page.keyboard.press("Enter")
    assert [told["action"] for told in await page.told()] == ["submit"]
    assert await page.page.get_by_text("Place is needed.").count() == 0


ANSWERS: list[tuple[Component, str, tuple[str, object]]] = [
    (POLL, "In ten minutes", ("vote", "later")),
    (OTHERS[6], "Bags", ("check", {"id": "2", "isDone": True})),
    (OTHERS[10], "Remove “Ask about Sunday”", ("remove", "n1")),
    (OTHERS[11], "Ask again", ("again", None)),
    (TIMER, "Cancel", ("cancel", None)),
]


async def test_one_press_is_told_as_one_action(board: LayBoard) -> None:
    page = await board()
    for component, name, expected in ANSWERS:
        await page.show("one", component)
        role = "checkbox" if component["component"] == "Checklist" else "button"
        await page.page.get_by_role(role, name=name).click()
        (told,) = await page.told()
        assert (told["action"], told["value"]) == expected, component["component"]
        assert (told["surfaceId"], told["componentId"]) == ("one", "root")
        await page.take("ui-remove", surfaceId="one")


async def test_code_and_an_address_are_copied_as_they_are(board: LayBoard) -> None:
    page = await board(permissions=["clipboard-read", "clipboard-write"])
    code = "if a < b & c:\n    print('<b>')"
    for component, copied in (
        ({"component": "Code", "code": code, "language": "python"}, code),
        ({"component": "Location", "name": "Corner Shop", "address": "1 Mill Lane"}, "Corner Shop\n1 Mill Lane"),
    ):
        await page.show("words", component)
        await page.press("Copy")
        await page.sees("Copied")
        assert await page.page.evaluate("navigator.clipboard.readText()") == copied
    assert page.problems == []


async def test_votes_come_in_without_taking_the_focus_away(board: LayBoard) -> None:
    page = await board()
    await page.show("poll", POLL)
    mine = page.page.get_by_role("button", name="In ten minutes")
    await mine.focus()
    await page.page.keyboard.press("Enter")
    await expect(mine).to_have_attribute("aria-pressed", "true")
    counted = [{"id": "yes", "label": "Yes, now", "votes": 2}, {"id": "later", "label": "In ten minutes", "votes": 2}]
    await page.show("poll", {**POLL, "options": counted})
    await page.sees("Votes so far: 4")
    assert (await page.focused()).startswith("In ten minutes")
    await expect(mine).to_have_attribute("aria-pressed", "true")
    await page.show("poll", {**POLL, "isOpen": False})
    await expect(mine).to_be_disabled()


async def test_a_timer_runs_down_by_itself_and_a_stopwatch_up(board: LayBoard) -> None:
    page = await board()
    await page.page.clock.install(time=0)
    await page.page.clock.pause_at(1000)
    await page.show("timer", {**TIMER, "durationMs": 10_000, "remainingMs": 9_500})
    face = page.page.get_by_role("timer")
    await expect(face).to_have_text("0:10")
    await page.page.clock.run_for(4_000)
    await expect(face).to_have_text("0:06")
    await page.show("timer", {**TIMER, "durationMs": 10_000, "remainingMs": 3_000, "state": "paused"})
    await page.page.clock.run_for(4_000)
    await expect(face).to_have_text("0:03")
    await page.show("timer", {**TIMER, "durationMs": 10_000, "remainingMs": 3_000})
    await page.page.clock.run_for(5_000)
    await expect(face).to_have_text("0:00")
    await page.sees("Time is up")
    await page.show("timer", {**TIMER, "durationMs": 0, "remainingMs": -61_000, "isCountdown": False})
    await page.page.clock.run_for(2_000)
    await expect(face).to_have_text("1:03")


async def test_a_closed_surface_is_gone_for_this_page_and_can_be_brought_back(board: LayBoard) -> None:
    page = await board()
    await page.show("poll", POLL, title="Break")
    await page.press("Close Break")
    (told,) = await page.told()
    assert (told["componentId"], told["action"], told["value"]) == ("root", "dismiss", None)
    question = page.page.get_by_text("Shall we break now?")
    await expect(question).to_be_hidden()
    await page.show("poll", {**POLL, "isOpen": False}, title="Break")
    await expect(question).to_be_hidden()
    assert await page.focused() == "Break"
    await page.page.keyboard.press("Enter")
    await expect(question).to_be_visible()
    await page.take("ui-remove", surfaceId="poll")
    await expect(page.page.locator(".board")).to_be_hidden()


async def test_a_job_shows_how_far_it_is_and_can_be_cancelled(board: LayBoard) -> None:
    page = await board()
    job = {"id": "d1", "title": "Find open shops", "note": "Asking the third", "progress": 0.4}
    await page.take("job", **job, state="running")
    bar = page.page.get_by_role("progressbar", name="Find open shops")
    await expect(bar).to_have_attribute("aria-valuenow", "40")
    await page.press("Cancel Find open shops")
    assert await page.told() == [{"v": 1, "kind": "job-cancel", "id": "d1"}]
    await page.take("job", **{**job, "note": ""}, state="cancelled")
    await page.page.locator(".job", has_text="Cancelled").wait_for()
    assert await page.page.get_by_role("button", name="Cancel Find open shops").count() == 0
    for index in range(6):
        await page.take("job", id=f"e{index}", title=f"Errand {index}", state="done", progress=1, note="")
    assert await page.page.locator(".job b").all_inner_texts() == ["Errand 5", "Errand 4", "Errand 3"]
    assert await page.breaches() == []


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("Allow once", {"approve": True, "remember": False}),
        ("Allow in this call", {"approve": True, "remember": True}),
        ("Do not allow", {"approve": False, "remember": False}),
    ],
)
async def test_a_tool_that_needs_leave_asks_for_it(board: LayBoard, name: str, answer: dict[str, bool]) -> None:
    page = await board()
    asked = {"id": "a1", "tool": "shop/order", "arguments": {"item": "bread"}, "reason": "You asked for two loaves."}
    await page.take("approval", **asked, state="asked")
    await page.page.get_by_role("alertdialog", name="May the AI use shop/order?").wait_for()
    await page.page.get_by_text("What it would send").click()
    await page.sees('"item": "bread"')
    assert await page.breaches() == []
    await page.press(name)
    assert await page.told() == [{"v": 1, "kind": "approval-answer", "id": "a1", **answer}]
    await page.take("approval", **asked, state="denied")
    await page.sees("Not allowed: shop/order")
    assert await page.page.get_by_role("button", name=name).count() == 0
