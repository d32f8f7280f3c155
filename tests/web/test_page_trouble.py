"""What happens to people in calls: each has words, and a way on."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Browser

from signaling.room import RoomLimits
from signaling.server import Server, serve
from tests.web.conftest import page_config
from tests.web.doubles import line_to
from tests.web.test_page_access import RECORD_TRACKS
from tests.web.visits import GRANT, Visit, chromium

pytestmark = pytest.mark.timeout(120)


async def test_a_refused_microphone_is_explained_and_can_be_allowed_later(home: str) -> None:
    async with chromium() as browser:
        visit = await Visit.open(browser, home)
        await visit.press("Join")
        await visit.sees("The microphone is blocked for this page.")
        assert await visit.breaches() == []
        await visit.page.context.grant_permissions(["microphone"])
        await visit.press("Try again")
        await visit.page.get_by_text("is blocked").wait_for(state="detached")
        await visit.join("Ada")


async def test_without_a_microphone_one_can_still_listen_and_write(browser: Browser, home: str) -> None:
    grace = await Visit.open(browser, home)
    await grace.join("Grace")
    async with chromium() as refusing:
        visit = await Visit.open(refusing, home)
        await visit.press("Join without a microphone")
        await visit.in_call()
        assert min(await visit.hears()) >= 0.01
        await visit.page.get_by_label("Write a message").fill("I can only write.")
        await visit.press("Send")
        await grace.sees("I can only write.")
        await visit.press("Use microphone")
        await visit.sees("The microphone is blocked for this page.")


async def test_a_permission_taken_back_is_told(browser: Browser, home: str) -> None:
    async with chromium() as plain:
        context = await plain.new_context(permissions=["microphone"])
        visit = await Visit.open(context, home)
        await visit.page.add_init_script(RECORD_TRACKS)
        await visit.page.reload()
        await visit.join("Ada")
        await context.clear_permissions()
        await visit.page.evaluate("tracks[0].stop(); tracks[0].dispatchEvent(new Event('ended'))")
        await visit.sees("The permission for the microphone was taken back.")
        await context.grant_permissions(["microphone"])
        await visit.press("Try again")
        await visit.page.get_by_role("button", name="Mute").wait_for()


async def recorded(browser: Browser, home: str) -> Visit:
    """In a call, with its tracks at hand: Chromium's fake devices cannot be unplugged, their tracks can end."""
    visit = await Visit.open(browser, home)
    await visit.page.add_init_script(RECORD_TRACKS)
    await visit.page.reload()
    await visit.join("Ada")
    return visit


async def test_an_unplugged_microphone_gives_way_to_another_and_the_other_goes_on_hearing(
    browser: Browser, home: str
) -> None:
    visit = await recorded(browser, home)
    grace = await Visit.open(browser, home)
    await grace.join("Grace")
    await grace.hears()
    await visit.page.evaluate("tracks[0].stop(); tracks[0].dispatchEvent(new Event('ended'))")
    await visit.sees("The microphone was unplugged. Now you are heard through:")
    assert min(await grace.hears()) >= 0.01
    assert await visit.page.evaluate("tracks.map(({ readyState }) => readyState)") == ["ended", "live"]


async def test_a_phone_call_that_takes_the_sound_is_told_until_it_is_over(browser: Browser, home: str) -> None:
    visit = await recorded(browser, home)
    await visit.page.evaluate("tracks[0].dispatchEvent(new Event('mute'))")
    await visit.sees("such as a phone call, has taken the microphone")
    await visit.page.evaluate("tracks[0].dispatchEvent(new Event('unmute'))")
    await visit.page.get_by_text("such as a phone call").wait_for(state="detached")


async def test_without_a_secure_context_the_way_to_get_one_is_named() -> None:
    async with serve(page_config(origins=("http://insecure.test:*",))) as server:
        async with chromium(GRANT, "--host-resolver-rules=MAP insecure.test 127.0.0.1") as browser:
            visit = await Visit.open(browser, f"http://insecure.test:{server.port}/?room=tests")
            await visit.sees("alongside up --tls")
            assert await visit.breaches() == []
            await visit.press("Join without a microphone")
            await visit.in_call()
            await visit.page.get_by_label("Write a message").wait_for()


async def test_a_lost_network_is_told_and_the_call_resumes_where_it_was(
    browser: Browser, server: Server, home: str
) -> None:
    async with line_to(server.port) as line:
        ada = await Visit.open(browser, f"http://localhost:{line.port}/?room=tests")
        await ada.join("Ada")
        grace = await Visit.open(browser, home)
        await grace.join("Grace")
        await ada.hears()
        line.cut()
        await ada.sees("The connection to the call is interrupted.")
        await ada.page.get_by_label("Write a message").fill("Still here.")
        await ada.press("Send")
        await grace.sees("Still here.")  # what runs between people does not need the server
        line.mend()
        await ada.page.get_by_text("The connection to the call is interrupted.").wait_for(state="detached")
        await ada.press("Mute")
        await grace.page.locator(".tile", has_text="Ada").locator(".muted").wait_for()
        assert await grace.page.locator(".tile", has_text="Ada").count() == 1


async def test_a_server_that_restarts_gets_everyone_back(browser: Browser) -> None:
    async with serve(page_config()) as first:
        port = first.port
        ada = await Visit.open(browser, f"http://localhost:{port}/?room=tests")
        await ada.join("Ada")
        grace = await Visit.open(browser, f"http://localhost:{port}/?room=tests")
        await grace.join("Grace")
        await ada.hears()
    await ada.sees("The connection to the call is interrupted.")
    async with serve(page_config(port=port)):
        await ada.page.get_by_text("The connection to the call is interrupted.").wait_for(state="detached")
        await ada.page.locator("li", has_text="Grace").wait_for()
        assert min(await ada.hears()) >= 0.01
        assert min(await grace.hears()) >= 0.01


async def test_the_second_tab_of_one_person_says_so_and_can_take_the_call(browser: Browser, home: str) -> None:
    context = await browser.new_context()
    first = await Visit.open(context, home)
    await first.join("Ada")
    second = await Visit.open(context, home)
    await second.sees("You are already in this call in another tab.")
    assert await second.breaches() == []
    await second.press("Move the call here")
    await second.in_call()
    await first.sees("This call went on in another tab.")
    await first.page.get_by_role("button", name="Join again").wait_for()


async def test_a_full_room_says_so_and_is_open_again_when_somebody_left(browser: Browser) -> None:
    async with serve(page_config(rooms=RoomLimits(max_people=1))) as server:
        home = f"http://localhost:{server.port}/?room=tests"
        ada = await Visit.open(browser, home)
        await ada.join("Ada")
        grace = await Visit.open(browser, home)
        await grace.press("Join")
        await grace.sees("This room is full.")
        await ada.press("Leave")
        await ada.sees("You left the call.")
        await grace.press("Join again")
        await grace.join("Grace")


async def test_playback_that_is_refused_without_a_gesture_comes_with_a_click(browser: Browser, home: str) -> None:
    """A tab brought back by the browser: the place is remembered, the right to play is not.

    Playwright's evaluations count as gestures, so nothing is evaluated until the refusal was logged.
    """
    grace = await Visit.open(browser, home)
    await grace.join("Grace")
    async with chromium("--autoplay-policy=document-user-activation-required") as strict:
        context = await strict.new_context()
        first = await Visit.open(context, home)
        await first.press("Join without a microphone")
        await first.in_call()
        kept: dict[str, str] = await first.page.evaluate("({...sessionStorage})")
        await first.page.close()
        await context.add_init_script(
            f"Object.assign(sessionStorage, {json.dumps(kept)});"
            "const play = HTMLMediaElement.prototype.play;"
            "HTMLMediaElement.prototype.play = function () {"
            "  const done = play.call(this); done.catch(({name}) => console.info(name)); return done; };"
        )
        page = await context.new_page()
        async with page.expect_console_message(lambda message: message.text == "NotAllowedError"):
            await page.goto(home)
        visit = Visit(page)
        await visit.sees("The browser holds the sound back until you click.")
        assert await visit.breaches() == []
        await visit.press("Turn sound on")
        assert min(await visit.hears()) >= 0.01
        await visit.page.get_by_text("The browser holds the sound back").wait_for(state="detached")
