"""The tool that plots data with a plotting library, where the catalogue's own chart is not enough.

The picture is drawn in a process of its own (plot_process.py) and shown as a picture; its numbers are told in words.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import sys
from dataclasses import asdict, dataclass
from statistics import fmean, median
from typing import Literal

from agent.errors import ToolError
from agent.surfaces import ROOT, Surfaces
from agent.tool import BuiltIn, Tool, ToolOutcome, ToolUse
from agent.tool_schema import describe
from agent.wire_fields import Json

logger = logging.getLogger(__name__)

MAX_SERIES = 8
MAX_POINTS = 200
MAX_BINS = 100
MAX_VALUE = 1e15
DRAW_TIMEOUT_S = 45.0  # the first plot on a machine also looks for its fonts
MODULE = "agent.plot_process"
PNG_SIGN = b"\x89PNG"


@dataclass(frozen=True, slots=True)
class PlotSeries:
    """One row of numbers of a plot."""

    values: tuple[float, ...] = describe("the numbers")
    x: tuple[float, ...] = describe("where each number stands on the x axis; empty counts from 1", default=())
    name: str = describe("what they are", default="")

    def __post_init__(self) -> None:
        if not 1 <= len(self.values) <= MAX_POINTS:
            raise ValueError(f"values: {len(self.values)} numbers, expected 1 to {MAX_POINTS}")
        if self.x and len(self.x) != len(self.values):
            raise ValueError(f"x: {len(self.x)} places for {len(self.values)} numbers")
        if any(abs(value) > MAX_VALUE for value in (*self.values, *self.x)):
            raise ValueError(f"values: a number is beyond {MAX_VALUE:g}")


@dataclass(frozen=True, slots=True)
class ShowPlot:
    """Arguments of `show_plot`."""

    type: Literal["histogram", "box", "scatter", "line", "area", "bar", "stacked", "pie"] = describe("how it is drawn")
    series: tuple[PlotSeries, ...] = describe("one or more rows of numbers")
    labels: tuple[str, ...] = describe("names along the x axis, or of the slices", default=())
    title: str = describe("over it", default="")
    x_label: str = describe("under the x axis", default="")
    y_label: str = describe("beside the y axis", default="")
    bins: int = describe("of a histogram; 0 chooses", default=0)

    def __post_init__(self) -> None:
        if not 1 <= len(self.series) <= MAX_SERIES:
            raise ValueError(f"series: {len(self.series)}, expected 1 to {MAX_SERIES}")
        if not 0 <= self.bins <= MAX_BINS:
            raise ValueError(f"bins: {self.bins}, expected 0 to {MAX_BINS}")
        lengths = {len(each.values) for each in self.series}
        if self.type == "stacked" and len(lengths) > 1:
            raise ValueError("series: a stacked plot needs rows of one length")
        if self.labels and {len(self.labels)} != lengths:
            raise ValueError(f"labels: {len(self.labels)}, but rows of {sorted(lengths)} numbers")
        if self.type == "pie" and (len(self.series) > 1 or min(self.values) < 0 or not any(self.values)):
            raise ValueError("series: a pie has one row, no number below 0 and one above")

    @property
    def values(self) -> tuple[float, ...]:
        """All numbers."""
        return tuple(value for each in self.series for value in each.values)

    def in_words(self) -> str:
        """What somebody who cannot see it needs to know of it."""
        rows = [
            f"{each.name or 'numbers'}: {len(each.values)}, from {min(each.values):g} to {max(each.values):g}, "
            f"mean {fmean(each.values):g}, median {median(each.values):g}"
            for each in self.series
        ]
        return f"{self.type} plot{f' {self.title}' if self.title else ''} ({'; '.join(rows)})"


async def draw(plot: ShowPlot) -> bytes:
    """The picture, SVG or PNG. Raises ToolError; cancelled, its process ends."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", MODULE, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.PIPE
    )
    try:
        picture, words = await process.communicate(json.dumps(asdict(plot)).encode())
    except BaseException:
        if process.returncode is None:
            process.kill()
            await process.wait()
        raise
    if process.returncode or not picture:
        logger.error("a plot could not be drawn: %s", words.decode(errors="replace").strip()[-500:])
        raise ToolError("show_plot: it could not be drawn; the agent's log says why")
    return picture


def plot_tools(surfaces: Surfaces) -> list[Tool]:
    """The tool that plots."""

    async def show(asked: ShowPlot, use: ToolUse) -> ToolOutcome:
        use.report(None, "draws")
        picture = await draw(asked)
        id = surfaces.new_id("plot")
        kind = "png" if picture.startswith(PNG_SIGN) else "svg+xml"
        source = f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"
        component: Json = {"id": ROOT, "component": "Image", "src": source, "alt": asked.in_words()}
        surfaces.show(id, asked.title or "Plot", [component])
        return ToolOutcome(f"{id} shows a {asked.in_words()}", "Here is the plot.")

    words = "Plot data: histogram, box, scatter, line, area, grouped or stacked bars, pie, with axes that have names."
    return [BuiltIn("show_plot", words, ShowPlot, show, DRAW_TIMEOUT_S)]
