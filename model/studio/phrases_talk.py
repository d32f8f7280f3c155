"""What people say when they talk among themselves or tell something: statements, stories, lists, dialogues.

Nothing here is a question or request to the agent.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection
from functools import cache

from model.studio import phrases_words as words
from model.studio.grammar import Grammar, sentence
from model.studio.number_words import in_words
from model.studio.phrases_everyday import telling
from model.studio.phrases_others import TO_ANOTHER, TO_ANOTHER_ANSWER

EVERYDAY = 0.5  # of the statements are of plain, everyday talk
FEW = 4  # words that are left out; more are a kind of words
_MAX_TRIES = 200
_WORD = re.compile(r"[^\W\d_]+")

_STATEMENTS = (
    "{who} {did} {the_thing} {when}",
    "{when} {who} {did} {the_thing} {where}",
    "{who} {did} {the_thing} and {did} {the_thing} {where}",
    "{who} {went} {where} (to see|to look for|to pick up|because of|without) {the_thing}",
    "{the_thing} was {adjective} (and|but) {adjective}",
    "the {adjective} {thing} {stood} {where}",
    "there (was|is) a {adjective} {thing} {where} and nobody (noticed it|cared|wanted it|knew why)",
    "{who} (said|told me|thought|believed|told us) that {clause}",
    "(if|because|although|when) {clause}, {clause}",
    "{who} (wanted|would like|planned|hoped|tried|used|will have) to {do} {the_thing} {when_next}",
    "{opinion} {the_thing} is {adverbially} {adjective}",
    "(my|our|his|her|their) {thing} is (more|less) {adjective} than (mine|yours|the {adjective} {thing})",
    "{who} had {number} {things} and {number} {things}",
    "we (paid|waited|needed|counted) {number} (dollars|euros|pounds|people|hours|days) (for|because of) {the_thing}",
    "{weather_report}",
    "{family} is a {job} in {city} (now|these days|since {month}|and loves it|but wants to be a {job})",
    "on {weekday} (we|they|I) (always|never|sometimes|usually) eat {food} with {food}",
    "{who} put the {thing} (on|under|behind|next to|into) the {thing}",
    "{who} {adverb} {did} {the_thing}",
    "{the_thing} (fell|rolled|flew|came|went) (off|over|under|behind) {the_thing}",
    "I (really|still|just|also|never) (like|love|hate|miss|remember|enjoyed) {the_thing} (from|in|near) {city}",
    "{name} and {name} {went} {where} {when}",
    "it took {who} {number} (days|weeks|years|hours) to {do} {the_thing}",
    "not (every|any) {thing} is as {adjective} as that (one|{thing})",
    "(first|then|after that|later|in the end) {who} {did} {the_thing}",
    "{aside} {who} {did} {the_thing} {when}",
    "what {who} {did} (was|were) (just|only|really) {the_thing}",
    "nobody (in {city}|at the {thing}|here) {did} {the_thing}",
    "{name} plays the {instrument} and {name} likes {sport}",
    "the {animal} (chased|followed|watched|ignored|scared) the {animal} {where}",
    "(most|some|many|a few) people (keep|lose|buy|forget|like) (a|their) {thing} {where}",
    "{who} drove the {vehicle} from {city} to {city} {when}",
    "the {thing} costs {number} (dollars|euros|pounds) and the {thing} (costs|is) {number}",
    "{who} wore a {colour} {clothing} and a {colour} {clothing}",
)
_CLAUSES = (
    "{who} {did} {the_thing}",
    "the {thing} is {adjective}",
    "{name} {went} {where}",
    "nobody {did} {the_thing}",
    "we {did} {the_thing} {when}",
    "it was {adverbially} {adjective}",
    "the {animal} was {adjective}",
    "{name} likes {food}",
)
_RULES: dict[str, tuple[str, ...]] = {
    "statement": _STATEMENTS,
    "clause": _CLAUSES,
    "who": (
        "I",
        "we",
        "they",
        "she",
        "he",
        "{name}",
        "{name}",
        "{family}",
        "my neighbour",
        "the {job}",
        "the old {job}",
        "a friend of mine",
        "somebody",
        "everybody",
        "the children",
        "our boss",
        "that {job} from {city}",
        "the people",
        "{name} {surname}",
        "the whole team",
        "both of us",
        "the man with the {thing}",
        "the woman next door",
    ),
    "family": (
        "my (mother|father|sister|brother|uncle|aunt|cousin|grandmother|grandfather|wife|husband|son|daughter)",
        "{name}'s (mother|father|sister|brother|cousin|son|daughter)",
    ),
    "the_thing": (
        "the {thing}",
        "the {adjective} {thing}",
        "a {adjective} {thing}",
        "that {thing}",
        "my {thing}",
        "her {thing}",
        "his {adjective} {thing}",
        "the {thing} and the {thing}",
        "the {colour} {thing}",
        "some {food}",
        "their {thing}",
        "this {adjective} {thing}",
        "the {thing} of {name}",
        "our {thing}",
        "{number} {things}",
        "the {animal}",
        "the {vehicle}",
        "the {furniture}",
        "every {thing}",
        "another {thing}",
        "the {adjective} {animal}",
    ),
    "things": tuple(f"{thing}s" for thing in words.THINGS if not thing.endswith(("s", "h", "x", "y", "f", "fe"))),
    "thing": words.THINGS,
    "adjective": words.ADJECTIVES,
    "adverb": words.ADVERBS,
    "animal": words.ANIMALS,
    "food": words.FOODS,
    "city": words.CITIES,
    "country": words.COUNTRIES,
    "vehicle": words.VEHICLES,
    "sport": words.SPORTS,
    "instrument": words.INSTRUMENTS,
    "clothing": words.CLOTHES,
    "colour": words.COLOURS,
    "job": words.JOBS,
    "furniture": words.FURNITURE,
    "name": words.NAMES,
    "surname": words.SURNAMES,
    "weekday": words.WEEKDAYS,
    "month": words.MONTHS,
    "did": words.VERBS_PAST,
    "do": tuple(
        "see find buy sell take make clean paint move open close carry fix borrow return wash pack forget remember "
        "keep hide throw pull push lift cover fill count check change copy".split()
    ),
    "went": ("went", "walked", "drove", "ran", "flew", "came", "travelled", "hurried", "moved", "cycled"),
    "stood": ("stood", "was lying", "was hanging", "waited", "disappeared", "was hidden", "appeared"),
    "where": (
        "to the {thing}",
        "in {city}",
        "near the {thing}",
        "behind the {thing}",
        "in the {adjective} {thing}",
        "at home",
        "outside",
        "upstairs",
        "next to the {furniture}",
        "on the way to {city}",
        "by the river",
        "in {country}",
        "at the {adjective} {thing}",
        "around the corner",
        "in front of the {thing}",
        "under the {furniture}",
    ),
    "when": (
        "yesterday",
        "last {weekday}",
        "in {month}",
        "this morning",
        "last night",
        "a long time ago",
        "on {weekday}",
        "after lunch",
        "before breakfast",
        "last summer",
        "at the weekend",
        "{number} years ago",
        "during the {thing}",
        "every {weekday}",
        "the other day",
        "at noon",
        "in the evening",
        "as usual",
        "just now",
        "all day",
    ),
    "when_next": (
        "tomorrow",
        "next {weekday}",
        "in {month}",
        "next year",
        "tonight",
        "soon",
        "one day",
        "before {month}",
        "after the {thing}",
        "at the weekend",
        "",
    ),
    "number": tuple(in_words(n) for n in (*range(2, 31), *range(35, 100, 5), 100, 110, 150, 200, 365, 500, 1000, 2500)),
    "opinion": ("I think", "in my opinion", "to be honest", "I guess", "they say", "it seems", "I am sure", "for me"),
    "adverbially": (
        "really",
        "quite",
        "very",
        "a bit",
        "too",
        "rather",
        "so",
        "almost",
        "not",
        "surprisingly",
        "still",
    ),
    "aside": (
        "well,",
        "anyway,",
        "you know,",
        "so,",
        "actually,",
        "by the way,",
        "um,",
        "uh,",
        "I mean,",
        "of course,",
        "as I said,",
        "in fact,",
        "on the other hand,",
        "and then,",
        "luckily,",
        "oh,",
        "okay so,",
        "right,",
    ),
    "weather_report": (
        "it (was|is) {adverbially} (cold|warm|windy|rainy|sunny|foggy) in {city}",
        "the (rain|snow|wind|fog|storm) (started|stopped|came back) {when}",
        "there will be (rain|snow|sunshine|fog) in {city} on {weekday}",
        "it rained for {number} days and then the sun came out",
    ),
    "list": (
        "{thing}, {thing}, {thing}, {thing}",
        "{thing}, {adjective}, {animal}, {adverb}, {food}",
        "{name}, {name}, {name} and {name}",
        "{city}, {country}, {city}, {country}",
        "{number}, {number}, {number}, {number}, {number}",
        "{did}, {went}, {did}, {did}, {went}",
        "{animal}, {thing}, {colour}, {food}, {job}, {vehicle}",
        "{food}, {food}, {food} and {food}",
        "{weekday}, {number}, {month}, {number}",
        "{adjective} {thing}, {adjective} {animal}, {colour} {clothing}",
        "{name} {surname}, {name} {surname}, {name} {surname}",
        "a {adjective} {thing}, {number} {things}, and some {food}",
        "{adverb}, {adjective}, {did}, {thing}",
        "{instrument}, {sport}, {furniture}, {clothing}, {vehicle}",
    ),
    "to_another": (
        "{name}, did you {do} {the_thing} (yesterday|already|again)?",
        "{name}, where is {the_thing}?",
        "have you seen {the_thing}, {name}?",
        "{name}, who {did} {the_thing}?",
        "hey {name}, are you coming to the {thing} {when_next}?",
        "{name}, can you give me the {thing}?",
        "what do you think about {the_thing}, {name}?",
        "{name}, when did {who} {do} {the_thing}?",
        "so {name}, how was the {thing}?",
        "{name}, do you want some {food} or some {food}?",
        "why did you {do} {the_thing}, {name}?",
        "{name}, could you {do} the {thing} for me please?",
        "do you remember {the_thing}, {name}?",
        "{name}, is that your {adjective} {thing}?",
        "tell me {name}, how much was the {thing}?",
    ),
    "to_another_answer": (
        "(yes|no|yeah|nope|well|oh|hm), {statement}",
        "I (don't know|have no idea|forgot|am not sure)",
        "{the_thing}, I think",
        "(sure|of course|no problem|not really|maybe), {clause}",
        "because {clause}",
        "{statement}",
        "{when}, {clause}",
        "it is {where}",
        "{number} (dollars|euros)",
        "not (yet|now|today|really), {name}",
    ),
}
_GRAMMAR = Grammar(_RULES, {"to_another": TO_ANOTHER, "to_another_answer": TO_ANOTHER_ANSWER})


class TalkError(ValueError):
    """No sentence without the words asked to be left out."""


def statement(rng: random.Random, without: Collection[str] = ()) -> str:
    """A sentence that tells something, without some words (lower case)."""
    if rng.random() >= EVERYDAY:
        return _draw(_statement, rng, without)
    return _draw(lambda drawing: telling(drawing, is_free=len(without) <= FEW), rng, without)


def word_row(rng: random.Random, without: Collection[str] = ()) -> str:
    """Words, names or numbers one after the other."""
    return _draw(_list, rng, without)


def question_to(rng: random.Random, name: str) -> str:
    """A question to somebody who is not the agent."""
    return sentence(_GRAMMAR.draw("to_another", rng, name=name))


def answer_among(rng: random.Random) -> str:
    """What the other one says to it."""
    return sentence(_GRAMMAR.draw("to_another_answer", rng))


def digits(rng: random.Random, count: int) -> str:
    """A telephone number or the like."""
    return sentence(" ".join(in_words(rng.randrange(10)) for _ in range(count)))


def says_any(text: str, of: Collection[str]) -> bool:
    """Whether a text holds one of some words, also as a plural."""
    if not of:
        return False
    barred = _lower(tuple(of))
    return any(word in barred or (word[-1] == "s" and word[:-1] in barred) for word in _WORD.findall(text.lower()))


@cache
def _lower(some: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.lower() for word in some)


def _statement(rng: random.Random) -> str:
    return sentence(_GRAMMAR.draw("statement", rng))


def _list(rng: random.Random) -> str:
    return sentence(_GRAMMAR.draw("list", rng))


def _draw(make: Callable[[random.Random], str], rng: random.Random, without: Collection[str]) -> str:
    for _ in range(_MAX_TRIES):
        text = make(rng)
        if not says_any(text, without):
            return text
    raise TalkError(f"no sentence without {sorted(without)} in {_MAX_TRIES} tries; leave out fewer words")
