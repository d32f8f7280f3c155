"""A film: who and what a camera sees at each time of a call. Draws a picture when asked for one.

Everything about a film is drawn from its seed, so pictures can be made late, one at a time, and are always the same.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from model.studio.pictures_bodies import JOINT, STANDING, Build, Points, Pose, joints_of, pose
from model.studio.pictures_camera import HEIGHT, SCALE, WIDTH, Camera
from model.studio.pictures_flesh import Looks, any_colour, draw_body
from model.studio.pictures_moves import SEATED, Motion
from model.studio.pictures_places import paint_place
from model.studio.pictures_things import Thing, draw_thing

Picture = NDArray[np.uint8]  # (HEIGHT, WIDTH, 3)
_ZOOM = 0.97  # of a place that moves in an unsteady hand


@dataclass(slots=True, eq=False)
class Actor:
    """Somebody before the camera, and what they hold."""

    build: Build
    looks: Looks
    motion: Motion
    held: list[tuple[float, float, Thing]] = field(default_factory=list[tuple[float, float, Thing]])  # from, to

    @classmethod
    def draw(
        cls, rng: random.Random, rest: Pose = STANDING, x: float = 0.0, z: float = 0.0, turn: float = 0.0
    ) -> Actor:
        """Somebody who rests in a pose at a place."""
        motion = Motion(sway_phase=rng.uniform(0, 6))
        motion.reach(pose(rest, x=x, z=z, turn=turn), 0.0)
        return cls(Build.draw(rng), Looks.draw(rng), motion)


@dataclass(frozen=True, slots=True)
class Standing:
    """A thing that is somewhere for a while: it slides in from below or the side, and is taken away again."""

    thing: Thing
    x: float  # metres
    y: float
    start_s: float
    end_s: float


class Film:
    """One camera's view of a call."""

    def __init__(self, rng: random.Random, is_close: bool, tall_m: float = 1.7) -> None:
        self.camera = Camera.draw(rng, is_close, tall_m)
        self.actors: list[Actor] = []
        self.things: list[Standing] = []
        self.dark: list[tuple[float, float]] = []  # from, to: the lamp is off
        self.is_close = is_close
        self.lag_s = rng.uniform(0.03, 0.12)  # from the world to the picture
        self._seed = rng.getrandbits(32)
        self._unsteady = rng.choice((0.0, 0.0, 1.0, 2.5))
        self._grain = rng.choice((0.0, 2.0, 5.0))
        self._light = rng.uniform(0.75, 1.1)
        self._desk = any_colour(rng) if is_close and rng.random() < 0.4 else None
        self._place: Image.Image | None = None
        self._noise = np.zeros((0, 0, 1), np.float32)

    def __call__(self, at_s: float) -> Picture:
        """The picture that arrives at a time, (HEIGHT, WIDTH, 3)."""
        time_s = at_s - self.lag_s
        large = self._behind(time_s)
        canvas = ImageDraw.Draw(large)
        for standing in self.things:
            self._draw_standing(canvas, standing, time_s)
        posed = [(actor, joints_of(actor.motion.at(time_s), actor.build)) for actor in self.actors]
        for actor, points in sorted(posed, key=lambda item: float(item[1][:, 2].mean())):
            if self._is_inside(points):
                draw_body(canvas, points, actor.build, actor.looks, self.camera)
                self._draw_held(canvas, actor, points, time_s)
        if self._desk is not None:
            canvas.rectangle((0, HEIGHT * SCALE * 0.88, WIDTH * SCALE, HEIGHT * SCALE), fill=self._desk)
        return self._exposed(large, time_s)

    def _behind(self, time_s: float) -> Image.Image:
        """The place, moved a little by an unsteady hand."""
        if self._place is None:
            rng = random.Random(self._seed)
            self._place = paint_place(rng, self.camera)
            noise = np.random.default_rng(self._seed).normal(0, self._grain, (HEIGHT + 64, WIDTH + 64, 1))
            self._noise = noise.astype(np.float32)
        if not self._unsteady:
            return self._place.copy()
        x, y = (self._unsteady * float(np.sin(time_s * rate + self._seed % 7)) for rate in (1.7, 2.3))
        width, height = self._place.size
        x, y = x + width * (1 - _ZOOM) / 2, y + height * (1 - _ZOOM) / 2
        return self._place.transform((width, height), Image.Transform.AFFINE, (_ZOOM, 0, x, 0, _ZOOM, y))

    def _is_inside(self, points: Points) -> bool:
        seen = self.camera.points(points)[:, 0]
        return bool(seen.max() > -20 and seen.min() < WIDTH * SCALE + 20)

    def _draw_held(self, canvas: ImageDraw.ImageDraw, actor: Actor, points: Points, time_s: float) -> None:
        for start_s, end_s, thing in actor.held:
            if start_s <= time_s < end_s:
                x, y, near = self.camera.points(points[[JOINT["left_hand"]]])[0].tolist()
                draw_thing(canvas, thing, x, y, self.camera.pixels_per_metre * near)

    def _draw_standing(self, canvas: ImageDraw.ImageDraw, standing: Standing, time_s: float) -> None:
        if standing.start_s <= time_s < standing.end_s:
            here = min(1.0, (time_s - standing.start_s) / 0.3, (standing.end_s - time_s) / 0.3)
            x, y, near = self.camera.points(np.array(((standing.x, standing.y, -0.3),)))[0].tolist()
            scale = self.camera.pixels_per_metre * near
            draw_thing(canvas, standing.thing, x, y + (1 - here) * HEIGHT * SCALE * 0.5, scale)

    def _exposed(self, large: Image.Image, time_s: float) -> Picture:
        """Made small, with light and grain."""
        small = np.asarray(large.reduce(SCALE), np.float32)
        is_dark = any(start_s <= time_s < end_s for start_s, end_s in self.dark)
        light = (0.16 if is_dark else 1.0) * self._light * (1 + 0.01 * float(np.sin(time_s * 5.1)))
        if self._grain:
            down, right = (int(time_s * step) % 64 for step in (397, 731))
            small = small * light + self._noise[down : down + HEIGHT, right : right + WIDTH]
        else:
            small = small * light
        return small.clip(0, 255).astype(np.uint8)


def film_of(
    rng: random.Random, is_close: bool = False, turn: float = 0.0, rest: Pose | None = None
) -> tuple[Film, Actor]:
    """A film of one person, turned so far to either side."""
    posed = rest if rest is not None else (SEATED if is_close else STANDING)
    facing = turn * rng.choice((-1, 1)) + rng.uniform(-12, 12)
    actor = Actor.draw(rng, posed, z=rng.uniform(-0.2, 0.2), turn=facing)
    film = Film(rng, is_close, actor.build.height)
    film.actors.append(actor)
    return film, actor
