"""Questions the agent can answer by itself, with short answers, and small talk."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from model.studio import phrases_knowledge as knowledge
from model.studio import phrases_question_frames as question_frames
from model.studio import phrases_words as words
from model.studio.grammar import Grammar, question, sentence
from model.studio.number_words import in_words
from model.studio.phrases_chat import CHAT

AGENT_NAME = "Alongside"


@dataclass(frozen=True, slots=True)
class Exchange:
    """What somebody asks or says to the agent, and its answer."""

    said: str
    answer: str


OPPOSITES = {
    word: other
    for pair in (
        "hot/cold big/small tall/short fast/slow light/dark happy/sad open/closed full/empty old/young early/late "
        "hard/soft wet/dry rich/poor clean/dirty strong/weak high/low loud/quiet good/bad left/right near/far "
        "thick/thin heavy/light day/night black/white up/down inside/outside first/last true/false easy/difficult "
        "sharp/blunt sweet/sour summer/winter north/south east/west begin/end win/lose buy/sell push/pull love/hate "
        "question/answer rough/smooth deep/shallow wide/narrow cheap/expensive brave/afraid asleep/awake "
        "always/never friend/enemy beautiful/ugly above/below before/after more/less yes/no"
    ).split()
    for word, other in [pair.split("/")]
}
MORE_OPPOSITES = {word: other for pair in knowledge.OPPOSITES.split() for word, other in [pair.split("/")]}
ANIMAL_SOUNDS = {
    "cat": "meow", "dog": "woof", "cow": "moo", "sheep": "baa", "pig": "oink", "duck": "quack", "horse": "neigh",
    "frog": "ribbit", "owl": "hoo", "lion": "roar", "bee": "buzz", "snake": "hiss", "mouse": "squeak", "crow": "caw",
    "rooster": "cock a doodle doo", "goat": "baa", "donkey": "hee haw", "chicken": "cluck", "wolf": "howl",
    "pigeon": "coo",
}  # fmt: skip
CAPITALS = {
    "France": "Paris", "Spain": "Madrid", "Italy": "Rome", "Germany": "Berlin", "Portugal": "Lisbon",
    "Ireland": "Dublin", "Sweden": "Stockholm", "Finland": "Helsinki", "Denmark": "Copenhagen", "Poland": "Warsaw",
    "Greece": "Athens", "Egypt": "Cairo", "Japan": "Tokyo", "China": "Beijing", "Cuba": "Havana", "Hungary": "Budapest",
    "Belgium": "Brussels", "England": "London", "Scotland": "Edinburgh", "Russia": "Moscow",
    "the Netherlands": "Amsterdam", "Thailand": "Bangkok",
}  # fmt: skip
THING_COLOURS = {
    "grass": "green", "snow": "white", "blood": "red", "a lemon": "yellow", "a banana": "yellow", "the sky": "blue",
    "coal": "black", "a strawberry": "red", "a carrot": "orange", "chocolate": "brown", "an elephant": "grey",
    "milk": "white", "a frog": "green", "the sun": "yellow", "a tomato": "red", "spinach": "green",
    "a polar bear": "white", "an aubergine": "purple", "a fire engine": "red", "cheese": "yellow",
    "a cucumber": "green",
}  # fmt: skip
HOW_MANY = {
    "days are in a week": "seven", "months are in a year": "twelve", "legs does a spider have": "eight",
    "legs does a dog have": "four", "wheels does a bicycle have": "two", "wheels does a car have": "four",
    "hours are in a day": "twenty four", "minutes are in an hour": "sixty", "seconds are in a minute": "sixty",
    "fingers are on one hand": "five", "sides does a triangle have": "three", "sides does a square have": "four",
    "eggs are in a dozen": "twelve", "legs does an insect have": "six", "letters are in the alphabet": "twenty six",
    "players are in a football team": "eleven", "wings does a bird have": "two", "cents are in a dollar": "a hundred",
    "arms does an octopus have": "eight", "years are in a century": "a hundred", "seasons are in a year": "four",
    "strings does a violin have": "four", "continents are there": "seven", "eyes do you see on a face": "two",
}  # fmt: skip
SMALL_TALK: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        (
            "hello", "hi there", "hey", "good morning", "good afternoon", "good evening", "hi", "hello hello",
            "hey you", "hello assistant", "hi Alongside", "hello Alongside", "hey, good to see you",
        ),
        ("Hello.", "Hi there.", "Hi."),
    ),
    (
        (
            "how are you", "how are you doing", "how is it going", "how do you feel today", "are you well",
            "how's it going", "how are things", "how have you been", "everything okay with you", "how are you today",
        ),
        ("I'm fine, thanks.", "Very well, thank you.", "Good, thanks."),
    ),
    (
        (
            "what's your name", "who are you", "do you have a name", "what are you called", "what should I call you",
            "tell me your name", "who am I talking to", "what was your name again", "can you tell me who you are",
        ),
        (f"I'm {AGENT_NAME}.", f"My name is {AGENT_NAME}."),
    ),
    (
        (
            "what can you do", "what are you good at", "how can you help me", "what do you do",
            "tell me what you can do", "what are you there for", "what can I ask you", "how can I use you",
        ),
        ("I listen, keep time and help.", "I can listen, remind you and answer."),
    ),
    (
        (
            "thank you", "thanks", "thanks a lot", "thank you very much", "that was helpful, thanks",
            "great, thank you", "many thanks", "thank you so much", "cheers", "that's very kind of you",
        ),
        ("You're welcome.", "My pleasure."),
    ),
    (
        (
            "goodbye", "bye", "see you later", "bye bye", "talk to you later", "good night", "I have to go, bye",
            "see you tomorrow", "that's all for today, goodbye",
        ),
        ("Goodbye.", "Bye."),
    ),
    (
        (
            "can you hear me", "are you there", "are you listening", "is anybody there", "hello, can you hear me",
            "do you hear me", "are you still there", "can you hear what I say", "are you with me",
            "you still listening",
        ),
        ("Yes, I hear you.", "Yes, I'm here."),
    ),
    (
        (
            "are you a robot", "are you a human", "are you a machine", "am I talking to a computer",
            "are you a real person", "are you an AI", "is this a bot",
        ),
        ("I'm an AI.",),
    ),
    (
        ("tell me a joke", "do you know a joke", "make me laugh", "say something funny", "can you tell a joke"),
        ("What do you call a bear without teeth? A gummy bear.", "Why did the bicycle fall over? It was two tired."),
    ),
    (
        (
            "good job", "well done", "you're great", "nice work", "very good", "I like you", "you are very helpful",
            "that was perfect", "you did that well",
        ),
        ("Thank you.", "Thanks."),
    ),
    (
        ("I'm sorry", "sorry about that", "my mistake", "sorry, my fault", "please excuse me"),
        ("No problem.", "That's all right."),
    ),
    (
        ("I'm tired", "I'm so tired today", "I feel exhausted", "I slept badly"),
        ("Maybe take a short break.", "You should rest a little."),
    ),
)  # fmt: skip
_FRAMES = Grammar(
    question_frames.RULES,
    {
        "known": knowledge.FRAMES,
        "opposite": (
            "what's the opposite of {x}", "I'd like to know the opposite of {x}",
            "can you tell me what the opposite of {x} is", "what word is the opposite of {x}",
            "what is the opposite of {x}", "tell me the opposite of {x}", "give me the opposite of {x}",
            "which word means the opposite of {x}", "what would be the contrary of {x}", "the opposite of {x} is what",
            "do you know the opposite of {x}", "if something is not {x}, what is the opposite",
            "name the opposite of {x}",
        ),
        "sound": (
            "what does a {x} say", "I forgot what a {x} says", "what does a {x} say when it is happy",
            "what sound does a {x} make", "how does a {x} go", "what noise does a {x} make",
            "can you make the sound of a {x}", "do you know what a {x} says", "make a noise like a {x}",
            "tell me how a {x} sounds", "what does the {x} say",
        ),
        "capital": (
            "what's the capital of {x}", "what is the capital of {x}",
            "I would like to know what the capital of {x} is", "can you tell me what the capital of {x} is",
            "what is the capital city of {x}", "do you know the capital of {x}", "tell me the capital of {x}",
            "which city is the capital of {x}", "name the capital of {x}", "{x}, what's the capital there",
            "what do they call the capital of {x}",
        ),
        "colour": (
            "what colour is {x}", "what color is {x}", "could you tell me the color of {x}",
            "I'm not sure what colour {x} is", "which color is {x}", "which colour has {x}",
            "tell me the colour of {x}", "what's the colour of {x}", "do you know what colour {x} is",
            "what colour would you say {x} is", "{x}, what colour is that",
        ),
        "how_many": (
            "how many {x}", "how many {x}", "I would like to know how many {x}", "my question is, how many {x}",
            "do you know how many {x}", "tell me how many {x}", "can you tell me how many {x}",
            "I wonder how many {x}, do you know", "quick question, how many {x}", "remind me, how many {x}",
        ),
        "sum": (
            "what's {x}", "what is {x}", "what is {x}", "I would like to know what {x} is",
            "can you tell me what {x} is", "so {x} is what", "how much is {x}", "can you calculate {x}",
            "tell me what {x} is", "work out {x}", "what do you get for {x}", "do you know what {x} is",
            "quickly, what's {x}", "what does {x} make", "what would {x} be",
        ),
        "repeat": (
            "repeat after me, {x}", "say {x}", "can you say {x}", "please say {x}", "say after me, {x}",
            "now say the words {x}", "repeat the words {x}", "I'd like to hear you say {x}", "could you say {x}",
            "repeat this, {x}", "just say {x}",
        ),
        "next": (
            "what comes after {x}", "which one comes after {x}", "what's next after {x}", "what follows {x}",
            "tell me what comes after {x}", "and after {x} comes what",
        ),
        "before": (
            "what comes before {x}", "what is before {x}", "which one is just before {x}", "what came before {x}",
        ),
        "is_a": (
            "is a {x} an? {kind}", "would you say a {x} is a {kind}", "is a {x} a {kind} or not",
            "a {x} is a {kind}, right", "tell me, is a {x} a {kind}", "do you think a {x} is a {kind}",
        ),
        "bigger": (
            "what's bigger, {x} or {y}", "which is more, {x} or {y}", "which number is bigger, {x} or {y}",
            "is {x} more or {y}", "tell me which is larger, {x} or {y}",
        ),
        "spell_first": (
            "what's the first letter of {x}", "what letter does {x} start with",
            "which letter does the word {x} begin with",
        ),
        "repeated": (
            "{adjective} {thing}", "{animal}", "{colour} {thing}", "{food} and {food}", "hello {name}", "{number}",
            "I like {food}", "good morning {name}", "the {animal} is {adjective}", "{city}", "{thing}",
            "my {thing} is {colour}", "{adverb}",
        ),
        "animal": words.ANIMALS, "colour_word": words.COLOURS, "thing": words.THINGS, "food": words.FOODS,
        "city": words.CITIES, "name": words.NAMES, "adjective": words.ADJECTIVES, "adverb": words.ADVERBS,
        "number": tuple(in_words(n) for n in range(1, 100)),
    }
)  # fmt: skip
_KINDS = ("animal", "colour", "food", "vehicle", "instrument", "job", "sport")


def exchange(rng: random.Random) -> Exchange:
    """A question or a bit of small talk with its answer."""
    return rng.choices(_MAKERS, weights=_WEIGHTS)[0](rng)


def fact(rng: random.Random) -> Exchange:
    """A question about the world, answered by a word or two."""
    return rng.choice(_FACTS)(rng)


def small_talk(rng: random.Random) -> Exchange:
    said, answers = rng.choice((*SMALL_TALK, *CHAT))
    return Exchange(question(_FRAMES.expand(rng.choice(said), rng)), rng.choice(answers))


def sum_in_words(rng: random.Random) -> tuple[str, int]:
    """A small sum as people say it, and its result."""
    kind = rng.choice(("plus", "plus", "minus", "times"))
    if kind == "times":
        a, b = rng.randint(2, 10), rng.randint(2, 10)
        return f"{in_words(a)} times {in_words(b)}", a * b
    a, b = rng.randint(1, 20), rng.randint(1, 20)
    if kind == "plus":
        return f"{in_words(a)} {rng.choice(('plus', 'and', 'plus'))} {in_words(b)}", a + b
    a, b = max(a, b), min(a, b)
    return f"{in_words(a)} minus {in_words(b)}", a - b


def _sum(rng: random.Random) -> Exchange:
    text, result = sum_in_words(rng)
    return _asked("sum", rng, text, in_words(result))


def _opposite(rng: random.Random) -> Exchange:
    word, other = rng.choice((*OPPOSITES.items(), *MORE_OPPOSITES.items()))
    return _asked("opposite", rng, word, other)


def _known(rng: random.Random) -> Exchange:
    said, told = rng.choice(knowledge.KNOWN)
    asked = _FRAMES.expand(rng.choice(said), rng)
    return Exchange(question(_FRAMES.draw("known", rng, x=asked)), told)


def _sound(rng: random.Random) -> Exchange:
    animal, sound = rng.choice(list(ANIMAL_SOUNDS.items()))
    return _asked("sound", rng, animal, sound)


def _capital(rng: random.Random) -> Exchange:
    country, city = rng.choice((*CAPITALS.items(), *knowledge.CAPITALS.items()))
    return _asked("capital", rng, country, city)


def _colour(rng: random.Random) -> Exchange:
    thing, colour = rng.choice(list(THING_COLOURS.items()))
    return _asked("colour", rng, thing, colour)


def _how_many(rng: random.Random) -> Exchange:
    what, number = rng.choice(list(HOW_MANY.items()))
    return _asked("how_many", rng, what, number)


def _neighbour(rng: random.Random) -> Exchange:
    row = rng.choice((words.WEEKDAYS, words.MONTHS, tuple(in_words(n) for n in range(60))))
    index = rng.randrange(len(row) - 1)
    if rng.random() < 0.6:
        return _asked("next", rng, row[index], row[index + 1])
    return _asked("before", rng, row[index + 1], row[index])


def _is_a(rng: random.Random) -> Exchange:
    kind, other = rng.sample(_KINDS, 2)
    is_true = rng.random() < 0.5
    word = rng.choice(words.CATEGORIES[kind if is_true else other])
    text = _FRAMES.draw("is_a", rng, x=word, kind=kind).replace("an? ", "an " if kind[0] in "aio" else "a ")
    return Exchange(question(text), "Yes." if is_true else "No.")


def _bigger(rng: random.Random) -> Exchange:
    a, b = rng.sample(range(1, 100), 2)
    text = _FRAMES.draw("bigger", rng, x=in_words(a), y=in_words(b))
    return Exchange(question(text), sentence(in_words(max(a, b))))


def _first_letter(rng: random.Random) -> Exchange:
    word = rng.choice(words.THINGS + words.ANIMALS + words.FOODS)
    return Exchange(question(_FRAMES.draw("spell_first", rng, x=word)), f"{word[0].upper()}.")


def _repeat(rng: random.Random) -> Exchange:
    text = _FRAMES.draw("repeated", rng, colour=rng.choice(words.COLOURS))
    return Exchange(sentence(_FRAMES.draw("repeat", rng, x=text)), sentence(text))


def _asked(rule: str, rng: random.Random, about: str, answer: str) -> Exchange:
    return Exchange(question(_FRAMES.draw(rule, rng, x=about)), sentence(answer))


_Maker = Callable[[random.Random], Exchange]
_FACTS: tuple[_Maker, ...] = (_sum, _opposite, _sound, _capital, _colour, _how_many, _neighbour, _known, _known)
_MAKERS: tuple[_Maker, ...] = (*_FACTS, _is_a, _bigger, _first_letter, _repeat, small_talk)
_WEIGHTS = (2, 2, 1, 2, 2, 2, 2, 2, 2, 1, 1, 1, 3, 8)
