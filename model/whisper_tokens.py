"""Whisper's token ids: marks, languages, what is never written, and tokens to words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from model.whisper_weights import BrokenWeights

WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})  # written without spaces between words
_UNFINISHED = "\ufffd"  # what decoding gives for part of a character


@dataclass(frozen=True, slots=True)
class WhisperTokens:
    """Ids and the tokenizer behind them; `read` builds it from the weight folder."""

    tokenizer: Tokenizer
    start: int
    end: int
    transcribe: int
    translate: int
    no_speech: int
    no_timestamps: int
    languages: dict[str, int]  # code to id
    never: tuple[int, ...]  # sounds, brackets and marks that a transcript does not hold
    never_first: tuple[int, ...]
    alignment_heads: tuple[tuple[int, int], ...]  # (layer, head) whose attention follows the sound

    @classmethod
    def read(cls, folder: Path) -> WhisperTokens:
        """Read `tokenizer.json` and `config.json`. Raises BrokenWeights."""
        try:
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            language_ids = [int(i) for i in config["lang_ids"]]
            never = tuple(int(i) for i in config["suppress_ids"])
            never_first = tuple(int(i) for i in config["suppress_ids_begin"])
            heads = tuple((int(layer), int(head)) for layer, head in config["alignment_heads"])
        except Exception as error:  # the tokenizer's Rust side raises bare Exception
            raise BrokenWeights(f"{folder}: no readable tokenizer ({error}); run `alongside fetch`") from error
        return cls(
            tokenizer=tokenizer,
            start=_id(tokenizer, "<|startoftranscript|>"),
            end=_id(tokenizer, "<|endoftext|>"),
            transcribe=_id(tokenizer, "<|transcribe|>"),
            translate=_id(tokenizer, "<|translate|>"),
            no_speech=_id(tokenizer, "<|nocaptions|>"),
            no_timestamps=_id(tokenizer, "<|notimestamps|>"),
            languages={_text(tokenizer, i).strip("<|>"): i for i in language_ids},
            never=never,
            never_first=never_first,
            alignment_heads=heads,
        )

    def text(self, tokens: list[int]) -> str:
        """The text of tokens below the marks."""
        return self.tokenizer.decode([t for t in tokens if t < self.end], skip_special_tokens=True)

    def words(self, tokens: list[int], language: str) -> list[tuple[str, int]]:
        """Split into words, each with how many tokens it took; a word keeps its leading space."""
        characters: list[tuple[str, int]] = []
        first = 0
        for last in range(1, len(tokens) + 1):
            piece = self.text(tokens[first:last])
            if _UNFINISHED not in piece or last == len(tokens):
                characters.append((piece, last - first))
                first = last
        words: list[tuple[str, int]] = []
        for piece, count in characters:
            is_new = piece.startswith(" ") or (language in WITHOUT_SPACES and piece.strip().isalnum())
            if words and not is_new:
                words[-1] = (words[-1][0] + piece, words[-1][1] + count)
            else:
                words.append((piece, count))
        return words


def _id(tokenizer: Tokenizer, mark: str) -> int:
    found = tokenizer.token_to_id(mark)
    if found is None:
        raise BrokenWeights(f"the tokenizer has no {mark}: not a multilingual whisper; run `alongside fetch`")
    return found


def _text(tokenizer: Tokenizer, token: int) -> str:
    found = tokenizer.id_to_token(token)
    if found is None:
        raise BrokenWeights(f"the tokenizer has no token {token}; run `alongside fetch`")
    return found
