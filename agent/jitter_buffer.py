"""Which sound of one sender plays next: ordering, deadlines, loss, FEC and pauses. Knows nothing of sockets or codecs.

Packets and a hand-moved `now` come in; every `take` answers with what to decode, recover or conceal. Positions are
RTP timestamps at 48 kHz, unwrapped so that they never jump back.

A packet that is missing when its sound is due is given up: its sound is rebuilt from the next packet's FEC, or
concealed. When nothing at all is here the sound is concealed without moving on, so a late packet still plays, with
more delay, which time-scaling takes back later. While the sender is silent (DTX, muted, gone) nothing is counted
lost, and the first packet after it waits until the delay is the target again.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from agent.arrival_delay import ArrivalDelay
from agent.opus import RTP_RATE_HZ, OpusPacketInfo, OpusPayloadError, inspect_payload

PIECE_UNITS = RTP_RATE_HZ // 50  # 960: 20 ms in RTP timestamp units
MAX_CONCEALED_UNITS = 10 * PIECE_UNITS  # by 200 ms the codec has faded its extrapolation out
MAX_AGE_S = 0.4  # sound older than this is skipped, not played
MAX_PACKETS = 64

_MAX_SEQUENCE_STEP = 1000
_MAX_TIME_STEP_S = 3.0
_SEEN_SIZE = 1024  # above _MAX_SEQUENCE_STEP, so that a number's slot is not yet taken by a newer one
_LOSS_MEMORY_S = 10.0
_FEC_MEMORY_S = 5.0
_PIECE_MS = 20.0


@dataclass(frozen=True, slots=True)
class RtpAudioPacket:
    """One received RTP packet of an Opus track."""

    sequence_number: int  # 16 bit
    timestamp: int  # 32 bit, 48 kHz
    payload: bytes
    marker: bool = False
    audio_level_dbov: float | None = None  # as the sender measured it (RFC 6464)
    ssrc: int = 0


@dataclass(frozen=True, slots=True)
class Decode:
    """Play this payload; `is_fresh` says that it belongs to another stream than the one before."""

    payload: bytes
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class Recover:
    """Rebuild the `fec_units` before this payload by its FEC and play the last `num_units` of them."""

    payload: bytes
    fec_units: int
    num_units: int


@dataclass(frozen=True, slots=True)
class Conceal:
    """Go on in the codec's own way: speech should be here and is not."""

    num_units: int


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing is being said; `is_comfort` asks for the codec's comfort noise."""

    num_units: int
    is_comfort: bool


Take = Decode | Recover | Conceal | Silence


@dataclass(slots=True)
class JitterCounts:
    """What happened to packets so far."""

    received: int = 0
    malformed: int = 0
    duplicates: int = 0
    late: int = 0  # came, but after their sound was due, or too old to play
    lost: int = 0  # not here when their sound was due
    recovered: int = 0  # of the lost ones, rebuilt by FEC
    overflowed: int = 0  # pushed out by newer ones
    strays: int = 0  # did not fit the stream; two in a row that fit each other start it anew
    restarts: int = 0


@dataclass(frozen=True, slots=True, order=True)
class _Stored:
    sequence: int  # unwrapped
    start: int  # unwrapped timestamp
    info: OpusPacketInfo
    payload: bytes


class JitterBuffer:
    """One sender's packets between arrival and decoding. Not for several threads at once."""

    def __init__(self) -> None:
        self.counts = JitterCounts()
        self._arrival = ArrivalDelay()
        self._packets: list[_Stored] = []  # ascending, at most MAX_PACKETS
        self._seen = [-1] * _SEEN_SIZE
        self._newest: tuple[int, int, float] | None = None  # sequence, timestamp, arrival of the newest packet
        self._ssrc = 0
        self._stranger: tuple[RtpAudioPacket, float] | None = None
        self._is_playing = False
        self._is_fresh = True
        self._is_dtx = False  # the packet decoded last announced silence
        self._next_start = 0  # position of the sound to play next
        self._last_sequence: int | None = None  # of the packet decoded last
        self._given_up = -1  # missing packets up to this number are counted
        self._stalled_units = 0  # concealed since `_next_start` without moving on
        self._last_loss_at = self._last_fec_at = float("-inf")

    def add(self, packet: RtpAudioPacket, now: float) -> None:
        """Take a packet that arrived at `now`. Damaged and repeated ones are counted and dropped."""
        self.counts.received += 1
        info = None
        if packet.payload:  # a packet of padding only has a number and no sound
            try:
                info = inspect_payload(packet.payload)
            except OpusPayloadError:
                self.counts.malformed += 1
                return
        if self._newest is None:
            self._restart(packet, now)
        sequence, start = self._unwrap(packet)
        if not self._continues(packet, sequence, start, now):
            self._meet_stranger(packet, now)
            return
        self._stranger = None
        if self._seen[sequence % _SEEN_SIZE] == sequence:
            self.counts.duplicates += 1
            return
        self._note(sequence, start, now)
        if info is not None:
            self._store(_Stored(sequence, start, info, packet.payload), now)

    def take(self, now: float) -> Take:
        """Say what sounds next; the caller plays all of it before it asks again."""
        self._drop_past()
        if not self._is_playing:
            return self._take_after_pause(now)
        if not self._packets:
            return self._take_from_nothing(now)
        first = self._packets[0]
        if first.start == self._next_start:
            return self._take_due(now)
        num_missing = len(self._missing_before(first.sequence))
        if num_missing == 0 or first.start - self._next_start > MAX_CONCEALED_UNITS + self._stalled_units:
            self._is_playing = False  # the sender paused, or so much is gone that speech starts anew
            return self._take_after_pause(now)
        return self._take_across_gap(first, now)

    def has_next(self) -> bool:
        """Whether the sound that plays next is here, so that it can be decoded ahead of time."""
        return self._is_playing and bool(self._packets) and self._packets[0].start == self._next_start

    @property
    def is_playing(self) -> bool:
        """Whether the sender is in the middle of sound."""
        return self._is_playing

    def delay_ms(self, now: float) -> float:
        """How old the sound to be taken next is, against the quickest arrival; it plays now at the earliest."""
        return self._arrival.age_s(self._next_start / RTP_RATE_HZ, now) * 1000.0 if self._is_playing else 0.0

    def target_ms(self, now: float) -> float:
        """Delay to aim for. FEC comes with the next packet, so it is waited for while it helps."""
        is_lossy = now - self._last_loss_at < _LOSS_MEMORY_S
        has_fec = now - self._last_fec_at < _FEC_MEMORY_S
        return self._arrival.target_ms(_PIECE_MS if is_lossy and has_fec else 0.0)

    def _take_due(self, now: float) -> Take:
        if self._age_s(self._packets[0], now) > MAX_AGE_S:
            self._skip_to_target(now)
        return self._consume(now)

    def _take_after_pause(self, now: float) -> Take:
        if not self._packets:
            return Silence(PIECE_UNITS, is_comfort=self._is_dtx)
        if self._age_s(self._packets[0], now) > MAX_AGE_S:
            self._skip_to_target(now)
        elif self._age_s(self._packets[0], now) * 1000.0 < self.target_ms(now):
            return Silence(PIECE_UNITS, is_comfort=self._is_dtx)
        self._is_playing = True
        return self._consume(now)

    def _take_from_nothing(self, now: float) -> Take:
        if self._is_dtx or self._stalled_units >= MAX_CONCEALED_UNITS:
            self._is_playing = False
            return self._take_after_pause(now)
        self._stalled_units += PIECE_UNITS
        return Conceal(PIECE_UNITS)

    def _take_across_gap(self, first: _Stored, now: float) -> Take:
        self._give_up_before(first.sequence, now)
        gap = first.start - self._next_start
        already = min(self._stalled_units, gap)
        self._stalled_units -= already
        self._next_start += already
        gap -= already
        if gap == 0:
            return self._consume(now)
        fec_units = first.info.fec_samples
        if 0 < gap <= fec_units:
            self.counts.recovered += 1
            self._next_start = first.start
            return Recover(first.payload, fec_units, gap)
        num_units = min(gap - fec_units, PIECE_UNITS)
        self._next_start += num_units
        return Conceal(num_units)

    def _consume(self, now: float) -> Decode:
        packet = self._packets.pop(0)
        self._give_up_before(packet.sequence, now)
        is_fresh, self._is_fresh = self._is_fresh, False
        self._last_sequence = packet.sequence
        self._is_dtx = packet.info.is_dtx
        self._next_start = packet.start + packet.info.num_samples
        self._stalled_units = 0
        return Decode(packet.payload, is_fresh)

    def _skip_to_target(self, now: float) -> None:
        """Drop what is too old to play, down to the target delay; at least the newest packet stays."""
        while len(self._packets) > 1 and self._age_s(self._packets[0], now) * 1000.0 > self.target_ms(now):
            self._packets.pop(0)
            self.counts.late += 1

    def _drop_past(self) -> None:
        """Drop packets whose sound has been concealed already, or that overlap what played."""
        while self._packets and self._last_sequence is not None:
            first = self._packets[0]
            if first.start >= self._next_start and first.sequence > self._last_sequence:
                return
            self._packets.pop(0)
            self.counts.late += 1

    def _missing_before(self, sequence: int) -> list[int]:
        """Return the numbers before `sequence` that were expected and have not come."""
        if self._last_sequence is None:
            return []
        expected = range(max(self._last_sequence + 1, sequence - _MAX_SEQUENCE_STEP), sequence)
        return [number for number in expected if self._seen[number % _SEEN_SIZE] != number]

    def _give_up_before(self, sequence: int, now: float) -> None:
        """Count what is missing before `sequence` as lost, each packet once."""
        num_lost = sum(number > self._given_up for number in self._missing_before(sequence))
        if num_lost:
            self._last_loss_at = now
            self.counts.lost += num_lost
            self._given_up = sequence - 1

    def _age_s(self, packet: _Stored, now: float) -> float:
        return self._arrival.age_s(packet.start / RTP_RATE_HZ, now)

    def _unwrap(self, packet: RtpAudioPacket) -> tuple[int, int]:
        assert self._newest is not None
        sequence, start, _ = self._newest
        return (
            sequence + _wrapped_difference(packet.sequence_number, sequence, 16),
            start + _wrapped_difference(packet.timestamp, start, 32),
        )

    def _continues(self, packet: RtpAudioPacket, sequence: int, start: int, now: float) -> bool:
        """Whether the packet fits the stream: a pause may move the timestamp as far as time went by."""
        assert self._newest is not None
        newest_sequence, newest_start, newest_arrival = self._newest
        step, lead_s = sequence - newest_sequence, (start - newest_start) / RTP_RATE_HZ
        return (
            packet.ssrc == self._ssrc
            and abs(step) <= _MAX_SEQUENCE_STEP
            and step * lead_s >= 0  # both counters go the same way
            and -_MAX_TIME_STEP_S <= lead_s <= _MAX_TIME_STEP_S + (now - newest_arrival)
        )

    def _meet_stranger(self, packet: RtpAudioPacket, now: float) -> None:
        """Start over when two packets in a row agree on another stream; a single one is dropped."""
        self.counts.strays += 1
        previous, self._stranger = self._stranger, (packet, now)
        if previous is None:
            return
        other, arrival = previous
        step = _wrapped_difference(packet.sequence_number, other.sequence_number, 16)
        lead = _wrapped_difference(packet.timestamp, other.timestamp, 32)
        if other.ssrc == packet.ssrc and 0 < step < 100 and 0 < lead < _MAX_TIME_STEP_S * RTP_RATE_HZ:
            self.counts.restarts += 1
            self.counts.received -= 2  # both are counted again below
            self._restart(other, arrival)
            self.add(other, arrival)
            self.add(packet, now)

    def _restart(self, packet: RtpAudioPacket, now: float) -> None:
        self._arrival.forget_reference()
        self._packets.clear()
        self._seen = [-1] * _SEEN_SIZE
        # One wrap ahead, so that a packet just before the first one is not negative.
        first = packet.sequence_number + (1 << 16), packet.timestamp + (1 << 32), now
        self._newest = first
        self._ssrc = packet.ssrc
        self._stranger = None
        self._is_playing = self._is_dtx = False
        self._is_fresh = True
        self._last_sequence = None
        self._given_up = -1
        self._stalled_units = 0

    def _note(self, sequence: int, start: int, now: float) -> None:
        assert self._newest is not None
        self._seen[sequence % _SEEN_SIZE] = sequence
        self._arrival.observe(start / RTP_RATE_HZ, now)
        if sequence >= self._newest[0]:
            self._newest = (sequence, start, now)

    def _store(self, packet: _Stored, now: float) -> None:
        if packet.info.fec_samples:
            self._last_fec_at = now
        is_past = self._last_sequence is not None and packet.sequence <= self._last_sequence
        if is_past or (self._is_playing and packet.start < self._next_start):
            self.counts.late += 1
            return
        bisect.insort(self._packets, packet, key=lambda stored: stored.sequence)
        if len(self._packets) > MAX_PACKETS:
            self._packets.pop(0)
            self.counts.overflowed += 1


def _wrapped_difference(number: int, reference: int, num_bits: int) -> int:
    """Return the signed distance from `reference` to `number` on a counter of `num_bits`."""
    half = 1 << (num_bits - 1)
    return ((number - reference + half) & ((1 << num_bits) - 1)) - half
