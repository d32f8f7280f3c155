"""Whisper as a `Recogniser`: sound that keeps coming to partial and final transcripts, on one worker thread.

No queue grows here: sound is pulled, and while a partial transcript is in the works no other is begun. What holds no
speech (music, noise) is not shown to the network, which would find words in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import torch

from model.pending_sound import PASS_EVERY_S, PendingSound
from model.types import HEARD_RATE_HZ, InputError, Pcm, Transcript
from model.vad import VoiceActivity
from model.whisper import Whisper
from model.worker import Worker, Works

EAGER_PASS_S = 0.4  # of new sound, for interpreters: a word is sure when two transcripts agree on it
_SETTLE_AFTER_S = 24.0  # an utterance this long is cut: its older words are settled and their sound is let go
_SETTLED_BEFORE_END_S = 4.0  # words nearer to the end than this may still change
_MAX_WAITING = 16


class WhisperRecogniser:
    """`Recogniser` of model/types.py, and `submit` for those who hold a whole utterance."""

    def __init__(
        self, folder: Path, num_threads: int = 1, worker: Works | None = None, pass_every_s: float = PASS_EVERY_S
    ) -> None:
        """Load from `folder` (`model.weights.path("whisper-base")`); new sound of `pass_every_s` is worth a partial
        transcript. Raises BrokenWeights.
        """
        self._pass_every_s = pass_every_s
        self._activity = VoiceActivity()
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

    def submit(self, pcm: Pcm, language: str | None = None, *, into_english: bool = False) -> Future[Transcript]:
        """Transcribe (S,) samples at 16 kHz, at most 30 s, soon; or say it in English, as whisper itself does.

        Raises CapacityError when too much waits.
        """
        self._check_language(language)
        return self._worker.submit(lambda: self._whisper.transcribe(pcm, language, into_english=into_english))

    async def into_english(self, pcm: Pcm, language: str) -> str:
        """What is said in (S,) samples at 16 kHz, at most 30 s, in English. Raises CapacityError, InputError."""
        listener = PendingSound(self._activity.listener())
        for start in range(0, len(pcm), HEARD_RATE_HZ):
            listener.append(pcm[start : start + HEARD_RATE_HZ])
        if not listener.has_speech:
            return ""
        return (await asyncio.wrap_future(self.submit(pcm, language, into_english=True))).text

    async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncIterator[Transcript]:
        """Partial transcripts while sound arrives, as often as asked for and in pauses, then the final one."""
        self._check_language(language)
        utterance = PendingSound(self._activity.listener(), self._pass_every_s)
        working: Future[Transcript] | None = None
        last: Transcript | None = None  # of all that was said so far, if it is not None
        async for pcm in sound:
            utterance.append(pcm)
            if working is not None and working.done():
                found, working = working.result(), None
                last = utterance.whole(found)
                yield replace(last, is_final=False)
                if utterance.goes_on_after(found):
                    utterance.settle(found, utterance.duration_s)
                    last = None
            if utterance.duration_s > _SETTLE_AFTER_S:
                found = Transcript("", language or "")
                if utterance.has_speech:
                    found = await asyncio.wrap_future(working or self.submit(utterance.take(), language))
                utterance.settle(found, utterance.duration_s - _SETTLED_BEFORE_END_S)
                working = last = None
            elif working is None and utterance.is_worth_a_pass:
                working = self.submit(utterance.take(), language)
        if utterance.has_more_to_hear:
            if working is not None:
                working.cancel()
            working = self.submit(utterance.take(), language)
        if working is not None:
            last = utterance.whole(await asyncio.wrap_future(working))
        yield last or utterance.whole(Transcript("", language or ""))

    def idle(self) -> Future[None]:
        """Done when everything asked before is done."""
        return self._worker.idle()

    def close(self) -> None:
        self._worker.close()

    def _check_language(self, language: str | None) -> None:
        if language is not None and language not in self.languages:
            raise InputError(f"language: whisper has no {language!r}; two-letter codes such as 'en' or 'es'")
