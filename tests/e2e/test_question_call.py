"""A newcomer's call: spoken questions, the shipped default engine, an answer that is recognised, captions."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent.bench.product import Product, started
from model import weights
from model.types import HEARD_RATE_HZ, Pcm
from model.whisper import Whisper
from model.word_errors import word_error_rate
from tests.e2e.browser import Person, person

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]
ARTIFACTS = Path(__file__).parent.parent / "artifacts"
PROMPTS = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
GREETING_S = 5.0  # the greeting is over by then


def microphone_file(path: Path, speech: Path) -> Path:
    """Speech at 48 kHz after the greeting's time, then silence until the call ends."""
    padding = ["pad", str(GREETING_S), "60"]
    subprocess.run(["sox", str(speech), "-r", "48000", "-c", "1", "-b", "16", str(path), *padding], check=True)
    return path


def silence(folder: Path) -> Path:
    """The microphone of somebody who only listens; without a file Chromium's would beep."""
    path = folder / "silence.wav"
    subprocess.run(["sox", "-n", "-r", "48000", "-c", "1", "-b", "16", str(path), "trim", "0", "90"], check=True)
    return path


def synthesised(folder: Path, text: str) -> Path:
    """A question by a voice that no engine of ours speaks with."""
    spoken = folder / "spoken.wav"
    subprocess.run(["flite", "-voice", "slt", "-t", text, "-o", str(spoken)], check=True)
    return spoken


def recorded(folder: Path, prompt: str) -> Path:
    """A real human prompt."""
    spoken = folder / "spoken.wav"
    source = ["ffmpeg", "-loglevel", "error", "-y", "-f", "g722", "-i", str(PROMPTS / f"{prompt}.g722"), str(spoken)]
    subprocess.run(source, check=True)
    return spoken


@asynccontextmanager
async def product() -> AsyncGenerator[Product]:
    async with started("agent", "up", "--port", "0") as running:
        yield running


async def final_caption(someone: Person, role: str, index: int = 0) -> str:
    """The text of caption number `index` of people ("participant") or the agent ("agent"), once it is final."""
    caption = someone.page.locator(f"li.line.{role}:not(.interim) .text").nth(index)
    await caption.wait_for(timeout=40_000)
    return (await caption.inner_text()).lower()


async def recognise(sound: Pcm) -> str:
    """What whisper-base hears in at most the last 30 s."""
    whisper = await asyncio.to_thread(Whisper.read, weights.path("whisper-base"))
    return (await asyncio.to_thread(whisper.transcribe, sound[-28 * HEARD_RATE_HZ :], "en")).text.lower()


async def test_a_spoken_question_is_answered_by_a_voice_with_captions(tmp_path: Path) -> None:
    microphone = microphone_file(tmp_path / "mic.wav", synthesised(tmp_path, "What is the capital of France?"))
    async with product() as running, person(f"{running.origin}/?room=ask", microphone) as ada:
        await ada.join()
        await ada.start_recording()
        assert "capital of france" in await final_caption(ada, "participant")
        answer = await final_caption(ada, "agent", 1)  # the first one is the greeting
        heard = await recognise(await ada.stop_recording())
        ARTIFACTS.mkdir(exist_ok=True)
        await ada.page.screenshot(path=ARTIFACTS / "question.png")
        assert await ada.violations() == [] and ada.problems == []
    assert "paris" in answer
    assert "paris" in heard


async def test_a_real_human_prompt_is_understood_and_answered(tmp_path: Path) -> None:
    microphone = microphone_file(tmp_path / "mic.wav", recorded(tmp_path, "vm-savefolder"))
    async with product() as running, person(f"{running.origin}/?room=human", microphone) as ada:
        await ada.join()
        await ada.start_recording()
        question = await final_caption(ada, "participant")
        answer = await final_caption(ada, "agent", 1)
        heard = await recognise(await ada.stop_recording())
    # the recogniser writes "say this" for "save the" from the undamaged file, too
    assert word_error_rate([("Which folder should I save the message to?", question)]) < 0.3, question
    words = [word for word in re.findall(r"[a-z]{4,}", answer)]
    assert words, f"no answer in words: {answer!r}"
    assert sum(word in heard for word in words) >= 0.6 * len(words), (answer, heard)


async def test_a_second_person_hears_and_sees_both(tmp_path: Path) -> None:
    microphone = microphone_file(tmp_path / "mic.wav", synthesised(tmp_path, "How many days are in a week?"))
    async with product() as running:
        address = f"{running.origin}/?room=two"
        async with person(address, silence(tmp_path)) as bob, person(address, microphone) as ada:
            await bob.join()
            await ada.join(num_peers=2)  # the agent and Bob
            await bob.page.evaluate("(count) => probe.connected(count)", 2)
            assert "days" in await final_caption(bob, "participant")
            assert await bob.page.locator("li.line.participant:not(.interim) .who b").inner_text() == "Guest 3"
            answer = await final_caption(bob, "agent", 1)
            assert await bob.page.evaluate("probe.heardFrom()") == 2, "the agent and Ada are heard"
            assert await bob.page.locator(".tile").count() == 3
            await bob.page.screenshot(path=ARTIFACTS / "two-people.png")
    assert "seven" in answer or "7" in answer
