"""Things that are held or stand somewhere: coloured cards, cups, balls, fruit. Knows nothing of people."""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import cos, radians, sin

from PIL import ImageDraw

from model.studio.pictures_flesh import Colour, any_colour, lit

CARD_COLOURS: dict[str, Colour] = {
    "red": (214, 36, 40),
    "green": (36, 160, 60),
    "blue": (36, 76, 206),
    "yellow": (244, 212, 36),
    "orange": (244, 134, 26),
    "purple": (128, 46, 158),
    "white": (244, 244, 240),
    "black": (22, 22, 26),
    "pink": (244, 140, 182),
    "brown": (112, 70, 40),
}
SIZES_M = {
    "card": 0.22, "cup": 0.11, "phone": 0.15, "book": 0.26, "ball": 0.24, "bottle": 0.28, "apple": 0.11,
    "banana": 0.2, "teddy bear": 0.32, "umbrella": 0.6, "box": 0.34, "broom": 1.1,
}  # fmt: skip
SHOWN = ("cup", "book", "ball", "bottle", "apple", "banana", "teddy bear", "umbrella", "box")  # what is looked out for


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with a look of its own."""

    kind: str
    colour: Colour
    other: Colour  # of its smaller parts
    size: float  # times the usual
    angle: float  # degrees from upright

    @classmethod
    def draw(cls, rng: random.Random, kind: str, colour: str = "") -> Thing:
        """A thing of a kind; cards have the colour asked for."""
        base = CARD_COLOURS[colour] if colour else _usual_colour(kind, rng)
        shade = rng.uniform(0.8, 1.1)
        return cls(kind, lit(base, shade), any_colour(rng), rng.uniform(0.85, 1.35), rng.gauss(0, 9))


def draw_thing(canvas: ImageDraw.ImageDraw, thing: Thing, x: float, y: float, pixels_per_metre: float) -> None:
    """A thing with its middle at x, y."""
    size = SIZES_M[thing.kind] * thing.size * pixels_per_metre

    def at(across: float, up: float) -> tuple[float, float]:
        """A point of the thing, in shares of its size from its middle."""
        c, s = cos(radians(thing.angle)), sin(radians(thing.angle))
        return x + size * (across * c - up * s), y - size * (across * s + up * c)

    def disc(across: float, up: float, radius: float, colour: Colour) -> None:
        a, b = at(across, up)
        canvas.ellipse((a - radius * size, b - radius * size, a + radius * size, b + radius * size), fill=colour)

    def block(left: float, low: float, right: float, high: float, colour: Colour) -> None:
        canvas.polygon((at(left, low), at(right, low), at(right, high), at(left, high)), fill=colour)

    base, other, dark = thing.colour, thing.other, lit(thing.colour, 0.7)
    match thing.kind:
        case "card":
            block(-0.5, -0.42, 0.5, 0.42, base)
        case "cup":
            disc(0.48, 0.0, 0.3, dark)
            block(-0.42, -0.55, 0.42, 0.55, base)
            block(-0.42, 0.4, 0.42, 0.55, dark)
        case "phone":
            block(-0.26, -0.5, 0.26, 0.5, base)
        case "book":
            block(-0.52, -0.36, 0.0, 0.36, base)
            block(0.0, -0.36, 0.52, 0.36, dark)
            block(-0.46, -0.3, 0.46, 0.24, (238, 234, 222))
        case "ball":
            disc(0.0, 0.0, 0.5, base)
            disc(-0.15, 0.15, 0.18, lit(base, 1.3))
            block(-0.48, -0.05, 0.48, 0.05, other)
        case "bottle":
            block(-0.16, -0.5, 0.16, 0.2, base)
            block(-0.07, 0.2, 0.07, 0.5, dark)
            block(-0.16, -0.3, 0.16, 0.0, other)
        case "apple":
            disc(0.0, 0.0, 0.48, base)
            block(-0.04, 0.4, 0.04, 0.68, (90, 60, 30))
            disc(0.16, 0.58, 0.12, (60, 150, 50))
        case "banana":
            for step in range(9):
                bow = (step - 4) / 4
                disc(bow * 0.45, 0.25 * bow * bow - 0.1, 0.15 - 0.05 * abs(bow), base)
        case "teddy bear":
            disc(0.0, -0.22, 0.3, base)
            disc(0.0, 0.2, 0.24, base)
            for side in (-1, 1):
                disc(side * 0.2, 0.38, 0.1, dark)
                disc(side * 0.3, -0.12, 0.1, dark)
                disc(side * 0.2, -0.46, 0.12, dark)
                disc(side * 0.09, 0.24, 0.035, (20, 16, 14))
            disc(0.0, 0.13, 0.07, lit(base, 1.4))
        case "umbrella":
            block(-0.02, -0.5, 0.02, 0.2, dark)
            canvas.pieslice((*at(-0.5, 0.5), *at(0.5, -0.3)), 180, 360, fill=base)
        case "box":
            block(-0.5, -0.4, 0.5, 0.4, base)
            block(-0.08, -0.4, 0.08, 0.4, lit(base, 1.3))
        case "broom":
            block(-0.02, -0.45, 0.02, 0.5, base)
            block(-0.14, -0.55, 0.14, -0.4, other)
        case kind:
            raise ValueError(f"thing {kind!r}: there is {', '.join(SIZES_M)}")


def _usual_colour(kind: str, rng: random.Random) -> Colour:
    usual: dict[str, tuple[Colour, ...]] = {
        "apple": ((200, 30, 40), (110, 180, 50)),
        "banana": ((248, 220, 60),),
        "teddy bear": ((150, 100, 60), (200, 160, 110)),
        "box": ((190, 150, 100),),
        "phone": ((24, 24, 28), (60, 60, 66)),
    }
    return rng.choice(usual[kind]) if kind in usual else any_colour(rng)
