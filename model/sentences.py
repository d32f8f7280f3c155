"""English sentences without end, to be spoken: talk of meetings with names and numbers, and words of every kind."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

import hibari

NAMES = (
    "Amara Anders Beatrice Boris Carmen Chloe Dmitri Dorothy Edgar Eleanor Felix Fiona Gideon Greta Hassan Hugo Imogen "
    "Ivan Jasmine Joshua Kenji Laura Leo Magnus Mei Nadia Niko Olga Oscar Paula Pedro Quentin Rosa Rupert Samir Sophie "
    "Tariq Thea Ursula Victor Wanda Xavier Yusuf Zoe"
).split()
_PLACES = "the office, the harbour, Chicago, Lisbon, the museum, gate nine, Oslo, the cafe, Texas, the lab".split(", ")
_THINGS = "report, budget, invoice, camera, garden, timer, bridge, painting, engine, voice, charger, window".split(", ")
_TIMES = "today, tomorrow, on Friday, next week, in an hour, at noon, last July, this evening, right away".split(", ")
_DEEDS = "check, move, finish, describe, measure, share, watch, choose, repeat, judge, ship, throw".split(", ")
_FRAMES = (
    "{name}, could you {deed} the {thing} {time}?",
    "I told {name} that the {thing} costs {number} dollars.",
    "The {thing} in {place} has {number} parts, and {name} counted them {time}.",
    "Yes, exactly. {name} will {deed} it {time}.",
    "Call {number}, extension {small}, and ask for {name}.",
    "There were {small} people at {place}, but {name} saw only {less}.",
    "Sorry, I did not hear that; did you mean the {thing} or the {other}?",
    "At {hour}:{minute} we {deed} the {thing}, then the {other}.",
    "Room {number} is near {place}.",
    "It weighs {small} point {less} kilograms!",
    "Why would {name} {deed} {small} of them {time}?",
    "Okay. I have set a {thing} for {small} minutes.",
)


def sentences(rng: random.Random) -> Iterator[str]:
    """Half from frames, half rows of words from a pronouncing dictionary, for every sound next to every other."""
    words = dictionary_words()
    while True:
        yield _talk(rng)
        yield " ".join(rng.choices(words, k=rng.randint(4, 10))).capitalize() + rng.choice(".....?!")


def dictionary_words() -> list[str]:
    """Lower-case words that hibari's dictionary knows how to say."""
    file = Path(hibari.__file__).parent / "assets" / "lexicon_us_gold.json.gz"
    return [word for word in json.loads(gzip.decompress(file.read_bytes())) if word.isalpha() and word.islower()]


def _talk(rng: random.Random) -> str:
    thing, other = rng.sample(_THINGS, 2)
    return rng.choice(_FRAMES).format(
        name=rng.choice(NAMES),
        place=rng.choice(_PLACES),
        thing=thing,
        other=other,
        time=rng.choice(_TIMES),
        deed=rng.choice(_DEEDS),
        number=rng.choice((rng.randint(11, 99), rng.randint(100, 999), rng.randint(1000, 99_999))),
        small=rng.randint(2, 30),
        less=rng.randint(1, 9),
        hour=rng.randint(1, 12),
        minute=rng.randint(10, 59),
    )
