"""Text as tokens: our own byte-level pair merges. Every string has tokens, and they give back exactly that string.

The ids here start at 0; model/sequence.py puts them behind its marks. train_vocabulary.py makes the file.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tokenizers import Tokenizer, pre_tokenizers

from model.types import InputError

VOCABULARY_FILE = Path(__file__).with_name("vocabulary.json")


def encode_text(text: str) -> list[int]:
    """Raises InputError on half a surrogate pair, which no text from outside should hold."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"text: character {error.start} is half a surrogate pair") from error
    return _tokenizer().encode(text, add_special_tokens=False).ids


def decode_text(ids: Iterable[int]) -> str:
    """The string; bytes that are no UTF-8, which only a model can have written, become U+FFFD."""
    return b"".join(_bytes_of()[i] for i in ids).decode(errors="replace")


def num_text_tokens() -> int:
    """How many tokens text is made of."""
    return len(_bytes_of())


class TextReader:
    """Turns tokens into text as they come; holds the bytes of a character until it is whole."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def read(self, ids: Iterable[int]) -> str:
        return self._decoder.decode(b"".join(_bytes_of()[i] for i in ids))

    def end(self) -> str:
        """What is left at the end; the reader is then new again."""
        left = self._decoder.decode(b"", final=True)
        self._decoder.reset()
        return left


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(VOCABULARY_FILE))


@cache
def _bytes_of() -> list[bytes]:
    """The bytes of each token: the merges are written in 256 printable characters, one for each byte."""
    printable = [byte for byte in range(256) if chr(byte).isprintable() and byte not in (0x20, 0xA0, 0xAD)]
    others = [byte for byte in range(256) if byte not in printable]
    byte_of = {chr(byte): byte for byte in printable} | {chr(256 + i): byte for i, byte in enumerate(others)}
    assert set(byte_of) == set(pre_tokenizers.ByteLevel.alphabet()), "the byte alphabet of tokenizers changed"
    tokenizer = _tokenizer()
    token_of = {i: token for token, i in tokenizer.get_vocab().items()}
    return [bytes(byte_of[character] for character in token_of[i]) for i in range(len(token_of))]
