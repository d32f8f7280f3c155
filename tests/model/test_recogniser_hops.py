"""model/recogniser.py: words come about each second of sound, later and never more at once when it does not keep up"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

import numpy as np
import pytest

from model import weights
from model.recogniser import WhisperRecogniser
from model.types import HEARD_RATE_HZ, Pcm
from model.word_errors import word_error_rate
from tests.agent.speech import read_prompt

logger = logging.getLogger(__name__)
pytestmark = [
    pytest.mark.weights,
    pytest.mark.timeout(240),
]  # whisper reads its weights
Result = TypeVar("Result")
PIECE_S = 0.2
TEXT = "Which folder should I save the message to?"
SOUND_S = 8.0


@dataclass
class LoadedWorker:
    """Does each job when so much sound has passed since it was asked for, as a busy machine does."""

    late_s: float = 0.0
    heard_s: float = 0.0
    asked_s: list[float] = field(default_factory=list[float])
    most_waiting: int = 0
    waiting: list[tuple[float, Callable[[], None]]] = field(default_factory=list[tuple[float, Callable[[], None]]])
    is_open: bool = False  # the sound has begun; before it and after it nothing waits

    def submit(self, job: Callable[[], Result]) -> Future[Result]:
        done: Future[Result] = Future()

        def run() -> None:
            if done.set_running_or_notify_cancel():
                done.set_result(job())

        if not self.is_open:
            run()
            return done
        self.asked_s.append(self.heard_s)
        self.waiting.append((self.heard_s + self.late_s, run))
        self.most_waiting = max(self.most_waiting, len(self.waiting))
        return done

    def pass_time(self) -> None:
        self.heard_s += PIECE_S
        due = [each for each in self.waiting if each[0] <= self.heard_s]
        self.waiting = [each for each in self.waiting if each[0] > self.heard_s]
        for _, run in due:
            run()

    def end(self) -> None:
        self.is_open = False
        for _, run in self.waiting:
            run()

    def idle(self) -> Future[None]:
        return self.submit(lambda: None)

    def close(self) -> None:
        self.waiting.clear()


def long_talk() -> Pcm:
    """Somebody who goes on without a pause that would be worth a pass of its own."""
    prompt = read_prompt("vm-savefolder")
    loud = np.flatnonzero(np.abs(prompt) > 0.02)
    return np.resize(prompt[loud[0] : loud[-1]], int(SOUND_S * HEARD_RATE_HZ))


async def sound_of(pcm: Pcm, worker: LoadedWorker) -> AsyncGenerator[Pcm]:
    size = int(PIECE_S * HEARD_RATE_HZ)
    worker.is_open = True
    for at in range(0, len(pcm), size):
        worker.pass_time()
        yield pcm[at : at + size]
    worker.end()


@pytest.mark.parametrize(("late_s", "least_s", "most_s"), [(0.0, 0.5, 1.3), (0.6, 0.8, 1.3), (2.4, 2.3, 2.9)])
async def test_a_pass_begins_each_second_and_when_it_is_late_the_next_waits_for_it(
    late_s: float, least_s: float, most_s: float
) -> None:
    worker = LoadedWorker(late_s)
    recogniser = WhisperRecogniser(weights.path("whisper-base"), worker=worker)
    words, num_partial = "", 0
    async for transcript in recogniser.transcribe(sound_of(long_talk(), worker), "en"):
        words = transcript.text
        num_partial += not transcript.is_final
    recogniser.close()
    hops = [after - before for before, after in pairwise(worker.asked_s)]
    logger.info("%.1f s late: passes at %s, %d partial texts", late_s, np.round(worker.asked_s, 1), num_partial)
    assert least_s <= float(np.median(hops)) <= most_s and max(hops[:-1]) <= most_s + PIECE_S, hops
    assert worker.most_waiting == 1 and num_partial >= len(worker.asked_s) - 2
    assert word_error_rate([(f"{TEXT} " * words.lower().count("folder"), words)]) < 0.4, words
