"""voice's items: a sentence with names and numbers that the agent is given to say. Nobody speaks to it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from agent.bench.meaning import in_words, words_of
from agent.bench.sets.script import Script

TABLE = "voice"
BEGINS_WITHIN_S = 1.0
WORD_S = 0.62  # a slow voice


def sentence(script: Script) -> None:
    """One sentence, drawn anew for each item."""
    rng = script.rng
    frame = rng.choice(script.phrases.lines(TABLE, "sentence"))
    for slot, draw in _DRAWS.items():
        while f"{{{slot}}}" in frame:
            frame = frame.replace(f"{{{slot}}}", draw(rng), 1)
    for slot in ("person", "place", "goods", "street", "day"):
        while f"{{{slot}}}" in frame:
            frame = frame.replace(f"{{{slot}}}", _unused(script, slot, frame), 1)
    script.given_text = frame
    script.reach(BEGINS_WITHIN_S + WORD_S * len(words_of(frame)))


CATEGORIES: Mapping[str, tuple[Callable[[Script], None], ...]] = {"sentence": (sentence,)}


def _unused(script: Script, slot: str, text: str) -> str:
    return script.rng.choice([line for line in script.phrases.lines(TABLE, slot) if line not in text])


def _spoken(number: int) -> str:
    return " ".join(in_words(number))


def _clock(rng: random.Random) -> str:
    return f"{_spoken(rng.randint(1, 12))} {_spoken(rng.choice((10, 15, 20, 25, 30, 40, 45, 50)))}"


def _code(rng: random.Random) -> str:
    return " ".join(_spoken(rng.randint(1, 9)) for _ in range(3))


_DRAWS: Mapping[str, Callable[[random.Random], str]] = {
    "number": lambda rng: _spoken(rng.randint(101, 4999)),
    "small": lambda rng: _spoken(rng.randint(2, 99)),
    "year": lambda rng: f"{_spoken(rng.choice((18, 19)))} {_spoken(rng.randint(21, 99))}",
    "clock": _clock,
    "code": _code,
    "phone": lambda rng: " ".join(_spoken(rng.randint(0, 9)) for _ in range(6)),
}
