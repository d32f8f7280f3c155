"""A pair of tracks as one small sound inside a page: people left, agent right. Knows nothing of pages."""

from __future__ import annotations

import base64
import io
from fractions import Fraction

import av
import numpy as np

from agent.bench.wav import resampled
from model.types import HEARD_RATE_HZ, SPOKEN_RATE_HZ, Pcm

BITRATE_BPS = 24_000
_RATE_HZ = 48_000
_FRAME = 960  # 20 ms


def data_uri(people: Pcm, agent: Pcm) -> str:
    """(S,) at 16 kHz and (S,) at 24 kHz as `data:audio/ogg`, Opus, two channels."""
    left, right = resampled(people, HEARD_RATE_HZ, _RATE_HZ), resampled(agent, SPOKEN_RATE_HZ, _RATE_HZ)
    size = max(left.size, right.size)
    both = np.zeros((size + -size % _FRAME, 2), np.float32)
    both[: left.size, 0], both[: right.size, 1] = left, right
    return f"data:audio/ogg;base64,{base64.b64encode(_ogg(both)).decode()}"


def _ogg(sound: Pcm) -> bytes:
    """(S, 2) at 48 kHz as Ogg Opus."""
    file = io.BytesIO()
    with av.open(file, "w", format="ogg") as container:
        track = container.add_stream("libopus", rate=_RATE_HZ, layout="stereo")
        track.bit_rate = BITRATE_BPS
        samples = np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16)
        for start in range(0, len(samples), _FRAME):
            frame = av.AudioFrame.from_ndarray(samples[start : start + _FRAME].reshape(1, -1), "s16", "stereo")
            frame.sample_rate, frame.pts, frame.time_base = _RATE_HZ, start, Fraction(1, _RATE_HZ)
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return file.getvalue()
