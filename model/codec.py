"""Frozen records to JSON and raw arrays and back, led by their type hints. Knows no message by name."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Literal, TypeGuard, cast

import numpy as np
from numpy.typing import NDArray

from model.types import MAX_EVENT_TEXT_CHARS, Event, InputError, Pcm

MAX_TEXT_CHARS = 1 << 16
MAX_ITEMS = 4096  # of any list or mapping
MAX_SIZE = 1 << 23  # of any side of an array
MAX_INT = 1 << 53  # whole numbers every JSON reader keeps
_DTYPES = {"f4": np.dtype("<f4"), "u1": np.dtype("u1")}
_EVENTS = frozenset(typing.get_args(Event))


class Payload:
    """The array bytes of a frame, taken from the front."""

    def __init__(self, rest: memoryview) -> None:
        self.rest = rest

    def take(self, num_bytes: int, where: str) -> memoryview:
        if num_bytes > len(self.rest):
            raise InputError(f"{where}: {num_bytes} bytes announced, {len(self.rest)} left in the frame")
        taken, self.rest = self.rest[:num_bytes], self.rest[num_bytes:]
        return taken


def pack(value: object, hint: object, where: str, arrays: list[bytes]) -> object:
    """`value` as JSON; its arrays go to `arrays` in the order of the fields."""
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return _pack_union(value, hint, where, arrays)
    if origin is np.ndarray:
        return _pack_array(value, hint, where, arrays)
    if origin is tuple and isinstance(value, tuple):
        items = cast(tuple[object, ...], value)
        _check_count(len(items), where)
        item_hint = typing.get_args(hint)[0]
        return [pack(item, item_hint, f"{where}[{i}]", arrays) for i, item in enumerate(items)]
    if origin is Mapping and isinstance(value, Mapping):
        texts = cast(Mapping[object, object], value)
        _check_count(len(texts), where)
        return {_text(key, where): _text(text, where) for key, text in texts.items()}
    if _is_record(hint) and type(value) is hint:
        limit = _text_limit(hint)
        return {
            name: pack(_short(getattr(value, name), limit, f"{where}.{name}"), part, f"{where}.{name}", arrays)
            for name, part in _hints(hint).items()
        }
    return _scalar(value, hint, where)


def unpack(node: object, hint: object, where: str, payload: Payload) -> object:
    """The inverse of `pack`; `node` is whatever a stranger's JSON held, perhaps without fields that have a default."""
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return _unpack_union(node, hint, where, payload)
    if origin is np.ndarray:
        return _unpack_array(node, hint, where, payload)
    if origin is tuple and isinstance(node, list):
        items = cast(list[object], node)
        _check_count(len(items), where)
        item_hint = typing.get_args(hint)[0]
        return tuple(unpack(item, item_hint, f"{where}[{i}]", payload) for i, item in enumerate(items))
    if origin is Mapping and isinstance(node, dict):
        texts = cast(dict[object, object], node)
        _check_count(len(texts), where)
        return {_text(key, where): _text(text, where) for key, text in texts.items()}
    if _is_record(hint):
        return _unpack_record(node, hint, where, payload)
    return _scalar(node, hint, where)


def _unpack_record(node: object, record: type, where: str, payload: Payload) -> object:
    hints = _hints(record)
    table = _table(node, where)
    if not _required(record) <= table.keys() <= hints.keys():
        odd = sorted((_required(record) - table.keys()) | (table.keys() - hints.keys()))[:4]
        raise InputError(f"{where}: unknown or missing fields {odd!r:.200}")
    limit = _text_limit(record)
    values = {
        name: unpack(_short(table[name], limit, f"{where}.{name}"), hint, f"{where}.{name}", payload)
        for name, hint in hints.items()
        if name in table
    }
    return record(**values)


def _pack_union(value: object, hint: object, where: str, arrays: list[bytes]) -> object:
    """A union is either `X | None` or one of several records, told apart by its name."""
    choices = typing.get_args(hint)
    if types.NoneType in choices:
        return None if value is None else pack(value, choices[0], where, arrays)
    if type(value) not in choices:
        raise InputError(f"{where}: {type(value).__name__} does not cross the seam here")
    return {"is": type(value).__name__, "with": pack(value, type(value), where, arrays)}


def _unpack_union(node: object, hint: object, where: str, payload: Payload) -> object:
    choices = typing.get_args(hint)
    if types.NoneType in choices:
        return None if node is None else unpack(node, choices[0], where, payload)
    table = _table(node, where)
    for choice in choices:
        if table.get("is") == choice.__name__:
            return unpack(table.get("with"), choice, where, payload)
    raise InputError(f"{where}: unknown kind {table.get('is')!r:.80}")


def _pack_array(value: object, hint: object, where: str, arrays: list[bytes]) -> object:
    code = _array_code(hint)
    if not isinstance(value, np.ndarray):
        raise InputError(f"{where}: expected an array, got {type(value).__name__}")
    array = cast(NDArray[np.generic], value)
    if array.dtype != _DTYPES[code]:
        raise InputError(f"{where}: expected {_DTYPES[code]}, got {array.dtype}")
    _check_finite(array, where)
    arrays.append(np.ascontiguousarray(array, _DTYPES[code]).tobytes())
    return [code, *array.shape]


def _unpack_array(node: object, hint: object, where: str, payload: Payload) -> NDArray[np.generic]:
    code = _array_code(hint)
    described = cast(list[object], node) if isinstance(node, list) else []
    if not 2 <= len(described) <= 4 or described[0] != code:
        raise InputError(f"{where}: expected [{code!r}, up to three sizes], got {node!r:.80}")
    shape = tuple(_whole(size, where) for size in described[1:])
    if not all(0 <= size <= MAX_SIZE for size in shape):
        raise InputError(f"{where}: no array has the sizes {shape}")
    dtype = _DTYPES[code]
    taken = payload.take(math.prod(shape) * dtype.itemsize, where)
    array = np.frombuffer(taken, dtype).reshape(shape).astype(dtype.newbyteorder("="))  # a copy of our own
    _check_finite(array, where)
    return array


def _array_code(hint: object) -> str:
    scalar = typing.get_args(typing.get_args(hint)[1])[0]
    return "f4" if scalar is np.float32 else "u1"


def _check_finite(array: NDArray[np.generic], where: str) -> None:
    if array.dtype.kind == "f" and not np.isfinite(cast(Pcm, array)).all():
        raise InputError(f"{where}: sample {int(np.argmin(np.isfinite(cast(Pcm, array))))} is not finite")


def _scalar(value: object, hint: object, where: str) -> object:
    if hint is str:
        return _text(value, where)
    if hint is bool and isinstance(value, bool):
        return value
    if hint is int:
        return _whole(value, where)
    if isinstance(value, np.floating):
        value = float(value)
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) <= 1e300:  # also false for NaN, and no whole number too long for a float
            return float(value)
    if typing.get_origin(hint) is Literal and isinstance(value, str) and value in typing.get_args(hint):
        return value
    raise InputError(f"{where}: expected {_spell(hint)}, got {_show(value)}")


def _spell(hint: object) -> str:
    return getattr(hint, "__name__", None) or str(hint)


def _show(value: object) -> str:
    return f"{value!r:.40}" if isinstance(value, bool | float | str) else type(value).__name__


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"{where}: expected text, got {type(value).__name__}")
    if len(value) > MAX_TEXT_CHARS:
        raise InputError(f"{where}: {len(value)} characters, at most {MAX_TEXT_CHARS}")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise InputError(f"{where}: half a surrogate pair is no text")
    return value


def _whole(value: object, where: str) -> int:
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or not -MAX_INT <= value <= MAX_INT:
        raise InputError(f"{where}: expected a whole number within 2**53, got {_show(value)}")
    return int(value)


def _short(value: object, limit: int, where: str) -> object:
    if isinstance(value, str) and len(value) > limit:
        raise InputError(f"{where}: {len(value)} characters, at most {limit}")
    return value


def _table(node: object, where: str) -> dict[str, object]:
    if not isinstance(node, dict):
        raise InputError(f"{where}: expected an object, got {_show(node)}")
    return cast(dict[str, object], node)


def _check_count(count: int, where: str) -> None:
    if count > MAX_ITEMS:
        raise InputError(f"{where}: {count} items, at most {MAX_ITEMS}")


def _text_limit(record: type) -> int:
    return MAX_EVENT_TEXT_CHARS if record in _EVENTS else MAX_TEXT_CHARS


def _is_record(hint: object) -> TypeGuard[type]:
    return isinstance(hint, type) and is_dataclass(hint)


@cache
def _hints(record: type) -> dict[str, object]:
    hints = typing.get_type_hints(record)
    return {field.name: hints[field.name] for field in fields(record)}


@cache
def _required(record: type) -> frozenset[str]:
    """Names of what has no default: whoever speaks an older version may not know the rest."""
    return frozenset(
        field.name for field in fields(record) if field.default is MISSING and field.default_factory is MISSING
    )
