"""The hibari voice as a `Voice`: English text to 24 kHz sound with exact word times, on one worker thread.

Shapes: P phonemes, F spectrum frames of 300 samples, N samples at 24 kHz.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from hibari import dsp
from hibari.voices import DEFAULT, voice_path

from model.clauses import clauses_of
from model.onnx_graph import INT64, session_with
from model.phonemes import Breath, Pronunciation
from model.types import SPOKEN_RATE_HZ, InputError, Pcm, SpokenPiece, Word
from model.worker import Worker, Works

LANGUAGE = "en"
MIN_PACE, MAX_PACE = 0.5, 2.0
_DURATIONS = "/Cast_32_output_0"  # inside the graph: how long each phoneme lasts
_DURATION_UNIT_S = 0.025
_MAX_WAITING = 32
_LEAD_S = 0.03  # kept of the silence before the first phoneme (the graph makes 0.3 s) …
_TAIL_S = 0.2  # … and after the last one
GAIN = 2.0  # the graph speaks at an RMS of 0.04; people in calls at about 0.08
_SPECTRA = ("lh", "theta", "ln", "lr", "phi", "f0")


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """A breath before it is sound: the graph's outputs for `hibari.dsp.synth`, and what to keep of that sound."""

    lh: Pcm  # (601, F) log magnitude of the filter on the pulses
    theta: Pcm  # (601, F) its phase before tanh
    ln: Pcm  # (601, F) log magnitude of the noise
    lr: Pcm  # (601, F) log magnitude of the part with phases of its own
    phi: Pcm  # (601, F) those phases
    f0: Pcm  # (F,) in Hz; below 40 where there are no pulses
    start_s: float
    end_s: float
    words: tuple[Word, ...]  # times from `start_s`


class HibariVoice:
    """`Voice` of model/types.py. `submit` speaks one clause for those who stay off the event loop."""

    def __init__(self, num_threads: int = 1, seed: int = 0, worker: Works | None = None) -> None:
        self._session = session_with(Path(voice_path(DEFAULT)), _DURATIONS, INT64, num_threads)
        self._pronunciation = Pronunciation()
        self._seed = seed
        self._lock = threading.Lock()  # the phoneme side is not made for two threads; the worker is the only one
        self.say("Ready.")  # loads the pronunciations
        self._worker = worker or Worker("voice", _MAX_WAITING)

    def submit(self, clause: str, pace: float = 1.0) -> Future[SpokenPiece]:
        """Speak one clause soon; word times count from its own start. Raises CapacityError, InputError."""
        _check(LANGUAGE, pace)
        return self._worker.submit(lambda: self.say(clause, pace))

    async def speak(
        self, text: AsyncIterator[str], language: str = LANGUAGE, pace: float = 1.0
    ) -> AsyncIterator[SpokenPiece]:
        """One piece a clause, as soon as the clause is complete. Raises InputError."""
        _check(language, pace)
        num_spoken = 0
        async for clause in clauses_of(text):
            piece = await asyncio.wrap_future(self.submit(clause, pace))
            if len(piece.pcm) > 0:
                yield SpokenPiece(piece.pcm, moved_words(piece, num_spoken / SPOKEN_RATE_HZ))
                num_spoken += len(piece.pcm)

    def say(self, clause: str, pace: float = 1.0) -> SpokenPiece:
        """Speak one clause now, on the caller's thread; the same words give the same samples."""
        spoken = SpokenPiece(np.zeros(0, np.float32))
        for spectra in self.analyse(clause, pace):
            spoken = _joined(spoken, self._synthesise(spectra))
        return spoken

    def analyse(self, clause: str, pace: float = 1.0) -> list[Spectra]:
        """What `say` makes its sound of, one for each breath, for those who make other sound of it."""
        with self._lock:
            return [self._spectra(breath, pace) for breath in self._pronunciation.breaths(clause)]

    def idle(self) -> Future[None]:
        """Done when everything asked before is done."""
        return self._worker.idle()

    def close(self) -> None:
        self._worker.close()

    def _synthesise(self, spectra: Spectra) -> SpokenPiece:
        parts = (spectra.lh, spectra.theta, spectra.ln, spectra.lr, spectra.phi, spectra.f0)
        pcm = dsp.synth(*parts, np.random.default_rng(self._seed)) * GAIN
        pcm = pcm[round(spectra.start_s * SPOKEN_RATE_HZ) : round(spectra.end_s * SPOKEN_RATE_HZ)]
        return SpokenPiece(np.clip(pcm, -1.0, 1.0).astype(np.float32), spectra.words)

    def _spectra(self, breath: Breath, pace: float) -> Spectra:
        """Where words start and end is from the graph's own durations."""
        inputs = {"ids": np.array([breath.ids], np.int64), "speed": np.array([pace], np.float32)}
        # Any: onnxruntime types its outputs as a union with kinds that this graph never gives
        outputs = cast(list[Any], self._session.run([*_SPECTRA, _DURATIONS], inputs))
        times = breath.times(outputs[-1].reshape(-1) * _DURATION_UNIT_S)
        start_s = max(0.0, times[0][0] - _LEAD_S)
        words = (Word(text, t[0] - start_s, t[1] - start_s) for text, t in zip(breath.words, times, strict=True))
        lh, theta, ln, lr, phi, f0 = (part[0] for part in outputs[:-1])
        return Spectra(lh, theta, ln, lr, phi, f0, start_s, times[-1][1] + _TAIL_S, tuple(words))


def _check(language: str, pace: float) -> None:
    if language != LANGUAGE:
        raise InputError(f"language: this voice speaks {LANGUAGE!r} only, not {language!r}")
    if not MIN_PACE <= pace <= MAX_PACE:
        raise InputError(f"pace: {pace} is not between {MIN_PACE} and {MAX_PACE}")


def _joined(first: SpokenPiece, second: SpokenPiece) -> SpokenPiece:
    moved = moved_words(second, len(first.pcm) / SPOKEN_RATE_HZ)
    return SpokenPiece(np.concatenate([first.pcm, second.pcm]), first.words + moved)


def moved_words(piece: SpokenPiece, offset_s: float) -> tuple[Word, ...]:
    """The piece's words with times counted from `offset_s` before its start."""
    return tuple(Word(w.text, w.start_s + offset_s, w.end_s + offset_s) for w in piece.words)
