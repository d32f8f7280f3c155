"""Real prompts whose texts are aligned across languages: Debian's `asterisk-core-sounds-XX` and `-XX-g722`.

The second half by sorted name is for tests and reports; nothing is trained on it. Knows no interpreter.
"""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from model.types import HEARD_RATE_HZ, Pcm

FOLDERS: Mapping[str, str] = {"en": "en_US_f_Allison", "es": "es_MX_f_Allison", "fr": "fr_CA_f_June"}
MIN_WORDS, MAX_WORDS = 6, 30
_SOUNDS = Path("/usr/share/asterisk/sounds")
_TEXTS = "/usr/share/doc/asterisk-core-sounds-{0}/core-sounds-{0}.txt.gz"
_FFMPEG = ["ffmpeg", "-loglevel", "error", "-f", "g722", "-i"]


class NoPrompts(Exception):
    """The packages with the prompts are not installed; says which."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One recorded sentence with its text in its own and in another language."""

    name: str
    text: str
    reference: str

    @property
    def num_words(self) -> int:
        return len(self.text.split())


Half = Literal["dev", "test"]


def prompts(source: str, target: str, half: Half = "test") -> list[Prompt]:
    """A half of the sentences that both languages have, by sorted name: dev to choose by. Raises NoPrompts."""
    texts, references = _texts(source), _texts(target)
    shared = sorted(name for name in texts.keys() & references.keys() if references[name])
    found: list[Prompt] = []
    seen: set[str] = set()
    for name in shared[len(shared) // 2 :] if half == "test" else shared[: len(shared) // 2]:
        prompt = Prompt(name, texts[name], references[name])
        is_plain = not any(mark in prompt.text + prompt.reference for mark in ("(", "...", '"'))
        if is_plain and MIN_WORDS <= prompt.num_words <= MAX_WORDS and prompt.text not in seen:
            if _file(source, name).is_file():
                found.append(prompt)
                seen.add(prompt.text)
    return found


def sound(source: str, name: str) -> Pcm:
    """(S,) at 16 kHz. Raises NoPrompts."""
    file = _file(source, name)
    if not file.is_file():
        raise NoPrompts(_missing(source))
    done = subprocess.run([*_FFMPEG, str(file), "-f", "f32le", "-ar", f"{HEARD_RATE_HZ}", "-"], capture_output=True)
    if done.returncode:
        raise NoPrompts(f"{file}: {done.stderr.decode(errors='replace').strip()}")
    return np.frombuffer(done.stdout, np.float32)


@cache
def _texts(language: str) -> dict[str, str]:
    path = Path(_TEXTS.format(language))
    if language not in FOLDERS or not path.is_file():
        raise NoPrompts(_missing(language))
    found: dict[str, str] = {}
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            name, colon, text = line.partition(":")
            if colon and not line.startswith(";"):
                found[name.strip()] = " ".join(text.split())
    return found


def _file(language: str, name: str) -> Path:
    return _SOUNDS / FOLDERS[language] / f"{name}.g722"


def _missing(language: str) -> str:
    return (
        f"prompts in {language!r} are missing; run "
        f"apt-get install asterisk-core-sounds-{language} asterisk-core-sounds-{language}-g722"
    )
