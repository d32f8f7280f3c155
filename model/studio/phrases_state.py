"""What people ask about the call and the agent's own doings, and how they ask for silence."""

from __future__ import annotations

import random

from model.studio import phrases_silence
from model.studio.grammar import Grammar
from model.studio.number_words import in_words

GREETINGS = (
    "Hello, I'm listening.", "Hi, I'm Alongside.", "Hello.", "Hello, how can I help?", "Hi there.", "Good to see you.",
    "Hello, I'm here.",
)  # fmt: skip
_RULES: dict[str, tuple[str, ...]] = {
    "quiet_until": (
        "don't say anything until I say {cue}", "be quiet until I say {cue}", "stay silent until you hear {cue}",
        "not a word until I say {cue}", "say nothing until I say {cue}", "please keep quiet until I say {cue}",
        "don't speak until I say {cue}", "shut up until I say {cue}", "I need silence until I say {cue}",
        "keep silent until the word {cue} falls", "don't answer anything before I say {cue}",
        "hold your tongue until I say {cue}", "no talking until you hear {cue}", "wait quietly until I say {cue}",
        "mute yourself until I say {cue}", "whatever I ask, don't answer until I say {cue}",
        "let me talk and say nothing until I say {cue}", "no more words before you hear {cue}",
    ),
    "quiet": (
        "please be quiet now", "don't say anything anymore", "be quiet for now", "I need some silence",
        "please don't talk now", "just listen and say nothing", "say nothing for a while", "stay silent please",
        "don't answer me now", "keep quiet while I talk", "let me talk without answers", "you don't have to answer now",
        "stop answering for now", "I'd like you to be silent", "only listen from now on", "go silent",
    ),
    "speak_again": (
        "you can talk again", "okay, you may speak", "you can speak again", "talk to me again", "you can answer again",
        "speak again please", "alright, you can say something now", "thanks, you can talk now", "you're free to speak",
        "come back to me", "unmute yourself", "end of silence", "now you may answer again",
    ),
    "what_doing": (
        "what are you doing", "what are you up to", "what are you working on", "are you busy", "what's running",
        "what timers are running", "what are you waiting for", "is there anything you have to do",
        "what do you have on your list", "tell me what you're doing", "do you remember what I asked for",
        "what did I ask you to do", "is a timer running", "what's going on with you", "what is your task right now",
        "which reminders do I have",
    ),
    "time_left": (
        "how much time is left", "how long is it still", "how many seconds are left", "how long do I still have",
        "how much longer", "what's left on the timer", "how much is left", "when is it over",
        "how long until it's over", "how many seconds to go", "tell me the time left", "is there much time left",
        "how long does the timer still run",
    ),
    "call_age": (
        "how long have we been talking", "how long is this call", "how long have we been on this call",
        "how long are we talking already", "since when are we talking", "how old is this call",
        "what's the length of this call so far", "how much time has passed since we started",
        "how long has this conversation been going on", "tell me how long we've been talking",
        "for how long have we been speaking", "how many minutes have we been talking", "how long have I been here",
    ),
    "drop_all": (
        "cancel everything", "forget all reminders", "drop all timers", "delete all of them", "cancel all timers",
        "stop everything", "clear all reminders", "I don't need any of those anymore", "cancel both", "forget both",
        "stop both timers", "throw all reminders away",
    ),
}  # fmt: skip
_GRAMMAR = Grammar(_RULES, phrases_silence.RULES)
GO_WORDS = (
    "go", "now", "banana", "okay robot", "start", "speak", "wake up", "ready", "continue", "talk", "open",
    "hello again", "please answer", "red", "monday", "your turn", "finished", "done", "apple", "action",
    *phrases_silence.GO_WORDS,
)  # fmt: skip


def draw(rule: str, rng: random.Random, **given: str) -> str:
    """A line of a rule, for example `quiet_until` with its `cue`."""
    return _GRAMMAR.draw(rule, rng, **given)


def about(seconds: float) -> str:
    """A span of time as somebody says it who looks at no clock."""
    if seconds < 55:
        return f"{in_words(max(10, round(seconds / 10) * 10))} seconds"
    halves = round(seconds / 30)
    if halves <= 2:
        return "a minute"
    if halves == 3:
        return "a minute and a half"
    return f"{in_words(round(seconds / 60))} minutes"
