"""What is recalled when the agent begins to speak, put into calls that were composed without it, or heard otherwise.

`NativeSlot` does it in a conversation. Shapes: T tokens of a call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from model.sequence import MAX_EVENT_TOKENS, NO_CLOCK, NUM_MARKS, Marks, is_text
from model.studio.composing import Call
from model.vocabulary import decode_text

_MAX_TEXT = MAX_EVENT_TOKENS - 2  # beside its mark and its end
_MIN_TEXT = 4  # less is not worth reading


@dataclass(slots=True)
class _Turn:
    """Where a micro-turn's events begin and end, and what it heard."""

    events: int
    written: int
    is_speaking: bool
    heard: list[int]  # text tokens


def recalled(call: Call) -> Call:
    """The call with what was heard read back after each onset of the agent's speech; as it is where it has that."""
    if (call.tokens == Marks.RECALLED).any():
        return call
    places, forms = list[int](), list[list[int]]()
    for at, text in _recalls(call.tokens):
        places += [at] * (len(text) + 2)
        forms.append([int(Marks.RECALLED), *text, int(Marks.END)])
    if not forms:
        return call
    tokens = np.array([token for form in forms for token in form], np.int16)
    return replace(
        call,
        tokens=np.insert(call.tokens, places, tokens),
        weights=np.insert(call.weights, places, 0.0),
        clock=np.insert(call.clock, places, NO_CLOCK),
    )


def recalled_anew(tokens: NDArray[np.int16]) -> NDArray[np.int16]:
    """What is recalled, made what was heard: for words that were changed where they were heard, token by token."""
    tokens = tokens.copy()
    heard = np.zeros(0, np.int16)
    at = 0
    while at < len(tokens):
        if tokens[at] in (Marks.HEARD, Marks.RECALLED):
            end = at + 1
            while end < len(tokens) and is_text(int(tokens[end])):
                end += 1
            if tokens[at] == Marks.HEARD:
                heard = np.concatenate([heard, tokens[at + 1 : end]])
            else:
                size = end - at - 1
                tokens[at + 1 : end] = heard[len(heard) - size :] if size <= len(heard) else tokens[at + 1 : end]
                heard = heard[:0]
            at = end
        else:
            at += 1
    return tokens


def _recalls(tokens: NDArray[np.int16]) -> Iterator[tuple[int, list[int]]]:
    """Where something is recalled, and its text tokens."""
    unrecalled, is_speaking, begins = list[int](), False, False
    for turn in _turns(tokens.tolist()):
        if begins:
            room = min(_MAX_TEXT, MAX_EVENT_TOKENS - 2 - (turn.written - turn.events))
            text = _last_words(unrecalled, room)
            if len(text) >= min(_MIN_TEXT, len(unrecalled)) > 0:
                yield turn.events, text
                unrecalled.clear()
        begins = turn.is_speaking and not is_speaking
        is_speaking = turn.is_speaking
        unrecalled += turn.heard


def _last_words(tokens: Sequence[int], room: int) -> list[int]:
    """The last whole words that fit."""
    kept = list(tokens[max(0, len(tokens) - room) :]) if room > 0 else []
    if len(kept) < len(tokens):
        while kept and not begins_word(kept[0]):
            kept = kept[1:]
    return kept


def _turns(tokens: Sequence[int]) -> Iterator[_Turn]:
    """Micro-turns of a call's tokens; the last may be cut off."""
    at = 0
    while at < len(tokens):
        while at < len(tokens) and tokens[at] in (Marks.AUDIO, Marks.PATCH):
            at += 1
        events = at
        while at < len(tokens) and Marks.OPENING <= tokens[at] < Marks.DELEGATE:
            at = _behind_form(tokens, at)
        turn = _Turn(events, at, False, [])
        while at < len(tokens) and tokens[at] not in (Marks.QUIET, Marks.SPEAK):
            if tokens[at] == Marks.HEARD:
                at += 1
                while at < len(tokens) and is_text(tokens[at]):
                    turn.heard.append(tokens[at])
                    at += 1
            else:
                at += 1
        turn.is_speaking = at < len(tokens) and tokens[at] == Marks.SPEAK
        at += 5 if turn.is_speaking else 1
        yield turn


def _behind_form(tokens: Sequence[int], at: int) -> int:
    """The place behind an event, or behind the part of it that its micro-turn holds."""
    if tokens[at] == Marks.SILENCED:
        return at + 1
    while at < len(tokens) and tokens[at] not in (Marks.END, Marks.MORE, Marks.AUDIO):
        at += 1
    return at if at < len(tokens) and tokens[at] == Marks.AUDIO else at + 1


@cache
def begins_word(token: int) -> bool:
    """Whether a text token stands at a word's start."""
    return decode_text([token - NUM_MARKS]).startswith(" ")
