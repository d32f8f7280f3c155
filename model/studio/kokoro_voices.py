"""Kokoro's English voices: text to 16 kHz sound with the graph's own word times. About half a second a second.

The graph reads the alphabet in which hibari's dictionary writes, so it needs no other program to pronounce. Knows
nothing of where clips are kept.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from scipy.signal import resample_poly

from model.onnx_graph import FLOAT, session_with
from model.phonemes import Breath, Pronunciation
from model.studio.stage import Clip
from model.studio.word_times import trimmed
from model.types import HEARD_RATE_HZ, SPOKEN_RATE_HZ, InputError, Pcm, Word

WEIGHTS = "kokoro-82m"  # in model/manifest.toml
HELD_OUT_VOICES = ("af_nova", "am_michael", "bf_emma", "bm_george")  # tests speak with these, training never does
TRAINING_VOICES = tuple(
    "af_alloy af_aoede af_bella af_heart af_jessica af_kore af_nicole af_river af_sarah af_sky am_adam am_echo am_eric "
    "am_fenrir am_liam am_onyx am_puck am_santa bf_alice bf_isabella bf_lily bm_daniel bm_fable bm_lewis".split()
)
_DURATIONS = "/encoder/Clip_output_0"  # inside the graph: how long each phoneme lasts
_DURATION_UNIT_S = 0.025
_STYLE_SIZE = 256


class KokoroVoices:
    """All voices over one graph, for one thread at a time. `folder` holds model.onnx and voices/NAME.bin."""

    def __init__(self, folder: Path, num_threads: int = 1) -> None:
        self._folder = folder
        self._session = session_with(folder / "model.onnx", _DURATIONS, FLOAT, num_threads)
        self._pronunciations: dict[bool, Pronunciation] = {}

    def say(self, voice: str, text: str, pace: float = 1.0) -> Clip:
        """`text` by a voice such as af_bella; British ones read British. Raises InputError."""
        if voice not in TRAINING_VOICES + HELD_OUT_VOICES:
            raise InputError(f"voice: Kokoro has no English voice {voice!r}; there are {TRAINING_VOICES}")
        parts: list[Pcm] = [np.zeros(0, np.float32)]
        words: list[Word] = []
        for breath in self._pronunciation(voice.startswith("b")).breaths(text):
            part = self._speak(breath, self._style(voice, len(breath.ids)), pace)
            offset_s = sum(map(len, parts)) / HEARD_RATE_HZ
            words += (Word(w.text, w.start_s + offset_s, w.end_s + offset_s) for w in part.words)
            parts.append(part.pcm)
        return Clip(np.concatenate(parts), tuple(words))

    def _pronunciation(self, is_british: bool) -> Pronunciation:
        if is_british not in self._pronunciations:
            self._pronunciations[is_british] = Pronunciation(is_british)
        return self._pronunciations[is_british]

    def _style(self, voice: str, num_ids: int) -> Pcm:
        """(1, 256) for a text of that length."""
        styles = _styles(self._folder / "voices" / f"{voice}.bin")
        return styles[min(max(num_ids - 2, 0), len(styles) - 1)][None]

    def _speak(self, breath: Breath, style: Pcm, pace: float) -> Clip:
        inputs = {"tokens": np.array([breath.ids], np.int64), "style": style, "speed": np.array([pace], np.float32)}
        # Any: onnxruntime types its outputs as a union with kinds that this graph never gives
        spoken, durations = cast(list[Any], self._session.run(["audio", _DURATIONS], inputs))
        times = breath.times(durations.reshape(-1) * _DURATION_UNIT_S)
        pcm = resample_poly(spoken, HEARD_RATE_HZ // 8000, SPOKEN_RATE_HZ // 8000).astype(np.float32)
        words = [Word(text, *time) for text, time in zip(breath.words, times, strict=True)]
        kept, moved = trimmed(words, len(pcm) / HEARD_RATE_HZ)
        return Clip(pcm[kept], moved)


@cache
def _styles(file: Path) -> Pcm:
    """(510, 256)"""
    return np.fromfile(file, np.float32).reshape(-1, _STYLE_SIZE)
