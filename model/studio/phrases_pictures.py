"""Requests about what is seen: counting repetitions, telling when something happens, marking a start and an end."""

from __future__ import annotations

import random

from model.studio import phrases_picture_requests
from model.studio.grammar import Grammar
from model.studio.pictures_sights import CARDS, POSTURES
from model.studio.pictures_things import SHOWN

OTHER_NAMES: dict[str, tuple[str, ...]] = {  # of exercises, besides their own plural
    "squat": ("knee bends", "deep squats", "air squats"),
    "jumping jack": ("star jumps",),
    "push-up": ("press-ups",),
    "sit-up": ("crunches",),
    "arm raise": ("lateral raises", "side raises"),
    "curl": ("arm curls",),
    "high knee": ("knee raises",),
    "toe touch": ("forward bends",),
}
_RULES: dict[str, tuple[str, ...]] = {
    "count": (
        "count my {moves}", "count the {moves}", "count my {moves} aloud", "count the {moves} I do",
        "count along while I do {moves}", "count with me, I do {moves}", "keep count of my {moves}",
        "I'm going to do some {moves}, count them for me", "I'm doing {moves} now, you count",
        "help me with my {moves}, I need somebody who counts", "watch me and count my {moves}",
        "look at me and count every one of my {moves}", "say a number after each of my {moves}",
        "give me the number after every one of the {moves}", "be my trainer and count {moves}",
        "how many {moves} can I do, count along", "I want to do {moves}, will you count?",
        "it's time for {moves}, count them out loud", "tell me the number of each of my {moves}",
        "count {moves} for me", "my doctor wants {moves} from me, please count",
        "let's do {moves}, you do the counting",
    ),
    "once": (
        "tell me when {sight}", "tell me as soon as {sight}", "let me know when {sight}", "say something when {sight}",
        "give me a sign when {sight}", "I want to know when {sight}", "speak when {sight}",
        "look out and tell me when {sight}", "watch and say it when {sight}", "warn me when {sight}",
        "when {sight}, tell me", "as soon as {sight}, let me know", "could it be that soon {sight}, tell me when",
    ),
    "once_reply": (
        "when {sight}, say {reply}", "say {reply} when {sight}", "as soon as {sight}, say {reply}",
        "the first time {sight}, say {reply}", "say {reply} once, when {sight}", "if {sight}, call {reply}",
    ),
    "often": (
        "every time {sight}, say {reply}", "say {reply} whenever {sight}", "each time {sight}, say {reply}",
        "say {reply} each time {sight}", "whenever {sight}, I want to hear {reply}",
        "let's play, always when {sight} you say {reply}", "from now on say {reply} whenever {sight}",
    ),
    "start_stop": (
        "say {first} when I begin {doing} and {last} when I'm done",
        "say {first} as soon as I'm {doing}, and {last} when it is over",
        "watch me, say {first} when you see me {doing} and {last} when that ends",
        "when the {doing} begins say {first}, when it ends say {last}",
        "tell me {first} when somebody is {doing} and {last} afterwards",
        "I need the time of the {doing}, say {first} at its beginning and {last} at its end",
        "{first} when I'm {doing}, {last} when I have finished, say it aloud",
    ),
    "what_doing": ("what am I doing?", "what am I doing right now?", "can you see what I do?", "guess what I'm doing"),
    "what_shown": ("what do you see?", "what am I holding?", "what is this?", "what do I have here?"),
    "what_colour": ("what colour is it?", "which colour is this?", "what colour is my card?", "tell me the colour"),
    "how_many": ("how many was that?", "how many have I done?", "how many did you see?", "what's the number?"),
    "about_it": (
        "I do some exercise now", "I will just move a little", "my back hurts, I have to move", "look at this place",
        "nothing special today", "don't mind me", "I like to move while I talk", "my legs are tired",
    ),
}  # fmt: skip
_SIGHTS: dict[str, tuple[str, ...]] = {
    "hand up": ("I raise my hand", "my hand goes up", "I put a hand up", "a hand is up", "I hold my arm up high"),
    "slouch": ("I slouch", "I sink down in my chair", "I sit badly", "my posture gets bad", "I hang in my chair"),
    "arms crossed": ("I cross my arms", "my arms are crossed", "I fold my arms"),
    "hands on hips": ("I put my hands on my hips", "my hands are on my hips"),
    "nobody": ("I leave", "I walk out", "I'm away", "nobody is there", "the room is empty", "I'm out of the picture"),
    "visitor": (
        "someone comes in", "somebody else comes in", "there is another person", "we are two", "a person joins me",
        "somebody stands behind me", "I get a visitor",
    ),
    "dark": ("it gets dark", "the light goes out", "somebody switches the light off", "the lamp is off"),
}  # fmt: skip
_SHOWN_AS = ("I show you a {x}", "I hold up a {x}", "you see a {x}", "a {x} comes into view", "there is a {x}")
_TOLD: dict[str, str] = {
    "hand up": "Your hand is up.",
    "slouch": "You are slouching.",
    "arms crossed": "Your arms are crossed.",
    "hands on hips": "Your hands are on your hips.",
    "nobody": "Nobody is there.",
    "visitor": "Somebody is there.",
    "dark": "It is dark.",
}
STARTS = (("start", "stop"), ("start", "stop"), ("go", "done"), ("now", "over"), ("begin", "end"), ("on", "off"))
_GRAMMAR = Grammar(_RULES, phrases_picture_requests.RULES)


def draw(rule: str, rng: random.Random, **given: str) -> str:
    """A sentence of a rule."""
    return _GRAMMAR.draw(rule, rng, **given)


def moves_of(singular: str, plural: str, rng: random.Random) -> str:
    """An exercise as people call it."""
    return rng.choice((plural, plural, *OTHER_NAMES.get(singular, ())))


def clause_of(sight: str, rng: random.Random) -> str:
    """A sight as people say it after `when`."""
    if sight in CARDS or sight in SHOWN:
        return rng.choice(_SHOWN_AS).replace("{x}", sight)
    return rng.choice(_SIGHTS[sight])


def told(sight: str) -> str:
    """What the agent says of a sight when no words were asked for."""
    assert sight in POSTURES or sight in CARDS or sight in SHOWN or sight in _TOLD, sight
    return _TOLD.get(sight, f"There is {'an' if sight[0] in 'aeiou' else 'a'} {sight}.")
