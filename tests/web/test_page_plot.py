"""A plot of the plotting library is shown in the page: as a picture in a frame of its own."""

from __future__ import annotations

import pytest

from agent.tool_plot import PlotSeries, ShowPlot, draw
from tests.web.board_page import LayBoard
from tests.web.showcase import address

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]


async def test_a_plot_is_seen_and_its_numbers_are_told_to_who_cannot_see_it(board: LayBoard) -> None:
    page = await board()
    plot = ShowPlot("histogram", (PlotSeries((3.0, 5.0, 5.0, 8.0), name="kilos"),), title="Fruit")
    source = address("svg+xml", await draw(plot))
    await page.show("plot-1", {"component": "Image", "src": source, "alt": plot.in_words()})
    frame = page.page.locator('iframe[title*="kilos: 4, from 3 to 8, mean 5.25, median 5"]')
    picture = frame.content_frame.frame_locator("iframe").locator("img")
    await picture.wait_for()
    shown = await picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }")
    assert shown > 400
    assert await frame.get_attribute("sandbox") == "allow-scripts"
    assert page.problems == [] and await page.broken() == []
