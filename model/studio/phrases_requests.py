"""Requests that need work the agent cannot do at once, with the task it hands on and what comes back."""

from __future__ import annotations

import random
from dataclasses import dataclass

from model.studio import phrases_words as words
from model.studio.grammar import Grammar, question, sentence
from model.studio.number_words import in_words
from model.studio.phrases_chat import BESIDE_WORK
from model.studio.phrases_manners import politely
from model.studio.phrases_task_frames import FRAMES
from model.studio.phrases_tasks import LABELS, SLOTS, TASKS, WEIGHTS
from model.studio.stage import plain

ACKNOWLEDGEMENTS = ("Let me check.", "One moment.", "I'll find out.", "Let me see.", "I'll look.", "Just a second.")


@dataclass(frozen=True, slots=True)
class Request:
    """Words of a request, the task handed on, and a result as the background model might write it."""

    said: str
    task: str
    result: str


_ASKING = {
    "weather": (
        "what's the weather (like|) in {task}", "how is the weather in {task}", "will it rain in {task}",
        "is it cold in {task}", "tell me the weather for {task}", "what will the weather be in {task}",
        "do I need an umbrella in {task}", "look up the forecast for {task}", "can you check the weather in {task}",
        "what's the temperature in {task}",
    ),
    "look_up": (
        "who {task}", "find out who {task}", "do you know who {task}", "can you look up who {task}",
        "I'd like to know who {task}", "tell me who {task}", "search for who {task}", "could you check who {task}",
        "quick question, who {task}",
    ),
    "prices": (
        "how much is {task}", "what does {task} cost", "find the price of {task}", "check the price of {task}",
        "look up what {task} costs", "can you find out how much {task} is", "what would I pay for {task}",
    ),
    "trips": (
        "when is the next {task}", "find me a {task}", "book a {task}", "is there a {task}",
        "can you look for a {task}", "what time is the {task}", "show me a {task}", "I need a {task}",
        "check if there is a {task}",
    ),
    "news": (
        "what's the news about {task}", "any news about {task}", "read me the news about {task}",
        "what's new about {task}", "search the news for {task}", "what happened with {task}",
        "give me the latest on {task}",
    ),
    "recipes": (
        "how do I make {task}", "find a recipe for {task}", "look up how to cook {task}", "what do I need for {task}",
        "can you find me a recipe for {task}", "search for a good recipe for {task}",
        "I want to cook {task}, find me a recipe",
    ),
    "writing": (
        "write {task}", "draft {task}", "can you write {task}", "please prepare {task}", "compose {task}",
        "I need you to write {task}", "could you draft {task}", "put together {task}",
    ),
    "working_out": (
        "calculate {task}", "work out {task}", "what is {task}", "can you compute {task}", "how much is {task}",
        "figure out {task}", "do the maths, {task}",
    ),
    "making": (
        "make {task}", "create {task}", "show me {task}", "draw {task}", "can you make {task}", "put up {task}",
        "start {task}", "I'd like {task}, can you make it",
    ),
    "anything": (
        "look up {task}", "find out {task}", "search for {task}", "check {task}", "can you look up {task}",
        "please look up {task}", "could you find out {task}", "find {task}", "google {task}", "I need to know {task}",
        "do a search for {task}", "find me {task}", "could you check {task} for me", "have a look for {task}",
        "get me {task}", "please find {task} for me", "see if you can find {task}", "I'd like you to look up {task}",
        "tell me {task}", "research {task}", "what is {task}", "go and find {task}",
        "get some information about {task}", "bring up {task}", "what can you find about {task}",
    ),
    "summing_up": (
        "summarise {task}", "give me a summary of {task}", "sum up {task}", "can you summarise {task}", "recap {task}",
    ),
}  # fmt: skip
_RULES: dict[str, tuple[str, ...]] = {
    "weather": ("{city} {day}", "{city}", "{city} on {weekday}", "{country} in {month}", "{city} this {part}"),
    "look_up": (
        "invented the {thing}", "wrote {title}", "won the {sport} match {past}", "is the president of {country}",
        "painted {title}", "sings {title}", "founded {city}", "plays {sport} for {country}",
        "directed the film {title}", "was the first {job} in {country}", "is the mayor of {city}",
        "discovered {country}", "holds the {sport} record",
    ),
    "prices": (
        "a {thing} in {city}", "a {adjective} {thing}", "a {vehicle} ticket to {city}", "a kilo of {food}s",
        "a {instrument}", "a {colour} {clothing}", "a hotel in {city} {day}", "two {sport} tickets",
        "a {furniture} online",
    ),
    "trips": (
        "{vehicle} to {city}", "{vehicle} from {city} to {city}", "flight to {city} {day}", "hotel in {city}",
        "table for {number} {day}", "{food} restaurant near {city}", "{job} open on {weekday}", "{sport} class {day}",
        "appointment with the {job} {day}", "{instrument} lesson on {weekday}",
    ),
    "news": (
        "{country}", "the {sport} match", "{city}", "the {thing} in {city}", "the {job}s in {country}",
        "{name} {surname}",
    ),
    "recipes": (
        "{food} soup", "{food} and {food}", "{food} with {food}", "{food} pie", "a {food} cake", "{food} curry",
        "{food} salad for {number}",
    ),
    "writing": (
        "an email to {name} about the {thing}", "a letter to the {job}", "a poem about {city}", "a message to {name}",
        "a birthday card for {name}", "a story about a {animal} and a {animal}",
        "a shopping list with {food} and {food}", "a note about the {thing} {day}", "an invitation for {weekday}",
    ),
    "working_out": (
        "{big} times {big}", "{big} divided by {number}", "{number} percent of {big}", "the square root of {big}",
        "{big} {unit} in {unit}", "how many days until {month}", "{big} minus {big}",
    ),
    "making": (
        "a chart of {number}, {number} and {number}", "a poll about the {thing}", "a table of {food} prices",
        "a picture of a {animal}", "a checklist for the {thing}", "a map of {city}", "a form with name and {thing}",
        "a list of {sport} teams",
    ),
    "anything": (
        "the population of {country}", "the train times to {city}", "the bus times to {city}", "the distance to {city}",
        "the distance between {city} and {city}", "the opening hours of the {place}",
        "the address of the {place} in {city}", "the phone number of the {job}", "the price of gold",
        "the exchange rate of the {currency}", "the {sport} results {past}", "the score of the {sport} match",
        "the cheapest flight to {city}", "a cheap hotel in {city}", "the menu of the {food} restaurant",
        "the lyrics of {title}", "the length of the river in {city}", "the height of the tower in {city}",
        "the news from {country}", "the traffic on the road to {city}", "the best {food} shop in {city}",
        "a good film for {day}", "a good book about {country}", "the films at the cinema {day}",
        "the size of {country}", "the age of {name} {surname}", "the history of the {thing}", "pictures of {animal}s",
        "the rules of {sport}", "my appointments {day}", "my emails from {name}", "the notes about the {thing}",
        "a present for my {relative}", "a {instrument} teacher in {city}", "the sunset time in {city}",
        "the time in {city}", "flights from {city} to {city}", "the stock price of the {thing} company",
        "the holidays in {month}", "{food} recipes", "a video about {sport}", "the owner of the {place}",
        "how to fix a {thing}", "how old {name} {surname} is", "who owns the {place}", "what happened in {city} {past}",
        "where I can buy a {thing}", "when the {place} opens", "why the {animal} is {adjective}",
    ),
    "place": (
        "museum", "library", "castle", "zoo", "station", "pool", "cinema", "bank", "market", "airport", "theatre",
        "bakery",
    ),
    "currency": ("dollar", "euro", "pound", "yen", "franc", "peso"),
    "relative": ("mother", "father", "sister", "brother", "boss", "teacher", "daughter", "son"),
    "summing_up": (
        "what we said", "this call", "our talk about the {thing}", "the last five minutes", "what {name} said",
    ),
    "title": ("the {adjective} {thing}", "the {colour} {animal}", "{name} and the {thing}", "the {thing} of {city}"),
    "result": (
        "{finding}.", "{finding}.", "It looks like {finding}.", "I found that {finding}.", "Well, {finding}.",
    ),
    "finding": (
        "it will be {number} degrees and {sky}", "it costs {number} dollars", "it was {name} {surname}",
        "the next one leaves at {number}", "there are {number} of them", "it starts on {weekday} at {number}",
        "you need {food}, {food} and {food}", "{name} {surname} did it in {month}", "the {thing} is {adjective}",
        "there is one in {city}", "the answer is {big}", "it is {sky} in the morning and {sky} later",
        "nothing was found",
    ),
    "sky": ("sunny", "cloudy", "rainy", "windy", "foggy", "clear", "stormy"),
    "day": ("today", "tomorrow", "tonight", "next week", "on {weekday}", "this weekend"),
    "part": ("morning", "afternoon", "evening", "weekend", "week"),
    "past": ("yesterday", "last night", "on {weekday}", "last year"),
    "unit": ("miles", "kilometres", "pounds", "kilos", "inches", "metres", "litres", "gallons"),
    "number": tuple(in_words(n) for n in range(2, 31)),
    "big": tuple(in_words(n) for n in range(31, 1000, 9)),
    "city": words.CITIES, "country": words.COUNTRIES, "thing": words.THINGS, "weekday": words.WEEKDAYS,
    "month": words.MONTHS, "food": words.FOODS, "sport": words.SPORTS, "job": words.JOBS, "animal": words.ANIMALS,
    "vehicle": words.VEHICLES, "instrument": words.INSTRUMENTS, "clothing": words.CLOTHES, "furniture": words.FURNITURE,
    "colour": words.COLOURS, "adjective": words.ADJECTIVES, "name": words.NAMES, "surname": words.SURNAMES,
}  # fmt: skip
_GRAMMAR = Grammar(_RULES)
_TASKS = Grammar(
    {name: _RULES[name] for name in ("day", "past", "month", "number")},
    SLOTS,
    {"large": _RULES["big"], "friend": SLOTS["name"]},
    {f"task_{kind}": templates for kind, templates in TASKS.items()},
    {"beside_work": BESIDE_WORK, "weekday": _RULES["weekday"]},
    {f"frame_{kind}": templates for kind, templates in FRAMES.items()},
)
TASKED = 0.7  # of the requests are of the many kinds of work
_LABELS = {
    "weather": "weather", "look_up": "who", "prices": "price", "trips": "find", "news": "news", "recipes": "recipe",
    "writing": "write", "working_out": "calculate", "making": "make", "summing_up": "summary", "anything": "find",
}  # fmt: skip


def request(rng: random.Random) -> Request:
    """A request of a drawn kind."""
    if rng.random() < TASKED:
        kind = rng.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))[0]
        about = _TASKS.draw(f"task_{kind}", rng)
        return _handed_on(rng, _TASKS.draw(f"frame_{kind}", rng, task=about), LABELS.get(kind, kind), about)
    kind = rng.choice(list(_ASKING))
    about = _GRAMMAR.draw(kind, rng)
    said = _GRAMMAR.expand(rng.choice(_ASKING[kind]), rng, task=about)
    return _handed_on(rng, said, _LABELS[kind], about)


def result(rng: random.Random) -> str:
    """What a background model may answer."""
    return sentence(_GRAMMAR.draw("result", rng))


def beside_work(rng: random.Random) -> str:
    """Talk of what is found, booked or written that asks for nothing."""
    return sentence(_TASKS.draw("beside_work", rng))


def _handed_on(rng: random.Random, said: str, label: str, about: str) -> Request:
    """The task is a label and what is asked about, in the request's own words."""
    heard = " ".join(plain(word) for word in about.split())
    return Request(question(politely(rng, said)), f"{label} {heard}", result(rng))
