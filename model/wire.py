"""The engine socket's messages and their bytes. Pure: knows nothing of sockets, engines or torch.

A message is one binary frame: version, kind, header length, a JSON header, then the arrays that the header
describes, raw and little-endian, in the order in which the fields name them:

    u8 version | u8 kind | u32 header bytes | header | float32 and uint8 arrays
"""

from __future__ import annotations

import json
import struct
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn, cast

import numpy as np
from numpy.typing import NDArray

from model.codec import Payload, pack, unpack
from model.types import (
    NOT_TOLD,
    About,
    InputError,
    MicroTurnIn,
    MicroTurnOut,
    Pcm,
    SessionSettings,
    SpokenPiece,
    Transcript,
)

VERSION = 1
MAX_FRAME_BYTES = 8 << 20
MAX_HEADER_BYTES = 1 << 20
_PREFIX = struct.Struct("<BBI")


@dataclass(frozen=True, slots=True)
class Open:
    """Client: begin a session; answered by Opened, Refused or Failed."""

    settings: SessionSettings


@dataclass(frozen=True, slots=True)
class Opened:
    """Server: the session is open under this id."""

    session: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Server: no capacity now."""

    reason: str
    retry_after_s: float


@dataclass(frozen=True, slots=True)
class Step:
    """Client: micro-turns, oldest first; answered by Stepped, Failed or Moved before the next Step."""

    heard: tuple[MicroTurnIn, ...]


@dataclass(frozen=True, slots=True)
class Stepped:
    """Server: the answer to one Step."""

    out: MicroTurnOut


@dataclass(frozen=True, slots=True)
class Failed:
    """Server: what was asked failed; `lost` means that the session is gone."""

    code: Literal["input", "lost"]
    message: str


@dataclass(frozen=True, slots=True)
class Ping:
    """Client: are you there; answered by Pong with the same number, also during a step."""

    number: int


@dataclass(frozen=True, slots=True)
class Pong:
    """Server: the answer to one Ping."""

    number: int


@dataclass(frozen=True, slots=True)
class Close:
    """Client: end the session; answered by Closed when its place is free again."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Server: the session has ended."""


@dataclass(frozen=True, slots=True)
class Recognise:
    """Client: recognise the Sound messages that follow, up to End; or say in English what is said in `language`."""

    language: str | None
    into_english: bool = False


@dataclass(frozen=True, slots=True)
class Sound:
    """Client: a piece of 16 kHz sound, at most ten seconds."""

    pcm: Pcm  # (S,)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Server: a partial or final transcript."""

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Speak:
    """Client: speak the Text messages that follow, up to End."""

    language: str
    pace: float


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text, in either direction."""

    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Server: a piece of speech."""

    piece: SpokenPiece


@dataclass(frozen=True, slots=True)
class Translate:
    """Client: translate one segment; answered by Text messages and End."""

    segment: str
    source: str
    target: str
    context: tuple[str, ...]
    glossary: Mapping[str, str]
    about: About = NOT_TOLD


@dataclass(frozen=True, slots=True)
class End:
    """No more pieces come in this direction."""


@dataclass(frozen=True, slots=True)
class Export:
    """Client: give me the session as it is now; answered by Exported or Failed, and the session goes on."""


@dataclass(frozen=True, slots=True, eq=False)
class Exported:
    """Server: the session, for Rebuild here or elsewhere."""

    record: NDArray[np.uint8]  # (N,)


@dataclass(frozen=True, slots=True, eq=False)
class Rebuild:
    """Client: begin with an exported session, in the place of Open; answered as Open is."""

    record: NDArray[np.uint8]  # (N,)


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """Server, to a Step: I shut down and did not take it; go on elsewhere with this. The session ends here."""

    record: NDArray[np.uint8]  # (N,)


@dataclass(frozen=True, slots=True)
class Resume:
    """Client: this is the session of that id over another connection; answered by Resumed or Failed.

    `index` is the last micro-turn whose answer came, -1 before the first.
    """

    session: str
    index: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """Server: `index` is the last micro-turn that was taken; its answer follows where the client lacks it."""

    index: int


@dataclass(frozen=True, slots=True)
class Leaving:
    """Server, before an answer: I shut down. Make another server ready and go there; a later step gets Moved."""


@dataclass(frozen=True, slots=True, eq=False)
class Refresh:
    """Client: what this session became elsewhere, in the place of what it is; answered by Refreshed or Failed."""

    record: NDArray[np.uint8]  # (N,)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Server: the session is up to date."""


Message = (
    Open
    | Opened
    | Refused
    | Step
    | Stepped
    | Failed
    | Ping
    | Pong
    | Close
    | Closed
    | Recognise
    | Sound
    | Recognised
    | Speak
    | Text
    | Spoken
    | Translate
    | End
    | Export
    | Exported
    | Rebuild
    | Moved
    | Resume
    | Resumed
    | Leaving
    | Refresh
    | Refreshed
)
_KINDS: dict[int, type[Message]] = dict(enumerate(typing.get_args(Message), start=1))
_KIND_OF = {message: kind for kind, message in _KINDS.items()}


def encode(message: Message) -> bytes:
    """Raises InputError when a value breaks the seam's contract, with the path of the field."""
    arrays: list[bytes] = []
    header = json.dumps(pack(message, type(message), type(message).__name__, arrays)).encode("ascii")
    payload = b"".join(arrays)
    _check_size(len(header), _PREFIX.size + len(header) + len(payload))
    return _PREFIX.pack(VERSION, _KIND_OF[type(message)], len(header)) + header + payload


def decode(data: bytes) -> Message:
    """The message in one frame. Raises InputError, and nothing else, whatever the bytes are."""
    if len(data) < _PREFIX.size:
        raise InputError(f"frame: {len(data)} bytes, shorter than its prefix")
    version, kind, header_bytes = _PREFIX.unpack_from(data)
    if version != VERSION:
        raise InputError(f"frame: version {version}, this side speaks {VERSION}")
    if kind not in _KINDS:
        raise InputError(f"frame: unknown kind {kind}")
    _check_size(header_bytes, len(data))
    header = data[_PREFIX.size : _PREFIX.size + header_bytes]
    if len(header) < header_bytes:
        raise InputError(f"frame: header cut short at {len(header)} of {header_bytes} bytes")
    payload = Payload(memoryview(data)[_PREFIX.size + header_bytes :])
    message = unpack(_parse(header), _KINDS[kind], _KINDS[kind].__name__, payload)
    if payload.rest:
        raise InputError(f"frame: {len(payload.rest)} bytes after the last array")
    return cast(Message, message)


def _check_size(header_bytes: int, frame_bytes: int) -> None:
    if header_bytes > MAX_HEADER_BYTES:
        raise InputError(f"frame: header of {header_bytes} bytes, at most {MAX_HEADER_BYTES}")
    if frame_bytes > MAX_FRAME_BYTES:
        raise InputError(f"frame: {frame_bytes} bytes, at most {MAX_FRAME_BYTES}")


def _parse(header: bytes) -> object:
    try:
        return json.loads(header.decode("ascii"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(f"frame: header is not JSON: {type(error).__name__}") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
