"""Kokoro's voices: words where they sound, every training voice there, and none of the tests' voices in the bank."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from model.studio.bank import RECORDED_VOICES, Bank, sounding_level
from model.studio.kokoro_voices import HELD_OUT_VOICES, TRAINING_VOICES, WEIGHTS, KokoroVoices
from model.studio.prerender import record_kokoro
from model.studio.stage import Clip
from model.types import HEARD_RATE_HZ, InputError
from tests.model.spoken import weights_or_skip

pytestmark = [pytest.mark.weights, pytest.mark.timeout(60)]
TEXT = "Stop, and then go."


@pytest.fixture(scope="module")
def folder() -> Path:
    return weights_or_skip(WEIGHTS)


@pytest.fixture(scope="module")
def kokoro(folder: Path) -> KokoroVoices:
    return KokoroVoices(folder)


def level(clip: Clip, start_s: float, end_s: float) -> float:
    return sounding_level(clip.pcm[round(start_s * HEARD_RATE_HZ) : round(end_s * HEARD_RATE_HZ)])


@pytest.mark.parametrize("voice", ["am_puck", "bf_lily"])
def test_words_sound_within_their_times_and_pauses_do_not(kokoro: KokoroVoices, voice: str) -> None:
    clip = kokoro.say(voice, TEXT, pace=0.8)
    assert [word.text for word in clip.words] == TEXT.split()
    stop, after = clip.words[0], clip.words[1]
    assert level(clip, stop.start_s, stop.end_s) > 3 * level(clip, stop.end_s + 0.03, after.start_s - 0.03)
    assert clip.words[-1].end_s <= clip.duration_s < clip.words[-1].end_s + 0.21


def test_every_voice_named_is_there(folder: Path) -> None:
    for voice in TRAINING_VOICES + HELD_OUT_VOICES:
        assert np.isfinite(np.fromfile(folder / "voices" / f"{voice}.bin", np.float32)).all()
    assert not set(TRAINING_VOICES) & set(HELD_OUT_VOICES)


def test_an_unknown_voice_is_refused(kokoro: KokoroVoices) -> None:
    with pytest.raises(InputError, match="zf_xiaoyi"):
        kokoro.say("zf_xiaoyi", TEXT)


def test_recording_goes_on_where_it_stopped(kokoro: KokoroVoices, tmp_path: Path) -> None:
    bank = Bank(tmp_path)
    record_kokoro(bank, kokoro, 0.05, seed=0)
    first = {voice: bank.texts_of(voice) for voice in bank.recorded_voices()}
    record_kokoro(bank, kokoro, 0.1, seed=0)
    after = {voice: bank.texts_of(voice) for voice in bank.recorded_voices()}
    assert len(after) > len(first) > 0
    assert all(after[voice] == texts for voice, texts in first.items())


def test_a_recorded_voice_says_what_is_recorded_and_nothing_else(kokoro: KokoroVoices, tmp_path: Path) -> None:
    bank = Bank(tmp_path)
    bank.record("kokoro-am_puck", TEXT, kokoro.say("am_puck", TEXT))
    clips = [bank.clip("kokoro-am_puck", TEXT, random.Random(seed)) for seed in range(12)]
    for clip in clips:  # faster or slower as a whole
        assert clip.words[-1].end_s / clip.duration_s == pytest.approx(
            clips[0].words[-1].end_s / clips[0].duration_s, 0.01
        )
    assert len({len(clip.pcm) for clip in clips}) > 2
    with pytest.raises(InputError, match="texts_of"):
        bank.clip("kokoro-am_puck", "Something else.", random.Random(0))


@pytest.mark.parametrize("voice", HELD_OUT_VOICES)
def test_the_bank_takes_no_voice_of_the_tests(tmp_path: Path, voice: str) -> None:
    bank = Bank(tmp_path)
    with pytest.raises(InputError, match=voice):
        bank.record(f"kokoro-{voice}", TEXT, Clip(np.zeros(10, np.float32), ()))
    assert f"kokoro-{voice}" not in (*RECORDED_VOICES, *bank.user_voices())
