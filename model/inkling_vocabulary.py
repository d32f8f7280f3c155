"""Our sequence in the published Inkling's tokens, and back: which of its ids stands for which of our marks.

Its tokenizer is not ours to ship; `read` takes the tokenizer.json beside the weights. Text is cut into its own tokens.
Marks with a counterpart take that one's id, by name. Other marks that the model writes take slots which the tokenizer
calls unused, because only those have a score; marks that it only reads take rows of the embedding behind its
vocabulary. None of these was ever trained: public weights know our marks only after training on our sequences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from tokenizers import Tokenizer

from model.config import ModelConfig
from model.inkling_weights import InklingWeightsError
from model.sequence import NUM_MARKS, Marks, is_text, text_tokens
from model.vocabulary import decode_text

COUNTERPARTS: Mapping[Marks, str] = {
    Marks.PAD: "<|endoftext|>",
    Marks.OPENING: "<|message_system|>",
    Marks.TYPED: "<|message_user|>",
    Marks.TOOL: "<|message_tool|>",
    Marks.END: "<|end_message|>",
    Marks.QUIET: "<|content_model_end_sampling|>",
    Marks.DELEGATE: "<|content_invoke_tool_text|>",
}
_FLAGS = {Marks.INTERIM, Marks.FIELD, Marks.SPEAK}
WRITTEN = frozenset(mark for mark in Marks if mark >= Marks.DELEGATE or mark in _FLAGS) - set(COUNTERPARTS)
_UNUSED = re.compile(r"<\|unused_\d+\|>")
_ALIASES = frozenset({"<|unused_200024|>"})  # has a meaning under another name


class InklingVocabulary:
    """`encode` and `decode` are inverse of each other up to how text is cut into tokens."""

    def __init__(self, tokenizer: Tokenizer, config: ModelConfig) -> None:
        self._tokenizer = tokenizer
        tokenizer.encode_special_tokens = True  # what people write is text, also where it looks like a mark
        self.id_of: Mapping[Marks, int] = _ids(tokenizer, config)
        self._mark_of = {number: mark for mark, number in self.id_of.items()}

    @classmethod
    def read(cls, file: Path, config: ModelConfig) -> InklingVocabulary:
        """From a tokenizer.json; raises InklingWeightsError when it is none, or lacks what we need."""
        try:
            tokenizer = Tokenizer.from_file(str(file))
        except Exception as error:  # the library raises plain Exceptions
            raise InklingWeightsError(f"{file}: {error}") from error
        return cls(tokenizer, config)

    def encode(self, tokens: Iterable[int]) -> list[int]:
        """Tokens of our sequence to its ids."""
        ids: list[int] = []
        for has_text, run in groupby(tokens, is_text):
            if has_text:
                text = decode_text(token - NUM_MARKS for token in run)
                ids += self._tokenizer.encode(text, add_special_tokens=False).ids
            else:
                ids += [self.id_of[Marks(mark)] for mark in run]
        return ids

    def decode(self, ids: Iterable[int]) -> list[int]:
        """Its ids to tokens of our sequence; raises InklingWeightsError on an id that is neither text nor a mark."""
        tokens: list[int] = []
        for is_mark, run in groupby(ids, self._mark_of.__contains__):
            numbers = list(run)
            tokens += [int(self._mark_of[each]) for each in numbers] if is_mark else text_tokens(self._text(numbers))
        return tokens

    def _text(self, ids: list[int]) -> str:
        special = [number for number in ids if number in self._tokenizer.get_added_tokens_decoder()]
        if special:
            raise InklingWeightsError(f"{special[0]} ({self._tokenizer.id_to_token(special[0])}) has no place here")
        return self._tokenizer.decode(ids, skip_special_tokens=False)


def _ids(tokenizer: Tokenizer, config: ModelConfig) -> dict[Marks, int]:
    """The id of each mark, all different."""
    names: dict[str, int] = tokenizer.get_vocab(with_added_tokens=True)
    found: dict[Marks, int] = {Marks.AUDIO: config.audio_token, Marks.PATCH: config.patch_token}
    for mark, name in COUNTERPARTS.items():
        if name not in names:
            raise InklingWeightsError(f"the tokenizer has no {name}, which stands for {mark.name}")
        found[mark] = names[name]
    unused = sorted(names[name] for name in names if _UNUSED.fullmatch(name) and name not in _ALIASES)
    free = [number for number in unused if number < config.num_logits and number not in found.values()]
    behind = range(max(config.num_logits, *names.values()) + 1, config.num_tokens)
    read = [mark for mark in Marks if mark not in found and mark not in WRITTEN]
    for what, marks, room in (("unused slots", sorted(WRITTEN), free), ("rows behind it", read, behind)):
        if len(marks) > len(room):
            raise InklingWeightsError(f"the vocabulary has {len(room)} {what}, our marks need {len(marks)}")
        found |= dict(zip(marks, room, strict=False))
    return found
