"""CTranslate2's format is read back as written, and a broken file is named as such."""

import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.whisper_weights import BrokenWeights, read_tensors, read_whisper

KINDS = {"float32": 0, "int8": 1, "int16": 2, "int32": 3, "float16": 4}


def text(value: str) -> bytes:
    data = value.encode() + b"\0"
    return struct.pack("<H", len(data)) + data


def model_file(tensors: dict[str, NDArray[np.generic]], aliases: dict[str, str], name: str = "WhisperSpec") -> bytes:
    parts = [struct.pack("<I", 6), text(name), struct.pack("<II", 3, len(tensors))]
    for key, array in tensors.items():
        shape = struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape)
        parts += [text(key), shape, struct.pack("<BI", KINDS[array.dtype.name], array.nbytes), array.tobytes()]
    parts.append(struct.pack("<I", len(aliases)))
    parts += [text(alias) + text(target) for alias, target in aliases.items()]
    return b"".join(parts)


TENSORS: dict[str, NDArray[np.generic]] = {
    "decoder/embeddings/weight": np.arange(12, dtype=np.float16).reshape(4, 3),
    "encoder/num_heads": np.array(2, np.int16),
    "bias": np.linspace(-1, 1, 5, dtype=np.float32),
}
GOOD = model_file(TENSORS, {"decoder/projection/weight": "decoder/embeddings/weight"})


def test_tensors_and_aliases_come_back_as_written(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(GOOD)
    found = read_tensors(path)
    for name, array in TENSORS.items():
        torch.testing.assert_close(found[name], torch.from_numpy(np.array(array)))
    assert found["decoder/projection/weight"] is found["decoder/embeddings/weight"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(GOOD) - 1))
def test_a_file_cut_short_anywhere_is_refused(tmp_path: Path, size_bytes: int) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(GOOD[:size_bytes])
    with pytest.raises(BrokenWeights, match="alongside fetch"):
        read_tensors(path)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(data)
    with pytest.raises(BrokenWeights):
        read_tensors(path)


def test_another_kind_of_model_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(model_file({}, {}, name="TransformerSpec"))
    with pytest.raises(BrokenWeights, match="TransformerSpec"):
        read_tensors(path)


def test_a_whisper_without_its_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(GOOD)
    with pytest.raises(BrokenWeights, match="encoder/conv1/weight"):
        read_whisper(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenWeights, match="nowhere"):
        read_tensors(tmp_path / "nowhere.bin")
