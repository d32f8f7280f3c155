"""Two people who speak at once are each captioned with their own words, where the engine gives none."""

from __future__ import annotations

import asyncio
import logging
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import Page

from agent.background_setup import Hearing
from agent.work import WorkSetup
from model.types import MicroTurnIn, MicroTurnOut
from model.word_errors import word_error_rate
from tests.doubles import ScriptedEngine
from tests.e2e.browser import person
from tests.e2e.virtual_devices import HEADSET_MICROPHONE, MixedRoom
from tests.office import office

logger = logging.getLogger(__name__)
pytestmark = [pytest.mark.weights, pytest.mark.timeout(180)]  # a recogniser's process reads its weights first
UNDERSTOOD_MS = 60_000
MAX_WORD_ERRORS = 0.35  # at once, and on a machine with other work
SAID = {"Ada": "The train to Lisbon leaves at seven in the morning.", "Bob": "Please bring the red umbrella tomorrow."}
VOICES = {"Ada": "slt", "Bob": "rms"}


def quiet(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
    return MicroTurnOut(heard[-1].index)


async def join(page: Page, name: str) -> None:
    await page.get_by_label("Your name").fill(name)
    await page.get_by_role("button", name="Join", exact=True).click()
    await page.get_by_role("button", name="Silence AI").wait_for(timeout=UNDERSTOOD_MS)


async def spoken(folder: Path, name: str) -> Path:
    path = folder / f"{name}.wav"
    words = ["flite", "-voice", VOICES[name], "-t", SAID[name], "-o", str(path)]
    await asyncio.to_thread(subprocess.run, words, check=True)
    return path


async def test_two_at_once_are_captioned_each_with_their_own_words(tmp_path: Path) -> None:
    hearing, engine = Hearing(), ScriptedEngine(quiet)
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(hearing.run(), name="recogniser")
        await hearing.listening.wait()
        async with (
            office(engine=engine) as desk,
            person(f"{desk.origin}/?room=both", script=HEADSET_MICROPHONE) as ada,
        ):
            desk.worker.setup = WorkSetup(recogniser=hearing)
            bob = await ada.page.context.new_page()
            await bob.goto(f"{desk.origin}/?room=both")
            pages = {"Ada": ada.page, "Bob": bob}
            for name, page in pages.items():
                await join(page, name)
            await ada.page.evaluate("(count) => probe.connected(count)", 2)
            sounds = {name: await spoken(tmp_path, name) for name in pages}
            await asyncio.gather(*(MixedRoom(page).say(sounds[name]) for name, page in pages.items()))
            heard = {name: await caption_of(ada.page, name) for name in pages}
            assert ada.problems == [] and await ada.violations() == []
        keeping.cancel()
    errors = {name: word_error_rate([(SAID[name], text)]) for name, text in heard.items()}
    logger.info("%s", {name: f"{text} ({errors[name]:.0%} word errors)" for name, text in heard.items()})
    assert max(errors.values()) <= MAX_WORD_ERRORS, heard
    assert [event for turn in engine.heard for event in turn.events if "lisbon" in str(event).lower()] == []


async def caption_of(page: Page, name: str) -> str:
    """Everything that the page shows of somebody's words, once there is a final caption."""
    lines = page.locator("li.line.participant:not(.interim)", has=page.locator(".who b", has_text=name))
    await lines.first.wait_for(timeout=UNDERSTOOD_MS)
    return " ".join(await lines.locator(".text").all_inner_texts())
