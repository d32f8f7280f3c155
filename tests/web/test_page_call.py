"""People in one room, in real browsers, through the real signaling server."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from signaling.server import Server
from tests.web.visits import Visit

pytestmark = pytest.mark.timeout(120)


async def meet(browser: Browser, home: str) -> tuple[Visit, Visit]:
    ada = await Visit.open(browser, home)
    await ada.join("Ada")
    grace = await Visit.open(browser, home)
    await grace.join("Grace")
    return ada, grace


async def test_two_people_hear_each_other(browser: Browser, home: str) -> None:
    ada, grace = await meet(browser, home)
    assert min(await ada.hears()) >= 0.01
    assert min(await grace.hears()) >= 0.01
    assert ada.problems == grace.problems == []


async def test_a_camera_turned_on_is_seen_by_the_other_without_negotiating_anew(browser: Browser, home: str) -> None:
    ada, grace = await meet(browser, home)
    await ada.hears()
    await grace.press("Camera")
    width_px = await ada.page.evaluate(
        """async () => {
          const shadow = document.querySelector("alongside-call").shadowRoot;
          const video = () => shadow.querySelector("li:not(.mine) video:not([hidden])");
          while (!(video()?.videoWidth > 2)) await new Promise(requestAnimationFrame);
          return video().videoWidth;
        }"""
    )
    assert width_px > 2
    await grace.press("Stop camera")
    await ada.page.wait_for_function(
        "() => !document.querySelector('alongside-call').shadowRoot.querySelector('li:not(.mine) video:not([hidden])')"
    )


async def test_a_shared_screen_gets_a_tile_of_its_own(browser: Browser, home: str) -> None:
    ada, grace = await meet(browser, home)
    await grace.press("Share screen")
    await ada.sees("Grace's screen")
    await grace.press("Stop sharing")
    await ada.page.get_by_text("Grace's screen").wait_for(state="detached")


async def test_what_one_writes_the_other_reads_and_can_download(browser: Browser, home: str) -> None:
    ada, grace = await meet(browser, home)
    await ada.hears()
    await ada.page.get_by_label("Write a message").fill("The agenda is <b>short</b>.")
    await ada.page.keyboard.press("Enter")
    await grace.sees("The agenda is <b>short</b>.")
    async with grace.page.expect_download() as download:
        await grace.press("Download transcript")
    written = (await (await download.value).path()).read_text()
    assert written.endswith("] Ada: The agenda is <b>short</b>.\n")
    assert (await download.value).suggested_filename == "transcript-tests.txt"


async def test_muting_is_told_to_the_others(browser: Browser, home: str) -> None:
    ada, grace = await meet(browser, home)
    await grace.press("Mute")
    await ada.page.locator("li", has_text="Grace").locator(".muted").wait_for()
    await grace.press("Unmute")
    await ada.page.locator("li", has_text="Grace").locator(".muted").wait_for(state="hidden")


async def test_who_leaves_disappears_and_can_come_back(browser: Browser, home: str) -> None:
    ada, grace = await meet(browser, home)
    await grace.press("Leave")
    await grace.sees("You left the call.")
    await ada.page.locator("li", has_text="Grace").wait_for(state="detached")
    await grace.press("Join again")
    await grace.join("Grace")
    assert min(await ada.hears()) >= 0.01


async def test_a_reload_brings_back_the_same_person_and_both_hear_each_other_again(
    browser: Browser, home: str, server: Server
) -> None:
    ada, grace = await meet(browser, home)
    await ada.hears()
    await grace.page.reload()
    await grace.in_call()
    assert min(await grace.hears()) >= 0.01
    assert min(await ada.hears()) >= 0.01
    assert await ada.page.locator("li", has_text="Grace").count() == 1
    assert server.num_sockets == 2


async def test_a_link_without_a_room_gets_one_that_invites(browser: Browser, server: Server) -> None:
    visit = await Visit.open(browser, f"http://localhost:{server.port}/")
    await visit.page.wait_for_url("**/?room=*")
    room = visit.page.url.rsplit("=", 1)[1]
    assert len(room) == 10
    await visit.sees(f"Room {room}")
