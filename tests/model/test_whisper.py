"""Whisper-base on real prompts: words, times, languages, and what is no speech."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from model.client import RecogniserClient
from model.recogniser import WhisperRecogniser
from model.serve import EngineServer
from model.types import HEARD_RATE_HZ, InputError, Pcm
from model.whisper import loop_length
from model.word_errors import word_error_rate
from model.worker import Worker
from tests.model.spoken import PROMPTS, read_sound, speak, weights_or_skip

T = TypeVar("T")
pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]
TRANSCRIPTS = Path("/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz")
NAMES = ("agent-newlocation", "agent-pass", "auth-incorrect", "cannot-complete-as-dialed", "check-number-dial-again")


@pytest.fixture(scope="module")
def recogniser() -> Iterator[WhisperRecogniser]:
    recogniser = WhisperRecogniser(weights_or_skip("whisper-base"))
    yield recogniser
    recogniser.close()


def transcripts() -> dict[str, str]:
    if not TRANSCRIPTS.exists():
        pytest.skip("apt-get install asterisk-core-sounds-en-g722 brings the prompts")
    lines = gzip.open(TRANSCRIPTS, "rt", encoding="utf-8", errors="replace").read().splitlines()
    return {name.strip(): said.strip() for name, _, said in (line.partition(":") for line in lines)}


async def pieces(sound: Pcm, size: int = 3200) -> AsyncIterator[Pcm]:
    for start in range(0, len(sound), size):
        yield sound[start : start + size]


def test_human_prompts_are_understood(recogniser: WhisperRecogniser) -> None:
    said = transcripts()
    heard = [recogniser.submit(read_sound(PROMPTS / f"{name}.g722"), "en").result().text for name in NAMES]
    assert word_error_rate(zip([said[name] for name in NAMES], heard, strict=True)) <= 0.1, heard


def test_word_times_follow_the_sound(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    gap_s = 1.0
    first, second = speak("Good morning.", tmp_path), speak("Where is the station?", tmp_path)
    sound = np.concatenate([first, np.zeros(int(gap_s * HEARD_RATE_HZ), np.float32), second])
    transcript = recogniser.submit(sound, "en").result()
    starts = [word.start_s for word in transcript.words]
    assert starts == sorted(starts)
    where = next(word for word in transcript.words if "where" in word.text.lower())
    assert abs(where.start_s - (len(first) / HEARD_RATE_HZ + gap_s)) < 0.35
    assert transcript.words[-1].end_s <= len(sound) / HEARD_RATE_HZ


def test_the_language_is_found(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    assert recogniser.submit(speak("Where is the station, please?", tmp_path)).result().language == "en"


@pytest.fixture
def spanish() -> Pcm:
    path = Path("/usr/share/asterisk/sounds/es_MX_f_Allison/privacy-incorrect.g722")
    if not path.exists():
        pytest.skip("apt-get install asterisk-core-sounds-es-g722 brings the prompts")
    return read_sound(path)


def test_spanish_is_said_in_english_by_whisper_alone(recogniser: WhisperRecogniser, spanish: Pcm) -> None:
    found = recogniser.submit(spanish, "es", into_english=True).result()
    assert "number" in found.text.casefold(), found.text


async def test_it_is_said_in_english_through_the_served_seam(recogniser: WhisperRecogniser, spanish: Pcm) -> None:
    async with EngineServer(recogniser=recogniser) as server:
        client = RecogniserClient(server.url)
        assert "number" in (await client.into_english(spanish, "es")).casefold()
        assert await client.into_english(np.zeros(32_000, np.float32), "es") == "", "silence is not shown to it"
        with pytest.raises(InputError, match="at most 30 s"):
            await client.into_english(np.zeros(31 * 16_000, np.float32), "es")


def test_next_to_no_sound_is_no_words(recogniser: WhisperRecogniser) -> None:
    assert recogniser.submit(np.zeros(800, np.float32), "en").result().text == ""


async def test_partial_transcripts_grow_into_the_final_one(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    sound = speak("Please enter the number of the person that you would like to call today.", tmp_path)
    found = [transcript async for transcript in recogniser.transcribe(pieces(sound), "en")]
    assert [transcript.is_final for transcript in found] == [False] * (len(found) - 1) + [True]
    assert (
        word_error_rate([("please enter the number of the person that you would like to call today", found[-1].text)])
        < 0.2
    )


class Counting:
    """A worker that counts what it is asked."""

    def __init__(self) -> None:
        self._worker = Worker("counting", 16)
        self.num_jobs = 0

    def submit(self, job: Callable[[], T]) -> Future[T]:
        self.num_jobs += 1
        return self._worker.submit(job)

    def idle(self) -> Future[None]:
        return self._worker.idle()

    def close(self) -> None:
        self._worker.close()


async def test_silence_after_the_last_words_needs_no_further_pass(tmp_path: Path) -> None:
    worker = Counting()
    recogniser = WhisperRecogniser(weights_or_skip("whisper-base"), worker=worker)
    sound = speak("Please hold the line.", tmp_path)
    spoken = np.concatenate([sound, np.zeros(HEARD_RATE_HZ * 3 // 5, np.float32)])
    num_jobs: list[int] = []

    async def in_step() -> AsyncIterator[Pcm]:
        async for piece in pieces(spoken, HEARD_RATE_HZ // 10):
            yield piece
            await asyncio.wrap_future(worker._worker.idle())  # pyright: ignore[reportPrivateUsage]  # of this test
        num_jobs.append(worker.num_jobs)

    found = [transcript async for transcript in recogniser.transcribe(in_step(), "en")]
    recogniser.close()
    assert worker.num_jobs == num_jobs[0], "the pass that began in the pause was the last"
    assert found[-1].is_final and "hold the line" in found[-1].text.lower()
    assert found[-1].words == found[-2].words


async def test_sound_longer_than_the_window_is_heard_whole(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    sentence = speak("Please enter your password followed by the pound key.", tmp_path)
    pause = np.zeros(HEARD_RATE_HZ // 2, np.float32)
    sound = np.concatenate([sentence, pause] * 10)
    assert len(sound) > 32 * HEARD_RATE_HZ
    last = [transcript async for transcript in recogniser.transcribe(pieces(sound, 16_000), "en")][-1]
    assert 8 <= last.text.lower().count("password") <= 11
    starts = [word.start_s for word in last.words]
    assert starts == sorted(starts)
    assert starts[-1] > 28


async def test_bad_sound_and_unknown_languages_are_refused(recogniser: WhisperRecogniser) -> None:
    with pytest.raises(InputError, match="xx"):
        recogniser.submit(np.zeros(16_000, np.float32), "xx")
    with pytest.raises(InputError, match="float32"):
        _ = [t async for t in recogniser.transcribe(pieces(np.full(3200, np.nan, np.float32)), "en")]


def test_a_phrase_said_over_and_over_is_a_loop() -> None:
    assert loop_length([1, 2, 3, 4, 5]) == 0
    assert loop_length([9, 1, 2, 3, 1, 2, 3]) == 0
    assert loop_length([9, 1, 2, 3, 1, 2, 3, 1, 2, 3]) == 3
    assert loop_length([7, 7, 7]) == 0
    assert loop_length([7, 7, 7, 7, 7]) == 1
