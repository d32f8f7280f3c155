"""What an agent shows in a call: every component, in place, and what people do with it goes back."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from signaling.server import Server
from tests.web.agent_double import agent_for
from tests.web.showcase import CHART, FORM, OTHERS, POLL, TIMER, column, png, svg
from tests.web.visits import ROOT, Visit

pytestmark = pytest.mark.timeout(120)
PICTURES = ROOT / "tests" / "artifacts"


async def test_every_component_of_the_catalogue_is_shown_and_none_breaks_a_rule_of_access(
    browser: Browser, home: str, server: Server
) -> None:
    visit = await Visit.open(browser, home)
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ada")
        await agent.greet()
        pixels = {"component": "Image", "src": png(300, 100), "alt": "a grey field"}
        drawing = {"component": "Image", "src": svg('<circle cx="60" cy="60" r="50" fill="teal"/>'), "alt": "a disc"}
        agent.show("all", *column(*OTHERS, CHART, FORM, POLL, TIMER, pixels, drawing), title="Everything")
        await visit.sees("Apples picked")
        frame = visit.page.frame_locator("iframe").frame_locator("iframe")
        await expect(frame.locator("img")).to_have_js_property("complete", True)
        assert await frame.locator("img").evaluate("(img) => img.naturalWidth") > 100
        await visit.page.locator("canvas.ui-image").wait_for()
        assert await visit.page.locator(".ui-broken").count() == 0
        PICTURES.mkdir(exist_ok=True)
        await visit.page.locator(".surface").screenshot(path=PICTURES / "every-component.png")
        assert await visit.breaches() == []
        assert visit.problems == []
