"""What people say in calls, as sentences without end for voices to read; numbers are words.

Half is talk, requests and questions, a quarter rows of words. Which of it the agent should answer is not said here: a
scene that reads these aloud wants them heard, not answered.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hibari

from model.studio import phrases_words as words
from model.studio.grammar import Grammar, sentence
from model.studio.number_words import HELD_OUT_WAITS, in_words
from model.studio.phrases_talk import digits, statement, word_row

MAX_WORDS = 14
_ASSETS = Path(hibari.__file__).parent / "assets"
_REQUESTS = (
    "(please|could you|can you|would you|I want you to|) (remind me|tell me|wake me) in {number} {spans}",
    "(every|each) time I say {word} (say|answer|reply with) {word}",
    "(whenever|if|when) (I|she|he|somebody) (mentions|mention|names|name) {a_kind} (say|call out|shout) {word}",
    "count (my {exercise}|from {number} to {number}|the {things}|backwards from {number}|up to {number})",
    "(set|start|stop|cancel|pause) (a|the|my) {thing} (timer|alarm|clock) for {number} minutes",
    "(stop|wait|no wait|hold on|never mind|that's enough|be quiet|go on|carry on|start again)(| please| {name})",
    "(say|write down|repeat|spell|translate) {word} (and|then|after) {word}",
    "(correct|interrupt|stop) me (if|when) I (say|name|forget|miss) {a_kind} (that is|which is) {adjective}",
    "(tell|ask|call|text) {name} (that I am late|to come at {number}|about the {thing}|when it is over)",
    "make (it|that) {number} (instead|please|seconds|minutes)",
    "(until|unless) I say {word}",
    "(let me know|tell me) (when|as soon as) {number} (minutes|seconds) (have passed|are over|are up)",
)
_QUESTIONS = (
    "(what|which) {kind} (do you like|is that|was it|comes next)?",
    "how (many {things}|much {food}|long|far|old|late) (is it|are there|do we need|was that)?",
    "(where|when) (is|was) (the {thing}|{name}|my {thing}|the {animal})?",
    "(who|what) (is|was) that (noise|{person}|{thing})?",
    "(did|does|will|can) {name} (like|eat|buy|bring|find) (the {thing}|{food}|my {thing})?",
    "(what|how) about {city}?",
    "(is|was) it (in|near|far from) {city} or {city}?",
    "(are you there|can you hear me|what time is it|how are you|what did you say|is that you)(| {name})?",
    "what is {number} (plus|minus|times) {number}?",
)
_SMALL_TALK = (
    "(yes|no|yeah|okay|right|sure|hm|well|oh|exactly|of course)",
    "(hello|hi|good morning|good evening|hey|goodbye|see you|bye bye)(| {name}| everybody)",
    "(thank you|thanks)(| a lot| so much|, {name})",
    "(um|uh|er|hm) (I think|maybe|let me see|well|so|you know) (it is {adjective}|the {thing}|{name})",
    "I (um|uh|er) (need|want|have|saw|like) (um|uh|the|a|my) {thing}",
    "(sorry|no|I mean|actually|wait) not {word} (but|I meant) {word}",
    "the {thing} (um|uh|you know|like) it is (so|very|quite|too) {adjective}",
    "we do {number} {exercise} (and|then) {number} {exercise}",
    "{counted}",
    "my (favourite|least favourite) {kind} is {word}",
    "I (ate|had|cooked|bought) {food} (and|with) {food} (today|yesterday|in {city})",
)
_RULES: dict[str, tuple[str, ...]] = {
    "number": tuple(in_words(n) for n in range(1, 100) if n not in HELD_OUT_WAITS),
    "spans": ("seconds", "minutes", "hours"),
    "exercise": tuple("squats jumps lunges crunches stretches steps laps sit-ups pull-ups swings kicks".split()),
    "kind": tuple(words.CATEGORIES),
    "a_kind": tuple(f"an {kind}" if kind[0] in "aeiou" else f"a {kind}" for kind in words.CATEGORIES),
    "word": tuple(word for members in words.CATEGORIES.values() for word in members),
    "person": words.JOBS,
    "thing": words.THINGS,
    "things": tuple(f"{thing}s" for thing in words.THINGS if not thing.endswith(("s", "h", "y", "f"))),
    "adjective": words.ADJECTIVES,
    "animal": words.ANIMALS,
    "food": words.FOODS,
    "city": words.CITIES,
    "name": words.NAMES,
}
_GRAMMAR = Grammar({"request": _REQUESTS, "question": _QUESTIONS, "talk": _SMALL_TALK, **_RULES})


def readings(rng: random.Random) -> Iterator[str]:
    """Sentences of one to MAX_WORDS words without end."""
    while True:
        text = sentence(_drawn(rng))
        if len(text.split()) <= MAX_WORDS:
            yield text


@cache
def frequent_words() -> tuple[str, ...]:
    """Lower-case words that occur in ordinary English texts and whose sound is known."""
    sounds: dict[str, object] = json.loads(gzip.decompress((_ASSETS / "lexicon_us_gold.json.gz").read_bytes()))
    seen: list[str] = json.loads(gzip.decompress((_ASSETS / "tagger.json.gz").read_bytes()))["vocab"]
    kept_out = words.KEPT_OUT | {f"{word}s" for word in words.KEPT_OUT}
    known = (word for word in seen if len(word) > 1 and word.isalpha() and word.islower() and word in sounds)
    return tuple(word for word in known if word not in kept_out)


def _drawn(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.2:
        return _GRAMMAR.draw("request", rng)
    if kind < 0.3:
        return _GRAMMAR.draw("question", rng)
    if kind < 0.45:
        return _GRAMMAR.draw("talk", rng, counted=_counted(rng))
    if kind < 0.75:
        return statement(rng)
    if kind < 0.8:
        return word_row(rng)
    if kind < 0.83:
        return digits(rng, rng.randint(3, 10))
    return " ".join(rng.choices(frequent_words(), k=rng.randint(2, 9)))


def _counted(rng: random.Random) -> str:
    first, step = rng.randint(1, 30), rng.choice((1, 1, 1, 2, 5, 10))
    return " ".join(in_words(first + step * i) for i in range(rng.randint(3, 8)))
