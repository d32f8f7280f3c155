"""What an instruct model is told so that it translates one segment, and how its answer is cleaned. No I/O."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping

from model.language_model import Message
from model.translator_memory import Exchange, Place, is_open
from model.types import NOT_TOLD, About, InputError

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "pt": "Portuguese",
    "zh": "Chinese",
}
MAX_SEGMENT_CHARS = 600
MAX_CONTEXT_CHARS = 400  # of what was said before; the newest counts
MAX_GLOSSARY_CHARS = 800
# One sentence in every language, shown as an exchange: a small model then answers with nothing but the translation.
_EXAMPLE: Mapping[str, str] = {
    "en": "Thank you for coming, we begin in ten minutes.",
    "es": "Gracias por venir, empezamos en diez minutos.",
    "fr": "Merci d'\u00eatre venus, nous commen\u00e7ons dans dix minutes.",
    "it": "Grazie di essere venuti, cominciamo tra dieci minuti.",
    "pt": "Obrigado por terem vindo, come\u00e7amos em dez minutos.",
    "zh": "\u8c22\u8c22\u5927\u5bb6\u7684\u5230\u6765\uff0c\u6211\u4eec\u5341\u5206\u949f\u540e\u5f00\u59cb\u3002",
}
_QUOTES = '"\u201c\u201d\u00ab\u00bb'
_STOPS = ".\u2026\u3002"
_BETWEEN = ",;:.\u2026"


def request(
    segment: str,
    source: str,
    target: str,
    context: tuple[str, ...],
    glossary: Mapping[str, str],
    about: About = NOT_TOLD,
) -> list[Message]:
    """The messages that ask for one segment. Raises InputError for what cannot be asked."""
    _check(segment, source, target)
    return [
        Message("system", _task(source, target, about) + _terms(glossary) + _before(context)),
        *_turns(Exchange(_EXAMPLE[source], _EXAMPLE[target])),
        Message("user", segment),
    ]


def request_after(
    place: Place, segment: str, glossary: Mapping[str, str]
) -> tuple[list[Message], tuple[Exchange, ...]]:
    """As `request`, for a model that keeps what it has read in `place`: all that is new stands at the end.

    With `place.begun` the segment is the next part of that sentence, and the answer goes on with its translation.
    Terms are shown as exchanges, too; they come back, as the next request has to begin with them. Raises InputError.
    """
    source, target = place.pair
    _check(segment, source, target)
    history, begun = place.before, place.begun
    terms = tuple(
        Exchange(term, wanted) for term, wanted in _bounded(glossary) if Exchange(term, wanted) not in history
    )
    shown = (Exchange(_EXAMPLE[source], _EXAMPLE[target]), *history, *terms)
    turns = [turn for exchange in shown for turn in _turns(exchange)]
    asked = [Message("user", f"{begun.said} {segment}"), Message("assistant", begun.translation)] if begun else []
    task = Message("system", _task(source, target, About(place.topic)))
    return [task, *turns, *(asked or [Message("user", segment)])], terms


def max_tokens(segment: str) -> int:
    """A bound for an answer: no translation is several times as long as what it translates."""
    return 24 + len(segment)


class AnswerText:
    """Cleans an answer while it streams: the first line without the marks that models like to add.

    Around it these are quotation marks; after a part of a sentence a full stop; before a later part a comma.
    """

    def __init__(self, segment: str, goes_on: bool = False) -> None:
        self._dropped = string.whitespace if segment.lstrip()[:1] in _QUOTES else string.whitespace + _QUOTES
        if goes_on:
            self._dropped += _BETWEEN
        self._ending = string.whitespace + (_STOPS if is_open(segment) else "")  # what may be left out at the end
        self._has_begun = False
        self._held = ""
        self.is_over = False

    def push(self, piece: str) -> str:
        """What of a piece belongs to the translation."""
        if self.is_over:
            return ""
        text = self._held + piece
        if not self._has_begun:
            begun = text.lstrip(self._dropped)
            self._held = text
            if not begun:
                return ""
            if text[: len(text) - len(begun)].strip():
                self._ending += _QUOTES  # what opened with a quotation mark closes with one
            self._has_begun, text = True, begun
        line, newline, _ = text.partition("\n")
        self.is_over = bool(newline)
        kept = line.rstrip(self._ending)
        self._held = line[len(kept) :]
        return kept


def _check(segment: str, source: str, target: str) -> None:
    for name, language in (("source", source), ("target", target)):
        if language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise InputError(f"translate: {name} language {language!r} is unknown here; this translator knows {known}")
    if source == target:
        raise InputError(f"translate: source and target are both {source}; nothing is to be translated")
    if not segment.strip() or len(segment) > MAX_SEGMENT_CHARS:
        raise InputError(f"translate: a segment has 1 to {MAX_SEGMENT_CHARS} characters, not {len(segment)}")


def _task(source: str, target: str, about: About) -> str:
    return (
        f"You are an interpreter. Translate each message from {LANGUAGES[source]} to {LANGUAGES[target]}. "
        "Keep names and numbers. Answer with the translation only, in one line."
        + (f"\nThe conversation is about: {about.topic}" if about.topic else "")
        + (f"\nPeople in it, spelled like this: {', '.join(about.names)}" if about.names else "")
    )


def _turns(exchange: Exchange) -> tuple[Message, Message]:
    return Message("user", exchange.said), Message("assistant", exchange.translation)


def _bounded(glossary: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    num_chars = 0
    for term, wanted in glossary.items():
        num_chars += len(term) + len(wanted) + len("\n = ")
        if num_chars > MAX_GLOSSARY_CHARS:
            return
        yield term, wanted


def _terms(glossary: Mapping[str, str]) -> str:
    lines = [f"\n{term} = {wanted}" for term, wanted in _bounded(glossary)]
    return "\nUse these terms:" + "".join(lines) if lines else ""


def _before(context: tuple[str, ...]) -> str:
    text = " ".join(context)[-MAX_CONTEXT_CHARS:].strip()
    return f"\nSaid before, for your understanding only: {text}" if text else ""
