"""The page by keyboard, by screen reader, in the dark, on a phone, and under its own strict policy."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.async_api import Browser

from tests.web.visits import Visit

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_state_of_the_page_breaks_a_rule_of_access_or_of_the_policy(
    browser: Browser, home: str, scheme: Literal["light", "dark"]
) -> None:
    visit = await Visit.open(browser, home, color_scheme=scheme)
    await visit.sees("Join the call")
    assert await visit.breaches() == []
    await visit.press("Check microphone and camera")
    await visit.page.get_by_role("combobox", name="Microphone").wait_for()
    await visit.press("Camera")
    await visit.page.get_by_label("Your camera").wait_for()
    assert await visit.breaches() == []
    await visit.join("Ada")
    await visit.sees("The AI cannot join right now.")
    assert await visit.breaches() == []
    await visit.press("Devices")
    await visit.page.get_by_role("dialog").wait_for()
    assert await visit.breaches() == []
    await visit.press("Close")
    await visit.press("Leave")
    await visit.sees("You left the call.")
    assert await visit.breaches() == []
    assert visit.problems == []


async def test_the_way_into_a_call_and_out_of_it_needs_no_mouse(browser: Browser, home: str) -> None:
    visit = await Visit.open(browser, home)
    keyboard = visit.page.keyboard
    await visit.sees("Join the call")
    order: list[str] = []
    for _ in range(4):
        await keyboard.press("Tab")
        order.append(await visit.focused())
    assert order == ["Your name", "Check microphone and camera", "Join", "Join without a microphone"]
    await keyboard.press("Shift+Tab")
    await keyboard.press("Enter")
    await visit.in_call()
    assert await visit.focused() == "Mute"
    await keyboard.press("Space")
    assert await visit.focused() == "Unmute"
    for _ in range(3):
        await keyboard.press("Tab")
    assert await visit.focused() in ("Devices", "Leave")  # the AI is not here, so there is nobody to silence
    await visit.page.get_by_role("button", name="Leave").focus()
    await keyboard.press("Enter")
    await visit.sees("You left the call.")
    assert await visit.focused() == "Join again"


async def test_who_presses_enter_in_the_name_joins(browser: Browser, home: str) -> None:
    visit = await Visit.open(browser, home)
    await visit.page.get_by_label("Your name").fill("Ada")
    await visit.page.keyboard.press("Enter")
    await visit.in_call()
    await visit.sees("Ada (you)")


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_is_cut_off_sideways(browser: Browser, home: str, width: int) -> None:
    visit = await Visit.open(browser, home, viewport={"width": width, "height": 720})
    await visit.join("A rather long name that somebody may well have in real life")
    overflow = await visit.page.evaluate(
        """() => {
          const shadow = document.querySelector("alongside-call").shadowRoot;
          const parts = ".in-call, .head, .stage, .conversation, .controls, .controls > button";
          const seen = [...shadow.querySelectorAll(parts)];
          const wide = seen.filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.className);
          return document.documentElement.scrollWidth > innerWidth ? [...wide, "page"] : wide;
        }"""
    )
    assert overflow == []


async def test_who_wants_no_motion_gets_none(browser: Browser, home: str) -> None:
    visit = await Visit.open(browser, home, reduced_motion="reduce")
    await visit.join("Ada")
    running = "document.querySelector('alongside-call').shadowRoot.getAnimations().length"
    assert await visit.page.evaluate(running) == 0


async def test_every_sentence_can_be_replaced(browser: Browser, home: str) -> None:
    visit = await Visit.open(browser, home)
    await visit.page.evaluate(
        """() => {
          const call = document.createElement("alongside-call");
          call.strings = { join: "Beitreten", consent: "Eine KI nimmt teil." };
          call.setAttribute("room", "other");
          document.querySelector("alongside-call").replaceWith(call);
        }"""
    )
    await visit.sees("Eine KI nimmt teil.")
    await visit.press("Beitreten")
    await visit.in_call()


async def test_another_room_in_the_attribute_is_another_call(browser: Browser, home: str) -> None:
    ada = await Visit.open(browser, home)
    await ada.join("Ada")
    grace = await Visit.open(browser, home)
    await grace.join("Grace")
    await ada.page.locator(".tile", has_text="Grace").wait_for()
    await grace.page.evaluate("document.querySelector('alongside-call').setAttribute('room', 'elsewhere')")
    await ada.page.locator(".tile", has_text="Grace").wait_for(state="detached")
    await grace.sees("Room elsewhere")
    await grace.join("Grace")
    assert ada.problems == grace.problems == []


async def test_a_call_taken_out_of_the_page_leaves_the_room_and_the_microphone(browser: Browser, home: str) -> None:
    ada = await Visit.open(browser, home)
    await ada.join("Ada")
    grace = await Visit.open(browser, home)
    await grace.page.add_init_script(RECORD_TRACKS)
    await grace.page.reload()
    await grace.join("Grace")
    await ada.page.locator("li", has_text="Grace").wait_for()
    await grace.page.evaluate("document.querySelector('alongside-call').remove()")
    await ada.page.locator("li", has_text="Grace").wait_for(state="detached")
    assert await grace.page.evaluate("tracks.map(({ readyState }) => readyState)") == ["ended"]


RECORD_TRACKS = """
window.tracks = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (constraints) => {
  const stream = await ask(constraints);
  tracks.push(...stream.getTracks());
  return stream;
};
"""
