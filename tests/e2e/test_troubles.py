"""What happens to people in calls, with the real agent: reloads, vanished peers, an agent that dies, a hidden tab."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import expect

from agent.bench.call_client import call, through_room
from agent.worker import Worker
from model.echo import EchoEngine
from tests.e2e.browser import person
from tests.office import is_heard, office, tone, until

pytestmark = pytest.mark.timeout(120)
HEARD_JS = """async (least) => {
  const energy = async () => {
    let sum = 0;
    for (const report of (await probe.connections.at(-1).getStats()).values())
      if (report.type === "inbound-rtp" && report.kind === "audio") sum += report.totalAudioEnergy ?? 0;
    return sum;
  };
  const before = await energy();
  while ((await energy()) - before < least) await new Promise((resolve) => setTimeout(resolve, 50));
}"""  # ends when sound arrived on the newest connection


@pytest.fixture(scope="module")
def beeps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A microphone that beeps every second for two minutes."""
    path = tmp_path_factory.mktemp("sound") / "beeps.wav"
    seconds = np.arange(120 * 48_000) / 48_000
    pcm = 0.5 * np.sin(2 * np.pi * 440 * seconds) * (seconds % 1.0 < 0.4)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes((pcm * 32767).astype("<i2").tobytes())
    return path


async def test_a_reload_comes_back_into_the_same_conversation(beeps: Path) -> None:
    async with office(empty_room_s=20) as here, person(f"{here.origin}/?room=one", beeps) as ada:
        await ada.join()
        await ada.page.evaluate(HEARD_JS, 0.001)
        await ada.page.reload()
        join = ada.page.get_by_role("button", name="Join", exact=True)
        await join.or_(ada.page.get_by_role("button", name="Leave")).first.wait_for()
        if await join.is_visible():
            await join.click()
        await ada.page.evaluate("(count) => probe.connected(count)", 1)
        await ada.page.evaluate(HEARD_JS, 0.001)
        assert here.worker.metrics.rooms == 1 and here.worker.metrics.lost_sessions_total == 0


async def test_a_browser_that_dies_is_missed_and_breaks_nobody_elses_call(beeps: Path) -> None:
    async with office() as here, call(through_room(here.origin, "one", "Bob")) as bob:
        bob.say(tone(60))
        async with person(f"{here.origin}/?room=one", beeps) as ada:
            await ada.join()
            await until(lambda: here.worker.metrics.peers == 2)
            await ada.kill()
            await until(lambda: here.worker.metrics.peers == 1, timeout_s=30)
            bob.recording.received.clear()
            await until(lambda: is_heard(bob))


async def test_an_agent_that_dies_is_missed_in_words_and_another_takes_over(beeps: Path) -> None:
    async with office() as here, person(f"{here.origin}/?room=one", beeps) as ada:
        await ada.join()
        await ada.page.evaluate(HEARD_JS, 0.001)
        here.running.cancel()
        await expect(ada.page.locator(".tile.agent")).to_have_attribute("data-activity", "unavailable", timeout=30_000)
        async with asyncio.TaskGroup() as tasks:
            another = Worker(here.worker.config, EchoEngine())
            running = tasks.create_task(another.run(), name="another worker")
            await until(lambda: another.metrics.peers == 1, timeout_s=30)
            await ada.page.evaluate(HEARD_JS, 0.001)
            running.cancel()


async def test_a_hidden_tab_goes_on_talking_and_hearing(beeps: Path) -> None:
    async with office() as here, person(f"{here.origin}/?room=one", beeps) as ada:
        await ada.join()
        await ada.page.evaluate(HEARD_JS, 0.001)
        other = await ada.page.context.new_page()
        await other.goto("about:blank")
        await other.bring_to_front()
        await ada.page.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden' })")
        await ada.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        for _ in range(3):
            await ada.page.evaluate(HEARD_JS, 0.005)
        assert ada.problems == []
