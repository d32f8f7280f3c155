"""An utterance while it is heard: sound that waits for words, where speech is in it, and the words that are settled.

Knows no recogniser. S samples at 16 kHz.
"""

from __future__ import annotations

import numpy as np

from model.types import HEARD_RATE_HZ, InputError, Pcm, Transcript, Word
from model.vad import WINDOW_SAMPLES, Listener

PASS_EVERY_S = 1.0  # of new sound, unless somebody waits for the words more eagerly
PAUSE_S = 0.2  # of silence, after which a pass is worth it at once: often nothing more comes
STRAY_S = 1.5  # of speech behind the last word: it was said in another language, or the words were lost
_LONGEST_PIECE_S = 6.0
_SPEECH = 0.5  # probability
_RECENT_WINDOWS = 3 * HEARD_RATE_HZ // WINDOW_SAMPLES  # 3 s
_LEAST_WINDOWS = 6  # of speech, 0.2 s: a short word
_LEAST_SHARE = 0.15  # of the recent windows: music has a voice in it now and then


class PendingSound:
    """`append` what is heard, `take` it for a pass, `settle` what is sure."""

    def __init__(self, listener: Listener, pass_every_s: float = PASS_EVERY_S) -> None:
        self._listener = listener
        self._pass_every_s = pass_every_s
        self._speech: list[bool] = []  # one for each window since the utterance began
        self._has_speech = False
        self._num_spoken = 0  # samples up to the end of the last window with speech
        self._pieces: list[Pcm] = []
        self._num_pending = 0
        self._start = 0  # sample where the pending sound starts
        self._num_taken = 0  # of all that was heard, what a pass has got
        self._settled: tuple[Word, ...] = ()
        self._language = ""

    @property
    def num_heard(self) -> int:
        return self._start + self._num_pending

    @property
    def duration_s(self) -> float:
        """Of the pending sound."""
        return self._num_pending / HEARD_RATE_HZ

    @property
    def has_speech(self) -> bool:
        """Whether enough of the utterance is speech; music and noise are none."""
        return self._has_speech

    @property
    def has_more_to_hear(self) -> bool:
        """Whether there was speech since the last pass began."""
        return self._has_speech and self._num_spoken > self._num_taken

    @property
    def is_worth_a_pass(self) -> bool:
        """Enough is new, or a pause begins."""
        if not self.has_more_to_hear:
            return False
        is_pause = self.num_heard - self._num_spoken >= PAUSE_S * HEARD_RATE_HZ
        return is_pause or self.num_heard - self._num_taken >= self._pass_every_s * HEARD_RATE_HZ

    def append(self, pcm: Pcm) -> None:
        """Take sound. Raises InputError for what is none, and for a piece too long for the window."""
        if pcm.ndim != 1 or pcm.dtype != np.float32 or not np.isfinite(pcm).all():
            raise InputError(f"sound: expected finite (S,) float32, got {pcm.shape} {pcm.dtype}")
        if len(pcm) > _LONGEST_PIECE_S * HEARD_RATE_HZ:
            seconds = len(pcm) / HEARD_RATE_HZ
            raise InputError(f"sound: a piece of {seconds:.1f} s; send at most {_LONGEST_PIECE_S:g} s at once")
        self._pieces.append(pcm)
        self._num_pending += len(pcm)
        for probability in self._listener.hear(pcm):
            self._speech.append(probability > _SPEECH)
            if self._speech[-1]:
                self._num_spoken = len(self._speech) * WINDOW_SAMPLES
            recent = self._speech[-_RECENT_WINDOWS:]
            self._has_speech |= sum(recent) >= max(_LEAST_WINDOWS, _LEAST_SHARE * len(recent))

    def take(self) -> Pcm:
        """(S,) all that is pending, for a pass."""
        self._num_taken = self.num_heard
        return self._whole()

    def goes_on_after(self, transcript: Transcript) -> bool:
        """Whether much was spoken behind the last word of a transcript of the pending sound."""
        if not transcript.words:
            return False
        first = int((self._start / HEARD_RATE_HZ + transcript.words[-1].end_s) * HEARD_RATE_HZ) // WINDOW_SAMPLES
        return sum(self._speech[first : self._num_taken // WINDOW_SAMPLES]) * WINDOW_SAMPLES > STRAY_S * HEARD_RATE_HZ

    def settle(self, transcript: Transcript, limit_s: float) -> None:
        """Keep the words that end before and let go of their sound; of all up to there when none does."""
        sure = [word for word in transcript.words if word.end_s <= limit_s]
        cut = int((sure[-1].end_s if sure else limit_s) * HEARD_RATE_HZ)
        self._settled += tuple(self._moved(word) for word in sure)
        self._language = self._language or transcript.language
        self._pieces = [self._whole()[cut:]]
        self._start += cut
        self._num_pending -= cut
        self._num_taken = self._start

    def whole(self, transcript: Transcript) -> Transcript:
        """The settled words and those of the pending sound, in one."""
        settled = " ".join(word.text for word in self._settled)
        return Transcript(
            text=f"{settled} {transcript.text}".strip(),
            language=transcript.language or self._language,
            words=self._settled + tuple(self._moved(word) for word in transcript.words),
        )

    def _whole(self) -> Pcm:
        self._pieces = [np.concatenate(self._pieces)] if self._pieces else [np.zeros(0, np.float32)]
        return self._pieces[0]

    def _moved(self, word: Word) -> Word:
        offset_s = self._start / HEARD_RATE_HZ
        return Word(word.text, word.start_s + offset_s, word.end_s + offset_s)
