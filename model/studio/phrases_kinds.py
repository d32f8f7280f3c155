"""Kinds of words as cues: how people name a kind, and which of its words say nothing else."""

from __future__ import annotations

import random

from model.studio import phrases_categories as categories
from model.studio import phrases_cue_requests
from model.studio.grammar import Grammar, tidy
from model.studio.phrases_manners import is_imperative

FILLERS = ("um", "uh", "er")
_AMBIGUOUS = frozenset(
    "orange chicken turkey salmon lobster bean peach plum lime lemon navy silver gold scarlet rose mouse bat seal "
    "mole cook judge grace rosa may march august mark jack victor frank jane drum organ table corn pepper duck "
    "goose mushroom ham cap tie back train chin boxing fly bowl file study hall lead tin lamb pound star ball left "
    "right cold bow iris mint lounge note bear turkey ring watch wood china greek polish ash palm pike carp slide "
    "dash down up mirror carpet lamp stomach cherry strawberry chocolate brown black white green ant".split()
)
_NAMED: dict[str, tuple[str, ...]] = {
    "animal": ("an animal", "any animal", "the name of an animal", "some animal", "some sort of animal", "a creature"),
    "colour": ("a colour", "any colour", "the name of a colour", "a colour word", "some colour"),
    "food": ("a food", "something to eat", "any kind of food", "something edible", "some food", "anything you can eat"),
    "city": ("a city", "the name of a city", "any city", "a town or a city", "some city"),
    "country": ("a country", "the name of a country", "any country", "some country"),
    "vehicle": ("a vehicle", "a means of transport", "any vehicle", "something to ride in", "some sort of vehicle"),
    "sport": ("a sport", "any sport", "a kind of sport", "some sport"),
    "instrument": ("an instrument", "a musical instrument", "any instrument", "something to make music with"),
    "body part": ("a body part", "a part of the body", "any part of the body", "some body part"),
    "clothing": ("a piece of clothing", "something to wear", "any clothes", "an item of clothing", "some clothes"),
    "job": ("a job", "a profession", "any profession", "an occupation", "somebody's job"),
    "name": ("a name", "a first name", "somebody's name", "the name of a person", "a person by name"),
    "day": ("a day of the week", "a weekday", "the name of a day", "any day of the week"),
    "month": ("a month", "the name of a month", "any month", "some month"),
    "furniture": ("a piece of furniture", "any furniture", "something from the furniture shop", "some furniture"),
}  # fmt: skip
_ANY_KIND = ("a {}", "a {}", "any {}", "some {}", "the name of a {}", "any kind of {}", "some sort of {}", "one {}")
_RULES: dict[str, tuple[str, ...]] = {
    "when_kind": (
        "the moment I say {kind}", "at any mention of {kind}", "upon hearing {kind}", "should I mention {kind}",
        "for each word that is {kind}", "once you hear {kind}", "in case {kind} comes along",
        "when a word means {kind}", "each time there is {kind} in my story", "if one of my words is {kind}",
        "any time you catch {kind}", "directly after I name {kind}", "every time I say {kind}", "whenever I say {kind}",
        "each time I mention {kind}", "when I name {kind}", "when you hear {kind}", "whenever you hear {kind}",
        "every time you hear {kind}", "as soon as I mention {kind}", "if I mention {kind}", "if {kind} comes up",
        "any time I mention {kind}", "whenever {kind} comes up", "each time {kind} is mentioned",
        "if I talk about {kind}", "when there is {kind} in what I say", "always when I say {kind}",
        "whenever I name {kind}", "at each word for {kind}",
    ),
    "when_filler": (
        "every time I say um or uh", "whenever I use a filler word", "each time I say um", "when you hear me say um",
        "if I say um or er", "as soon as I use a filler", "whenever I hesitate with an um",
        "every time a filler word slips out", "if I um and er", "when I fill a pause with um",
        "each time I use filler words like um", "any time I say um", "at every um", "whenever you hear an um or uh",
    ),
    "when_question": (
        "if I ask a question", "whenever I ask a question", "when I ask something", "every time I ask you a question",
        "when a question comes up", "if there is a question in it", "as soon as I ask something",
        "each time you hear a question", "if I wonder about something", "when I ask something in between",
        "should I ask a question", "any time I ask something",
    ),
    "what_question": (
        "answer at once", "answer right away", "give me the answer immediately", "just answer it",
        "answer while I go on", "jump in with the answer", "say the answer straight away",
        "tell me the answer without waiting", "answer over me", "don't wait for me and answer",
    ),
    "repeat_reply": (
        "repeat it", "say it again", "say it after me", "repeat the word", "say the word again", "echo it",
        "repeat that word",
    ),
    "word_request": (
        "I have a job for you, {when}, {what}", "{when} I'd like you to {what}", "it's simple, {when}, {what}",
        "what I want is this, {when}, {what}", "I'm about to tell a story, {what} {when}",
        "keep your ears open, {when}, {what}", "from now on, {when}, {what}", "{when}, would you please {what}",
        "new rule, {what} {when}", "{what}, but only {when}", "{when} you should {what}", "{when}, {what}",
        "{what} {when}", "{when}, {what}", "{what} {when}", "I will tell you something, {when}, {what}",
        "I'm going to talk for a while, {when}, {what}", "let's play, {when}, {what}",
        "listen carefully, and {when}, {what}", "while I talk, {what} {when}", "pay attention, {when}, {what}",
        "I'll tell you about my day, {what} {when}", "the rule is, {when}, {what}", "until I'm done, {when}, {what}",
        "here is your task, {when}, {what}",
    ),
}  # fmt: skip
_GRAMMAR = Grammar(_RULES, phrases_cue_requests.RULES)
KINDS = tuple(kind for kind in categories.KINDS if kind != "direction")


def members(kind: str) -> tuple[str, ...]:
    """Words of a kind that mean hardly anything else."""
    return tuple(word for word in categories.KINDS[kind] if word.lower() not in _AMBIGUOUS)


def kind_request(rng: random.Random, kind: str, what: str) -> str:
    """`what` is an imperative; `kind` one of KINDS, or um."""
    named = "" if kind == "um" else tidy(rng.choice(_NAMED.get(kind, _ANY_KIND)).format(kind))
    if rng.random() < phrases_cue_requests.WATCHED:
        return _GRAMMAR.draw("watch_kind" if named else "watch_filler", rng, kind=named, what=what)
    when = _GRAMMAR.draw("when_kind" if named else "when_filler", rng, kind=named)
    rule = "word_request" if is_imperative(what) else "word_request_plain"
    return _GRAMMAR.draw(rule, rng, when=when, what=what)


def repeat_reply(rng: random.Random) -> str:
    return _GRAMMAR.draw("repeat_reply", rng)


def question_request(rng: random.Random) -> str:
    """Asks for answers to the questions inside a monologue."""
    what = _GRAMMAR.draw("what_question", rng)
    if rng.random() < phrases_cue_requests.WATCHED:
        return _GRAMMAR.draw("watch_question", rng, what=what)
    rule = "word_request" if is_imperative(what) else "word_request_plain"
    return _GRAMMAR.draw(rule, rng, when=_GRAMMAR.draw("when_question", rng), what=what)


def with_filler(rng: random.Random, text: str) -> str:
    """A sentence with a hesitation at some place."""
    spoken = text.split()
    where = rng.randrange(len(spoken))
    return " ".join([*spoken[:where], f"{rng.choice(FILLERS)},", *spoken[where:]])
