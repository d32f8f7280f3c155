"""Sentences from templates. Knows nothing of calls or voices.

In a template `(a|b|)` draws one of its parts, which may be empty, and `{name}` is filled in: by what the caller gives,
else by a drawn line of the rule of that name, itself a template.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

_CHOICE = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")
_QUESTION_STARTS = frozenset(
    "what what's how how's who which when where why do does did is are can could would will may am have has should "
    "any".split()
)


class GrammarError(ValueError):
    """A template names a rule nobody gave."""


class Grammar:
    """Rules by name, each a list of templates."""

    def __init__(self, rules: Mapping[str, Sequence[str]]) -> None:
        self._rules = dict(rules)

    def draw(self, rule: str, rng: random.Random, **given: str) -> str:
        """A sentence of a rule."""
        return self.expand(f"{{{rule}}}", rng, **given)

    def expand(self, template: str, rng: random.Random, **given: str) -> str:
        """The template with everything drawn and filled in; raises GrammarError on an unknown slot."""
        text = template
        while True:
            text, num_choices = _CHOICE.subn(lambda match: rng.choice(match[1].split("|")), text)
            text, num_slots = _SLOT.subn(lambda match: self._fill(match[1], rng, given, template), text)
            if not num_choices and not num_slots:
                return tidy(text)

    def _fill(self, name: str, rng: random.Random, given: Mapping[str, str], template: str) -> str:
        if name in given:
            return given[name]
        if name not in self._rules:
            raise GrammarError(
                f"template {template!r}: no rule and no value for {name!r}; known: {sorted(self._rules)}"
            )
        return rng.choice(self._rules[name])


def tidy(text: str) -> str:
    """Single spaces, none before a comma or a full stop."""
    text = re.sub(r"\s+", " ", text).strip()
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
    return sentence(f"{text}?" if tidy(text).split()[0].lower() in _QUESTION_STARTS else text)


def going_on(text: str) -> str:
    """A sentence as it stands behind other words: `What is this?` to `what is this?`."""
    first = text.split()[0]
    return text if first in {"I", "I'm", "I'd", "I've", "I'll"} else text[0].lower() + text[1:]
