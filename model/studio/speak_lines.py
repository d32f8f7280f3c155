"""Kokoro's voices for another process, line by line: `python -m model.studio.speak_lines`.

Reads `{"voice", "text", "path"}` a line, writes the sound there as 16 kHz WAV, and answers `{"words": [[text, start_s,
end_s], …]}` or `{"error"}` a line. The benchmarks speak their `test` items with it, in the voices held out of training.
"""

from __future__ import annotations

import json
import sys
import wave
from pathlib import Path
from typing import TextIO

import numpy as np

from model import weights
from model.studio.kokoro_voices import WEIGHTS, KokoroVoices
from model.types import HEARD_RATE_HZ, Pcm, SeamError


def speak_lines(voices: KokoroVoices, lines: TextIO, answers: TextIO) -> None:
    """Answer each line until they end; a bad one is answered with what is wrong."""
    for line in lines:
        try:
            asked = json.loads(line)
            clip = voices.say(asked["voice"], asked["text"])
            _write(Path(asked["path"]), clip.pcm)
            answer = {"words": [[word.text, word.start_s, word.end_s] for word in clip.words]}
        except (SeamError, OSError, KeyError, TypeError, ValueError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _write(path: Path, pcm: Pcm) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(HEARD_RATE_HZ)
        file.writeframes(np.round(np.clip(pcm, -1, 1) * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    try:
        speak_lines(KokoroVoices(weights.path(WEIGHTS)), sys.stdin, sys.stdout)
    except weights.WeightsError as missing:
        raise SystemExit(f"speak_lines: {missing}") from missing
    except BrokenPipeError:  # who asked is gone
        raise SystemExit(0) from None
