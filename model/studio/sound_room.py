"""How a call's mix sounds after the room, the microphone and the network. Words keep their times.

Shapes: S samples at 16 kHz.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import scipy.fft
import scipy.signal
from numpy.typing import NDArray

from model.studio.noises import make_noise
from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, Pcm

_TAPS = 512
_LOOP = 1 << 17  # samples of a noise that goes round without a seam
_SPEECH_LEVEL = 0.08
_QUIET_LEVEL = 1e-4  # a mix under it counts as silent


def in_a_room(mix: Pcm, rng: random.Random) -> Pcm:
    """(S,) to (S,): another room, microphone, noise, network and level for each draw."""
    if len(mix) == 0:
        return mix
    level = _speech_level(mix)
    heard = _placed(mix, rng)
    if rng.random() > 0.35:
        heard = heard + _noise(mix, level * 10 ** (-rng.uniform(8, 40) / 20), rng)
    if rng.random() < 0.25:
        heard = _gated(heard, level, rng)
    if rng.random() < 0.15:
        heard = _with_losses(heard, rng)
    return _levelled(heard, level, rng)


def _speech_level(mix: Pcm) -> float:
    """RMS of the pieces that sound, or that of ordinary speech where none does."""
    power = _powers(mix)
    loud = power[power > max(power.max() / 300, _QUIET_LEVEL**2)]
    return float(np.sqrt(loud.mean())) if len(loud) else _SPEECH_LEVEL


def _placed(mix: Pcm, rng: random.Random) -> Pcm:
    """Through the room's echoes and the microphone's band, in one convolution."""
    kernel = _microphone(rng)
    if rng.random() < 0.55:
        kernel = np.convolve(_echoes(rng), kernel)
    heard = scipy.signal.oaconvolve(mix, kernel.astype(np.float32))
    return np.asarray(heard[_TAPS // 2 : _TAPS // 2 + len(mix)], np.float32)


def _echoes(rng: random.Random) -> NDArray[np.float64]:
    """The straight way first, a few walls, then a tail that fades by 60 dB in the drawn time."""
    fading_s, wet = rng.uniform(0.1, 0.7), rng.uniform(0.05, 0.45)
    num_samples = round(min(fading_s, 0.4) * HEARD_RATE_HZ)
    at_s = np.arange(num_samples) / HEARD_RATE_HZ
    tail = np.random.default_rng(rng.getrandbits(64)).standard_normal(num_samples) * 10 ** (-3 * at_s / fading_s)
    tail[: round(rng.uniform(0.002, 0.015) * HEARD_RATE_HZ)] = 0
    echoes = tail * wet / max(float(np.sqrt(np.sum(tail**2))), 1e-9)
    for _ in range(rng.randint(0, 4)):
        echoes[rng.randrange(20, 400)] += rng.uniform(-0.4, 0.4)
    echoes[0] = 1.0
    return echoes


def _microphone(rng: random.Random) -> NDArray[np.float64]:
    """(TAPS,) around its middle: a tilt, and sometimes the narrow band of a telephone or a laptop."""
    hz = np.linspace(0, HEARD_RATE_HZ / 2, _TAPS // 2 + 1)
    gain_db = rng.uniform(-3, 3) * np.log2(np.maximum(hz, 100) / 1000)
    low_hz, high_hz = rng.uniform(20, 250), rng.choice((8000.0, 8000.0, rng.uniform(5000, 8000), 3600.0))
    gain_db -= 12 * np.maximum(0, np.log2(low_hz / np.maximum(hz, 10)))
    gain_db -= 60 * np.maximum(0, np.log2(np.maximum(hz, 1) / high_hz))
    kernel = np.fft.fftshift(np.fft.irfft(10 ** (gain_db / 20), _TAPS))
    return kernel * np.hanning(_TAPS + 1)[:_TAPS]


def _noise(mix: Pcm, level: float, rng: random.Random) -> Pcm:
    """(S,) of one kind, at a level."""
    loop = rng.choice(_KINDS)(mix, rng)
    rms = float(np.sqrt(np.mean(np.square(loop, dtype=np.float64))))
    if rms < 1e-9:
        return np.zeros_like(mix)
    shift = rng.randrange(len(loop))
    return np.resize(np.roll(loop, shift), len(mix)).astype(np.float32) * np.float32(level / rms)


def _coloured(low_power: float, high_power: float) -> Callable[[Pcm, random.Random], Pcm]:
    """Noise whose level falls with the frequency to a power drawn between two; 0 is white, 0.5 pink, 1 brown."""

    def make(_: Pcm, rng: random.Random) -> Pcm:
        return _shaped(np.maximum(np.arange(_LOOP // 2 + 1), 100.0) ** -rng.uniform(low_power, high_power), rng)

    return make


def _shaped(levels: NDArray[np.float64], rng: random.Random) -> Pcm:
    """(LOOP,) noise with these levels over frequency."""
    parts = np.random.default_rng(rng.getrandbits(64)).standard_normal(2 * len(levels), np.float32)
    spectrum = parts.view(np.complex64) * levels.astype(np.float32)
    return np.asarray(scipy.fft.irfft(spectrum, _LOOP), np.float32)


def _hum(mix: Pcm, rng: random.Random) -> Pcm:
    """The mains, its harmonics, and a little hiss."""
    at_s = np.arange(_LOOP) / HEARD_RATE_HZ
    hum, mains_hz = np.zeros(_LOOP), rng.choice((50, 60))
    for harmonic in (1, 2, 3, 4, 5, 7, 9):
        pitch_hz = round(mains_hz * harmonic * _LOOP / HEARD_RATE_HZ) * HEARD_RATE_HZ / _LOOP  # whole turns in the loop
        hum += np.sin(2 * np.pi * pitch_hz * at_s + rng.uniform(0, 6)) * rng.uniform(0, 1) / harmonic
    return (hum + 0.2 * hum.std() * _unit(_coloured(0, 1)(mix, rng))).astype(np.float32)


def _fan(_: Pcm, rng: random.Random) -> Pcm:
    """Air in a broad band, with the blades' beat."""
    hz = np.arange(_LOOP // 2 + 1) * HEARD_RATE_HZ / _LOOP
    top_hz = rng.uniform(300, 2000)
    air = _unit(_shaped(1 / (1 + (hz / top_hz) ** rng.uniform(1, 2.5)), rng))
    beats = round(rng.uniform(5, 40) * _LOOP / HEARD_RATE_HZ)
    beat = 1 + rng.uniform(0, 0.5) * np.sin(2 * np.pi * beats * np.arange(_LOOP) / _LOOP)
    return (air * beat).astype(np.float32)


def _babble(mix: Pcm, rng: random.Random) -> Pcm:
    """A crowd: the call's own speech backwards, several times over itself; nobody understands it."""
    sounding = mix[np.repeat(_powers(mix) > _QUIET_LEVEL**2, HEARD_TICK_SAMPLES).nonzero()[0]][::-1]
    if len(sounding) < HEARD_RATE_HZ:
        return _coloured(0.4, 0.6)(mix, rng)
    loop = np.resize(sounding, min(_LOOP, len(sounding)))
    crowd = sum(np.roll(sounding, rng.randrange(len(sounding)))[: len(loop)] for _ in range(rng.randint(3, 8)))
    return np.asarray(crowd, np.float32)


def _made(kind: str, low_s: float, high_s: float) -> Callable[[Pcm, random.Random], Pcm]:
    def make(_: Pcm, rng: random.Random) -> Pcm:
        return make_noise(kind, rng.uniform(low_s, high_s), rng)

    return make


_KINDS: tuple[Callable[[Pcm, random.Random], Pcm], ...] = (
    _coloured(0, 0.2),
    _coloured(0.4, 0.6),
    _coloured(0.8, 1.2),
    _hum,
    _fan,
    _fan,
    _babble,
    _babble,
    _made("keyboard", 5, 8),
    _made("music", 6, 9),
)


def _gated(heard: Pcm, level: float, rng: random.Random) -> Pcm:
    """As browsers take noise away: what is under a threshold for a while is damped."""
    power = _powers(heard)
    is_open = power > (level * 10 ** (-rng.uniform(14, 26) / 20)) ** 2
    held = np.convolve(is_open, np.ones(rng.randint(8, 20)))[: len(power)] > 0
    held[:-2] |= held[2:].copy()  # it looks a little ahead
    gains = np.where(held, 1.0, 10 ** (-rng.uniform(10, 40) / 20))
    middles = (np.arange(len(gains)) + 0.5) * HEARD_TICK_SAMPLES
    return heard * np.interp(np.arange(len(heard)), middles, gains).astype(np.float32)


def _with_losses(heard: Pcm, rng: random.Random) -> Pcm:
    """Packets of 20 ms go missing, some in a row; the last one sounds on and fades."""
    heard = heard.copy()
    rate, stays = rng.uniform(0.005, 0.08), rng.uniform(0.0, 0.6)
    num_lost = 0
    for start in range(HEARD_TICK_SAMPLES, len(heard) - HEARD_TICK_SAMPLES + 1, HEARD_TICK_SAMPLES):
        num_lost = num_lost + 1 if rng.random() < (stays if num_lost else rate) else 0
        if num_lost:
            before = heard[start - HEARD_TICK_SAMPLES : start]
            fade = np.linspace(1, 0.6, HEARD_TICK_SAMPLES, dtype=np.float32) * (0.0 if num_lost > 5 else 1.0)
            heard[start : start + HEARD_TICK_SAMPLES] = before * fade
    return heard


def _levelled(heard: Pcm, level: float, rng: random.Random) -> Pcm:
    """Speech's peaks, four times its RMS, between -30 and -6 dB of full scale; sometimes it is too loud and clips."""
    peak = 10 ** (rng.uniform(-30, -6) / 20) if rng.random() > 0.04 else rng.uniform(0.8, 1.5)
    return (heard * np.float32(peak / (4 * level))).clip(-1, 1).astype(np.float32)


def _powers(pcm: Pcm) -> NDArray[np.float64]:
    """Mean square of each 20 ms, the last one padded."""
    padded = np.pad(pcm, (0, -len(pcm) % HEARD_TICK_SAMPLES))
    return np.mean(np.square(padded.reshape(-1, HEARD_TICK_SAMPLES), dtype=np.float64), axis=1)


def _unit(sound: Pcm) -> Pcm:
    return sound / max(float(sound.std()), 1e-9)
