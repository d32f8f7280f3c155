"""Where people are: rooms, gardens, gyms and plain walls, painted once for a film. Knows nothing of people."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from model.studio.pictures_camera import HEIGHT, SCALE, WIDTH, Camera
from model.studio.pictures_flesh import any_colour, lit

_W, _H = WIDTH * SCALE, HEIGHT * SCALE


def paint_place(rng: random.Random, camera: Camera) -> Image.Image:
    """A background of the drawing's large size."""
    picture = Image.new("RGB", (_W, _H), any_colour(rng))
    canvas = ImageDraw.Draw(picture)
    edge_y = min(_H, max(_H * 0.35, camera.floor_edge_y))
    rng.choices(_PAINTERS, weights=(5, 2, 1.5, 1))[0](rng, canvas, edge_y)
    if rng.random() < 0.35:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(1, 5)))
    return _uneven(picture, rng)


def _paint_room(rng: random.Random, canvas: ImageDraw.ImageDraw, edge_y: float) -> None:
    wall, floor = any_colour(rng), any_colour(rng)
    canvas.rectangle((0, 0, _W, edge_y), fill=wall)
    canvas.rectangle((0, edge_y, _W, _H), fill=floor)
    if rng.random() < 0.6:
        canvas.rectangle((0, edge_y - 5, _W, edge_y), fill=lit(wall, 0.7))
    if rng.random() < 0.4:  # boards or tiles
        for x in range(-_W, 2 * _W, rng.randint(20, 60)):
            canvas.line((x, edge_y, x + (x - _W / 2) * 0.8, _H), fill=lit(floor, 0.85), width=2)
    for _ in range(rng.randint(0, 5)):
        _hang(rng, canvas, edge_y)
    for _ in range(rng.randint(0, 3)):
        _furnish(rng, canvas, edge_y)


def _hang(rng: random.Random, canvas: ImageDraw.ImageDraw, edge_y: float) -> None:
    """A picture, a window, a shelf or a lamp on the wall."""
    width, height = rng.uniform(15, 90), rng.uniform(12, 80)
    x, y = rng.uniform(-20, _W - 20), rng.uniform(0, max(1.0, edge_y - height))
    colour = any_colour(rng)
    if rng.random() < 0.25:
        canvas.ellipse((x, y, x + width, y + width), fill=colour, outline=lit(colour, 0.6), width=3)
        return
    canvas.rectangle((x, y, x + width, y + height), fill=colour, outline=any_colour(rng), width=rng.randint(1, 5))
    if rng.random() < 0.4:
        canvas.line((x + width / 2, y, x + width / 2, y + height), fill=lit(colour, 0.6), width=3)
        canvas.line((x, y + height / 2, x + width, y + height / 2), fill=lit(colour, 0.6), width=3)
    elif rng.random() < 0.4:  # books
        for at in np.arange(x, x + width - 6, 6).tolist():
            canvas.rectangle((at, y + rng.uniform(0, height / 3), at + 5, y + height), fill=any_colour(rng))


def _furnish(rng: random.Random, canvas: ImageDraw.ImageDraw, edge_y: float) -> None:
    """Something that stands on the floor."""
    width, height = rng.uniform(20, 130), rng.uniform(20, 120)
    x, foot = rng.uniform(-30, _W - 20), edge_y + rng.uniform(-2, 12)
    colour = any_colour(rng)
    kind = rng.randrange(4)
    if kind == 0:  # a box or wardrobe with doors
        canvas.rectangle((x, foot - height, x + width, foot), fill=colour, outline=lit(colour, 0.7), width=2)
        canvas.line((x + width / 2, foot - height, x + width / 2, foot), fill=lit(colour, 0.7), width=2)
    elif kind == 1:  # a sofa
        canvas.rounded_rectangle((x, foot - 50, x + width + 30, foot), 12, fill=colour)
        canvas.rounded_rectangle((x + 6, foot - 30, x + width + 24, foot - 4), 8, fill=lit(colour, 1.15))
    elif kind == 2:  # a table
        canvas.rectangle((x, foot - 45, x + width, foot - 38), fill=colour)
        for leg in (x + 4, x + width - 8):
            canvas.rectangle((leg, foot - 38, leg + 4, foot), fill=lit(colour, 0.8))
    else:  # a plant
        canvas.rectangle((x, foot - 22, x + 22, foot), fill=colour)
        for _ in range(9):
            end = (x + 11 + rng.uniform(-25, 25), foot - 22 - rng.uniform(10, 60))
            canvas.line((x + 11, foot - 20, *end), fill=(rng.randint(20, 90), rng.randint(90, 160), 50), width=5)


def _paint_outside(rng: random.Random, canvas: ImageDraw.ImageDraw, edge_y: float) -> None:
    sky = (rng.randint(130, 220), rng.randint(170, 230), rng.randint(200, 255))
    ground = rng.choice(((92, 140, 60), (150, 130, 96), (120, 120, 122), (212, 190, 140)))
    canvas.rectangle((0, 0, _W, edge_y), fill=sky)
    canvas.rectangle((0, edge_y, _W, _H), fill=lit(ground, rng.uniform(0.7, 1.2)))
    for _ in range(rng.randint(1, 7)):
        x, size = rng.uniform(-20, _W), rng.uniform(20, 80)
        if rng.random() < 0.6:  # a tree
            canvas.rectangle((x - 4, edge_y - size, x + 4, edge_y + 4), fill=(90, 66, 44))
            green = (rng.randint(20, 90), rng.randint(80, 150), rng.randint(20, 70))
            canvas.ellipse((x - size / 2, edge_y - size * 1.7, x + size / 2, edge_y - size * 0.6), fill=green)
        else:  # a house
            canvas.rectangle((x, edge_y - size, x + size * 1.4, edge_y), fill=any_colour(rng))
            canvas.polygon(
                ((x - 5, edge_y - size), (x + size * 0.7, edge_y - size * 1.5), (x + size * 1.4 + 5, edge_y - size)),
                fill=any_colour(rng),
            )


def _paint_gym(rng: random.Random, canvas: ImageDraw.ImageDraw, edge_y: float) -> None:
    _paint_room(rng, canvas, edge_y)
    mat, middle = any_colour(rng), rng.uniform(0.35, 0.65) * _W
    canvas.polygon(
        ((middle - 90, edge_y + 12), (middle + 90, edge_y + 12), (middle + 130, _H), (middle - 130, _H)), fill=mat
    )
    for _ in range(rng.randint(0, 4)):
        x = rng.uniform(0, _W)
        canvas.line((x, 0, x, edge_y), fill=any_colour(rng), width=rng.randint(3, 9))


def _paint_plain(rng: random.Random, canvas: ImageDraw.ImageDraw, edge_y: float) -> None:
    canvas.rectangle((0, 0, _W, _H), fill=any_colour(rng))
    if rng.random() < 0.5:
        canvas.rectangle((0, edge_y, _W, _H), fill=any_colour(rng))


_PAINTERS: tuple[Callable[[random.Random, ImageDraw.ImageDraw, float], None], ...] = (
    _paint_room, _paint_outside, _paint_gym, _paint_plain,
)  # fmt: skip


def _uneven(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Light that falls from a side, and surfaces that are not of one colour."""
    random_numbers = np.random.default_rng(rng.getrandbits(32))
    patches = Image.fromarray(random_numbers.integers(90, 166, (6, 8), np.uint8)).resize(
        (_W, _H), Image.Resampling.BICUBIC
    )
    light = 1 + (np.asarray(patches, np.float32) - 128) / 128 * rng.uniform(0.05, 0.35)
    across = 1 + rng.uniform(-0.35, 0.35) * np.linspace(-1, 1, _W, dtype=np.float32)
    grain = random_numbers.normal(0, rng.uniform(0, 3), (_H, _W, 1)).astype(np.float32)
    pixels = np.asarray(picture, np.float32) * (light * across)[..., None] + grain
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
