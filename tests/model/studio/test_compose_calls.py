"""Shards come from their number, and recorded voices read what they have on disk."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from model.studio.bank import KOKORO, Bank
from model.studio.compose_calls import compose_shard
from model.studio.kokoro_voices import TRAINING_VOICES
from model.studio.readings_aloud import READING_S, reading
from model.studio.stage import Clip
from model.types import Word
from tests.model.studio.silent_cast import SilentCast


def test_the_same_number_gives_the_same_calls() -> None:
    first, again = (compose_shard(3, SilentCast(), 2, ["listening"]) for _ in range(2))
    other = compose_shard(4, SilentCast(), 2, ["listening"])
    for one, same in zip(first, again, strict=True):
        assert np.array_equal(one.tokens, same.tokens) and np.array_equal(one.heard, same.heard)
    assert [call.words for call in first] != [call.words for call in other]


def test_a_recorded_voice_reads_only_its_own_texts(tmp_path: Path) -> None:
    bank, voice = Bank(tmp_path), f"{KOKORO}{TRAINING_VOICES[0]}"
    pcm = np.sin(np.arange(32_000, dtype=np.float32) / 9) * np.float32(0.1)
    bank.record(voice, "two words", Clip(pcm, (Word("two", 0.1, 0.8), Word("words", 0.9, 1.8))))
    play = reading(bank, random.Random(0))
    assert play.end_s >= READING_S and not play.lines and not play.deeds
    assert {sound.person for sound in play.sounds} == {voice}
    assert {sound.spoken.text for sound in play.sounds if sound.spoken} == {"two words"}
