"""The model's words spoken by a voice instead of the speech decoder: the same calls as `Utterance`, and the sound.

A clause goes to the voice when it is complete, or when a micro-turn brought no further word. A micro-turn never waits
for the voice: until the first sound is there it is silent. Knows nothing of which voice it is.
"""

from __future__ import annotations

import logging
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from typing import Protocol

from model.cascade_speech import Speech
from model.clauses import Clauses
from model.sequence import NUM_MARKS
from model.types import CapacityError, Pcm, SpokenPiece
from model.utterance import MAX_AHEAD
from model.vocabulary import TextReader
from model.words_ahead import WordsAhead

logger = logging.getLogger(__name__)


class ClauseVoice(Protocol):
    """What speaks one clause on a thread of its own."""

    def submit(self, clause: str) -> Future[SpokenPiece]:
        """Raises CapacityError when too many clauses wait."""
        ...


class VoicedUtterance:
    """Text tokens on the clock of a voice's own word times."""

    def __init__(self, voice: ClauseVoice) -> None:
        self._voice = voice
        self._ahead = WordsAhead()
        # Both bounded by MAX_AHEAD: a clause holds a token or more.
        self._to_ask: deque[str] = deque()
        self._asked: deque[Future[SpokenPiece]] = deque()
        self._clauses, self._writer = Clauses(), TextReader()
        self._speech = Speech()
        self._has_grown = False  # since the last micro-turn that spoke
        self._is_flushed = True  # nothing waits for the end of its clause
        self.sound: Pcm | None = None  # of that micro-turn

    @property
    def num_unsaid(self) -> int:
        """Text tokens that were written and have not begun to sound."""
        return len(self._ahead)

    @property
    def is_full(self) -> bool:
        return len(self._ahead) >= MAX_AHEAD

    @property
    def has_sound_left(self) -> bool:
        """Whether there is anything to speak: words to come, or sound of the voice, made or asked for."""
        return bool(self._ahead or self._to_ask or self._asked) or not (self._is_flushed and self._speech.is_empty)

    def write(self, token: int) -> None:
        """One more text token, to sound after those before it."""
        self._ahead.write(token - NUM_MARKS)
        self._has_grown, self._is_flushed = True, False
        self._ask(self._clauses.push(self._writer.read([token - NUM_MARKS])))

    def in_view(self) -> list[tuple[int, int]]:
        """Nothing: a voice reads its text elsewhere."""
        return []

    def speak(self) -> str:
        """One micro-turn sounds, in `sound`; the text whose words begin in it."""
        is_flushing = not (self._has_grown or self._is_flushed)
        self._ask(self._clauses.flush() if is_flushing else [])
        self._is_flushed |= is_flushing
        self._has_grown = False
        self._collect()
        self.sound, words = self._speech.take()
        is_over = self._is_flushed and self._speech.is_empty and not (self._to_ask or self._asked)
        return self._ahead.begin(words, is_over)

    def cut(self) -> int:
        """Forget what has not sounded; how many tokens that was."""
        num_unsaid = len(self._ahead)
        for asked in self._asked:
            asked.cancel()
        self.__init__(self._voice)
        return num_unsaid

    def _ask(self, clauses: list[str]) -> None:
        """Give the voice what it has room for; the rest waits for the next micro-turn that speaks."""
        self._to_ask.extend(clauses)
        with suppress(CapacityError):  # it is busy with other conversations
            while self._to_ask:
                self._asked.append(self._voice.submit(self._to_ask[0]))
                self._to_ask.popleft()

    def _collect(self) -> None:
        while self._asked and self._asked[0].done():
            try:
                self._speech.append(self._asked.popleft().result())
            except Exception:  # the voice's own edge: what it cannot speak is missing, the conversation goes on
                logger.exception("the voice failed at a clause")
