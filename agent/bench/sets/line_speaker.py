"""A speaking process beside this one: a line of text in, sound in a file and word times back. Starts when needed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from agent.bench.wav import read_wav
from agent.errors import AgentError
from model.types import HEARD_RATE_HZ, Pcm, Word

END_TIMEOUT_S = 10.0
KOKORO = (sys.executable, "-m", "model.studio.speak_lines")


class SpeakerError(AgentError):
    """The speaking process ended, or cannot speak a text; says why and what is missing."""


class LineSpeaker:
    """`with LineSpeaker() as speaker: speaker.speak(voice, text)`, from one thread at a time."""

    def __init__(self, command: tuple[str, ...] = KOKORO) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="bench-voice-")

    def __enter__(self) -> LineSpeaker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError):  # it ended before us, and what it was not told is lost with it
                self._process.stdin.close()
            try:
                self._process.wait(END_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
        self._folder.cleanup()

    def speak(self, voice: str, text: str) -> tuple[Pcm, tuple[Word, ...]]:
        """(S,) at 16 kHz with word times. Raises SpeakerError."""
        path = Path(self._folder.name) / "spoken.wav"
        answer = self._ask({"voice": voice, "text": text, "path": str(path)})
        if "error" in answer:
            raise SpeakerError(f"voice {voice!r} cannot speak {text!r}: {answer['error']}")
        words = tuple(Word(str(text), float(start), float(end)) for text, start, end in answer["words"])
        return read_wav(path, HEARD_RATE_HZ), words

    def _ask(self, question: dict[str, str]) -> dict[str, Any]:
        process = self._process
        if process is None:
            process = self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise SpeakerError(
                f"{' '.join(self._command[1:])} ended with status {process.wait()}; its errors stand above"
            )
        return cast(dict[str, Any], json.loads(line))
