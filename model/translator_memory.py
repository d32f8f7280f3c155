"""What was translated before a segment, and in which of a model's slots it lies, so that only what is new is read.

A segment goes on where the one before it was translated: its slot's KV cache has read everything up to there. When
that one left a sentence open, both are one exchange: the translation is continued, not begun anew. Knows no model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_CHARS = (
    2_400  # of a slot's exchanges, both sides; then the oldest go at once, as reading the others anew takes long
)
KEPT = 4  # exchanges that stay when the oldest go
MAX_OPEN_CHARS = 300  # of a sentence that is continued, as all of its translation is read anew each time
_CLOSED = re.compile(r"[.!?\u2026\u3002\uff01\uff1f][\"'\u201d\u2019\xbb)\]]*$")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A segment or a term, and what it was in the other language."""

    said: str
    translation: str

    @property
    def is_open(self) -> bool:
        """Whether more of the sentence may follow."""
        return bool(self.translation) and len(self.said) < MAX_OPEN_CHARS and is_open(self.said)

    def with_more(self, said: str, translation: str) -> Exchange:
        """The exchange after another part of the sentence."""
        return Exchange(f"{self.said} {said}", f"{self.translation} {translation}")


@dataclass(slots=True)
class Place:
    """One slot: what it holds of one pair of languages, oldest first."""

    slot: int
    pair: tuple[str, str] = ("", "")
    history: tuple[Exchange, ...] = ()
    topic: str = ""  # of the conversation, which stands before the exchanges
    newest: str = ""  # the segment that was translated last; a part of the newest exchange
    begun: Exchange | None = None  # the newest exchange, when the segment that is being translated goes on with it
    is_taken: bool = False  # a segment is being translated in it
    used: int = field(default=0, compare=False)  # larger is later

    @property
    def before(self) -> tuple[Exchange, ...]:
        """What stands before the sentence that is being translated."""
        return self.history[:-1] if self.begun else self.history


class TranslatorMemory:
    """All slots of a model. `take` one for a segment, then `give_back` or `forget` it."""

    def __init__(self, num_slots: int) -> None:
        self._places = [Place(slot) for slot in range(num_slots)]
        self._num_taken = 0

    def take(self, pair: tuple[str, str], context: tuple[str, ...], topic: str = "") -> Place:
        """Where the newest of `context` was translated, else the place that was not used for longest, emptied.

        Under another topic all is read anew: there the oldest exchanges go.
        """
        place = self._found(pair, context) or self._emptied(pair)
        if place.topic != topic:
            place.topic, place.history = topic, place.history[-KEPT:]
        newest = place.history[-1] if place.history and place.newest in context[-1:] else None
        place.begun = newest if newest is not None and newest.is_open else None
        self._num_taken += 1
        place.is_taken, place.used = True, self._num_taken
        return place

    def give_back(self, place: Place, segment: str, exchanges: tuple[Exchange, ...]) -> None:
        """The translation is there; `exchanges` are what was asked, in order, with the segment in the last."""
        place.is_taken = False
        place.newest = segment
        place.history = place.before + exchanges
        if sum(len(each.said) + len(each.translation) for each in place.history) > MAX_CHARS:
            place.history = place.history[-KEPT:]

    def forget(self, place: Place) -> None:
        """The translation broke off."""
        place.is_taken = False

    def _found(self, pair: tuple[str, str], context: tuple[str, ...]) -> Place | None:
        def newness(place: Place) -> tuple[int, int]:
            return max(at for at, text in enumerate(context) if text == place.newest), len(place.history)

        known = [
            each
            for each in self._places
            if each.pair == pair and each.history and not each.is_taken and each.newest in context
        ]
        return max(known, key=newness, default=None)

    def _emptied(self, pair: tuple[str, str]) -> Place:
        """Whoever still translates in the place before it keeps that one, and finishes what it began."""
        slot = min(self._places, key=lambda each: (each.is_taken, each.used)).slot
        self._places[slot] = Place(slot, pair)
        return self._places[slot]


def is_open(text: str) -> bool:
    """Whether a text ends without a mark that ends sentences."""
    return _CLOSED.search(text.rstrip()) is None
