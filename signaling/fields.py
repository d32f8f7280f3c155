"""Typed reading of JSON from outside. Knows no message; names the field in every complaint."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn, TypeVar, cast

from signaling.errors import MessageError

Choice = TypeVar("Choice", bound=str)


def read_object(text: str, max_bytes: int) -> Fields:
    """Parse one JSON object of at most `max_bytes` UTF-8 bytes; raises MessageError and nothing else."""
    size_bytes = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size_bytes > max_bytes:
        raise MessageError("message-too-large", f"message has {size_bytes} bytes, at most {max_bytes} allowed")
    try:
        value: object = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MessageError("bad-message", f"message is not JSON: {error}") from None
    return Fields(value, "message")


class Fields:
    """One JSON object; every getter raises MessageError when the field is not what was asked for.

    Fields nobody asks for are ignored, so that a later version may add some.
    """

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise MessageError("bad-message", f"{where}: expected an object, got {_kind(value)}")
        self._values = cast("dict[str, object]", value)
        self._where = where

    def has(self, key: str) -> bool:
        """Whether `key` is there and not null."""
        return self._values.get(key) is not None

    def text(self, key: str, max_chars: int, pattern: re.Pattern[str] | None = None) -> str:
        value = self._values.get(key)
        if not isinstance(value, str):
            self._complain(key, f"expected text, got {_kind(value)}")
        if len(value) > max_chars:
            self._complain(key, f"has {len(value)} characters, at most {max_chars} allowed")
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            self._complain(key, "holds half a surrogate pair, which is no text")
        if pattern is not None and not pattern.fullmatch(value):
            self._complain(key, f"must match {pattern.pattern}")
        return value

    def optional_text(self, key: str, max_chars: int, pattern: re.Pattern[str] | None = None) -> str | None:
        return self.text(key, max_chars, pattern) if self.has(key) else None

    def integer(self, key: str, low: int, high: int) -> int:
        value = self._values.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            self._complain(key, f"expected a whole number, got {_kind(value)}")
        if not low <= value <= high:
            self._complain(key, f"must lie between {low} and {high}")
        return value

    def number(self, key: str, low: float, high: float) -> float:
        value = self._values.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            self._complain(key, f"expected a number, got {_kind(value)}")
        if not low <= value <= high:  # also refuses what 1e999 becomes
            self._complain(key, f"must lie between {low} and {high}")
        return float(value)

    def flag(self, key: str) -> bool:
        value = self._values.get(key)
        if not isinstance(value, bool):
            self._complain(key, f"expected true or false, got {_kind(value)}")
        return value

    def choice(self, key: str, choices: tuple[Choice, ...]) -> Choice:
        value = self._values.get(key)
        for choice in choices:
            if value == choice:
                return choice
        self._complain(key, f"expected one of {', '.join(choices)}")

    def object(self, key: str) -> Fields:
        return Fields(self._values.get(key), f"{self._where}.{key}")

    def objects(self, key: str, max_items: int) -> tuple[Fields, ...]:
        where = f"{self._where}.{key}"
        return tuple(Fields(item, f"{where}[{index}]") for index, item in enumerate(self._items(key, max_items)))

    def texts(self, key: str, max_items: int, max_chars: int) -> tuple[str, ...]:
        items = self._items(key, max_items)
        entries = Fields(
            {f"{key}[{index}]": item for index, item in enumerate(items)},
            self._where,
        )
        return tuple(entries.text(f"{key}[{index}]", max_chars) for index in range(len(items)))

    def _items(self, key: str, max_items: int) -> list[Any]:  # Any: members of JSON from outside
        value = self._values.get(key)
        if not isinstance(value, list):
            self._complain(key, f"expected a list, got {_kind(value)}")
        items = cast("list[Any]", value)
        if len(items) > max_items:
            self._complain(key, f"has {len(items)} members, at most {max_items} allowed")
        return items

    def _complain(self, key: str, what: str) -> NoReturn:
        raise MessageError("bad-message", f"{self._where}.{key}: {what}")


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    names = {"dict": "an object", "list": "a list", "str": "text", "bool": "a flag"}
    return names.get(type(value).__name__, "a number")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
