"""Terms and how they are to be said in each language, as a meeting agrees on them, and what it is about. Knows no
translator and no file.

A term is one row: what it is called in each language. A row with one cell is a name that stays as it is everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.interpretation.errors import GlossaryError
from model.types import MAX_TOPIC_CHARS

MAX_TERMS = 2_000
MAX_TERM_CHARS = 80
MAX_TERMS_IN_SEGMENT = 24  # what goes along with one segment to a translator
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_WORD = re.compile(r"\w+")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MAX_ENDING = 3  # letters that inflection adds to a stem


@dataclass(frozen=True, slots=True)
class Term:
    """One row of a glossary: language to wording; with a single wording a name that is never translated."""

    wordings: Mapping[str, str]

    def __post_init__(self) -> None:
        if not self.wordings:
            raise GlossaryError("a term needs a wording in at least one language")
        for language, wording in self.wordings.items():
            if not _LANGUAGE.fullmatch(language):
                raise GlossaryError(f"{language!r} is no language code; write en, es, fr, it, pt or zh")
            if not wording.strip() or len(wording) > MAX_TERM_CHARS or not wording.isprintable():
                raise GlossaryError(f"{wording!r} in {language}: a term is 1 to {MAX_TERM_CHARS} printable characters")

    @property
    def is_name(self) -> bool:
        """Whether it stays as it is in every language."""
        return len(self.wordings) == 1

    def wording(self, language: str) -> str | None:
        """What it is called in a language; None where nothing was agreed."""
        return next(iter(self.wordings.values())) if self.is_name else self.wordings.get(language)


@dataclass(frozen=True, slots=True)
class Violation:
    """A term that was said in the source and is not as agreed in the translation."""

    source: str
    expected: str


@dataclass(frozen=True, slots=True)
class Glossary:
    """Terms at one moment. Editing makes another glossary."""

    terms: tuple[Term, ...] = ()

    def __post_init__(self) -> None:
        if len(self.terms) > MAX_TERMS:
            raise GlossaryError(f"{len(self.terms)} terms; a glossary holds at most {MAX_TERMS}")

    def with_term(self, term: Term) -> Glossary:
        """Add a term; one that says the same thing in some language is replaced."""
        kept = tuple(other for other in self.terms if not _is_same(other, term))
        return Glossary((*kept, term))

    def without(self, language: str, wording: str) -> Glossary:
        """Forget a term by one of its wordings. Raises GlossaryError when there is none."""
        kept = tuple(term for term in self.terms if _folded(term.wording(language) or "") != _folded(wording))
        if len(kept) == len(self.terms):
            raise GlossaryError(f"there is no term {wording!r} in {language}")
        return Glossary(kept)

    def pairs_in(self, segment: str, source: str, target: str) -> dict[str, str]:
        """The terms that occur in a segment, in whatever inflection, and what they are to be; longest first."""
        pairs: dict[str, str] = {}
        for term in sorted(self.terms, key=lambda term: -len(term.wording(source) or "")):
            wording, wanted = term.wording(source), term.wording(target)
            if wording and wanted and len(pairs) < MAX_TERMS_IN_SEGMENT and occurs(wording, segment):
                pairs[wording] = wanted
        return pairs

    def violations(self, segment: str, translation: str, source: str, target: str) -> tuple[Violation, ...]:
        """Terms that the translation does not hold to."""
        return tuple(
            Violation(wording, wanted)
            for wording, wanted in self.pairs_in(segment, source, target).items()
            if not occurs(wanted, translation)
        )


class GlossaryBook:
    """Glossary and topic of a room while they are edited; whoever takes `now` for a segment keeps that one for it."""

    def __init__(self, glossary: Glossary | None = None) -> None:
        self.now = glossary or Glossary()
        self.topic = ""  # what the conversation is about, in one line
        self.num_violations = 0

    def add(self, wordings: Mapping[str, str]) -> None:
        """From the next segment on. Raises GlossaryError."""
        self.now = self.now.with_term(Term(dict(wordings)))

    def remove(self, language: str, wording: str) -> None:
        """From the next segment on. Raises GlossaryError."""
        self.now = self.now.without(language, wording)

    def replace(self, glossary: Glossary) -> None:
        """Take an uploaded one instead, from the next segment on."""
        self.now = glossary

    def set_topic(self, text: str) -> None:
        """From the next segment on; empty forgets it. Raises GlossaryError."""
        topic = " ".join(text.split())
        if len(topic) > MAX_TOPIC_CHARS:
            raise GlossaryError(f"a topic has at most {MAX_TOPIC_CHARS} characters, not {len(topic)}")
        self.topic = topic


def occurs(term: str, text: str) -> bool:
    """Whether a term's words stand in a text one after another, each in any inflection."""
    if _CJK.search(term):
        return _folded(term) in _folded(text)
    wanted, words = _words(term), _words(text)
    if not wanted:
        return _folded(term) in _folded(text)
    return any(
        all(_is_inflection(stem, word) for stem, word in zip(wanted, words[start:], strict=False))
        for start in range(len(words) - len(wanted) + 1)
    )


def _is_inflection(term: str, word: str) -> bool:
    """Whether two words differ at most in a short ending: junta, juntas; vote, voting."""
    if term == word:
        return True
    shared = 0
    for one, other in zip(term, word, strict=False):
        if one != other:
            break
        shared += 1
    if any(char.isdigit() for char in term + word):
        return False
    if len(term) < 4:
        return shared == len(term) and word[shared:] in ("s", "es")
    return shared >= max(3, len(term) - 2) and len(word) - shared <= _MAX_ENDING


def _words(text: str) -> Sequence[str]:
    return _WORD.findall(_folded(text))


def _folded(text: str) -> str:
    """Without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char)).strip()


def _is_same(one: Term, other: Term) -> bool:
    return any(
        _folded(wording) == _folded(other.wordings[language])
        for language, wording in one.wordings.items()
        if language in other.wordings
    )
