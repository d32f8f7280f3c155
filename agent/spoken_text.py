"""What a model writes, as a voice can say it: whole sentences, without the marks of markdown. Knows no voice."""

from __future__ import annotations

import re

MAX_WAITING_CHARS = 400  # a longer stretch without an end is cut at a space
_END = re.compile(r"[.!?\u2026][\"')\]]*\s+|\n+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"https?://\S+")
_LINE_MARK = re.compile(r"^\s*(?:[-*+\u2022]|#{1,6}|>|\d{1,3}[.)])\s+", re.MULTILINE)
_MARKS = re.compile(r"[*_`~|<>]+")


class Sentences:
    """Text in pieces in, whole sentences out."""

    def __init__(self) -> None:
        self._waiting = ""

    def push(self, piece: str) -> list[str]:
        """Take a piece; return the sentences it completes, ready to be said. Takes time in proportion to the piece."""
        done: list[str] = []
        for at in range(0, len(piece), MAX_WAITING_CHARS):
            self._waiting += piece[at : at + MAX_WAITING_CHARS]
            while cut := self._cut():
                done.append(self._waiting[:cut])
                self._waiting = self._waiting[cut:]
        return [text for each in done if (text := speakable(each))]

    def flush(self) -> list[str]:
        """The rest, at the end."""
        rest, self._waiting = self._waiting, ""
        text = speakable(rest)
        return [text] if text else []

    def _cut(self) -> int:
        for end in _END.finditer(self._waiting):
            if not re.search(r"(?:^|\n)\s*\d{1,3}\.\s*$", self._waiting[: end.end()]):  # "1. " begins a line
                return end.end()
        if len(self._waiting) <= MAX_WAITING_CHARS:
            return 0
        return self._waiting.rfind(" ", 0, MAX_WAITING_CHARS) + 1 or MAX_WAITING_CHARS


def speakable(text: str) -> str:
    """One stretch of text without markdown, addresses and line breaks; empty when nothing is left to say."""
    plain = _ADDRESS.sub("a link", _LINK.sub(r"\1", text))
    plain = " ".join(_MARKS.sub(" ", _LINE_MARK.sub("", plain)).split())
    return plain if re.search(r"\w", plain) else ""
