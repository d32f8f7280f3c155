"""An ear with the real recogniser: recorded people, music on hold, lost packets, and two languages in one breath."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from agent.audio_receiver import AudioReceiver
from agent.bench.interpret_prompts import NoPrompts, prompts, sound
from agent.interpretation.commit_policy import CommitPolicy
from agent.interpretation.ear import Ear
from agent.interpretation.lane import HeardPart
from agent.interpretation.speaker_language import SpeakerLanguage
from model.recogniser import WhisperRecogniser
from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, Pcm
from model.word_errors import word_error_rate
from tests.agent.rtp_path import listen, send
from tests.model.spoken import read_sound, weights_or_skip

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]
MUSIC = sorted(Path("/usr/share/asterisk/moh").glob("*.g722"))
SAID = ("privacy-incorrect", "privacy-unident", "queue-youarenext")
TICKS_A_PIECE = 5


@pytest.fixture(scope="module")
def recogniser() -> Iterator[WhisperRecogniser]:
    recogniser = WhisperRecogniser(weights_or_skip("whisper-base"))
    yield recogniser
    recogniser.close()


def said(language: str, name: str) -> Pcm:
    try:
        return sound(language, name)
    except NoPrompts as error:
        pytest.skip(str(error))


async def hear(recogniser: WhisperRecogniser, pcm: Pcm) -> list[HeardPart]:
    """What an ear makes of sound; time stands still while the recogniser works."""
    parts = list[HeardPart]()
    ear = Ear(recogniser, SpeakerLanguage(("en", "es", "fr"), "en"), parts.append)
    ticks = np.concatenate([pcm, np.zeros(HEARD_RATE_HZ, np.float32)])
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(ear.run(), name="ear")
        for tick in range(len(ticks) // HEARD_TICK_SAMPLES):
            ear.add(tick, ticks[tick * HEARD_TICK_SAMPLES : (tick + 1) * HEARD_TICK_SAMPLES])
            if tick % TICKS_A_PIECE == 0:
                await _work_done(recogniser)
        for _ in range(3):
            await _work_done(recogniser)
        running.cancel()
    return parts


async def _work_done(recogniser: WhisperRecogniser) -> None:
    for _ in range(20):
        await asyncio.sleep(0)
    await asyncio.wrap_future(recogniser.idle())
    for _ in range(20):
        await asyncio.sleep(0)


def finals(parts: list[HeardPart]) -> list[tuple[str, str]]:
    found = [part.transcript for part in parts if part.transcript.is_final and part.transcript.text]
    return [(each.language, each.text) for each in found]


async def test_music_has_no_words(recogniser: WhisperRecogniser) -> None:
    if not MUSIC:
        pytest.skip("apt-get install asterisk-moh-opsound-g722 brings music")
    for file in MUSIC:
        music = read_sound(file)[30 * HEARD_RATE_HZ : 40 * HEARD_RATE_HZ]
        assert np.abs(music).max() > 0.05, "it can be heard"
        assert [part for part in await hear(recogniser, music) if part.transcript.text] == [], file.name


async def test_words_survive_five_percent_packet_loss(recogniser: WhisperRecogniser) -> None:
    pause = np.zeros(HEARD_RATE_HZ, np.float32)
    texts = {prompt.name: prompt.text for prompt in prompts("en", "es")}
    pcm = np.concatenate([part for name in SAID for part in (said("en", name), pause)])
    sent = send(pcm)
    lost = set(random.Random(7).sample(range(len(sent)), len(sent) // 20))
    arrivals = [(each.packet, each.sent_at) for index, each in enumerate(sent) if index not in lost]
    received = listen(AudioReceiver(), arrivals, len(sent) + 10).pcm
    heard = " ".join(text for _, text in finals(await hear(recogniser, received)))
    assert word_error_rate([(" ".join(texts[name] for name in SAID), heard)]) <= 0.12, heard


async def test_a_speaker_who_goes_on_in_another_language_is_heard_in_both(recogniser: WhisperRecogniser) -> None:
    parts = await hear(recogniser, np.concatenate([said("en", "privacy-incorrect"), said("es", "privacy-prompt")]))
    policy, segments = CommitPolicy(), list[tuple[str, str]]()
    for part in parts:
        found = part.transcript
        for segment in policy.update(found.words, part.heard_s, found.is_final, found.language):
            segments.append((segment.language, segment.text))
        policy = CommitPolicy() if found.is_final else policy
    english = " ".join(text for language, text in segments if language == "en").casefold()
    spanish = " ".join(text for language, text in segments if language == "es").casefold()
    assert "number is not valid" in english, segments
    assert "tel\u00e9fono" in spanish and "empezando" in spanish, segments
    assert "number" not in spanish and "tel\u00e9fono" not in english, segments
