"""The echo returns the sound of the micro-turn before, whatever comes late or is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.echo import EchoEngine, Resampler
from model.types import (
    HEARD_RATE_HZ,
    HEARD_SAMPLES,
    SPOKEN_RATE_HZ,
    SPOKEN_SAMPLES,
    CapacityError,
    InputError,
    MicroTurnIn,
    Pcm,
    SessionLostError,
    SessionSettings,
)

NOISE = np.random.default_rng(1).uniform(-1, 1, 5 * HEARD_SAMPLES).astype(np.float32)


def _tone(frequency_hz: float, rate_hz: int, num_samples: int) -> Pcm:
    return np.sin(2 * np.pi * frequency_hz * np.arange(num_samples) / rate_hz).astype(np.float32)


def _turn(index: int, sound: Pcm = NOISE) -> MicroTurnIn:
    place = (index % 5) * HEARD_SAMPLES
    return MicroTurnIn(index, sound[place : place + HEARD_SAMPLES])


@settings(deadline=None)
@given(st.lists(st.integers(0, NOISE.size), max_size=30))
def test_any_cut_resamples_to_the_same_bits(cuts: list[int]) -> None:
    whole = Resampler().push(NOISE)
    resampler = Resampler()
    parts = [resampler.push(part) for part in np.split(NOISE, sorted(cuts))]
    assert np.array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize("frequency_hz", [50, 440, 3000, 6000])
def test_a_tone_keeps_its_phase_and_loses_nothing(frequency_hz: int) -> None:
    spoken = Resampler().push(_tone(frequency_hz, HEARD_RATE_HZ, 16_000))
    expected = _tone(frequency_hz, SPOKEN_RATE_HZ, spoken.size)
    middle = slice(100, -100)  # away from the step at the start
    assert np.abs(spoken - expected)[middle].max() < 1e-4  # -80 dB


def test_a_tone_at_the_edge_has_no_image_above_it() -> None:
    spoken = Resampler().push(_tone(7000, HEARD_RATE_HZ, 16_000))
    spectrum = np.abs(np.fft.rfft(spoken * np.blackman(spoken.size)))
    above = np.fft.rfftfreq(spoken.size, 1 / SPOKEN_RATE_HZ) > 8500
    assert spectrum[above].max() < 1e-4 * spectrum.max()


async def test_each_micro_turn_answers_with_the_one_before() -> None:
    session = await EchoEngine().open(SessionSettings("c"))
    expected = Resampler().push(NOISE)
    assert (await session.step((_turn(7, np.roll(NOISE, 2 * HEARD_SAMPLES)),))).pcm is None  # 7 % 5 == 2
    for index in range(1, 4):
        out = await session.step((_turn(7 + index, np.roll(NOISE, 2 * HEARD_SAMPLES)),))
        before = expected[(index - 1) * SPOKEN_SAMPLES : index * SPOKEN_SAMPLES]
        assert out.index == 7 + index
        assert out.pcm is not None
        assert np.array_equal(out.pcm, before)


async def test_after_a_late_step_the_sound_goes_on_where_it_belongs() -> None:
    engine = EchoEngine()
    steady, late = await engine.open(SessionSettings("a")), await engine.open(SessionSettings("b"))
    for index in range(3):
        await steady.step((_turn(index),))
    await late.step((_turn(0),))
    await late.step((_turn(1), _turn(2)))
    first, second = await steady.step((_turn(3),)), await late.step((_turn(3),))
    assert first.pcm is not None and second.pcm is not None
    assert np.array_equal(first.pcm, second.pcm)


async def test_silence_is_none_and_a_gap_starts_over() -> None:
    session = await EchoEngine().open(SessionSettings("c"))
    quiet = np.zeros_like(NOISE)
    assert (await session.step((_turn(0, quiet),))).pcm is None
    assert (await session.step((_turn(1, quiet),))).pcm is None
    assert (await session.step((_turn(2, quiet),))).pcm is None
    assert (await session.step((_turn(3),))).pcm is not None  # the filter's share of the sound to come
    assert (await session.step((_turn(9),))).pcm is None  # what came before the gap is not returned after it
    assert (await session.step((_turn(10),))).pcm is not None


async def test_time_that_runs_backwards_is_refused() -> None:
    session = await EchoEngine().open(SessionSettings("c"))
    await session.step((_turn(4),))
    with pytest.raises(InputError, match="micro-turn 4 after 4"):
        await session.step((_turn(4),))
    with pytest.raises(InputError, match="no micro-turn"):
        await session.step(())


async def test_a_closed_session_makes_room_once() -> None:
    engine = EchoEngine(max_sessions=1)
    session = await engine.open(SessionSettings("c"))
    with pytest.raises(CapacityError, match="1 sessions") as refused:
        await engine.open(SessionSettings("d"))
    assert refused.value.retry_after_s > 0
    await session.close()
    await session.close()
    with pytest.raises(SessionLostError):
        await session.step((_turn(0),))
    await engine.open(SessionSettings("d"))
    with pytest.raises(CapacityError):
        await engine.open(SessionSettings("e"))
