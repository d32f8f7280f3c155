"""Draws one plot with matplotlib and ends: `python -m agent.plot_process` reads a Plot as JSON and writes an SVG.

A process of its own, at low priority: drawing takes a processor for a second, and the call's may not wait for it.
"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

NICE = 5  # under the call, over the background model: somebody waits for the picture
MAX_SVG_BYTES = 180_000  # in base64 it still fits into a surface
WIDTH_IN, HEIGHT_IN = 7.2, 4.2
DOTS_PER_INCH = 100
POINT_OPACITY, AREA_OPACITY = 0.8, 0.5
NAMED_TICKS = 12  # more labels than this stand upright

Json = dict[str, Any]  # a Plot as tool_plot.py checked it


def main() -> int:
    """Read, draw, write; returns the exit status."""
    os.nice(NICE)
    plot = cast(Json, json.load(sys.stdin))
    sys.stdout.buffer.write(drawn(plot))
    return 0


def drawn(plot: Json) -> bytes:
    """A plot as SVG, or as PNG when that would be too much for a page."""
    mpl.rcParams["text.parse_math"] = False  # a dollar sign is a dollar sign
    mpl.rcParams["svg.hashsalt"] = "plot"  # the same plot is the same bytes
    mpl.rcParams["font.size"] = 11
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DOTS_PER_INCH, layout="constrained")
    axes = figure.subplots()
    _DRAW[plot["type"]](axes, plot)
    if plot["type"] != "pie":
        axes.grid(visible=True, alpha=0.25)
        axes.set_axisbelow(True)
        axes.set_xlabel(plot["x_label"])
        axes.set_ylabel(plot["y_label"])
        if any(series["name"] for series in plot["series"]) and plot["type"] != "box":
            axes.legend()
    axes.set_title(plot["title"])
    picture = _saved(figure, "svg")
    return picture if len(picture) <= MAX_SVG_BYTES else _saved(figure, "png")


def _saved(figure: Figure, kind: str) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format=kind, metadata={"Date": None, "Creator": None} if kind == "svg" else None)
    return file.getvalue()


def _histogram(axes: Axes, plot: Json) -> None:
    axes.hist(
        [series["values"] for series in plot["series"]],
        bins=plot["bins"] or "auto",
        label=[series["name"] for series in plot["series"]],
    )


def _box(axes: Axes, plot: Json) -> None:
    names = [series["name"] or str(index + 1) for index, series in enumerate(plot["series"])]
    axes.boxplot([series["values"] for series in plot["series"]], tick_labels=names)


def _scatter(axes: Axes, plot: Json) -> None:
    for series in plot["series"]:
        axes.scatter(_places(series), series["values"], label=series["name"], alpha=POINT_OPACITY)


def _line(axes: Axes, plot: Json) -> None:
    for series in plot["series"]:
        axes.plot(_places(series), series["values"], label=series["name"], marker="o", markersize=4)
    _name_ticks(axes, plot)


def _area(axes: Axes, plot: Json) -> None:
    for series in plot["series"]:
        axes.fill_between(_places(series), series["values"], label=series["name"], alpha=AREA_OPACITY)
    _name_ticks(axes, plot)


def _bar(axes: Axes, plot: Json) -> None:
    width = 0.8 / len(plot["series"])
    for index, series in enumerate(plot["series"]):
        offset = (index - (len(plot["series"]) - 1) / 2) * width
        axes.bar([place + offset for place in _places(series)], series["values"], width, label=series["name"])
    _name_ticks(axes, plot)


def _stacked(axes: Axes, plot: Json) -> None:
    bottom = [0.0] * len(plot["series"][0]["values"])
    for series in plot["series"]:
        axes.bar(_places(series), series["values"], bottom=bottom, label=series["name"])
        bottom = [low + value for low, value in zip(bottom, series["values"], strict=True)]
    _name_ticks(axes, plot)


def _pie(axes: Axes, plot: Json) -> None:
    values = plot["series"][0]["values"]
    axes.pie(values, labels=plot["labels"] or [str(index + 1) for index in range(len(values))], autopct="%.0f%%")


def _places(series: Json) -> list[float]:
    return series["x"] or [float(index + 1) for index in range(len(series["values"]))]


def _name_ticks(axes: Axes, plot: Json) -> None:
    if labels := plot["labels"]:
        turned = 60 if len(labels) > NAMED_TICKS else 0
        axes.set_xticks(range(1, len(labels) + 1), labels, rotation=turned, ha="right" if turned else "center")


_DRAW = {
    "histogram": _histogram,
    "box": _box,
    "scatter": _scatter,
    "line": _line,
    "area": _area,
    "bar": _bar,
    "stacked": _stacked,
    "pie": _pie,
}

if __name__ == "__main__":
    raise SystemExit(main())
