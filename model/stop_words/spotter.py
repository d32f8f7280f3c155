"""Hears a stop word in one person's sound as it comes, 20 ms at a time, in plain numpy.

A step takes a fraction of a millisecond, so it runs inside the call's process, where no model can hold it up.
Shapes: T steps of 20 ms, C channels, K taps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from model.stop_words.features import FEATURES, PAST_SAMPLES, SILENT, columns
from model.stop_words.words import WORDS
from model.types import HEARD_TICK_SAMPLES, Pcm, check_pcm

SHIPPED = Path(__file__).parent.parent / "checkpoints" / "stop_words.safetensors"
THRESHOLD = 0.65  # of the probability that some stop word ended just now, over SMOOTHED_STEPS
SMOOTHED_STEPS = 4
Array = NDArray[np.float32]


class StopWordError(Exception):
    """The spotter's weights or its words cannot be used; says which and why."""


@dataclass(frozen=True, slots=True)
class _Block:
    taps: Array  # (K, C)
    bias: Array  # (C,)
    across: Array  # (C, C)
    across_bias: Array  # (C,)
    dilation: int


class StopWords:
    """The weights, shared by all who listen with them."""

    def __init__(self, tensors: Mapping[str, Array]) -> None:
        """Raises StopWordError unless the tensors are those of `train.py`."""
        try:
            self.first = tensors["first.weight"].reshape(-1, tensors["first.weight"].shape[-1])  # (K * FEATURES, C)
            self.first_bias = tensors["first.bias"]
            self.head, self.head_bias = tensors["head.weight"], tensors["head.bias"]
            self.blocks = [
                _Block(
                    *(tensors[f"blocks.{index}.{part}"] for part in ("taps", "bias", "across", "across_bias")),
                    dilation=int(dilation),
                )
                for index, dilation in enumerate(tensors["dilations"])
            ]
        except KeyError as error:
            raise StopWordError(f"the stop-word weights have no tensor {error}; train them again") from error
        self._check()

    @classmethod
    def read(cls, file: Path = SHIPPED) -> StopWords:
        """Read a file of `train.py`. Raises StopWordError."""
        try:
            return cls(load_file(file))
        except (OSError, SafetensorError) as error:
            raise StopWordError(f"{file}: {error}; reinstall, or train it: python -m model.stop_words.train") from error

    def spotter(self, words: Iterable[str] = WORDS) -> StopWordSpotter:
        """For one voice; hears some of `WORDS`. Raises StopWordError for another word."""
        if unknown := sorted(set(words) - set(WORDS)):
            raise StopWordError(f"stop words: {', '.join(unknown)}; there are {', '.join(WORDS)}")
        return StopWordSpotter(self, [WORDS.index(word) for word in dict.fromkeys(words)])

    def _check(self) -> None:
        width = self.first.shape[1]
        found = {"head.weight": self.head.shape, "head.bias": self.head_bias.shape, "first.bias": self.first_bias.shape}
        expected = {"head.weight": (width, 1 + len(WORDS)), "head.bias": (1 + len(WORDS),), "first.bias": (width,)}
        for index, block in enumerate(self.blocks):
            found |= {f"blocks.{index}.taps": block.taps.shape[1:], f"blocks.{index}.across": block.across.shape}
            expected |= {f"blocks.{index}.taps": (width,), f"blocks.{index}.across": (width, width)}
        for name, shape in expected.items():
            if found[name] != shape:
                raise StopWordError(f"stop-word tensor {name} is {found[name]}, expected {shape}; train it again")
        if self.first.shape[0] % FEATURES:
            raise StopWordError(f"stop-word tensor first.weight takes no columns of {FEATURES} features")


class StopWordSpotter:
    """`Spotter` of model/types.py for one voice."""

    def __init__(self, net: StopWords, word_indices: list[int]) -> None:
        self._net = net
        self._classes = np.array(word_indices, np.intp) + 1  # 0 is nothing
        self.reset()

    def reset(self) -> None:
        """Forget what was heard: silence came before."""
        net = self._net
        width = net.first.shape[1]
        self._sound = np.zeros(PAST_SAMPLES, np.float32)
        self._columns = np.full((net.first.shape[0] // FEATURES, FEATURES), SILENT, np.float32)
        self._pasts = [
            np.zeros(((len(block.taps) - 1) * block.dilation + 1, width), np.float32) for block in net.blocks
        ]
        self._at = [0] * len(net.blocks)
        self._recent = np.zeros((SMOOTHED_STEPS, len(self._classes)), np.float32)

    @property
    def probability(self) -> float:
        """That one of the words ended just now."""
        return float(self._recent.mean(0).sum())

    def hear(self, pcm: Pcm) -> str | None:
        """Take (HEARD_TICK_SAMPLES,) at 16 kHz; the word that ended just now, or None."""
        check_pcm(pcm, HEARD_TICK_SAMPLES, "stop word spotter: pcm")
        self._recent[:-1] = self._recent[1:]
        self._recent[-1] = self._step(pcm)[self._classes]
        if self.probability < THRESHOLD:
            return None
        return WORDS[int(self._classes[self._recent.mean(0).argmax()]) - 1]

    def _step(self, pcm: Pcm) -> Array:
        """The probabilities of nothing and of each word: (1 + words,)."""
        net = self._net
        line = np.concatenate((self._sound, pcm))
        self._sound = line[-PAST_SAMPLES:]
        self._columns[:-1] = self._columns[1:]
        self._columns[-1] = columns(line)[0]
        x = np.maximum(self._columns.reshape(-1) @ net.first + net.first_bias, 0)
        for index, block in enumerate(net.blocks):
            x = x + self._pass(index, block, x)
        logits = x @ net.head + net.head_bias
        odds = np.exp(logits - logits.max())
        return odds / odds.sum()

    def _pass(self, index: int, block: _Block, x: Array) -> Array:
        past, at = self._pasts[index], self._at[index]
        past[at] = x
        taps = past[np.arange(at + 1, at + 1 + len(past), block.dilation) % len(past)]  # oldest first
        self._at[index] = (at + 1) % len(past)
        y = np.maximum((taps * block.taps).sum(0) + block.bias, 0)
        return y @ block.across + block.across_bias
