"""The jitter buffer alone: packets and a hand-moved clock in, decisions out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.arrival_delay import MAX_TARGET_MS, MIN_TARGET_MS, ArrivalDelay
from agent.jitter_buffer import (
    MAX_CONCEALED_UNITS,
    MAX_PACKETS,
    PIECE_UNITS,
    Conceal,
    Decode,
    JitterBuffer,
    Recover,
    RtpAudioPacket,
    Silence,
    Take,
)

CELT_20_MS = bytes([0xF8, 1, 2, 3])  # CELT fullband, 20 ms: never FEC
SILK_20_MS_WITH_FEC = bytes([0x48, 0x40, 1, 2, 3])  # SILK wideband, 20 ms, LBRR flag set
DTX_20_MS = bytes([0x48])
TICK_S = 0.02


def packet(index: int, payload: bytes = CELT_20_MS, first: int = 65_530, duration: int = 960) -> RtpAudioPacket:
    return RtpAudioPacket((first + index) & 0xFFFF, ((1 << 32) - 4800 + index * duration) & 0xFFFFFFFF, payload)


class Path:
    """Packets that left every 20 ms, and a taker that asks once a tick."""

    def __init__(self) -> None:
        self.buffer = JitterBuffer()
        self.now = 1.0
        self.takes: list[Take] = []

    def tick(self, *packets: RtpAudioPacket) -> Take:
        """Let packets come, take 20 ms worth of answers, move on; return the last answer."""
        for each in packets:
            self.buffer.add(each, self.now)
        self.takes.append(self.buffer.take(self.now + 0.001))
        self.now += TICK_S
        return self.takes[-1]

    def play(self, indices: range, payload: bytes = CELT_20_MS) -> None:
        for i in indices:
            self.tick(packet(i, payload))


def playing_path(payload: bytes = CELT_20_MS, count: int = 200) -> Path:
    path = Path()
    path.play(range(count), payload)
    assert isinstance(path.takes[-1], Decode)
    return path


def test_in_order_packets_play_once_each_across_both_wraps() -> None:
    path = playing_path()
    decodes = [take for take in path.takes if isinstance(take, Decode)]
    assert len(decodes) >= 197
    assert [take.is_fresh for take in decodes] == [True] + [False] * (len(decodes) - 1)
    assert not any(isinstance(take, Conceal) for take in path.takes)
    assert path.buffer.counts.lost == 0


def test_swapped_neighbours_play_in_order_when_both_are_here() -> None:
    buffer = JitterBuffer()
    for i in (0, 2, 1):
        buffer.add(packet(i, bytes([0xF8, i])), 1.0)
    taken = [buffer.take(1.1), buffer.take(1.12), buffer.take(1.14)]
    assert [take.payload[1] for take in taken if isinstance(take, Decode)] == [0, 1, 2]


def test_a_duplicate_is_counted_and_played_once() -> None:
    path = playing_path()
    path.tick(packet(200), packet(200), packet(200))
    assert path.buffer.counts.duplicates == 2
    path.tick(packet(199))
    assert path.buffer.counts.duplicates == 3
    assert path.buffer.counts.late == 0


def test_a_missing_packet_is_concealed_once_its_time_has_come_and_late_when_it_comes() -> None:
    path = playing_path()
    kinds = [type(path.tick(packet(i))) for i in (201, 202, 203, 204)]
    assert kinds.count(Conceal) == 1
    assert path.buffer.counts.lost == 1
    path.tick(packet(200))
    assert path.buffer.counts.late == 1
    assert isinstance(path.tick(packet(205)), Decode)


def test_a_missing_packet_is_rebuilt_from_the_next_ones_fec() -> None:
    path = playing_path(SILK_20_MS_WITH_FEC)
    answers = [path.tick(packet(i, SILK_20_MS_WITH_FEC)) for i in (201, 202, 203, 204)]
    assert Recover(SILK_20_MS_WITH_FEC, PIECE_UNITS, PIECE_UNITS) in answers
    assert not any(isinstance(answer, Conceal) for answer in answers)
    assert path.buffer.counts.lost == path.buffer.counts.recovered == 1


def test_loss_with_fec_makes_the_target_wait_for_one_more_packet_and_later_no_more() -> None:
    path = playing_path(SILK_20_MS_WITH_FEC)
    before = path.buffer.target_ms(path.now)
    for i in (201, 202, 203, 204):
        path.tick(packet(i, SILK_20_MS_WITH_FEC))
    assert path.buffer.target_ms(path.now) >= before + 5
    path.play(range(205, 205 + 600), SILK_20_MS_WITH_FEC)
    assert path.buffer.target_ms(path.now) == before
    without_fec = playing_path()
    for i in (201, 202, 203, 204):
        without_fec.tick(packet(i))
    assert without_fec.buffer.target_ms(without_fec.now) == before


def test_nothing_here_is_concealed_for_a_while_and_then_silent_without_loss() -> None:
    path = playing_path()
    answers = [path.tick() for _ in range(20)]
    concealed = [answer for answer in answers if isinstance(answer, Conceal)]
    assert sum(answer.num_units for answer in concealed) == MAX_CONCEALED_UNITS
    assert answers[-1] == Silence(PIECE_UNITS, is_comfort=False)
    assert path.buffer.counts.lost == 0


def test_packets_held_up_together_all_play_in_order() -> None:
    path = playing_path()
    for _ in range(5):
        path.tick()
    path.tick(*(packet(i) for i in range(200, 206)))
    for i in range(206, 240):
        path.tick(packet(i))
    assert path.buffer.counts.lost == path.buffer.counts.late == 0
    assert path.buffer.delay_ms(path.now) > 60


def test_silence_of_the_sender_is_no_loss_and_comfort_noise_fills_it() -> None:
    path = playing_path()
    path.tick(packet(200, DTX_20_MS))
    answers = [path.tick() for _ in range(18)]
    assert Silence(PIECE_UNITS, is_comfort=True) in answers
    assert not any(isinstance(answer, Conceal) for answer in answers)
    later = packet(201, CELT_20_MS)
    moved = replace(later, timestamp=(later.timestamp + 18 * 960) & 0xFFFFFFFF)
    delay_before = path.buffer.target_ms(path.now)
    path.tick(moved)
    while not isinstance(path.tick(), Decode):
        assert len(path.takes) < 300, "speech after silence must play"
    assert path.buffer.counts.lost == 0
    assert path.buffer.delay_ms(path.now - TICK_S) < delay_before + 20


@pytest.mark.parametrize("change", ["ssrc", "timestamp", "timestamp going back a little"])
def test_another_stream_takes_over_after_two_packets_and_one_stray_does_not(change: str) -> None:
    path = playing_path()

    def foreign(i: int) -> RtpAudioPacket:
        if change == "ssrc":
            return RtpAudioPacket(100 + i, 5_000 + 960 * i, CELT_20_MS, ssrc=77)
        if change == "timestamp":
            return replace(packet(i), timestamp=1_000_000_000 + 960 * i)
        return replace(packet(i), timestamp=(packet(i).timestamp - 48_000) & 0xFFFFFFFF)

    path.tick(packet(200), foreign(201))
    path.tick(packet(201))
    assert path.buffer.counts.restarts == 0
    assert path.buffer.counts.strays == 1
    for i in range(202, 220):
        path.tick(foreign(i))
    assert path.buffer.counts.restarts == 1
    fresh = [take for take in path.takes if isinstance(take, Decode) and take.is_fresh]
    assert len(fresh) == 2
    assert isinstance(path.takes[-1], Decode)


def test_a_long_pause_whose_timestamps_went_on_is_the_same_stream() -> None:
    path = playing_path()
    path.now += 60.0
    later = packet(200)
    for i in range(10):
        moved = (later.timestamp + 3000 * 960 + i * 960) & 0xFFFFFFFF
        path.tick(replace(packet(200 + i), timestamp=moved))
    assert path.buffer.counts.restarts == 0
    assert path.buffer.counts.lost == 0
    assert isinstance(path.takes[-1], Decode)


def test_sound_much_too_old_is_skipped_down_to_the_target() -> None:
    path = playing_path()
    for _ in range(40):
        path.tick()
    path.tick(*(packet(i) for i in range(200, 240)))
    path.tick(packet(240))
    assert path.buffer.delay_ms(path.now) <= MAX_TARGET_MS + 40
    assert path.buffer.counts.late > 20


def test_a_packet_of_padding_is_no_loss_and_a_damaged_one_is() -> None:
    path = playing_path()
    path.tick(packet(200, b""))
    path.play(range(201, 210))
    assert path.buffer.counts.lost == 0
    path.tick(packet(210, bytes([0xFF] * 9)))
    path.play(range(211, 220))
    assert path.buffer.counts.malformed == path.buffer.counts.lost == 1


@pytest.mark.parametrize(("toc", "duration"), [(0xF0, 480), (0xF8, 960), (0x50, 1920), (0x58, 2880)])
def test_packets_of_every_duration_play_without_gaps(toc: int, duration: int) -> None:
    buffer = JitterBuffer()
    now, due, index, owed = 1.0, 1.0, 0, 0
    kinds: list[type[Take]] = []
    for _ in range(300):
        while due <= now:
            buffer.add(packet(index, bytes([toc, 0, 1, 2]), duration=duration), now)
            index, due = index + 1, due + duration / 48_000
        owed += PIECE_UNITS
        while owed > 0:
            take = buffer.take(now + 0.001)
            kinds.append(type(take))
            owed -= duration if isinstance(take, Decode) else getattr(take, "num_units", 0)
        now += TICK_S
    start = kinds.index(Decode)
    assert set(kinds[start:]) == {Decode}
    assert buffer.counts.lost == 0


def test_the_target_follows_jitter_up_and_comes_down_again() -> None:
    arrival = ArrivalDelay()
    for i in range(500):
        arrival.observe(i * 0.02, 10 + i * 0.02)
    assert arrival.target_ms(0.0) == MIN_TARGET_MS
    for i in range(500, 700):
        arrival.observe(i * 0.02, 10 + i * 0.02 + (i % 5) * 0.02)
    assert 80.0 <= arrival.target_ms(0.0) <= 100.0
    for i in range(700, 900):
        arrival.observe(i * 0.02, 10 + i * 0.02 + 0.2 * (i % 3))
    assert arrival.target_ms(0.0) == MAX_TARGET_MS
    for i in range(900, 1600):
        arrival.observe(i * 0.02, 10 + i * 0.02)
    assert arrival.target_ms(0.0) == MIN_TARGET_MS


@settings(max_examples=60, deadline=None)
@given(
    arrivals=st.lists(
        st.tuples(
            st.integers(0, 0xFFFF),
            st.integers(0, 0xFFFFFFFF),
            st.sampled_from([CELT_20_MS, SILK_20_MS_WITH_FEC, DTX_20_MS, b"", b"\xff\xff\xff"]),
            st.floats(0, 0.3),
        ),
        max_size=150,
    )
)
def test_any_packets_at_any_time_leave_it_bounded_and_answering(
    arrivals: list[tuple[int, int, bytes, float]],
) -> None:
    buffer, now = JitterBuffer(), 1.0
    for sequence, timestamp, payload, step in arrivals:
        now += step
        buffer.add(RtpAudioPacket(sequence, timestamp, payload), now)
        take = buffer.take(now)
        assert isinstance(take, Decode) or 0 < take.num_units <= 5760
        assert MIN_TARGET_MS <= buffer.target_ms(now) <= MAX_TARGET_MS


def test_packets_nobody_takes_are_bounded() -> None:
    buffer = JitterBuffer()
    for i in range(1000):
        buffer.add(packet(i), 1.0 + i * TICK_S)
    assert buffer.counts.overflowed == 1000 - MAX_PACKETS
