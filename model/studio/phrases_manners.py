"""How people dress what they say: openings, politeness, hesitation; and how the agent acknowledges."""

from __future__ import annotations

import random

from model.studio import phrases_dressing
from model.studio.grammar import Grammar, going_on, question, tidy

_RULES: dict[str, tuple[str, ...]] = {
    "opener": (
        "hey,", "okay,", "so,", "um,", "uh,", "listen,", "well,", "alright,", "hi,", "oh,", "right,", "okay so,",
        "hey there,", "excuse me,", "sorry,", "one more thing,", "now,", "hello,", "yeah so,", "um so,", "all right,",
        "good,", "er,",
    ),
    "closer": (
        "please", "thanks", "okay?", "if you can", "alright?", "will you?", "please and thank you", "thank you",
        "would you?", "if that's okay", "for me", "if you don't mind",
    ),
    "lead": (
        "quick question,", "tell me,", "let me ask you something,", "here's a question,", "I was wondering,",
        "just curious,", "maybe you know,", "my question is,", "so my question is,", "can you help me,",
        "I have a question,", "one question,", "what I want to know is,", "help me out,", "do you know,", "any idea,",
        "I forgot,", "a question for you,", "before I forget,", "listen,", "I can't remember,", "my son asks,",
        "we're not sure here,", "for my homework,", "somebody asked me,", "let's see if you know,", "small quiz,",
        "next one,", "and another thing,", "I need your help,", "say,", "you know what,", "between you and me,",
        "if I may ask,", "out of interest,", "now tell me,",
    ),
    "hesitation": (
        "um,", "uh,", "er,", "hm,", "you know,", "let me see,", "like,",
    ),
    "request": (
        "{x}", "{x}", "{x}", "{x}", "please {x}", "can you {x}?", "could you {x}?", "could you please {x}?",
        "would you {x}?", "I want you to {x}", "I'd like you to {x}", "I need you to {x}", "can you please {x}?",
        "will you {x}?", "would you mind if I asked you to {x}?", "could you do me a favour and {x}?", "kindly {x}",
        "you could {x}", "it would be great if you could {x}", "just {x}", "let's try something, {x}",
        "your job is to {x}", "I'd love you to {x}", "go ahead and {x}", "here's what I want, {x}",
        "can I ask you to {x}?", "the next thing is, {x}", "try to {x}",
    ),
}  # fmt: skip
_GRAMMAR = Grammar(_RULES, phrases_dressing.RULES)
_FIRST_PARTS = frozenset("twenty thirty forty fifty sixty seventy eighty ninety hundred thousand".split())
_IMPERATIVES = frozenset(
    (
        "add alarm alert announce answer arrange be beep begin book bring buzz calculate call cancel catch change "
        "chase check chime clap clock close come comment compare compose compute convert correct count create cut "
        "declare delete describe dig ding do draft draw drop echo edit entertain estimate exclaim explain explore "
        "fetch figure find flag follow get give go google guess hammer hand have help hold holler hunt hurry inform "
        "interrupt jog jump keep kick leave let list listen look make mark measure mention mind mumble mute name nod "
        "nudge number order pace pay pester pick ping pipe plan play point poke prepare prompt proofread pull push "
        "put quiz raise react read recap recite recommend record remind repeat reply research reserve respond rewrite "
        "ring run say schedule search send set shoot shout show signal sing sort spell spot start startle stay stick "
        "stop suggest summarise surprise take talk tally teach tell throw tick time toss total track translate use "
        "utter wait wake warn watch whisper work write yell"
    ).split()
)
ACKNOWLEDGEMENTS = (
    "Okay.", "Sure.", "Will do.", "Okay.", "All right.", "Got it.", "Of course.", "Sure thing.", "No problem.",
    "Okay, will do.",
)  # fmt: skip
STOPPED = ("Okay.", "Okay, I'll stop.", "All right.", "Sure.", "Stopped.")


def asked(rng: random.Random, request: str, hesitates: float = 0.15) -> str:
    """A request as somebody says it: polite or not, sure or not."""
    return dressed(rng, politely(rng, request), hesitates)


def politely(rng: random.Random, request: str) -> str:
    """What tells to do something, put as people put it to each other; other requests as they are."""
    return _GRAMMAR.draw("request", rng, x=request) if is_imperative(request) else request


def is_imperative(request: str) -> bool:
    """Whether it tells what to do straight away: `say hello`, not `you say hello`."""
    return request.split()[0] in _IMPERATIVES


def dressed(rng: random.Random, text: str, hesitates: float = 0.15) -> str:
    """Something around and inside a sentence that changes nothing."""
    text = text if rng.random() > hesitates else hesitant(rng, text)
    if rng.random() < 0.3:
        text = _GRAMMAR.draw("opener", rng) + f" {going_on(text)}"
    if rng.random() < 0.2 and not question(text).endswith("?"):
        text = f"{text.rstrip('.')}, " + _GRAMMAR.draw("closer", rng)
    return question(text)


def led_up_to(rng: random.Random, text: str) -> str:
    """A question, perhaps with words before it that announce it."""
    if text.endswith("?") and rng.random() < 0.3:
        return f"{_GRAMMAR.draw('lead', rng)} {going_on(text)}"
    return text


def hesitant(rng: random.Random, text: str) -> str:
    """A filler before some word, or a word said twice; never inside a number."""
    spoken = text.split()
    if len(spoken) < 4:
        return text
    where = rng.choice([i for i in range(1, len(spoken)) if spoken[i - 1].lower() not in _FIRST_PARTS])
    added = _GRAMMAR.draw("hesitation", rng) if rng.random() < 0.7 else f"{spoken[where].rstrip(',.?!')},"
    return tidy(" ".join([*spoken[:where], added, *spoken[where:]]))


def yours(text: str) -> str:
    """What the user says of themself, as the agent says it to them: `call my mother` to `call your mother`."""
    swapped = {
        "my": "your",
        "me": "you",
        "i": "you",
        "i'm": "you're",
        "myself": "yourself",
        "our": "your",
        "mine": "yours",
    }
    return " ".join(swapped.get(word.lower(), word) for word in text.split())
