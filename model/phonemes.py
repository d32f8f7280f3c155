"""English text as the phoneme ids of hibari's and Kokoro's graphs, and which of them are which written word.

Both graphs read one alphabet. Knows nothing of sound.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import hibari
import numpy as np
from hibari import Hibari
from hibari.g2p import G2P
from hibari.g2p.normalize import normalize
from numpy.typing import NDArray

_MAX_PHONEMES = 400
_STARTS_EARLY_S, _ENDS_EARLY_S = 0.085, 0.045
_NOT_SOUNDING = frozenset(' ;:,.!?\u2014\u2026"()\u201c\u201d')


@dataclass(frozen=True, slots=True)
class Breath:
    """What a graph speaks at once."""

    ids: list[int]  # with a pad at both ends
    words: tuple[str, ...]  # as written
    spans: tuple[tuple[int, int], ...]  # of `ids`, where each word sounds; empty for a dash

    def times(self, durations: NDArray[np.float64]) -> list[tuple[float, float]]:
        """When each word starts and ends in the sound, from how long the graph says that each of `ids` lasts, in s.

        Both graphs sound earlier than they say: laid against flite, which tells exactly, by 85 ms at the starts of
        words and by 45 ms at their ends (medians).
        """
        at = np.concatenate([[0.0], np.cumsum(durations)])  # where each id starts
        times: list[tuple[float, float]] = []
        for first, last in self.spans:
            earliest_s = times[-1][1] if times else 0.0
            start_s = max(earliest_s, float(at[first]) - _STARTS_EARLY_S)
            times.append((start_s, max(start_s, float(at[last]) - _ENDS_EARLY_S)))
        return times


@dataclass(frozen=True, slots=True)
class _SpokenWord:
    text: str
    phonemes: str  # with the punctuation and the space that follow


class Pronunciation:
    """How written English is read, American or British. For one thread at a time."""

    def __init__(self, is_british: bool = False) -> None:
        self._g2p = G2P(british=is_british)
        alphabet = Path(hibari.__file__).parent / "assets" / "vocab.json"
        self._alphabet: dict[str, int] = json.loads(alphabet.read_text("utf-8"))

    def breaths(self, text: str) -> list[Breath]:
        """Sentences, long ones in parts; what does not sound at all is left out."""
        parts = [words for sentence in Hibari.split_sentences(text) for words in _breaths(self._words(sentence))]
        breaths = [self._breath(words) for words in parts]
        return [breath for breath in breaths if any(first < last for first, last in breath.spans)]

    def _words(self, sentence: str) -> list[_SpokenWord]:
        """Written words with their phonemes; what is read as several words ("7:30") stays one."""
        read = normalize(sentence)
        groups: list[_SpokenWord] = [_SpokenWord("", "")]
        for token in self._g2p.phonemize_tokens(self._g2p.tokenize(read)):
            last = groups[-1]
            groups[-1] = _SpokenWord(last.text + token.text, last.phonemes + (token.phonemes or ""))
            if token.whitespace:
                groups.append(_SpokenWord("", ""))
        return _as_written(sentence.split(), [group for group in groups if group.text])

    def _breath(self, words: list[_SpokenWord]) -> Breath:
        ids = [0]
        spans: list[tuple[int, int]] = []
        for word in words:
            first = last = len(ids)
            for symbol in f"{word.phonemes} ":
                if symbol in self._alphabet:
                    ids.append(self._alphabet[symbol])
                    last = last if symbol in _NOT_SOUNDING else len(ids)
            spans.append((first, last))
        ids[-1] = 0  # the pad takes the last space's place
        return Breath(ids, tuple(word.text for word in words), tuple(spans))


def _breaths(words: list[_SpokenWord]) -> list[list[_SpokenWord]]:
    """Parts short enough for the graph, cut between words."""
    parts: list[list[_SpokenWord]] = [[]]
    length = 0
    for word in words:
        if parts[-1] and length + len(word.phonemes) + 1 > _MAX_PHONEMES:
            parts.append([])
            length = 0
        parts[-1].append(_SpokenWord(word.text, word.phonemes[:_MAX_PHONEMES]))
        length += len(word.phonemes) + 1
    return [part for part in parts if part]


def _as_written(written: list[str], read: list[_SpokenWord]) -> list[_SpokenWord]:
    """Put the written words in place of those they are read as; the phonemes stay."""
    matcher = SequenceMatcher(None, written, [word.text for word in read], autojunk=False)
    words: list[_SpokenWord] = []
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        if kind == "equal" or (kind == "replace" and i_end - i == j_end - j):
            words += [_SpokenWord(w, r.phonemes) for w, r in zip(written[i:i_end], read[j:j_end], strict=True)]
            continue
        text, phonemes = " ".join(written[i:i_end]), " ".join(word.phonemes for word in read[j:j_end])
        if phonemes.strip() or not words:
            words.append(_SpokenWord(text, phonemes))
        else:
            words[-1] = _SpokenWord(f"{words[-1].text} {text}".strip(), words[-1].phonemes)
    return words
