"""Renders what the stop-word net learns from into a bank of its own: `python -m model.stop_words.render`.

What is there is not made again. Kokoro's voices need half a second a second, the others next to nothing.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from model import weights
from model.stop_words.words import OTHERS, PHRASES, SENTENCES
from model.studio.bank import FAST_VOICES, KOKORO, Bank
from model.studio.kokoro_voices import TRAINING_VOICES, WEIGHTS, KokoroVoices
from model.studio.prerender import FASTEST, SLOWEST
from model.types import InputError

FOLDER = Path("runs/stop_words")
KOKORO_VOICES = tuple(f"{KOKORO}{voice}" for voice in TRAINING_VOICES)
FAST_PHRASES, FAST_OTHERS, FAST_SENTENCES = 12, 10, 5  # a voice
KOKORO_PHRASES, KOKORO_OTHERS, KOKORO_SENTENCES = 16, 4, 2


def texts(voice: str, phrases: int, others: int, sentences: int) -> list[str]:
    """What a voice says: every word at least once, then a draw; the same for the same voice."""
    rng = random.Random(f"stop words {voice}")
    chosen = [rng.choice(each) for each in PHRASES.values()]
    everything = sorted({phrase for each in PHRASES.values() for phrase in each} - set(chosen))
    chosen += rng.sample(everything, phrases - len(chosen))
    chosen += rng.sample(sorted(set(OTHERS)), others) + rng.sample(SENTENCES, sentences)
    return rng.sample(chosen, len(chosen))


def render(bank: Bank, kokoro: KokoroVoices | None) -> None:
    """All fast voices, then Kokoro's training voices where there are weights for them.

    Each says its next text in turn, so that a run that is cut short has something of all.
    """
    _say_in_turn(FAST_VOICES, (FAST_PHRASES, FAST_OTHERS, FAST_SENTENCES), bank, lambda v, text: bank.take(v, text, 0))
    if kokoro is not None:
        rng = random.Random("kokoro's pace")

        def say(voice: str, text: str) -> None:
            pace = rng.uniform(SLOWEST, FASTEST)
            bank.record(voice, text, kokoro.say(voice.removeprefix(KOKORO), text, pace))

        _say_in_turn(KOKORO_VOICES, (KOKORO_PHRASES, KOKORO_OTHERS, KOKORO_SENTENCES), bank, say)


def _say_in_turn(
    voices: Sequence[str], counts: tuple[int, int, int], bank: Bank, say: Callable[[str, str], object]
) -> None:
    wanted = [texts(voice, *counts) for voice in voices]
    have = {voice: set(bank.texts_of(voice)) for voice in voices}
    for row in zip(*wanted, strict=True):
        for voice, text in zip(voices, row, strict=True):
            if text not in have[voice]:
                say(voice, text)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Render stop words, what resembles them, and sentences with them.")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--without-kokoro", action="store_true", help="the fast voices alone: two minutes")
    options = parser.parse_args(arguments)
    bank = Bank(options.folder)
    try:
        render(bank, None if options.without_kokoro else KokoroVoices(weights.path(WEIGHTS)))
    except InputError as error:
        parser.error(str(error))
    finally:
        bank.close()


if __name__ == "__main__":
    main()
