"""Voices that speak the items' people: flite and espeak-ng as programs, Kokoro as a process beside this one, and the
shipped voice through the seam.

A voice is named `flite:slt`, `espeak:en-gb+m3`, `hibari` or `kokoro:bf_emma`. Clips are cut to their energy, brought to
one loudness, and kept on disk, so that a set is made again without speaking again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from agent.bench.sets.line_speaker import LineSpeaker
from agent.bench.sets.word_times import word_times
from agent.bench.wav import read_any_rate, read_wav, resampled, write_wav
from agent.errors import AgentError
from model.types import HEARD_RATE_HZ, Pcm, Word

LOUDNESS_RMS = 0.08  # people in calls; noise is set against it
EDGE_DB = -42.0  # below a clip's loudest 20 ms: silence at its ends
KEPT_EDGE_S = 0.01
SPEAK_TIMEOUT_S = 120.0
_BLOCK = HEARD_RATE_HZ // 50

SpeakExactly = Callable[[str], tuple[Pcm, tuple[Word, ...]]]  # text to (S,) at 16 kHz with exact word times


class CastingError(AgentError):
    """A voice cannot speak here; says which, why, and what to install."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Speech without silence at its ends."""

    pcm: Pcm  # (S,) float32 at 16 kHz
    words: tuple[Word, ...] = ()  # times from the clip's start; empty when nobody asked for them

    @property
    def duration_s(self) -> float:
        return self.pcm.size / HEARD_RATE_HZ

    def end_of(self, phrase: str) -> float:
        """When the last word of a phrase is over; its first time in the clip."""
        wanted = [_plain(word) for word in phrase.split()]
        spoken = [_plain(word.text) for word in self.words]
        for at in range(len(spoken) - len(wanted) + 1):
            if spoken[at : at + len(wanted)] == wanted:
                return self.words[at + len(wanted) - 1].end_s
        raise CastingError(f"{phrase!r} is not among the words {' '.join(spoken)!r}")


class Casting:
    """Speaks, and remembers in `folder`."""

    def __init__(self, folder: Path, speak_exactly: SpeakExactly, kokoro: LineSpeaker) -> None:
        self._folder, self._speak_exactly, self._kokoro = folder, speak_exactly, kokoro

    def clip(self, voice: str, text: str, with_words: bool = False) -> Clip:
        """`text` in a voice. Raises CastingError."""
        name = hashlib.sha256(f"{voice}\n{text}".encode()).hexdigest()[:20]
        sound, words = self._folder / f"{name}.wav", self._folder / f"{name}.json"
        if not sound.exists() or (with_words and not words.exists()):
            self._folder.mkdir(parents=True, exist_ok=True)
            clip = self._spoken(voice, text, with_words)
            write_wav(sound, clip.pcm, HEARD_RATE_HZ)
            if clip.words:
                words.write_text(json.dumps([asdict(word) for word in clip.words]))
        times = tuple(Word(**word) for word in json.loads(words.read_text())) if with_words else ()
        return Clip(read_wav(sound, HEARD_RATE_HZ), times)

    def _spoken(self, voice: str, text: str, with_words: bool) -> Clip:
        if voice == "hibari":
            return _trimmed(*self._speak_exactly(text))
        if voice.startswith("kokoro:"):
            return _trimmed(*self._kokoro.speak(voice.removeprefix("kokoro:"), text))
        clip = _trimmed(_by_program(voice, text), ())
        if not with_words:
            return clip
        known = _trimmed(*self._speak_exactly(text))
        return Clip(clip.pcm, word_times(clip.pcm, known.pcm, known.words))


def _by_program(voice: str, text: str) -> Pcm:
    kind, _, name = voice.partition(":")
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.wav"
        match kind:
            case "flite":
                command = ["flite", "-voice", name, "-t", text, "-o", str(raw)]
            case "espeak":
                command = ["espeak-ng", "-v", name, "-s", "150", "-w", str(raw), text]
            case _:
                raise CastingError(f"voice {voice!r}: there are flite:, espeak:, kokoro: and hibari")
        _run(command, voice)
        return resampled(*read_any_rate(raw), HEARD_RATE_HZ)


def _run(command: list[str], voice: str) -> None:
    if shutil.which(command[0]) is None:
        raise CastingError(f"voice {voice!r} needs the program {command[0]}; apt-get install {command[0]}")
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=SPEAK_TIMEOUT_S)
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise CastingError(f"voice {voice!r}: {command[0]} ended with {error.returncode}: {' '.join(last)}") from error
    except subprocess.TimeoutExpired as error:
        raise CastingError(f"voice {voice!r}: {command[0]} took over {SPEAK_TIMEOUT_S:g} s") from error


def _trimmed(pcm: Pcm, words: tuple[Word, ...]) -> Clip:
    """Without silence at the ends, at `LOUDNESS_RMS`."""
    blocks = pcm[: pcm.size // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    levels = 10 * np.log10(np.mean(np.square(blocks), axis=1) + 1e-12)
    loud = np.flatnonzero(levels > levels.max(initial=-120.0) + EDGE_DB)
    if levels.max(initial=-120.0) < -80.0 or not loud.size:
        raise CastingError("a voice gave silence")
    edge = round(KEPT_EDGE_S * HEARD_RATE_HZ)
    start, end = max(0, int(loud[0]) * _BLOCK - edge), min(pcm.size, (int(loud[-1]) + 1) * _BLOCK + edge)
    cut = pcm[start:end]
    offset_s = start / HEARD_RATE_HZ
    moved = tuple(Word(w.text, max(0.0, w.start_s - offset_s), max(0.0, w.end_s - offset_s)) for w in words)
    return Clip((cut * (LOUDNESS_RMS / np.sqrt(np.mean(np.square(cut))))).astype(np.float32), moved)


def _plain(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalnum() or letter == "'")
