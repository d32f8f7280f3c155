"""Reads whisper's weights from CTranslate2's binary model file. Knows the format, nothing of the network.

The format, version 6, little endian; a `string` is a uint16 length that counts a closing NUL, then its bytes:
    uint32 version, string specification, uint32 revision
    uint32 number of variables, then each:
        string name, uint8 rank, rank x uint32 shape, uint8 type, uint32 size, data
    uint32 number of aliases, then each: string alias, string name
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from model.gguf import BrokenWeights

SPECIFICATION = "WhisperSpec"
NEWEST_VERSION = 6
_DTYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
_MAX_RANK = 4


@dataclass(frozen=True, slots=True)
class WhisperSizes:
    """The network's sizes, as far as the file tells them."""

    width: int
    num_heads: int
    num_encoder_layers: int
    num_decoder_layers: int
    num_mels: int
    num_audio_positions: int
    num_text_positions: int
    vocabulary: int


def read_whisper(path: Path) -> tuple[dict[str, torch.Tensor], WhisperSizes]:
    """All tensors by name, in the file's own type, and the sizes they agree on. Raises BrokenWeights."""
    tensors = read_tensors(path)
    return tensors, _sizes(tensors, path)


def read_tensors(path: Path) -> dict[str, torch.Tensor]:
    """Every variable and alias of a CTranslate2 model file. Raises BrokenWeights."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BrokenWeights(f"{path}: cannot be read ({error}); run `alongside fetch`") from error
    try:
        return _Reader(data).tensors()
    except (struct.error, IndexError, UnicodeDecodeError, ValueError, KeyError) as error:
        raise BrokenWeights(f"{path}: no CTranslate2 model: {error}; run `alongside fetch`") from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def tensors(self) -> dict[str, torch.Tensor]:
        version = self._number("I")
        if not 3 <= version <= NEWEST_VERSION:
            raise ValueError(f"version {version} at byte 0, expected 3 to {NEWEST_VERSION}")
        specification = self._string()
        if specification != SPECIFICATION:
            raise ValueError(f"specification {specification!r}, expected {SPECIFICATION!r}")
        self._number("I")  # revision of the specification: names below decide, not this number
        found = dict(self._variable() for _ in range(self._number("I")))
        for _ in range(self._number("I")):
            alias, name = self._string(), self._string()
            found[alias] = found[name]
        if self._at != len(self._data):
            raise ValueError(f"{len(self._data) - self._at} bytes after the last alias")
        return found

    def _variable(self) -> tuple[str, torch.Tensor]:
        name = self._string()
        rank = self._number("B")
        if rank > _MAX_RANK:
            raise ValueError(f"{name}: rank {rank} at byte {self._at}")
        shape = [self._number("I") for _ in range(rank)]
        kind, size_bytes = self._number("B"), self._number("I")
        if kind not in _DTYPES:
            raise ValueError(f"{name}: element type {kind} is not one of {sorted(_DTYPES)}")
        dtype = np.dtype(_DTYPES[kind])
        count = int(np.prod(shape, dtype=np.int64))
        if count * dtype.itemsize != size_bytes:
            raise ValueError(f"{name}: shape {shape} of {dtype} does not fill {size_bytes} bytes")
        array = np.frombuffer(self._take(size_bytes), dtype).reshape(shape)
        return name, torch.from_numpy(array.copy())

    def _number(self, code: str) -> int:
        return int(struct.unpack(f"<{code}", self._take(struct.calcsize(code)))[0])

    def _string(self) -> str:
        return self._take(self._number("H")).rstrip(b"\0").decode("utf-8")

    def _take(self, size_bytes: int) -> bytes:
        if self._at + size_bytes > len(self._data):
            raise ValueError(f"ends at byte {len(self._data)}, {size_bytes} more wanted at byte {self._at}")
        taken = self._data[self._at : self._at + size_bytes]
        self._at += size_bytes
        return taken


def _sizes(tensors: dict[str, torch.Tensor], path: Path) -> WhisperSizes:
    def shape(name: str, rank: int) -> torch.Size:
        found = tensors.get(name)
        if found is None or found.ndim != rank:
            raise BrokenWeights(f"{path}: {name} is {'missing' if found is None else tuple(found.shape)}")
        return found.shape

    def num_layers(side: str) -> int:
        layers = {name.split("/")[1] for name in tensors if name.startswith(f"{side}/layer_")}
        return len(layers - {"layer_norm"})

    width, num_mels, _ = shape("encoder/conv1/weight", 3)
    shape("encoder/num_heads", 0)
    sizes = WhisperSizes(
        width=width,
        num_heads=int(tensors["encoder/num_heads"]),
        num_encoder_layers=num_layers("encoder"),
        num_decoder_layers=num_layers("decoder"),
        num_mels=num_mels,
        num_audio_positions=shape("encoder/position_encodings/encodings", 2)[0],
        num_text_positions=shape("decoder/position_encodings/encodings", 2)[0],
        vocabulary=shape("decoder/embeddings/weight", 2)[0],
    )
    if width % sizes.num_heads:
        raise BrokenWeights(f"{path}: width {width} is no multiple of {sizes.num_heads} heads")
    return sizes
