"""Real speech for tests, by a voice the engines do not speak with, and conversations in virtual time."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from model import weights
from model.cascade import CascadeEngine
from model.cascade_session import CascadeSession
from model.types import (
    HEARD_RATE_HZ,
    HEARD_SAMPLES,
    SPOKEN_RATE_HZ,
    SPOKEN_SAMPLES,
    Action,
    Event,
    MicroTurnIn,
    MicroTurnOut,
    Pcm,
)

PROMPTS = Path("/usr/share/asterisk/sounds/en")


def weights_or_skip(name: str) -> Path:
    """Where the weights lie; skips the test when they were not fetched."""
    try:
        return weights.path(name)
    except weights.WeightsError as error:
        pytest.skip(str(error))


def speak(text: str, folder: Path) -> Pcm:
    """`text` by flite's voice slt: (S,) float32 at 16 kHz, RMS 0.08."""
    if shutil.which("flite") is None:
        pytest.skip("the package flite is missing; apt-get install flite")
    path = folder / "spoken.wav"
    subprocess.run(["flite", "-voice", "slt", "-t", text, "-o", str(path)], check=True)
    pcm = read_sound(path)
    loud = np.flatnonzero(np.abs(pcm) > 0.01)
    pcm = pcm[loud[0] : loud[-1] + 1]
    return (pcm * (0.08 / np.sqrt(np.mean(pcm**2)))).astype(np.float32)


def read_sound(path: Path) -> Pcm:
    """Any file ffmpeg reads, as (S,) float32 at 16 kHz."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "f32le", "-ac", "1", "-ar", str(HEARD_RATE_HZ), "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32).copy()


def at_heard_rate(spoken: Pcm) -> Pcm:
    """24 kHz to 16 kHz; linear interpolation does for an echo and for a recogniser."""
    heard = np.arange(len(spoken) * HEARD_RATE_HZ // SPOKEN_RATE_HZ) * (SPOKEN_RATE_HZ / HEARD_RATE_HZ)
    return np.interp(heard, np.arange(len(spoken)), spoken).astype(np.float32)


@dataclass
class Talk:
    """A conversation where every organ finishes its work between two micro-turns, and no time passes otherwise."""

    engine: CascadeEngine
    session: CascadeSession
    echo_gain: float = 0.0
    echo_delay_samples: int = HEARD_RATE_HZ * 150 // 1000
    index: int = 0
    spoken: list[Pcm] = field(default_factory=list[Pcm])  # each (SPOKEN_SAMPLES,), silence too
    words: list[str] = field(default_factory=list[str])
    actions: list[tuple[int, Action]] = field(default_factory=list[tuple[int, Action]])

    async def hear(self, pcm: Pcm, events: tuple[Event, ...] = ()) -> None:
        """Play sound, padded to whole micro-turns; `events` come with the first."""
        for start in range(0, len(pcm), HEARD_SAMPLES):
            piece = np.zeros(HEARD_SAMPLES, np.float32)
            piece[: len(pcm) - start] = pcm[start : start + HEARD_SAMPLES]
            await self._step(piece, events if start == 0 else ())

    async def silence(self, duration_s: float, events: tuple[Event, ...] = ()) -> None:
        await self.hear(np.zeros(round(duration_s * HEARD_RATE_HZ), np.float32), events)

    async def until_quiet(self, limit_s: float = 20.0) -> None:
        """Listen until the agent has been silent for a second."""
        for _ in range(round(limit_s)):
            await self.silence(1.0)
            if not any(piece.any() for piece in self.spoken[-5:]):
                return
        raise AssertionError(f"the agent still speaks after {limit_s} s: {self.text}")

    @property
    def text(self) -> str:
        return " ".join(word for word in self.words if word)

    def of_kind(self, kind: type[Action]) -> list[Action]:
        return [action for _, action in self.actions if isinstance(action, kind)]

    async def _step(self, pcm: Pcm, events: tuple[Event, ...]) -> None:
        own = self.spoken[-1] if self.spoken and self.spoken[-1].any() else None
        heard = (pcm + self.echo_gain * self._echo()).astype(np.float32)
        turn = MicroTurnIn(self.index, heard, None if own is None else at_heard_rate(own), events=events)
        out: MicroTurnOut = await self.session.step((turn,))
        self.spoken.append(np.zeros(SPOKEN_SAMPLES, np.float32) if out.pcm is None else out.pcm)
        self.words.append(out.text)
        self.actions += [(self.index, action) for action in out.actions]
        self.index += 1
        organs = self.engine.organs
        for organ in (organs.recogniser, organs.language_model, organs.voice):
            await asyncio.wrap_future(organ.idle())

    def _echo(self) -> Pcm:
        """What was sent in the micro-turn before last and the last, delayed, as this micro-turn hears it."""
        sent = [at_heard_rate(piece) for piece in self.spoken[-5:]]
        past = np.concatenate([np.zeros(5 * HEARD_SAMPLES, np.float32), *sent])
        end = len(past) - self.echo_delay_samples
        return past[end - HEARD_SAMPLES : end]
