"""Reading single fields of a data-channel message at the door. Knows no kinds of messages."""

from __future__ import annotations

import json
import math
import re
from typing import Any, cast

from agent.errors import MessageError

MAX_JSON_CHARS = 32_768
MAX_JSON_DEPTH = 16

Json = dict[str, Any]  # decoded JSON: its values are checked one by one below


def string(message: Json, key: str, max_chars: int, min_chars: int = 1) -> str:
    """A text within its bounds. Raises MessageError."""
    value = message.get(key)
    if not isinstance(value, str) or not min_chars <= len(value) <= max_chars:
        raise MessageError("bad-message", f"{key}: expected {min_chars} to {max_chars} characters of text")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise MessageError("bad-message", f"{key}: half of a surrogate pair is no text")
    return value


def name(message: Json, key: str) -> str:
    """An id or name of 1 to 64 characters. Raises MessageError."""
    return string(message, key, 64)


def one_of(message: Json, key: str, choices: tuple[str, ...]) -> str:
    """A text that is one of `choices`. Raises MessageError."""
    value = message.get(key)
    if not isinstance(value, str) or value not in choices:
        raise MessageError("bad-message", f"{key}: expected one of {', '.join(choices)}")
    return value


def matching(message: Json, key: str, pattern: re.Pattern[str]) -> str:
    """A text that a pattern matches whole. Raises MessageError."""
    value = message.get(key)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise MessageError("bad-message", f"{key}: expected text like {pattern.pattern}")
    return value


def flag(message: Json, key: str) -> bool:
    """True or false. Raises MessageError."""
    value = message.get(key)
    if not isinstance(value, bool):
        raise MessageError("bad-message", f"{key}: expected true or false")
    return value


def integer(message: Json, key: str) -> int:
    """A whole number. Raises MessageError."""
    value = message.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise MessageError("bad-message", f"{key}: expected a whole number")
    return value


def scalar(message: Json, key: str) -> str | float | bool:
    """A text of at most 1024 characters, a finite number or a flag. Raises MessageError."""
    value = message.get(key)
    if isinstance(value, bool) or (isinstance(value, int | float) and math.isfinite(value)):
        return value
    return string(message, key, 1024, 0)


def fields(message: Json, key: str) -> Json:
    """A JSON object within the bounds of `value`. Raises MessageError."""
    found = value(message, key)
    if not isinstance(found, dict):
        raise MessageError("bad-message", f"{key}: expected a JSON object")
    return cast(Json, found)


def value(message: Json, key: str) -> object:
    """Any JSON, bounded in size and depth. Raises MessageError."""
    if key not in message:
        raise MessageError("bad-message", f"{key}: expected a JSON value")
    found: object = message[key]
    if depth(found) > MAX_JSON_DEPTH:
        raise MessageError("bad-message", f"{key}: expected JSON at most {MAX_JSON_DEPTH} deep")
    try:
        size = len(json.dumps(found, ensure_ascii=False, allow_nan=False))
    except ValueError as error:
        raise MessageError("bad-message", f"{key}: expected finite numbers") from error
    if size > MAX_JSON_CHARS:
        raise MessageError("bad-message", f"{key}: expected JSON of at most {MAX_JSON_CHARS} characters, not {size}")
    return found


def depth(found: object) -> int:
    """How deeply lists and objects are nested; a plain value has none. Stops counting past MAX_JSON_DEPTH."""
    level, inside = 0, [found]
    while level <= MAX_JSON_DEPTH:
        inner: list[object] = []
        for each in inside:
            if isinstance(each, dict):
                inner.extend(cast(Json, each).values())
            elif isinstance(each, list):
                inner.extend(cast(list[object], each))
        if not inner and not any(isinstance(each, dict | list) for each in inside):
            return level
        level, inside = level + 1, inner
    return level
