"""A GGUF file's own words about itself, and broken files by name."""

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.gguf import read_metadata
from model.whisper_weights import BrokenWeights


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


ENTRIES = (
    text("general.name") + struct.pack("<I", 8) + text("Small Model"),
    text("tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b"),
    text("scores") + struct.pack("<IIQ3f", 9, 6, 3, 1.0, 2.0, 3.0),
    text("block_count") + struct.pack("<II", 4, 24),
    text("is_chat") + struct.pack("<I?", 7, True),
)
GOOD = b"GGUF" + struct.pack("<IQQ", 3, 0, len(ENTRIES)) + b"".join(ENTRIES)


def test_scalars_and_strings_are_read_and_arrays_skipped(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(GOOD + b"tensors follow")
    assert read_metadata(path) == {"general.name": "Small Model", "block_count": 24, "is_chat": True}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(GOOD) - 1))
def test_a_file_cut_short_is_refused(tmp_path: Path, size_bytes: int) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(GOOD[:size_bytes])
    with pytest.raises(BrokenWeights, match="alongside fetch"):
        read_metadata(path)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120))
def test_any_bytes_are_refused_in_words(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 3) + data)
    with pytest.raises(BrokenWeights):
        read_metadata(path)
