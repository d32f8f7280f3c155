"""Capitals for words that were written without: at a sentence's start, in "I", and in names that were seen written.

A reader's help and nothing more: what the model reads and writes stays as it is. It knows no dictionary, so a name it
never saw stays small, and a word that is a name too ("will") is written as the name.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable

MAX_NAMES = 256  # the oldest goes
MAX_NAME_CHARS = 40
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_I = re.compile(r"i(?:['\u2019](?:m|d|ll|ve))?")
_APOSTROPHE = re.compile(r"['\u2019]")
_OPENING, _CLOSING, _ENDS = "'\"\u201c\u2018(", "'\"\u201d\u2019)", (".", "!", "?", "\u2026")


class TrueCase:
    """Learns names from text in which people wrote capitals, and gives them back."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names: OrderedDict[str, str] = OrderedDict()  # as people write it, by the word in small letters
        self.learn(names)

    @property
    def names(self) -> tuple[str, ...]:
        """What it learned, oldest first; `TrueCase` of it knows the same."""
        return tuple(self._names.values())

    def learn(self, names: Iterable[str]) -> None:
        """Names, whole: each word with a capital counts."""
        for name in names:
            for word in _WORD.findall(name):
                self._keep(word)

    def learn_from(self, text: str) -> None:
        """Names in a text: words with a capital where no sentence starts. A text full of capitals teaches nothing."""
        words = list(_WORD.finditer(text))
        capitals = [word for word in words if not word[0].islower() and not _I.fullmatch(word[0].lower())]
        if 2 * len(capitals) <= len(words):
            self.learn(word[0] for word in capitals if not _starts_sentence(text, word.start()))

    def apply(self, text: str, before: str = "", after: str = "") -> str:
        """The text with capitals, as it stands between `before` and `after`; nothing but small letters changes."""

        def written(word: re.Match[str]) -> str:
            return self._written(word[0], _starts_sentence(joined, word.start()))

        joined = before + text + after
        return _WORD.sub(written, joined)[len(before) : len(before) + len(text)]

    def _keep(self, word: str) -> None:
        small = word.lower()
        if word != small and len(small) == len(word) <= MAX_NAME_CHARS:
            self._names.pop(small, None)
            self._names[small] = word
        while len(self._names) > MAX_NAMES:
            self._names.popitem(last=False)

    def _written(self, word: str, is_start: bool) -> str:
        if not word.islower():
            return word
        root = _APOSTROPHE.split(word)[0]  # of "ana's"
        written = self._names.get(word) or self._names.get(root, root) + word[len(root) :]
        if written == word and (is_start or _I.fullmatch(word)):
            written = word[0].upper() + word[1:]
        return written if len(written) == len(word) else word  # some letters have no capital of their own


def _starts_sentence(text: str, at: int) -> bool:
    """Whether a sentence starts with the word at `at`."""
    before = text[:at].rstrip(_OPENING)
    ended = before.rstrip().rstrip(_CLOSING)
    if not before.strip():
        return True
    last = ended.rpartition(" ")[2]
    is_abbreviation = "." in last[:-1].rstrip(".")  # as in "p.m."
    return before[-1].isspace() and last.endswith(_ENDS) and not is_abbreviation
