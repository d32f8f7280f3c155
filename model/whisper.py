"""Speech to text with whisper: one window of sound at a time, greedy. Knows nothing of turns or threads.

Shapes: S samples at 16 kHz, A audio positions (20 ms each), N text tokens, V vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from model.types import HEARD_RATE_HZ, Pcm, Transcript, Word
from model.whisper_align import sounding, token_times
from model.whisper_mel import LogMel
from model.whisper_net import DecoderState, WhisperNet
from model.whisper_tokens import WhisperTokens
from model.whisper_weights import read_whisper

MAX_WINDOW_S = 30
# Longest sound and the window it is padded to. Whisper was trained on 30 s; without silence at the end of a
# shorter window it repeats itself, with it the shorter window costs no accuracy and a fraction of the time.
WINDOWS_S = ((4, 8), (9, 10), (14, 15), (19, 20), (MAX_WINDOW_S, MAX_WINDOW_S))
MIN_SOUND_S = 0.1
NO_SPEECH_PROBABILITY = 0.6
NO_SPEECH_LOG_PROBABILITY = -1.0  # mean per token; below it and with the line above nothing was said
MAX_TOKENS_PER_S = 15
_SPARE_TOKENS = 12
_LONGEST_LOOP = 8  # tokens in a phrase that the repeat stop looks for
_MIN_LOOPS = 3


@dataclass(frozen=True, slots=True)
class _Decoded:
    tokens: list[int]
    mean_log_probability: float
    no_speech_probability: float


class Whisper:
    """A loaded model. Not for two threads at once: one worker owns it."""

    def __init__(self, net: WhisperNet, tokens: WhisperTokens) -> None:
        self._net = net
        self._tokens = tokens
        self._mel = LogMel(net.sizes.num_mels)
        self._never = torch.tensor(tokens.never)
        self._never_first = torch.tensor(tokens.never_first)
        self._language_ids = torch.tensor(list(tokens.languages.values()))

    @classmethod
    def read(cls, folder: Path) -> Whisper:
        """Read `model.bin`, `config.json` and `tokenizer.json`. Raises BrokenWeights."""
        tensors, sizes = read_whisper(folder / "model.bin")
        tokens = WhisperTokens.read(folder)
        return cls(WhisperNet(tensors, sizes, tokens.alignment_heads), tokens)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self._tokens.languages)

    def transcribe(self, pcm: Pcm, language: str | None = None, *, into_english: bool = False) -> Transcript:
        """Words of at most 30 s of sound, (S,) float32; `language` None means: find out."""
        duration_s = len(pcm) / HEARD_RATE_HZ
        if duration_s > MAX_WINDOW_S:
            raise ValueError(f"{duration_s:.1f} s of sound, at most {MAX_WINDOW_S} s fit one window")
        if duration_s < MIN_SOUND_S:
            return Transcript("", language or "")
        state = self._net.init_state(self._net.encode(self._mel(_padded(pcm))))
        first: Tensor | None = None
        if language is None:
            first = self._net.decode_([self._tokens.start], state)[0]
            language = self._likeliest_language(first)
        decoded = self._decode(state, self._prompt(language, into_english, first is None), first, duration_s)
        unsure = decoded.mean_log_probability < NO_SPEECH_LOG_PROBABILITY
        if unsure and decoded.no_speech_probability > NO_SPEECH_PROBABILITY:
            return Transcript("", language)
        return self._transcript(decoded.tokens, state, language, pcm)

    def _prompt(self, language: str, into_english: bool, with_start: bool) -> list[int]:
        if language not in self._tokens.languages:
            raise ValueError(f"whisper has no language {language!r}")
        task = self._tokens.translate if into_english else self._tokens.transcribe
        marks = [self._tokens.languages[language], task, self._tokens.no_timestamps]
        return [self._tokens.start, *marks] if with_start else marks

    def _likeliest_language(self, logits: Tensor) -> str:
        best = int(logits[self._language_ids].argmax())
        return list(self._tokens.languages)[best]

    def _decode(self, state: DecoderState, prompt: list[int], first: Tensor | None, duration_s: float) -> _Decoded:
        logits = self._net.decode_(prompt, state)
        at_start = logits[0] if first is None else first
        no_speech = float(at_start.softmax(-1)[self._tokens.no_speech])
        state.alignment[:] = [state.alignment[-1][:, -1:]]  # from here on one row a token
        most = min(
            int(duration_s * MAX_TOKENS_PER_S) + _SPARE_TOKENS,
            self._net.sizes.num_text_positions - state.num_filled - 1,
        )
        found: list[int] = []
        total = 0.0
        last = logits[-1].index_fill(0, self._never_first, -torch.inf)
        while len(found) < most:
            last = last.index_fill(0, self._never, -torch.inf)
            last[self._tokens.no_timestamps + 1 :] = -torch.inf
            best = int(last.argmax())
            total += float(last[best] - last.logsumexp(-1))
            if best == self._tokens.end:
                break
            found.append(best)
            if (loop := loop_length(found)) > 0:
                del found[-loop * (_MIN_LOOPS - 1) :]
                break
            last = self._net.decode_([best], state)[0]
        return _Decoded(found, total / (len(found) + 1), no_speech)

    def _transcript(self, tokens: list[int], state: DecoderState, language: str, pcm: Pcm) -> Transcript:
        text = self._tokens.text(tokens).strip()
        if not text:
            return Transcript("", language)
        looked = torch.cat(state.alignment, dim=1)  # (heads, N + 1, A)
        times = token_times(looked[:, : len(tokens) + 1], len(pcm) / HEARD_RATE_HZ)
        words: list[Word] = []
        at = 0
        for word, count in self._tokens.words(tokens, language):
            start_s, end_s = sounding(pcm, times[at], times[min(at + count, len(times) - 1)])
            at += count
            if word.strip():
                words.append(Word(word.strip(), start_s, end_s))
        return Transcript(text, language, tuple(words))


def loop_length(tokens: list[int]) -> int:
    """Length of a phrase that the tokens end with three times in a row; 0 when there is none."""
    for length in range(1, _LONGEST_LOOP + 1):
        num_loops = _MIN_LOOPS if length > 1 else _MIN_LOOPS + 2  # "no no no" is said by people
        tail = tokens[-length * num_loops :]
        if len(tail) == length * num_loops and tail == tail[:length] * num_loops:
            return length
    return 0


def _padded(pcm: Pcm) -> Tensor:
    window_s = next(window for longest, window in WINDOWS_S if len(pcm) <= longest * HEARD_RATE_HZ)
    padded = np.zeros(window_s * HEARD_RATE_HZ, np.float32)
    padded[: len(pcm)] = pcm
    return torch.from_numpy(padded)
