"""Whisper as a `Recogniser`: sound that keeps coming to partial and final transcripts, on one worker thread.

No queue grows here: sound is pulled, and while a partial transcript is in the works no other is begun.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from model.types import HEARD_RATE_HZ, InputError, Pcm, Transcript, Word
from model.whisper import MAX_WINDOW_S, Whisper
from model.worker import Worker, Works

PARTIAL_EVERY_S = 1.0
PAUSE_S = 0.2  # of silence, after which a pass is begun at once: often nothing more comes
_QUIET = 0.0056  # RMS, -45 dBFS
_QUIET_BESIDE_LOUDEST = 0.03  # 30 dB under the loudest piece
_SETTLE_AFTER_S = 24.0  # an utterance this long is cut: its older words are settled and their sound is let go
_SETTLED_BEFORE_END_S = 4.0  # words nearer to the end than this may still change
_MAX_WAITING = 16


class WhisperRecogniser:
    """`Recogniser` of model/types.py, and `submit` for those who hold a whole utterance."""

    def __init__(self, folder: Path, num_threads: int = 1, worker: Works | None = None) -> None:
        """Load from `folder` (`model.weights.path("whisper-base")`). Raises BrokenWeights."""
        self._worker = worker or Worker("recogniser", _MAX_WAITING)
        try:
            self._worker.submit(lambda: torch.set_num_threads(num_threads)).result()
            self._whisper = self._worker.submit(lambda: Whisper.read(folder)).result()
        except BaseException:
            self._worker.close()
            raise

    @property
    def languages(self) -> frozenset[str]:
        return self._whisper.languages

    def submit(self, pcm: Pcm, language: str | None = None) -> Future[Transcript]:
        """Transcribe (S,) samples at 16 kHz, at most 30 s, soon. Raises CapacityError when too much waits."""
        self._check_language(language)
        return self._worker.submit(lambda: self._whisper.transcribe(pcm, language))

    async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncIterator[Transcript]:
        """Partial transcripts about each second and in pauses while sound arrives, then the final one."""
        self._check_language(language)
        utterance = _Utterance()
        working: Future[Transcript] | None = None
        last: Transcript | None = None  # of all that was said so far, if it is not None
        async for pcm in sound:
            utterance.append(pcm)
            if working is not None and working.done():
                last, working = utterance.whole(working.result()), None
                yield replace(last, is_final=False)
            if utterance.duration_s > _SETTLE_AFTER_S:
                transcript = await asyncio.wrap_future(working or self.submit(utterance.take(), language))
                utterance.settle(transcript)
                working = last = None
            elif working is None and utterance.is_worth_a_pass:
                working = self.submit(utterance.take(), language)
        if utterance.has_more_to_hear or (working is None and last is None):
            if working is not None:
                working.cancel()
            working = self.submit(utterance.take(), language)
        if working is not None:
            last = utterance.whole(await asyncio.wrap_future(working))
        assert last is not None, "a pass was made"
        yield last

    def idle(self) -> Future[None]:
        """Done when everything asked before is done."""
        return self._worker.idle()

    def close(self) -> None:
        self._worker.close()

    def _check_language(self, language: str | None) -> None:
        if language is not None and language not in self.languages:
            raise InputError(f"language: whisper has no {language!r}; two-letter codes such as 'en' or 'es'")


class _Utterance:
    """Sound not settled yet, and the words that are."""

    def __init__(self) -> None:
        self._pieces: list[Pcm] = []
        self._num_pending = 0
        self._start = 0  # sample where the pending sound starts
        self._num_taken = 0  # of all that was heard, what a pass has got
        self._num_loud = 0  # up to where it was more than silence
        self._loudest = 0.0
        self._settled: tuple[Word, ...] = ()
        self._language = ""

    @property
    def num_heard(self) -> int:
        return self._start + self._num_pending

    @property
    def duration_s(self) -> float:
        return self._num_pending / HEARD_RATE_HZ

    @property
    def has_more_to_hear(self) -> bool:
        """Whether there was more than silence since the last pass began."""
        return self._num_loud > self._num_taken

    @property
    def is_worth_a_pass(self) -> bool:
        """A second is new, or a pause begins."""
        if not self.has_more_to_hear:
            return False
        is_pause = self.num_heard - self._num_loud >= PAUSE_S * HEARD_RATE_HZ
        return is_pause or self.num_heard - self._num_taken >= PARTIAL_EVERY_S * HEARD_RATE_HZ

    def append(self, pcm: Pcm) -> None:
        """Take sound; a piece longer than the window leaves would not fit and is refused."""
        if pcm.ndim != 1 or pcm.dtype != np.float32 or not np.isfinite(pcm).all():
            raise InputError(f"sound: expected finite (S,) float32, got {pcm.shape} {pcm.dtype}")
        if len(pcm) > (MAX_WINDOW_S - _SETTLE_AFTER_S) * HEARD_RATE_HZ:
            raise InputError(f"sound: a piece of {len(pcm) / HEARD_RATE_HZ:.1f} s; send at most 6 s at once")
        self._pieces.append(pcm)
        self._num_pending += len(pcm)
        level = float(np.sqrt(np.mean(pcm**2))) if len(pcm) else 0.0
        self._loudest = max(self._loudest, level)
        if level > max(_QUIET, _QUIET_BESIDE_LOUDEST * self._loudest):
            self._num_loud = self.num_heard

    def take(self) -> Pcm:
        """All that is pending, for a pass."""
        self._num_taken = self.num_heard
        return self._pcm()

    def _pcm(self) -> Pcm:
        self._pieces = [np.concatenate(self._pieces)] if self._pieces else [np.zeros(0, np.float32)]
        return self._pieces[0]

    def settle(self, transcript: Transcript) -> None:
        """Keep the words that are far from the end and drop their sound."""
        limit_s = self.duration_s - _SETTLED_BEFORE_END_S
        sure = [word for word in transcript.words if word.end_s <= limit_s]
        cut = int((sure[-1].end_s if sure else limit_s) * HEARD_RATE_HZ)
        self._settled += tuple(self._moved(word) for word in sure)
        self._language = self._language or transcript.language
        self._pieces = [self._pcm()[cut:]]
        self._start += cut
        self._num_pending -= cut

    def whole(self, transcript: Transcript) -> Transcript:
        """The settled words and those of the pending sound, in one."""
        settled = " ".join(word.text for word in self._settled)
        return Transcript(
            text=f"{settled} {transcript.text}".strip(),
            language=transcript.language or self._language,
            words=self._settled + tuple(self._moved(word) for word in transcript.words),
        )

    def _moved(self, word: Word) -> Word:
        offset_s = self._start / HEARD_RATE_HZ
        return Word(word.text, word.start_s + offset_s, word.end_s + offset_s)
