"""An echo that no linear filter can follow is silenced by its level; a louder person is not."""

import numpy as np
import pytest

from model.echo_gate import BLOCK_SAMPLES, FIRST_GAIN, EchoGate
from model.own_sound import OwnSoundFilter
from model.types import HEARD_RATE_HZ, HEARD_SAMPLES, Pcm
from tests.model.test_own_sound import NUM_SAMPLES, clean, level_db, speech_like

ECHO_GAIN = 0.1


def wandering_echo(own: Pcm, seed: int) -> Pcm:
    """Own sound later by 250 to 330 ms, another delay every 60 ms, as jitter buffers make it."""
    random = np.random.default_rng(seed)
    echo = np.zeros(NUM_SAMPLES, np.float32)
    piece = 60 * HEARD_RATE_HZ // 1000
    for start in range(0, NUM_SAMPLES, piece):
        source = start - int(random.integers(250, 330)) * HEARD_RATE_HZ // 1000
        sound = own[max(source, 0) : max(source + piece, 0)][: NUM_SAMPLES - start]
        echo[start : start + len(sound)] = sound
    return echo * np.float32(ECHO_GAIN)


@pytest.mark.parametrize("seed", range(5))
def test_an_echo_whose_delay_wanders_falls_by_30_db(seed: int) -> None:
    own = speech_like(seed)
    heard = wandering_echo(own, seed)
    assert level_db(clean(heard, own)) < level_db(heard) - 30


@pytest.mark.parametrize("seed", range(5))
def test_a_person_over_a_wandering_echo_stays(seed: int) -> None:
    own, person = speech_like(seed), speech_like(seed + 10)
    kept = clean(wandering_echo(own, seed) + person, own)
    assert level_db(kept - person) < level_db(person) - 8


def test_a_gain_that_proves_too_high_fades() -> None:
    own = speech_like(1).astype(np.float64)
    gate = EchoGate()
    silence = np.zeros(HEARD_SAMPLES)
    for end in range(6 * HEARD_SAMPLES, NUM_SAMPLES, HEARD_SAMPLES):
        gate.learn(own[:end], silence, silence, 0)
    assert gate.gain < FIRST_GAIN / 2


def test_a_quiet_neighbour_of_a_loud_block_stays_also_in_the_next_micro_turn() -> None:
    own = np.full(12 * HEARD_SAMPLES, 0.1)
    sound = np.full(HEARD_SAMPLES, 1e-4)
    sound[-BLOCK_SAMPLES:] = 0.5
    gate = EchoGate()
    first = gate.silence(sound, own)
    second = gate.silence(np.full(HEARD_SAMPLES, 1e-4), own)
    assert np.count_nonzero(first) == 4 * BLOCK_SAMPLES
    assert np.count_nonzero(second) == np.count_nonzero(second[: 3 * BLOCK_SAMPLES]) == 3 * BLOCK_SAMPLES


def test_without_own_sound_nothing_is_silenced() -> None:
    person = speech_like(2)[:HEARD_SAMPLES]
    np.testing.assert_array_equal(OwnSoundFilter().clean(person, None), person)
