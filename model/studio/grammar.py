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
    """Rules by name, each a list of templates."""

    def __init__(self, rules: Mapping[str, Sequence[str]]) -> None:
        self._rules = dict(rules)

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
    is_question = tidy(text).split()[0].lower() in _QUESTION_STARTS
    return sentence(f"{text.rstrip('.?!')}?" if is_question else text)


def going_on(text: str) -> str:
    """A sentence as it stands behind other words: `What is this?` to `what is this?`."""
    first = text.split()[0]
    return text if first in {"I", "I'm", "I'd", "I've", "I'll"} else text[0].lower() + text[1:]
