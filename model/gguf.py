"""Reads what a GGUF model file says about itself. Knows nothing of its tensors.

The format, version 2 or 3, little endian: "GGUF", uint32 version, uint64 number of tensors, uint64 number of
entries, then each entry: string key, uint32 type, value. A string is a uint64 length and its bytes; an array is
uint32 element type, uint64 count, elements.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from model.types import SeamError

Value = str | int | float | bool
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_MAX_ENTRIES = 1 << 16
_MAX_STRING_BYTES = 1 << 24


class BrokenWeights(SeamError):
    """A weight file is broken or is not what its name says; fetch it again with `alongside fetch`."""


def read_metadata(path: Path) -> dict[str, Value]:
    """The scalar and string entries by key; arrays (the vocabulary) are skipped. Raises BrokenWeights."""
    try:
        with path.open("rb") as file:
            return _entries(file)
    except OSError as error:
        raise BrokenWeights(f"{path}: cannot be read ({error}); run `alongside fetch`") from error
    except (struct.error, ValueError, KeyError) as error:
        raise BrokenWeights(f"{path}: no GGUF file: {error}; run `alongside fetch`") from error


def _entries(file: BinaryIO) -> dict[str, Value]:
    if (magic := file.read(4)) != b"GGUF":
        raise ValueError(f"starts with {magic!r}")
    version, _, count = _number(file, "I"), _number(file, "Q"), _number(file, "Q")
    if version not in (2, 3) or count > _MAX_ENTRIES:
        raise ValueError(f"version {version} with {count} entries")
    found: dict[str, Value] = {}
    for _ in range(int(count)):
        key = _string(file)
        value = _value(file, int(_number(file, "I")))
        if value is not None:
            found[key] = value
    return found


def _value(file: BinaryIO, kind: int) -> Value | None:
    if kind == _STRING:
        return _string(file)
    if kind != _ARRAY:
        return _number(file, _SCALARS[kind])
    element, count = int(_number(file, "I")), int(_number(file, "Q"))
    if element in (_STRING, _ARRAY):
        for _ in range(count):
            _value(file, element)
    else:
        file.seek(struct.calcsize(_SCALARS[element]) * count, 1)
    return None


def _string(file: BinaryIO) -> str:
    size_bytes = int(_number(file, "Q"))
    if size_bytes > _MAX_STRING_BYTES:
        raise ValueError(f"a string of {size_bytes} bytes at byte {file.tell()}")
    return file.read(size_bytes).decode("utf-8", errors="replace")


def _number(file: BinaryIO, code: str) -> int | float | bool:
    return struct.unpack(f"<{code}", file.read(struct.calcsize(f"<{code}")))[0]
