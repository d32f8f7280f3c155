"""Draws a body with its clothes into a picture: limbs as rounded shapes with light and shade, far ones first.

Shapes: J joints.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import ImageDraw

from model.studio.pictures_bodies import JOINT, Build, Points
from model.studio.pictures_camera import Camera

Colour = tuple[int, int, int]
_SKINS: tuple[Colour, ...] = (
    (250, 220, 196), (236, 188, 150), (214, 160, 120), (180, 125, 88), (140, 92, 62), (96, 62, 44), (70, 46, 34),
)  # fmt: skip
_HAIRS: tuple[Colour, ...] = (
    (24, 20, 18), (56, 36, 24), (110, 70, 36), (190, 150, 84), (150, 150, 150), (222, 216, 206), (140, 48, 28),
)  # fmt: skip
_LIMBS = (  # from, to, radius at both ends in metres, what covers it
    ("left_hip", "left_knee", 0.088, 0.062, "thigh"),
    ("left_knee", "left_ankle", 0.06, 0.04, "shin"),
    ("left_ankle", "left_toe", 0.045, 0.035, "shoe"),
    ("left_shoulder", "left_elbow", 0.056, 0.044, "upper_arm"),
    ("left_elbow", "left_hand", 0.044, 0.034, "forearm"),
)
_SIDES = tuple((a, b, r, s, part) for a, b, r, s, part in _LIMBS) + tuple(
    (a.replace("left", "right"), b.replace("left", "right"), r, s, part) for a, b, r, s, part in _LIMBS
)


@dataclass(frozen=True, slots=True)
class Looks:
    """What somebody looks like."""

    skin: Colour
    hair: Colour
    shirt: Colour
    trousers: Colour
    shoes: Colour
    has_long_sleeves: bool
    has_shorts: bool
    has_long_hair: bool
    is_bald: bool
    shade: float  # how dark a far limb is
    stripe: Colour | None  # across the chest

    @classmethod
    def draw(cls, rng: random.Random) -> Looks:
        return cls(
            skin=rng.choice(_SKINS),
            hair=rng.choice(_HAIRS),
            shirt=any_colour(rng),
            trousers=any_colour(rng),
            shoes=any_colour(rng),
            has_long_sleeves=rng.random() < 0.4,
            has_shorts=rng.random() < 0.4,
            has_long_hair=rng.random() < 0.35,
            is_bald=rng.random() < 0.12,
            shade=rng.uniform(0.62, 0.95),
            stripe=any_colour(rng) if rng.random() < 0.3 else None,
        )

    def colour_of(self, part: str) -> Colour:
        covers: dict[str, Colour] = {
            "thigh": self.trousers,
            "shin": self.skin if self.has_shorts else self.trousers,
            "shoe": self.shoes,
            "upper_arm": self.shirt,
            "forearm": self.shirt if self.has_long_sleeves else self.skin,
        }
        return covers[part]


def any_colour(rng: random.Random) -> Colour:
    """Mostly muted, as clothes and walls are; sometimes bright."""
    grey, spread = rng.uniform(20, 235), rng.choice((12, 30, 70))
    red, green, blue = (round(min(255, max(0, rng.gauss(grey, spread)))) for _ in range(3))
    return red, green, blue


def lit(colour: Colour, light: float) -> Colour:
    """A colour in more or less light."""
    red, green, blue = (min(255, round(part * light)) for part in colour)
    return red, green, blue


def draw_body(canvas: ImageDraw.ImageDraw, points: Points, build: Build, looks: Looks, camera: Camera) -> None:
    """A body as the camera sees it."""
    seen = camera.points(points)
    depths = points[:, 2]
    middle = float(depths[[JOINT["pelvis"], JOINT["neck"]]].mean())
    parts: list[tuple[float, str, int]] = [(middle, "trunk", 0), (float(depths[JOINT["head"]]), "head", 0)]
    for index, (first, second, *_) in enumerate(_SIDES):
        parts.append((float(depths[[JOINT[first], JOINT[second]]].mean()), "limb", index))
    scale = camera.pixels_per_metre * build.flesh
    for depth, kind, index in sorted(parts):
        light = looks.shade if depth < middle - 0.06 else 1.0
        if kind == "trunk":
            _draw_trunk(canvas, seen, scale, looks)
        elif kind == "head":
            _draw_head(canvas, seen, build.head * camera.pixels_per_metre, looks)
        else:
            first, second, start_m, end_m, part = _SIDES[index]
            a, b = seen[JOINT[first]], seen[JOINT[second]]
            colour = lit(looks.colour_of(part), light)
            _capsule(canvas, a, b, start_m * scale * a[2], end_m * scale * b[2], colour)
            if part == "forearm":
                _disc(canvas, b, 0.048 * scale * b[2], lit(looks.skin, light))


def _draw_trunk(canvas: ImageDraw.ImageDraw, seen: NDArray[np.float64], scale: float, looks: Looks) -> None:
    shoulders = seen[[JOINT["left_shoulder"], JOINT["right_shoulder"]]]
    hips = seen[[JOINT["left_hip"], JOINT["right_hip"]]]
    radius = 0.075 * scale * float(seen[JOINT["neck"], 2])
    waist = 0.095 * scale * float(seen[JOINT["pelvis"], 2])
    _capsule(canvas, hips[0], hips[1], waist, waist, looks.trousers)
    corners = [tuple(point[:2]) for point in (shoulders[0], shoulders[1], hips[1], hips[0])]
    canvas.polygon(corners, fill=looks.shirt)
    for a, b in ((shoulders[0], hips[0]), (shoulders[1], hips[1]), (shoulders[0], shoulders[1])):
        _capsule(canvas, a, b, radius, radius if b is not shoulders[1] else radius * 0.9, looks.shirt)
    bright = lit(looks.shirt, 1.14)
    _capsule(canvas, shoulders.mean(0) * 0.85 + hips.mean(0) * 0.15, hips.mean(0), radius * 0.7, radius * 0.5, bright)
    if looks.stripe is not None:
        a, b = (shoulders[i] * 0.6 + hips[i] * 0.4 for i in (0, 1))
        _capsule(canvas, a, b, radius * 0.35, radius * 0.35, looks.stripe)
    _capsule(canvas, seen[JOINT["neck"]], seen[JOINT["head"]], radius * 0.7, radius * 0.6, lit(looks.skin, 0.9))


def _draw_head(canvas: ImageDraw.ImageDraw, seen: NDArray[np.float64], radius: float, looks: Looks) -> None:
    head, nose = seen[JOINT["head"]], seen[JOINT["nose"]]
    size = radius * float(head[2])
    faces = (nose[:2] - head[:2]) / max(size, 1e-6)  # where the face is on the disc
    is_seen = nose[2] >= head[2] - 0.002
    back = head.copy()
    back[:2] -= faces * size * 0.25
    if not looks.is_bald:
        _disc(canvas, back - np.array((0, size * 0.12, 0)), size * 1.1, looks.hair)
        if looks.has_long_hair:
            neck = seen[JOINT["neck"]]
            _capsule(
                canvas, back, (back + neck) / 2 - np.array((*(faces * size * 0.4), 0)), size, size * 0.8, looks.hair
            )
    if not is_seen and not looks.is_bald:
        return
    face = head.copy()
    face[:2] += faces * size * 0.12
    face[1] += size * 0.1
    _disc(canvas, face, size * 0.95, looks.skin)
    if is_seen:
        across = np.array((-faces[1], faces[0])) if abs(faces[1]) > 0.7 else np.array((1.0, 0.0))
        reach = 0.38 * (1 - 0.5 * min(1.0, abs(float(faces[0]))))
        for side in (-reach, reach):
            eye = face.copy()
            eye[:2] += faces * size * 0.55 + across * size * side - np.array((0, size * 0.12))
            _disc(canvas, eye, max(1.0, size * 0.12), (30, 25, 25))


def _disc(canvas: ImageDraw.ImageDraw, at: NDArray[np.float64], radius: float, colour: Colour) -> None:
    x, y = float(at[0]), float(at[1])
    canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _capsule(
    canvas: ImageDraw.ImageDraw,
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    first: float,
    second: float,
    colour: Colour,
) -> None:
    """Two discs and what lies between."""
    _disc(canvas, a, first, colour)
    _disc(canvas, b, second, colour)
    along = b[:2] - a[:2]
    length = float(np.hypot(*along))
    if length < 1e-6:
        return
    across = np.array((-along[1], along[0])) / length
    corners = (a[:2] + across * first, b[:2] + across * second, b[:2] - across * second, a[:2] - across * first)
    canvas.polygon([tuple(corner) for corner in corners], fill=colour)
