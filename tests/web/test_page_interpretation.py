"""Interpretation as a page shows it: the choice, captions in my language, topic, glossary, record, booth."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from signaling.server import Server
from tests.web.agent_double import AgentDouble, Message, agent_for
from tests.web.visits import Visit

pytestmark = pytest.mark.timeout(120)
METER_MOVES = """() => {
  const level = document.querySelector("alongside-call").shadowRoot.querySelector(".booth .meter-fill");
  return Number(level.style.getPropertyValue("--level")) > 0.1;
}"""
OVERFLOW = """() => {
  const frame = document.querySelector("alongside-call").shadowRoot.querySelector(".frame");
  return Math.max(0, frame.scrollWidth - frame.clientWidth, document.documentElement.scrollWidth - innerWidth);
}"""
OVERLAPS = """() => {
  const booth = document.querySelector("alongside-call").shadowRoot.querySelector(".booth");
  const boxes = [...booth.children].map((child) => [child.className, child.getBoundingClientRect()]);
  return boxes.flatMap(([name, box], at) => boxes.slice(at + 1)
    .filter(([, { top }]) => top < box.bottom - 1).map(([other]) => `${name} and ${other}`));
}"""  # in a narrow window its parts stand one below the other
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
        await expect(visit.page.get_by_text("Heard in Fran\u00e7ais", exact=True)).to_be_visible()
        still_speaking: Message = {**chosen, "sounding": ["fr"]}
        agent.say("interpretation", **still_speaking)
        await expect(visit.page.get_by_text("Heard in Fran\u00e7ais \u00b7 still speaking", exact=True)).to_be_visible()
        agent.say("lag", language="es", start_lag_s=2.04, end_lag_s=3.5)
        await expect(visit.page.get_by_text("2.0 s behind")).to_be_visible()
        assert await visit.breaches() == []


async def test_topic_glossary_and_record_are_told_to_the_agent(browser: Browser, home: str, server: Server) -> None:
    visit = await Visit.open(browser, home)
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ada")
        await agent.greet()
        agent.say("interpretation", **STATE)
        page = visit.page
        await page.locator("[part=language-button]").click()
        dialog = page.get_by_role("dialog", name="Interpretation")
        topic = dialog.get_by_label("What is it about?")
        await topic.fill(" the budget ")
        await topic.press("Enter")
        assert (await agent.next_of("topic-edit"))["text"] == "the budget"
        agent.say("topic", text="the budget of 2027")
        await expect(topic).to_have_value("the budget of 2027")
        await topic.press("End")
        await page.keyboard.type("!")
        agent.say("topic", text="bees")
        agent.say("glossary", csv="en,es\nchair,presidencia\n", violations=0)
        await expect(dialog.locator(".glossary [role=status]")).to_contain_text("Terms: 1.")
        await expect(topic).to_have_value("the budget of 2027!")  # what is being typed stays
        await topic.blur()
        assert (await agent.next_of("topic-edit"))["text"] == "the budget of 2027!"
        await topic.fill("")
        await topic.blur()
        assert (await agent.next_of("topic-edit"))["text"] == "", "it is forgotten"
        await dialog.get_by_text("Glossary", exact=True).click()
        await dialog.get_by_label("Word or name").fill("board")
        await dialog.get_by_label("is to be").fill("junta")
        await dialog.get_by_role("button", name="Add", exact=True).click()
        assert (await agent.next_of("glossary-edit"))["wordings"] == {"en": "board", "es": "junta"}
        agent.say("glossary", csv='en,es\nboard,junta\n"Smith, Jones",\n', violations=2)
        await expect(dialog.get_by_text("Terms: 2. Not held to by the interpreter: 2.")).to_be_visible()
        await dialog.get_by_role("button", name="Remove \u201cSmith, Jones\u201d").click()
        removed = await agent.next_of("glossary-edit")
        assert (removed["wordings"], removed["remove"]) == ({"en": "Smith, Jones"}, True)
        csv = {"name": "terms.csv", "mimeType": "text/csv", "buffer": b"en,es\nchair,presidencia\n"}
        await dialog.locator("input[type=file]").set_input_files(csv)  # pyright: ignore[reportArgumentType]  # a FilePayload
        assert (await agent.next_of("glossary-upload"))["csv"] == "en,es\nchair,presidencia\n"
        await dialog.get_by_text("Record", exact=True).click()
        await dialog.get_by_label("What I say may be kept").check()
        assert (await agent.next_of("record-consent"))["given"] is True
        await dialog.get_by_role("button", name="Save as VTT").click()
        assert await agent.next_of("record-export") == {
            "v": 1,
            "kind": "record-export",
            "format": "vtt",
            "language": None,
        }
        async with page.expect_download() as download:
            agent.say("record-file", format="vtt", text="WEBVTT\n")
        assert (await download.value).suggested_filename == "tests.vtt"
        assert await visit.breaches() == []


def booth(agent: AgentDouble, **changes: object) -> None:
    """The Spanish booth as the agent tells of it; the page sits in it with a partner."""
    empty: Message = {"language": "es", "interpreter": None, "asking": None, "countdown_s": None}
    state = {**empty, "covered": False, "muted": False, "partners": [agent.page_id, "p-9"], **changes}
    agent.say("booths", booths=[state])


async def test_an_interpreter_works_in_a_booth_beside_the_call(browser: Browser, home: str, server: Server) -> None:
    visit = await Visit.open(browser, home)
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ana")
        await agent.greet()
        agent.say("interpretation", **STATE)
        page = visit.page
        await page.locator("[part=language-button]").click()
        await page.get_by_text("Interpret yourself").click()
        await page.get_by_label("Language you interpret into").select_option("es")
        await page.get_by_role("button", name="Enter the booth").click()
        asked = await agent.next_of("booth-ask")
        assert (asked["language"], asked["step"]) == ("es", "enter")
        booth(agent)
        panel = page.get_by_role("region", name="Interpreter's booth")
        await expect(panel.get_by_role("heading", name="Booth: Espa\u00f1ol")).to_be_visible()
        await expect(panel.get_by_text("The AI interprets.")).to_be_visible()
        await panel.get_by_role("button", name="Go on air").click()
        assert (await agent.next_of("booth-ask"))["step"] == "take"
        booth(agent, interpreter=agent.page_id)
        await expect(panel.get_by_text("You are on air.")).to_be_visible()
        await page.wait_for_function(METER_MOVES)
        sources = panel.get_by_label("You listen to")
        assert await sources.locator("option").all_inner_texts() == [
            "The floor",
            "Relay: English",
            "Relay: Fran\u00e7ais",
        ]
        await sources.select_option("en")
        assert (await agent.next_of("choose-language"))["language"] == "en"
        agent.say("lag", language="es", start_lag_s=2.04, end_lag_s=4.5)
        await expect(panel.get_by_text("2.0 s at the start, 4.5 s at the end")).to_be_visible()
        assert await panel.get_by_role("meter").evaluate("(meter) => meter.value") == 4.5
        assert await visit.breaches() == [] and visit.problems == []


async def test_mute_and_cough_work_with_pointer_and_keyboard(browser: Browser, home: str, server: Server) -> None:
    visit = await Visit.open(browser, home)
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ana")
        await agent.greet()
        agent.say("interpretation", **STATE)
        booth(agent, interpreter=agent.page_id)
        cough = visit.page.get_by_role("button", name="Cough (hold)")
        await cough.hover()
        await visit.page.mouse.down()
        assert (await agent.next_of("booth-mute"))["muted"] is True
        await visit.page.mouse.up()
        assert (await agent.next_of("booth-mute"))["muted"] is False
        await cough.focus()
        await visit.page.keyboard.down(" ")
        assert (await agent.next_of("booth-mute"))["muted"] is True
        await visit.page.keyboard.up(" ")
        assert (await agent.next_of("booth-mute"))["muted"] is False
        await visit.press("Mute on air")
        assert (await agent.next_of("booth-mute"))["muted"] is True
        booth(agent, interpreter=agent.page_id, muted=True)
        await visit.sees("You are on air, and muted.")
        await cough.focus()
        await visit.page.keyboard.down("Enter")
        await visit.page.keyboard.up("Enter")
        assert [(await agent.next_of("booth-mute"))["muted"] for _ in range(2)] == [True, True], (
            "muted before and after"
        )


async def test_partners_hand_over_and_talk_and_leave(browser: Browser, home: str, server: Server) -> None:
    visit = await Visit.open(browser, home, viewport={"width": 360, "height": 780})
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ana")
        await agent.greet()
        agent.say("interpretation", **STATE)
        booth(agent, interpreter="p-9")
        await visit.press("Ask to take over")
        assert (await agent.next_of("booth-ask"))["step"] == "take"
        booth(agent, interpreter="p-9", asking=agent.page_id)
        await visit.sees("You asked to take over.")
        booth(agent, interpreter="p-9", asking=agent.page_id, countdown_s=3)
        await visit.sees("You take over in 3 s.")
        booth(agent, interpreter=agent.page_id, asking="p-9")
        await visit.press("Hand over")
        assert (await agent.next_of("booth-ask"))["step"] == "agree"
        booth(agent, interpreter="p-9", covered=True)
        await visit.sees("The AI covers for Somebody, who is away.")
        await visit.page.get_by_label("A word to your partner").fill("in a minute?")
        await visit.page.keyboard.press("Enter")
        assert (await agent.next_of("booth-note"))["text"] == "in a minute?"
        agent.say("booth-said", name="Bea", text="Yes, after this sentence")
        await visit.sees("Yes, after this sentence")
        assert await visit.page.evaluate(OVERFLOW) == 0, "nothing is wider than a phone"
        assert await visit.page.evaluate(OVERLAPS) == [], "and nothing lies on something else"
        await visit.press("Leave the booth")
        assert (await agent.next_of("booth-ask"))["step"] == "leave"
        agent.say("booths", booths=[])
        await expect(visit.page.get_by_role("region", name="Interpreter's booth")).to_be_hidden()
        assert await visit.breaches() == [] and visit.problems == []


async def test_the_attributes_lang_booth_and_topic_are_asked_of_the_agent(
    browser: Browser, home: str, server: Server
) -> None:
    visit = await Visit.open(browser, f"{home}&booth=fr")
    await visit.page.evaluate("document.querySelector('alongside-call').setAttribute('lang', 'es-MX')")
    await visit.page.evaluate("document.querySelector('alongside-call').setAttribute('topic', 'the budget')")
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ana")
        await agent.greet()
        asked = await agent.next_of("booth-ask")
        assert (asked["language"], asked["step"]) == ("fr", "enter")
        assert (await agent.next_of("topic-edit"))["text"] == "the budget"
        assert (await agent.next_of("choose-language"))["language"] == "es"
        assert "booth" not in visit.page.url, "the invitation is for everybody"
        await visit.page.evaluate("document.querySelector('alongside-call').setAttribute('lang', 'original')")
        assert (await agent.next_of("choose-language"))["language"] is None
        await visit.page.evaluate("document.querySelector('alongside-call').removeAttribute('booth')")
        left = await agent.next_of("booth-ask")
        assert (left["language"], left["step"]) == ("fr", "leave")
        await agent.greet()
        await visit.page.evaluate("document.querySelector('alongside-call').setAttribute('topic', 'bees')")
        assert (await agent.next_of("topic-edit"))["text"] == "bees", "asked once a conversation, as others may edit it"
        await agent.greet("another")
        assert (await agent.next_of("topic-edit"))["text"] == "bees"
