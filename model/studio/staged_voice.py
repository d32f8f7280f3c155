"""An utterance whose sound is known beforehand: what `NativeSlot` drives while a play is composed.

The sound begins one micro-turn after its first words were written, as with a voice that needs a moment.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from model.sequence import NUM_MARKS
from model.studio.stage import Clip
from model.types import HEARD_RATE_HZ, HEARD_SAMPLES, Pcm
from model.utterance import MAX_AHEAD
from model.words_ahead import WordsAhead


class StagedUtterance:
    """Text tokens on the clock of clips. `expect` comes before the tokens of its clip are written."""

    def __init__(self) -> None:
        self._ahead = WordsAhead()
        self._clips: deque[Clip] = deque()
        self._played = -HEARD_SAMPLES  # samples of the first clip
        self.sound: Pcm | None = None  # (HEARD_SAMPLES,) at 16 kHz, of the last micro-turn that spoke

    @property
    def num_unsaid(self) -> int:
        return len(self._ahead)

    @property
    def is_full(self) -> bool:
        return len(self._ahead) >= MAX_AHEAD

    @property
    def has_sound_left(self) -> bool:
        """Words are written for it, and it is not over."""
        return bool(self._ahead or (self._clips and self._played >= 0))

    def expect(self, clip: Clip) -> None:
        """The sound of the words that are written next."""
        self._clips.append(clip)

    def write(self, token: int) -> None:
        """One more text token, to sound after those before it."""
        self._ahead.write(token - NUM_MARKS)

    def in_view(self) -> list[tuple[int, int]]:
        """Nothing: the sound is there already."""
        return []

    def speak(self) -> str:
        """One micro-turn sounds, in `sound`; the text whose words begin in it."""
        before, self._played = self._played, self._played + HEARD_SAMPLES
        if not self._clips or self._played <= 0:
            self.sound = None
            return ""
        clip = self._clips[0]
        start = max(0, before)
        self.sound = np.zeros(HEARD_SAMPLES, np.float32)
        piece = clip.pcm[start : self._played]
        self.sound[: len(piece)] = piece
        begun = "".join(w.text for w in clip.words if start <= w.start_s * HEARD_RATE_HZ < self._played)
        is_over = self._played >= len(clip.pcm)
        if is_over:
            self._clips.popleft()
            self._played = 0 if self._clips else -HEARD_SAMPLES
        return self._ahead.begin(begun, is_over and not self._clips)

    def cut(self) -> int:
        """Forget what has not sounded; how many tokens that was."""
        num_unsaid = len(self._ahead)
        self.__init__()
        return num_unsaid
