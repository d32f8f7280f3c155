"""Requests to react to what will be said, and talk in which the cues fall."""

from __future__ import annotations

import random
from collections.abc import Collection
from difflib import get_close_matches

from model.studio import phrases_cue_requests as cue_requests
from model.studio import phrases_cue_talk as cue_talk
from model.studio import phrases_sayings as sayings
from model.studio import phrases_talk as talk
from model.studio import phrases_words as words
from model.studio.grammar import Grammar, sentence
from model.studio.phrases_manners import is_imperative
from model.studio.wide_words import wide_word, wide_words

_RULES: dict[str, tuple[str, ...]] = {
    "when_word": (
        "the moment I say {cue}", "the instant {cue} is said", "in case I say {cue}", "upon hearing {cue}",
        "at any mention of {cue}", "should I say {cue}", "after each {cue}", "once you hear {cue}", "for each {cue}",
        "for every {cue} you hear", "directly after the word {cue}", "if {cue} is among my words",
        "when my sentence has {cue} in it", "each time {cue} leaves my mouth", "whenever somebody says {cue}",
        "immediately when {cue} comes", "any time you catch the word {cue}", "if the magic word {cue} falls",
        "every time I say {cue}", "whenever I say {cue}", "each time I say {cue}", "when I say {cue}",
        "when you hear {cue}", "whenever you hear the word {cue}", "every time you hear {cue}",
        "as soon as I say {cue}", "if I say {cue}", "if you hear the word {cue}", "any time I mention {cue}",
        "whenever {cue} comes up", "each time the word {cue} falls", "every time I use the word {cue}",
        "on the word {cue}", "when the word {cue} comes", "always when I say {cue}", "whenever I mention {cue}",
        "at the word {cue}", "if the word {cue} comes up",
    ),
    "say_reply": (
        "let me hear {reply}", "give me a {reply}", "throw in {reply}", "go {reply}", "your reaction is {reply}",
        "tell me {reply}", "speak the word {reply}", "put in a {reply}", "comment it with {reply}",
        "I'd like a {reply}", "come in with {reply}", "be quick and say {reply}", "say {reply}", "say the word {reply}",
        "answer {reply}", "call out {reply}", "please say {reply}", "respond with {reply}", "shout {reply}",
        "you say {reply}", "reply with {reply}", "react with {reply}", "I want to hear {reply}",
        "say {reply} right away", "immediately say {reply}", "just say {reply}", "interrupt me and say {reply}",
        "say {reply} over me",
    ),
    "count_reply": (
        "say which time it is", "give me the next number", "go one number higher", "keep the tally aloud",
        "tell me the count", "number it out loud", "say how often I have said it", "count out loud", "count",
        "say how many times so far", "count it aloud", "say the number", "tell me how many times", "count up",
        "add one and say the number", "keep a running count out loud", "count it for me",
    ),
    "word_request": (
        "I have a job for you, {when}, {what}", "{when} I'd like you to {what}", "it's simple, {when}, {what}",
        "what I want is this, {when}, {what}", "I'm about to tell a story, {what} {when}",
        "you know what, {when}, {what}", "keep your ears open, {when}, {what}", "from now on, {when}, {what}",
        "{when}, would you please {what}", "{when}, don't wait and {what}", "new rule, {what} {when}",
        "{what}, but only {when}", "{when} you should {what}", "{when}, {what}", "{what} {when}", "{when}, {what}",
        "{what} {when}", "I will tell you something, {when}, {what}", "I'm going to talk, and {when}, {what}",
        "let's play a game, {when}, {what}", "listen to me, and {when}, {what}", "while I talk, {what} {when}",
        "pay attention, {when}, {what}", "I'll read something, {what} {when}", "here is a rule, {when}, {what}",
        "for the next minutes, {when}, {what}",
    ),
    "with_cue": (
        "we saw a {cue} near the {thing}", "then the {cue} was gone", "{name} likes the {cue}",
        "I never wanted a {cue} in my life", "there is a {cue} behind the {thing}",
        "my {adjective} {cue} is still at home", "she said {cue} and laughed",
        "the {cue} was {adjective} and {adjective}", "nobody needs a {cue} in {city}",
        "he bought a {cue} and a {thing}", "{name} told me about the {cue} yesterday", "a {cue} is not a {thing}",
        "in the end it was only a {cue}", "so I took the {cue} and went to {city}",
        "without the {cue} we would be lost", "the word is {cue}", "I think {cue} is a nice word",
        "{cue}, that is what I mean", "what a {adjective} {cue}", "they call it {cue}",
        "a {cue} and some {food}, that's all", "on {weekday} the {cue} came back",
        "{name} and {name} talked about the {cue}", "you need a {cue} for that",
        "the {job} looked at the {cue} for a while", "is it a {cue} or a {thing}, nobody knows", "okay, {cue}",
        "and now, {cue} again", "give a {cue} to {name} and go", "the best {cue} is in {country}",
        "every {cue} has a {thing}", "it rained on my {cue}", "after the {cue} we ate {food}",
        "I saw it, the {cue}, under the {furniture}", "my sister dreams of a {cue}",
    ),
    "reply": (
        "ding", "beep", "yes", "got it", "here", "hello", "stop", "hey", "there it is", "again", "buzz", "bravo", "wow",
        "{thing}", "{animal}", "{colour}", "thank you", "right", "ping", "hit", "ouch", "one more", "hurray", "gotcha",
        "{name}", "pop", "boom", "check", "well said", "cheers", "oh no", "of course", "tada", "meow", "quack", "hop",
        "nice", "{food}",
    ),
    "thing": words.THINGS, "name": words.NAMES, "adjective": words.ADJECTIVES, "city": words.CITIES,
    "food": words.FOODS, "weekday": words.WEEKDAYS, "job": words.JOBS, "country": words.COUNTRIES,
    "furniture": words.FURNITURE, "animal": words.ANIMALS, "colour": words.COLOURS,
}  # fmt: skip
_REPLIES = {name: some for name, some in sayings.RULES.items() if name != "name"}  # those of the talk are of known kind
_GRAMMAR = Grammar(_RULES, cue_requests.RULES, cue_talk.RULES, _REPLIES)
FEW = 4  # words; more that are barred are a kind, of which words told freely might be
_CUE = "\N{BULLET}"  # stands where the cue will be

_CUE_WORDS = (
    *words.THINGS, *words.ANIMALS, *words.FOODS, *words.VEHICLES, *words.COLOURS, *words.CITIES, *words.NAMES,
    *words.SPORTS, *words.INSTRUMENTS, *words.ADJECTIVES, *words.JOBS, *words.FURNITURE, *words.WEEKDAYS, *words.MONTHS,
)  # fmt: skip


def cue_word(rng: random.Random) -> str:
    """A word to listen for."""
    return rng.choice(_CUE_WORDS) if rng.random() < 0.4 else wide_word(rng)


def reply(rng: random.Random, without: Collection[str] = ()) -> str:
    """Words to say at a cue, which do not hold the cue."""
    while talk.says_any(text := _GRAMMAR.draw("reply", rng), without):
        pass
    return text


def word_request(rng: random.Random, cue: str, what: str) -> str:
    """`what` is an imperative: say something, count."""
    if rng.random() < cue_requests.WATCHED:
        return _GRAMMAR.draw("watch_word", rng, cue=cue, what=what)
    when = _GRAMMAR.draw("when_word", rng, cue=cue)
    rule = "word_request" if is_imperative(what) else "word_request_plain"
    return _GRAMMAR.draw(rule, rng, when=when, what=what)


def say_reply(rng: random.Random, text: str) -> str:
    return _GRAMMAR.draw("say_reply", rng, reply=text)


def count_reply(rng: random.Random) -> str:
    return _GRAMMAR.draw("count_reply", rng)


def with_cue(rng: random.Random, cue: str, without: Collection[str] = ()) -> str:
    """A sentence in which the cue falls exactly once, and none of some other words."""
    while True:
        if rng.random() < 0.7:
            rule = "with_cue" if len(without) > FEW or rng.random() < 0.3 else "with_cue_told"
            text = _GRAMMAR.draw(rule, rng, cue=_CUE)
        else:
            spoken = talk.statement(rng).rstrip(".").split()
            spoken[rng.randrange(len(spoken))] = _CUE
            text = " ".join(spoken)
        if not talk.says_any(text, (cue, *without)):
            return sentence(text.replace(_CUE, cue))


def similar(cue: str) -> list[str]:
    """Words that look, and mostly sound, like the cue."""
    near = [word for word in wide_words() if word[:2] == cue[:2].lower() or word[-3:] == cue[-3:]]
    alike = get_close_matches(cue.lower(), near, n=6, cutoff=0.5)
    return [word for word in alike if word not in (cue.lower(), f"{cue.lower()}s")]
