"""What an item's camera shows at a time: a scene that is drawn, or a video file that is decoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from agent.bench.item import Item
from agent.bench.sets.figure import HEIGHT, WIDTH, Picture, pictures
from agent.errors import AgentError

Camera = Callable[[float], Picture | None]  # None: nothing to see yet, or no longer


class VideoError(AgentError):
    """A video file cannot be shown; says which and why."""


def camera_of(item: Item) -> Camera | None:
    """None for items without pictures. Raises VideoError when the file is not there or no video."""
    if item.scene is not None:
        return pictures(item.scene)
    if not item.video:
        return None
    begin_s = next((span.start_s for span in item.spans if span.kind == "video"), 0.0)
    return FileCamera(Path(item.video), begin_s)


class FileCamera:
    """A video file from a time on, asked for rising times only; the last picture that is due, 160x120, letterboxed."""

    def __init__(self, path: Path, begin_s: float) -> None:
        self._begin_s = begin_s
        self._pictures = _decoded(path)
        self._next = next(self._pictures, None)
        if self._next is None:
            raise VideoError(f"{path}: holds no pictures")
        self._shown: Picture | None = None

    def __call__(self, at_s: float) -> Picture | None:
        while self._next is not None and self._next[0] <= at_s - self._begin_s + 1e-6:
            self._shown = self._next[1]
            self._next = next(self._pictures, None)
        return self._shown


def duration_s(path: Path) -> float:
    """How long a video file lasts. Raises VideoError."""
    return _about(path)[0]


def rate_hz(path: Path) -> float:
    """Pictures a second of a video file. Raises VideoError."""
    return _about(path)[1]


def _about(path: Path) -> tuple[float, float]:
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            rate = stream.average_rate
            length = container.duration
    except (OSError, FFmpegError, IndexError) as error:
        raise VideoError(f"{path}: cannot be read as video: {error}") from error
    if not rate or not length:
        raise VideoError(f"{path}: tells neither how long it is nor its rate; write it anew with ffmpeg")
    return length / 1_000_000, float(rate)


def _decoded(path: Path) -> Iterator[tuple[float, Picture]]:
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                rgb = frame.reformat(*_fitting(frame.width, frame.height), format="rgb24").to_ndarray()
                yield float(frame.time or 0.0), _letterboxed(cast(NDArray[np.uint8], rgb))
    except (OSError, FFmpegError, IndexError) as error:
        raise VideoError(f"{path}: cannot be read as video: {error}") from error


def _fitting(width: int, height: int) -> tuple[int, int]:
    scale = min(WIDTH / width, HEIGHT / height)
    return max(2, round(width * scale)), max(2, round(height * scale))


def _letterboxed(rgb: NDArray[np.uint8]) -> Picture:
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    top, left = (HEIGHT - rgb.shape[0]) // 2, (WIDTH - rgb.shape[1]) // 2
    canvas[top : top + rgb.shape[0], left : left + rgb.shape[1]] = rgb
    return canvas
