"""Longer things the agent tells, and what people say into them: to stop it, turn it elsewhere, show they listen."""

from __future__ import annotations

import random

from model.studio import phrases_overlap_requests
from model.studio import phrases_words as words
from model.studio.grammar import Grammar, question, sentence
from model.studio.number_words import in_words

_STORIES = (
    "Once there was a {adjective} {animal} who lived near {city}. One day it found a {colour} {thing}. It took the "
    "{thing} home and showed it to a {animal}. They were friends from that day on.",
    "A {job} from {city} had a {adjective} {thing}. Every {weekday} he carried it to the market. Nobody wanted to "
    "buy it. In the end he gave it to {name}, and both were happy.",
    "In a small village a {animal} and a {animal} shared a {furniture}. The {animal} liked {food}, the other one "
    "liked {food}. So they opened a restaurant, and people came from {country} to eat there.",
    "{name} wanted to learn the {instrument}. The first week was difficult. The second week was better. After a "
    "year {name} played in {city}, and a {job} wrote about it in the newspaper.",
    "My story is about a {thing} that could speak. It told {name} to go to {city}. There, under a {furniture}, was "
    "a box full of {food}. That was a big surprise for everybody.",
)
_EXPLANATIONS = {
    "the {animal}": "The {animal} is a {adjective} animal. It eats {food} and {food}. It can live for {number} "
    "years. Most of them sleep for {number} hours a day, and they like to play in the evening.",
    "{city}": "{city} is a {adjective} place. Many people visit it in {month}. You can see an old {place} and a "
    "{adjective} bridge there. The best way to get around is by {vehicle}.",
    "{food}": "First you wash the {food}. Then you cut it into {adjective} pieces. Put them into a pan with some "
    "{food} and wait for {number} minutes. Serve it warm, with {food} on the side.",
    "{sport}": "For {sport} you need a team and a {thing}. Each game has {number} rounds. The first team with "
    "{number} points wins. It is played in {country} and in {country}, mostly in {month}.",
    "the {instrument}": "The {instrument} is quite old. It was first built in {country}. You hold it with both "
    "hands and move your fingers slowly. It takes about {number} months to play the first song.",
    "being a {job}": "A {job} works for {number} hours a day. Most of them start early in the morning. You have to "
    "learn for {number} years and you need a {adjective} {thing}. It is a {adjective} job.",
}  # fmt: skip
_LISTS = {
    "all the months": words.MONTHS,
    "the days of the week": words.WEEKDAYS * 2,
    "all numbers up to thirty": tuple(in_words(n) for n in range(1, 31)),
    "some animals": words.ANIMALS[:25],
    "the letters of the alphabet": tuple("A B C D E F G H I J K L M N O P Q R S T U V W X Y Z".split()),
    "names of cities": words.CITIES[:20],
    "everything you can do": (
        "I can listen", "I can keep time for you", "I can remind you", "I can count aloud",
        "I can answer small questions", "I can hand on bigger ones", "I can stay quiet", "I can correct you",
        "I can translate a little",
    ),
}  # fmt: skip
_RULES: dict[str, tuple[str, ...]] = {
    "ask_story": (
        "tell me a story", "can you tell me a story", "I want to hear a story", "please tell me a long story",
        "read me a story", "do you know a story", "make up a story for me", "tell us something",
        "entertain me with a story", "a story please", "I'm bored, tell me a story", "could you tell the kids a story",
        "let's hear a story", "how about a story", "say something longer",
    ),
    "ask_list": (
        "tell me {x}", "please tell me {x}", "list {x}", "recite {x}", "can you say {x}", "say {x} for me", "name {x}",
        "read out {x}", "I want to hear {x}", "could you list {x}", "let me hear {x}", "go through {x}",
        "slowly say {x}", "what are {x}, tell me",
    ),
    "ask_about": (
        "tell me about {x}", "what do you know about {x}", "explain {x} to me", "can you tell me something about {x}",
        "I'd like to know more about {x}", "talk about {x}", "give me a little talk about {x}",
        "what can you tell me about {x}", "describe {x} to me", "tell me everything about {x}", "could you explain {x}",
        "let me hear about {x}", "I want to learn about {x}", "teach me about {x}", "say a few words about {x}",
    ),
    "backchannel": (
        "mhm", "uh huh", "yeah", "right", "okay", "I see", "yes", "oh", "wow", "really", "sure", "hm", "nice", "cool",
        "oh wow", "yeah yeah", "true", "interesting", "oh nice", "great", "ah", "go on", "uh huh, yes", "mm", "got it",
    ),
    "hush": (
        "stop", "stop please", "okay stop", "be quiet", "quiet please", "shh", "that's enough", "stop talking",
        "enough", "please stop", "silence", "hush", "shut up", "stop it", "okay, that's enough", "you can stop",
        "no more", "alright, stop", "hold it", "be quiet now", "quiet", "stop there", "thanks, that's enough",
        "let me talk", "please be quiet", "stop, stop",
    ),
    "interrupts": (
        "wait,", "sorry,", "stop,", "hold on,", "no,", "okay but", "actually,", "excuse me,", "hang on,",
        "one question,", "wait wait,", "sorry to interrupt,", "just a second,", "hey,", "forget that,",
        "something else,", "stop, stop,", "okay stop,", "wait a second,", "no no,", "sorry but", "", "",
    ),
    "backchannel_request": (
        "I'm going to tell you a story, show me that you are listening",
        "listen to my story and say something like mhm now and then",
        "let me tell you about my day, nod along while I talk",
        "I just need somebody to listen, say mhm from time to time",
        "please listen and give me little signs that you follow",
        "I'll talk for a while, just go mhm or right in between", "be a good listener and say yeah now and then",
        "while I tell this, make small listening noises", "let me know that you're with me while I talk",
        "react a little while I speak, but don't interrupt", "say right or mhm when I pause, I'll tell you something",
        "I want to practise my speech, give short signs that you listen",
        "keep me going with a little mhm here and there", "listen actively please, I have a lot to tell",
        "just hum along while I tell you what happened",
    ),
    "adjective": words.ADJECTIVES, "animal": words.ANIMALS, "city": words.CITIES, "colour": words.COLOURS,
    "thing": words.THINGS, "job": words.JOBS, "weekday": words.WEEKDAYS, "name": words.NAMES,
    "furniture": words.FURNITURE, "food": words.FOODS, "country": words.COUNTRIES, "instrument": words.INSTRUMENTS,
    "month": words.MONTHS, "vehicle": words.VEHICLES, "sport": words.SPORTS,
    "place": ("castle", "church", "museum", "library", "theatre", "station", "market", "tower", "harbour"),
    "number": ("two", "three", "four", "five", "six", "eight", "nine", "ten", "twelve", "twenty", "thirty", "forty"),
}  # fmt: skip
_GRAMMAR = Grammar(_RULES, phrases_overlap_requests.RULES)
LISTENING = ("Mhm.", "Right.", "Yeah.", "Okay.", "I see.", "Mhm.", "Uh huh.")


def long_telling(rng: random.Random) -> tuple[str, str]:
    """A request for something longer, and what the agent tells."""
    kind = rng.random()
    if kind < 0.25:
        about, items = rng.choice(list(_LISTS.items()))
        return question(_GRAMMAR.draw("ask_list", rng, x=about)), sentence(", ".join(items))
    if kind < 0.55:
        return question(_GRAMMAR.draw("ask_story", rng)), sentence(_GRAMMAR.expand(rng.choice(_STORIES), rng))
    about, telling = rng.choice(list(_EXPLANATIONS.items()))
    slot = about.partition("{")[2].partition("}")[0]
    subject = _GRAMMAR.draw(slot, rng)
    asked = _GRAMMAR.draw("ask_about", rng, x=about.replace(f"{{{slot}}}", subject))
    return question(asked), sentence(_GRAMMAR.expand(telling.replace(f"{{{slot}}}", subject, 1), rng))


def draw(rule: str, rng: random.Random) -> str:
    """A line of `backchannel`, `hush`, `interrupts` or `backchannel_request`."""
    return _GRAMMAR.draw(rule, rng)
