"""What one conversation's ear keeps: echo filter, voice activity, turns, and the sound of the utterance so far."""

from __future__ import annotations

import numpy as np

from model.cascade_turns import TurnEvent, TurnTaker
from model.own_sound import OwnSoundFilter
from model.types import HEARD_RATE_HZ, MicroTurnIn, Pcm
from model.vad import Listener

PRE_ROLL_SAMPLES = HEARD_RATE_HZ // 2  # heard before speech was noticed, and part of it
LONGEST_PART_S = 24


class Ear:
    """Feed every micro-turn in order. Its sound is bounded: PRE_ROLL_SAMPLES, or one part of an utterance."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._own_sound = OwnSoundFilter()
        self._turns = TurnTaker()
        self._sound: list[Pcm] = []

    @property
    def is_hearing_someone(self) -> bool:
        return self._turns.is_in_utterance

    @property
    def is_full(self) -> bool:
        """The utterance is so long that its sound must be taken in parts."""
        return sum(map(len, self._sound)) >= LONGEST_PART_S * HEARD_RATE_HZ

    def hear(self, turn: MicroTurnIn, is_agent_busy: bool) -> list[TurnEvent]:
        """What changed in this micro-turn, in order."""
        sound = self._own_sound.clean(turn.pcm, turn.own_pcm)
        was_quiet = not self._turns.is_in_utterance
        self._sound.append(sound)
        events: list[TurnEvent] = []
        for probability in self._listener.hear(sound):
            events += self._turns.hear(probability, is_agent_busy)
        if was_quiet and not self._turns.is_in_utterance and not events:
            self._sound = [np.concatenate(self._sound)[-PRE_ROLL_SAMPLES:]]
        return events

    def utterance(self) -> Pcm:
        """(S,) samples at 16 kHz without echo: the utterance or its last part, so far."""
        self._sound = [np.concatenate(self._sound)] if self._sound else [np.zeros(0, np.float32)]
        return self._sound[0]

    def take_utterance(self) -> Pcm:
        """As `utterance`, and let go of it."""
        utterance, self._sound = self.utterance(), []
        return utterance

    def expect_more(self, is_unfinished: bool) -> None:
        """Wait longer before the utterance counts as ended, or as long as usual."""
        self._turns.expect_more(is_unfinished)
