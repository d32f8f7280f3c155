"""Plain sentences as people say them when they tell of their days; some speak of requests, and ask for nothing."""

from __future__ import annotations

import random

from model.studio import phrases_words as words
from model.studio.grammar import Grammar, sentence
from model.studio.number_words import in_words
from model.studio.phrases_days import SLOTS, TELLING
from model.studio.phrases_others import ABOUT_REQUESTS, TO_SOMEBODY

_TELLING = (
    "(so|and|well|but) {time_past} {we} {went_out} {place} (because|since|as) {reason}",
    "{we} {went_out} {place} and it was {quite} {mood}",
    "{time_past} {we} had to {chore} (again|before {event}|without {help})",
    "I (still can't|could not|did not) believe {that_clause}", "{it_was} {quite} {mood} {compared}",
    "to tell the truth, {we} (just|only) wanted to {chore}", "my {relative} always says that {wisdom}",
    "you should have seen (my|his|her|their) face when {happening}",
    "there was (a long queue|nobody|a lot of noise|some music|no water|a strange smell) at {place_name}",
    "if I had known that {happening}, I would have stayed {somewhere}",
    "{we} were (already|nearly|almost|still) {somewhere} when {happening}",
    "(the best|the worst|the strangest) thing about {event} was that {happening}",
    "after {event} everybody was {mood} and {we} went home", "she (asked|told|wanted) me to {chore}, but I {excuse}",
    "he (never|always|sometimes) {habit} (in the morning|at night|on {weekday}s|when it rains)",
    "it (took|takes|will take) (us|me|them) {number} {unit} to {chore}",
    "I have been {doing} (for|since) {number} {unit}",
    "(next|last) {weekday} {we} (are|were) {doing} with (my|his|her|our) {relative}", "nobody told me that {happening}",
    "(what|the thing that) I like most is {doing}", "{we} could not decide between {doing} and {doing}",
    "{name} used to live {somewhere}, but now {wisdom}",
    "I (hope|think|guess|suppose|heard|read|dreamed|know) {that_clause}",
    "{it_is} (easier|harder|better|nicer|cheaper) to {chore} than to {chore}",
    "(first|at first) {we} {went_out} {place}, then {happening}, and in the end {we} were {mood}",
    "{that_is} why {we} never {habit2}", "some people {habit2}, others would rather {chore}",
    "{name} said that {happening}, which is {quite} {mood}", "whenever {happening}, {we} {habit2}",
    "as long as {happening}, I don't mind {doing}", "by the time {we} got {place}, {happening}",
    "the children (were|are) {quite} {mood} about {event}", "instead of {doing}, {we} should {chore}",
    "{we} thought about {doing}, but {excuse_we}", "I can't remember whether {happening} or not",
    "(maybe|perhaps|probably) {we} will {chore} {time_next}", "{it_is} a pity that {happening}",
    "{number} {unit} later {happening}", "on the (way|train|bus|phone) {name} told us about {event}",
    "(luckily|sadly|of course|as always) {happening}", "I'm {quite} {mood} that {happening}",
    "my {relative} and I share {a_thing}", "{it_was} (his|her|my|their) idea to {chore}",
    "{we} spent the whole {part_of_day} {doing}", "not long ago {happening}",
    "{a_thing} like that costs {number} dollars these days", "{we} only found out {time_past} that {happening}",
    "somebody left {a_thing} {somewhere}", "I would love to {chore} one day",
)  # fmt: skip
_ABOUT_REQUESTS = (
    "yesterday I asked {name} to remind me, but {excuse_he}",
    "my phone reminds me every {number} minutes and I hate it", "{name} set a timer and then forgot it",
    "the timer in our kitchen is broken", "I waited for {number} minutes and nothing happened",
    "he counted to {number} and opened his eyes", "she told me to stop, so I did",
    "every time I say something, {name} laughs", "my teacher corrects me all the time",
    "they want me to be quiet in there", "I set my alarm to {number} past six",
    "after {number} seconds the light went out", "when the minute was over, everybody clapped",
    "whenever {name} says hello, the dog barks", "we had to repeat every word after him",
    "I must remember to {chore} later, but not now", "in {number} minutes the shop closes, so what",
    "{name} asked what the time was", "I wonder why nobody answers questions anymore",
    "they translated the whole book into Spanish", "the countdown on television went from {number} to zero",
    "once an hour the bell rings", "I'm not asking you to do anything, I'm just talking",
    "the doctor said I should stretch every {number} minutes", "she said go and off they went",
    "I told {name} to look up the weather, but {excuse_he}", "{name} reminds me of my {relative}",
    "to say nothing was the best thing",
)  # fmt: skip
_TO_SOMEBODY = (
    "{name}, can you remind me to {chore} later?", "{name}, please {chore}", "hey {name}, stop that please",
    "{name}, what time is it?", "{name}, could you look up the weather?",
    "come here {name}, I want to show you {a_thing}", "{name}, tell me when you are ready",
    "no {name}, don't touch {a_thing}", "{name}, how do you say that in Spanish?",
    "{name}, wait for {number} minutes, okay?", "{name}, would you {chore} for me?", "mum, did you {chore} already?",
    "dad, I'll {chore} in a minute", "{name}, be quiet, I'm on the phone",
    "just a moment {name}, I'm talking to the computer", "{name}, count your cards again",
    "{name}, say hello to your {relative}", "one second {name}, I'll be right with you",
    "{name}, dinner is almost ready", "{name}, turn the music down please",
)  # fmt: skip
_RULES: dict[str, tuple[str, ...]] = {
    "telling": _TELLING, "about_requests": _ABOUT_REQUESTS, "to_somebody": _TO_SOMEBODY,
    "we": (
        "we", "I", "they", "she", "he", "{name}", "my {relative}", "all of us", "the two of us", "you and I",
        "everybody",
    ),
    "time_past": (
        "yesterday", "last night", "last year", "the other day", "this morning", "on {weekday}", "a few weeks ago",
        "back then", "in {month}", "when I was young",
    ),
    "time_next": (
        "tomorrow", "next week", "in {month}", "on {weekday}", "sooner or later", "after the holidays",
        "when the rain stops", "this evening",
    ),
    "went_out": (
        "went", "drove", "walked", "had to go", "wanted to go", "came", "hurried", "took the bus", "rode the bike",
        "moved", "were on the way",
    ),
    "place": (
        "to {place_name}", "back home", "over to {name}", "to {city}", "into town", "out of town", "up the hill",
        "down to the river", "across the border",
    ),
    "place_name": (
        "the market", "the new restaurant", "the old bridge", "the dentist", "the library", "my parents' house",
        "the swimming pool", "the fair", "the post office", "the hardware shop", "work", "the top of the mountain",
        "the wedding",
    ),
    "somewhere": (
        "at home", "in {city}", "outside", "at work", "near the sea", "upstairs", "on the train", "in the garden",
        "over there", "in the middle of nowhere", "in bed", "by the fire",
    ),
    "reason": (
        "it was cheaper", "nobody else wanted to", "the weather was nice", "we had some time left",
        "my {relative} had asked for it", "the car was broken", "there was nothing in the fridge", "it was {weekday}",
        "I had lost {a_thing}", "they had promised it",
    ),
    "chore": (
        "clean the kitchen", "do the shopping", "write a letter", "fix the fence", "move the sofa", "paint the wall",
        "find a new flat", "sell the car", "wait for the bus", "cook for everybody", "learn the {instrument}",
        "carry everything upstairs", "pay the rent", "call the plumber", "take the {vehicle} to {city}", "bake a cake",
        "look after the {animal}", "plan the trip", "go to bed early", "get up at five", "study for the exam",
        "give {a_thing} back", "play {sport}", "buy some {food}", "throw {a_thing} away",
    ),
    "doing": (
        "cleaning the kitchen", "doing the shopping", "writing letters", "fixing the fence", "looking for a flat",
        "waiting for the bus", "cooking", "learning the {instrument}", "baking", "planning the trip",
        "getting up early", "studying", "playing {sport}", "buying {food}", "sitting in the sun",
        "talking about {event}", "reading", "driving to {city}", "working in the garden", "listening to music",
    ),
    "event": (
        "the wedding", "the party", "the match", "lunch", "the meeting", "the concert", "our holiday", "the storm",
        "the exam", "the move", "the interview", "that evening", "the film", "{name}'s birthday", "the election",
        "the flight",
    ),
    "help": ("any help", "a map", "my glasses", "a plan", "thinking", "asking anybody", "the right tools"),
    "that_clause": ("that {happening}", "{happening}"),
    "happening": (
        "the {animal} had eaten all the {food}", "it started to rain", "the lights went out",
        "{name} came back from {city}", "the train was late", "nobody answered the phone",
        "my {relative} lost {a_thing}", "the door was locked", "they closed the road", "prices went up again",
        "the neighbours had a party", "somebody had taken {a_thing}", "we ran out of {food}", "the music stopped",
        "it snowed in {month}", "the engine made a strange noise", "{name} won the first prize",
        "the shop was full of people", "the bus broke down", "my boss called", "everything went well",
        "the baby was asleep", "I forgot my keys", "there were no seats left", "{name} and {name} got married",
    ),
    "it_was": (
        "it was", "that was", "the whole thing was", "the food was", "the film was", "the trip was", "{event} was",
    ),
    "it_is": ("it is", "it's", "of course it is", "I think it is", "sometimes it is"),
    "that_is": ("that is", "that's", "this is", "which is"),
    "quite": (
        "quite", "really", "so", "very", "a little", "far too", "pretty", "surprisingly", "not", "not at all", "rather",
        "almost",
    ),
    "mood": tuple(
        "tired happy angry cold hungry nice boring funny strange late expensive surprised proud worried "
        "quiet crowded easy wonderful confused lucky sick loud beautiful sad dangerous nervous glad sorry "
        "sure ready".split()
    ),
    "compared": (
        "", "compared to last year", "for a {weekday}", "if you ask me", "in the end", "at least for me",
        "more than we had expected", "as you can imagine", "like every year",
    ),
    "relative": (
        "mother", "father", "sister", "brother", "uncle", "aunt", "cousin", "grandmother", "husband", "wife", "son",
        "daughter", "boss", "neighbour", "best friend", "teacher",
    ),
    "wisdom": (
        "good things take time", "you never know", "it is never too late", "less is more", "nothing is for free",
        "there is no bad weather", "everything was better in the past", "practice is all you need",
        "early birds are tired birds", "home is where your bed is",
    ),
    "excuse": (
        "had no time", "forgot", "was too tired", "didn't feel like it", "had other plans", "was already asleep",
        "said no", "pretended not to hear",
    ),
    "excuse_we": (
        "we had no time", "it was too late", "it cost too much", "nobody was in the mood", "the weather was against it",
    ),
    "excuse_he": (
        "of course nobody did", "it never happened", "then the phone rang", "that was too late", "nothing came of it",
        "we both forgot",
    ),
    "habit": (
        "drinks coffee", "sings", "goes for a run", "forgets his keys", "reads the newspaper", "talks to the {animal}",
        "eats {food}", "sleeps on the sofa",
    ),
    "habit2": (
        "drink coffee", "stay at home", "go there by car", "eat meat", "watch television", "get up before nine",
        "argue about money", "play cards", "take the stairs", "open the window",
    ),
    "unit": ("minutes", "hours", "days", "weeks", "months", "years"),
    "part_of_day": ("morning", "afternoon", "evening", "day", "weekend", "night"),
    "a_thing": (
        "a {thing}", "the {thing}", "my {thing}", "his {adjective} {thing}", "an old {thing}", "a {colour} {clothing}",
        "this {thing}",
    ),
    "number": tuple(in_words(n) for n in (*range(2, 7), 8, 9, 10, 12, *range(14, 22), *range(25, 60, 5))),
    "thing": words.THINGS, "adjective": words.ADJECTIVES, "colour": words.COLOURS, "clothing": words.CLOTHES,
    "name": words.NAMES, "city": words.CITIES, "weekday": words.WEEKDAYS, "month": words.MONTHS,
    "instrument": words.INSTRUMENTS, "vehicle": words.VEHICLES, "animal": words.ANIMALS, "sport": words.SPORTS,
    "food": words.FOODS,
}  # fmt: skip
_GRAMMAR = Grammar(
    _RULES,
    {"to_somebody": TO_SOMEBODY, "about_requests": ABOUT_REQUESTS, "telling_more": TELLING},
    SLOTS,
)
MORE = 0.6  # of what is told is told freely, where no kind of words is barred


def telling(rng: random.Random, is_free: bool = True) -> str:
    """A sentence of everyday talk; unless it is free, of words whose kind is mostly known."""
    return sentence(_GRAMMAR.draw("telling_more" if is_free and rng.random() < MORE else "telling", rng))


def about_requests(rng: random.Random) -> str:
    """Talk with the words of requests in it that asks for nothing."""
    return sentence(_GRAMMAR.draw("about_requests", rng))


def to_somebody(rng: random.Random, name: str) -> str:
    """A request to somebody, mostly by name, who is not the agent."""
    return sentence(_GRAMMAR.draw("to_somebody", rng, name=name))
