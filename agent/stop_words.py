"""Listens for a stop word in everybody's sound while the agent speaks, past every model. It can only silence.

What the agent says itself comes back through loudspeaker and microphone; a word that it just spoke stops nobody.
Knows nothing of how a word is recognised. Runs on the media thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from model.types import TICK_MS, Pcm, Spotter

LINGER_TICKS = 1_000 // TICK_MS  # a pause this short is still the agent speaking
ECHO_TICKS = 1_000 // TICK_MS  # how long after the agent said something like a stop word none counts
REST_TICKS = 600 // TICK_MS  # after a word: it must not count twice
OWN_PROBABILITY = 0.15  # far under what would silence it: its echo must not sound surer than itself


@dataclass(frozen=True, slots=True)
class Spotted:
    """A stop word and who said it."""

    who: str
    word: str


class StopWordEar:
    """One conversation's; every voice has a spotter of its own."""

    def __init__(self, spotter: Callable[[], Spotter]) -> None:
        self._new_spotter = spotter
        self._own = spotter()
        self._people: dict[str, Spotter] = {}
        self._since_sound = LINGER_TICKS  # ticks since the agent sounded
        self._since_own_word = ECHO_TICKS
        self._since_spotted = REST_TICKS

    def listen(self, sounds: Mapping[str, Pcm], own: Pcm | None) -> Spotted | None:
        """Take one tick of everybody's sound at 16 kHz and of the agent's as sent; who said a stop word, if anybody."""
        self._since_sound = self._since_sound + 1 if own is None else 0
        self._since_own_word += 1
        self._since_spotted += 1
        if self._since_sound >= LINGER_TICKS:
            self._people.clear()
            return None
        if own is not None:
            self._own.hear(own)
            if self._own.probability > OWN_PROBABILITY:
                self._since_own_word = 0
        elif self._since_sound == 1:
            self._own.reset()
        for gone in self._people.keys() - sounds.keys():
            del self._people[gone]
        spotted: Spotted | None = None
        for who, pcm in sounds.items():
            if who not in self._people:
                self._people[who] = self._new_spotter()
            if (word := self._people[who].hear(pcm)) is not None and spotted is None:
                spotted = Spotted(who, word)
        if spotted is None or self._since_own_word < ECHO_TICKS or self._since_spotted < REST_TICKS:
            return None
        self._since_spotted = 0
        return spotted
