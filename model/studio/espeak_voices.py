"""Speakers of Debian's espeak-ng, called in this process, with its own word times: many accents, throats and pitches.

Knows nothing of where clips are kept.
"""

from __future__ import annotations

import ctypes
import itertools
import random
import string
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_short, c_size_t, c_uint, c_void_p
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy.signal import resample_poly

from model.studio.stage import Clip
from model.studio.word_times import Piece, trimmed, words_on
from model.types import HEARD_RATE_HZ, InputError, Pcm

NUM_SPEAKERS = 16  # few: the hardest to understand
ESPEAK_VOICES = tuple(f"espeak-{index:02d}" for index in range(NUM_SPEAKERS))
_ACCENTS = ("en-us", "en", "en-us", "en-gb-scotland", "en-us", "en-gb-x-rp", "en-us")
_THROATS = tuple("m1 m2 m3 m4 m7 f1 f2 f3 f4 f5 Annie Michael steph".split())
_SYNCHRONOUS, _PHONEME_EVENTS, _UTF8, _BY_CHARACTER = 2, 1, 1, 1  # AUDIO_OUTPUT, INITIALIZE, CHARS, POSITION
_RATE, _PITCH, _RANGE = 1, 3, 4  # espeak_PARAMETER
_LIST_END, _WORD, _PHONEME = 0, 1, 7  # espeak_EVENT_TYPE
_PAUSES = (b"", b"_", b"_:", b"_!", b"_|", b"_::")
_PUNCTUATION = string.punctuation + string.whitespace + "\u2026\u2019\u2014"
_FULL_SCALE = 32768


class _Name(ctypes.Union):
    _fields_ = (("number", c_int), ("name", c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", c_int),
        ("unique_identifier", c_uint),
        ("text_position", c_int),  # of a character, from 1
        ("length", c_int),
        ("audio_ms", c_int),
        ("sample", c_int),
        ("user_data", c_void_p),
        ("id", _Name),
    )


@dataclass(frozen=True, slots=True)
class EspeakSpeaker:
    """How espeak-ng is set for a speaker."""

    voice: str  # accent and throat
    words_a_minute: int
    pitch: int  # 0 … 99
    melody: int  # 0 … 99
    size: tuple[int, int]  # of the throat: length up / down


@cache
def espeak_speaker(name: str) -> EspeakSpeaker:
    """The same speaker for the same name of ESPEAK_VOICES."""
    index, rng = ESPEAK_VOICES.index(name), random.Random(f"speaker {name}")
    accent, throat = _ACCENTS[index % len(_ACCENTS)], _THROATS[index * 5 % len(_THROATS)]
    size = rng.choice(((1, 1), (1, 1), (11, 12), (13, 12), (9, 8)))
    return EspeakSpeaker(f"{accent}+{throat}", rng.randint(115, 165), rng.randint(25, 75), rng.randint(25, 75), size)


def say_with_espeak(name: str, text: str, rng: random.Random) -> Clip:
    """`text` by a speaker of ESPEAK_VOICES. Raises InputError where espeak-ng is not installed or says nothing."""
    speaker = espeak_speaker(name)
    up, down = speaker.size
    spoken = _Spoken()
    espeak, rate_hz = _library()
    for parameter, value in (
        (_RATE, round(speaker.words_a_minute * up / down * rng.uniform(0.9, 1.1))),
        (_PITCH, speaker.pitch + rng.randint(-5, 5)),
        (_RANGE, speaker.melody + rng.randint(-10, 10)),
    ):
        espeak.espeak_SetParameter(parameter, value, 0)
    if espeak.espeak_SetVoiceByName(speaker.voice.encode()) != 0:
        raise InputError(f"voice: this espeak-ng has no voice {speaker.voice!r}; apt-get install espeak-ng")
    encoded = text.encode() + b"\0"
    callback = _CALLBACK(spoken.hear)
    espeak.espeak_SetSynthCallback(callback)
    espeak.espeak_Synth(encoded, len(encoded), 0, _BY_CHARACTER, 0, _UTF8, None, None)
    pieces = [Piece(p.first, p.end, p.start_s * up / down, p.end_s * up / down) for p in spoken.pieces(text)]
    words = words_on(text, pieces)
    if not words:
        raise InputError(f"text: {text!r} has nothing that espeak-ng can say; give it words")
    pcm = resample_poly(spoken.pcm(), *_ratio(HEARD_RATE_HZ * up, rate_hz * down)).astype(np.float32)
    kept, words = trimmed(words, len(pcm) / HEARD_RATE_HZ)
    return Clip(pcm[kept], words)


class _Spoken:
    """What espeak-ng hands over while it speaks."""

    def __init__(self) -> None:
        self._parts: list[Pcm] = [np.zeros(0, np.float32)]
        self._words: list[tuple[int, float]] = []  # first letter, start_s
        self._silences: list[float] = []  # starts of pauses, and the end

    def hear(self, samples: Any, num_samples: int, events: Any) -> int:  # ctypes pointers
        if samples:
            part = np.ctypeslib.as_array(samples, (num_samples,))
            self._parts.append((part / _FULL_SCALE).astype(np.float32))
        index = 0
        while events[index].type != _LIST_END:
            event, index = events[index], index + 1
            at_s = event.audio_ms / 1000
            if event.type == _WORD and event.text_position > 0:  # at times it tells of a word that is nowhere
                self._words.append((event.text_position - 1, at_s))
            elif event.type == _PHONEME and event.id.string.rstrip(b"\0") in _PAUSES:
                self._silences.append(at_s)
        return 0

    def pcm(self) -> Pcm:
        return np.concatenate(self._parts)

    def pieces(self, text: str) -> list[Piece]:
        """A word ends where a pause or the next word begins; what is read as one word with it ("of the") is in it."""
        found: list[Piece] = []
        for (first, start_s), following in itertools.zip_longest(self._words, self._words[1:]):
            next_first, next_s = following or (len(text), float("inf"))
            end_s = min([next_s, *(silence for silence in self._silences if silence > start_s)])
            letters = text[first:next_first].rstrip(_PUNCTUATION)
            found.append(Piece(first, first + len(letters), start_s, end_s if end_s < float("inf") else start_s + 0.3))
        return found


_CALLBACK = CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_Event))


@cache
def _library() -> tuple[Any, int]:
    """The library, which ctypes does not type, and its sampling rate."""
    try:
        espeak = ctypes.CDLL("libespeak-ng.so.1")
    except OSError as error:
        raise InputError(f"voice: espeak-ng is not installed ({error}); apt-get install espeak-ng") from error
    espeak.espeak_Synth.argtypes = [c_char_p, c_size_t, c_uint, c_int, c_uint, c_uint, c_void_p, c_void_p]
    espeak.espeak_SetSynthCallback.argtypes = [_CALLBACK]
    rate_hz = espeak.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS)
    if rate_hz <= 0:
        raise InputError("voice: espeak-ng does not start; reinstall espeak-ng and espeak-ng-data")
    return espeak, rate_hz


def _ratio(up: int, down: int) -> tuple[int, int]:
    common = np.gcd(up, down)
    return int(up // common), int(down // common)
