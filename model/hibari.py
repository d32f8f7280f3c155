"""The hibari voice as a `Voice`: English text to 24 kHz sound with exact word times, on one worker thread.

Shapes: P phonemes, F spectrum frames of 300 samples, N samples at 24 kHz.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import Future
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime
from hibari import Hibari, dsp
from hibari.g2p.normalize import normalize

from model.clauses import Clauses
from model.types import SPOKEN_RATE_HZ, InputError, Pcm, SpokenPiece, Word
from model.whisper_weights import BrokenWeights
from model.worker import Worker

LANGUAGE = "en"
MIN_PACE, MAX_PACE = 0.5, 2.0
_DURATIONS = "/Cast_32_output_0"  # inside the graph: how long each phoneme lasts
_DURATION_UNIT_S = 0.025
_MAX_WAITING = 32
_MAX_PHONEMES = 400
_NOT_SOUNDING = frozenset(' ;:,.!?\u2014\u2026"()\u201c\u201d')
_LEAD_S = 0.06  # kept of the silence before the first phoneme (the graph makes 0.3 s) …
_TAIL_S = 0.15  # … and after the last one
GAIN = 2.0  # the graph speaks at an RMS of 0.04; people in calls at about 0.08
_SPECTRA = ("lh", "theta", "ln", "lr", "phi", "f0")
_INT64 = 7  # ONNX's TensorProto.DataType


@dataclass(frozen=True, slots=True)
class _SpokenWord:
    text: str
    phonemes: str  # with the punctuation and the space that follow


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

    def __init__(self, num_threads: int = 1, seed: int = 0) -> None:
        self._hibari = Hibari(threads=num_threads)
        self._session = _session_with_durations(Path(self._hibari.model_path), num_threads)
        self._seed = seed
        self._lock = threading.Lock()  # the phoneme side is not made for two threads; the worker is the only one
        self.say("Ready.")  # loads the pronunciations
        self._worker = Worker("voice", _MAX_WAITING)

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
        async for clause in _clauses_of(text):
            piece = await asyncio.wrap_future(self.submit(clause, pace))
            if len(piece.pcm) > 0:
                yield SpokenPiece(piece.pcm, moved_words(piece, num_spoken / SPOKEN_RATE_HZ))
                num_spoken += len(piece.pcm)

    def say(self, clause: str, pace: float = 1.0) -> SpokenPiece:
        """Speak one clause now, on the caller's thread; the same words give the same samples."""
        spoken = SpokenPiece(np.zeros(0, np.float32))
        with self._lock:
            for sentence in self._hibari.split_sentences(clause):
                for words in _breaths(self._words(sentence)):
                    spoken = _joined(spoken, self._synthesise(words, pace))
        return spoken

    def analyse(self, clause: str, pace: float = 1.0) -> list[Spectra]:
        """What `say` makes its sound of, one for each breath, for those who make other sound of it."""
        with self._lock:
            sentences = self._hibari.split_sentences(clause)
            breaths = [words for sentence in sentences for words in _breaths(self._words(sentence))]
            found = [self._spectra(words, pace) for words in breaths]
        return [spectra for spectra in found if spectra is not None]

    def idle(self) -> Future[None]:
        """Done when everything asked before is done."""
        return self._worker.idle()

    def close(self) -> None:
        self._worker.close()

    def _words(self, sentence: str) -> list[_SpokenWord]:
        """Written words with their phonemes; what is read as several words ("7:30") stays one."""
        read = normalize(sentence)
        g2p = self._hibari.g2p
        groups: list[_SpokenWord] = [_SpokenWord("", "")]
        for token in g2p.phonemize_tokens(g2p.tokenize(read)):
            last = groups[-1]
            groups[-1] = _SpokenWord(last.text + token.text, last.phonemes + (token.phonemes or ""))
            if token.whitespace:
                groups.append(_SpokenWord("", ""))
        return _as_written(sentence.split(), [group for group in groups if group.text])

    def _synthesise(self, words: list[_SpokenWord], pace: float) -> SpokenPiece:
        """Sound of one breath and when each of its words starts and ends, from the graph's own durations."""
        spectra = self._spectra(words, pace)
        if spectra is None:
            return SpokenPiece(np.zeros(0, np.float32))
        parts = (spectra.lh, spectra.theta, spectra.ln, spectra.lr, spectra.phi, spectra.f0)
        pcm = dsp.synth(*parts, np.random.default_rng(self._seed)) * GAIN
        pcm = pcm[round(spectra.start_s * SPOKEN_RATE_HZ) : round(spectra.end_s * SPOKEN_RATE_HZ)]
        return SpokenPiece(np.clip(pcm, -1.0, 1.0).astype(np.float32), spectra.words)

    def _spectra(self, words: list[_SpokenWord], pace: float) -> Spectra | None:
        """None where nothing sounds."""
        ids, spans = self._ids(words)
        if not spans:
            return None
        inputs = {"ids": np.array([ids], np.int64), "speed": np.array([pace], np.float32)}
        # Any: onnxruntime types its outputs as a union with kinds that this graph never gives
        outputs = cast(list[Any], self._session.run([*_SPECTRA, _DURATIONS], inputs))
        ends = np.concatenate([[0], np.cumsum(outputs[-1].reshape(-1))]) * _DURATION_UNIT_S  # where each id starts
        times = [(float(ends[first]), float(ends[last])) for first, last in spans]
        start_s = max(0.0, times[0][0] - _LEAD_S)
        spoken = (Word(w.text, t[0] - start_s, t[1] - start_s) for w, t in zip(words, times, strict=True))
        lh, theta, ln, lr, phi, f0 = (part[0] for part in outputs[:-1])
        return Spectra(lh, theta, ln, lr, phi, f0, start_s, times[-1][1] + _TAIL_S, tuple(spoken))

    def _ids(self, words: list[_SpokenWord]) -> tuple[list[int], list[tuple[int, int]]]:
        """The graph's input with its pads, and for each word where its phonemes start and end in it.

        A word without phonemes of its own, such as a dash, gets an empty span; no phonemes at all, no spans.
        """
        vocabulary = self._hibari.vocab
        ids = [0]
        spans: list[tuple[int, int]] = []
        for word in words:
            first = last = len(ids)
            for symbol in f"{word.phonemes} ":
                if symbol in vocabulary:
                    ids.append(vocabulary[symbol])
                    last = last if symbol in _NOT_SOUNDING else len(ids)
            spans.append((first, last))
        ids[-1] = 0  # the pad takes the last space's place
        is_silent = all(first == last for first, last in spans)
        return ids, [] if is_silent else spans


def _check(language: str, pace: float) -> None:
    if language != LANGUAGE:
        raise InputError(f"language: this voice speaks {LANGUAGE!r} only, not {language!r}")
    if not MIN_PACE <= pace <= MAX_PACE:
        raise InputError(f"pace: {pace} is not between {MIN_PACE} and {MAX_PACE}")


async def _clauses_of(text: AsyncIterator[str]) -> AsyncIterator[str]:
    clauses = Clauses()
    async for part in text:
        for clause in clauses.push(part):
            yield clause
    for clause in clauses.flush():
        yield clause


def _joined(first: SpokenPiece, second: SpokenPiece) -> SpokenPiece:
    moved = moved_words(second, len(first.pcm) / SPOKEN_RATE_HZ)
    return SpokenPiece(np.concatenate([first.pcm, second.pcm]), first.words + moved)


def moved_words(piece: SpokenPiece, offset_s: float) -> tuple[Word, ...]:
    """The piece's words with times counted from `offset_s` before its start."""
    return tuple(Word(w.text, w.start_s + offset_s, w.end_s + offset_s) for w in piece.words)


def _breaths(words: list[_SpokenWord]) -> list[list[_SpokenWord]]:
    """Parts short enough for the graph, cut between words."""
    parts: list[list[_SpokenWord]] = [[]]
    length = 0
    for word in words:
        if parts[-1] and length + len(word.phonemes) + 1 > _MAX_PHONEMES:
            parts.append([])
            length = 0
        parts[-1].append(_SpokenWord(word.text, word.phonemes[:_MAX_PHONEMES]))
        length += len(word.phonemes) + 1
    return [part for part in parts if part]


def _as_written(written: list[str], read: list[_SpokenWord]) -> list[_SpokenWord]:
    """Put the written words in place of those they are read as; the phonemes stay."""
    matcher = SequenceMatcher(None, written, [word.text for word in read], autojunk=False)
    words: list[_SpokenWord] = []
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        if kind == "equal" or (kind == "replace" and i_end - i == j_end - j):
            words += [_SpokenWord(w, r.phonemes) for w, r in zip(written[i:i_end], read[j:j_end], strict=True)]
            continue
        text, phonemes = " ".join(written[i:i_end]), " ".join(word.phonemes for word in read[j:j_end])
        if phonemes.strip() or not words:
            words.append(_SpokenWord(text, phonemes))
        else:
            words[-1] = _SpokenWord(f"{words[-1].text} {text}".strip(), words[-1].phonemes)
    return words


def _session_with_durations(path: Path, num_threads: int) -> onnxruntime.InferenceSession:
    """The voice's graph with the duration tensor as one more output.

    Protocol buffers of the same message may be appended to each other: the field `graph` is then merged, and its
    repeated field `output` grows. So one more output takes a few bytes and no ONNX library.
    """
    tensor_type = b"\x08" + bytes([_INT64])  # TypeProto.Tensor.elem_type = 1
    value = _field(1, _DURATIONS.encode()) + _field(2, _field(1, tensor_type))  # ValueInfoProto.name, .type
    graph = _field(7, _field(12, value))  # ModelProto.graph, GraphProto.output
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = num_threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(path.read_bytes() + graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own classes, all without a common root
        raise BrokenWeights(f"{path}: the voice's graph has no {_DURATIONS}: {error}") from error


def _field(number: int, payload: bytes) -> bytes:
    """One length-delimited protocol-buffer field; payloads here stay under 128 bytes."""
    assert len(payload) < 128, len(payload)
    return bytes([number << 3 | 2, len(payload)]) + payload
