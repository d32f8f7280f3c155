"""What is asked in a call appears in it: the real agent, its tools and protocol, and the page in Chromium."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import expect

from agent.background import ToolAccess, WorkOrder
from agent.work import WorkSetup
from model.types import Action, Delegate, Event, MicroTurnIn, MicroTurnOut, TypedText, UiAction
from tests.doubles import ScriptedEngine
from tests.e2e.browser import Person, person
from tests.office import Office, office

pytestmark = pytest.mark.timeout(120)
ARTIFACTS = Path(__file__).parent.parent / "artifacts"


class Handover:
    """What an engine does that hands every typed request over, and keeps what it is told of the interface."""

    def __init__(self) -> None:
        self.acted: list[UiAction] = []
        self._num_requests = 0

    def answer(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        events = [event for micro_turn in heard for event in micro_turn.events]
        self.acted += [event for event in events if isinstance(event, UiAction)]
        return MicroTurnOut(heard[-1].index, actions=tuple(self._act(events)))

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
            yield "I am looking at it. "
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
