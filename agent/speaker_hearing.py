"""Everybody's words, one recogniser pass a speaker, for engines that give none or none that are sure.

ticks → speech gate → utterances (4 wait a speaker, one more is left out and counted) → recogniser → words

Partial words come about each second; when the recogniser is busy it begins no further one, and they come later.
Knows no engine: what is understood here goes to captions and to background work, never to the model.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agent.interpretation.ear import SpeechGate, Utterance
from model.types import TICK_MS, Pcm, Recogniser, SeamError

logger = logging.getLogger(__name__)

MAX_PASSES = 4  # at once; other speakers' sound waits in its utterance, which is bounded
MAX_WAITING = 4  # utterances a speaker
MAX_BEGUN = 32  # of everybody, between the clock and the passes
SETTLE_TIMEOUT_S = 5.0  # somebody else may go on talking


@dataclass(frozen=True, slots=True)
class SpokenWords:
    """What somebody is understood to have said, so far or for good."""

    who: str  # participant id
    text: str
    is_final: bool
    start_tick: int
    end_tick: int


@dataclass(slots=True)
class _Speaker:
    gate: SpeechGate = field(default_factory=SpeechGate)
    in_order: asyncio.Lock = field(default_factory=asyncio.Lock)
    num_open: int = 0  # utterances that are not understood yet


class SpeakerHearing:
    """`add` every tick, `run` beside it; what is understood goes to `tell`. Without a recogniser it does nothing."""

    def __init__(self, recogniser: Recogniser | None, language: str, tell: Callable[[SpokenWords], None]) -> None:
        self._recogniser = recogniser
        self._language = language
        self._tell = tell
        self._speakers: dict[str, _Speaker] = {}
        self._begun: asyncio.Queue[tuple[str, _Speaker, Utterance]] = asyncio.Queue(MAX_BEGUN)
        self._passes = asyncio.Semaphore(MAX_PASSES)
        self._settled = asyncio.Event()
        self._settled.set()
        self._num_open = 0
        self.num_left_out = 0
        self.is_trusted = False  # it gave words, and did not fail since: nobody need ask the engine for them

    def add(self, tick: int, sounds: Mapping[str, Pcm]) -> None:
        """Take one tick of everybody's sound; who is not in it any more has said their last."""
        if self._recogniser is None:
            return
        for gone in self._speakers.keys() - sounds.keys():
            self._speakers.pop(gone).gate.end()
        for who, pcm in sounds.items():
            speaker = self._speakers.setdefault(who, _Speaker())
            utterance = speaker.gate.add(tick, pcm, is_echo=False)
            if utterance is not None:
                self._begin(who, speaker, utterance)

    async def run(self) -> None:
        """Understand one utterance after the other of each speaker, until cancelled."""
        if self._recogniser is None:
            return
        async with asyncio.TaskGroup() as tasks:
            while True:
                who, speaker, utterance = await self._begun.get()
                work = self._understand(self._recogniser, who, speaker, utterance)
                tasks.create_task(work, name=f"hearing {who}")

    async def settled(self, timeout_s: float = SETTLE_TIMEOUT_S) -> None:
        """Wait until everything that was said is understood, but not for long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._settled.wait()

    def _begin(self, who: str, speaker: _Speaker, utterance: Utterance) -> None:
        if speaker.num_open >= MAX_WAITING or self._begun.full():
            self.num_left_out += 1
            logger.warning("an utterance is left out: too many wait for the recogniser")
            return
        self._count(speaker, 1)
        self._begun.put_nowait((who, speaker, utterance))

    async def _understand(self, recogniser: Recogniser, who: str, speaker: _Speaker, utterance: Utterance) -> None:
        try:
            async with speaker.in_order, self._passes:
                await self._hear(recogniser, who, utterance)
        except (SeamError, OSError, TimeoutError) as error:
            self.is_trusted = False
            logger.warning("what somebody said could not be recognised: %s", error)
        finally:
            self._count(speaker, -1)

    async def _hear(self, recogniser: Recogniser, who: str, utterance: Utterance) -> None:
        start_tick, text = round(utterance.start_s * 1000 / TICK_MS), ""
        async for transcript in recogniser.transcribe(utterance.sound(), self._language):
            self.is_trusted = True
            text = transcript.text or text  # a caption that was shown ends as it was, not as nothing
            if text:
                end_tick = start_tick + round(utterance.heard_s * 1000 / TICK_MS)
                self._tell(SpokenWords(who, text, transcript.is_final, start_tick, end_tick))

    def _count(self, speaker: _Speaker, change: int) -> None:
        speaker.num_open += change
        self._num_open += change
        if self._num_open:
            self._settled.clear()
        else:
            self._settled.set()
