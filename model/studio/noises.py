"""Sounds that are no speech, made from formulas and never twice the same. The tests have sounds of their own.

Shapes: S samples at 16 kHz.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from model.types import HEARD_RATE_HZ, InputError, Pcm

KINDS = ("cough", "sneeze", "laugh", "door", "keyboard", "knock", "phone", "music", "chair", "breath", "hm")
LEVEL = 0.08  # RMS of the loudest quarter
_NYQUIST_HZ = HEARD_RATE_HZ / 2
_Sound = NDArray[np.float64]


def make_noise(kind: str, duration_s: float, rng: random.Random) -> Pcm:
    """(S,) as loud as speech near the microphone. Raises InputError for a kind that is not in KINDS."""
    if kind not in KINDS:
        raise InputError(f"kind: no noise {kind!r}; there are: {', '.join(KINDS)}")
    if duration_s <= 0:
        raise InputError(f"duration_s: {duration_s} is not above 0")
    num_samples = max(1, round(duration_s * HEARD_RATE_HZ))
    sound = _MAKERS[kind](num_samples, rng)
    sound *= _edges(num_samples)
    parts = np.array_split(sound**2, max(4, num_samples // 1600))
    loudest = sorted(float(part.mean()) for part in parts)[-max(1, len(parts) // 4) :]
    level = math.sqrt(sum(loudest) / len(loudest))
    return (sound * (LEVEL / max(level, 1e-9))).clip(-1, 1).astype(np.float32)


def hiss(num_samples: int, rng: random.Random, low_hz: float, high_hz: float) -> _Sound:
    """(S,) noise of a band."""
    noise = np.random.default_rng(rng.getrandbits(64)).standard_normal(num_samples)
    high_hz = min(high_hz, 0.95 * _NYQUIST_HZ)
    sections = scipy.signal.butter(2, (low_hz, high_hz), "bandpass", fs=HEARD_RATE_HZ, output="sos")
    return np.asarray(scipy.signal.sosfilt(sections, noise), np.float64)


def tone(pitch_hz: _Sound, num_harmonics: int, tilt: float) -> _Sound:
    """(S,) harmonics over a pitch in time, each `tilt` powers weaker than its number."""
    phase = 2 * np.pi * np.cumsum(pitch_hz) / HEARD_RATE_HZ
    sound = np.zeros(len(pitch_hz))
    for harmonic in range(1, num_harmonics + 1):
        is_below = pitch_hz * harmonic < 0.95 * _NYQUIST_HZ
        sound += np.sin(harmonic * phase) * is_below / harmonic**tilt
    return sound


def _cough(num_samples: int, rng: random.Random) -> _Sound:
    """A burst of air, then a hoarse throat; once to three times."""
    sound = np.zeros(num_samples)
    length = min(num_samples, round(rng.uniform(0.25, 0.4) * HEARD_RATE_HZ))
    for start in _starts(num_samples, length, rng.randint(1, 3), rng):
        air = hiss(length, rng, rng.uniform(300, 700), rng.uniform(2500, 6000)) * _decay(
            length, rng.uniform(0.04, 0.09)
        )
        throat = tone(np.linspace(rng.uniform(150, 350), rng.uniform(90, 150), length), 12, 1.0)
        throat *= _rise(length, 0.03) * _decay(length, rng.uniform(0.08, 0.15))
        rough = 1 + 0.5 * hiss(length, rng, 20, 80)
        sound[start : start + length] += 2 * air / air.std() + rng.uniform(0.3, 0.9) * throat * rough
    return sound


def _sneeze(num_samples: int, rng: random.Random) -> _Sound:
    """A breath drawn in, then a loud burst."""
    middle = round(num_samples * rng.uniform(0.35, 0.55))
    draw = hiss(middle, rng, 500, 3500) * np.linspace(0, 1, middle) ** 2
    length = num_samples - middle
    burst = hiss(length, rng, 800, 7500) * _decay(length, rng.uniform(0.08, 0.2))
    call = tone(np.linspace(rng.uniform(250, 500), rng.uniform(120, 250), length), 10, 1.2) * _decay(length, 0.1)
    return np.concatenate([0.1 * _unit(draw), 2 * _unit(burst) + rng.uniform(0.2, 0.8) * _unit(call)])


def _laugh(num_samples: int, rng: random.Random) -> _Sound:
    """Short voiced puffs, several a second, falling in pitch."""
    sound = np.zeros(num_samples)
    pitch, period = rng.uniform(140, 380), round(rng.uniform(0.15, 0.24) * HEARD_RATE_HZ)
    formant_hz = rng.uniform(500, 900)
    for start in range(0, num_samples, period):
        length = min(round(period * rng.uniform(0.5, 0.75)), num_samples - start)
        voice = tone(np.linspace(pitch * 1.15, pitch * 0.9, length), 14, 0.8)
        voice = _resonant(voice, formant_hz, 120) + 0.4 * _resonant(voice, 2.4 * formant_hz, 200)
        air = hiss(length, rng, 800, 5000)
        sound[start : start + length] = np.hanning(length) * (_unit(voice) + rng.uniform(0.2, 0.6) * _unit(air))
        pitch *= rng.uniform(0.94, 1.0)
    return sound


def _door(num_samples: int, rng: random.Random) -> _Sound:
    """A latch, perhaps a creak, then a thud that rings low."""
    sound = 0.02 * hiss(num_samples, rng, 100, 2000)
    at = round(num_samples * rng.uniform(0.2, 0.6))
    if rng.random() < 0.5 and at > 100:
        creak = tone(np.linspace(rng.uniform(200, 500), rng.uniform(300, 900), at), 6, 0.7)
        sound[:at] += 0.15 * creak * (1 + hiss(at, rng, 8, 30)) * np.hanning(at)
    _add_hit(sound, max(0, at - 800), rng, rng.uniform(1500, 3000), 0.01, 0.3)
    _add_hit(sound, at, rng, rng.uniform(60, 140), rng.uniform(0.08, 0.2), 1.0)
    _add_hit(sound, at, rng, rng.uniform(250, 600), 0.03, 0.6)
    return sound


def _keyboard(num_samples: int, rng: random.Random) -> _Sound:
    """Keys that go down and, a little later and softer, up."""
    sound, at = np.zeros(num_samples), rng.randrange(min(2000, max(1, num_samples // 3)))
    body_hz, per_s = rng.uniform(250, 900), rng.uniform(4, 11)
    while at < num_samples:
        loudness = rng.uniform(0.4, 1.0)
        _add_hit(sound, at, rng, body_hz * rng.uniform(0.8, 1.2), 0.008, loudness)
        _add_hit(sound, at, rng, rng.uniform(2500, 5500), 0.004, loudness)
        _add_hit(sound, at + rng.randrange(900, 2200), rng, rng.uniform(2000, 5000), 0.003, 0.4 * loudness)
        at += round(HEARD_RATE_HZ * rng.expovariate(per_s)) + 600
    return sound


def _knock(num_samples: int, rng: random.Random) -> _Sound:
    """Two to five blows on wood, evenly spaced."""
    sound, body_hz, count = np.zeros(num_samples), rng.uniform(150, 450), rng.randint(2, 5)
    step = min(num_samples // (count + 1), round(rng.uniform(0.12, 0.3) * HEARD_RATE_HZ))
    for index in range(count):
        at = index * step + rng.randrange(200)
        loudness = rng.uniform(0.7, 1.0)
        _add_hit(sound, at, rng, body_hz, 0.03, loudness)
        _add_hit(sound, at, rng, body_hz * 2.7, 0.015, 0.5 * loudness)
    return sound


def _phone(num_samples: int, rng: random.Random) -> _Sound:
    """A ring of two alternating pitches, a trill, or a little tune, with rests."""
    time_s = np.arange(num_samples) / HEARD_RATE_HZ
    low = rng.uniform(400, 1200)
    pitches = np.array([low * 2 ** (rng.choice((0, 3, 4, 5, 7, 9, 12)) / 12) for _ in range(rng.randint(2, 8))])
    a_second = rng.choice((rng.uniform(4, 9), rng.uniform(15, 25)))
    pitch = pitches[(time_s * a_second).astype(np.int64) % len(pitches)]
    rests = (time_s * rng.uniform(0.4, 1.0)) % 1 < rng.uniform(0.5, 0.9)
    return tone(pitch, rng.randint(1, 5), rng.uniform(0.8, 2)) * rests


def _music(num_samples: int, rng: random.Random) -> _Sound:
    """Chords of a scale, plucked or held, with a bass."""
    sound = np.zeros(num_samples)
    root, beat = rng.uniform(110, 260), round(HEARD_RATE_HZ * 60 / rng.uniform(70, 150))
    third, brightness, ring_s = rng.choice((3, 4)), rng.uniform(1.0, 2.2), rng.uniform(0.15, 1.2)
    for start in range(0, num_samples, beat):
        step, length = rng.choice((0, 0, 5, 7, -3, -5)), min(2 * beat, num_samples - start)
        envelope = _rise(length, 0.01) * _decay(length, ring_s)
        for interval in (-12, 0, third, 7, 12 + rng.choice((0, 2, third, 7))):
            pitch = np.full(length, root * 2 ** ((step + interval) / 12))
            sound[start : start + length] += tone(pitch, 6, brightness) * envelope * rng.uniform(0.3, 1.0)
    return sound


def _chair(num_samples: int, rng: random.Random) -> _Sound:
    """Scraping legs: stick and slip, a pitch that wanders, and a knock where it comes to rest."""
    wander = np.interp(
        np.arange(num_samples),
        np.linspace(0, num_samples, 8),
        [rng.uniform(80, 260) for _ in range(8)],
    )
    scrape = _resonant(tone(wander, 30, 0.3), rng.uniform(500, 1500), 300) * np.hanning(num_samples)
    sound = _unit(scrape) * (1 + 0.4 * hiss(num_samples, rng, 10, 60)) + 0.3 * hiss(num_samples, rng, 500, 4000)
    _add_hit(sound, round(num_samples * 0.9), rng, rng.uniform(100, 250), 0.05, 3.0)
    return sound


def _breath(num_samples: int, rng: random.Random) -> _Sound:
    """Air in, air out."""
    swell = np.abs(np.sin(np.pi * np.arange(num_samples) / num_samples * rng.randint(1, 3))) ** 1.5
    low_hz = rng.uniform(300, 900)
    return hiss(num_samples, rng, low_hz, low_hz * rng.uniform(3, 6)) * swell


def _hm(num_samples: int, rng: random.Random) -> _Sound:
    """A hum through closed lips, once or twice, rising or falling."""
    first, last = rng.uniform(90, 250), rng.uniform(0.75, 1.3)
    pitch = first * np.linspace(1, last, num_samples) * (1 + 0.01 * hiss(num_samples, rng, 2, 12))
    swell = np.abs(np.sin(np.pi * np.arange(num_samples) / num_samples * rng.choice((1, 1, 2)))) ** 0.6
    voice = tone(np.maximum(pitch, 60), 12, 1.5)
    return (_unit(_resonant(voice, 260, 100)) + 0.03 * hiss(num_samples, rng, 200, 3000)) * swell


_MAKERS: dict[str, Callable[[int, random.Random], _Sound]] = {
    "cough": _cough,
    "sneeze": _sneeze,
    "laugh": _laugh,
    "door": _door,
    "keyboard": _keyboard,
    "knock": _knock,
    "phone": _phone,
    "music": _music,
    "chair": _chair,
    "breath": _breath,
    "hm": _hm,
}


def _starts(num_samples: int, length: int, count: int, rng: random.Random) -> Iterator[int]:
    """Where `count` events of a length begin, one after the other as far as there is room."""
    at = 0
    for _ in range(count):
        if at + length > num_samples:
            return
        yield at
        at += length + round(rng.uniform(0.0, 0.25) * HEARD_RATE_HZ)


def _add_hit(sound: _Sound, at: int, rng: random.Random, pitch_hz: float, ring_s: float, loudness: float) -> None:
    """Something hard is struck: a ringing pitch under a click, added in place."""
    length = min(len(sound) - at, round(8 * ring_s * HEARD_RATE_HZ) + 64)
    if length <= 64:
        return
    ring = np.sin(2 * np.pi * pitch_hz * np.arange(length) / HEARD_RATE_HZ + rng.uniform(0, 3))
    click = hiss(length, rng, 0.5 * pitch_hz, 6 * pitch_hz + 500)
    sound[at : at + length] += loudness * (ring + click) * _decay(length, ring_s)


def _resonant(sound: _Sound, pitch_hz: float, width_hz: float) -> _Sound:
    radius = math.exp(-math.pi * width_hz / HEARD_RATE_HZ)
    angle = 2 * math.pi * pitch_hz / HEARD_RATE_HZ
    return np.asarray(scipy.signal.lfilter([1 - radius], [1, -2 * radius * math.cos(angle), radius**2], sound))


def _decay(num_samples: int, time_s: float) -> _Sound:
    return np.exp(-np.arange(num_samples) / (time_s * HEARD_RATE_HZ))


def _rise(num_samples: int, time_s: float) -> _Sound:
    return np.minimum(1.0, np.arange(num_samples) / (time_s * HEARD_RATE_HZ))


def _edges(num_samples: int) -> _Sound:
    """Fades of at most 5 ms."""
    at = np.arange(num_samples)
    return np.minimum(1.0, np.minimum(at + 1, num_samples - at) / max(1, min(80, num_samples // 4)))


def _unit(sound: _Sound) -> _Sound:
    return sound / max(float(sound.std()), 1e-9)
