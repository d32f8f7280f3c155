"""The agent's work in a real call: cards beside the people, etiquette, push-to-talk, and the page's own tools."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from signaling.server import Server
from tests.web.agent_double import AgentDouble, Message, agent_for
from tests.web.doubles import page_of_another_origin
from tests.web.showcase import CHART, FORM, TIMER
from tests.web.test_page_embed import snippet, strict
from tests.web.visits import ROOT, Visit

pytestmark = pytest.mark.timeout(120)
PICTURES = ROOT / "tests" / "artifacts"
JOB: Message = {
    "id": "d1",
    "title": "Find shops that are open on Sunday",
    "progress": 0.6,
    "note": "Asking the third of five",
}
OVERFLOW = """() => {
  const shadow = document.querySelector("alongside-call").shadowRoot;
  const seen = [...shadow.querySelectorAll(".in-call, .board, .board *, .head, .controls, .controls > button")];
  return seen.filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== "auto")
    .map((node) => node.className || node.localName);
}"""


def fill_board(agent: AgentDouble) -> None:
    agent.say("etiquette-state", room="undertone", people={})
    agent.say("job", **JOB, state="running")
    agent.show("form", FORM, title="Where shall we eat?")
    agent.show("chart", CHART, title="Apples picked")
    speaker = {"id": agent.id, "name": "Alongside", "role": "agent"}
    text = "Here is your chart: Wednesday was the best day. I am still asking the shops."
    caption: Message = {"id": "c-1", "speaker": speaker, "language": "en", "text": text, "final": True}
    agent.say("caption", **caption, start_ms=61_000, end_ms=64_000)


async def test_cards_stand_beside_the_people_on_a_desktop_and_a_phone(
    browser: Browser, home: str, server: Server
) -> None:
    visit = await Visit.open(browser, home, viewport={"width": 1280, "height": 900})
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ada")
        await agent.greet()
        fill_board(agent)
        await visit.sees("Wednesday was the best day")
        await visit.page.get_by_role("img", name="Bar chart Apples picked").wait_for()
        PICTURES.mkdir(exist_ok=True)
        await visit.page.screenshot(path=PICTURES / "cards-1280.png")
        assert await visit.page.evaluate(OVERFLOW) == []
        assert await visit.breaches() == []
        for width in (390, 320):
            await visit.page.set_viewport_size({"width": width, "height": 844})
            await visit.page.screenshot(path=PICTURES / f"cards-{width}.png")
            assert await visit.page.evaluate(OVERFLOW) == []
        for name in ("Mute", "Leave", "AI: Undertone", "Cancel Find shops that are open on Sunday"):
            await expect(visit.page.get_by_role("button", name=name, exact=True)).to_be_in_viewport()
        agent.say("welcome", conversation="another", micro_turn=0, agent={"id": "a", "name": "A"}, engine="double")
        await expect(visit.page.locator(".board")).to_be_hidden()
        assert visit.problems == []


async def test_everyone_sees_how_the_agent_takes_part_and_anyone_changes_it(
    browser: Browser, home: str, server: Server
) -> None:
    visit = await Visit.open(browser, home)
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ada")
        await agent.greet()
        agent.say("etiquette-state", room="free", people={})
        await visit.press("AI: Free")
        assert await visit.breaches() == []
        await visit.page.get_by_role("radio", name="Quiet").check()
        told = await agent.next_of("etiquette")
        assert (told["who"], told["mode"]) == ("room", "quiet")
        agent.say("etiquette-state", room="quiet", people={})
        await visit.page.get_by_label("Towards me").select_option("undertone")
        told = await agent.next_of("etiquette")
        assert told["mode"] == "undertone" and told["who"] not in ("room", agent.id)
        agent.say("etiquette-state", room="quiet", people={told["who"]: "undertone"})
        await visit.page.keyboard.press("Escape")
        await visit.page.get_by_role("button", name="AI: Undertone").wait_for()
        assert agent.told.empty()  # Escape closed the dialog and silenced nobody
        assert visit.problems == []


async def test_push_to_talk_is_heard_only_while_space_or_the_button_is_held(
    browser: Browser, home: str, server: Server
) -> None:
    visit = await Visit.open(browser, home)
    async with agent_for(server.port, "tests") as agent:
        await visit.join("Ada")
        await agent.greet()
        keyboard = visit.page.keyboard

        async def told() -> tuple[bool, bool]:
            message = await agent.next_of("push-to-talk")
            return message["on"], message["held"]

        await visit.page.evaluate("document.querySelector('alongside-call').setAttribute('push-to-talk', '')")
        assert await told() == (True, False)
        button = visit.page.get_by_role("button", name="Hold to talk")
        await button.wait_for()
        await visit.page.evaluate("document.activeElement.blur()")
        await keyboard.down("Space")
        assert await told() == (True, True)
        await visit.page.get_by_role("button", name="Talking").wait_for()
        await keyboard.up("Space")
        assert await told() == (True, False)
        await button.hover()
        await visit.page.mouse.down()
        assert await told() == (True, True)
        await visit.page.mouse.up()
        assert await told() == (True, False)
        await visit.page.get_by_label("Write a message").fill("half")
        await keyboard.press("Space")
        assert await visit.page.get_by_label("Write a message").input_value() == "half "
        await button.focus()
        await keyboard.down("Space")
        assert await told() == (True, True)
        await visit.page.evaluate("dispatchEvent(new Event('blur'))")  # another window came to the front
        assert await told() == (True, False)
        await visit.page.evaluate("document.querySelector('alongside-call').removeAttribute('push-to-talk')")
        assert await told() == (False, False)
        await visit.page.get_by_role("button", name="Mute").wait_for()
        assert visit.problems == []


LISTEN = """() => {
  window.told = [];
  const call = document.querySelector("alongside-call");
  for (const type of ["job", "ui", "ui-html", "ui-remove", "ui-action", "approval", "etiquette", "tool-call"])
    call.addEventListener(type, ({ detail }) => told.push([type, detail]));
  call.pageContext = "A shop with three loaves.";
  const parameters = { type: "object", properties: { double: { type: "boolean" } } };
  const cart = { name: "cart", description: "What is in the cart.", parameters };
  call.registerTool(cart, async ({ double }) => ({ total: double ? 15 : 7.5 }));
}"""


async def test_a_strict_page_lends_its_tools_and_hears_of_everything_shown(browser: Browser, server: Server) -> None:
    host = f"http://localhost:{server.port}"
    policy = f"{strict(host)}; frame-src {host}"
    async with page_of_another_origin(
        snippet(host, 'name="Ada" etiquette="invited" my-etiquette="undertone"'), policy
    ) as address:
        visit = await Visit.open(browser, address)
        await visit.page.evaluate(LISTEN)
        async with agent_for(server.port, "embedded") as agent:
            await visit.press("Join")
            await visit.in_call()
            await agent.greet()
            tool = await agent.next_of("tool-register")
            assert (tool["name"], tool["schema"]["type"]) == ("cart", "object")
            assert (await agent.next_of("page-context"))["text"] == "A shop with three loaves."
            wanted = await agent.next_of("etiquette")
            assert (wanted["who"], wanted["mode"]) == ("room", "invited")
            mine = await agent.next_of("etiquette")
            assert mine["who"] not in ("room", agent.id) and mine["mode"] == "undertone"
            await visit.page.evaluate("document.querySelector('alongside-call').setAttribute('my-etiquette', 'quiet')")
            again = await agent.next_of("etiquette")
            assert (again["who"], again["mode"]) == (mine["who"], "quiet"), "only what changed is asked for again"
            agent.say("tool-call", id="t1", name="cart", arguments={"double": True})
            assert (await agent.next_of("tool-result"))["result"] == {"total": 15}
            agent.say("job", **JOB, state="done")
            agent.show("timer", TIMER, title="Tea")
            agent.say("ui-html", surfaceId="page", title="Page", html="<p>Words in a frame</p>")
            inside = visit.page.frame_locator("iframe").frame_locator("iframe")
            await inside.get_by_text("Words in a frame").wait_for()
            await visit.press("Cancel")
            agent.say("ui-remove", surfaceId="timer")
            await expect(visit.page.get_by_role("timer")).to_have_count(0)
            asked: Message = {"id": "a1", "tool": "shop/buy", "arguments": {"bread": 1}, "reason": "It costs money."}
            agent.say("approval", **asked, state="asked")
            await visit.page.get_by_role("alertdialog", name="May the AI use shop/buy?").wait_for()
            agent.say("etiquette-state", room="quiet", people={})
            await visit.page.get_by_role("button", name="AI: Quiet").wait_for()
            told = await visit.page.evaluate("told")
            shown = ["tool-call", "job", "ui", "ui-html", "ui-action", "ui-remove", "approval", "etiquette"]
            assert [kind for kind, _ in told] == shown
            assert told[1][1] == {**JOB, "state": "done"} and told[4][1]["action"] == "cancel"
            assert told[6][1] == {**asked, "state": "asked"} and told[7][1] == {"room": "quiet", "people": {}}
            assert visit.problems == []
