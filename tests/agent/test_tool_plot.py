"""agent/tool_plot.py and agent/plot_process.py: real pictures by the plotting library, drawn beside the call"""

from __future__ import annotations

import asyncio
import base64
import subprocess
from xml.etree import ElementTree

import pytest

from agent.errors import ToolError
from agent.tool_plot import MODULE, PlotSeries, ShowPlot, draw
from agent.wire_fields import Json
from tests.agent.call_tools import CallTools

pytestmark = pytest.mark.timeout(120)  # a starved machine imports the library slowly
SVG = "{http://www.w3.org/2000/svg}"
ROWS = [{"name": "apples", "values": [3, 5, 8]}, {"name": "pears", "values": [2, 4, 1]}]


def pictured(call: CallTools) -> bytes:
    """The picture that the pages were told to show."""
    kind, _, data = str(call.shown("plot-1")["src"]).partition(";base64,")
    assert kind == "data:image/svg+xml"
    return base64.b64decode(data)


@pytest.mark.parametrize("kind", ["histogram", "box", "scatter", "line", "area", "bar", "stacked", "pie"])
async def test_every_kind_of_plot_is_drawn_with_as_many_marks_as_its_numbers_ask(kind: str) -> None:
    call = CallTools()
    rows = ROWS[:1] if kind == "pie" else ROWS
    outcome = await call.call("show_plot", type=kind, series=rows, title="Fruit", x_label="day", y_label="kilos")
    assert "from 3 to 8" in outcome.text and outcome.words == "Here is the plot."
    assert "mean 5.33333" in str(call.shown("plot-1")["alt"])
    tree = ElementTree.fromstring(pictured(call))
    assert tree.tag == f"{SVG}svg" and len(list(tree.iter(f"{SVG}path"))) > 10
    assert not list(tree.iter(f"{SVG}script"))


async def test_a_series_is_where_its_numbers_say() -> None:
    plot = ShowPlot("bar", (PlotSeries((1.0, 2.0)),))
    heights = [height(path) for path in bars(await draw(plot))]
    assert len(heights) == 2 and heights[1] == pytest.approx(2 * heights[0], rel=0.01)


def bars(picture: bytes) -> list[str]:
    """The outlines of a bar plot's bars."""
    groups = ElementTree.fromstring(picture).iter(f"{SVG}g")
    found = [group.find(f"{SVG}path") for group in groups if group.get("id", "").startswith("patch_")]
    filled = [path for path in found if path is not None and "#1f77b4" in path.get("style", "")]
    return [path.get("d", "") for path in filled]


def height(outline: str) -> float:
    ys = [float(number) for number in outline.replace("M", " ").replace("L", " ").replace("z", " ").split()[1::2]]
    return max(ys) - min(ys)


async def test_words_are_never_markup_nor_formulas() -> None:
    hostile = "</text><script>alert(1)</script> $\\frac{1}{$ <image href='http://a.b/c'/>"
    picture = await draw(ShowPlot("line", (PlotSeries((1.0, 2.0), name=hostile),), ("<b>", "&"), hostile, hostile))
    tree = ElementTree.fromstring(picture)
    assert not list(tree.iter(f"{SVG}script")) and not list(tree.iter(f"{SVG}image"))
    assert not [value for each in tree.iter() for value in each.attrib.values() if "a.b" in value]


async def test_a_plot_that_is_too_much_as_a_drawing_becomes_a_picture() -> None:
    rows = tuple(PlotSeries(tuple(float(n * n % 97) for n in range(200))) for _ in range(8))
    picture = await draw(ShowPlot("scatter", rows, title="many words " * 200))
    assert picture.startswith((b"\x89PNG", b"<?xml")) and len(picture) <= 190_000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"type": "bar", "series": []}, "series"),
        ({"type": "bar", "series": [{"values": []}]}, "values"),
        ({"type": "line", "series": [{"values": [1, 2], "x": [1]}]}, "places"),
        ({"type": "line", "series": [{"values": [1, 2]}], "labels": ["a"]}, "labels"),
        ({"type": "pie", "series": [{"values": [1, -2]}]}, "pie"),
        ({"type": "pie", "series": [{"values": [0, 0]}]}, "pie"),
        ({"type": "stacked", "series": [{"values": [1]}, {"values": [1, 2]}]}, "one length"),
        ({"type": "bar", "series": [{"values": [1e300]}]}, "beyond"),
        ({"type": "histogram", "series": [{"values": [1]}], "bins": 10**6}, "bins"),
        ({"type": "cake", "series": [{"values": [1]}]}, "type"),
    ],
)
async def test_what_cannot_be_plotted_is_refused_in_words(arguments: Json, words: str) -> None:
    with pytest.raises(ToolError, match=words):
        await CallTools().call("show_plot", **arguments)


async def test_a_cancelled_plot_leaves_no_process_behind() -> None:
    async with asyncio.TaskGroup() as tasks:
        drawing = tasks.create_task(draw(ShowPlot("line", (PlotSeries((1.0, 2.0)),))), name="draw")
        await asyncio.sleep(0.2)
        drawing.cancel()
    found = await asyncio.to_thread(subprocess.run, ["pgrep", "-f", MODULE], capture_output=True, text=True)
    assert found.stdout == ""
