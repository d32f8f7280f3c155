"""General English to listen to: short, sounding, and nothing of it held out."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from model.studio.number_words import HELD_OUT_WAITS, in_words
from model.studio.phrases_words import KEPT_OUT
from model.studio.plain_english import FEWEST, MOST, plain_english, sentences
from model.studio.scenes import play_scene
from model.studio.stage import plain
from model.types import InputError
from tests.model.studio.silent_cast import SilentCast

LICENCE = "  1 This software and database is being provided to you | not a gloss of ours at all\n"
LINES = {
    "data.noun": '0001 03 n 01 cup 0 000 | a small open container (for drink); "he put the cup back on the saucer"  \n',
    "data.verb": "0002 29 v 01 ache 0 000 | hurt; suffer from 3 pains in the back  \n",
    "data.adj": "0003 00 a 01 odd 0 000 | seen from the xyzzyq side of it  \n",
    "data.adv": "",
}


def test_examples_and_explanations_are_read_and_what_has_no_sound_is_not(tmp_path: Path) -> None:
    for name, line in LINES.items():
        (tmp_path / name).write_text(LICENCE + line)
    assert set(sentences(tmp_path)) == {"He put the cup back on the saucer.", "A small open container."}


def test_without_wordnet_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="apt-get install wordnet-base"):
        sentences(tmp_path)


def test_there_are_tens_of_thousands_of_words() -> None:
    rng = random.Random(1)
    texts = [plain_english(rng) for _ in range(20_000)]
    assert len(set(texts)) > 10_000 and all(FEWEST <= len(text.split()) <= MOST for text in texts)
    assert len({plain(word) for text in texts for word in text.split()}) > 12_000


def test_nothing_held_out_is_read() -> None:
    read = {plain(word) for text in sentences() for word in text.split()}
    assert not read & KEPT_OUT and not read & {in_words(wait) for wait in HELD_OUT_WAITS}


def test_nobody_is_answered() -> None:
    play = play_scene("read_aloud", SilentCast(), random.Random("a seed without a greeting"))
    assert len(play.sounds) > 3 and all(sound.is_transcribed for sound in play.sounds if sound.spoken)
    assert not play.deeds and len(play.lines) <= 1
