"""A tool's arguments as a dataclass: its JSON Schema out, checked values in. Knows no tool.

Fields may be str, int, float, bool, a Literal of texts, a tuple of those or of dataclasses, a dataclass, or one of them
or None. `describe` puts words for the model, and bounds, on a field.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from agent.errors import ToolError
from agent.wire_fields import Json

Arguments = TypeVar("Arguments")
MAX_ARGUMENT_CHARS = 4_000
MAX_ARGUMENT_ITEMS = 200
_NAMES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def describe(words: str, default: Any = dataclasses.MISSING) -> Any:  # Any: as dataclasses.field itself
    """A field of a tool's arguments with words for the model; optional when it has a default."""
    return dataclasses.field(default=default, metadata={"words": words})


def schema_of(arguments: type) -> Json:
    """The JSON Schema of a dataclass."""
    hints = get_type_hints(arguments)
    properties: Json = {}
    for each in dataclasses.fields(arguments):
        words = each.metadata.get("words")
        properties[each.name] = {**_schema(hints[each.name]), **({"description": words} if words else {})}
    return {"type": "object", "properties": properties, "required": _required(arguments), "additionalProperties": False}


def read_arguments(arguments: type[Arguments], given: Json) -> Arguments:
    """Check decoded JSON against a dataclass and make it. Raises ToolError in words that name the field."""
    value = _read_object(arguments, given, "")
    return cast(Arguments, value)


def _required(arguments: type) -> list[str]:
    missing = dataclasses.MISSING
    fields = dataclasses.fields(arguments)
    return [each.name for each in fields if each.default is missing and each.default_factory is missing]


def _schema(hint: Any) -> Json:  # Any: a type form, which has no type of its own before Python 3.14
    if hint in _NAMES:
        return {"type": _NAMES[hint]}
    if dataclasses.is_dataclass(hint):
        return schema_of(cast(type, hint))
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"type": "string", "enum": list(inner)}
    if origin is tuple:
        return {"type": "array", "items": _schema(inner[0])}
    if origin in (Union, types.UnionType):
        return _schema(_not_none(inner))
    raise AssertionError(f"a tool's arguments cannot hold {hint}")


def _not_none(choices: tuple[Any, ...]) -> Any:
    rest = [each for each in choices if each is not type(None)]
    assert len(rest) == 1, choices
    return rest[0]


def _read_object(arguments: type, given: object, where: str) -> object:
    if not isinstance(given, Mapping):
        raise ToolError(f"{where or 'the arguments'}: expected an object")
    given = cast(Json, given)
    hints, names = get_type_hints(arguments), [each.name for each in dataclasses.fields(arguments)]
    for name in given:
        if name not in names:
            raise ToolError(f"{_inside(where, str(name))}: not known here; there are {', '.join(names)}")
    for name in _required(arguments):
        if name not in given:
            raise ToolError(f"{_inside(where, name)}: missing")
    read = {name: _read(hints[name], value, _inside(where, name)) for name, value in given.items()}
    try:
        return arguments(**read)
    except ValueError as error:
        raise ToolError(str(error)) from error


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _read(hint: Any, value: object, where: str) -> object:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if value is None else _read(_not_none(inner), value, where)
    if origin is Literal:
        if value not in inner:
            raise ToolError(f"{where}: expected one of {', '.join(inner)}")
        return value
    if origin is tuple:
        return _read_items(inner[0], value, where)
    if dataclasses.is_dataclass(hint):
        return _read_object(cast(type, hint), value, where)
    return _read_plain(hint, value, where)


def _read_items(hint: Any, value: object, where: str) -> tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise ToolError(f"{where}: expected a list")
    items = cast(list[object], value)
    if len(items) > MAX_ARGUMENT_ITEMS:
        raise ToolError(f"{where}: {len(items)} items, at most {MAX_ARGUMENT_ITEMS}")
    return tuple(_read(hint, item, f"{where}[{index}]") for index, item in enumerate(items))


def _read_plain(hint: Any, value: object, where: str) -> object:
    if hint is bool:
        if not isinstance(value, bool):
            raise ToolError(f"{where}: expected true or false")
        return value
    if hint is str:
        if not isinstance(value, str) or len(value) > MAX_ARGUMENT_CHARS:
            raise ToolError(f"{where}: expected text of at most {MAX_ARGUMENT_CHARS} characters")
        return value
    number = _number(value)
    if number is None:
        raise ToolError(f"{where}: expected a {'whole ' if hint is int else ''}number")
    if hint is int and number != int(number):
        raise ToolError(f"{where}: expected a whole number, not {number:g}")
    return int(number) if hint is int else float(number)


def _number(value: object) -> float | None:
    """A finite number; small models write numbers as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
