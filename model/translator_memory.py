"""What was translated before a segment, and in which of a model's slots it lies, so that only what is new is read.

A segment goes on where the one before it was translated: its slot's KV cache has read everything up to there.
Knows no model.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_CHARS = (
    2_400  # of a slot's exchanges, both sides; then the oldest go at once, as reading the others anew takes long
)
KEPT = 4  # exchanges that stay when the oldest go


@dataclass(frozen=True, slots=True)
class Exchange:
    """A segment or a term, and what it was in the other language."""

    said: str
    translation: str


@dataclass(slots=True)
class Place:
    """One slot: what it holds of one pair of languages, oldest first."""

    slot: int
    pair: tuple[str, str] = ("", "")
    history: tuple[Exchange, ...] = ()
    is_taken: bool = False  # a segment is being translated in it
    used: int = field(default=0, compare=False)  # larger is later


class TranslatorMemory:
    """All slots of a model. `take` one for a segment, then `give_back` or `forget` it."""

    def __init__(self, num_slots: int) -> None:
        self._places = [Place(slot) for slot in range(num_slots)]
        self._num_taken = 0

    def take(self, pair: tuple[str, str], context: tuple[str, ...]) -> Place:
        """Where the newest of `context` was translated, else the place that was not used for longest, emptied."""
        found = self._found(pair, context)
        place = found or min(self._places, key=lambda each: (each.is_taken, each.used))
        if found is None:
            place.pair, place.history = pair, ()
        self._num_taken += 1
        place.is_taken, place.used = True, self._num_taken
        return place

    def give_back(self, place: Place, exchanges: tuple[Exchange, ...]) -> None:
        """The translation is there; `exchanges` are what was asked, in order, the segment as the last."""
        place.is_taken = False
        place.history += exchanges
        if sum(len(each.said) + len(each.translation) for each in place.history) > MAX_CHARS:
            place.history = place.history[-KEPT:]

    def forget(self, place: Place) -> None:
        """The translation broke off."""
        place.is_taken = False

    def _found(self, pair: tuple[str, str], context: tuple[str, ...]) -> Place | None:
        def newness(place: Place) -> tuple[int, int]:
            return max(at for at, text in enumerate(context) if text == place.history[-1].said), len(place.history)

        known = [
            each
            for each in self._places
            if each.pair == pair and each.history and not each.is_taken and each.history[-1].said in context
        ]
        return max(known, key=newness, default=None)
