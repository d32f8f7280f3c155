"""Reads the server-sent events of a streaming chat completion. Bytes in, pieces out; no I/O, everything bounded."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, cast

from agent.errors import BackgroundError

MAX_LINE_BYTES = 262_144
MAX_STREAM_BYTES = 4 * 1024 * 1024
MAX_TOOL_CALLS = 16
MAX_ARGUMENT_CHARS = 32_768
_MALFORMED = "The background model sent something that cannot be understood."
_TOO_LONG = "The background model's answer is far too long."

Json = dict[str, Any]  # decoded JSON: its values are checked one by one below


@dataclass(slots=True)
class AskedTool:
    """A tool call as the model wrote it."""

    id: str = ""
    name: str = ""
    arguments: str = ""  # JSON text


@dataclass(slots=True)
class ChatStream:
    """One answer; feed it bytes and read what they hold."""

    tool_calls: dict[int, AskedTool] = field(default_factory=dict[int, AskedTool])
    finish_reason: str = ""
    is_done: bool = False  # the end mark came
    _rest: bytes = b""
    _num_bytes: int = 0

    def feed(self, data: bytes) -> str:
        """Take what arrived; return the text that is in it. Raises BackgroundError in words."""
        self._num_bytes += len(data)
        if self._num_bytes > MAX_STREAM_BYTES:
            raise BackgroundError(_TOO_LONG)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE_BYTES:
            raise BackgroundError(_MALFORMED)
        return "".join(self._read_line(line.strip()) for line in lines)

    def end(self) -> None:
        """The connection closed. Raises BackgroundError when the answer was not over."""
        if not self.is_done and not self.finish_reason:
            raise BackgroundError("The background model broke off in the middle of its answer.")

    def _read_line(self, line: bytes) -> str:
        if self.is_done or not line.startswith(b"data:"):
            return ""  # comments, event names and empty lines carry nothing
        payload = line.removeprefix(b"data:").strip()
        if payload == b"[DONE]":
            self.is_done = True
            return ""
        try:
            event: object = json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise BackgroundError(_MALFORMED) from error
        return self._read_event(_fields(event))

    def _read_event(self, event: Json) -> str:
        if "error" in event:
            raise BackgroundError("The background model reports an error of its own.")
        choices = event.get("choices", [])
        if not isinstance(choices, list):
            raise BackgroundError(_MALFORMED)
        text = ""
        for choice in cast(list[object], choices)[:1]:
            fields = _fields(choice)
            delta = _fields(fields.get("delta") or {})
            text += _text(delta.get("content"))
            calls = delta.get("tool_calls") or []
            if not isinstance(calls, list):
                raise BackgroundError(_MALFORMED)
            for call in cast(list[object], calls):
                self._read_call(_fields(call))
            self.finish_reason = _text(fields.get("finish_reason")) or self.finish_reason
        return text

    def _read_call(self, call: Json) -> None:
        index = call.get("index", 0)
        if not isinstance(index, int) or not 0 <= index < MAX_TOOL_CALLS:
            raise BackgroundError(_MALFORMED)
        asked = self.tool_calls.setdefault(index, AskedTool())
        function = _fields(call.get("function") or {})
        asked.id = asked.id or _text(call.get("id"))
        asked.name += _text(function.get("name"))
        asked.arguments += _text(function.get("arguments"))
        if len(asked.arguments) > MAX_ARGUMENT_CHARS or len(asked.name) > 256:
            raise BackgroundError(_MALFORMED)


def _fields(value: object) -> Json:
    if not isinstance(value, dict):
        raise BackgroundError(_MALFORMED)
    return cast(Json, value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BackgroundError(_MALFORMED)
    return value
