"""Log-mel columns of 20 ms for the stop-word net, in plain numpy: the agent's process has no torch.

Shapes: S samples at 16 kHz, T steps of 20 ms, M mel bins.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, Pcm

HOPS_A_STEP = 2  # 10 ms each
HOP_SAMPLES = HEARD_TICK_SAMPLES // HOPS_A_STEP  # 160
WINDOW_SAMPLES = 400  # 25 ms
PAST_SAMPLES = WINDOW_SAMPLES - HOP_SAMPLES  # 240
NUM_MELS = 40
FEATURES = NUM_MELS * HOPS_A_STEP  # 80
_FFT = 512
_LOWEST_HZ, _HIGHEST_HZ = 80.0, 7600.0
_FLOOR = 1e-6
_MIDDLE, _SPREAD = -6.0, 4.0  # of log power in ordinary calls: brings the columns near to zero and one
SILENT = (float(np.log(_FLOOR)) - _MIDDLE) / _SPREAD  # every feature of digital silence


def _filters() -> NDArray[np.float32]:
    """Triangles on the mel scale 2595 log10(1 + f / 700): (bins, M)."""
    lowest, highest = (2595 * np.log10(1 + hz / 700) for hz in (_LOWEST_HZ, _HIGHEST_HZ))
    corners = 700 * (10 ** (np.linspace(lowest, highest, NUM_MELS + 2) / 2595) - 1)
    hz = np.fft.rfftfreq(_FFT, 1 / HEARD_RATE_HZ)[:, None]
    low, middle, high = corners[:-2], corners[1:-1], corners[2:]
    return np.clip(np.minimum((hz - low) / (middle - low), (high - hz) / (high - middle)), 0, None).astype(np.float32)


_FILTERS = _filters()
_WINDOW = np.hanning(WINDOW_SAMPLES).astype(np.float32)


def columns(pcm: Pcm) -> Pcm:
    """(PAST_SAMPLES + S,), S a multiple of 20 ms, to (T, FEATURES): the past stands before the first step."""
    num_hops = (len(pcm) - PAST_SAMPLES) // HOP_SAMPLES
    windows = np.lib.stride_tricks.sliding_window_view(pcm, WINDOW_SAMPLES)[::HOP_SAMPLES][:num_hops]
    spectrum = np.fft.rfft(windows * _WINDOW, _FFT)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32) @ _FILTERS
    logs = (np.log(power + _FLOOR) - _MIDDLE) / _SPREAD
    return logs.reshape(-1, FEATURES).astype(np.float32)


def columns_of(pcm: Pcm) -> Pcm:
    """(S,) of a whole sound, silence before it, to (S // 320, FEATURES)."""
    whole = pcm[: len(pcm) // HEARD_TICK_SAMPLES * HEARD_TICK_SAMPLES]
    return columns(np.concatenate((np.zeros(PAST_SAMPLES, np.float32), whole)))
