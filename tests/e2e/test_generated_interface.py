"""What is asked in a call appears in it: the real agent, its tools and protocol, and the page in Chromium."""

from __future__ import annotations

import asyncio
import base64
import io
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from PIL import Image, ImageStat
from playwright.async_api import expect

from agent.background import ToolAccess, WorkOrder
from agent.mcp_tools import McpServer, McpServers
from agent.openai_background import Endpoint, OpenAiBackground
from agent.wire_fields import Json
from agent.work import WorkSetup
from model.types import (
    SPOKEN_SAMPLES,
    Action,
    BackgroundDelta,
    Delegate,
    Event,
    MicroTurnIn,
    MicroTurnOut,
    TypedText,
    UiAction,
)
from tests.agent.misbehaving_endpoint import DONE, Reply, chunk, endpoint_server, says, write
from tests.doubles import ScriptedEngine
from tests.e2e.browser import Person, person
from tests.office import Office, office

pytestmark = pytest.mark.timeout(120)
ROOT = Path(__file__).parent.parent.parent
ARTIFACTS = ROOT / "tests" / "artifacts"
ACTION_MS = 250  # in web/interface/html-frame.js: two acts within it are one
MAX_UNLIKENESS = 0.02  # what a caption's time or a timer's hand changes is far under it
SHOWN = ROOT / "web" / "pictures" / "call-with-cards.png"  # in the README


class Handover:
    """What an engine does that hands every typed request over, says what comes back, and keeps what it is told."""

    def __init__(self) -> None:
        self.acted: list[UiAction] = []
        self._num_requests = 0

    def answer(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        events = [event for micro_turn in heard for event in micro_turn.events]
        self.acted += [event for event in events if isinstance(event, UiAction)]
        words = " ".join(
            event.text for event in events if isinstance(event, BackgroundDelta) and event.kind == "spoken"
        )
        pcm = np.zeros(SPOKEN_SAMPLES, np.float32) if words else None
        return MicroTurnOut(heard[-1].index, pcm, words, tuple(self._act(events)))

    def _act(self, events: list[Event]) -> list[Action]:
        texts = [event.text for event in events if isinstance(event, TypedText)]
        self._num_requests += len(texts)
        return [Delegate(f"d{self._num_requests - at}", text) for at, text in enumerate(texts)]


class Slow:
    """A background engine that begins to answer and then works until it is stopped."""

    sees = False

    def __init__(self) -> None:
        self.was_stopped = asyncio.Event()

    async def work(self, order: WorkOrder, tools: ToolAccess) -> AsyncGenerator[str]:
        try:
            yield "I have asked two shops so far. "
            await asyncio.Event().wait()
        finally:
            self.was_stopped.set()


async def ask(someone: Person, text: str) -> None:
    await someone.page.get_by_label("Write a message").fill(text)
    await someone.page.keyboard.press("Enter")


async def enter(desk: Office, someone: Person, name: str) -> None:
    await someone.page.get_by_label("Your name").fill(name)
    await someone.join()
    await expect(someone.page.get_by_role("button", name="Silence AI")).to_be_enabled(timeout=30_000)


async def test_a_request_leads_to_a_card_and_to_interface_with_the_right_data() -> None:
    handover = Handover()
    async with office(engine=ScriptedEngine(handover.answer)) as desk, person(f"{desk.origin}/?room=show") as ada:
        page = ada.page
        await enter(desk, ada, "Ada")
        await ask(ada, "Make a chart of 3, 5 and 8")
        chart = page.get_by_role("img", name="Bar chart")
        await chart.wait_for()
        words = str(await chart.get_attribute("aria-label"))
        assert all(f" {value}" in words for value in (3, 5, 8)), words
        await page.locator('.job[data-state="done"]').wait_for()
        await ask(ada, "Set a timer for ten minutes")
        face = page.get_by_role("timer")
        await face.wait_for()
        assert (await face.inner_text()).startswith(("10:00", "9:5"))
        await ask(ada, "Ask everyone whether we break now")
        poll = page.locator("alongside-ui-poll")
        await poll.wait_for()
        await poll.get_by_role("button").first.click()
        await expect(poll.locator(".count").first).to_have_text("1")  # counted by the agent, not by the page
        await expect(poll).to_contain_text("Ada")
        ARTIFACTS.mkdir(exist_ok=True)
        await page.screenshot(path=ARTIFACTS / "generated-interface.png")
        await page.get_by_role("button", name="Cancel", exact=True).click()
        await expect(page.locator("alongside-ui-timer")).to_contain_text("Cancelled")
        assert await page.locator(".ui-broken").count() == 0
        await page.reload()
        await page.get_by_role("img", name="Bar chart").wait_for(
            timeout=30_000
        )  # who comes back sees what the others see
        await page.locator("alongside-ui-poll").wait_for()
        assert ada.problems == [] and await ada.violations() == []


async def test_a_click_on_the_card_stops_the_work_and_the_conversation_goes_on() -> None:
    handover, slow = Handover(), Slow()
    async with office(engine=ScriptedEngine(handover.answer)) as desk, person(f"{desk.origin}/?room=stop") as ada:
        desk.worker.setup = WorkSetup(slow)
        await enter(desk, ada, "Ada")
        await ask(ada, "Find out everything about the tides of Venus")
        card = ada.page.locator(".job")
        await expect(card).to_have_attribute("data-state", "running")
        await card.get_by_role("button").click()
        await expect(card).to_have_attribute("data-state", "cancelled")
        async with asyncio.timeout(5):
            await slow.was_stopped.wait()
        await ask(ada, "What is 12 times 12?")
        await expect(ada.page.locator('.job[data-state="done"]')).to_have_count(1)
        assert ada.problems == [] and await ada.violations() == []


def unlikeness(picture: Path, other: Path) -> float:
    """The mean difference of two pictures' brightness in 80 by 56 places; 1 is black against white."""
    with Image.open(picture) as first, Image.open(other) as second:
        assert first.size == second.size, (first.size, second.size)
        small = [np.asarray(each.convert("L").resize((80, 56)), np.float64) / 255 for each in (first, second)]
    return float(np.abs(small[0] - small[1]).mean())


async def test_the_picture_of_a_call_with_a_chart_a_form_and_a_job() -> None:
    handover = Handover()
    async with (
        office(engine=ScriptedEngine(handover.answer)) as desk,
        person(f"{desk.origin}/?room=picnic", viewport=(1280, 900)) as ada,
    ):
        desk.worker.setup = WorkSetup(Slow())
        await enter(desk, ada, "Ada")
        await ask(ada, "Make a form for the picnic with name and number of guests")
        await ada.page.locator("alongside-ui-form").wait_for()
        await ada.page.locator("li.line.agent:not(.interim)", has_text="fill it in").wait_for()
        await ask(ada, "Chart the apples picked: Mon 3, Tue 5, Wed 8")
        chart = ada.page.get_by_role("img", name="Bar chart")
        await chart.wait_for()
        words = str(await chart.get_attribute("aria-label"))
        assert all(part in words for part in ("Mon 3", "Tue 5", "Wed 8")), words
        await ada.page.locator("li.line.agent:not(.interim)", has_text="Here is the chart").wait_for()
        await ask(ada, "Find shops that are open on Sunday")
        await expect(ada.page.locator('.job[data-state="running"]')).to_contain_text("open on Sunday")
        await ada.page.locator("li.line.agent", has_text="two shops so far").wait_for()
        ARTIFACTS.mkdir(exist_ok=True)
        await ada.page.screenshot(path=ARTIFACTS / SHOWN.name)
        assert ada.problems == [] and await ada.violations() == []
    assert unlikeness(ARTIFACTS / SHOWN.name, SHOWN) < MAX_UNLIKENESS, f"renew {SHOWN} with the picture of this test"
    assert f"(web/pictures/{SHOWN.name})" in (ROOT / "README.md").read_text()


async def test_the_view_of_an_mcp_servers_tool_is_shown_and_what_is_pressed_in_it_is_told() -> None:
    handover = Handover()
    async with (
        shelf() as servers,
        endpoint_server(uses("shelf_show_shelf"), says, uses("shelf_clear"), says) as endpoint,
        office(engine=ScriptedEngine(handover.answer)) as desk,
        person(f"{desk.origin}/?room=shelf") as ada,
    ):
        desk.worker.setup = WorkSetup(OpenAiBackground(lambda: Endpoint(endpoint.url)), servers.tools)
        await enter(desk, ada, "Ada")
        await ask(ada, "Show me what stands on shelf A")
        frame = ada.page.locator('iframe[title="The shelf"]')
        inside = frame.content_frame.frame_locator("iframe")
        await expect(inside.locator("#words")).to_have_text("A holds 3", timeout=20_000)
        await inside.get_by_role("button", name="Reserve a book").click()
        async with asyncio.timeout(10):
            while not handover.acted:  # noqa: ASYNC110  # the engine is told with a micro-turn, which sets no event
                await asyncio.sleep(0.05)
        assert handover.acted[0].value == "wrote in 'The shelf': Reserve one"
        await ada.page.wait_for_timeout(2 * ACTION_MS)  # nobody presses twice as fast as this test
        await inside.get_by_role("button", name="Clear the shelf").click()
        leave = ada.page.get_by_role("alertdialog", name="May the AI use shelf_clear?")
        await leave.wait_for(timeout=20_000)
        await leave.get_by_role("button", name="Do not allow").click()
        await expect(inside.locator("#answers")).to_contain_text(
            "clear: failed, shelf_clear: somebody in the call said no"
        )
        await inside.get_by_role("button", name="Refresh").click()
        await expect(inside.locator("#answers")).to_contain_text("refresh_shelf: fresh")
        await ask(ada, "Now clear that shelf")
        leave = ada.page.get_by_role("alertdialog", name="May the AI use shelf_clear?")
        await leave.wait_for(timeout=20_000)
        await expect(ada.page.locator('.job[data-state="blocked"]')).to_have_count(1)
        assert len(endpoint.asked) == 3, "the tool waits"
        await leave.get_by_role("button", name="Allow once").click()
        await expect(ada.page.locator('.job[data-state="done"]')).to_have_count(2, timeout=20_000)
        assert endpoint.asked[3]["messages"][-1]["content"] == "A is empty"
        assert ada.problems == [] and await ada.violations() == []


LEND = """() => {
  window.heard = [];
  const call = document.querySelector("alongside-call");
  for (const type of ["job", "ui", "tool-call"]) call.addEventListener(type, () => heard.push(type));
  const parameters = { type: "object", properties: { double: { type: "boolean" } }, required: ["double"] };
  const cart = { name: "cart_total", description: "What is in the cart.", parameters };
  call.registerTool(cart, async ({ double }) => ({ total: double ? 15 : 7.5 }));
}"""


async def test_a_tool_that_the_page_around_lends_is_used_and_the_page_hears_of_it() -> None:
    handover = Handover()
    async with (
        endpoint_server(uses("cart_total", '{"double": true}'), says) as endpoint,
        office(engine=ScriptedEngine(handover.answer)) as desk,
        person(f"{desk.origin}/?room=cart") as ada,
    ):
        desk.worker.setup = WorkSetup(OpenAiBackground(lambda: Endpoint(endpoint.url)))
        await enter(desk, ada, "Ada")
        await ada.page.evaluate(LEND)
        await ask(ada, "How much would two of each in my cart cost?")
        await expect(ada.page.locator('.job[data-state="done"]')).to_have_count(1, timeout=20_000)
        heard = await ada.page.evaluate("heard")
        assert ada.problems == [] and await ada.violations() == []
    offered = [each["function"]["name"] for each in endpoint.asked[0]["tools"]]
    assert "cart_total" in offered and endpoint.asked[1]["messages"][-1]["content"] == '{"total": 15}'
    assert heard.count("tool-call") == 1 and heard.count("job") >= 3, heard


async def test_a_question_about_the_camera_takes_its_newest_picture_to_the_model() -> None:
    handover = Handover()
    async with (
        endpoint_server(uses("look_at_picture", '{"question": "What colour is it?"}'), says, says) as endpoint,
        office(engine=ScriptedEngine(handover.answer)) as desk,
        person(f"{desk.origin}/?room=camera") as ada,
    ):
        desk.worker.setup = WorkSetup(OpenAiBackground(lambda: Endpoint(endpoint.url, sees=True)))
        await enter(desk, ada, "Ada")
        await ada.page.get_by_role("button", name="Camera").click()
        await ada.page.locator(".tile.agent .looking").wait_for(timeout=20_000)
        await ask(ada, "Tell me the colour of what I hold up")
        await expect(ada.page.locator('.job[data-state="done"]')).to_have_count(1, timeout=20_000)
        assert ada.problems == [] and await ada.violations() == []
    words, picture = endpoint.asked[1]["messages"][-1]["content"]
    assert words["text"].endswith("What colour is it?")
    with Image.open(io.BytesIO(base64.b64decode(picture["image_url"]["url"].partition(",")[2]))) as shown:
        red, green, blue = ImageStat.Stat(shown.convert("RGB")).median
    assert green > red and green > blue, "Chromium's own camera is green"
    assert endpoint.asked[2]["messages"][-1]["content"] == "Paris is the capital."


def uses(tool: str, arguments: str = '{"shelf": "A"}') -> Reply:
    """A model that asks for a tool first."""

    async def reply(body: Json, response: web.StreamResponse) -> None:
        call = {"index": 0, "id": "c1", "function": {"name": tool, "arguments": arguments}}
        await write(response, chunk(tools=[call]), chunk(finish="tool_calls"), DONE)

    return reply


@asynccontextmanager
async def shelf() -> AsyncGenerator[McpServers]:
    """A real MCP server over stdio, whose tool has a view."""
    servers = McpServers((McpServer("shelf", (sys.executable, "-m", "tests.agent.mcp_server", "stdio")),))
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(servers.run(), name="mcp")
        async with asyncio.timeout(60):
            await servers.ready.wait()
        yield servers
        keeping.cancel()


async def test_an_etiquette_chosen_by_one_is_seen_by_the_other() -> None:
    handover = Handover()
    address = "/?room=manners"
    async with office(engine=ScriptedEngine(handover.answer)) as desk, person(desk.origin + address) as ada:
        await enter(desk, ada, "Ada")
        bob = await ada.page.context.new_page()
        await bob.goto(desk.origin + address)
        await bob.get_by_label("Your name").fill("Bob")
        await bob.get_by_role("button", name="Join", exact=True).click()
        await bob.get_by_role("button", name="AI: ").wait_for()
        await ada.page.get_by_role("button", name="AI: ").click()
        await ada.page.get_by_role("radio", name="Undertone").check()
        await bob.get_by_role("button", name="AI: Undertone").wait_for()
        assert ada.problems == []
