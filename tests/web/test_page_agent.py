"""The page and an agent: what it shows of it, and what it sends it."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from signaling.server import Server
from tests.web.agent_double import AgentDouble, agent_for
from tests.web.visits import ROOT, Visit

pytestmark = pytest.mark.timeout(120)
PICTURES = ROOT / "tests" / "artifacts"


async def greet(agent: AgentDouble) -> None:
    await agent.opened.wait()
    who = {"id": agent.id, "name": "Alongside"}
    agent.say("welcome", conversation="c", micro_turn=300, agent=who, engine="double")


def caption(agent: AgentDouble, text: str, *, key: str = "c-1", is_final: bool = True) -> None:
    speaker = {"id": agent.id, "name": "Alongside", "role": "agent"}
    times = {"start_ms": 61_000, "end_ms": 62_000}
    agent.say(
        "caption", is_state=not is_final, id=key, speaker=speaker, language="en", text=text, final=is_final, **times
    )


async def test_what_the_agent_says_and_does_is_shown(browser: Browser, home: str, server: Server) -> None:
    visit = await Visit.open(browser, home)
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ada")
        await greet(agent)
        await visit.page.locator(".agent", has_text="Listening").wait_for()
        agent.say("agent-state", state="speaking", looking=True, muted=False)
        await visit.page.locator(".agent", has_text="Speaking").locator(".looking").wait_for()
        caption(agent, "It is noo", is_final=False)
        await visit.page.locator(".line.interim", has_text="It is noo").wait_for()
        caption(agent, "It is noon.")
        await (
            visit.page.locator(".line:not(.interim)", has_text="It is noon.")
            .locator("time", has_text="1:01")
            .wait_for()
        )
        assert await visit.page.locator(".line").count() == 1
        agent.say("levels", is_state=True, levels={agent.id: -12.0})
        tile = "document.querySelector('alongside-call').shadowRoot.querySelector('.agent')"
        await visit.page.wait_for_function(f"() => Number({tile}.style.getPropertyValue('--level')) > 0.5")
        assert await visit.breaches() == []
        PICTURES.mkdir(exist_ok=True)
        await visit.page.screenshot(path=PICTURES / "page-with-agent.png")
        agent.say("agent-state", state="working", looking=False, muted=False)
        await visit.page.locator(".agent", has_text="Working").wait_for()
        assert visit.problems == []


@pytest.mark.parametrize("way", ["button", "key", "key while writing"])
async def test_silence_is_one_click_or_one_key_away(browser: Browser, home: str, server: Server, way: str) -> None:
    visit = await Visit.open(browser, home)
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ada")
        await visit.can_press("Silence AI")
        if way == "button":
            await visit.press("Silence AI")
        elif way == "key":
            await visit.page.keyboard.press("Escape")
        else:
            await visit.page.get_by_label("Write a message").fill("half a sen")
            await visit.page.keyboard.press("Escape")
            assert await visit.page.get_by_label("Write a message").input_value() == "half a sen"
        assert await agent.next_of("silence") == {"v": 1, "kind": "silence"}


async def test_escape_in_the_device_dialog_closes_it_and_silences_nobody(
    browser: Browser, home: str, server: Server
) -> None:
    visit = await Visit.open(browser, home)
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ada")
        await visit.can_press("Silence AI")
        await visit.press("Devices")
        await visit.page.keyboard.press("Escape")
        await visit.page.get_by_role("dialog").wait_for(state="hidden")
        await visit.page.get_by_label("Write a message").fill("after")
        await visit.press("Send")
        told = await agent.next_of("text")
        assert told == {"v": 1, "kind": "text", "text": "after"}
        assert agent.told.empty()


async def test_the_agent_gets_small_pictures_and_is_told_which_line_is_which(
    browser: Browser, home: str, server: Server
) -> None:
    visit = await Visit.open(browser, home)
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ada")
        await greet(agent)
        assert await agent.next_of("source") == {"v": 1, "kind": "source", "screen_mid": None, "camera_mid": None}
        await visit.press("Camera")
        source = await agent.next_of("source")
        assert source["screen_mid"] is None
        mid, width_px = await agent.pictures.get()
        assert mid == source["camera_mid"]
        assert width_px <= 320
        await visit.press("Share screen")
        both = await agent.next_of("source")
        assert both["camera_mid"] == mid and both["screen_mid"] not in (None, mid)
        await visit.press("Stop camera")
        assert (await agent.next_of("source"))["camera_mid"] is None


async def test_an_agent_that_comes_later_is_greeted_and_one_that_goes_is_missed(
    browser: Browser, home: str, server: Server
) -> None:
    visit = await Visit.open(browser, home)
    await visit.join("Ada")
    await visit.sees("The AI cannot join right now.")
    async with agent_for(server.port, "tests") as agent:
        await greet(agent)
        await visit.page.locator(".agent", has_text="Listening").wait_for()
        await visit.page.get_by_text("The AI cannot join right now.").wait_for(state="detached")


async def test_garbage_from_the_agent_is_answered_and_the_call_goes_on(
    browser: Browser, home: str, server: Server
) -> None:
    visit = await Visit.open(browser, home)
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ada")
        await greet(agent)
        agent.say("caption", id="c-1")
        answer = await agent.next_of("error")
        assert answer["code"] == "bad-message" and answer["message"].startswith("language: ")
        agent.say("job-card", id="j-1")
        caption(agent, "Still <i>here</i>.")
        await visit.sees("Still <i>here</i>.")
        assert visit.problems == []
