"""What a translation must keep: numbers, dates, units, names and negation. Knows no translator.

These are alarms, not proofs: they compare what both texts say openly, in English, Spanish, French, Italian and
Portuguese. In a language without tables only digits and names are compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from agent.interpretation.check_words import MONTHS, NEGATIONS, NO_NEGATIONS, UNITS, WEEKDAYS
from agent.interpretation.glossary import Violation, occurs
from agent.interpretation.numbers_said import numbers_said

Kind = Literal["number", "date", "unit", "name", "negation", "term"]
_CODE = re.compile(r"\b(?=\w*\d)(?=\w*[A-Z])[A-Z0-9]+\b")  # B2, COVID19
_WORDS = re.compile(r"[^\W\d_]+")
_AFTERNOON = re.compile(r"\bp\.? ?m\b|\bafternoon\b|\bevening\b|\bat night\b", re.IGNORECASE)
_TIME_OF_DAY = re.compile(r"o['\u2019]clock|\b[ap]\.? ?m\b|\d[:h]\d|\d ?h\b|\bnoon\b|\bmidnight\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that source and translation do not say alike; an empty side says nothing of it."""

    kind: Kind
    source: str
    translation: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A segment with its translation."""

    segment: str
    translation: str
    source: str  # language
    target: str  # language


def check(pair: Pair, names: Collection[str] = (), violations: Iterable[Violation] = ()) -> tuple[Finding, ...]:
    """What should be looked at again; `names` are people and things known in this call."""
    return (
        *_numbers(pair),
        *_named("date", pair, WEEKDAYS),
        *_named("date", pair, MONTHS),
        *_named("unit", pair, UNITS),
        *_names(pair, names),
        *_negation(pair),
        *(Finding("term", each.source, each.expected) for each in violations),
    )


def demands(findings: Iterable[Finding]) -> dict[str, str]:
    """What a second pass is told through its glossary: terms, names and codes as they must stand."""
    return {each.source: each.translation or each.source for each in findings if each.kind in ("name", "term")}


def _numbers(pair: Pair) -> list[Finding]:
    said = Counter(numbers_said(pair.segment, pair.source))
    translated = Counter(numbers_said(pair.translation, pair.target))
    if _AFTERNOON.search(pair.segment):
        for number in [each for each in said if each < 12 and not translated[each] and translated[each + 12]]:
            said[number + 12] += said.pop(number)  # 3 p.m. is 15 h elsewhere
    lost, invented = (+(said - translated)).elements(), (+(translated - said)).elements()
    return [
        *(Finding("number", str(number), "") for number in lost),
        *(Finding("number", "", str(number)) for number in invented),
    ]


def _named(kind: Kind, pair: Pair, tables: Mapping[str, Mapping[str, str]]) -> list[Finding]:
    """Compare things that have one name in each language."""
    if pair.source not in tables or pair.target not in tables:
        return []
    said, translated = _things(pair.segment, tables[pair.source]), _things(pair.translation, tables[pair.target])
    if any(_TIME_OF_DAY.search(text) for text in (pair.segment, pair.translation)):
        said, translated = said - {"hour"}, translated - {"hour"}  # nine o'clock is neuf heures
    return [
        *(Finding(kind, each, "") for each in sorted(said - translated)),
        *(Finding(kind, "", each) for each in sorted(translated - said)),
    ]


def _things(text: str, table: Mapping[str, str]) -> set[str]:
    signs = {table[char] for char in text if char in table and not char.isalpha()}
    words = {table[word] for word in _WORDS.findall(text.casefold()) if word in table}
    return signs | words


def _names(pair: Pair, names: Collection[str]) -> list[Finding]:
    said = [name for name in names if re.search(rf"\b{re.escape(name)}\b", pair.segment, re.IGNORECASE)]
    codes = _CODE.findall(pair.segment)
    return [Finding("name", name, "") for name in (*said, *codes) if not occurs(name, pair.translation)]


def _negation(pair: Pair) -> list[Finding]:
    said, translated = is_negated(pair.segment, pair.source), is_negated(pair.translation, pair.target)
    if said is None or translated is None or said == translated:
        return []
    return [Finding("negation", "not" if said else "", "not" if translated else "")]


def is_negated(text: str, language: str) -> bool | None:
    """Whether a text denies something; None in a language without tables."""
    if language not in NEGATIONS:
        return None
    plain = text.casefold().replace("\u2019", "'")
    return NEGATIONS[language].search(NO_NEGATIONS[language].sub(" ", plain)) is not None
