"""Interpretation as a page shows it: the choice, captions in my language, the glossary, the record, the booth."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from signaling.server import Server
from tests.web.agent_double import AgentDouble, Message, agent_for
from tests.web.visits import Visit

pytestmark = pytest.mark.timeout(120)
STATE: Message = {
    "offered": ["en", "es", "fr"],
    "language": None,
    "track": None,
    "listening": {},
    "foreign": [],
    "sounding": [],
    "status": "off",
    "problem": "",
}


def caption(agent: AgentDouble, number: int, language: str, text: str) -> None:
    speaker = {"id": "p-9", "name": "Grace", "role": "participant"}
    agent.say(
        "caption", id=f"c-{number}", speaker=speaker, language=language, text=text, final=True, start_ms=0, end_ms=9
    )


async def test_a_language_is_chosen_and_captions_follow_it(browser: Browser, home: str, server: Server) -> None:
    visit = await Visit.open(browser, home)
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ada")
        await agent.greet()
        agent.say("interpretation", **STATE)
        await visit.page.locator("[part=language-button]").click()
        await visit.page.get_by_label("I want to hear the others in").select_option("es")
        assert (await agent.next_of("choose-language"))["language"] == "es"
        chosen: Message = {**STATE, "language": "es", "track": "tests-es", "listening": {"es": 1, "fr": 2}}
        agent.say("interpretation", **chosen)
        caption(agent, 1, "en", "good morning")
        caption(agent, 2, "es", "buenos d\u00edas")
        await expect(visit.page.get_by_text("buenos d\u00edas", exact=True)).to_be_visible()
        await expect(visit.page.get_by_text("good morning", exact=True)).to_be_hidden()
        assert await visit.page.locator("[aria-live=polite]").get_by_text("good morning").count() == 0, "nor read out"
        await visit.page.get_by_label("Show captions in the original language too").check()
        await expect(visit.page.get_by_text("good morning", exact=True)).to_be_visible()
        await expect(visit.page.get_by_text("Heard in Fran\u00e7ais")).to_have_count(1)
        agent.say("lag", language="es", start_lag_s=2.04, end_lag_s=3.5)
        await expect(visit.page.get_by_text("2.0 s behind")).to_be_visible()
        assert await visit.breaches() == []


async def test_glossary_record_and_booth_are_told_to_the_agent(browser: Browser, home: str, server: Server) -> None:
    visit = await Visit.open(browser, home)
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ada")
        await agent.greet()
        agent.say("interpretation", **STATE)
        page = visit.page
        await page.locator("[part=language-button]").click()
        await page.get_by_text("Glossary", exact=True).click()
        await page.get_by_label("Add a term").fill("en: board, es: junta")
        await page.get_by_role("button", name="Add", exact=True).click()
        assert (await agent.next_of("glossary-edit"))["wordings"] == {"en": "board", "es": "junta"}
        csv = {"name": "terms.csv", "mimeType": "text/csv", "buffer": b"en,es\nchair,presidencia\n"}
        await page.locator("input[type=file]").set_input_files(csv)  # pyright: ignore[reportArgumentType]  # a FilePayload
        assert (await agent.next_of("glossary-upload"))["csv"] == "en,es\nchair,presidencia\n"
        await page.get_by_text("Record", exact=True).click()
        await page.get_by_label("What I say may be kept").check()
        assert (await agent.next_of("record-consent"))["given"] is True
        await page.get_by_role("button", name="Save as VTT").click()
        assert await agent.next_of("record-export") == {
            "v": 1,
            "kind": "record-export",
            "format": "vtt",
            "language": None,
        }
        async with page.expect_download() as download:
            agent.say("record-file", format="vtt", text="WEBVTT\n")
        assert (await download.value).suggested_filename == "tests.vtt"
        await page.get_by_text("Interpret yourself").click()
        await page.get_by_label("Language you interpret into").select_option("fr")
        await page.get_by_role("button", name="Take this language").click()
        asked = await agent.next_of("booth-ask")
        assert (asked["language"], asked["step"]) == ("fr", "take")
