"""How likely each 32 ms of sound holds speech (Silero VAD, MIT). Knows nothing of turns.

Shapes: S samples at 16 kHz, W windows of 512 samples.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from model.types import HEARD_RATE_HZ, Pcm
from model.whisper_weights import BrokenWeights

WINDOW_SAMPLES = 512
WINDOW_MS = WINDOW_SAMPLES * 1000 // HEARD_RATE_HZ  # 32
_CONTEXT_SAMPLES = 64  # the end of the window before, which the network wants again
_STATE_SHAPE = (2, 1, 128)


class VoiceActivity:
    """The network's weights; one for all conversations, each with its own `Listener`."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        path = _network_path()
        try:
            self.network = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises its own classes, all without a common root
            raise BrokenWeights(f"{path}: {error}; run `pip install --force-reinstall silero-vad`") from error

    def listener(self) -> Listener:
        return Listener(self.network)


class Listener:
    """The state of one conversation: sound in any pieces, one probability for each full window."""

    def __init__(self, network: onnxruntime.InferenceSession) -> None:
        self._network = network
        self._rate = np.array(HEARD_RATE_HZ, np.int64)
        self._state = np.zeros(_STATE_SHAPE, np.float32)
        self._context = np.zeros(_CONTEXT_SAMPLES, np.float32)
        self._pending = np.zeros(0, np.float32)

    def hear(self, pcm: Pcm) -> list[float]:
        """Probabilities of the windows that (S,) samples complete, oldest first; the rest waits."""
        sound = np.concatenate([self._pending, pcm])
        num_windows = len(sound) // WINDOW_SAMPLES
        windows = sound[: num_windows * WINDOW_SAMPLES].reshape(num_windows, WINDOW_SAMPLES)
        self._pending = sound[num_windows * WINDOW_SAMPLES :]
        return [self._probability(window) for window in windows]

    def _probability(self, window: Pcm) -> float:
        sound = np.concatenate([self._context, window])[None]
        inputs = {"input": sound, "state": self._state, "sr": self._rate}
        probability, state = cast(list[NDArray[np.float32]], self._network.run(None, inputs))
        self._state, self._context = state, window[-_CONTEXT_SAMPLES:]
        return float(probability[0, 0])


def _network_path() -> Path:
    package = find_spec("silero_vad")  # found, not imported: importing it would set torch's threads
    if package is None or package.origin is None:
        raise BrokenWeights("the package silero-vad is missing; run `pip install silero-vad`")
    return Path(package.origin).parent / "data" / "silero_vad.onnx"
