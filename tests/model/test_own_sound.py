"""The agent's echo is taken out of what is heard; a person is not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from model.own_sound import BLOCK_SAMPLES, SPAN_SAMPLES, TAPS, OwnSoundFilter, tap_equations
from model.types import HEARD_RATE_HZ, HEARD_SAMPLES, Pcm

NUM_MICRO_TURNS = 15
NUM_SAMPLES = NUM_MICRO_TURNS * HEARD_SAMPLES


def speech_like(seed: int) -> Pcm:
    """Noise with the spectrum and the syllables of speech, RMS 0.1."""
    random = np.random.default_rng(seed)
    coloured = np.convolve(random.standard_normal(NUM_SAMPLES + 64), np.hanning(24), mode="same")[:NUM_SAMPLES]
    syllables = np.clip(np.sin(np.arange(NUM_SAMPLES) / HEARD_RATE_HZ * 2 * np.pi * 2.5 + seed), 0.02, None)
    sound = coloured * syllables
    return (sound * (0.1 / np.sqrt(np.mean(sound**2)))).astype(np.float32)


def delayed(sound: Pcm, delay_ms: int, gain: float) -> Pcm:
    lag = delay_ms * HEARD_RATE_HZ // 1000
    return np.concatenate([np.zeros(lag, np.float32), sound])[:NUM_SAMPLES] * np.float32(gain)


def clean(heard: Pcm, own: Pcm | None) -> Pcm:
    kept = OwnSoundFilter()
    parts = range(0, NUM_SAMPLES, HEARD_SAMPLES)
    return np.concatenate(
        [kept.clean(heard[i : i + HEARD_SAMPLES], None if own is None else own[i : i + HEARD_SAMPLES]) for i in parts]
    )


def level_db(sound: Pcm | NDArray[np.float64]) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12))


@pytest.mark.parametrize("delay_ms", [50, 150, 337, 500])
def test_echo_at_minus_20_db_falls_by_15_db_from_its_second_micro_turn_on(delay_ms: int) -> None:
    own = speech_like(1)
    room = np.random.default_rng(0).standard_normal(NUM_SAMPLES) * 3e-4
    heard = (delayed(own, delay_ms, 0.1) + room).astype(np.float32)
    first = (delay_ms * HEARD_RATE_HZ // 1000 // HEARD_SAMPLES + 1) * HEARD_SAMPLES
    assert level_db(clean(heard, own)[first:]) < level_db(heard[first:]) - 15


def test_a_person_over_the_echo_stays() -> None:
    own, person = speech_like(1), speech_like(2)
    kept = clean(delayed(own, 150, 0.1) + person, own)
    settled = slice(4 * HEARD_SAMPLES, None)
    assert level_db(kept[settled] - person[settled]) < level_db(person[settled]) - 8


def test_a_person_without_any_echo_stays() -> None:
    person = speech_like(2)
    assert level_db(clean(person, speech_like(1)) - person) < level_db(person) - 8


def test_nothing_changes_while_the_agent_is_silent() -> None:
    person = speech_like(3)
    np.testing.assert_array_equal(clean(person, None), person)


def test_a_changed_delay_is_followed_within_two_micro_turns() -> None:
    own = speech_like(4)
    half = NUM_SAMPLES // 2 // HEARD_SAMPLES * HEARD_SAMPLES
    heard = np.concatenate([delayed(own, 120, 0.1)[:half], delayed(own, 180, 0.1)[half:]])
    after = slice(half + 2 * HEARD_SAMPLES, None)
    assert level_db(clean(heard, own)[after]) < level_db(heard[after]) - 15


def test_the_equations_are_the_products_of_the_delayed_sounds() -> None:
    sound = np.random.default_rng(5).standard_normal(SPAN_SAMPLES + TAPS - 1)
    taps = np.stack([sound[TAPS - 1 - tap :][:SPAN_SAMPLES] for tap in range(TAPS)])
    np.testing.assert_allclose(tap_equations(sound), taps @ taps.T, atol=1e-6)


def test_blocks_fill_a_micro_turn() -> None:
    assert HEARD_SAMPLES % BLOCK_SAMPLES == 0
