"""A voice for conversations in fast time: its sound is there at the second look, however quick the micro-turns are.

On an idle core a clause takes less than a micro-turn to speak, so in a call its sound begins one micro-turn after it
was asked for. Where micro-turns do not wait for the clock, this keeps that order.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from model.types import SpokenPiece


class SaysNow(Protocol):
    """What speaks a clause on the caller's thread."""

    def say(self, clause: str, pace: float = 1.0) -> SpokenPiece: ...


class InStepVoice:
    """`ClauseVoice` of model/native_voice.py over a voice that speaks at once."""

    def __init__(self, voice: SaysNow) -> None:
        self._voice = voice

    def submit(self, clause: str) -> Future[SpokenPiece]:
        """Speak a clause now; the future is done from the second time that somebody asks."""
        piece = _SecondLook()
        try:
            piece.set_result(self._voice.say(clause))
        except Exception as error:  # of whatever kind: it belongs to who asks for the result
            piece.set_exception(error)
        return piece


class _SecondLook(Future[SpokenPiece]):
    def __init__(self) -> None:
        super().__init__()
        self._has_been_asked = False

    def done(self) -> bool:
        has_been_asked, self._has_been_asked = self._has_been_asked, True
        return has_been_asked and super().done()
