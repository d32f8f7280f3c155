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
    pcm, found_hz = read_any_rate(path)
    if found_hz != rate_hz:
        raise SoundError(f"{path}: {found_hz} Hz; {rate_hz} Hz is needed")
    return pcm


def read_any_rate(path: Path) -> tuple[Pcm, int]:
    """(S,) samples and their rate. Raises SoundError unless it is one channel of 16 bits."""
    try:
        with wave.open(str(path), "rb") as file:
            kind = (file.getnchannels(), file.getsampwidth())
            rate_hz = file.getframerate()
            raw = file.readframes(file.getnframes())
    except (OSError, wave.Error, EOFError) as error:
        raise SoundError(f"{path}: cannot be read as WAV: {error}") from error
    if kind != (1, 2):
        raise SoundError(f"{path}: {kind[0]} channels of {8 * kind[1]} bits; one of 16 bits is needed")
    return (np.frombuffer(raw, "<i2") / _FULL_SCALE).astype(np.float32), rate_hz


def resampled(pcm: Pcm, from_hz: int, to_hz: int) -> Pcm:
    """(S,) at another rate, by its spectrum: exact below the lower Nyquist frequency, for whole clips only."""
    if from_hz == to_hz or not pcm.size:
        return pcm
    size = round(pcm.size * to_hz / from_hz)
    spectrum = np.fft.rfft(pcm)
    kept = np.zeros(size // 2 + 1, np.complex128)
    num_bins = min(kept.size, spectrum.size)
    kept[:num_bins] = spectrum[:num_bins]
    return (np.fft.irfft(kept, size) * (size / pcm.size)).astype(np.float32)
