"""Draws a scene as the camera would show it: limbs as thick lines with soft edges, plain numpy, about a millisecond.

`filled` (`dev`) is a dark figure before one colour, `contour` (`test`) a bright outline before a pattern with grain: a
model that learned one kind of picture by heart does not know the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from agent.bench.item import ItemError, Scene
from agent.bench.sets.poses import Pose, pose_at

WIDTH, HEIGHT = 160, 120
STYLES = ("filled", "contour")
TRUNK, NECK, HEAD, ARM, LEG = 0.24, 0.05, 0.065, 0.13, 0.19  # of the height
THICK = 0.026
_SOFT = 0.9  # pixels over which an edge fades

Picture = NDArray[np.uint8]  # (HEIGHT, WIDTH, 3)
_Floats = NDArray[np.float32]
_Point = tuple[float, float]


def draw(scene: Scene, at_s: float) -> Picture:
    """The scene at a time, (120, 160, 3). Raises ItemError on a style or movement that is not known."""
    if scene.style not in STYLES:
        raise ItemError(f"style {scene.style!r}: there is {' and '.join(STYLES)}")
    pose = pose_at(scene.motions, at_s)
    canvas = _background(scene.style, scene.seed).copy()
    colours = np.random.default_rng(scene.seed + 1).uniform(0, 70, (2, 3)).astype(np.float32)
    if scene.style == "contour":
        colours = 255 - colours
    size = 0.8 + 0.3 * ((scene.seed * 7919) % 97) / 97
    if pose.other > 0.01:
        visitor = replace(Pose(), x=1.15 - 0.35 * pose.other)
        _figure(canvas, visitor, size * 0.95, colours[1], scene.style)
    _figure(canvas, pose, size, colours[0], scene.style)
    return np.clip(canvas * np.float32(pose.light), 0, 255).astype(np.uint8)


def pictures(scene: Scene) -> Callable[[float], Picture]:
    """The scene as a camera: time to picture."""
    return lambda at_s: draw(scene, at_s)


def _figure(canvas: _Floats, pose: Pose, size: float, colour: _Floats, style: str) -> None:
    hips = (pose.x * WIDTH, pose.y * HEIGHT)
    length = size * HEIGHT
    neck = _along(hips, math.pi - pose.lean, TRUNK * length)
    head = _along(neck, math.pi - pose.lean - pose.head, (NECK + HEAD) * length)
    limbs = [(hips, neck, 1.5)]
    hand = neck
    for side, sign in (("left", -1.0), ("right", 1.0)):
        joint, hand = _limb(neck, sign, getattr(pose, f"{side}_shoulder"), getattr(pose, f"{side}_elbow"), ARM * length)
        knee, foot = _limb(hips, sign, getattr(pose, f"{side}_hip"), getattr(pose, f"{side}_knee"), LEG * length)
        limbs += [(neck, joint, 1.0), (joint, hand, 0.9), (hips, knee, 1.2), (knee, foot, 1.1)]
    for start, end, width in limbs:
        _stroke(canvas, start, end, THICK * length * width, colour, style)
    _stroke(canvas, head, head, HEAD * length, colour, style)
    if pose.card > 0.01:
        red = np.array((225, 30, 30), np.float32)
        _stroke(canvas, hand, (hand[0], hand[1] - 0.08 * length), 0.07 * length * pose.card, red, "filled")


def _limb(root: _Point, sign: float, first: float, second: float, length: float) -> tuple[_Point, _Point]:
    joint = _along(root, sign * first, length)
    return joint, _along(joint, sign * (first + second), length)


def _along(start: _Point, angle: float, length: float) -> _Point:
    """From a point: 0 is down, positive to the right."""
    return start[0] + math.sin(angle) * length, start[1] + math.cos(angle) * length


def _stroke(canvas: _Floats, start: _Point, end: _Point, radius: float, colour: _Floats, style: str) -> None:
    """A line with round ends; in `contour` only its rim."""
    reach = radius + 2
    left, right = int(max(0, min(start[0], end[0]) - reach)), int(min(WIDTH, max(start[0], end[0]) + reach + 1))
    top, bottom = int(max(0, min(start[1], end[1]) - reach)), int(min(HEIGHT, max(start[1], end[1]) + reach + 1))
    if left >= right or top >= bottom:
        return
    x = np.arange(left, right, dtype=np.float32)[None, :] - np.float32(start[0])  # (1, w)
    y = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(start[1])  # (h, 1)
    dx, dy = end[0] - start[0], end[1] - start[1]
    share = np.clip((x * dx + y * dy) / max(1e-6, dx * dx + dy * dy), 0, 1)
    distance = np.hypot(x - share * dx, y - share * dy) - radius
    if style == "contour":
        distance = np.abs(distance + 1.2) - 1.2
    cover = np.clip(0.5 - distance / _SOFT, 0, 1)[..., None]  # (h, w, 1)
    part = canvas[top:bottom, left:right]
    part += cover * (colour - part)


@lru_cache(maxsize=8)
def _background(style: str, seed: int) -> _Floats:
    rng = np.random.default_rng(seed)
    base = rng.uniform(150, 235, 3) if style == "filled" else rng.uniform(20, 90, 3)
    canvas = np.broadcast_to(base, (HEIGHT, WIDTH, 3)).astype(np.float32)
    if style == "contour":
        x, y = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
        stripes = np.sin((x * rng.uniform(0.05, 0.2) + y * rng.uniform(-0.2, 0.2)) + rng.uniform(0, 6))
        canvas = canvas + 14 * stripes[..., None] + rng.normal(0, 6, canvas.shape)
    return canvas.astype(np.float32)
