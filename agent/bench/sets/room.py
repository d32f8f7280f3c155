"""Noise of a room and single sounds for the items: three levels, other kinds for `test` than for `dev`.

All are made from a random generator; none is a recording. Knows nothing of speech.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from agent.bench.sets.casting import LOUDNESS_RMS
from model.types import HEARD_RATE_HZ, Pcm

SNR_DB: Mapping[str, float] = {"low": 22.0, "high": 12.0}
Floats = NDArray[np.float64]
Maker = Callable[[int, np.random.Generator], Floats]


def with_noise(sound: Pcm, noise: str, split: str, seed: int) -> Pcm:
    """(S,) speech at `LOUDNESS_RMS` with a room's noise at a level of SNR_DB; `none` leaves it."""
    if noise == "none":
        return sound
    rng = np.random.default_rng(seed)
    makers = _BACKGROUNDS[split]
    background = makers[int(rng.integers(len(makers)))](sound.size, rng)
    gain = LOUDNESS_RMS / 10 ** (SNR_DB[noise] / 20) / np.sqrt(np.mean(np.square(background)))
    return np.clip(sound + gain * background, -1.0, 1.0).astype(np.float32)


def single_sound(kind: str, seed: int) -> Pcm:
    """One of `SINGLE_SOUNDS`, (S,) at 16 kHz, as loud as speech."""
    rng = np.random.default_rng(seed)
    sound = _SINGLE[kind](rng)
    return (sound * (LOUDNESS_RMS / np.sqrt(np.mean(np.square(sound))))).astype(np.float32)


def _shaped(num_samples: int, rng: np.random.Generator, tilt: float, low_hz: float, high_hz: float) -> Floats:
    """Noise whose spectrum falls by `tilt` (0 white, 1 pink, 2 brown) between two edges."""
    spectrum = np.fft.rfft(rng.standard_normal(num_samples))
    hz = np.fft.rfftfreq(num_samples, 1 / HEARD_RATE_HZ)
    shape = np.where((hz >= low_hz) & (hz <= high_hz), np.maximum(hz, 20.0) ** (-tilt / 2), 0.0)
    return np.asarray(np.fft.irfft(spectrum * shape, num_samples))


def _office(num_samples: int, rng: np.random.Generator) -> Floats:
    return _shaped(num_samples, rng, 1.0, 40, 6000)


def _vent(num_samples: int, rng: np.random.Generator) -> Floats:
    return _shaped(num_samples, rng, 2.0, 30, 2500)


def _rain(num_samples: int, rng: np.random.Generator) -> Floats:
    """A hiss with drops."""
    hiss = _shaped(num_samples, rng, 0.3, 800, 7600)
    hiss /= np.abs(hiss).max()
    for at in rng.integers(0, max(1, num_samples - 400), num_samples // 800):
        size = min(int(rng.integers(80, 400)), num_samples - int(at))
        hiss[at : at + size] += rng.uniform(0.2, 1.0) * rng.standard_normal(size) * np.exp(-np.arange(size) / 40)
    return hiss


def _train(num_samples: int, rng: np.random.Generator) -> Floats:
    """A rumble with double clacks of the rails."""
    rumble = _shaped(num_samples, rng, 2.5, 25, 900)
    rumble /= np.abs(rumble).max()
    every = int(rng.uniform(0.7, 1.1) * HEARD_RATE_HZ)
    for start in range(int(rng.integers(every)), num_samples - 6000, every):
        for at in (start, start + 2900):
            clack = rng.standard_normal(1200) * np.exp(-np.arange(1200) / 180)
            rumble[at : at + 1200] += 0.7 * clack
    return rumble


def _surf(num_samples: int, rng: np.random.Generator) -> Floats:
    """Waves that come and go."""
    wash = _shaped(num_samples, rng, 0.8, 150, 5500)
    times = np.arange(num_samples) / HEARD_RATE_HZ
    swell = 0.35 + 0.65 * np.sin(np.pi * times / rng.uniform(4, 7) + rng.uniform(0, 3)) ** 2
    return wash * swell


def _tap(rng: np.random.Generator) -> Floats:
    """A tap against wood, a few times."""
    return np.concatenate([_decay(rng, 0.16, 220, 40.0) for _ in range(int(rng.integers(2, 4)))])


def _beep(rng: np.random.Generator) -> Floats:
    times = np.arange(int(0.5 * HEARD_RATE_HZ)) / HEARD_RATE_HZ
    return np.sin(2 * np.pi * rng.uniform(700, 1100) * times) * np.minimum(1, 30 * (0.5 - times))


def _crockery(rng: np.random.Generator) -> Floats:
    """Plates set down: short bright ringing."""
    return np.concatenate([_decay(rng, 0.22, rng.uniform(2200, 4200), 25.0) for _ in range(3)])


def _paper(rng: np.random.Generator) -> Floats:
    """A page is turned."""
    rustle = _shaped(int(0.7 * HEARD_RATE_HZ), rng, 0.0, 1500, 7600)
    return rustle * np.repeat(rng.uniform(0.05, 1.0, 70), HEARD_RATE_HZ // 100)[: rustle.size]


def _horn(rng: np.random.Generator) -> Floats:
    """A car's horn outside."""
    times = np.arange(int(rng.uniform(0.4, 0.9) * HEARD_RATE_HZ)) / HEARD_RATE_HZ
    tone = sum(np.sin(2 * np.pi * hz * times) for hz in (410, 515, 820, 1030))
    return np.asarray(tone * np.minimum(1, 40 * np.minimum(times, times[-1] - times)))


def _decay(rng: np.random.Generator, duration_s: float, hz: float, rate: float) -> Floats:
    times = np.arange(int(duration_s * HEARD_RATE_HZ)) / HEARD_RATE_HZ
    ring = np.sin(2 * np.pi * hz * times) + 0.4 * rng.standard_normal(times.size)
    return np.asarray(ring * np.exp(-rate * times))


_BACKGROUNDS: Mapping[str, tuple[Maker, ...]] = {"dev": (_office, _vent), "test": (_rain, _train, _surf)}
_SINGLE: Mapping[str, Callable[[np.random.Generator], Floats]] = {
    "tap": _tap,
    "beep": _beep,
    "crockery": _crockery,
    "paper": _paper,
    "horn": _horn,
}
SINGLE_SOUNDS: Mapping[str, tuple[str, ...]] = {"dev": ("tap", "beep"), "test": ("crockery", "paper", "horn")}
