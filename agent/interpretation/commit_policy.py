"""Which words of a growing transcript are sure enough to be translated. Knows no recogniser and no clock.

Local agreement: a word counts as heard when two successive hypotheses agree on everything up to it (Liu, Spanakis
and Niehues 2020), or when enough words follow it. Words that were heard are committed at clause ends, before a word
that begins a clause, and at the latest when they are too old. What was committed is never taken back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.interpretation.clause_words import LEANING, OPENERS
from agent.interpretation.word_alignment import common_prefix, matching_prefix, normal
from model.types import Word

Reason = Literal["sentence", "clause", "pause", "lag", "end"]
_CLOSING = r"[\"'\u201d\u2019\xbb)\]]*$"
_SENTENCE_END = re.compile(r"[.!?\u2026\u3002\uff01\uff1f]" + _CLOSING)
_CLAUSE_END = re.compile(r"[,;:\u2013\u2014\uff0c\uff1b\uff1a\u3001]" + _CLOSING)
_NO_SENTENCE_END = re.compile(r"^(?:[A-Z]|Dr|Mr|Mrs|Ms|St|Sr|Sra|Prof|No|vs|M|Mme|e\.g|i\.e)\.$")


@dataclass(frozen=True, slots=True)
class CommitLimits:
    """When agreed words are let go."""

    min_clause_words: int = 4  # shorter clauses translate badly alone
    words_behind: int = 4  # a word that so many follow is heard with one hypothesis
    words_behind_sentence: int = 2  # … and a sentence
    pause_s: float = 0.35  # between two words: as good as a comma
    max_lag_s: float = 1.5  # older words that were heard go up to the end of a phrase
    min_late_words: int = 2  # of such a part of a sentence; its translation is continued by that of the next one
    patience_s: float = 1.5  # after which they go without the end of a phrase
    hard_lag_s: float = 5.0  # still older words go unheard, all but the newest

    def __post_init__(self) -> None:
        if min(self.min_clause_words, self.min_late_words, self.words_behind, self.words_behind_sentence) < 1:
            raise ValueError(f"{self}: expected words counted from 1")
        if not 0 < self.pause_s or not 0 < self.max_lag_s <= self.hard_lag_s:
            raise ValueError(f"{self}: expected 0 < pause_s, 0 < max_lag_s <= hard_lag_s")


@dataclass(frozen=True, slots=True)
class Segment:
    """Committed words of one speaker's utterance; times from the start of the utterance."""

    words: tuple[Word, ...]
    reason: Reason
    language: str = ""  # that the words were heard in

    @property
    def text(self) -> str:
        """The words as they were recognised."""
        return join_words(self.words)

    @property
    def start_s(self) -> float:
        return self.words[0].start_s

    @property
    def end_s(self) -> float:
        return self.words[-1].end_s


class CommitPolicy:
    """One utterance: give it each hypothesis, get what is committed by it; the last hypothesis is final."""

    def __init__(self, limits: CommitLimits | None = None) -> None:
        self._limits = limits or CommitLimits()
        self._committed: list[Word] = []
        self._tail: tuple[Word, ...] = ()
        self._is_over = False
        self._language = ""
        self.num_erased = 0  # words that captions showed and took back
        self.num_shown = 0

    @property
    def committed(self) -> tuple[Word, ...]:
        return tuple(self._committed)

    @property
    def tentative(self) -> tuple[Word, ...]:
        """What captions may show after the committed words, and may have to change."""
        return self._tail

    @property
    def erasure(self) -> float:
        """Words taken back per word that stayed."""
        return self.num_erased / max(1, self.num_shown)

    def update(
        self, hypothesis: Sequence[Word], heard_s: float, is_final: bool = False, language: str = ""
    ) -> list[Segment]:
        """Take a hypothesis about the utterance's first `heard_s` seconds; return what it commits, in order."""
        assert not self._is_over, "an utterance has one final hypothesis"
        tail = tuple(hypothesis[matching_prefix(self._committed, hypothesis) :])
        num_same = common_prefix(self._tail, tail)
        self.num_erased += len(self._tail) - num_same
        segments: list[Segment] = []
        if language != self._language:  # what was heard before the speaker switched stays in the language before
            segments += self._cut(tail[:num_same], num_same, heard_s, True)
            tail, num_same, self._language = tail[num_same:], 0, language
        num_agreed = len(tail) if is_final else max(num_same, len(tail) - self._limits.words_behind)
        later = self._cut(tail, num_agreed, heard_s, is_final)
        self._tail = tail[sum(len(segment.words) for segment in later) :]
        segments += later
        for segment in segments:
            self._committed.extend(segment.words)
        self.num_shown = len(self._committed) + len(self._tail)
        self._is_over = is_final
        return segments

    def _cut(self, tail: tuple[Word, ...], num_agreed: int, heard_s: float, is_final: bool) -> list[Segment]:
        segments: list[Segment] = []
        start = 0
        num_ended = len(tail) - self._limits.words_behind_sentence  # up to where a sentence's end is believed
        for index in range(max(num_agreed, num_ended)):
            is_last = index + 1 == len(tail)
            if is_last and not is_final:
                break  # whisper ends every hypothesis with a full stop: only what follows proves an end
            reason = "end" if is_last else self._boundary(tail, start, index)
            if reason is not None and (index < num_agreed or reason == "sentence"):
                segments.append(Segment(tail[start : index + 1], reason, self._language))
                start = index + 1
        late = self._too_late(tail, start, num_agreed, heard_s)
        if late > start and not is_final:
            segments.append(Segment(tail[start:late], "lag", self._language))
        return segments

    def _boundary(self, tail: tuple[Word, ...], start: int, index: int) -> Reason | None:
        word, following = tail[index], tail[index + 1]
        if _SENTENCE_END.search(word.text) and not _NO_SENTENCE_END.match(word.text):
            return "sentence"
        if index + 1 - start < self._limits.min_clause_words:
            return None
        if _CLAUSE_END.search(word.text):
            return "clause"
        if self._leans(word):
            return None
        if following.start_s - word.end_s >= self._limits.pause_s:
            return "pause"
        return "clause" if normal(following.text) in OPENERS.get(self._language, ()) else None

    def _too_late(self, tail: tuple[Word, ...], start: int, num_agreed: int, heard_s: float) -> int:
        """Up to where words must go because they are too old; `start` when none must."""
        if start >= len(tail):
            return start
        lag_s = heard_s - tail[start].start_s
        if lag_s > self._limits.hard_lag_s:
            return max(num_agreed, len(tail) - 1)
        if lag_s <= self._limits.max_lag_s:
            return start
        ends = range(start + self._limits.min_late_words, num_agreed + 1)
        good = [end for end in ends if not self._leans(tail[end - 1])]
        ends_phrase = [end for end in good if end < len(tail) and self._leans(tail[end])]
        is_later = lag_s > self._limits.max_lag_s + self._limits.patience_s
        return max(ends_phrase, default=max(good, default=start) if is_later else start)

    def _leans(self, word: Word) -> bool:
        return normal(word.text) in LEANING.get(self._language, ())


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a mark that ends sentences; titles and initials are not told apart."""
    return _SENTENCE_END.search(text) is not None


def join_words(words: Sequence[Word]) -> str:
    """Words as one line of text."""
    return " ".join(stripped for word in words if (stripped := word.text.strip()))
