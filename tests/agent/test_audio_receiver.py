"""The whole receive path with real speech and real Opus, on a clock moved by hand. S samples."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.audio_receiver import INBOX_PACKETS, SILENCE_DBOV, AudioReceiver, RtpAudioPacket
from model.types import HEARD_TICK_SAMPLES
from tests.agent.rtp_path import TICK_S, Heard, Sent, listen, send
from tests.agent.speech import RATE_HZ, speech

PATH_DELAY_S = 0.003
HOLD_UP_TICKS = 10


@functools.cache
def talk(duration_s: float = 20.0, loss_pct: int = 20) -> tuple[Sent, ...]:
    return tuple(send(speech(duration_s), loss_pct=loss_pct))


def hear(
    sent: tuple[Sent, ...], delay_s: Callable[[int], float | None], num_ticks: int | None = None
) -> tuple[AudioReceiver, Heard]:
    """Let packet i take `delay_s(i)`, or be lost for None."""
    delays = [delay_s(i) for i in range(len(sent))]
    arrivals = [(p.packet, p.sent_at + d) for p, d in zip(sent, delays, strict=True) if d is not None]
    receiver = AudioReceiver()
    return receiver, listen(receiver, arrivals, len(sent) if num_ticks is None else num_ticks)


def lossy(rate: float, seed: int) -> Callable[[int], float | None]:
    lost = set(random.Random(seed).sample(range(10, 990), int(rate * 1000)))
    return lambda i: None if i in lost else PATH_DELAY_S


def test_a_clean_path_plays_everything_with_little_delay() -> None:
    receiver, heard = hear(talk(), lambda i: PATH_DELAY_S)
    assert heard.count("concealed") == 0
    assert heard.count("silence") <= 3
    assert receiver.stats.packets_lost == receiver.stats.packets_late == 0
    assert max(heard.delays_ms) <= 45
    pcm, sent = heard.pcm, speech(20.0)
    lags = range(0, RATE_HZ // 10, 8)
    likeness = [float(np.corrcoef(pcm[16_000 + lag : 160_000 + lag], sent[16_000:160_000])[0, 1]) for lag in lags]
    assert max(likeness) > 0.9
    assert int(np.argmax(likeness)) * 8 / RATE_HZ <= 0.06


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.10])
@pytest.mark.parametrize("loss_pct", [0, 20], ids=["without FEC", "with FEC"])
def test_no_more_sound_is_lost_than_packets_and_it_is_concealed(rate: float, loss_pct: int) -> None:
    receiver, heard = hear(talk(loss_pct=loss_pct), lossy(rate, seed=11))
    stats = receiver.stats
    assert stats.packets_lost == rate * 1000
    assert heard.count("silence") <= 3
    assert heard.count("concealed") <= 1.2 * stats.packets_lost
    if loss_pct and rate <= 0.05:
        assert heard.count("concealed") <= 0.5 * stats.packets_lost, "FEC must bring most of it back"


def test_bursts_of_three_are_concealed_with_energy() -> None:
    receiver, heard = hear(talk(), lambda i: None if i % 60 in (30, 31, 32) else PATH_DELAY_S)
    assert heard.count("concealed") <= receiver.stats.packets_lost
    whole = hear(talk(), lambda i: PATH_DELAY_S)[1]
    around_speech = [
        (here.level_dbov, there.level_dbov)
        for here, there in zip(heard.pieces, whole.pieces, strict=True)
        if here.kind == "concealed" and there.level_dbov > -30
    ]
    assert len(around_speech) >= 10
    assert np.median([here for here, _ in around_speech]) > -45


def test_after_a_burst_of_delay_the_delay_is_back_within_two_seconds() -> None:
    sent = talk()
    blocked_from, blocked_to = sent[300].sent_at, sent[300 + HOLD_UP_TICKS].sent_at

    def delay_s(i: int) -> float:
        at = sent[i].sent_at
        return blocked_to - at + PATH_DELAY_S if blocked_from <= at < blocked_to else PATH_DELAY_S

    receiver, heard = hear(sent, delay_s)
    assert max(heard.delays_ms[305:325]) > 130, "the burst must have been felt"
    assert max(heard.delays_ms[410:]) < 100
    assert receiver.stats.packets_lost == 0
    assert heard.count("concealed") <= HOLD_UP_TICKS
    assert receiver.stats.accelerated_ms > 80


def test_jitter_raises_the_delay_until_next_to_nothing_is_late() -> None:
    generator = random.Random(5)
    receiver, heard = hear(talk(), lambda i: PATH_DELAY_S + generator.random() * 0.06)
    late_half = heard.pieces[500:]
    assert sum(piece.kind == "concealed" for piece in late_half) <= 0.03 * len(late_half)
    assert receiver.stats.target_delay_ms >= 50
    assert max(heard.delays_ms) <= 140


@pytest.mark.parametrize("drift_ppm", [-1000.0, -200.0, 200.0, 1000.0])
def test_clock_drift_is_taken_up_for_minutes_without_loss(drift_ppm: float) -> None:
    base = talk(60.0, 0)
    num_rounds, sent = 3, list[Sent]()
    for turn in range(num_rounds):
        for i, each in enumerate(base):
            index = turn * len(base) + i
            packet = RtpAudioPacket(index & 0xFFFF, (960 * index) & 0xFFFFFFFF, each.packet.payload)
            sent.append(Sent(packet, 1.0 + index * TICK_S * (1 + drift_ppm / 1e6)))
    receiver, heard = hear(tuple(sent), lambda i: PATH_DELAY_S, num_ticks=int(len(sent) * 0.99))
    stats = receiver.stats
    assert stats.packets_lost == stats.packets_late == 0
    assert max(heard.delays_ms[100:]) <= 70
    assert min(heard.delays_ms[100:]) >= 14
    assert heard.count("concealed") <= 3
    drifted_ms = 180_000 * abs(drift_ppm) / 1e6
    taken_up_ms = stats.accelerated_ms if drift_ppm < 0 else stats.expanded_ms
    assert taken_up_ms >= drifted_ms - 50


def test_dtx_is_silence_and_no_loss() -> None:
    pcm = speech(20.0)
    pcm = np.where((np.arange(len(pcm)) // (2 * RATE_HZ)) % 2 == 0, pcm, 0).astype(np.float32)
    sent = tuple(send(pcm, dtx=True))
    assert len(sent) < 700
    receiver, heard = hear(sent, lambda i: PATH_DELAY_S, num_ticks=1000)
    stats = receiver.stats
    assert stats.packets_lost == stats.packets_late == stats.concealed_pieces == 0
    assert heard.count("silence") > 300
    quiet = [piece.level_dbov for piece in heard.pieces if piece.kind == "silence"]
    assert np.quantile(quiet, 0.9) < -50
    assert max(heard.delays_ms) <= 60


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1 << 32),
    loss=st.floats(0, 0.9),
    jitter_s=st.floats(0, 0.5),
    repeats=st.floats(0, 0.5),
    outage=st.tuples(st.integers(0, 250), st.integers(0, 250)),
)
def test_whatever_the_path_does_each_tick_has_one_piece_and_speech_returns(
    seed: int, loss: float, jitter_s: float, repeats: float, outage: tuple[int, int]
) -> None:
    generator = random.Random(seed)
    sent = talk()[:400]
    arrivals: list[tuple[RtpAudioPacket, float]] = []
    for i, each in enumerate(sent):
        is_rough = i < 250
        if is_rough and (generator.random() < loss or outage[0] <= i < sum(outage)):
            continue
        delay_s = PATH_DELAY_S + (generator.random() * jitter_s if is_rough else 0.0)
        arrivals.append((each.packet, each.sent_at + delay_s))
        if is_rough and generator.random() < repeats:
            arrivals.append((each.packet, each.sent_at + delay_s + generator.random()))
    receiver = AudioReceiver()
    heard = listen(receiver, arrivals, 400)
    for piece in heard.pieces:
        assert piece.pcm.shape == (HEARD_TICK_SAMPLES,)
        assert piece.pcm.dtype == np.float32
        assert np.isfinite(piece.pcm).all()
        assert SILENCE_DBOV <= piece.level_dbov <= 3.1
    assert all(piece.kind == "speech" for piece in heard.pieces[330:])
    assert max(heard.delays_ms[380:]) <= 160


@settings(max_examples=25, deadline=None)
@given(packets=st.lists(st.tuples(st.binary(max_size=60), st.integers(0, 200), st.integers(0, 200_000)), max_size=80))
def test_garbage_never_stops_the_ticks(packets: list[tuple[bytes, int, int]]) -> None:
    receiver = AudioReceiver()
    for i, (payload, sequence, timestamp) in enumerate(packets):
        receiver.add(RtpAudioPacket(sequence, timestamp, payload), 1.0 + i * TICK_S)
        piece = receiver.pull(1.0 + i * TICK_S)
        assert piece.pcm.shape == (HEARD_TICK_SAMPLES,)
        assert np.isfinite(piece.pcm).all()


def test_nobody_sending_is_digital_silence() -> None:
    receiver = AudioReceiver()
    pieces = [receiver.pull(1.0 + i * TICK_S) for i in range(50)]
    assert {piece.kind for piece in pieces} == {"silence"}
    assert {piece.level_dbov for piece in pieces} == {SILENCE_DBOV}
    assert receiver.stats.concealed_pieces == 0


def test_a_stuck_media_thread_bounds_what_waits_and_counts_it() -> None:
    receiver = AudioReceiver()
    sent = talk()[: INBOX_PACKETS * 3]
    for each in sent:
        receiver.add(each.packet, each.sent_at)
    receiver.pull(sent[-1].sent_at)
    assert receiver.stats.packets_received == INBOX_PACKETS
    assert receiver.stats.packets_dropped >= 2 * INBOX_PACKETS


def test_a_new_stream_of_the_same_participant_is_heard() -> None:
    first = talk()[:200]
    again = send(speech(4.0), first_sequence=30_000, first_timestamp=1 << 31, start_s=first[-1].sent_at + TICK_S)
    arrivals = [(each.packet, each.sent_at + PATH_DELAY_S) for each in (*first, *again)]
    receiver = AudioReceiver()
    heard = listen(receiver, arrivals, 395)
    assert receiver.stats.stream_restarts == 1
    assert all(piece.kind == "speech" for piece in heard.pieces[230:390])
