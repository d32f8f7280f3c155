"""True and false statements about simple things, and how a listener puts them right."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from model.studio import phrases_words as words
from model.studio.grammar import Grammar, sentence
from model.studio.number_words import in_words
from model.studio.phrases_cue_requests import FACT_RULES
from model.studio.phrases_questions import ANIMAL_SOUNDS, CAPITALS, HOW_MANY, OPPOSITES, THING_COLOURS, sum_in_words


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement, and the words of it after which it is known to be false: none when it is true."""

    said: str
    false_after: str
    truth: str

    @property
    def correction(self) -> str:
        return f"Actually, {self.truth}."


_YEARS = {
    "the second world war ended in": (1945, (1950, 1939, 1961)),
    "the first world war began in": (1914, (1920, 1901, 1931)),
    "people first walked on the moon in": (1969, (1981, 1955, 1990)),
    "the Berlin wall fell in": (1989, (1975, 1999, 1968)),
    "Columbus reached America in": (1492, (1592, 1620, 1392)),
    "the Titanic sank in": (1912, (1950, 1880, 1931)),
}
_KNOWLEDGE: dict[str, tuple[str, tuple[str, ...]]] = {
    "the sun rises in the": ("east", ("west", "north", "south")),
    "the sun sets in the": ("west", ("east", "north")),
    "water freezes at": ("zero degrees", ("twenty degrees", "fifty degrees", "ten degrees")),
    "water boils at": ("a hundred degrees", ("fifty degrees", "two hundred degrees", "thirty degrees")),
    "the biggest planet is": ("Jupiter", ("Mars", "Venus", "Mercury")),
    "the planet closest to the sun is": ("Mercury", ("Jupiter", "Mars")),
    "the biggest ocean is the": ("Pacific", ("Atlantic", "Baltic")),
    "the fastest land animal is the": ("cheetah", ("turtle", "elephant", "cow")),
    "the largest animal is the": ("blue whale", ("mouse", "rabbit", "shark")),
    "bees make": ("honey", ("milk", "cheese", "butter")),
    "cheese is made from": ("milk", ("rice", "apples", "sand")),
    "bread is made from": ("flour", ("snow", "wood", "milk")),
    "wine is made from": ("grapes", ("potatoes", "carrots", "apples")),
    "we hear with our": ("ears", ("knees", "eyes", "toes")),
    "we see with our": ("eyes", ("ears", "hands", "feet")),
    "we smell with our": ("nose", ("chin", "hand", "knee")),
    "fish live in the": ("water", ("trees", "desert", "clouds")),
    "birds lay": ("eggs", ("milk", "stones", "apples")),
    "cows give us": ("milk", ("honey", "wine", "juice")),
    "Shakespeare wrote": ("Hamlet", ("Pinocchio", "Moby Dick")),
    "Romeo loved": ("Juliet", ("Ophelia", "Alice", "Desdemona")),
    "the Eiffel tower is in": ("Paris", ("London", "Rome", "Berlin")),
    "Big Ben is in": ("London", ("Paris", "Madrid", "Moscow")),
    "the Colosseum is in": ("Rome", ("Athens", "London", "Lisbon")),
    "the Statue of Liberty is in": ("New York", ("Boston", "Chicago", "London")),
    "kangaroos live in": ("Australia", ("Finland", "Poland", "Canada")),
    "pandas come from": ("China", ("Brazil", "Egypt", "Italy")),
    "pizza comes from": ("Italy", ("Sweden", "Cuba", "Iceland")),
    "sushi comes from": ("Japan", ("Ireland", "Chile", "Austria")),
    "the Nile is in": ("Africa", ("Europe", "Australia")),
    "Christmas is in": ("December", ("July", "March", "October")),
    "the year begins in": ("January", ("May", "August", "June")),
    "the year ends in": ("December", ("April", "July")),
    "the shortest month is": ("February", ("August", "May", "October")),
    "Halloween is in": ("October", ("April", "June", "January")),
    "a baby dog is called a": ("puppy", ("kitten", "lamb", "chick")),
    "a baby cat is called a": ("kitten", ("puppy", "foal", "lamb")),
    "a baby cow is called a": ("calf", ("puppy", "kitten", "duckling")),
    "a baby sheep is called a": ("lamb", ("calf", "kitten", "foal")),
    "ice is frozen": ("water", ("milk", "sand", "fire")),
    "an apple grows on a": ("tree", ("river", "roof", "carpet")),
    "doctors work in a": ("hospital", ("bakery", "cinema", "circus")),
    "a teacher works in a": ("school", ("bank", "bakery", "farm")),
    "the moon goes around the": ("earth", ("sun", "Mars")),
    "the earth goes around the": ("sun", ("moon", "Mars")),
    "a piano has black and white": ("keys", ("wheels", "leaves", "wings")),
    "snow is": ("cold", ("hot", "spicy", "loud")),
    "fire is": ("hot", ("cold", "wet", "frozen")),
    "sugar is": ("sweet", ("salty", "sour", "bitter")),
    "lemons are": ("sour", ("salty", "sweet", "loud")),
    "the opposite of day is": ("night", ("lunch", "summer")),
    "noon is at": ("twelve o'clock", ("nine o'clock", "six o'clock")),
    "a football match has two": ("halves", ("kitchens", "nights")),
}  # fmt: skip
_PARTS = {
    ("week", "days"): 7, ("year", "months"): 12, ("dog", "legs"): 4, ("spider", "legs"): 8, ("bird", "wings"): 2,
    ("triangle", "sides"): 3, ("square", "corners"): 4, ("car", "wheels"): 4, ("hand", "fingers"): 5,
    ("dozen", "eggs"): 12, ("bicycle", "wheels"): 2, ("year", "seasons"): 4, ("cat", "legs"): 4, ("ant", "legs"): 6,
}  # fmt: skip
_FRAMES = Grammar(
    {
        "around": (
            "{x}", "{x}", "{x}", "I think {x}", "as you know, {x}", "everybody knows that {x}", "{name} says that {x}",
            "in school we learned that {x}", "it is well known that {x}", "and {x}", "so {x}", "I am sure that {x}",
            "my {family} told me that {x}", "I read that {x}", "let me tell you, {x}", "and of course {x}",
            "remember, {x}", "they say {x}", "the book says that {x}", "I always thought {x}", "well, {x}",
            "by the way, {x}", "if I'm right, {x}",
        ),
        "capital": (
            "the capital of {x} is {y}", "{x}'s capital is {y}", "the main city of {x} is {y}",
            "in {x} the capital is {y}",
        ),
        "colour": (
            "the colour of {x} is {y}", "{x} is usually {y}", "when I paint {x} I take {y}", "{x}, that's always {y}",
        ),
        "sum": ("{x} is {y}", "{x} makes {y}", "{x} equals {y}", "{x}, that's {y}", "if you take {x} you get {y}"),
        "capital_of": (
            "{y} is the capital of {x}", "{y} is the main city of {x}", "the city of {y} is the capital of {x}",
        ),
        "sound": ("a {x} says {y}", "the {x} goes {y}", "every {x} says {y}", "when a {x} is happy it says {y}"),
        "how_many": ("a {x} has {y}", "there are {y} in a {x}", "every {x} has {y}", "you will find {y} in a {x}"),
        "next": ("after {x} comes {y}", "the day after {x} is {y}", "{x} is followed by {y}"),
        "next_month": ("after {x} comes {y}", "the month after {x} is {y}", "{x} is followed by {y}"),
        "opposite": ("the opposite of {x} is {y}", "{x} is the opposite of {y}"),
        "year": ("{x} {y}",),
        "name": words.NAMES,
        "family": ("mother", "father", "sister", "teacher", "uncle", "friend", "neighbour", "boss"),
    }
)  # fmt: skip
_WHEN = (
    "if I say something wrong", "when I say something that's wrong", "whenever I get a fact wrong",
    "every time I make a mistake", "if I state something false", "as soon as I say something untrue",
    "if one of my facts is wrong", "when a fact is not right", "each time I'm mistaken", "if you hear a mistake",
    "whenever something I say isn't true", "when I mix up a fact", "if I tell you something false",
    "in case I say something incorrect", "every time I say something that is not true", "should I get something wrong",
    "when I'm wrong about something", "if I claim something wrong",
)  # fmt: skip
_WHAT = (
    "correct me", "correct me right away", "tell me what is right", "interrupt me and correct it",
    "say the right answer", "put it right", "jump in and correct me", "say what's true", "give me the correct answer",
    "please correct it at once", "tell me the truth immediately", "set me right", "stop me with the right answer",
    "don't wait and correct me", "say actually and the right thing", "cut in with the truth",
)  # fmt: skip
_FRAME = (
    "{when}, {what}", "{what} {when}", "{when}, {what}", "I'm going to talk about a few things, {when}, {what}",
    "{what} {when}, okay", "I practise for a quiz, {what} {when}", "listen to my facts, and {when}, {what}",
    "while I talk, {what} {when}", "let me tell you what I know, {when}, {what}",
    "check what I say, and {when}, {what}", "I will say some facts, {what} {when}",
)  # fmt: skip
_REQUESTS = Grammar({"when": _WHEN, "what": _WHAT, "frame": _FRAME}, FACT_RULES)


def fact_request(rng: random.Random) -> str:
    """Asks to be corrected."""
    return _REQUESTS.draw("frame", rng)


def claim(rng: random.Random, is_true: bool) -> Claim:
    """A statement of which the agent can know whether it is true."""
    x, truth, wrong, frame = rng.choice(_MAKERS)(rng)
    body = _FRAMES.draw(frame, rng, x=x, y=truth if is_true else wrong)
    said = sentence(_FRAMES.draw("around", rng, x=body))
    is_last = body.rfind(wrong) > body.rfind(x)
    return Claim(said, "" if is_true else wrong if is_last else x, truth)


def _from(table: Mapping[str, str], frame: str) -> Callable[[random.Random], tuple[str, str, str, str]]:
    def make(rng: random.Random) -> tuple[str, str, str, str]:
        x, truth = rng.choice(list(table.items()))
        return x, truth, rng.choice([other for other in table.values() if other != truth]), frame

    return make


def _how_many_of(rng: random.Random) -> tuple[str, str, str, str]:
    (whole, parts), number = rng.choice(list(_PARTS.items()))
    wrong = rng.choice([n for n in range(2, 15) if n not in (number, 7, 11, 13)])
    return whole, f"{in_words(number)} {parts}", f"{in_words(wrong)} {parts}", "how_many"


def _sum(rng: random.Random) -> tuple[str, str, str, str]:
    text, result = sum_in_words(rng)
    wrong = rng.choice([n for n in range(max(0, result - 6), result + 7) if n != result])
    return text, in_words(result), in_words(wrong), "sum"


def _year(rng: random.Random) -> tuple[str, str, str, str]:
    what, (truth, others) = rng.choice(list(_YEARS.items()))
    return what, _year_in_words(truth), _year_in_words(rng.choice(others)), "year"


def _knowledge(rng: random.Random) -> tuple[str, str, str, str]:
    what, (truth, others) = rng.choice([item for item in _KNOWLEDGE.items() if item[1][1]])
    return what, truth, rng.choice(others), "year"


def _how_many(rng: random.Random) -> tuple[str, str, str, str]:
    what, number = rng.choice([item for item in HOW_MANY.items() if " are in " in item[0]])
    things, place = what.split(" are in ")
    others = ("three", "nine", "ten", "fifteen", "thirty", "forty", "fifty", "eighty")
    wrong = rng.choice([other for other in others if other != number])
    return f"the number of {things} in {place} is", number, wrong, "year"


def _next_day(rng: random.Random) -> tuple[str, str, str, str]:
    index = rng.randrange(7)
    truth = words.WEEKDAYS[(index + 1) % 7]
    wrong = rng.choice([day for day in words.WEEKDAYS if day not in (truth, words.WEEKDAYS[index])])
    return words.WEEKDAYS[index], truth, wrong, "next"


def _next_month(rng: random.Random) -> tuple[str, str, str, str]:
    index = rng.randrange(12)
    truth = words.MONTHS[(index + 1) % 12]
    wrong = rng.choice([month for month in words.MONTHS if month not in (truth, words.MONTHS[index])])
    return words.MONTHS[index], truth, wrong, "next_month"


def _year_in_words(year: int) -> str:
    hundreds, rest = divmod(year, 100)
    return f"{in_words(hundreds)} {in_words(rest) if rest > 9 else f'oh {in_words(rest)}'}"


_MAKERS = (
    _from(CAPITALS, "capital"), _from(CAPITALS, "capital_of"), _from(THING_COLOURS, "colour"),
    _from(OPPOSITES, "opposite"), _from(ANIMAL_SOUNDS, "sound"), _sum, _sum, _year, _knowledge, _knowledge, _knowledge,
    _how_many, _how_many_of, _next_day, _next_month,
)  # fmt: skip
