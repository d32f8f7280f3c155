"""Words that were written and have not sounded yet, on the clock of a voice that tells which words began to sound.

The voice's words and the model's tokens are the same text cut differently: letters are what both can count.
"""

from __future__ import annotations

from collections import deque

from model.vocabulary import TextReader, decode_text


class WordsAhead:
    """Text tokens, by number in the vocabulary, in the order in which they will sound."""

    def __init__(self) -> None:
        self._tokens: deque[int] = deque()
        self._num_letters = 0  # that sounded and belong to a token still ahead
        self._reader = TextReader()

    def __len__(self) -> int:
        return len(self._tokens)

    def write(self, token: int) -> None:
        """One more, to sound after those before it."""
        self._tokens.append(token)

    def begin(self, words: str, is_over: bool) -> str:
        """`words` of the voice begin to sound; the text that does with them: all of it when everything is over."""
        self._num_letters += _num_letters(words)
        begun: list[int] = []
        while self._tokens:
            size = _num_letters(decode_text([self._tokens[0]]))
            if not is_over and self._num_letters <= 0 < size:
                break
            self._num_letters -= size
            begun.append(self._tokens.popleft())
        if is_over:
            self._num_letters = 0
        return self._reader.read(begun)


def _num_letters(text: str) -> int:
    return sum(not letter.isspace() for letter in text)
