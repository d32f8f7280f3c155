"""Sentences from templates. Knows nothing of calls or voices.

In a template `(a|b|)` draws one of its parts, which may be empty, and `{name}` is filled in: by what the caller gives,
else by a drawn line of the rule of that name, itself a template.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

_TOKEN = re.compile(r"[(|)]|\{\w+\}|[^(|){}]+")
_QUESTION_STARTS = frozenset(
    "what what's how how's who which when where why do does did is are can could would will may am have has should "
    "any".split()
)

_PRONOUNS = frozenset("i you he she we they it".split())
_ASKING_BEFORE = {  # what follows a word in a question; else it begins a condition or a request
    "when": frozenset("is are was were did do does will can shall should has have".split()),
    "have": _PRONOUNS,
    "any": frozenset("idea news chance thoughts luck".split()),
}


class GrammarError(ValueError):
    """A template names a rule nobody gave, or its brackets do not match."""


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str


@dataclass(frozen=True, slots=True)
class _Choice:
    options: tuple[tuple[_Part, ...], ...]


_Part = str | _Slot | _Choice


class Grammar:
    """Rules by name, each a list of templates; the templates of a name that is given several times add up."""

    def __init__(self, *rules: Mapping[str, Sequence[str]]) -> None:
        self._rules: dict[str, tuple[str, ...]] = {}
        for some in rules:
            for name, templates in some.items():
                self._rules[name] = (*self._rules.get(name, ()), *templates)

    @property
    def rules(self) -> Mapping[str, Sequence[str]]:
        """The templates of each rule."""
        return self._rules

    def draw(self, rule: str, rng: random.Random, **given: str) -> str:
        """A sentence of a rule."""
        return self.expand(f"{{{rule}}}", rng, **given)

    def expand(self, template: str, rng: random.Random, **given: str) -> str:
        """The template with everything drawn and filled in; raises GrammarError on an unknown slot."""
        drawn: list[str] = []
        self._expand(_parsed(template), rng, given, drawn)
        return tidy("".join(drawn))

    def _expand(self, parts: tuple[_Part, ...], rng: random.Random, given: Mapping[str, str], drawn: list[str]) -> None:
        for part in parts:
            if isinstance(part, str):
                drawn.append(part)
            elif isinstance(part, _Choice):
                self._expand(rng.choice(part.options), rng, given, drawn)
            elif part.name in given:
                drawn.append(given[part.name])
            elif part.name in self._rules:
                self._expand(_parsed(rng.choice(self._rules[part.name])), rng, given, drawn)
            else:
                raise GrammarError(f"no rule and no value for {part.name!r}; known: {sorted(self._rules)}")


@cache
def _parsed(template: str) -> tuple[_Part, ...]:
    """The parts of a template; raises GrammarError where its brackets do not match."""
    open_options: list[list[list[_Part]]] = [[[]]]
    for token in _TOKEN.findall(template):
        if token == "(":
            open_options.append([[]])
        elif token == "|" and len(open_options) > 1:
            open_options[-1].append([])
        elif token == ")" and len(open_options) > 1:
            options = open_options.pop()
            open_options[-1][-1].append(_Choice(tuple(tuple(option) for option in options)))
        elif token in "(|)":
            raise GrammarError(f"template {template!r}: {token!r} without its bracket")
        else:
            open_options[-1][-1].append(_Slot(token[1:-1]) if token.startswith("{") else token)
    if len(open_options) > 1:
        raise GrammarError(f"template {template!r}: a bracket is not closed")
    return tuple(open_options[0][0])


def lines(text: str) -> tuple[str, ...]:
    """The templates of a text that has one a line."""
    return tuple(filter(None, map(str.strip, text.splitlines())))


def listed(text: str) -> tuple[str, ...]:
    """The words, or groups of words, of a text that has commas between them."""
    return tuple(" ".join(part.split()) for part in text.split(",") if part.strip())


def tidy(text: str) -> str:
    """Single spaces, none before a comma or a full stop; `an` where it belongs."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\b([Aa]) (?=[aeio](?!ne\b))", r"\1n ", text, flags=re.IGNORECASE)
    text = re.sub(r"\s+([,.?!])", r"\1", text)
    return re.sub(r",(?=[,.?!])", "", text).lstrip(", ")


def sentence(text: str) -> str:
    """Capital letters at the starts, and a full stop unless it ends already."""
    text = tidy(text)
    text = re.sub(r"(^|[.?!] )([a-z])", lambda match: match[1] + match[2].upper(), text)
    text = re.sub(r"\bi\b(?=[ ',.?!]|$)", "I", text)
    return text if text.endswith((".", "?", "!")) else f"{text}."


def question(text: str) -> str:
    """A sentence which ends in a question mark if it begins as a question does."""
    return sentence(f"{text.rstrip('.?!')}?" if _is_question(tidy(text)) else text)


def going_on(text: str) -> str:
    """A sentence as it stands behind other words: `What is this?` to `what is this?`."""
    first = text.split()[0]
    return text if first in {"I", "I'm", "I'd", "I've", "I'll"} else text[0].lower() + text[1:]


def _is_question(text: str) -> bool:
    """By its first words: `when is it`, but not `when it rings, call me`."""
    first, second = (*text.lower().split(), "")[:2]
    if first in _ASKING_BEFORE:
        return second in _ASKING_BEFORE[first]
    if first == "should":
        return "," not in text
    return first in _QUESTION_STARTS and not (first == "what" and second in _PRONOUNS)
