"""Renders what the stop-word net learns from into a bank of its own: `python -m model.stop_words.render`.

What is there is not made again. Kokoro's voices need half a second a second, the others next to nothing.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from model import weights
from model.stop_words.words import OTHERS, PHRASES, SENTENCES
from model.studio.bank import FAST_VOICES, KOKORO, Bank
from model.studio.kokoro_voices import TRAINING_VOICES, WEIGHTS, KokoroVoices
from model.studio.prerender import FASTEST, SLOWEST
from model.types import InputError

FOLDER = Path("runs/stop_words")
KOKORO_VOICES = tuple(f"{KOKORO}{voice}" for voice in TRAINING_VOICES)
FAST_PHRASES, FAST_OTHERS, FAST_SENTENCES = 16, 16, 8  # a voice
KOKORO_PHRASES, KOKORO_OTHERS, KOKORO_SENTENCES = 18, 8, 4


def texts(voice: str, phrases: int, others: int, sentences: int) -> list[str]:
    """What a voice says: every word at least once, then a draw; the same for the same voice."""
    rng = random.Random(f"stop words {voice}")
    chosen = [rng.choice(each) for each in PHRASES.values()]
    everything = sorted({phrase for each in PHRASES.values() for phrase in each} - set(chosen))
    chosen += rng.sample(everything, phrases - len(chosen))
    return chosen + rng.sample(sorted(set(OTHERS)), others) + rng.sample(SENTENCES, sentences)


def render(bank: Bank, kokoro: KokoroVoices | None) -> None:
    """All fast voices, then Kokoro's training voices where there are weights for them."""
    for voice in FAST_VOICES:
        have = set(bank.texts_of(voice))
        for text in texts(voice, FAST_PHRASES, FAST_OTHERS, FAST_SENTENCES):
            if text not in have:
                bank.take(voice, text, 0)
    if kokoro is None:
        return
    wanted = {voice: texts(voice, KOKORO_PHRASES, KOKORO_OTHERS, KOKORO_SENTENCES) for voice in TRAINING_VOICES}
    have = {voice: set(bank.texts_of(f"{KOKORO}{voice}")) for voice in TRAINING_VOICES}
    rng = random.Random("kokoro's pace")
    for row in zip(*wanted.values(), strict=True):  # every voice in turn, so that a run cut short has all voices
        for voice, text in zip(TRAINING_VOICES, row, strict=True):
            if text not in have[voice]:
                bank.record(f"{KOKORO}{voice}", text, kokoro.say(voice, text, rng.uniform(SLOWEST, FASTEST)))


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
