"""Numbers and spans of time as people say them."""

from __future__ import annotations

import random

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = ". . twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORDS = frozenset((*_ONES, *_TENS[2:], "hundred", "thousand"))

HELD_OUT_WAITS = frozenset({7, 11, 13, 22, 48})  # of seconds or minutes; the benchmarks ask for these
SECONDS = tuple(n for n in range(2, 121) if n not in HELD_OUT_WAITS)
MINUTES = tuple(n for n in range(1, 11) if n not in HELD_OUT_WAITS)


def in_words(number: int) -> str:
    """0 … 9999 in words, each a word of its own."""
    if not 0 <= number < 10_000:
        raise ValueError(f"in_words: {number} is outside 0 … 9999")
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f" {_ONES[ones]}" if ones else "")
    unit, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    many, rest = divmod(number, unit)
    return f"{in_words(many)} {name}" + (f" {in_words(rest)}" if rest else "")


def wait_in_words(wait_s: int, rng: random.Random) -> str:
    """A span of seconds in one of the ways people say it."""
    if wait_s == 30 and rng.random() < 0.5:
        return rng.choice(("half a minute", "thirty secs"))
    if wait_s == 90 and rng.random() < 0.6:
        return rng.choice(("a minute and a half", "one and a half minutes"))
    minutes, seconds = divmod(wait_s, 60)
    if minutes == 0 or minutes not in MINUTES or (minutes <= 2 and rng.random() < 0.15):
        return f"{in_words(wait_s)} seconds"
    whole = rng.choice(("a minute", "one minute")) if minutes == 1 else f"{in_words(minutes)} minutes"
    if not seconds:
        return whole
    return f"{whole} and {in_words(seconds)} seconds" if seconds in SECONDS else f"{in_words(wait_s)} seconds"


def draw_wait(rng: random.Random, longest_s: int) -> int:
    """A span no test asks for: mostly short, often round."""
    allowed = [n for n in SECONDS if n <= longest_s]
    if rng.random() < 0.35:
        allowed = [n for n in allowed if n % 5 == 0] or allowed
    elif rng.random() < 0.4:
        allowed = [n for n in allowed if n <= 20]
    return rng.choice(allowed)
