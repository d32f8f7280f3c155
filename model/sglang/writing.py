"""What a micro-turn may write, from what its conversation holds: the same rules beside the model and inside SGLang.

A conversation's slot knows them token by token; here they travel with a request, so that one request writes it all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from model.native_slot import NativeSlot
from model.sequence import MAX_WRITTEN_TOKENS, NUM_MARKS, NUM_TOKENS, Marks, is_text, text_tokens, written_reader
from model.session_record import unpacked_numbers
from model.types import Hush, Say
from model.utterance import MAX_AHEAD


@dataclass(frozen=True, slots=True)
class Writing:
    """Where a conversation stands when its micro-turn begins to write."""

    open_form: tuple[int, ...]  # what was written of an action that has not ended
    num_written: int  # of this micro-turn, before what is asked about
    num_unsaid: int
    has_sound_left: bool
    to_say: tuple[int, ...]  # the next words that are given
    sayables: tuple[tuple[str, tuple[int, ...]], ...]  # how each text that can be said by reference begins

    @classmethod
    def of(cls, slot: NativeSlot, num_written: int) -> Writing:
        """A conversation between two tokens."""
        record, utterance = slot.export(), slot.utterance
        return cls(
            open_form=tuple(unpacked_numbers(record.open_form, "open_form", 0, NUM_TOKENS)),
            num_written=num_written,
            num_unsaid=utterance.num_unsaid,
            has_sound_left=utterance.has_sound_left,
            to_say=tuple(unpacked_numbers(record.to_say, "to_say", 0, NUM_TOKENS)[:MAX_WRITTEN_TOKENS]),
            sayables=tuple((each.id, _beginning(each.text)) for each in record.sayables),
        )

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        """For a request's custom parameters."""
        return {
            "open_form": list(self.open_form),
            "num_written": self.num_written,
            "num_unsaid": self.num_unsaid,
            "has_sound_left": self.has_sound_left,
            "to_say": list(self.to_say),
            "sayables": [[id, list(tokens)] for id, tokens in self.sayables],
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Writing:  # Any: JSON of `to_json`
        return cls(
            open_form=tuple(values["open_form"]),
            num_written=values["num_written"],
            num_unsaid=values["num_unsaid"],
            has_sound_left=values["has_sound_left"],
            to_say=tuple(values["to_say"]),
            sayables=tuple((id, tuple(tokens)) for id, tokens in values["sayables"]),
        )

    def may_write(self, written: Iterable[int]) -> tuple[Tensor, bool]:
        """Which tokens may come after those `written` since: (NUM_TOKENS,) bool, as NativeSlot.may_write; and whether
        they go on with an action.
        """
        reader, to_say, sayables = written_reader(), list(self.to_say), dict(self.sayables)
        num_written, num_unsaid, has_sound = self.num_written, self.num_unsaid, self.has_sound_left
        reader.read(self.open_form)
        for token in written:
            num_written += 1
            if is_text(token) and not reader.is_inside:
                num_unsaid, has_sound = num_unsaid + 1, True
                if to_say and to_say[0] == token:
                    to_say = to_say[1:]
            for action in reader.read([token]):
                if isinstance(action, Say):
                    to_say += sayables.pop(action.id, ())
                elif isinstance(action, Hush):
                    to_say, num_unsaid, has_sound = [], 0, False
        allowed = torch.zeros(NUM_TOKENS, dtype=torch.bool)
        has_room = num_written < MAX_WRITTEN_TOKENS
        if not reader.is_inside and to_say and has_room and num_unsaid < MAX_AHEAD:
            allowed[to_say[0]] = True
            return allowed, False
        if has_room:
            allowed[list(reader.allowed_marks())] = True
            allowed[NUM_MARKS:] = reader.allows_text and (reader.is_inside or num_unsaid < MAX_AHEAD)
        allowed[Marks.QUIET] = True
        allowed[Marks.SPEAK] = has_sound
        return allowed, reader.is_inside


@lru_cache(maxsize=64)
def _beginning(text: str) -> tuple[int, ...]:
    return tuple(islice(text_tokens(text), MAX_WRITTEN_TOKENS))
