"""What the model wrote down of what people say, a word or two at a time, as utterances that grow and end.

Knows nothing of sound: an utterance ends when nothing was added to it for a while.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.true_case import TrueCase
from model.types import Action, Heard

END_TURNS = 6  # micro-turns without a further word: 1.2 s
MAX_CHARS = 400  # then an utterance ends at its next word


class HeardText:
    """Turns the pieces of one conversation into interim texts, each longer than the last, and one final text."""

    def __init__(self, case: TrueCase | None = None) -> None:
        self._case = case or TrueCase()
        self._text = ""
        self._quiet_turns = 0

    @property
    def under_way(self) -> tuple[str, int]:
        """The utterance that has not ended, as the model wrote it, and for how many micro-turns nothing came."""
        return self._text, self._quiet_turns

    def restore(self, text: str, quiet_turns: int) -> None:
        """Go on with the utterance that was `under_way` elsewhere."""
        self._text, self._quiet_turns = text, quiet_turns

    def take(self, actions: Iterable[Action]) -> tuple[Action, ...]:
        """A micro-turn's actions, what was heard among them as the utterance so far; call it every micro-turn."""
        pieces = [action.text for action in actions if isinstance(action, Heard)]
        others = tuple(action for action in actions if not isinstance(action, Heard))
        added = "".join(pieces).strip()
        if added:
            self._quiet_turns = 0
            if self._text and len(self._text) + len(added) > MAX_CHARS:
                done, self._text = self._text, added
                return (self._heard(done), self._heard(added, is_final=False), *others)
            self._text = f"{self._text} {added}".strip()
            return (self._heard(self._text, is_final=False), *others)
        self._quiet_turns += 1
        if self._text and self._quiet_turns >= END_TURNS:
            done, self._text = self._text, ""
            return (self._heard(done), *others)
        return others

    def _heard(self, text: str, is_final: bool = True) -> Heard:
        return Heard(self._case.apply(text), is_final)
