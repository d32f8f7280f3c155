"""Pictures from people: one source at a time is decoded for the engine, every other track is drained.

Owns which source is looked at and at what size. Knows nothing of the engine.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, cast

import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import CodecContext
from av import VideoFrame as AvVideoFrame

from agent.wire import Source
from model.types import VideoFrame

logger = logging.getLogger(__name__)

MODEL_WIDTH, MODEL_HEIGHT = 160, 120
FRAME_INTERVAL_TICKS = 5  # a pair in each micro-turn, 100 ms apart
FIRST_PICTURE_S = 3.0  # from a gate's opening to its first whole picture: a round trip, an encoder, a decoder


class Gate(Protocol):
    """Decides whether a track's pictures are decoded."""

    def open(self) -> None: ...
    def close(self) -> None: ...


@dataclass(slots=True)
class _Reader:
    gate: Gate
    newest: AvVideoFrame | None = None  # one slot: a newer picture replaces it
    received_total: int = 0


def choose_source(
    screens: list[tuple[str, str]], cameras: list[tuple[str, str]], loudest: str | None
) -> tuple[str, str] | None:
    """Which (person, mid) to look at: a shared screen, else the loudest participant's camera, else the first."""
    if screens:
        return screens[0]
    return next((camera for camera in cameras if camera[0] == loudest), cameras[0] if cameras else None)


class VideoSources:
    """All video tracks of one conversation."""

    def __init__(self) -> None:
        self._readers: dict[tuple[str, str], _Reader] = {}  # by person and mid
        self._sources: dict[str, Source] = {}  # by person: what their page said
        self._chosen: tuple[str, str] | None = None
        self._open_gate: Gate | None = None
        self._latest: AvVideoFrame | None = None  # of the chosen source, at its own size
        self._has_shown = asyncio.Event()  # the chosen source

    def set_source(self, person_id: str, source: Source) -> None:
        """A page told which m-line is its screen and which its camera."""
        self._sources[person_id] = source

    async def drain(self, person_id: str, mid: str, track: MediaStreamTrack, gate: Gate) -> None:
        """Read a track until it ends; a track that nobody looks at is drained all the same."""
        reader = self._readers[person_id, mid] = _Reader(gate)
        try:
            while True:
                frame = await track.recv()
                reader.received_total += 1
                reader.newest = cast(AvVideoFrame, frame)
                if (person_id, mid) == self._chosen:
                    self._has_shown.set()
        except MediaStreamError:
            logger.info("%s: video %s ended", person_id, mid)
        finally:
            if self._readers.get((person_id, mid)) is reader:
                del self._readers[person_id, mid]

    def choose(self, loudest: str | None) -> str | None:
        """Choose whom to look at and let only that be decoded; `person:screen`, `person:camera` or None."""
        chosen = self._select(loudest)
        if chosen != self._chosen:
            self._chosen, self._latest = chosen, None  # nobody is told what somebody else showed
            self._has_shown.clear()
        gate = self._readers[chosen].gate if chosen else None
        if gate is not self._open_gate:
            if self._open_gate is not None:
                self._open_gate.close()
            if gate is not None:
                gate.open()
            self._open_gate = gate
        return None if chosen is None else self._name(*chosen)

    def take(self, tick: int) -> VideoFrame | None:
        """The newest picture of the chosen source at the model's size; None when there is no new one."""
        reader = self._readers.get(self._chosen) if self._chosen else None
        if self._chosen is None or reader is None or reader.newest is None:
            return None
        picture, reader.newest = reader.newest, None
        self._latest = picture
        return VideoFrame(_shrink(picture), tick, self._name(*self._chosen))

    async def first_picture(self) -> None:
        """Wait until the chosen source has shown something, at most FIRST_PICTURE_S; at once when none is chosen."""
        if self._chosen is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_PICTURE_S):
                await self._has_shown.wait()

    def jpeg(self) -> bytes | None:
        """The newest whole picture of the chosen source; None when nothing is looked at. Slow: not for the loop."""
        reader = self._readers.get(self._chosen) if self._chosen else None
        latest = self._latest or (reader and reader.newest)
        if latest is None:
            return None
        encoder = CodecContext.create("mjpeg", "w")
        encoder.width, encoder.height = latest.width, latest.height
        encoder.pix_fmt, encoder.time_base = "yuvj420p", Fraction(1, 10)
        picture = latest.reformat(format="yuvj420p")
        picture.pts = None
        return b"".join(bytes(packet) for packet in (*encoder.encode(picture), *encoder.encode(None)))

    def _name(self, person_id: str, mid: str) -> str:
        return f"{person_id}:{'screen' if self._is_screen(person_id, mid) else 'camera'}"

    def _select(self, loudest: str | None) -> tuple[str, str] | None:
        screens = [key for key in self._readers if self._is_screen(*key)]
        cameras = [key for key in self._readers if self._is_camera(*key)]
        return choose_source(screens, cameras, loudest)

    def _is_screen(self, person_id: str, mid: str) -> bool:
        source = self._sources.get(person_id)
        return source is not None and source.screen_mid == mid

    def _is_camera(self, person_id: str, mid: str) -> bool:
        source = self._sources.get(person_id)
        return source is not None and source.camera_mid == mid


def _shrink(picture: AvVideoFrame) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Fit into the model's size with black borders, aspect kept: (MODEL_HEIGHT, MODEL_WIDTH, 3)."""
    scale = min(MODEL_WIDTH / picture.width, MODEL_HEIGHT / picture.height)
    width, height = max(2, round(picture.width * scale)), max(2, round(picture.height * scale))
    small = picture.reformat(width=width, height=height, format="rgb24").to_ndarray()
    canvas = np.zeros((MODEL_HEIGHT, MODEL_WIDTH, 3), dtype=np.uint8)
    top, left = (MODEL_HEIGHT - height) // 2, (MODEL_WIDTH - width) // 2
    canvas[top : top + height, left : left + width] = small
    return canvas
