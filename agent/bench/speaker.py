"""Who speaks, as a vector: a recurrent speaker encoder (GE2E) in plain numpy, and how alike two voices are.

The published weights of Resemblyzer are a torch file of the old kind; they are read without torch, and without running
anything that the file names. Mel filters are Slaney's, as the encoder was trained with.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from agent.bench.utterances import pieces_of_speech
from agent.bench.wav import resampled
from agent.errors import AgentError
from model.types import HEARD_RATE_HZ, SPOKEN_RATE_HZ, Pcm

NUM_MELS, NUM_LAYERS = 40, 3
WINDOW, HOP = 400, 160  # samples: 25 and 10 ms
PART, PART_STEP = 160, 80  # hops: 1.6 s, half overlapping
LOUDNESS = 10 ** (-30 / 20)
MAX_PARTS = 64  # a voice is known after a minute

Floats = NDArray[np.float32]


class SpeakerError(AgentError):
    """The encoder's weights cannot be used; says which file and why."""


@dataclass(frozen=True, slots=True, eq=False)
class SpeakerEncoder:
    """Weights, and the vector of the voice that others are compared with."""

    weights: Mapping[str, Floats]
    reference: Floats | None = None  # (256,)

    def vector(self, sounds: Sequence[Pcm]) -> Floats | None:
        """The voice of (S,) sounds at 24 kHz, (256,) of length one; None without 1.6 s of speech in one of them."""
        speech = [_speech(sound) for sound in sounds]
        parts = [part for sound in speech for part in _parts(_mels(sound))][:MAX_PARTS]
        if not parts:
            return None
        found = _encoded(np.stack(parts), self.weights)
        mean = found.mean(axis=0)
        return (mean / np.linalg.norm(mean)).astype(np.float32)


def similarity_to(sounds: Sequence[Pcm], encoder: SpeakerEncoder) -> float | None:
    """Cosine between the voice of some sounds and the encoder's reference: 1 is the same. None when nobody speaks."""
    assert encoder.reference is not None
    found = encoder.vector(sounds)
    return None if found is None else float(found @ encoder.reference)


def read_encoder(path: Path) -> Mapping[str, Floats]:
    """Weights of the published file. Raises SpeakerError when it is another kind of file."""
    try:
        with path.open("rb") as file:
            for _ in range(3):  # magic number, protocol, byte order
                _Reader(file).load()
            tree = _Reader(file).load()
            keys = cast(list[str], _Reader(file).load())
            storages = {key: _storage(file) for key in keys}
        state = cast(Mapping[str, _Lazy], tree["model_state"])
        return {name: lazy.array(storages) for name, lazy in state.items() if name.startswith(("lstm.", "linear."))}
    except (OSError, pickle.UnpicklingError, KeyError, TypeError, ValueError, EOFError, AttributeError) as error:
        raise SpeakerError(
            f"{path}: not the speaker encoder's file: {error}; pip install --no-deps Resemblyzer"
        ) from error


@dataclass(frozen=True, slots=True)
class _Lazy:
    """A tensor of which the numbers come later in the file."""

    key: str
    offset: int
    shape: tuple[int, ...]

    def array(self, storages: Mapping[str, Floats]) -> Floats:
        size = int(np.prod(self.shape))
        return storages[self.key][self.offset : self.offset + size].reshape(self.shape)


class _Reader(pickle.Unpickler):
    """Reads a torch file's tree; of what it names only tensors and ordered dicts are made."""

    def persistent_load(self, pid: Any) -> str:  # a torch file's own description of a storage
        kind, _, key, *_ = pid
        if kind != "storage":
            raise pickle.UnpicklingError(f"a {kind!r} where a storage was expected")
        return str(key)

    def find_class(self, module_name: str, global_name: str) -> Any:  # a constructor of the tree
        match module_name, global_name:
            case "collections", "OrderedDict":
                return OrderedDict
            case "torch._utils", "_rebuild_tensor_v2":
                return _tensor
            case "torch", "FloatStorage":
                return None
            case _:
                raise pickle.UnpicklingError(f"{module_name}.{global_name} has no place in weights")


def _tensor(key: str, offset: int, shape: tuple[int, ...], *_: object) -> _Lazy:
    return _Lazy(key, offset, shape)


def _storage(file: io.BufferedReader) -> Floats:
    count = int(np.frombuffer(file.read(8), "<i8")[0])
    return np.frombuffer(file.read(4 * count), "<f4").astype(np.float32)


def _speech(sound: Pcm) -> Pcm:
    """Speech alone, at 16 kHz and one loudness."""
    parts = [
        sound[round(each.start_s * SPOKEN_RATE_HZ) : round(each.end_s * SPOKEN_RATE_HZ)]
        for each in pieces_of_speech(sound, SPOKEN_RATE_HZ)
    ]
    if not parts:
        return np.zeros(0, np.float32)
    spoken = resampled(np.concatenate(parts), SPOKEN_RATE_HZ, HEARD_RATE_HZ)
    loudness = float(np.sqrt(np.mean(np.square(spoken))))
    return (spoken * max(1.0, LOUDNESS / max(loudness, 1e-9))).astype(np.float32)


def _mels(sound: Pcm) -> Floats:
    """(T, 40) energies of (S,) sound at 16 kHz."""
    padded = np.pad(sound, WINDOW // 2)
    count = max(0, (padded.size - WINDOW) // HOP + 1)
    if not count:
        return np.zeros((0, NUM_MELS), np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:count]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    power = np.square(np.abs(np.fft.rfft(windows * hann, axis=1)))
    return (power @ _filters().T).astype(np.float32)


def _parts(mels: Floats) -> list[Floats]:
    return [mels[at : at + PART] for at in range(0, len(mels) - PART + 1, PART_STEP)]


def _filters() -> NDArray[np.float64]:
    """(40, 201) Slaney filters of equal area, 0 to 8 kHz: linear below 1 kHz, logarithmic above."""
    step = 200 / 3  # Hz a mel below 1 kHz
    log_step = np.log(6.4) / 27
    top = 1000 / step + np.log(HEARD_RATE_HZ / 2 / 1000) / log_step
    mels = np.linspace(0, top, NUM_MELS + 2)
    edges = np.where(mels < 1000 / step, mels * step, 1000 * np.exp(log_step * (mels - 1000 / step)))
    hz = np.fft.rfftfreq(WINDOW, 1 / HEARD_RATE_HZ)
    rising = (hz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - hz) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]


def _encoded(parts: Floats, weights: Mapping[str, Floats]) -> Floats:
    """(B, 160, 40) parts to (B, 256) vectors of length one."""
    hidden = parts
    for layer in range(NUM_LAYERS):
        hidden = _layer(hidden, *(weights[f"lstm.{name}_l{layer}"] for name in _NAMES))
    raw = np.maximum(0, hidden[:, -1] @ weights["linear.weight"].T + weights["linear.bias"])
    return raw / np.linalg.norm(raw, axis=1, keepdims=True)


_NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def _layer(inputs: Floats, w_in: Floats, w_back: Floats, b_in: Floats, b_back: Floats) -> Floats:
    """One LSTM layer over (B, T, C), gates in torch's order: input, forget, cell, output."""
    num, steps, _ = inputs.shape
    width = w_back.shape[1]
    given = inputs @ w_in.T + b_in + b_back  # (B, T, 4H)
    state, cell = np.zeros((num, width), np.float32), np.zeros((num, width), np.float32)
    out = np.empty((num, steps, width), np.float32)
    for step in range(steps):
        gates = np.asarray(given[:, step] + state @ w_back.T, np.float32)
        enter, keep, fresh, show = (gates[:, at * width : (at + 1) * width] for at in range(4))
        cell = _sigmoid(keep) * cell + _sigmoid(enter) * np.tanh(fresh)
        state = (_sigmoid(show) * np.tanh(cell)).astype(np.float32)
        out[:, step] = state
    return out


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * x), np.float32)
