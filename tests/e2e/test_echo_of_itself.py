"""The agent's own sound comes back to the microphone: it neither answers nor interrupts itself, and still yields."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin

import numpy as np
import pytest

from agent.bench.product import started
from agent.config import DEFAULT_GREETING
from model.types import Pcm
from tests.e2e.browser import Person, person
from tests.e2e.virtual_devices import (
    ECHO_DB,
    ECHO_MS,
    MIXED_MICROPHONE,
    ROOM_RATE_HZ,
    Echo,
    EchoingRoom,
    MixedRoom,
    echo_in,
    sound_devices,
)

logger = logging.getLogger(__name__)
pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]
QUIET_S = 10.0  # nobody speaks; who answers its own last words begins to well before
CAPTION_TIMEOUT_MS = 40_000
MAX_YIELD_S = 3.0  # loosely; from the first sound of who speaks over the agent to its silence on the loudspeaker
AGENT_DBFS = -45  # the loudspeaker is louder than this while the agent speaks …
PERSON_DBFS = -28  # … and the microphone louder than this only while a person does
BLOCKS_PER_S = 50
BLOCK_SAMPLES = ROOM_RATE_HZ // BLOCKS_PER_S  # 960
# Keeps what the agent tells the page, and knows when it has been silent for long.
WITNESS = """
probe.told = [];
probe.ontold = new EventTarget();
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  createDataChannel(...rest) {
    const channel = super.createDataChannel(...rest);
    channel.addEventListener("message", ({ data }) => {
      const message = JSON.parse(data);
      if (message.kind === "agent-state") probe.state = message.state;
      if (message.kind === "caption" && message.final) probe.told.push(message);
      if (message.kind === "caption" || message.kind === "agent-state") probe.ontold.dispatchEvent(new Event("told"));
    });
    return channel;
  }
};
probe.quiet = (quiet_ms) =>
  new Promise((resolve) => {
    let timer = 0;
    const arm = () => {
      clearTimeout(timer);
      if (probe.state === "listening") timer = setTimeout(resolve, quiet_ms);
    };
    probe.ontold.addEventListener("told", arm);
    arm();
  });
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A final caption."""

    role: str  # "participant" or "agent"
    text: str


@dataclass(frozen=True, slots=True)
class Caller:
    """A person in a room with an echo, in a call."""

    room: EchoingRoom
    browser: Person

    async def lines(self) -> list[Line]:
        """Final captions in order of their beginning; a starved machine may cut the agent's speech into several."""
        told = cast(list[dict[str, Any]], await self.browser.page.evaluate("probe.told"))  # Any: JSON
        told.sort(key=lambda each: each["start_ms"])  # the end of an interrupted caption is told late
        return [Line(each["speaker"]["role"], each["text"]) for each in told]

    async def until_agent_says(self, text: str, state: str = "") -> None:
        """Wait for words in one of the agent's captions."""
        line = self.browser.page.locator(f"li.line.agent{state}", has_text=text)
        await line.first.wait_for(timeout=CAPTION_TIMEOUT_MS)

    async def until_heard(self, num_utterances: int) -> None:
        """Wait until so many utterances of people were understood."""
        line = self.browser.page.locator("li.line.participant:not(.interim)").nth(num_utterances - 1)
        await line.wait_for(timeout=CAPTION_TIMEOUT_MS)

    async def stop_words(self) -> str:
        """How often a word stopped the agent, in the product's own metrics."""
        metrics = await self.browser.page.request.get(urljoin(self.browser.page.url, "/metrics"))
        lines = (await metrics.text()).splitlines()
        return "; ".join(line for line in lines if "stop_words_total" in line and not line.startswith("#"))

    async def until_quiet(self, quiet_s: float) -> None:
        """Wait until the agent has neither spoken nor worked for so long."""
        await self.browser.page.evaluate("(quiet_ms) => probe.quiet(quiet_ms)", quiet_s * 1000)


@asynccontextmanager
async def at_devices(address: str) -> AsyncGenerator[Caller]:
    """Sound devices, and the browser's own echo cancellation."""
    async with (
        sound_devices() as room,
        person(address, script=WITNESS, devices=room.environment) as browser,
    ):
        yield Caller(room, browser)


@asynccontextmanager
async def in_mixed_page(address: str) -> AsyncGenerator[Caller]:
    """A page that mixes what it receives into its microphone; nothing cancels it before the agent."""
    async with person(address, script=WITNESS + MIXED_MICROPHONE) as browser:
        yield Caller(MixedRoom(browser.page), browser)


WAYS = [at_devices, in_mixed_page]
Way = Callable[[str], AbstractAsyncContextManager[Caller]]


@asynccontextmanager
async def greeted(way: Way) -> AsyncGenerator[Caller]:
    """In a call with the product after its greeting, whose echo was there; what follows is recorded."""
    async with started("agent", "up", "--port", "0") as product, way(f"{product.origin}/?room=echo") as caller:
        await caller.room.start_recording()
        await caller.browser.join()
        await caller.until_agent_says(DEFAULT_GREETING.split()[-1], ":not(.interim)")
        report(way, str(assert_echo_is_there(await caller.room.stop_recording())))
        await caller.room.start_recording()
        yield caller


def spoken(folder: Path, text: str) -> Path:
    """A voice that no engine of ours speaks with."""
    path = folder / "spoken.wav"
    subprocess.run(["flite", "-voice", "slt", "-t", text, "-o", str(path)], check=True)
    return path


def report(way: Way, text: str) -> None:
    """Shown by `pytest --log-cli-level=INFO`."""
    logger.info("%s: %s", getattr(way, "__name__", way), text)


def assert_echo_is_there(recording: Pcm) -> Echo:
    echo = echo_in(recording)
    assert abs(echo.gain_db - ECHO_DB) < 3 and abs(echo.delay_ms - ECHO_MS) < 15, echo
    return echo


def stopped_after_s(recording: Pcm) -> float:
    """From the beginning of a person's last utterance to the end of the agent's speech under it."""
    blocks = recording[:, : recording.shape[1] // BLOCK_SAMPLES * BLOCK_SAMPLES].reshape(2, -1, BLOCK_SAMPLES)
    level = 10 * np.log10(np.mean(blocks.astype(np.float64) ** 2, axis=2) + 1e-12)
    agent, person = np.flatnonzero(level[0] > AGENT_DBFS), np.flatnonzero(level[1] > PERSON_DBFS)
    begins = person[np.flatnonzero(np.diff(person, prepend=-BLOCKS_PER_S) > BLOCKS_PER_S)[-1]]
    agent = agent[agent >= begins]
    assert agent.size and agent[0] - begins < BLOCKS_PER_S, "the agent was not speaking when the person began"
    ends = agent[np.flatnonzero(np.diff(agent, append=agent[-1] + BLOCKS_PER_S) > BLOCKS_PER_S // 2)[0]]
    return float(ends - begins) / BLOCKS_PER_S


def said_by(role: str, lines: list[Line]) -> str:
    return " ".join(line.text for line in lines if line.role == role)


@pytest.mark.parametrize("way", WAYS)
async def test_a_question_is_answered_once_and_the_echo_never(way: Way, tmp_path: Path) -> None:
    async with greeted(way) as caller:
        await caller.room.say(spoken(tmp_path, "Explain how rain is made."))
        await caller.until_heard(1)
        await caller.until_quiet(QUIET_S)
        echo = assert_echo_is_there(await caller.room.stop_recording())
        lines, stops = await caller.lines(), await caller.stop_words()
        assert caller.browser.problems == []
    report(way, f"{echo} {stops} {lines}")
    questions = [line.text for line in lines if line.role == "participant"]
    assert len(questions) == 1 and "rain" in questions[0].lower(), f"it heard itself: {questions}"
    said = said_by("agent", lines)
    assert said.startswith(DEFAULT_GREETING), f"it interrupted its greeting: {said}"
    answer = said.removeprefix(DEFAULT_GREETING)
    assert "rain" in answer.lower() and answer.endswith((".", "!", "?")), f"it interrupted itself: {answer!r} {stops}"


# Chromium's canceller takes much of what a person says together with the agent; how much differs from call to call.
@pytest.mark.parametrize(("way", "understood"), [(at_devices, ""), (in_mixed_page, "capital of france")])
async def test_a_person_who_speaks_over_the_agent_and_its_echo_is_yielded_to(
    way: Way, understood: str, tmp_path: Path
) -> None:
    async with greeted(way) as caller:
        await caller.room.say(spoken(tmp_path, "How does a bicycle work?"))
        await caller.until_agent_says("icycle")  # its long answer begins
        await caller.room.say(
            spoken(tmp_path, "Wait a moment please, I have another question. What is the capital of France?")
        )
        await caller.until_heard(2)
        await caller.until_quiet(1.5)  # longer than the pause that ends a caption
        recording = await caller.room.stop_recording()
        lines = await caller.lines()
        assert caller.browser.problems == []
    stopped_s = stopped_after_s(recording)
    report(way, f"stopped after {stopped_s:.2f} s {lines}")
    second = [index for index, line in enumerate(lines) if line.role == "participant"][1]
    after = lines[second + 1 :]
    assert stopped_s < MAX_YIELD_S, "the person goes on for five seconds"
    assert understood in lines[second].text.lower()
    assert said_by("agent", after), "it does not answer who interrupts it"
