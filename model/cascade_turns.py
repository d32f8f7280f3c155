"""When a person starts, pauses, ends or interrupts: pure decisions over speech probabilities.

Knows nothing of sound, models or threads. One probability stands for one window of 32 ms.
"""

from __future__ import annotations

import re
from collections import deque
from enum import Enum, auto

from model.vad import WINDOW_MS

SPEECH_PROBABILITY = 0.5  # a window at least this likely is voiced …
SILENCE_PROBABILITY = 0.35  # … and below this it is silence; between them it stays what it was
START_WINDOWS = 3  # voiced within the last START_SPAN windows: someone began to speak
START_SPAN_WINDOWS = 5
PAUSE_MS = 64  # silence after which an answer is prepared on trial
END_MS = 480  # silence that ends an utterance …
END_UNFINISHED_MS = 1120  # … when its words look unfinished
CHALLENGE_MS = 300  # voiced sound over the agent's speech that is worth asking what it says
INTERRUPT_MS = 700  # … and that stops the agent whatever it says
_CHALLENGE_SPAN_MS = 640  # the voiced sound lies within this


class TurnEvent(Enum):
    """What a window changed."""

    STARTED = auto()  # someone speaks
    PAUSED = auto()  # silent for PAUSE_MS: prepare an answer on trial
    RESUMED = auto()  # spoke on after PAUSED: the trial is void
    ENDED = auto()  # silent for long enough: the utterance is whole
    CHALLENGED = auto()  # speaks over the agent: recognise it to know whether it is a "mhm"
    INTERRUPTED = auto()  # goes on over the agent: it stops


class TurnTaker:
    """Follows one conversation; feed every window in order."""

    def __init__(self) -> None:
        self._is_voiced = False
        self._recent: deque[bool] = deque(maxlen=_CHALLENGE_SPAN_MS // WINDOW_MS)
        self._is_in_utterance = False
        self._has_paused = False
        self._num_silent = 0
        self._num_over = 0  # voiced windows over the agent in this utterance
        self._is_challenged = False
        self._is_interrupted = False
        self._end_ms = END_MS

    @property
    def is_in_utterance(self) -> bool:
        return self._is_in_utterance

    def expect_more(self, is_unfinished: bool) -> None:
        """Wait longer for the end of this utterance, or as long as usual."""
        self._end_ms = END_UNFINISHED_MS if is_unfinished else END_MS

    def hear(self, probability: float, is_agent_audible: bool) -> list[TurnEvent]:
        """Take one window; `is_agent_audible` means that the agent's own speech sounds in it."""
        threshold = SILENCE_PROBABILITY if self._is_voiced else SPEECH_PROBABILITY
        self._is_voiced = probability >= threshold
        self._recent.append(self._is_voiced)
        if not self._is_in_utterance:
            if sum(list(self._recent)[-START_SPAN_WINDOWS:]) < START_WINDOWS:
                return []
            self._begin()
            return [TurnEvent.STARTED]
        events = self._pauses()
        if is_agent_audible and self._is_voiced:
            events += self._overlaps()
        return events

    def _begin(self) -> None:
        self._is_in_utterance, self._has_paused = True, False
        self._num_silent, self._num_over = 0, START_WINDOWS
        self._is_challenged = self._is_interrupted = False
        self._end_ms = END_MS

    def _pauses(self) -> list[TurnEvent]:
        self._num_silent = 0 if self._is_voiced else self._num_silent + 1
        silent_ms = self._num_silent * WINDOW_MS
        if self._has_paused and self._is_voiced:
            self._has_paused = False
            self._end_ms = END_MS
            return [TurnEvent.RESUMED]
        events: list[TurnEvent] = []
        if not self._has_paused and silent_ms >= PAUSE_MS:
            self._has_paused = True
            events.append(TurnEvent.PAUSED)
        if silent_ms >= self._end_ms:
            self._is_in_utterance = False
            self._recent.clear()
            events.append(TurnEvent.ENDED)
        return events

    def _overlaps(self) -> list[TurnEvent]:
        self._num_over += 1
        events: list[TurnEvent] = []
        if not self._is_challenged and sum(self._recent) * WINDOW_MS >= CHALLENGE_MS:
            self._is_challenged = True
            events.append(TurnEvent.CHALLENGED)
        if not self._is_interrupted and self._num_over * WINDOW_MS >= INTERRUPT_MS:
            self._is_interrupted = True
            events.append(TurnEvent.INTERRUPTED)
        return events


_BACKCHANNELS = frozenset(
    "mhm mm hmm hm uh huh uhhuh mmhmm yeah yep yes yup ok okay right sure aha ah oh wow nice great cool i see".split()
)
_MAX_BACKCHANNEL_WORDS = 3
_LEFT_OPEN = frozenset(
    "a an the and or but because so if when that which who of to in on at for with from by as about than is are was"
    " my your his her our their this these um uh er like".split()
)


def is_backchannel(text: str) -> bool:
    """Only words that listeners say to show that they listen, at most three of them; or no word at all."""
    words = re.findall(r"[a-z']+", text.lower().replace("-", ""))
    return len(words) <= _MAX_BACKCHANNEL_WORDS and all(word in _BACKCHANNELS for word in words)


def looks_unfinished(text: str) -> bool:
    """Ends in a comma, a trail of dots, or a word that wants another one after it."""
    stripped = text.strip()
    if not stripped or stripped.endswith((",", "...", "\u2026", "-", ";", ":")):
        return True
    if stripped.endswith("?"):
        return False
    words = re.findall(r"[a-z']+", stripped.lower())
    return bool(words) and words[-1] in _LEFT_OPEN
