"""Kokoro as a `Voice` of Spanish, French, Italian and Portuguese, on one worker thread. About 0.7 s a second.

Shapes: P phoneme ids, N samples at 24 kHz.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from typing import Any, cast

import hibari
import numpy as np

from model import espeak
from model.clauses import clauses_of
from model.hibari import moved_words
from model.onnx_graph import FLOAT, session_with
from model.phonemes import Breath
from model.types import SPOKEN_RATE_HZ, InputError, Pcm, SpokenPiece, Word
from model.worker import Worker, Works

GRAPH_WEIGHTS, VOICE_WEIGHTS = "kokoro-82m", "kokoro-voices"  # in model/manifest.toml
SPEAKERS: Mapping[str, str] = {"es": "ef_dora", "fr": "ff_siwis", "it": "if_sara", "pt": "pf_dora"}
GAINS_DB: Mapping[str, float] = {"es": 3.0, "fr": -1.5, "it": -6.5, "pt": 2.5}  # all speak at -20 dB of full scale
MIN_PACE, MAX_PACE = 0.5, 2.0
_DURATIONS = "/encoder/Clip_output_0"  # inside the graph: how long each phoneme lasts
_DURATION_UNIT_S = 0.025
_STYLE_SIZE = 256
_MAX_IDS = 400
_MAX_WAITING = 16
_LEAD_S, _TAIL_S = 0.03, 0.2  # kept of the silence around the words
_LINK_S = 0.04  # … and after words that no mark ends, as others follow


class KokoroVoice:
    """`Voice` of model/types.py in the languages of SPEAKERS."""

    def __init__(self, graph: Path, voices: Path, num_threads: int = 1, worker: Works | None = None) -> None:
        """`graph` holds model.onnx, `voices` one file for each speaker. Raises BrokenWeights."""
        espeak.check_installed()
        self._voices = voices
        self._session = session_with(graph / "model.onnx", _DURATIONS, FLOAT, num_threads)
        alphabet = Path(hibari.__file__).parent / "assets" / "vocab.json"  # both graphs read one alphabet
        self._alphabet: dict[str, int] = json.loads(alphabet.read_text("utf-8"))
        self._worker = worker or Worker("kokoro", _MAX_WAITING)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(SPEAKERS)

    def submit(self, sentence: str, language: str, pace: float = 1.0) -> Future[SpokenPiece]:
        """Speak soon; word times count from the start. Raises CapacityError, InputError."""
        _check(language, pace)
        return self._worker.submit(lambda: self.say(sentence, language, pace))

    async def speak(
        self, text: AsyncIterator[str], language: str = "es", pace: float = 1.0
    ) -> AsyncIterator[SpokenPiece]:
        """One piece a clause, as soon as the clause is complete. Raises InputError."""
        _check(language, pace)
        num_spoken = 0
        async for clause in clauses_of(text):
            piece = await asyncio.wrap_future(self.submit(clause, language, pace))
            if len(piece.pcm) > 0:
                yield SpokenPiece(piece.pcm, moved_words(piece, num_spoken / SPOKEN_RATE_HZ))
                num_spoken += len(piece.pcm)

    def say(self, sentence: str, language: str, pace: float = 1.0) -> SpokenPiece:
        """Speak now, on the caller's thread."""
        parts: list[Pcm] = []
        words: list[Word] = []
        for breath in self._breaths(sentence, language):
            offset_s = sum(map(len, parts)) / SPOKEN_RATE_HZ
            spoken = self._speak(breath, language, pace, goes_on=sentence.rstrip()[-1:].isalnum())
            words += moved_words(spoken, offset_s)
            parts.append(spoken.pcm)
        return SpokenPiece(np.concatenate(parts) if parts else np.zeros(0, np.float32), tuple(words))

    def close(self) -> None:
        self._worker.close()

    def _breaths(self, sentence: str, language: str) -> list[Breath]:
        """Clauses joined up to what the graph takes at once."""
        clauses = espeak.clauses(sentence)
        read = espeak.phonemes([words for words, _ in clauses], language)
        breaths: list[_Growing] = []
        for (words, mark), phonemes in zip(clauses, read, strict=True):
            if not breaths or len(breaths[-1].ids) + len(phonemes) > _MAX_IDS:
                breaths.append(_Growing(self._alphabet))
            breaths[-1].add(words, phonemes, mark)
        return [grown.breath() for grown in breaths if grown.words]

    def _speak(self, breath: Breath, language: str, pace: float, goes_on: bool) -> SpokenPiece:
        styles = _styles(self._voices / "voices" / f"{SPEAKERS[language]}.bin")
        style = styles[min(len(breath.ids) - 2, len(styles) - 1)][None]
        inputs = {"tokens": np.array([breath.ids], np.int64), "style": style, "speed": np.array([pace], np.float32)}
        # Any: onnxruntime types its outputs as a union with kinds that this graph never gives
        spoken, durations = cast(list[Any], self._session.run(["audio", _DURATIONS], inputs))
        times = breath.times(durations.reshape(-1) * _DURATION_UNIT_S)
        tail_s = _LINK_S if goes_on else _TAIL_S
        start_s, end_s = max(0.0, times[0][0] - _LEAD_S), times[-1][1] + tail_s
        pcm = spoken.reshape(-1)[round(start_s * SPOKEN_RATE_HZ) : round(end_s * SPOKEN_RATE_HZ)]
        words = (Word(text, t[0] - start_s, t[1] - start_s) for text, t in zip(breath.words, times, strict=True))
        gain = min(10 ** (GAINS_DB[language] / 20), 1.0 / max(np.abs(pcm).max(initial=0.0), 1e-6))
        return SpokenPiece((pcm * gain).astype(np.float32), tuple(words))


class _Growing:
    """A breath while clauses are added."""

    def __init__(self, alphabet: Mapping[str, int]) -> None:
        self._alphabet = alphabet
        self.ids = [0]
        self.words: list[str] = []
        self._spans: list[tuple[int, int]] = []

    def add(self, written: str, phonemes: str, mark: str) -> None:
        """One clause. Its words keep their own times where as many are read as were written, else they share one."""
        groups, words = phonemes.split()[:_MAX_IDS], written.split()
        if len(groups) != len(words):
            groups, words = [" ".join(groups)], [written]
        for word, group in zip(words, groups, strict=True):
            first = len(self.ids)
            self.ids += [self._alphabet[symbol] for symbol in group if symbol in self._alphabet][:_MAX_IDS]
            if len(self.ids) > first:
                self.words.append(word)
                self._spans.append((first, len(self.ids)))
                self.ids.append(self._alphabet[" "])
        if self.ids[-1] == self._alphabet[" "] and mark in self._alphabet:
            self.ids[-1:] = [self._alphabet[mark], self._alphabet[" "]]

    def breath(self) -> Breath:
        return Breath([*self.ids[:-1], 0], tuple(self.words), tuple(self._spans))


def _check(language: str, pace: float) -> None:
    if language not in SPEAKERS:
        raise InputError(f"language: this voice speaks {', '.join(SPEAKERS)}, not {language!r}")
    if not MIN_PACE <= pace <= MAX_PACE:
        raise InputError(f"pace: {pace} is not between {MIN_PACE} and {MAX_PACE}")


@cache
def _styles(file: Path) -> Pcm:
    """(510, 256)"""
    return np.fromfile(file, np.float32).reshape(-1, _STYLE_SIZE)
