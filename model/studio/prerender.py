"""Fills the bank beforehand: `python -m model.studio.prerender --folder runs/bank --voice kokoro --minutes 60`.

What is there is not made again, so a run that broke off goes on where it stopped. Several may run at once.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from model import weights
from model.progress import Progress
from model.studio.bank import FAST_VOICES, KOKORO, Bank
from model.studio.kokoro_voices import TRAINING_VOICES, WEIGHTS, KokoroVoices
from model.studio.reading import readings
from model.types import HEARD_RATE_HZ

_BYTES_A_SECOND = 2 * HEARD_RATE_HZ
SLOWEST, FASTEST = 0.85, 1.25


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Render clips into the bank before they are needed.")
    parser.add_argument("--folder", type=Path, default=Path("runs/bank"))
    parser.add_argument("--voice", default="kokoro", help="kokoro (all its voices in turn), or a fast voice's name")
    parser.add_argument("--minutes", type=float, default=10.0, help="how much of it the bank then holds")
    parser.add_argument("--seed", type=int, default=0, help="another seed reads other sentences")
    options = parser.parse_args(arguments)
    bank = Bank(options.folder)
    if options.voice == "kokoro":
        record_kokoro(bank, KokoroVoices(weights.path(WEIGHTS)), options.minutes, options.seed)
    elif options.voice in FAST_VOICES:
        _read(bank, options.voice, options.minutes, options.seed)
    else:
        parser.error(f"--voice {options.voice}: take kokoro or one of {', '.join(FAST_VOICES)}")
    bank.close()


def record_kokoro(bank: Bank, kokoro: KokoroVoices, minutes: float, seed: int) -> None:
    """Every voice in turn reads a sentence of its own until together they have read that long."""
    have = {voice: frozenset(bank.texts_of(f"{KOKORO}{voice}")) for voice in TRAINING_VOICES}
    progress = _Minutes(minutes, sum(bank.seconds_of(f"{KOKORO}{voice}") for voice in TRAINING_VOICES))
    for voice, text, pace in _parts(seed):
        if progress.is_over:
            break
        if text not in have[voice]:
            clip = kokoro.say(voice, text, pace)
            bank.record(f"{KOKORO}{voice}", text, clip)
            progress.add(clip.duration_s)
    progress.end()


def _parts(seed: int) -> Iterator[tuple[str, str, float]]:
    rng = random.Random(f"kokoro {seed}")
    for voice, text in zip(itertools.cycle(TRAINING_VOICES), readings(rng), strict=False):
        yield voice, text, rng.uniform(SLOWEST, FASTEST)


def _read(bank: Bank, voice: str, minutes: float, seed: int) -> None:
    progress = _Minutes(minutes, bank.seconds_of(voice))
    rng = random.Random(f"{voice} {seed}")
    for text in readings(rng):
        if progress.is_over:
            break
        before_s = bank.seconds_of(voice)
        bank.clip(voice, text, rng)
        progress.add(bank.seconds_of(voice) - before_s)
    progress.end()


class _Minutes:
    """A progress bar over sound."""

    def __init__(self, minutes: float, have_s: float) -> None:
        self._left_s = minutes * 60 - have_s
        self._bar = Progress(round(minutes * 60 * _BYTES_A_SECOND), sys.stdout)
        self._bar.add(round(have_s * _BYTES_A_SECOND))

    @property
    def is_over(self) -> bool:
        return self._left_s <= 0

    def add(self, duration_s: float) -> None:
        self._left_s -= duration_s
        self._bar.add(round(duration_s * _BYTES_A_SECOND))

    def end(self) -> None:
        self._bar.end()


if __name__ == "__main__":
    main()
