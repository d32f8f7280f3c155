"""A conversation over one item, past WebRTC: micro-turns in, sound out, on the tick clock of a call.

The agent's sound goes through the product's own queue (`VoiceOut`) and comes back to the engine as its own sound, as
in a call. In fast time an answer is there `ANSWER_TICKS` after its micro-turn; with `--real-time` when it is there.
Nobody is named the loudest and no detector is asked, whatever the engine.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from agent.bench.camera import Camera, camera_of
from agent.bench.item import Item
from agent.bench.take import Deed, Take
from agent.bench.utterances import TimedText
from agent.clock import TICK_S
from agent.micro_turns import Mailbox, MicroTurnAssembler
from agent.resample import Decimator
from agent.voice_out import VoiceOut
from model.types import (
    HEARD_SAMPLES,
    HEARD_TICK_SAMPLES,
    MICRO_TURN_MS,
    SPOKEN_SAMPLES,
    SPOKEN_TICK_SAMPLES,
    TICKS_PER_MICRO_TURN,
    Engine,
    Hush,
    MicroTurnIn,
    MicroTurnOut,
    Pcm,
    Session,
    SessionSettings,
    VideoFrame,
)

ANSWER_TICKS = 2  # 40 ms: the step's budget on one core
FIRST_SAMPLE_S = 0.06  # of an answer's sound, after its micro-turn: the step's budget and one tick of the queue
MICRO_TURN_S = MICRO_TURN_MS / 1000
FLUSH_TICKS = 5  # own sound that the decimator still holds
TICKS_PER_PICTURE = 5  # ten pictures a second
CAMERA = "user:camera"


@dataclass(slots=True)
class _Stage:
    """One conversation's sound on its way out, tick by tick."""

    voice: VoiceOut = field(default_factory=VoiceOut)
    output: list[Pcm] = field(default_factory=list[Pcm])  # each (SPOKEN_TICK_SAMPLES,); as long as the item
    texts: list[TimedText] = field(default_factory=list[TimedText])
    deeds: list[Deed] = field(default_factory=list[Deed])
    step_ms: list[float] = field(default_factory=list[float])
    _decimator: Decimator = field(default_factory=Decimator)
    _silent_ticks: int = FLUSH_TICKS

    def answer(self, out: MicroTurnOut, epoch: int, step_ms: float, queued_as_ms: float) -> None:
        """Take in an answer, as a conversation does."""
        self.step_ms.append(step_ms)
        self.voice.note_step(queued_as_ms)
        if any(isinstance(action, Hush) for action in out.actions):
            self.voice.stop()
            epoch = self.voice.epoch
        self.voice.put(out, epoch)
        at_s = (out.index + 1) * MICRO_TURN_S
        self.deeds += [Deed.of(action, at_s) for action in out.actions]

    def tick(self) -> Pcm | None:
        """Send one tick; the agent's sound as sent (320,) at 16 kHz, None when silent."""
        start_s = len(self.output) * TICK_S
        piece = self.voice.pull()
        pcm = np.zeros(SPOKEN_TICK_SAMPLES, np.float32) if piece is None else piece.pcm
        if piece is not None and piece.text:
            self.texts.append(TimedText(round(start_s, 2), round(start_s + MICRO_TURN_S, 2), piece.text))
        self.output.append(pcm)
        self._silent_ticks = 0 if piece is not None else self._silent_ticks + 1
        return self._decimator.resample(pcm) if self._silent_ticks <= FLUSH_TICKS else None

    def take(self, num_samples: int) -> Take:
        """What was recorded, cut to the item's length."""
        sound = np.concatenate(self.output)[:num_samples]
        return Take(sound, tuple(self.texts), tuple(self.deeds), tuple(self.step_ms))


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a session hears and sees of an item."""

    sound: Pcm  # (S,) 16 kHz, whole micro-turns
    camera: Camera | None = None

    @property
    def num_ticks(self) -> int:
        return self.sound.size // HEARD_TICK_SAMPLES

    def to(self, assembler: MicroTurnAssembler, tick: int, own: Pcm | None) -> list[MicroTurnIn]:
        """Put one tick in, with a picture where one is due; the micro-turn that it completes."""
        if self.camera is not None and tick % TICKS_PER_PICTURE == 0:
            picture = self.camera(tick * TICK_S)
            if picture is not None:
                assembler.add_frame(VideoFrame(picture, tick, CAMERA))
        return assembler.add_tick(tick, self.sound[tick * HEARD_TICK_SAMPLES :][:HEARD_TICK_SAMPLES], own)


Now = Callable[[], float]
NewClock = Callable[[], Now]  # one for each conversation, from its start


async def converse(
    engine: Engine, item: Item, sound: Pcm, clock: NewClock | None = None, extra: Mapping[str, str] | None = None
) -> Take:
    """Play `sound` (S,) at 16 kHz to a new session, in fast time without a clock. Raises SeamError when it fails."""
    settings = SessionSettings(f"bench {item.id}", greeting=item.given_text, extra={"item": item.id, **(extra or {})})
    session = await engine.open(settings)
    try:
        padded = np.pad(sound, (0, -sound.size % HEARD_SAMPLES))
        stage = _Stage()
        shown = Shown(padded, camera_of(item))
        await (_play_fast(session, stage, shown) if clock is None else _play_in_time(session, stage, shown, clock()))
        return stage.take(sound.size * SPOKEN_SAMPLES // HEARD_SAMPLES)
    finally:
        await session.close()


async def _play_fast(session: Session, stage: _Stage, shown: Shown) -> None:
    """As fast as the engine answers; each answer sounds as if it had taken `ANSWER_TICKS`."""
    assembler = MicroTurnAssembler()
    waiting: MicroTurnOut | None = None
    epoch = 0
    took_ms = 0.0
    for tick in range(shown.num_ticks):
        if waiting is not None and tick % TICKS_PER_MICRO_TURN == ANSWER_TICKS:
            stage.answer(waiting, epoch, took_ms, queued_as_ms=0.0)
            waiting = None
        own = stage.tick()
        for turn in shown.to(assembler, tick, own):
            epoch = stage.voice.epoch
            waiting, took_ms = await _step(session, (turn,))


async def _play_in_time(session: Session, stage: _Stage, shown: Shown, now: Now) -> None:
    """As in a call: late answers sound late, and what waits meanwhile goes in together."""
    assembler, mailbox = MicroTurnAssembler(), Mailbox()
    async with asyncio.TaskGroup() as tasks:
        thinking = tasks.create_task(_think(session, stage, mailbox, now), name="think")
        started = now()
        for tick in range(shown.num_ticks):
            await _until(started + (tick + 1) * TICK_S, now)
            own = stage.tick()
            for turn in shown.to(assembler, tick, own):
                mailbox.put(turn)
        thinking.cancel()


async def _until(at_s: float, now: Now) -> None:
    """Until a clock that may stand still shows a time."""
    left_s = at_s - now()
    while left_s > 0:
        await asyncio.sleep(left_s)
        left_s = at_s - now()


async def _think(session: Session, stage: _Stage, mailbox: Mailbox, now: Now) -> None:
    while True:
        heard = await mailbox.take()
        epoch = stage.voice.epoch
        out, took_ms = await _step(session, heard, now)
        stage.answer(out, epoch, took_ms, queued_as_ms=took_ms)


async def _step(
    session: Session, heard: tuple[MicroTurnIn, ...], now: Now = time.monotonic
) -> tuple[MicroTurnOut, float]:
    started = now()
    out = await session.step(heard)
    return out, (now() - started) * 1000
