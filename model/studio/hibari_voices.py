"""Many speakers out of one voice: hibari's spectra with another pitch, tract, pace and breath, made sound at 16 kHz.

Word times are the graph's own. Knows nothing of where clips are kept. Shapes: K bins of 20 Hz, F frames of 12.5 ms,
S samples at 16 kHz.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import cast

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.signal import resample_poly

from model.hibari import GAIN, HibariVoice, Spectra, moved_words
from model.studio.stage import Clip
from model.types import HEARD_RATE_HZ, SPOKEN_RATE_HZ, Pcm, Word

NUM_SPEAKERS = 60
HIBARI_VOICES = tuple(f"hibari-{index:02d}" for index in range(NUM_SPEAKERS))
_N_FFT = 800
_HOP = 200
_BINS = _N_FFT // 2 + 1  # 401 of the graph's 601: up to 8 kHz
_BIN_HZ = HEARD_RATE_HZ / _N_FFT
_LEVEL = GAIN * 2 / 3  # the graph's levels are made for an inverse transform of 1200
_UNVOICED_BELOW_HZ = 40.0
_HIGHEST_HARMONIC_HZ = 7800.0
_LOUDEST_LOG = 7.0
_WINDOW = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_N_FFT) / _N_FFT)).astype(np.float32)
_SOURCE_WINDOW = _WINDOW / (_N_FFT / 4)  # a cosine of amplitude one peaks at one


@dataclass(frozen=True, slots=True)
class Speaker:
    """How a speaker differs from hibari."""

    pitch: float = 1.0  # times hibari's
    melody: float = 1.0  # how far the pitch moves around its middle, times hibari's
    tract: float = 1.0  # formants times hibari's
    pace: float = 1.0
    tilt_db: float = 0.0  # an octave, from 500 Hz
    breath: float = 0.0  # noise above 1.5 kHz beside the harmonics, times their level
    tremble: float = 0.0  # how far the pitch strays from frame to frame, of itself


@cache
def speaker(voice: str) -> Speaker:
    """The same speaker for the same name. Over all names the pitch is spread evenly."""
    rng = random.Random(f"speaker {voice}")
    part = (HIBARI_VOICES.index(voice) + rng.random()) / NUM_SPEAKERS
    pitch = 0.55 * (1.7 / 0.55) ** part
    return Speaker(
        pitch=pitch,
        melody=rng.uniform(0.5, 1.5),
        tract=min(1.2, max(0.8, pitch**0.25 * rng.uniform(0.9, 1.1))),  # long throats speak low
        pace=rng.uniform(0.75, 1.35),
        tilt_db=rng.uniform(-2.5, 2.0),
        breath=rng.choice((0.0, rng.uniform(0.05, 0.4))),
        tremble=rng.choice((0.0, rng.uniform(0.002, 0.015))),
    )


def varied(speaker: Speaker, rng: random.Random) -> Speaker:
    """The same person another time."""
    pitch, pace = speaker.pitch * rng.uniform(0.94, 1.06), speaker.pace * rng.uniform(0.9, 1.1)
    melody = speaker.melody * rng.uniform(0.8, 1.25)
    return Speaker(pitch, melody, speaker.tract, pace, speaker.tilt_db, speaker.breath, speaker.tremble)


def say_as(hibari: HibariVoice, speaker: Speaker, text: str, rng: random.Random) -> Clip:
    """`text` as this speaker says it."""
    noise = np.random.default_rng(rng.getrandbits(64))
    parts: list[Pcm] = [np.zeros(0, np.float32)]
    words: list[Word] = []
    for spectra in hibari.analyse(text, speaker.pace):
        offset_s = sum(map(len, parts)) / HEARD_RATE_HZ
        words += (Word(w.text, w.start_s + offset_s, w.end_s + offset_s) for w in spectra.words)
        pcm = _sound(spectra, speaker, noise)
        parts.append(pcm[round(spectra.start_s * HEARD_RATE_HZ) : round(spectra.end_s * HEARD_RATE_HZ)])
    return Clip(np.concatenate(parts), tuple(words))


def say_as_agent(hibari: HibariVoice, text: str) -> Clip:
    """`text` as the product speaks it, heard at 16 kHz."""
    piece = hibari.say(text)
    pcm = resample_poly(piece.pcm, HEARD_RATE_HZ // 8000, SPOKEN_RATE_HZ // 8000).astype(np.float32)
    return Clip(pcm, moved_words(piece, 0.0))


def _sound(spectra: Spectra, speaker: Speaker, noise: np.random.Generator) -> Pcm:
    """(S,) of a whole breath: pulses through their filter, and noise with the graph's phases."""
    f0 = _melody(spectra.f0, speaker, noise)
    num_frames = len(f0)
    tilt = _tilt(speaker.tilt_db)[:, None]
    lh, theta = _warped(spectra.lh, speaker.tract) + tilt, _warped(spectra.theta, speaker.tract)
    lr = np.exp(np.minimum(_warped(spectra.lr, speaker.tract) + tilt, _LOUDEST_LOG))
    filter_level = np.exp(np.minimum(lh, _LOUDEST_LOG))
    spectrum = _spectrum_of_pulses(_pulses(f0), num_frames)
    spectrum *= filter_level * np.exp(1j * np.pi * np.tanh(theta)).astype(np.complex64)
    spectrum += lr * np.exp(1j * spectra.phi[:_BINS]).astype(np.complex64)
    if speaker.breath:
        hiss = noise.standard_normal((_BINS, 2 * num_frames), np.float32).view(np.complex64)
        hiss *= filter_level * speaker.breath * (f0 > _UNVOICED_BELOW_HZ)
        hiss[: round(1500 / _BIN_HZ)] = 0
        spectrum += hiss
    return _inverse(spectrum) * np.float32(_LEVEL)


def _melody(f0: Pcm, speaker: Speaker, noise: np.random.Generator) -> Pcm:
    voiced = f0 > _UNVOICED_BELOW_HZ
    if not voiced.any():
        return f0
    height = np.log(f0[voiced])
    middle = float(np.median(height))
    stray = noise.standard_normal(len(height)) * speaker.tremble
    moved = np.zeros_like(f0)
    moved[voiced] = np.exp(middle + math.log(speaker.pitch) + (height - middle) * speaker.melody + stray)
    return np.where(voiced, np.clip(moved, 60.0, 600.0), 0.0).astype(np.float32)


def _warped(part: Pcm, tract: float) -> Pcm:
    """(601, F) to (K, F): what stood at a frequency now stands at `tract` times it."""
    at = np.arange(_BINS, dtype=np.float32) / tract
    below = at.astype(np.int64)
    share = (at - below)[:, None]
    warped = part[below] * (1 - share) + part[np.minimum(below + 1, len(part) - 1)] * share
    return warped.astype(np.float32, copy=False)


@lru_cache(maxsize=256)
def _tilt(tilt_db: float) -> Pcm:
    """(K,) as a logarithm."""
    octaves = np.log2(np.maximum(np.arange(_BINS) * _BIN_HZ, 500.0) / 500.0)
    return (octaves * tilt_db * math.log(10) / 20).astype(np.float32)


def _pulses(f0: Pcm) -> Pcm:
    """(F * HOP,): every harmonic at amplitude one, sum of cos(h t) = sin((H + 1/2) t) / (2 sin(t / 2)) - 1/2."""
    middles = np.arange(len(f0)) * _HOP + _HOP / 2
    voiced = np.repeat(f0 > _UNVOICED_BELOW_HZ, _HOP)
    known = np.flatnonzero(f0 > _UNVOICED_BELOW_HZ)
    if len(known) == 0:
        return np.zeros(len(voiced), np.float32)
    pitch = np.interp(np.arange(len(voiced)), middles[known], f0[known])
    phase = np.cumsum(pitch / HEARD_RATE_HZ) % 1.0 * 2 * np.pi
    top = np.floor(_HIGHEST_HARMONIC_HZ / pitch) + 0.5
    below = 2 * np.sin(phase / 2)
    near_pulse = np.abs(below) <= 2e-3
    train = np.sin(top * phase) / np.where(near_pulse, 1.0, below)
    train = np.where(near_pulse, top, train) - 0.5
    return np.where(voiced, train, 0.0).astype(np.float32)


def _spectrum_of_pulses(pulses: Pcm, num_frames: int) -> NDArray[np.complex64]:
    """(K, F)"""
    around = np.pad(pulses, _N_FFT // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(around, _N_FFT)[::_HOP][:num_frames] * _SOURCE_WINDOW
    spectra = cast(NDArray[np.complex64], scipy.fft.rfft(frames, axis=1))  # scipy types it as something to dispatch on
    return np.ascontiguousarray(spectra.T)


def _inverse(spectrum: NDArray[np.complex64]) -> Pcm:
    """(K, F) to (F * HOP,), overlapping four windows."""
    num_frames, num_parts = spectrum.shape[1], _N_FFT // _HOP
    frames = cast(Pcm, scipy.fft.irfft(spectrum.T, _N_FFT, axis=1)) * _WINDOW
    frames = frames.reshape(num_frames, num_parts, _HOP)
    squares = (_WINDOW**2).reshape(num_parts, _HOP)
    pcm = np.zeros((num_frames + num_parts - 1, _HOP), np.float32)
    weight = np.full_like(pcm, 1e-11)
    for part in range(num_parts):
        pcm[part : part + num_frames] += frames[:, part]
        weight[part : part + num_frames] += squares[part]
    half = _N_FFT // 2
    return (pcm / weight).reshape(-1)[half : half + num_frames * _HOP]
