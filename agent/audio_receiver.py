"""The sound of one participant: RTP packets in at any time, exactly one 20 ms piece out a tick.

Joins the jitter buffer (what is next), the Opus decoder (its sound) and time-scaling (a little faster or slower, so
that the delay follows its target and the sender's clock drift is taken up). Knows nothing of aiortc.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np

from agent.jitter_buffer import (
    Conceal,
    Decode,
    JitterBuffer,
    Recover,
    RtpAudioPacket,
    Silence,
)
from agent.opus import RTP_RATE_HZ, OpusDecoder, OpusPayloadError
from agent.time_scaling import (
    ACCELERATE_SAMPLES,
    ANY_LIKENESS,
    FAIR_LIKENESS,
    MAX_LAG_SAMPLES,
    QUIET_FADE_SAMPLES,
    SURE_LIKENESS,
    NoiseFloor,
    accelerate,
    expand,
    shorten_quiet,
)
from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, TICK_MS, Pcm

INBOX_PACKETS = 128  # 2.5 s of 20 ms packets; when the media thread is stuck the oldest go
SILENCE_DBOV = -127.0

_UNITS_PER_SAMPLE = RTP_RATE_HZ // HEARD_RATE_HZ  # 3
_SAMPLES_PER_MS = HEARD_RATE_HZ // 1000  # 16
_OPUS_GRAIN_SAMPLES = HEARD_RATE_HZ // 400  # 40: Opus conceals in steps of 2.5 ms
_TOO_EARLY_MS = 5.0  # below the target by more than this: slow down
_WORTH_SAMPLES = 5 * _SAMPLES_PER_MS  # 80: less delay than this is not worth a cut
_FAR_TOO_LATE_SAMPLES = 60 * _SAMPLES_PER_MS  # 960
_REST_AFTER_SCALING = 3  # after a change of x ms of speech, leave 3x ms alone: a quarter faster at most
_REST_WHEN_FAR_TOO_LATE = 1

Kind = Literal["speech", "concealed", "silence"]
_KINDS: tuple[Kind, Kind, Kind] = ("speech", "concealed", "silence")
_SPEECH, _CONCEALED, _SILENCE = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """What one tick sounds like."""

    pcm: Pcm  # (HEARD_TICK_SAMPLES,) 16 kHz
    kind: Kind  # of most of its samples
    level_dbov: float  # RMS against full scale; SILENCE_DBOV for digital silence


@dataclass(frozen=True, slots=True)
class ReceiverStats:
    """Totals since the start, and the delay now."""

    packets_received: int
    packets_lost: int  # not here when their sound was due
    packets_late: int
    packets_duplicate: int
    packets_malformed: int
    packets_dropped: int  # by full queues
    packets_recovered: int  # of the lost ones, by in-band FEC
    stream_restarts: int
    concealed_pieces: int
    silent_pieces: int
    accelerated_ms: float
    expanded_ms: float
    target_delay_ms: float
    delay_ms: float  # from the quickest arrival to the start of the last piece pulled; 0 in silence


class AudioReceiver:
    """Packets from one thread by `add`, pieces on another by `pull`."""

    def __init__(self) -> None:
        self._inbox: deque[tuple[RtpAudioPacket, float]] = deque(maxlen=INBOX_PACKETS)
        self._num_dropped = 0
        self._buffer = JitterBuffer()
        self._decoder = OpusDecoder(HEARD_RATE_HZ)
        self._pcm: Pcm = np.zeros(0, dtype=np.float32)  # (S,) decoded, not yet played
        self._kinds = np.zeros(0, dtype=np.uint8)  # (S,) of each sample
        self._past: Pcm = np.zeros(MAX_LAG_SAMPLES, dtype=np.float32)  # what sounded last
        self._floor = NoiseFloor()
        self._rest_samples = 0  # to play before speech is scaled again
        self._num_pieces = [0, 0, 0]  # of each kind
        self._accelerated_samples = 0
        self._expanded_samples = 0
        self._now = 0.0
        self._delay_ms = 0.0

    def add(self, packet: RtpAudioPacket, now: float) -> None:
        """Take a packet that arrived at `now`; from any one thread, at once. A full inbox drops the oldest."""
        if len(self._inbox) == INBOX_PACKETS:
            self._num_dropped += 1
        self._inbox.append((packet, now))

    def pull(self, now: float) -> Piece:
        """Return the sound of this tick. Called once a tick, whatever came or did not come."""
        self._now = now
        while self._inbox:
            self._buffer.add(*self._inbox.popleft())
        self._fill(HEARD_TICK_SAMPLES, now)
        self._follow_target(now)
        self._fill(HEARD_TICK_SAMPLES, now)
        self._delay_ms = self._buffer.delay_ms(now)
        if self._buffer.is_playing:
            self._delay_ms += len(self._pcm) / _SAMPLES_PER_MS
        return self._play()

    @property
    def stats(self) -> ReceiverStats:
        """Totals and delay as of the last `pull`."""
        counts = self._buffer.counts
        return ReceiverStats(
            packets_received=counts.received,
            packets_lost=counts.lost,
            packets_late=counts.late,
            packets_duplicate=counts.duplicates,
            packets_malformed=counts.malformed,
            packets_dropped=counts.overflowed + self._num_dropped,
            packets_recovered=counts.recovered,
            stream_restarts=counts.restarts,
            concealed_pieces=self._num_pieces[_CONCEALED],
            silent_pieces=self._num_pieces[_SILENCE],
            accelerated_ms=self._accelerated_samples / _SAMPLES_PER_MS,
            expanded_ms=self._expanded_samples / _SAMPLES_PER_MS,
            target_delay_ms=self._buffer.target_ms(self._now),
            delay_ms=self._delay_ms,
        )

    def _fill(self, num_samples: int, now: float) -> None:
        while len(self._pcm) < num_samples:
            self._take(now)

    def _take(self, now: float) -> None:
        """Turn the jitter buffer's next answer into sound."""
        take = self._buffer.take(now)
        if isinstance(take, Decode):
            self._decode(take)
        elif isinstance(take, Recover):
            pcm = self._decoder.decode_fec(take.payload, take.fec_units // _UNITS_PER_SAMPLE)
            self._append(pcm[len(pcm) - take.num_units // _UNITS_PER_SAMPLE :], _SPEECH)
        elif isinstance(take, Conceal):
            self._append(self._conceal(take.num_units), _CONCEALED)
        else:
            self._append(self._be_silent(take), _SILENCE)

    def _decode(self, take: Decode) -> None:
        if take.is_fresh:
            self._decoder.reset()
        try:
            self._append(self._decoder.decode(take.payload), _SPEECH)
        except OpusPayloadError:  # its headers were right and its content is not
            self._append(self._decoder.conceal(HEARD_TICK_SAMPLES), _CONCEALED)

    def _conceal(self, num_units: int) -> Pcm:
        num_samples = num_units // _UNITS_PER_SAMPLE
        num_grains = max(1, math.ceil(num_samples / _OPUS_GRAIN_SAMPLES))
        return self._decoder.conceal(num_grains * _OPUS_GRAIN_SAMPLES)[:num_samples]

    def _be_silent(self, take: Silence) -> Pcm:
        num_samples = take.num_units // _UNITS_PER_SAMPLE
        if take.is_comfort:
            return self._conceal(take.num_units)
        last = self._pcm[-1] if len(self._pcm) else self._past[-1]
        if last == 0.0:
            return np.zeros(num_samples, dtype=np.float32)
        return self._conceal(take.num_units) * np.linspace(1.0, 0.0, num_samples, dtype=np.float32)

    def _append(self, pcm: Pcm, kind: int) -> None:
        self._pcm = np.concatenate([self._pcm, pcm])
        self._kinds = np.concatenate([self._kinds, np.full(len(pcm), kind, dtype=np.uint8)])

    def _follow_target(self, now: float) -> None:
        """Move the delay towards the target by at most one change of speed."""
        self._rest_samples = max(0, self._rest_samples - HEARD_TICK_SAMPLES)
        if not self._buffer.is_playing:
            return
        # The packet to decode next waits until what is decoded has been played, in whole ticks.
        waiting_ms = len(self._pcm) // HEARD_TICK_SAMPLES * TICK_MS
        excess_ms = self._buffer.delay_ms(now) + waiting_ms - self._buffer.target_ms(now)
        if excess_ms < -_TOO_EARLY_MS:
            self._slow_down()
        elif excess_ms >= 0.0:
            # What is left over beside whole ticks delays and protects nothing; whole ticks must stay at the target.
            num_spare_ticks = int(excess_ms / TICK_MS)
            self._speed_up(now, len(self._pcm) % HEARD_TICK_SAMPLES + num_spare_ticks * HEARD_TICK_SAMPLES)

    def _speed_up(self, now: float, num_spare: int) -> None:
        """Leave out `num_spare` samples at most."""
        if num_spare < _WORTH_SAMPLES:
            return
        while len(self._pcm) < 2 * HEARD_TICK_SAMPLES and self._buffer.has_next():
            self._take(now)
        if len(self._pcm) < ACCELERATE_SAMPLES:
            return
        before = len(self._pcm)
        if self._floor.is_quiet(self._pcm[:ACCELERATE_SAMPLES]):
            self._pcm = shorten_quiet(self._pcm, min(num_spare, ACCELERATE_SAMPLES - QUIET_FADE_SAMPLES))
        elif self._rest_samples == 0:
            is_far = num_spare > _FAR_TOO_LATE_SAMPLES
            self._pcm = accelerate(self._pcm, FAIR_LIKENESS if is_far else SURE_LIKENESS, num_spare)
            rest = _REST_WHEN_FAR_TOO_LATE if is_far else _REST_AFTER_SCALING
            self._rest_samples = (before - len(self._pcm)) * rest
        num_less = before - len(self._pcm)
        self._kinds = self._kinds[num_less:]
        self._accelerated_samples += num_less

    def _slow_down(self) -> None:
        before = len(self._pcm)
        if before < MAX_LAG_SAMPLES:
            return
        is_quiet = self._floor.is_quiet(self._pcm)
        if not is_quiet and self._rest_samples > 0:
            return
        self._pcm = expand(self._past, self._pcm, ANY_LIKENESS if is_quiet else SURE_LIKENESS)
        num_more = len(self._pcm) - before
        self._kinds = np.concatenate([np.full(num_more, self._kinds[0], dtype=np.uint8), self._kinds])
        self._expanded_samples += num_more
        self._rest_samples = num_more * _REST_AFTER_SCALING

    def _play(self) -> Piece:
        pcm, self._pcm = np.split(self._pcm, [HEARD_TICK_SAMPLES])
        kinds, self._kinds = np.split(self._kinds, [HEARD_TICK_SAMPLES])
        kind = int(np.argmax(np.bincount(kinds, minlength=3)))
        self._num_pieces[kind] += 1
        if kind == _SPEECH:
            self._floor.observe(pcm)
        self._past = pcm[-MAX_LAG_SAMPLES:].copy()
        return Piece(pcm, _KINDS[kind], _level_dbov(pcm))


def _level_dbov(pcm: Pcm) -> float:
    power = float(np.mean(pcm**2))
    return max(10.0 * math.log10(power), SILENCE_DBOV) if power > 0.0 else SILENCE_DBOV
