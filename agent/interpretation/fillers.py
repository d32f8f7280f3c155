"""Sounds of hesitation, which an interpreter leaves out. Knows no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agent.interpretation.word_alignment import normal
from model.types import Word

_FILLERS: Mapping[str, frozenset[str]] = {
    "en": frozenset("um uh uhm erm er hmm mm".split()),
    "es": frozenset("eh em mmm ehm".split()),
    "fr": frozenset("euh heu hum mmm".split()),
    "it": frozenset("ehm uhm mmm eh".split()),
    "pt": frozenset("hum h\u00e3 \u00e3 eh mmm".split()),
}
_SENTENCE_END = re.compile(r"[.!?]$")


def without_fillers(words: Sequence[Word], language: str) -> tuple[Word, ...]:
    """The words that mean something; the end mark of a sentence that ended with a filler moves to the word before."""
    fillers = _FILLERS.get(language, frozenset())
    kept: list[Word] = []
    for word in words:
        plain = normal(word.text)
        if plain and plain not in fillers:
            kept.append(word)
        elif kept and (mark := _SENTENCE_END.search(word.text)):
            last = kept[-1]
            kept[-1] = Word(last.text.rstrip(",;") + mark[0], last.start_s, last.end_s)
    return tuple(kept)
