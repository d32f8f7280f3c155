"""What the agent and the page say to each other over the data channels, version 1.

Messages are JSON objects `{"v": 1, "kind": …}`; one that is longer than a piece travels in pieces. Owns the
format and its checks; knows nothing of channels, peers or the conversation.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal, cast

from agent import wire_fields as read
from agent import wire_interpretation, wire_work
from agent.errors import MessageError
from agent.wire_fields import Json
from agent.wire_interpretation import InterpretationFromPage, InterpretationToPage
from agent.wire_work import WorkFromPage, WorkToPage

VERSION = 1
MAX_PIECE_BYTES = 16_384
MAX_MESSAGE_BYTES = 1_048_576
MAX_HALF_ASSEMBLED = 4
MAX_TEXT_CHARS = 4_000
_PIECE_DATA_CHARS = 2_600  # one character is at most six bytes in JSON's \\u form, plus the envelope

AgentStateName = Literal["listening", "speaking", "working", "unavailable"]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose words a caption shows."""

    id: str
    name: str
    role: Literal["participant", "agent"]


@dataclass(frozen=True, slots=True)
class Caption:
    """Words somebody said; the same id replaces. Times count on the conversation's clock."""

    id: str
    speaker: Speaker
    language: str
    text: str
    final: bool
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class AgentState:
    """What the agent does now."""

    state: AgentStateName
    looking: bool = False
    muted: bool = False


@dataclass(frozen=True, slots=True)
class VoiceStopped:
    """The agent was silenced: what of its voice is still on its way is not to be heard."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Everybody's sound level in dB of full scale."""

    levels: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Metrics:
    """How well the engine keeps time."""

    micro_turn: int
    step_ms: float
    late_total: int
    lost_total: int


@dataclass(frozen=True, slots=True)
class Welcome:
    """The first message on a channel."""

    conversation: str
    micro_turn: int
    agent: Mapping[str, str]  # id and name
    engine: str


@dataclass(frozen=True, slots=True)
class ErrorMessage:
    """What went wrong with something the other side sent."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Text:
    """A typed message."""

    text: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Stop speaking now."""


@dataclass(frozen=True, slots=True)
class Source:
    """Which m-line carries the screen and which the camera; None when it is off."""

    screen_mid: str | None
    camera_mid: str | None


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the call that a participant changed."""

    key: str
    value: str | float | bool


ToPage = (
    Caption | AgentState | VoiceStopped | Levels | Metrics | Welcome | ErrorMessage | WorkToPage | InterpretationToPage
)
FromPage = Text | Silence | Source | Setting | ErrorMessage | WorkFromPage | InterpretationFromPage

_KINDS: dict[type, str] = {
    Caption: "caption",
    AgentState: "agent-state",
    VoiceStopped: "voice-stopped",
    Levels: "levels",
    Metrics: "metrics",
    Welcome: "welcome",
    ErrorMessage: "error",
    Text: "text",
    Silence: "silence",
    Source: "source",
    Setting: "settings",
    **wire_work.KINDS,
    **wire_interpretation.KINDS,
}


def encode(message: ToPage | FromPage) -> str:
    """The JSON text of one message."""
    fields = {wire_work.WIRE_NAMES.get(key, key): value for key, value in asdict(message).items()}
    if isinstance(message, wire_work.PageToolResult | wire_work.SurfaceResult):
        del fields["result" if message.error is not None else "error"]
    if isinstance(message, wire_work.ShowHtml) and message.app is None:
        del fields["app"]
    return _dump({"v": VERSION, "kind": _KINDS[type(message)], **fields})


def split(text: str, message_id: str) -> list[str]:
    """Cut the JSON text of a message into pieces of at most 16 KiB; a short one is its own piece."""
    if len(text.encode()) <= MAX_PIECE_BYTES:
        return [text]
    if len(text.encode()) > MAX_MESSAGE_BYTES:
        raise MessageError("message-too-large", f"{len(text.encode())} bytes, at most {MAX_MESSAGE_BYTES}")
    parts = [text[at : at + _PIECE_DATA_CHARS] for at in range(0, len(text), _PIECE_DATA_CHARS)]
    return [
        _dump(
            {
                "v": VERSION,
                "kind": "piece",
                "id": message_id,
                "index": index,
                "count": len(parts),
                "data": part,
            }
        )
        for index, part in enumerate(parts)
    ]


@dataclass(slots=True)
class _HalfMessage:
    count: int
    parts: dict[int, str] = field(default_factory=dict[int, str])
    size_bytes: int = 0


class Assembler:
    """Puts pieces together again; bounded in messages and bytes."""

    def __init__(self) -> None:
        self._half: OrderedDict[str, _HalfMessage] = OrderedDict()
        self.unknown_total = 0

    def add(self, text: str | bytes) -> FromPage | None:
        """Take one piece from the page; return the message it completes.

        Unknown kinds are ignored and counted. Raises MessageError for what breaks the contract.
        """
        message = _load(text)
        if message.get("kind") != "piece":
            return self._parse(message)
        whole = self._add_piece(message)
        return None if whole is None else self._parse(_load(whole, MAX_MESSAGE_BYTES))

    def _parse(self, message: Json) -> FromPage | None:
        kind = read.string(message, "kind", 64)
        parser = _PARSERS.get(kind)
        if parser is None:
            self.unknown_total += 1
            return None
        return parser(message)

    def _add_piece(self, piece: Json) -> str | None:
        message_id = read.string(piece, "id", 64)
        index, count = read.integer(piece, "index"), read.integer(piece, "count")
        data = read.string(piece, "data", MAX_PIECE_BYTES)
        if not 0 <= index < count <= MAX_MESSAGE_BYTES // 16:
            raise MessageError("bad-message", f"piece: index {index} of count {count} cannot be")
        half = self._half.setdefault(message_id, _HalfMessage(count))
        if half.count != count or index in half.parts:
            del self._half[message_id]
            raise MessageError("bad-message", f"piece {index} of {message_id!r} contradicts an earlier one")
        half.parts[index] = data
        half.size_bytes += len(data.encode("utf-8", "surrogatepass"))
        if half.size_bytes > MAX_MESSAGE_BYTES:
            del self._half[message_id]
            raise MessageError("message-too-large", f"{message_id!r} is over {MAX_MESSAGE_BYTES} bytes")
        if len(half.parts) == count:
            del self._half[message_id]
            return "".join(half.parts[at] for at in range(count))
        if len(self._half) > MAX_HALF_ASSEMBLED:
            self._half.popitem(last=False)
        return None


def _dump(message: Json) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _load(text: str | bytes, max_bytes: int = MAX_PIECE_BYTES) -> Json:
    if isinstance(text, bytes):
        raise MessageError("bad-message", "binary message: expected JSON text")
    if len(text.encode("utf-8", "surrogatepass")) > max_bytes:
        raise MessageError("message-too-large", f"over {max_bytes} bytes: send it in pieces")
    try:
        message: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MessageError("bad-message", f"not JSON: {error}") from error
    if not isinstance(message, dict):
        raise MessageError("bad-message", "expected a JSON object")
    message = cast(Json, message)
    if message.get("v") != VERSION or isinstance(message.get("v"), bool):
        raise MessageError("version", f"version {message.get('v')!r}: this agent speaks {VERSION}")
    return message


def _mid(message: Json, key: str) -> str | None:
    if key not in message:
        raise MessageError("bad-message", f"{key}: expected an m-line's mid or null")
    return None if message[key] is None else read.string(message, key, 64)


def _source(screen_mid: str | None, camera_mid: str | None) -> Source:
    if screen_mid is not None and screen_mid == camera_mid:
        raise MessageError("bad-message", f"source: m-line {screen_mid!r} cannot be screen and camera at once")
    return Source(screen_mid, camera_mid)


_PARSERS: dict[str, Callable[[Json], FromPage]] = {
    "text": lambda message: Text(read.string(message, "text", MAX_TEXT_CHARS)),
    "silence": lambda message: Silence(),
    "source": lambda message: _source(_mid(message, "screen_mid"), _mid(message, "camera_mid")),
    "settings": lambda message: Setting(read.string(message, "key", 64), read.scalar(message, "value")),
    **wire_work.PARSERS,
    **wire_interpretation.PARSERS,
    "error": lambda message: ErrorMessage(read.string(message, "code", 64), read.string(message, "message", 1024, 0)),
}
