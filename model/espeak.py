"""Written Spanish, French, Italian and Portuguese as phonemes of Kokoro's alphabet, by the program espeak-ng.

A program of its own and not a library in this process: espeak-ng's licence is the GPL. Knows nothing of sound.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping

from model.gguf import BrokenWeights
from model.types import InputError

PROGRAM = "espeak-ng"
VOICES: Mapping[str, str] = {"es": "es", "fr": "fr-fr", "it": "it", "pt": "pt-br"}
_ANSWER_S = 5.0
# How Kokoro's alphabet writes what espeak-ng ties together (misaki's table for espeak, Apache-2.0).
_TIED = {
    "a^\u026a": "I",
    "a^\u028a": "W",
    "d^z": "\u02a3",
    "d^\u0292": "\u02a4",
    "e^\u026a": "A",
    "o^\u028a": "O",
    "\u0259^\u028a": "Q",
    "s^s": "S",
    "t^s": "\u02a6",
    "t^\u0283": "\u02a7",
    "\u0254^\u026a": "Y",
}
_CLAUSE = re.compile(r"([^,;:.!?\u2026]+(?:[,;:.!?\u2026]+(?=\w)[^,;:.!?\u2026]+)*)([,;:.!?\u2026]*)")
_LANGUAGE_SWITCH = re.compile(r"\([^)]*\)")  # espeak-ng tells of words it reads in another language


def clauses(text: str) -> list[tuple[str, str]]:
    """The clauses of a text, each with the mark that ends it; what has no letter or digit is left out."""
    found = [(words.strip("\u00bf\u00a1 \n\t"), marks[:1]) for words, marks in _CLAUSE.findall(text)]
    return [(words, mark) for words, mark in found if any(char.isalnum() for char in words)]


def phonemes(parts: list[str], language: str) -> list[str]:
    """Each part as phonemes, words parted by spaces. Raises InputError for a language that is not in VOICES."""
    if language not in VOICES:
        raise InputError(f"language: espeak-ng is set up for {', '.join(VOICES)} here, not {language!r}")
    return [_read(part, VOICES[language]) for part in parts]


def check_installed() -> None:
    """Raises BrokenWeights when the program is missing."""
    if shutil.which(PROGRAM) is None:
        raise BrokenWeights(f"the program {PROGRAM} is missing; run `apt-get install {PROGRAM}`")


def _read(part: str, voice: str) -> str:
    command = [PROGRAM, "-q", "--ipa", "--tie=^", "-v", voice, "--stdin"]
    try:
        done = subprocess.run(command, input=part, capture_output=True, text=True, check=True, timeout=_ANSWER_S)
    except (OSError, subprocess.SubprocessError) as error:
        raise InputError(f"{PROGRAM} cannot read {part[:40]!r}: {error}") from error
    read = _LANGUAGE_SWITCH.sub("", " ".join(done.stdout.split()))
    for tied, symbol in _TIED.items():
        read = read.replace(tied, symbol)
    return read.replace("^", "").replace("-", "")
