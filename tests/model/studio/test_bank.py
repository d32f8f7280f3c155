"""The bank: the same clip each time and in each process, words where they sound, and a bound on its size."""

from __future__ import annotations

import random
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from model.studio.bank import SPEECH_LEVEL, Bank, sounding_level
from model.studio.stage import AGENT_VOICE
from model.types import HEARD_RATE_HZ, InputError

TEXT = "please remind me to call my brother in nine minutes"
HELD_OUT = ("bf_emma", "bm_george", "am_michael", "af_nova")


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    bank = Bank(tmp_path)
    yield bank
    bank.close()


def test_a_clip_is_the_same_from_disk_as_when_it_was_rendered(bank: Bank, tmp_path: Path) -> None:
    rendered = bank.take("hibari-07", TEXT, 1)
    other = Bank(tmp_path)
    found = other.take("hibari-07", TEXT, 1)
    assert "_hibari" not in other.__dict__, "it was rendered again"
    np.testing.assert_allclose(found.pcm, rendered.pcm, atol=1 / 32767)
    assert [w.text for w in found.words] == TEXT.split()


def test_two_banks_render_the_same_samples(bank: Bank, tmp_path: Path) -> None:
    other = Bank(tmp_path / "other")
    np.testing.assert_array_equal(bank.take("hibari-30", TEXT, 0).pcm, other.take("hibari-30", TEXT, 0).pcm)
    other.close()


@pytest.mark.parametrize("voice", ["hibari-00", "hibari-31", "hibari-59"])
def test_words_are_loud_and_what_surrounds_them_is_not(bank: Bank, voice: str) -> None:
    clip = bank.take(voice, TEXT, 0)
    assert sounding_level(clip.pcm) == pytest.approx(SPEECH_LEVEL, rel=0.1)
    first, last = (round(t * HEARD_RATE_HZ) for t in (clip.words[0].start_s, clip.words[-1].end_s))
    outside = np.concatenate([clip.pcm[: first - 320], clip.pcm[last + 1600 :]])
    assert sounding_level(clip.pcm[first:last]) > 10 * np.sqrt(np.mean(outside**2))


def test_speakers_differ_in_pitch_and_pace(bank: Bank) -> None:
    durations = {round(bank.take(voice, "call my brother", 0).duration_s, 1) for voice in bank.user_voices()[:8]}
    assert len(durations) > 3


def test_a_person_says_the_same_words_differently_another_time(bank: Bank) -> None:
    clips = [bank.clip("hibari-20", TEXT, random.Random(seed)) for seed in range(8)]
    assert len({len(clip.pcm) for clip in clips}) > 1
    agent = [bank.clip(AGENT_VOICE, TEXT, random.Random(seed)) for seed in range(8)]
    assert len({id(clip) for clip in agent}) == 1


def test_no_voice_held_out_for_tests_is_in_the_cast(bank: Bank) -> None:
    assert AGENT_VOICE not in bank.user_voices()
    assert not [voice for voice in bank.user_voices() if any(name in voice for name in HELD_OUT)]


def test_what_a_voice_cannot_say_is_refused_with_its_name(bank: Bank) -> None:
    with pytest.raises(InputError, match="nobody"):
        bank.clip("nobody", TEXT, random.Random(0))
    with pytest.raises(InputError, match="hibari-01"):
        bank.clip("hibari-01", "...", random.Random(0))


def test_a_full_folder_grows_no_more_and_still_renders(tmp_path: Path) -> None:
    bank = Bank(tmp_path, max_bytes=1)
    bank.take("hibari-03", TEXT, 0)
    assert bank.take("hibari-03", "and one more", 0).words
    assert bank.texts_of("hibari-03") == [TEXT]
    bank.close()


def _render(bank: Bank, first: int) -> None:
    for index in range(first, first + 6):
        bank.take(f"flite-rms-{index % 6}", "hello there", 0)
        bank.take(f"flite-slt-{index % 6}", "hello there", 0)


def test_forked_processes_share_a_folder(tmp_path: Path) -> None:
    bank = Bank(tmp_path)
    bank.take("flite-rms-0", "hello there", 0)  # the file is open before the forks
    workers = [get_context("fork").Process(target=_render, args=(bank, first)) for first in (0, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert all(
        bank.texts_of(f"flite-{name}-{index}") == ["hello there"] for name in ("rms", "slt") for index in range(6)
    )
