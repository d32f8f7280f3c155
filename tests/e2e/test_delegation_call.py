"""A spoken request leads to interface with the right data and to a spoken word about it, with the default engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.browser import person
from tests.e2e.test_question_call import ARTIFACTS, final_caption, microphone_file, product, recognise, synthesised

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]


async def test_a_spoken_request_for_a_chart_is_shown_and_spoken_about(tmp_path: Path) -> None:
    microphone = microphone_file(tmp_path / "mic.wav", synthesised(tmp_path, "Make a chart of three, five and eight."))
    async with product() as running, person(f"{running.origin}/?room=chart", microphone) as ada:
        await ada.join()
        await ada.start_recording()
        assert "chart" in await final_caption(ada, "participant")
        chart = ada.page.get_by_role("img", name="Bar chart")
        await chart.wait_for(timeout=40_000)
        words = str(await chart.get_attribute("aria-label"))
        assert all(f" {value}" in words for value in (3, 5, 8)), words
        await ada.page.locator('.job[data-state="done"]').wait_for()
        assert "here is the chart" in await final_caption(ada, "agent", 1)  # the first one is the greeting
        heard = await recognise(await ada.stop_recording())
        ARTIFACTS.mkdir(exist_ok=True)
        await ada.page.screenshot(path=ARTIFACTS / "spoken-chart.png")
        assert await ada.violations() == [] and ada.problems == []
    assert "chart" in heard
