"""agent/video_in.py: pure choice, and pictures through a real peer"""

from __future__ import annotations

import asyncio
import time
from fractions import Fraction

import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import VideoFrame as AvVideoFrame

from agent.video_in import MODEL_HEIGHT, MODEL_WIDTH, VideoSources, choose_source
from agent.wire import Source

CAMERA_A, CAMERA_B, SCREEN_A = ("p1", "1"), ("p2", "1"), ("p1", "2")


class Pictures(MediaStreamTrack):
    """Pictures of one colour whose brightness is their number, as fast as they are read."""

    kind = "video"

    def __init__(self, count: int, size: tuple[int, int] = (640, 480)) -> None:
        super().__init__()
        self._left = count
        self._size = size
        self.read = asyncio.Event()

    async def recv(self) -> AvVideoFrame:
        if not self._left:
            self.read.set()
            await asyncio.Event().wait()
        self._left -= 1
        width, height = self._size
        frame = AvVideoFrame.from_ndarray(np.full((height, width, 3), 10 + self._left, dtype=np.uint8), format="rgb24")
        frame.pts, frame.time_base = int(time.monotonic() * 90_000), Fraction(1, 90_000)
        return frame


class Door:
    """A gate that remembers whether it is open."""

    def __init__(self) -> None:
        self.is_open = False

    def open(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False


@pytest.mark.parametrize(
    ("screens", "cameras", "loudest", "chosen"),
    [
        ([], [], None, None),
        ([], [CAMERA_A, CAMERA_B], None, CAMERA_A),
        ([], [CAMERA_A, CAMERA_B], "p2", CAMERA_B),
        ([], [CAMERA_A], "p2", CAMERA_A),
        ([SCREEN_A], [CAMERA_A, CAMERA_B], "p2", SCREEN_A),
    ],
)
def test_one_source_is_looked_at(
    screens: list[tuple[str, str]], cameras: list[tuple[str, str]], loudest: str | None, chosen: tuple[str, str] | None
) -> None:
    assert choose_source(screens, cameras, loudest) == chosen


async def draining(
    sources: VideoSources, pictures: Pictures, person: str, mid: str, door: Door | None = None
) -> asyncio.Task[None]:
    task = asyncio.create_task(sources.drain(person, mid, pictures, door or Door()), name="drain")
    await pictures.read.wait()
    return task


async def test_a_track_nobody_told_about_is_drained_and_not_looked_at() -> None:
    sources, pictures = VideoSources(), Pictures(200)
    task = await draining(sources, pictures, "p1", "1")
    assert sources.choose(None) is None
    assert sources.take(5) is None
    task.cancel()


async def test_the_newest_picture_is_taken_once_at_the_models_size() -> None:
    sources, pictures = VideoSources(), Pictures(20)
    task = await draining(sources, pictures, "p1", "1")
    sources.set_source("p1", Source(None, "1"))
    sources.choose(None)
    frame = sources.take(15)
    assert frame is not None and frame.rgb.shape == (MODEL_HEIGHT, MODEL_WIDTH, 3)
    assert (frame.tick, frame.source) == (15, "p1:camera")
    assert abs(int(frame.rgb.mean()) - 10) <= 2, "the last of twenty"
    assert sources.take(20) is None
    task.cancel()


async def test_a_question_waits_for_the_first_picture_of_who_is_looked_at() -> None:
    sources, pictures = VideoSources(), Pictures(0)
    await asyncio.wait_for(sources.first_picture(), 0.5)  # nobody shows anything: nothing to wait for
    task = await draining(sources, pictures, "p1", "1")
    sources.set_source("p1", Source(None, "1"))
    sources.choose(None)
    waiting = asyncio.create_task(sources.first_picture(), name="waiting")
    await asyncio.sleep(0.1)
    assert not waiting.done() and sources.jpeg() is None
    task.cancel()
    later = await draining(sources, Pictures(1), "p1", "1")
    await asyncio.wait_for(waiting, 0.5)
    assert sources.jpeg() is not None
    later.cancel()


async def test_another_source_begins_without_what_the_last_one_showed() -> None:
    sources = VideoSources()
    first = await draining(sources, Pictures(1), "p1", "1")
    sources.set_source("p1", Source(None, "1"))
    sources.choose(None)
    sources.take(0)
    assert sources.jpeg() is not None
    second = await draining(sources, Pictures(0), "p2", "1")
    sources.set_source("p2", Source(None, "1"))
    sources.choose("p2")
    assert sources.jpeg() is None
    first.cancel()
    second.cancel()


@pytest.mark.parametrize("size", [(1280, 720), (240, 600), (2, 2), (1920, 1080)])
async def test_any_shape_fits_with_its_aspect_kept(size: tuple[int, int]) -> None:
    sources, pictures = VideoSources(), Pictures(1, size)
    task = await draining(sources, pictures, "p1", "1")
    sources.set_source("p1", Source(None, "1"))
    sources.choose(None)
    frame = sources.take(0)
    assert frame is not None
    lit = frame.rgb.max(axis=2) > 3
    height, width = int(lit.any(axis=1).sum()), int(lit.any(axis=0).sum())
    assert height == MODEL_HEIGHT or width == MODEL_WIDTH
    assert abs(width / height - size[0] / size[1]) < 0.1 * size[0] / size[1]
    task.cancel()


async def test_a_shared_screen_goes_before_a_camera_and_gives_way_when_it_ends() -> None:
    sources = VideoSources()
    camera_door, screen_door = Door(), Door()
    camera = await draining(sources, Pictures(1), "p1", "1", camera_door)
    screen = await draining(sources, Pictures(1), "p1", "2", screen_door)
    sources.set_source("p1", Source("2", "1"))
    assert sources.choose(None) == "p1:screen"
    assert screen_door.is_open and not camera_door.is_open, "only what is looked at is decoded"
    sources.set_source("p1", Source(None, "1"))
    assert sources.choose(None) == "p1:camera"
    assert camera_door.is_open and not screen_door.is_open
    for task in (camera, screen):
        task.cancel()
    await asyncio.gather(camera, screen, return_exceptions=True)
    assert sources.choose(None) is None


async def test_a_track_that_ends_is_forgotten() -> None:
    class Ending(MediaStreamTrack):
        kind = "video"

        async def recv(self) -> AvVideoFrame:
            raise MediaStreamError

    sources = VideoSources()
    sources.set_source("p1", Source(None, "1"))
    await sources.drain("p1", "1", Ending(), Door())
    assert sources.choose(None) is None
