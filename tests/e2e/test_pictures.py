"""A camera and a shared screen in Chromium reach the engine as pictures."""

from __future__ import annotations

import numpy as np
import pytest

from agent.video_in import MODEL_HEIGHT, MODEL_WIDTH
from model.types import MicroTurnIn, MicroTurnOut, VideoFrame
from tests.doubles import ScriptedEngine
from tests.e2e.browser import person
from tests.office import office


def quiet(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
    return MicroTurnOut(heard[-1].index)


def frames_of(heard: list[MicroTurnIn], kind: str) -> list[VideoFrame]:
    return [frame for turn in heard for frame in turn.frames if frame.source.endswith(kind)]


@pytest.mark.timeout(120)
async def test_the_engine_sees_the_camera_then_the_shared_screen_then_the_camera_again() -> None:
    engine = ScriptedEngine(quiet)
    async with office(engine=engine) as here, person(f"{here.origin}/?room=look") as ada:
        await ada.join()
        await ada.page.get_by_role("button", name="Camera").click()
        await engine.heard_until(lambda heard: len(frames_of(heard, ":camera")) >= 20)
        camera = frames_of(engine.heard, ":camera")
        assert all(frame.rgb.shape == (MODEL_HEIGHT, MODEL_WIDTH, 3) for frame in camera)
        assert np.std(camera[-1].rgb) > 5, "a picture, not one colour"
        assert any(not np.array_equal(camera[0].rgb, frame.rgb) for frame in camera), "it moves"
        ticks = [frame.tick for frame in camera[-10:]]
        assert np.median(np.diff(ticks)) <= 10, "about a pair in each micro-turn"
        await ada.page.get_by_role("button", name="Share screen").click()
        await engine.heard_until(lambda heard: len(frames_of(heard, ":screen")) >= 5)
        num_turns = len(engine.heard)
        await ada.page.get_by_role("button", name="Stop sharing").click()
        await engine.heard_until(lambda heard: len(frames_of(heard[num_turns:], ":camera")) >= 3)
        assert await ada.page.locator(".tile.agent .looking").is_visible(), "a sign says that the agent looks"
        assert await ada.violations() == [] and ada.problems == []
