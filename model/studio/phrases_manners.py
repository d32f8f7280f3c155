"""How people dress what they say: openings, politeness, hesitation; and how the agent acknowledges."""

from __future__ import annotations

import random

from model.studio.grammar import going_on, question, tidy

_OPENERS = (
    "hey,",
    "okay,",
    "so,",
    "um,",
    "uh,",
    "listen,",
    "well,",
    "alright,",
    "hi,",
    "oh,",
    "right,",
    "okay so,",
    "hey there,",
    "excuse me,",
    "sorry,",
    "one more thing,",
    "now,",
    "hello,",
    "yeah so,",
    "um so,",
    "all right,",
    "good,",
    "er,",
)
_CLOSERS = (
    "please",
    "thanks",
    "okay?",
    "if you can",
    "alright?",
    "will you?",
    "please and thank you",
    "thank you",
    "would you?",
    "if that's okay",
    "for me",
    "if you don't mind",
)
_LEADS = (
    "quick question,",
    "tell me,",
    "let me ask you something,",
    "here's a question,",
    "I was wondering,",
    "just curious,",
    "maybe you know,",
    "my question is,",
    "so my question is,",
    "can you help me,",
    "I have a question,",
    "one question,",
    "what I want to know is,",
    "help me out,",
    "do you know,",
    "any idea,",
    "I forgot,",
    "a question for you,",
    "before I forget,",
    "listen,",
    "I can't remember,",
    "my son asks,",
    "we're not sure here,",
    "for my homework,",
    "somebody asked me,",
    "let's see if you know,",
    "small quiz,",
    "next one,",
    "and another thing,",
    "I need your help,",
    "say,",
    "you know what,",
    "between you and me,",
    "if I may ask,",
    "out of interest,",
    "now tell me,",
)
_HESITATIONS = ("um,", "uh,", "er,", "hm,", "you know,", "let me see,", "like,")
_FIRST_PARTS = frozenset("twenty thirty forty fifty sixty seventy eighty ninety hundred thousand".split())
_REQUESTS = (
    "{x}",
    "{x}",
    "{x}",
    "{x}",
    "please {x}",
    "can you {x}?",
    "could you {x}?",
    "could you please {x}?",
    "would you {x}?",
    "I want you to {x}",
    "I'd like you to {x}",
    "I need you to {x}",
    "can you please {x}?",
    "will you {x}?",
    "would you mind if I asked you to {x}?",
    "could you do me a favour and {x}?",
    "kindly {x}",
    "you could {x}",
    "it would be great if you could {x}",
    "just {x}",
    "let's try something, {x}",
    "your job is to {x}",
    "I'd love you to {x}",
    "go ahead and {x}",
    "here's what I want, {x}",
    "can I ask you to {x}?",
    "the next thing is, {x}",
    "try to {x}",
)
_IMPERATIVES = frozenset(
    "add alarm answer beep be call cancel change correct count do draft find give help hold keep let listen make "
    "measure nudge poke put react read remind repeat respond ring say set shout signal start stay stop tell time "
    "wait wake warn write translate interrupt ding clap mention name use comment nod show be pay watch".split()
)
ACKNOWLEDGEMENTS = (
    "Okay.", "Sure.", "Will do.", "Okay.", "All right.", "Got it.", "Of course.", "Sure thing.", "No problem.",
    "Okay, will do.",
)  # fmt: skip
STOPPED = ("Okay.", "Okay, I'll stop.", "All right.", "Sure.", "Stopped.")


def asked(rng: random.Random, request: str, hesitates: float = 0.15) -> str:
    """A request as somebody says it: polite or not, sure or not."""
    is_imperative = request.split()[0] in _IMPERATIVES
    text = rng.choice(_REQUESTS).replace("{x}", request) if is_imperative else request
    return dressed(rng, text, hesitates)


def dressed(rng: random.Random, text: str, hesitates: float = 0.15) -> str:
    """Something around and inside a sentence that changes nothing."""
    text = text if rng.random() > hesitates else hesitant(rng, text)
    if rng.random() < 0.3:
        text = f"{rng.choice(_OPENERS)} {going_on(text)}"
    if rng.random() < 0.2 and not question(text).endswith("?"):
        text = f"{text.rstrip('.')}, {rng.choice(_CLOSERS)}"
    return question(text)


def led_up_to(rng: random.Random, text: str) -> str:
    """A question, perhaps with words before it that announce it."""
    return f"{rng.choice(_LEADS)} {going_on(text)}" if text.endswith("?") and rng.random() < 0.3 else text


def hesitant(rng: random.Random, text: str) -> str:
    """A filler before some word, or a word said twice; never inside a number."""
    spoken = text.split()
    if len(spoken) < 4:
        return text
    where = rng.choice([i for i in range(1, len(spoken)) if spoken[i - 1].lower() not in _FIRST_PARTS])
    added = rng.choice(_HESITATIONS) if rng.random() < 0.7 else f"{spoken[where].rstrip(',.?!')},"
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
