"""agent/voice_out.py"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.voice_out import MAX_LEAD_TICKS, MAX_QUEUED_MICRO_TURNS, VoiceOut
from model.types import SPOKEN_SAMPLES, SPOKEN_TICK_SAMPLES, MicroTurnOut


def spoken(index: int, level: float = 0.5, text: str = "word") -> MicroTurnOut:
    return MicroTurnOut(index, np.full(SPOKEN_SAMPLES, level, dtype=np.float32), text)


def test_what_is_queued_is_sent_once_without_a_gap() -> None:
    voice = VoiceOut()
    rng = np.random.default_rng(0)
    sounds = [rng.uniform(-1, 1, SPOKEN_SAMPLES).astype(np.float32) for _ in range(3)]
    for index, pcm in enumerate(sounds):
        voice.put(MicroTurnOut(index, pcm, f"word{index}"), voice.epoch)
    pieces = [voice.pull() for _ in range(60)]
    sent = [piece for piece in pieces if piece]
    assert np.array_equal(np.concatenate([piece.pcm for piece in sent]), np.concatenate(sounds))
    assert [piece.text for piece in sent if piece.text] == ["word0", "word1", "word2"]
    first = pieces.index(sent[0])
    assert all(piece is not None for piece in pieces[first : first + 30])
    assert not voice.is_speaking


def test_after_a_stop_at_most_one_fading_tick_is_sent() -> None:
    voice = VoiceOut()
    voice.put(spoken(0), voice.epoch)
    while voice.pull() is None:
        pass
    voice.stop()
    fading = voice.pull()
    assert fading is not None and abs(float(fading.pcm[-1])) == 0.0
    assert (np.diff(np.abs(fading.pcm)) <= 0).all()
    assert voice.pull() is None and not voice.is_speaking


def test_sound_of_an_older_epoch_is_stale() -> None:
    voice = VoiceOut()
    epoch = voice.epoch
    voice.stop()
    voice.put(spoken(1), epoch)
    assert not voice.is_speaking and voice.dropped_chunks_total == 1


def test_a_stop_before_the_first_sample_is_silent_at_once() -> None:
    voice = VoiceOut()
    voice.put(spoken(0), voice.epoch)
    voice.stop()
    assert voice.pull() is None


def test_the_queue_never_grows_over_its_bound() -> None:
    voice = VoiceOut()
    for index in range(MAX_QUEUED_MICRO_TURNS + 5):
        voice.put(spoken(index), voice.epoch)
    assert voice.dropped_chunks_total == 5
    num_ticks = sum(voice.pull() is not None for _ in range(300))
    assert num_ticks == MAX_QUEUED_MICRO_TURNS * 10


def test_a_new_gain_is_reached_within_one_tick_and_without_a_jump() -> None:
    voice = VoiceOut()
    voice.put(spoken(0, level=1.0), voice.epoch)
    while (piece := voice.pull()) is None:
        pass
    assert piece.pcm[-1] == 1.0
    voice.set_gain(0.25)
    ramp, after = voice.pull(), voice.pull()
    assert ramp is not None and after is not None
    assert float(np.max(np.abs(np.diff(ramp.pcm)))) < 0.002
    assert np.allclose(after.pcm, 0.25)


@pytest.mark.parametrize("gain", [-0.1, 1.1, float("nan")])
def test_the_agent_cannot_raise_itself(gain: float) -> None:
    with pytest.raises(ValueError, match="gain"):
        VoiceOut().set_gain(gain)


@given(st.lists(st.floats(1, 2000), max_size=50))
def test_the_lead_is_bounded_and_grows_with_uneven_steps(durations: list[float]) -> None:
    voice = VoiceOut()
    for duration_ms in durations:
        voice.note_step(duration_ms)
    assert 1 <= voice.lead_ticks <= MAX_LEAD_TICKS


def test_even_steps_need_the_shortest_lead() -> None:
    voice = VoiceOut()
    for _ in range(20):
        voice.note_step(30.0)
    assert voice.lead_ticks <= 2
    voice.note_step(110.0)
    assert voice.lead_ticks >= 4


def test_pieces_have_the_length_of_a_tick() -> None:
    voice = VoiceOut()
    voice.put(spoken(0), voice.epoch)
    assert all(piece.pcm.shape == (SPOKEN_TICK_SAMPLES,) for piece in (voice.pull() for _ in range(20)) if piece)
