"""One speaker's sound cut into utterances and recognised once, for every lane that needs the words. Knows no language.

ticks → speech gate → utterances (4 wait, the oldest is dropped and counted) → recogniser → hypotheses
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import numpy as np

from agent.interpretation.commit_policy import join_words
from agent.interpretation.lane import HeardPart
from agent.interpretation.speaker_language import SpeakerLanguage
from agent.interpretation.word_alignment import without_rush
from agent.loudest import level_dbfs
from model.types import HEARD_RATE_HZ, TICK_MS, Pcm, Recogniser, Transcript

SPEECH_DBFS = -45.0
PRE_ROLL_TICKS = 300 // TICK_MS  # heard before speech was noticed, and part of it
LOUD_TICKS = 3  # of the last five: a click is no speech
PAUSE_TICKS = 600 // TICK_MS  # ends an utterance
LONG_TICKS = 10_000 // TICK_MS  # from here on a short pause does
SHORT_PAUSE_TICKS = 200 // TICK_MS
MAX_TICKS = 24_000 // TICK_MS
PIECE_TICKS = 5  # that travel to the recogniser together
MAX_UTTERANCES = 4
KEPT_TICKS = 30_000 // TICK_MS  # of sound for those who want it again; the oldest goes
_BEFORE_TICKS, _BEHIND_TICKS = 200 // TICK_MS, 300 // TICK_MS  # around words, whose times are not sharp
_MAX_PIECES = MAX_TICKS + PRE_ROLL_TICKS + 1


class Utterance:
    """Sound that grows until it ends; bounded by the gate, which ends every utterance in time."""

    def __init__(self, start_s: float) -> None:
        self.start_s = start_s
        self.num_samples = 0
        self._pieces: asyncio.Queue[Pcm | None] = asyncio.Queue(_MAX_PIECES)

    @property
    def heard_s(self) -> float:
        return self.num_samples / HEARD_RATE_HZ

    def add(self, pcm: Pcm) -> None:
        self.num_samples += len(pcm)
        self._pieces.put_nowait(pcm)

    def end(self) -> None:
        self._pieces.put_nowait(None)

    async def sound(self) -> AsyncIterator[Pcm]:
        """(S,) at 16 kHz, piece by piece."""
        while (piece := await self._pieces.get()) is not None:
            yield piece


class SpeechGate:
    """Where utterances begin and end, by level alone; the recogniser says whether they hold words."""

    def __init__(self) -> None:
        self._before: deque[Pcm] = deque(maxlen=PRE_ROLL_TICKS)  # drops the oldest
        self._loud: deque[bool] = deque(maxlen=5)
        self._piece: list[Pcm] = []
        self._num_ticks = self._num_quiet = 0
        self._utterance: Utterance | None = None

    def add(self, tick: int, pcm: Pcm, is_echo: bool) -> Utterance | None:
        """Take one tick (320,); the utterance that begins with it, if one does."""
        is_loud = level_dbfs(pcm) > SPEECH_DBFS and not is_echo
        self._loud.append(is_loud)
        if self._utterance is not None:
            self._go_on(self._utterance, pcm, is_loud)
            return None
        self._before.append(np.zeros_like(pcm) if is_echo else pcm)
        if sum(self._loud) < LOUD_TICKS:
            return None
        begun = self._utterance = Utterance((tick + 1 - len(self._before)) * TICK_MS / 1000)
        begun.add(np.concatenate(self._before))
        self._num_ticks, self._num_quiet = len(self._before), 0
        self._before.clear()
        return begun

    def end(self) -> None:
        """The speaker is gone, or nobody needs the words any more."""
        if self._utterance is not None:
            self._flush(self._utterance)
            self._utterance.end()
            self._utterance = None
            self._loud.clear()

    def _go_on(self, utterance: Utterance, pcm: Pcm, is_loud: bool) -> None:
        self._piece.append(pcm)
        self._num_ticks += 1
        self._num_quiet = 0 if is_loud else self._num_quiet + 1
        if len(self._piece) == PIECE_TICKS:
            self._flush(utterance)
        pause = SHORT_PAUSE_TICKS if self._num_ticks > LONG_TICKS else PAUSE_TICKS
        if self._num_quiet >= pause or self._num_ticks >= MAX_TICKS:
            self.end()

    def _flush(self, utterance: Utterance) -> None:
        if self._piece:
            utterance.add(np.concatenate(self._piece))
            self._piece.clear()


class Ear:
    """One speaker: `add` every tick, `run` beside it. What it understands goes to `tell`."""

    def __init__(self, recogniser: Recogniser, language: SpeakerLanguage, tell: Callable[[HeardPart], None]) -> None:
        self._recogniser = recogniser
        self._language = language
        self._tell = tell
        self._gate = SpeechGate()
        self._utterances: asyncio.Queue[Utterance] = asyncio.Queue(MAX_UTTERANCES)
        self._kept: deque[tuple[int, Pcm]] = deque(maxlen=KEPT_TICKS)
        self.num_dropped = 0

    def sound(self, start_s: float, end_s: float) -> Pcm:
        """(S,) what was heard between, and a little around it, as far as it is kept; echo is left out."""
        first, last = int(start_s * 1000) // TICK_MS - _BEFORE_TICKS, int(end_s * 1000) // TICK_MS + _BEHIND_TICKS
        pieces = [pcm for tick, pcm in self._kept if first <= tick <= last]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)

    def add(self, tick: int, pcm: Pcm, is_echo: bool = False) -> None:
        """Take one tick of the speaker's sound; echo of what they hear counts as silence."""
        if not is_echo:
            self._kept.append((tick, pcm))
        begun = self._gate.add(tick, pcm, is_echo)
        if begun is None:
            return
        if self._utterances.full():
            self._utterances.get_nowait()
            self.num_dropped += 1
        self._utterances.put_nowait(begun)

    async def run(self) -> None:
        """Recognise one utterance after the other, until cancelled. Raises SeamError when that cannot be done."""
        while True:
            utterance = await self._utterances.get()
            async for transcript in self._recogniser.transcribe(utterance.sound(), None):
                known = self._language.settle(_said(transcript), utterance.heard_s)
                self._tell(HeardPart(known, utterance.start_s, utterance.heard_s))


def _said(transcript: Transcript) -> Transcript:
    """A transcript without what its recogniser repeated."""
    words = tuple(without_rush(transcript.words))
    return transcript if words == transcript.words else replace(transcript, words=words, text=join_words(words))
