"""The tools that show things: charts, checklists, the whiteboard, and any surface of the catalogue."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal, cast

from agent.catalogue import check_components
from agent.errors import ToolError
from agent.surfaces import ROOT, Acted, Surfaces
from agent.tool import BuiltIn, Tool, ToolOutcome, ToolSpec, ToolUse
from agent.tool_schema import describe
from agent.wire_fields import Json
from agent.wire_work import SurfaceAction

MAX_POINTS = 200


@dataclass(frozen=True, slots=True)
class Series:
    """One row of numbers of a chart."""

    values: tuple[float, ...] = describe("the numbers, one for each label")
    name: str = describe("what they are", default="")


@dataclass(frozen=True, slots=True)
class ShowChart:
    """Arguments of `show_chart`."""

    series: tuple[Series, ...] = describe("one or more rows of numbers")
    labels: tuple[str, ...] = describe("what each number is of; empty counts from 1", default=())
    type: Literal["bar", "line", "pie"] = describe("how it is drawn", default="bar")
    title: str = describe("what it shows", default="")
    unit: str = describe("of the numbers", default="")

    def __post_init__(self) -> None:
        lengths = {len(each.values) for each in self.series}
        if len(lengths) != 1 or not 1 <= min(lengths) <= MAX_POINTS:
            raise ValueError(f"series: expected rows of 1 to {MAX_POINTS} numbers, all of one length")
        if self.labels and len(self.labels) not in lengths:
            raise ValueError(f"labels: {len(self.labels)} for {min(lengths)} numbers")
        has_negative = any(value < 0 for each in self.series for value in each.values)
        if self.type == "pie" and (len(self.series) > 1 or has_negative):
            raise ValueError("series: a pie has one row, and no number below 0")


@dataclass(frozen=True, slots=True)
class ShowChecklist:
    """Arguments of `show_checklist`."""

    items: tuple[str, ...] = describe("what is to be done")
    title: str = describe("what for", default="Checklist")


class Checklists:
    """Lists whose items people tick."""

    def __init__(self, surfaces: Surfaces) -> None:
        self._surfaces = surfaces

    def show(self, title: str, items: tuple[str, ...]) -> str:
        """Show a checklist and return its surface's id. Raises ToolError in words."""
        if not 1 <= len(items) <= MAX_POINTS:
            raise ToolError(f"checklist: expected 1 to {MAX_POINTS} items")
        id = self._surfaces.new_id("checklist")
        self._draw(id, title, items, set())
        return id

    def _draw(self, id: str, title: str, items: tuple[str, ...], done: set[int]) -> None:
        def on_action(who: str, action: SurfaceAction) -> Acted | None:
            ticked = cast(Json, action.value) if isinstance(action.value, dict) else {}
            place = str(ticked.get("id", "")).removeprefix("i")
            if action.action != "check" or not place.isdecimal() or int(place) >= len(items):
                return None
            (done.add if ticked.get("isDone") is True else done.discard)(int(place))
            self._draw(id, title, items, done)
            return Acted(f"ticked {items[int(place)]!r}; {len(done)} of {len(items)} are done")

        rows = [{"id": f"i{index}", "text": item, "isDone": index in done} for index, item in enumerate(items)]
        component: Json = {"id": ROOT, "component": "Checklist", "title": title, "items": rows}
        self._surfaces.show(id, title, [component], on_action)


class ShowSurfaceTool:
    """`show`: whatever the catalogue has, as A2UI components."""

    spec = ToolSpec(
        "show",
        "Show interface in the call: A2UI components as a flat list, the tree begins at the id root. Components: "
        "Column{children}, Text{text}, Table{columns, rows}, List{items}, KeyValue{entries:[{key, value}]}, "
        "Code{code, language}, Location{name, address}, Translation{source:{language, text}, target}.",
        {
            "type": "object",
            "properties": {
                "title": {"type": "string"},
                "surface": {"type": "string", "description": "id of a surface to change; empty is a new one"},
                "components": {"type": "array", "items": {"type": "object"}},
            },
            "required": ["title", "components"],
        },
    )

    def __init__(self, surfaces: Surfaces) -> None:
        self._surfaces = surfaces

    async def call(self, arguments: Json, use: ToolUse) -> ToolOutcome:
        """Raises ToolError naming the component that cannot be drawn."""
        given: object = arguments.get("components")
        if not isinstance(given, list):
            raise ToolError("components: expected a list")
        components = check_components(cast(list[object], given))
        title, wanted = str(arguments.get("title", "")), str(arguments.get("surface", ""))
        known = [surface.surface_id for surface in self._surfaces.shown]
        id = wanted if wanted in known else self._surfaces.new_id("surface")

        def on_action(who: str, action: SurfaceAction) -> Acted | None:
            value = "" if action.value is None else f" with {json.dumps(action.value, ensure_ascii=False)[:500]}"
            return Acted(f"did {action.action!r} on {action.component_id!r} of {title!r}{value}")

        self._surfaces.show(id, title, components, on_action)
        return ToolOutcome(f"{id} is shown", "Here it is.")


def show_tools(surfaces: Surfaces) -> list[Tool]:
    """Charts, checklists and the catalogue."""
    checklists = Checklists(surfaces)

    async def chart(asked: ShowChart, use: ToolUse) -> ToolOutcome:
        count = len(asked.series[0].values)
        labels = list(asked.labels) or [str(index + 1) for index in range(count)]
        series = [{"name": each.name, "values": list(each.values)} for each in asked.series]
        id = surfaces.new_id("chart")
        shown: Json = {"id": ROOT, "component": "Chart", "type": asked.type, "title": asked.title}
        surfaces.show(id, asked.title or "Chart", [{**shown, "labels": labels, "series": series, "unit": asked.unit}])
        return ToolOutcome(f"{id} shows a {asked.type} chart of {count} numbers", "Here is the chart.")

    async def checklist(asked: ShowChecklist, use: ToolUse) -> ToolOutcome:
        id = checklists.show(asked.title, asked.items)
        return ToolOutcome(f"{id} is shown with {len(asked.items)} items", "Here is the list.")

    return [
        BuiltIn("show_chart", "Draw numbers as a bar, line or pie chart.", ShowChart, chart),
        BuiltIn("show_checklist", "Show a list of things to do that people tick.", ShowChecklist, checklist),
        ShowSurfaceTool(surfaces),
    ]
