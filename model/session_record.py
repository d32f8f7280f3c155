"""A conversation as bytes: what it heard, saw, was told and wrote last, and what it holds beside the model.

These are inputs, not states, so another engine, also one with a better model, rebuilds the conversation by one
prefill. A record comes from a stranger: it is parsed as such, and never more of it unpacked than a record may hold.

    "ALSR" | u8 version | u32 CRC-32 of the rest | zlib: u32 header bytes | JSON header | arrays

Shapes: T positions, A dMel columns, M mel bins, N tokens.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.codec import Payload, pack, unpack
from model.hmlp import num_patches
from model.sequence import MAX_PATCHES
from model.types import InputError

VERSION = 3
MAX_RECORD_BYTES = 2 << 20
_MAX_UNPACKED_BYTES = 16 << 20
_MAGIC = b"ALSR"
_PREFIX = struct.Struct("<4sBI")
_HEADER = struct.Struct("<I")
_LEVEL = 6  # of zlib: 3 saves a third of the time and costs a tenth of the bytes
Bytes = NDArray[np.uint8]
Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A still or a pair of video frames, one below the other, as they came."""

    num_frames: int
    pixels: Bytes  # (num_frames * H, W, 3)


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """The first positions of the sequence and the last ones; `num_skipped` lie between and are forgotten."""

    tokens: Bytes  # (T, 4) int32, as bytes
    clock: Bytes  # (T, 4) int32, as bytes
    heard: Bytes  # (A, M)
    own: Bytes  # (A, M)
    pictures: tuple[Picture, ...]
    num_first: int
    num_skipped: int


@dataclass(frozen=True, slots=True)
class Sayable:
    """A result that may be said by reference."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class KeptNote:
    """A standing request, and the position at which it was last read out."""

    id: str
    text: str
    read_at: int


@dataclass(frozen=True, slots=True, eq=False)
class HostRecord:
    """What a conversation holds beside the model."""

    last_index: int
    closing: Bytes  # (N, 4) int32, as bytes, like all tokens here
    to_say: Bytes
    unsaid: Bytes  # words that were written and have not begun to sound
    timing: tuple[float, ...]  # blocks until each of them begins, and until the last ends; none where a voice decides
    said_before: str  # the end of what sounded of the sentence that goes on
    open_form: Bytes  # of the action that is being written
    heard_text: str  # the utterance of people that has not ended
    heard_quiet: int  # micro-turns since something was added to it
    unrecalled: str  # what was heard and not read back (recollection.py)
    is_speaking: bool
    names: tuple[str, ...]  # as people write them, for captions
    events: tuple[Bytes, ...]  # each event that waits
    has_begun: bool  # whether the first of them was read in part
    pictures: tuple[Picture, ...]  # that wait
    sayables: tuple[Sayable, ...]
    notes: tuple[KeptNote, ...]
    num_notes: int
    heard_past: Sound  # the last 50 ms
    own_past: Sound
    generator: Bytes


@dataclass(frozen=True, slots=True, eq=False)
class SessionRecord:
    """All of it."""

    positions: Positions
    host: HostRecord


def encode_record(record: SessionRecord) -> bytes:
    """Raises InputError when it would be over MAX_RECORD_BYTES."""
    arrays: list[bytes] = []
    header = json.dumps(pack(record, SessionRecord, "record", arrays)).encode("ascii")
    packed = zlib.compress(b"".join((_HEADER.pack(len(header)), header, *arrays)), _LEVEL)
    _check_size(len(packed))
    return _PREFIX.pack(_MAGIC, VERSION, zlib.crc32(packed)) + packed


def decode_record(record: bytes) -> SessionRecord:
    """Raises InputError that says what is wrong with it."""
    _check_size(len(record))
    if len(record) < _PREFIX.size:
        raise InputError(f"record: {len(record)} bytes are no exported conversation")
    magic, version, checksum = _PREFIX.unpack_from(record)
    packed = record[_PREFIX.size :]
    if magic != _MAGIC:
        raise InputError("record: this is no exported conversation")
    if version != VERSION:
        raise InputError(f"record: version {version}, this engine reads {VERSION}; export it anew")
    if checksum != zlib.crc32(packed):
        raise InputError("record: damaged on its way; export it anew")
    content = _unpacked(packed)
    (size,) = _HEADER.unpack_from(content) if len(content) >= _HEADER.size else (len(content),)
    payload = Payload(memoryview(content)[_HEADER.size + size :])
    try:
        header = json.loads(content[_HEADER.size : _HEADER.size + size])
    except (ValueError, RecursionError) as error:
        raise InputError(f"record: its header is no JSON: {error}") from error
    found = unpack(header, SessionRecord, "record", payload)
    if payload.rest:
        raise InputError(f"record: {len(payload.rest)} bytes too many")
    return cast(SessionRecord, found)


def packed_numbers(numbers: list[int]) -> Bytes:
    """(N,) to (N, 4)."""
    return np.asarray(numbers, "<i4").view(np.uint8).reshape(-1, 4)


def unpacked_numbers(packed: Bytes, where: str, low: int, high: int) -> list[int]:
    """The inverse; raises InputError on a number that is not in low … high - 1."""
    if packed.ndim != 2 or packed.shape[1] != 4:
        raise InputError(f"{where}: expected (N, 4) bytes, got {packed.shape}")
    numbers = np.ascontiguousarray(packed).view("<i4").reshape(-1)
    if numbers.size and not low <= int(numbers.min()) <= int(numbers.max()) < high:
        raise InputError(f"{where}: {int(numbers.min())} … {int(numbers.max())} is not within {low} … {high - 1}")
    return [int(number) for number in numbers]


def picture_of(frames: Tensor) -> Picture:
    """(1 or 2, H, W, 3) uint8 as a picture."""
    return Picture(len(frames), frames.flatten(0, 1).numpy())


def frames_of(picture: Picture) -> Tensor:
    """The inverse; raises InputError on what is no picture."""
    rows, num_frames = picture.pixels.shape[0], picture.num_frames
    if (
        not picture.pixels.size
        or num_frames not in (1, 2)
        or picture.pixels.ndim != 3
        or picture.pixels.shape[2] != 3
        or rows % num_frames
    ):
        raise InputError(f"record: {num_frames} video frames in {picture.pixels.shape} are no picture")
    frames = torch.from_numpy(picture.pixels).unflatten(0, (num_frames, -1))
    if not 0 < (count := num_patches(*frames.shape[1:3])) <= MAX_PATCHES:
        raise InputError(f"record: a picture of {count} patches, {MAX_PATCHES} is the bound")
    return frames


def _unpacked(packed: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(packed, _MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise InputError(f"record: {error}") from error
    if not inflater.eof:
        raise InputError(f"record: holds more than {_MAX_UNPACKED_BYTES} bytes, or is cut short")
    return content


def _check_size(size: int) -> None:
    if size > MAX_RECORD_BYTES:
        raise InputError(f"record: {size} bytes, at most {MAX_RECORD_BYTES}")
