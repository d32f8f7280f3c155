"""What people ask to be kept in mind, and how they ask for it later: numbers of things, and things by name."""

from __future__ import annotations

import random

from model.studio import phrases_words as words
from model.studio.grammar import Grammar
from model.studio.number_words import in_words

NUMBERED = (
    "seat", "room", "gate", "platform", "locker", "table", "bus", "house", "page", "chapter", "floor", "ticket",
    "player", "order", "lane", "box", "key", "bed", "row", "track", "cabin", "pump", "desk", "slide", "bus stop",
    "parking space", "lucky number", "score", "shoe size", "team", "apartment", "flight", "booth", "drawer", "channel",
    "verse", "exit", "battery", "line", "version",
)  # fmt: skip
NAMED = (
    "neighbour", "dentist", "teacher", "plumber", "street", "cat", "dog", "boat", "hotel", "password", "code word",
    "wifi", "boss", "doctor", "band", "favourite colour", "favourite dish", "present for mum", "secret word",
    "next stop", "guest", "horse", "village", "partner", "landlord", "goldfish", "winner", "driver", "meeting point",
)  # fmt: skip
_RULES: dict[str, tuple[str, ...]] = {
    "keep_number": (
        "my {what} is number {x}", "my {what} is {x}, keep that in mind", "remember {what} {x}",
        "keep in mind that my {what} is {x}", "note that our {what} is {x}", "write down {what} {x}",
        "I'm in {what} {x}, don't let me forget that", "we have {what} {x}, remember it for me",
        "hold on to this for me, {what} {x}", "for later, the {what} is {x}", "store this, {what} {x}",
        "memorise {what} {x}", "it's {what} {x} today, note it", "the {what} is {x} this time, write it down",
        "don't forget, {what} number {x}", "{what} {x}, that's what you have to remember",
        "put down that the {what} is {x}", "jot down {what} {x} for me", "the {what} we want is {x}, remember that",
    ),
    "keep_name": (
        "my {what} is called {x}, remember that", "keep in mind that the {what} is {x}", "note that my {what} is {x}",
        "the {what} is {x}, please remember it", "write down that the {what} is {x}", "remember the {what}, it's {x}",
        "for later, the {what} is {x}", "memorise this, our {what} is {x}", "don't forget that our {what} is {x}",
        "jot down that the {what} is {x}", "hold on to this, the {what} is {x}", "store that the {what} is {x}",
    ),
    "ask": (
        "what was my {what} again", "what's the {what}", "what did I say about the {what}", "do you remember my {what}",
        "which {what} was it", "tell me my {what}", "what was the {what} you kept for me", "say my {what} again",
        "what {what} did I tell you", "I forgot the {what}, what was it", "can you tell me the {what}",
        "remind me, what was the {what}", "so what was our {what}", "what have you written down for the {what}",
    ),
    "change": (
        "the {what} has changed, it's {x} now", "correction, the {what} is {x}", "no, the {what} is {x}",
        "make that {what} {x}", "they moved us, {what} {x} now", "I was wrong about the {what}, it's {x}",
    ),
    "told": ("{x}.", "{what} {x}.", "Your {what} is {x}.", "It's {x}.", "You said {x}.", "It was {x}."),
}  # fmt: skip
_GRAMMAR = Grammar(_RULES)
RULES = _GRAMMAR.rules


def draw(rule: str, rng: random.Random, **given: str) -> str:
    """A line of a rule: `keep_number`, `keep_name`, `ask`, `change` or `told`, with `what` and mostly `x`."""
    return _GRAMMAR.draw(rule, rng, **given)


def a_number(rng: random.Random) -> int:
    """Small ones more often, as people have them."""
    return rng.randint(1, 20) if rng.random() < 0.4 else rng.randint(1, 99) if rng.random() < 0.8 else _round(rng)


def a_name(rng: random.Random) -> str:
    """Something that goes by a name: a person, a colour, a thing, a town."""
    return rng.choice(rng.choice((words.NAMES, words.COLOURS, words.THINGS, words.CITIES))).lower()


def said(number: int, rng: random.Random) -> str:
    """A number as people say it: whole, and what has three digits also digit by digit."""
    if number < 100 or rng.random() < 0.6:
        return in_words(number)
    return " ".join(in_words(int(digit)) for digit in str(number))


def _round(rng: random.Random) -> int:
    return rng.randint(100, 999)
