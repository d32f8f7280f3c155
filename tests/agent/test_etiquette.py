"""agent/etiquette.py and agent/floor_level.py: how loud the agent may be, over whom, and who decides"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.etiquette import Etiquette, etiquette_asked
from agent.floor_level import SpeechLevel, k_power, lkfs
from agent.wire_work import EtiquetteMode, PushToTalk, SetEtiquette
from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, MICRO_TURN_MS, TICK_MS, Pcm

SILENCE = np.zeros(HEARD_TICK_SAMPLES, np.float32)
FALL_TICKS = MICRO_TURN_MS // TICK_MS


def sine(hz: float, amplitude: float, tick: int = 0) -> Pcm:
    at = np.arange(HEARD_TICK_SAMPLES) + tick * HEARD_TICK_SAMPLES
    return (amplitude * np.sin(2 * np.pi * hz * at / HEARD_RATE_HZ)).astype(np.float32)


@pytest.mark.parametrize(("hz", "level"), [(1000, -3.0), (100, -4.8), (2000, -0.7), (5000, 0.3)])
def test_the_level_of_a_sine_is_what_the_recommendation_says(hz: float, level: float) -> None:
    assert lkfs(k_power(sine(hz, 1.0))) == pytest.approx(level, abs=0.15)


def test_a_level_counts_speech_and_not_the_pauses_in_it() -> None:
    level = SpeechLevel()
    for tick in range(40):
        level.add(sine(500, 0.1, tick) if tick % 4 else SILENCE)
    assert level.level_lkfs == pytest.approx(lkfs(k_power(sine(500, 0.1))), abs=0.3) and level.is_speaking
    for _ in range(40):
        level.add(None)
    assert not level.is_speaking and level.level_lkfs is None


def run(
    etiquette: Etiquette, ticks: int, person: float, own: float = 0.3, invited: bool = False, gain: float = 1.0
) -> list[float]:
    """Gains while somebody speaks with an amplitude and the agent would with another; `gain` is what was before."""
    gains: list[float] = []
    for tick in range(ticks):
        sound = sine(500, person, tick) if person else SILENCE
        gain = etiquette.next_gain({"p1": sound}, sine(500, own * gain, tick) if own else None, invited)
        gains.append(gain)
    return gains


@pytest.mark.parametrize(("mode", "db"), [("free", 0.0), ("undertone", -21.5), ("invited", -60.0), ("quiet", -60.0)])
def test_over_somebody_the_gain_falls_within_one_micro_turn(mode: EtiquetteMode, db: float) -> None:
    etiquette = Etiquette(mode)
    run(etiquette, 30, person=0.0)
    gains = run(etiquette, FALL_TICKS, person=0.1)
    assert 20 * np.log10(max(gains[-1], 1e-3)) == pytest.approx(db, abs=1.0)
    steady = run(etiquette, 50, person=0.1, gain=gains[-1])
    assert np.ptp(steady) < 0.05, "it must not pump"


def test_what_was_asked_for_may_be_said_under_somebody() -> None:
    etiquette = Etiquette("invited")
    run(etiquette, 30, person=0.0)
    assert 0.05 < run(etiquette, 30, person=0.1, invited=True)[-1] < 0.12


def test_its_own_echo_does_not_lower_it() -> None:
    assert run(Etiquette("undertone"), 60, person=0.02)[-1] == 1.0


def test_when_the_floor_is_free_it_comes_back_within_two_seconds_and_not_at_once() -> None:
    etiquette = Etiquette("undertone")
    low = run(etiquette, 60, person=0.1)[-1]
    back = run(etiquette, 100, person=0.0, gain=low)
    assert back[-1] == 1.0 and max(after / before for before, after in pairwise(back)) < 1.13


@given(st.floats(0.003, 0.9), st.sampled_from(["undertone", "invited"]), st.booleans())
def test_unless_free_it_stays_well_under_a_human(person: float, mode: EtiquetteMode, invited: bool) -> None:
    gain = run(Etiquette(mode), 30, person=person, own=0.3, invited=invited)[-1]
    assert gain <= 1.0
    if person > 0.04:  # louder than an echo would be
        assert gain * 0.3 <= person * 0.27


def test_each_persons_mode_goes_over_the_rooms() -> None:
    etiquette = Etiquette("free")
    assert etiquette.set(SetEtiquette("p1", "quiet")) and not etiquette.set(SetEtiquette("p1", "quiet"))
    assert not etiquette.hears_agent("p1") and etiquette.hears_agent("p2") and not etiquette.is_muted
    assert etiquette.set(SetEtiquette("room", "quiet")) and etiquette.is_muted
    assert etiquette.state.people == {"p1": "quiet"} and etiquette.forget("p1") and etiquette.state.people == {}


def test_with_push_to_talk_one_is_heard_only_while_the_button_is_down() -> None:
    etiquette = Etiquette()
    assert not etiquette.push_to_talk("p1", PushToTalk(True, False)) and etiquette.unheard == {"p1"}
    assert etiquette.push_to_talk("p1", PushToTalk(True, True)) and not etiquette.unheard
    etiquette.push_to_talk("p1", PushToTalk(True, False))
    assert not etiquette.push_to_talk("p1", PushToTalk(False, False)) and not etiquette.unheard


def test_who_asks_for_the_rooms_mode_has_none_of_their_own_any_more() -> None:
    etiquette = Etiquette("undertone")
    assert etiquette.set(SetEtiquette("p1", "free")) and etiquette.state.people == {"p1": "free"}
    assert etiquette.set(SetEtiquette("p1", "undertone")) and etiquette.state.people == {}
    etiquette.set(SetEtiquette("room", "quiet"))
    assert not etiquette.hears_agent("p1"), "as everybody else"


@pytest.mark.parametrize(
    ("said", "who", "mode"),
    [
        ("Please be quiet.", "room", "quiet"),
        ("Alongside, don't talk until I say so", "room", "quiet"),
        ("Talk under us", "room", "undertone"),
        ("Lower your voice.", "room", "undertone"),
        ("Only speak when I ask you.", "room", "invited"),
        ("Don't interrupt.", "room", "invited"),
        ("You can talk freely now", "room", "free"),
        ("Please don't interrupt me.", "p1", "invited"),
        ("Speak under me", "p1", "undertone"),
        ("Stay quiet for me, please", None, None),
        ("Please stay quiet for me.", "p1", "quiet"),
        ("Be quiet while I'm talking", "p1", "invited"),
        ("Whisper when I speak", "p1", "undertone"),
        ("You may speak again to me", "p1", "free"),
        ("Speak softly, please", None, None),
        ("We were quiet all evening", None, None),
        ("He waits for me", None, None),
    ],
)
def test_modes_can_be_asked_for_by_voice_for_everybody_and_for_oneself(
    said: str, who: str | None, mode: EtiquetteMode | None
) -> None:
    assert etiquette_asked(said, "p1") == (SetEtiquette(who, mode) if who and mode else None)
