"""Recorded people who say no stop word: what telephones say in languages other than English. Knows no net.

Debian's asterisk-core-sounds-fr-g722, -it-g722 and -ru-g722, a person each (CC-BY-SA-3.0). The English prompts, whose
speaker is another person, are left for measuring. Shapes: S samples at 16 kHz.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.studio.bank import SPEECH_LEVEL, sounding_level
from model.types import HEARD_RATE_HZ, InputError, Pcm

SOUNDS = Path("/usr/share/asterisk/sounds")
SPEAKERS = ("fr_CA_f_June", "it_IT_m_Carlo", "ru_RU_f_IvrvoiceRU")
PACKAGES = "asterisk-core-sounds-fr-g722 asterisk-core-sounds-it-g722 asterisk-core-sounds-ru-g722"
SAMPLES_A_BYTE = 2  # of G.722
MIN_SAMPLES, MAX_SAMPLES = HEARD_RATE_HZ // 5, 8 * HEARD_RATE_HZ  # shorter ones are beeps, longer ones instructions
QUIET = 1e-3  # RMS of a prompt that is none


class People:
    """Prompts by speaker, in memory: half an hour takes 60 MB."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Raises InputError where a folder holds no prompts, or ffmpeg cannot read them."""
        self._prompts = [read_prompts(folder) for folder in folders]

    def say(self, rng: random.Random) -> Pcm:
        """A prompt of somebody, (S,), as loud as the studio's voices; half of them are a piece of up to a second."""
        pcm = rng.choice(rng.choice(self._prompts)).astype(np.float32) / np.float32(32_768)
        if rng.random() < 0.5 and len(pcm) > HEARD_RATE_HZ // 2:
            size = min(len(pcm), round(rng.uniform(0.2, 1.0) * HEARD_RATE_HZ))
            start = rng.choice((0, len(pcm) - size, rng.randrange(len(pcm) - size + 1)))
            pcm = _softened(pcm[start : start + size])
        level = sounding_level(pcm)
        return pcm * np.float32(SPEECH_LEVEL / level) if level > QUIET else pcm


def read_prompts(folder: Path) -> list[NDArray[np.int16]]:
    """The prompts in a folder and those below it, each (S,). Raises InputError without any."""
    files = [each for each in sorted(folder.rglob("*.g722")) if each.parent.name != "silence"]
    if not files:
        raise InputError(f"{folder}: no prompts; apt-get install {PACKAGES}")
    parts = decoded(files)
    return [part for part in parts if MIN_SAMPLES <= len(part) <= MAX_SAMPLES and not _is_silent(part)]


def decoded(files: Sequence[Path]) -> list[NDArray[np.int16]]:
    """Each file's sound, (S,); all go through one ffmpeg. Raises InputError."""
    raw = [file.read_bytes() for file in files]
    command = ("ffmpeg", "-v", "error", "-f", "g722", "-i", "-", "-f", "s16le", "-")
    try:
        decoded = subprocess.run(command, input=b"".join(raw), capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise InputError(f"{files[0].parent}: ffmpeg cannot read the prompts ({error})") from error
    pcm = np.frombuffer(decoded, np.int16)
    ends = np.cumsum([len(each) * SAMPLES_A_BYTE for each in raw])
    return [pcm[end - len(each) * SAMPLES_A_BYTE : end] for each, end in zip(raw, ends, strict=True)]


def _is_silent(part: NDArray[np.int16]) -> bool:
    return float(np.sqrt(np.mean(np.square(part, dtype=np.float64)))) < QUIET * 32_768


def _softened(pcm: Pcm) -> Pcm:
    """With 10 ms of fade at both ends."""
    fade = np.linspace(0, 1, HEARD_RATE_HZ // 100, dtype=np.float32)
    cut = pcm.copy()
    cut[: len(fade)] *= fade
    cut[-len(fade) :] *= fade[::-1]
    return cut
