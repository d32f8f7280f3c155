"""Speakers of Debian's flite (Carnegie Mellon's permissive licence), called in this process, with its own word times.

A speaker is one of flite's voices at a pitch of its own, played faster or slower and so with longer or shorter a
throat. Knows nothing of where clips are kept.
"""

from __future__ import annotations

import ctypes
import random
from ctypes import POINTER, c_char_p, c_float, c_int, c_short, c_void_p
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy.signal import resample_poly

from model.studio.stage import Clip
from model.studio.word_times import Piece, trimmed, words_on
from model.types import HEARD_RATE_HZ, InputError, Word

_PITCHES_HZ = {"slt": 180.0, "rms": 105.0, "awb": 140.0, "kal16": 95.0}  # the voices' own; rms keeps to it
_SIZES = ((1, 1), (8, 9), (10, 9), (6, 7), (7, 6), (12, 11))  # of throats: length up / down
FLITE_VOICES = tuple(f"flite-{name}-{index}" for name in _PITCHES_HZ for index in range(len(_SIZES)))
_FIRST_WORD = "daughter1.R:SylStructure.daughter1.daughter1.R:Segment"
_LAST_WORD = "daughtern.R:SylStructure.daughtern.daughtern.R:Segment"
_FULL_SCALE = 32768


class _Wave(ctypes.Structure):
    _fields_ = (
        ("type", c_char_p),
        ("rate_hz", c_int),
        ("num_samples", c_int),
        ("num_channels", c_int),
        ("samples", POINTER(c_short)),
    )


class _Voice(ctypes.Structure):
    _fields_ = (("name", c_char_p), ("features", c_void_p))  # its first fields


class _Relation(ctypes.Structure):
    _fields_ = (("name", c_char_p), ("features", c_void_p), ("utterance", c_void_p), ("head", c_void_p))


@dataclass(frozen=True, slots=True)
class FliteSpeaker:
    """How a speaker is made of a flite voice."""

    voice: str
    size: tuple[int, int]
    pace: float
    pitch: float  # times the voice's, before the size


@cache
def flite_speaker(name: str) -> FliteSpeaker:
    """The same speaker for the same name of FLITE_VOICES."""
    _, voice, index = name.split("-")
    rng = random.Random(f"speaker {name}")
    return FliteSpeaker(voice, _SIZES[int(index)], rng.uniform(0.8, 1.3), rng.uniform(0.8, 1.25))


def say_with_flite(name: str, text: str, rng: random.Random) -> Clip:
    """`text` by a speaker of FLITE_VOICES. Raises InputError where flite is not installed or says nothing."""
    speaker = flite_speaker(name)
    up, down = speaker.size
    pace = speaker.pace * rng.uniform(0.9, 1.1)
    clip = _speak(speaker.voice, text, pace * up / down, speaker.pitch * rng.uniform(0.95, 1.05))
    words = tuple(Word(w.text, w.start_s * up / down, w.end_s * up / down) for w in clip.words)
    return Clip(clip.pcm if up == down else resample_poly(clip.pcm, up, down).astype(np.float32), words)


def _speak(voice: str, text: str, pace: float, pitch: float) -> Clip:
    flite, opened = _library(), _voice(voice)
    features = opened.contents.features
    flite.feat_set_float(features, b"duration_stretch", 1 / pace)
    flite.feat_set_float(features, b"int_f0_target_mean", _PITCHES_HZ[voice] * pitch)
    utterance = flite.flite_synth_text(text.encode("ascii", "ignore"), opened)
    try:
        words = words_on(text, _pieces(utterance, text))
        if not words:
            raise InputError(f"text: {text!r} has nothing that flite can say; give it English words")
        wave = flite.utt_wave(utterance).contents
        assert wave.rate_hz == HEARD_RATE_HZ, wave.rate_hz
        samples = np.ctypeslib.as_array(wave.samples, (wave.num_samples,))
        pcm = (samples / _FULL_SCALE).astype(np.float32)
    finally:
        flite.delete_utterance(utterance)
    kept, words = trimmed(words, len(pcm) / HEARD_RATE_HZ)
    return Clip(pcm[kept], words)


def _pieces(utterance: int, text: str) -> list[Piece]:
    """flite's tokens, which are written words without the punctuation around them."""
    flite, pieces, at = _library(), list[Piece](), 0
    token = flite.utt_relation(utterance, b"Token").contents.head
    while token:
        name = flite.item_feat_string(token, b"name").decode()
        first = text.find(name, at)
        end_s = flite.flite_ffeature_float(token, f"{_LAST_WORD}.end".encode())
        if first >= 0 and end_s > 0:
            start_s = flite.flite_ffeature_float(token, f"{_FIRST_WORD}.p.end".encode())
            at = first + len(name)
            pieces.append(Piece(first, at, start_s, end_s))
        token = flite.item_next(token)
    return pieces


@cache
def _library() -> Any:  # a ctypes library has attributes of any name
    try:
        flite = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        raise InputError(f"voice: flite is not installed ({error}); apt-get install flite") from error
    for part in ("usenglish", "cmulex"):
        ctypes.CDLL(f"libflite_{part}.so.1", mode=ctypes.RTLD_GLOBAL)
    for name, result, arguments in (
        ("flite_synth_text", c_void_p, [c_char_p, c_void_p]),
        ("utt_wave", POINTER(_Wave), [c_void_p]),
        ("utt_relation", POINTER(_Relation), [c_void_p, c_char_p]),
        ("item_next", c_void_p, [c_void_p]),
        ("item_feat_string", c_char_p, [c_void_p, c_char_p]),
        ("flite_ffeature_float", c_float, [c_void_p, c_char_p]),
        ("delete_utterance", None, [c_void_p]),
        ("feat_set_float", None, [c_void_p, c_char_p, c_float]),
    ):
        function = getattr(flite, name)
        function.restype, function.argtypes = result, arguments
    flite.flite_init()
    return flite


@cache
def _voice(name: str) -> Any:  # a pointer to _Voice, which ctypes does not type
    _library()
    register = getattr(ctypes.CDLL(f"libflite_cmu_us_{name}.so.1"), f"register_cmu_us_{name}")
    register.restype, register.argtypes = POINTER(_Voice), [c_void_p]
    return register(None)
