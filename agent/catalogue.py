"""The components that generated interface may be made of, and what each must hold. Knows no page.

A checker takes a component's fields and names the first one that cannot be drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from agent.errors import ToolError
from agent.surfaces import ROOT
from agent.wire_fields import Json
from agent.wire_work import MAX_COMPONENTS

MAX_TEXT_CHARS = 20_000
MAX_ITEMS = 500
Check = Callable[[object], str]  # empty when the value is good, else what was expected


def _text(value: object) -> str:
    good = isinstance(value, str) and len(value) <= MAX_TEXT_CHARS
    return "" if good else f"text of at most {MAX_TEXT_CHARS} characters"


def _flag(value: object) -> str:
    return "" if isinstance(value, bool) else "true or false"


def _number(value: object) -> str:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return "" if good else "a number"


def _cell(value: object) -> str:
    return "text or a number" if _text(value) and _number(value) else ""


def _number_or_none(value: object) -> str:
    return "" if value is None else _number(value) and "a number or null"


def _one_of(*choices: str) -> Check:
    return lambda value: "" if value in choices else f"one of {', '.join(choices)}"


def _list_of(check: Check) -> Check:
    def run(value: object) -> str:
        if not isinstance(value, list) or len(cast(list[object], value)) > MAX_ITEMS:
            return f"a list of at most {MAX_ITEMS}"
        wrong = next((wrong for item in cast(list[object], value) if (wrong := check(item))), "")
        return f"a list of {wrong}" if wrong else ""

    return run


def _object(needed: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    def run(value: object) -> str:
        if not isinstance(value, dict):
            return "an object"
        return _first_wrong(cast(Json, value), needed, optional or {})

    return run


_CHILDREN = {"children": _list_of(_text)}
_ITEM = {"id": _text, "text": _text}
_LABELLED = {"language": _text, "text": _text}
_FIELD = _object(
    {"name": _text, "label": _text, "type": _one_of("text", "number", "choice", "choices", "checkbox", "date")},
    {"required": _flag, "options": _list_of(_text)},
)
# Component: what it must hold, and what it may hold.
CATALOGUE: dict[str, tuple[dict[str, Check], dict[str, Check]]] = {
    "Column": (_CHILDREN, {}),
    "Row": (_CHILDREN, {}),
    "Text": ({"text": _text}, {"variant": _one_of("h1", "h2", "body", "caption")}),
    "Table": ({"columns": _list_of(_text), "rows": _list_of(_list_of(_cell))}, {"caption": _text}),
    "List": ({"items": _list_of(_text)}, {"ordered": _flag}),
    "KeyValue": ({"entries": _list_of(_object({"key": _text, "value": _cell}))}, {}),
    "Chart": (
        {
            "type": _one_of("bar", "line", "pie"),
            "title": _text,
            "labels": _list_of(_text),
            "series": _list_of(_object({"name": _text, "values": _list_of(_number_or_none)})),
        },
        {"unit": _text},
    ),
    "Form": ({"fields": _list_of(_FIELD)}, {"title": _text, "submitLabel": _text, "isDone": _flag}),
    "Progress": ({"label": _text, "value": _number_or_none}, {}),
    "Checklist": ({"items": _list_of(_object({**_ITEM, "isDone": _flag}))}, {"title": _text}),
    "Location": (
        {"name": _text},
        {"address": _text, "latitude": _number, "longitude": _number, "note": _text},
    ),
    "Code": ({"code": _text}, {"language": _text}),
    "Translation": ({"source": _object(_LABELLED), "target": _object(_LABELLED)}, {}),
    "Notes": ({"title": _text, "items": _list_of(_object(_ITEM, {"who": _text}))}, {}),
    "Button": ({"label": _text, "action": _text}, {}),
}


def check_components(given: Sequence[object]) -> list[Json]:
    """A surface's components, each as the catalogue has it. Raises ToolError naming the first that is not."""
    if not 1 <= len(given) <= MAX_COMPONENTS:
        raise ToolError(f"components: {len(given)}, expected 1 to {MAX_COMPONENTS}")
    components = [_checked(each, index) for index, each in enumerate(given)]
    ids = [component["id"] for component in components]
    if len(set(ids)) < len(ids):
        raise ToolError("components: every id must be there once")
    if ROOT not in ids:
        raise ToolError(f"components: one must have the id {ROOT!r}")
    for component in components:
        for child in component.get("children", []):
            if child not in ids:
                raise ToolError(f"components: {component['id']!r} has a child {child!r} that is not there")
    return components


def _checked(given: object, index: int) -> Json:
    if not isinstance(given, dict):
        raise ToolError(f"components[{index}]: expected an object")
    component = cast(Json, given)
    name, id = component.get("component"), component.get("id")
    if not isinstance(id, str) or not 1 <= len(id) <= 64:
        raise ToolError(f"components[{index}].id: expected 1 to 64 characters")
    if not isinstance(name, str) or name not in CATALOGUE:
        raise ToolError(f"components[{index}].component: {name!r} is none of {', '.join(CATALOGUE)}")
    needed, optional = CATALOGUE[name]
    if wrong := _first_wrong(component, needed, optional):
        raise ToolError(f"components[{index}] ({name}): {wrong}")
    kept = ("id", "component", *needed, *optional)
    return {key: value for key, value in component.items() if key in kept}


def _first_wrong(fields: Json, needed: Mapping[str, Check], optional: Mapping[str, Check]) -> str:
    for name, check in {**needed, **optional}.items():
        if name not in fields:
            if name in needed:
                return f"{name}: missing"
        elif wrong := check(fields[name]):
            return f"{name}: expected {wrong}"
    return ""
