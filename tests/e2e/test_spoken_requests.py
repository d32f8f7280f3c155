"""What is asked aloud in a call with the default engine is shown, worked on, spoken about and taken back aloud."""

from __future__ import annotations

import asyncio
import logging
import re
import subprocess
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Locator, expect

from agent.bench.product import Product, started
from agent.wire_fields import Json
from model.types import HEARD_RATE_HZ
from tests.agent.misbehaving_endpoint import DONE, Reply, babbles, chunk, dies, endpoint_server, floods, write
from tests.e2e.browser import Person, person
from tests.e2e.test_question_call import ARTIFACTS, recognise
from tests.e2e.virtual_devices import HEADSET_MICROPHONE, MixedRoom

logger = logging.getLogger(__name__)
pytestmark = [pytest.mark.weights, pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]
ANSWER_MS = 60_000  # on a machine that has other work, too
COMMENT_EVERY_S = 0.2
STALL_S = 60.0  # longer than anybody waits for an endpoint
LAST_WORDS_S = 6
AGENT_WORDS = """() => {
  const lines = document.querySelector("alongside-call").shadowRoot.querySelectorAll("li.line.agent .text");
  return [...lines].map((line) => line.textContent).join(" ");
}"""


async def hangs(body: Json, response: web.StreamResponse) -> None:
    """Begin to answer and say nothing more."""
    await write(response, chunk("Let me "))
    await asyncio.sleep(STALL_S)


# What a request is about, what its answer does wrong, and what the card says then.
FAULTS: dict[str, tuple[Reply, str]] = {
    "animals": (dies, "broke off"),
    "flowers": (babbles, "cannot be understood"),
    "mountains": (floods, "far too long"),
    "clouds": (hangs, "stopped answering"),
}


@dataclass
class Library:
    """The background model of these calls: a real HTTP server that works until it is hung up on, or goes wrong."""

    hung_up: asyncio.Event = field(default_factory=asyncio.Event)

    async def reply(self, body: Json, response: web.StreamResponse) -> None:
        conversation, _, request = str(body["messages"][-1]["content"]).lower().rpartition("do this now:")
        if "sum up the conversation" in request:
            about = "France" if "capital of france" in conversation else "nothing"
            await write(response, chunk(f"So far it was about {about}."), chunk(finish="stop"), DONE)
            return
        if wrong := next((reply for subject, (reply, _) in FAULTS.items() if subject in request), None):
            await wrong(body, response)
            return
        await write(response, chunk("I have found two books so far. "))
        try:
            while True:
                await write(response, b": still looking\n\n")
                await asyncio.sleep(COMMENT_EVERY_S)
        except ConnectionError:
            self.hung_up.set()


@dataclass(frozen=True, slots=True)
class Talk:
    """A running product and what works in its background."""

    product: Product
    library: Library


@dataclass(slots=True)
class Caller:
    """Somebody in a call who speaks when they want."""

    browser: Person
    room: MixedRoom
    folder: Path
    known: str = ""  # what the agent had said when this person spoke last

    async def say(self, text: str) -> None:
        """Speak when the agent does not, with a voice that no engine of ours has; returns when it is said."""
        await self.browser.page.locator(".tile.agent", has_text="Listening").wait_for(timeout=ANSWER_MS)
        self.known = str(await self.browser.page.evaluate(f"({AGENT_WORDS})()"))
        wav = self.folder / "said.wav"
        words = ["flite", "-voice", "slt", "-t", text, "-o", str(wav)]
        await asyncio.to_thread(subprocess.run, words, check=True)
        await self.room.say(wav)

    async def hears(self, pattern: str, since: float | None = None, within_ms: float = ANSWER_MS) -> None:
        """Wait until the agent says what fits, after this person spoke; with `since`, tell how long it took."""
        known = len(re.findall(pattern, self.known, re.IGNORECASE))
        more = f'([pattern, known]) => (({AGENT_WORDS})().match(new RegExp(pattern, "gi")) ?? []).length > known'
        await self.browser.page.wait_for_function(more, arg=[pattern, known], timeout=within_ms)
        if since is not None:
            logger.info("%r sounds %.1f s after the request", pattern, time.monotonic() - since)

    def job(self, state: str, title: str) -> Locator:
        """The card of a piece of work in a state."""
        return self.browser.page.locator(f'.job[data-state="{state}"]', has_text=title)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk() -> AsyncGenerator[Talk]:
    """`alongside up` with the default engine and this file's background endpoint, for all tests."""
    library = Library()
    async with (
        endpoint_server(library.reply) as server,
        started("agent", "up", "--port", "0", "--background", server.url) as product,
    ):
        yield Talk(product, library)


@asynccontextmanager
async def calling(talk: Talk, room: str, folder: Path) -> AsyncGenerator[Caller]:
    """In a call of one's own, after the greeting."""
    address = f"{talk.product.origin}/?room={room}"
    async with person(address, script=HEADSET_MICROPHONE) as browser:
        caller = Caller(browser, MixedRoom(browser.page), folder)
        await browser.page.get_by_label("Your name").fill("Ada")
        await browser.join()
        await caller.hears("Alongside")
        await browser.page.locator("li.line.agent:not(.interim)").first.wait_for(timeout=ANSWER_MS)
        try:
            yield caller
            assert await browser.violations() == [] and browser.problems == []
        finally:
            ARTIFACTS.mkdir(exist_ok=True)
            await browser.page.screenshot(path=ARTIFACTS / f"spoken-{room}.png")


async def test_a_chart_and_a_timer_are_shown_and_spoken_about_while_the_talk_goes_on(
    talk: Talk, tmp_path: Path
) -> None:
    async with calling(talk, "show", tmp_path) as ada:
        page = ada.browser.page
        await ada.browser.start_recording()
        await ada.say("Make a chart of three, five and eight.")
        asked_at = time.monotonic()
        chart = page.get_by_role("img", name="Bar chart")
        await chart.wait_for(timeout=ANSWER_MS)
        words = str(await chart.get_attribute("aria-label"))
        assert all(f" {value}" in words for value in (3, 5, 8)), words
        await ada.job("done", "chart").wait_for()
        await ada.hears("Here is the chart", asked_at)
        await ada.say("Set a timer for ten seconds.")
        timer = page.locator("alongside-ui-timer")
        await timer.wait_for(timeout=ANSWER_MS)
        await ada.say("What is the capital of France?")  # while the timer runs
        asked_at = time.monotonic()
        await ada.hears("Paris", asked_at)
        await ada.hears("seconds are over")
        await expect(timer).to_contain_text("Time is up")
        await page.wait_for_timeout(LAST_WORDS_S * 1000 / 3)  # what was captioned is still on its way to the ear
        sound = await ada.browser.stop_recording()
    heard, last = await recognise(sound), await recognise(sound[-LAST_WORDS_S * HEARD_RATE_HZ :])
    assert "chart" in heard and "paris" in heard and "over" in last, (heard, last)


async def test_everyone_is_asked_and_what_they_send_is_what_the_agent_speaks_of(talk: Talk, tmp_path: Path) -> None:
    async with calling(talk, "ask", tmp_path) as ada:
        page = ada.browser.page
        await ada.say("Ask everyone whether we break now.")
        poll = page.locator("alongside-ui-poll")
        await poll.wait_for(timeout=ANSWER_MS)
        await expect(poll).to_contain_text("break now?")
        await ada.hears("I am asking")
        await ada.say("What is the capital of Italy?")  # while everybody thinks about it
        await ada.hears("Rome")
        await poll.get_by_role("button", name="Yes").click()
        await ada.hears("Everybody has voted")
        await ada.say("Make a form for lunch with name and number of guests.")
        form = page.locator("alongside-ui-form")
        await form.wait_for(timeout=ANSWER_MS)
        await form.get_by_label("Name").fill("Grace")
        await form.get_by_label("Number of guests").fill("4")
        await form.get_by_role("button", name="Send").click()
        await ada.hears("Number of guests: 4")
        await ada.say("How many guests will come to lunch?")
        await ada.hears(r"\bfour\b|\b4\b")


async def test_what_was_said_so_far_is_summed_up_for_all_to_see_and_aloud(talk: Talk, tmp_path: Path) -> None:
    async with calling(talk, "sum", tmp_path) as ada:
        await ada.say("What is the capital of France?")
        await ada.hears("Paris")
        await ada.say("Summarize the conversation so far.")
        summary = ada.browser.page.locator('[data-surface="summary"]')
        await expect(summary).to_contain_text("So far it was about France.", timeout=ANSWER_MS)
        await ada.hears("about France")


async def test_work_goes_on_in_the_background_until_it_is_taken_back_aloud_or_by_a_click(
    talk: Talk, tmp_path: Path
) -> None:
    async with calling(talk, "stop", tmp_path) as ada:
        await ada.say("Make a summary of everything about whales.")
        await ada.hears("two books so far")  # what there is of the result is said while the work goes on
        await ada.say("What is the capital of Italy?")
        await ada.hears("Rome")
        await expect(ada.job("running", "whales")).to_have_count(1)
        await ada.say("Never mind.")
        await ada.job("cancelled", "whales").wait_for(timeout=ANSWER_MS)
        async with asyncio.timeout(10):
            await talk.library.hung_up.wait()
        talk.library.hung_up.clear()
        await ada.say("Make a summary of everything about elephants.")
        card = ada.job("running", "summary")
        await card.wait_for(timeout=ANSWER_MS)
        await card.get_by_role("button").click()
        await expect(ada.job("cancelled", "summary")).to_have_count(2)
        async with asyncio.timeout(10):
            await talk.library.hung_up.wait()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("subject", FAULTS)
async def test_a_background_that_goes_wrong_is_apologised_for_and_the_talk_goes_on(
    talk: Talk, subject: str, tmp_path: Path
) -> None:
    _, words = FAULTS[subject]
    async with calling(talk, subject, tmp_path) as ada:
        await ada.say(f"Make a summary of everything about {subject}.")
        await ada.hears("sorry", within_ms=2 * ANSWER_MS)  # half a minute of it is how long an endpoint may say nothing
        await expect(ada.job("failed", subject)).to_contain_text(words)
        await ada.say("How many days are in a week?")
        await ada.hears(r"\bseven\b|\b7\b")
