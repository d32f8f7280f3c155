"""Memory over an hour of one conversation, as fast as it goes: people are heard, seen and read all the while.

What they say is noise, and what they type is a question every ten seconds, so that the engine writes and speaks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from agent.bench.hosts import Measured
from agent.bench.result import Row
from agent.bench.serving_cost import TURNS_PER_MINUTE, noise
from agent.bench.usage import EngineProcess
from model.types import MicroTurnIn, SessionSettings, TypedText, VideoFrame

GREETING = "Hello, I am here. Ask me anything."
QUESTION_EVERY = 50  # micro-turns
PICTURE_EVERY = 25
PICTURE_SIZE = (120, 160, 3)


class _Talk:
    """What is said to the engine: each micro-turn anew, nothing of it is kept here."""

    def __init__(self, seed: int) -> None:
        self._sound = noise(seed)
        self._drawn = np.random.default_rng(seed)

    def turn(self, index: int) -> MicroTurnIn:
        events, frames = (), ()
        if index % QUESTION_EVERY == QUESTION_EVERY // 2:
            events = (TypedText("Ana", f"Can you tell me about number {index}?"),)
        if index % PICTURE_EVERY == 0:
            pair = self._drawn.integers(0, 256, (2, *PICTURE_SIZE), dtype=np.uint8)
            frames = tuple(VideoFrame(each, 10 * index + at, "ana:camera") for at, each in enumerate(pair))
        return MicroTurnIn(index, self._sound(index).pcm, frames=frames, events=events)


async def measure_memory(measured: Measured, minutes: Sequence[float]) -> list[Row]:
    """A row for each minute: memory at its end, and how much was said since the row before."""
    process, talk, rows = EngineProcess(measured.pid), _Talk(0), list[Row]()
    session = await measured.engine.open(SessionSettings("serving-hour", greeting=GREETING))
    try:
        index = 0
        for minute in minutes:
            first, num_spoken, num_characters = index, 0, 0
            while index < max(first + 1, round(minute * TURNS_PER_MINUTE)):
                out = await session.step((talk.turn(index),))
                num_spoken += out.pcm is not None
                num_characters += len(out.text)
                index += 1
            rows.append(
                {
                    "part": "hour",
                    "minute": minute,
                    "spoken_pct": round(100 * num_spoken / (index - first), 1),
                    "characters_said": num_characters,
                    "memory_mb": process.memory_mb(),
                }
            )
    finally:
        await session.close()
    return rows


def memory_metrics(rows: Sequence[Row]) -> Mapping[str, float]:
    """What memory has grown by since the first of the rows, by when every kind of step was taken."""
    first, last = rows[0]["memory_mb"], rows[-1]["memory_mb"]
    return {} if first is None or last is None else {"memory_growth_mb": round(last - first, 1)}
