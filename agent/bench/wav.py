"""Mono 16-bit WAV files to float samples and back. Knows nothing of what sounds."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from agent.errors import AgentError
from model.types import Pcm

_FULL_SCALE = 32767


class SoundError(AgentError):
    """A sound file cannot be used; says which and why."""


def write_wav(path: Path, pcm: Pcm, rate_hz: int) -> None:
    """Write (S,) samples; what is beyond full scale is clipped."""
    samples = np.round(np.clip(pcm, -1.0, 1.0) * _FULL_SCALE).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())


def read_wav(path: Path, rate_hz: int) -> Pcm:
    """(S,) samples of a file at `rate_hz`. Raises SoundError when it is another kind of file or not there."""
    try:
        with wave.open(str(path), "rb") as file:
            kind = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            raw = file.readframes(file.getnframes())
    except (OSError, wave.Error, EOFError) as error:
        raise SoundError(f"{path}: cannot be read as WAV: {error}") from error
    if kind != (1, 2, rate_hz):
        channels, width, rate = kind
        raise SoundError(
            f"{path}: {channels} channels of {8 * width} bits at {rate} Hz; one of 16 bits at {rate_hz} Hz is needed"
        )
    return (np.frombuffer(raw, "<i2") / _FULL_SCALE).astype(np.float32)
