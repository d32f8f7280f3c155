"""The last seconds of what everybody said, for whoever must know the words after all. Knows no recogniser."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import numpy as np

from agent.loudest import level_dbfs
from model.types import HEARD_TICK_SAMPLES, TICK_MS, Pcm

KEPT_TICKS = 20_000 // TICK_MS  # 20 s a person: about 1.3 MB
SPEECH_DBFS = -45.0
PAUSE_TICKS = 1_200 // TICK_MS  # a longer pause parts two utterances
MARGIN_TICKS = 200 // TICK_MS


class RecentSound:
    """Each person's last seconds at 16 kHz; the oldest piece goes first."""

    def __init__(self) -> None:
        self._pieces: dict[str, deque[tuple[Pcm, bool]]] = {}  # with whether it is loud

    def add(self, sounds: Mapping[str, Pcm]) -> None:
        """Take one tick of everybody's sound; who is not in it any more is forgotten."""
        for gone in self._pieces.keys() - sounds.keys():
            del self._pieces[gone]
        for who, pcm in sounds.items():
            pieces = self._pieces.setdefault(who, deque(maxlen=KEPT_TICKS))
            pieces.append((pcm, level_dbfs(pcm) > SPEECH_DBFS))

    def last_utterance(self) -> tuple[str, Pcm] | None:
        """Who spoke last and the sound of it, (S,), without the silence around it; None when nobody spoke."""
        spoken = {who: _last_span([loud for _, loud in pieces]) for who, pieces in self._pieces.items()}
        spans = [(end - len(self._pieces[who]), begin, end, who) for who, (begin, end) in spoken.items() if end > begin]
        if not spans:
            return None
        _, begin, end, who = max(spans)
        pieces = [pcm for pcm, _ in self._pieces[who]]
        part = pieces[max(0, begin - MARGIN_TICKS) : end + MARGIN_TICKS]
        return who, np.concatenate(part) if part else np.zeros(HEARD_TICK_SAMPLES, np.float32)


def _last_span(loud: list[bool]) -> tuple[int, int]:
    """From which to which piece the last utterance goes; an empty span when there is none."""
    end = len(loud)
    while end and not loud[end - 1]:
        end -= 1
    begin, quiet = end, 0
    for index in range(end - 1, -1, -1):
        quiet = 0 if loud[index] else quiet + 1
        if quiet > PAUSE_TICKS:
            break
        if loud[index]:
            begin = index
    return begin, end
