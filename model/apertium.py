"""Apertium's rules between close languages: a chain of its programs a direction, which stays and answers at once.

Programs of their own and not libraries in this process: Apertium's licence is the GPL. Knows no speech.
"""

from __future__ import annotations

import os
import re
import select
import shlex
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from model.types import SeamError, SessionLostError

MODES = Path("/usr/share/apertium/modes")
ANSWER_S = 10.0
_END = b"\0"
_LINE_END = "[][\n]"  # as Apertium's own deformatter marks it; taggers look for an end
_SPECIAL = re.compile(r"([\\\[\]{}^$/@<>])")
_UNKNOWN = re.compile(r"\\(.)")


class MissingRules(SeamError):
    """A direction's data are not installed; says which package brings them."""


def is_installed(direction: str) -> bool:
    """Whether `direction`, such as "pt-es", can be translated."""
    return (MODES / f"{direction}.mode").is_file()


class Apertium:
    """One direction; `translate` from one thread at a time."""

    def __init__(self, direction: str, package: str) -> None:
        """Raises MissingRules."""
        self._direction = direction
        if not is_installed(direction):
            raise MissingRules(f"apertium has no {direction} here; run `apt-get install apertium {package}`")
        self._programs: list[subprocess.Popen[bytes]] = []

    def translate(self, text: str) -> str:
        """The text by the rules; words that they do not know stay. Raises SessionLostError."""
        if not self._programs:
            self._start()
        question = _SPECIAL.sub(r"\\\1", " ".join(text.split())) + _LINE_END
        try:
            answer = self._answer(question.encode() + _END)
        except OSError as error:
            self.close()
            raise SessionLostError(f"apertium {self._direction}: {error}; the next text starts it anew") from error
        return _UNKNOWN.sub(r"\1", answer.decode(errors="replace").replace(_LINE_END, "")).strip()

    def close(self) -> None:
        """End the programs."""
        for program in self._programs:
            program.kill()
        for program in self._programs:
            program.wait()
            for pipe in (program.stdin, program.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
        self._programs = []

    def _start(self) -> None:
        environment = os.environ | {"LC_ALL": "C.UTF-8"}
        source: int = subprocess.PIPE
        for command in _commands(self._direction):
            program = subprocess.Popen(
                command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0, env=environment
            )
            self._programs.append(program)
            assert program.stdout is not None, "a pipe was asked for"
            source = program.stdout.fileno()

    def _answer(self, question: bytes) -> bytes:
        begin, end = self._programs[0].stdin, self._programs[-1].stdout
        assert begin is not None and end is not None, "pipes were asked for"
        begin.write(question)
        answer = b""
        deadline_s = time.monotonic() + ANSWER_S
        while not answer.endswith(_END):
            left_s = deadline_s - time.monotonic()
            if left_s <= 0 or not select.select([end], [], [], left_s)[0]:
                raise TimeoutError(f"no answer within {ANSWER_S:.0f} s")
            if not (piece := os.read(end.fileno(), 65_536)):
                raise BrokenPipeError("its programs ended")
            answer += piece
        return answer.removesuffix(_END)


def _commands(direction: str) -> list[list[str]]:
    """The programs of a direction's mode file, each told to answer at once; unknown words are not marked."""
    found: list[list[str]] = []
    for part in (MODES / f"{direction}.mode").read_text().split("|"):
        program, *arguments = [("-n" if word == "$1" else word) for word in shlex.split(part) if word != "$2"]
        found.append([program, "-z", *arguments])
    return found
