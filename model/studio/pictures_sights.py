"""What can happen before a camera, each under the one name by which the agent writes it down, with when it can be told.

A sight that lasts is written as `hand up` when it begins and `hand up over` when it ends, a repetition as `half` where
it turns back and as its name, `squat`, when it is done.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from model.studio.pictures_bodies import Pose, pose
from model.studio.pictures_films import Actor, Film, Standing
from model.studio.pictures_moves import (
    CROSSED_ARMS,
    HANDS_ON_HIPS,
    RAISED_HAND,
    SLOUCHED,
    Activity,
    Exercise,
    Repetition,
    go_on,
    repeat,
    take_up,
    walk,
)
from model.studio.pictures_things import CARD_COLOURS, SHOWN, Thing

POSTURES: dict[str, Pose] = {
    "hand up": RAISED_HAND,
    "slouch": SLOUCHED,
    "arms crossed": CROSSED_ARMS,
    "hands on hips": HANDS_ON_HIPS,
}
CARDS = tuple(f"{colour} card" for colour in CARD_COLOURS)
SIGHTS = (*POSTURES, "card", "thing", "nobody", "visitor", "dark")  # kinds; each card and thing has a name of its own
TAKES_S = 0.5  # to change posture
SHOWN_SHARE = 0.7  # of a change, after which it can be told
_SHOWING = pose(left_flex=78, left_out=16, left_elbow=28)


@dataclass(frozen=True, slots=True)
class Sight:
    """Something that is seen from a time to another."""

    name: str
    start_s: float
    end_s: float


def draw_sight(rng: random.Random, is_close: bool) -> str:
    """The name of something that may come into view."""
    kind = rng.choice([kind for kind in SIGHTS if is_close or kind != "slouch"])
    if kind == "card":
        return rng.choice(CARDS)
    return rng.choice(SHOWN) if kind == "thing" else kind


def show_sight(film: Film, actor: Actor, name: str, start_s: float, end_s: float, rng: random.Random) -> Sight:
    """Let it happen about from one time to the other; when it can be told."""
    if name in POSTURES:
        return _posture(actor, name, start_s, end_s)
    if name in CARDS:
        return _held(actor, name, Thing.draw(rng, "card", name.removesuffix(" card")), start_s, end_s)
    if name in SHOWN:
        thing = Thing.draw(rng, name)
        if rng.random() < 0.5:
            return _held(actor, name, thing, start_s, end_s)
        x = rng.choice((-1, 1)) * rng.uniform(0.25, 0.5)
        film.things.append(Standing(thing, x, rng.uniform(0.6, 1.1) if film.is_close else 0.3, start_s, end_s))
        return Sight(name, start_s + 0.2, end_s - 0.15)
    if name == "nobody":
        return _absence(film, actor, start_s, end_s, rng)
    if name == "visitor":
        return _visit(film, start_s, end_s, rng)
    assert name == "dark", name
    film.dark.append((start_s, end_s))
    return Sight(name, start_s, end_s)


def show_activity(actor: Actor, activity: Activity, start_s: float, end_s: float, rng: random.Random) -> Sight:
    """Somebody does something for a while."""
    if activity.thing:
        actor.held.append((start_s - 0.3, end_s + 0.3, Thing.draw(rng, activity.thing)))
    go_on(actor.motion, activity, start_s, end_s, rng)
    return Sight(activity.name, start_s + 0.25, end_s - 0.1)


def show_exercise(
    actor: Actor, exercise: Exercise, start_s: float, num_whole: int, rng: random.Random
) -> list[Repetition]:
    """So many whole repetitions at somebody's pace, now and then one that is broken off, or a rest."""
    seconds, at, steady = rng.uniform(*exercise.seconds), start_s, rng.uniform(0.0, 0.15)
    breaks, rests = rng.choice((0.0, 0.1, 0.25)), rng.choice((0.0, 0.1, 0.2))
    made: list[Repetition] = []
    while sum(one.is_whole for one in made) < num_whole:
        depth = rng.uniform(0.25, 0.5) if rng.random() < breaks else rng.uniform(0.88, 1.08)
        lasts = max(0.65, seconds * (1 + rng.gauss(0, steady))) * (0.75 if depth < 0.6 else 1.0)
        made.append(repeat(actor.motion, exercise, at, lasts, depth, len(made)))
        at = made[-1].end_s + (rng.uniform(0.8, 3.0) if rng.random() < rests else rng.uniform(0.0, 0.35))
    return made


def told_at(one: Repetition) -> float:
    """When it can be seen that a repetition is done."""
    return one.end_s - 0.12 * (one.end_s - one.far_s)


def _posture(actor: Actor, name: str, start_s: float, end_s: float) -> Sight:
    before = actor.motion.last
    take_up(actor.motion, POSTURES[name], start_s, TAKES_S)
    actor.motion.hold(end_s)
    actor.motion.reach(before, end_s + TAKES_S)
    return Sight(name, start_s + SHOWN_SHARE * TAKES_S, end_s + (1 - SHOWN_SHARE) * TAKES_S)


def _held(actor: Actor, name: str, thing: Thing, start_s: float, end_s: float) -> Sight:
    """Somebody takes a thing from below, shows it, and puts it away."""
    before = actor.motion.last
    take_up(actor.motion, _SHOWING, start_s, TAKES_S)
    actor.motion.hold(end_s)
    actor.motion.reach(before, end_s + TAKES_S)
    actor.held.append((start_s + 0.1, end_s + TAKES_S - 0.1, thing))
    return Sight(name, start_s + SHOWN_SHARE * TAKES_S, end_s + TAKES_S - 0.1)


def _absence(film: Film, actor: Actor, start_s: float, end_s: float, rng: random.Random) -> Sight:
    """The person leaves to a side, and comes back."""
    before, side, speed = actor.motion.last, rng.choice((-1, 1)), rng.uniform(1.0, 1.9)
    away = side * (film.camera.half_width_m + 0.4)
    gone_s = walk(actor.motion, away, start_s, speed, 0.0)
    back_s = max(end_s, gone_s + 1.0)
    walk(actor.motion, 0.0, back_s, speed, 0.0)
    actor.motion.reach(before, actor.motion.times[-1] + 0.5)
    return Sight("nobody", gone_s - 0.3 / speed, back_s + 0.6 / speed)


def _visit(film: Film, start_s: float, end_s: float, rng: random.Random) -> Sight:
    """Somebody else comes in from a side, stays, and goes."""
    side, speed = rng.choice((-1, 1)), rng.uniform(0.9, 1.7)
    edge = film.camera.half_width_m + 0.4
    visitor = Actor.draw(rng, x=side * edge, z=rng.uniform(-0.9, -0.4))
    film.actors.append(visitor)
    walk(visitor.motion, side * rng.uniform(0.35, 0.6) * edge, start_s, speed, rng.uniform(-30, 30))
    walk(visitor.motion, side * edge, max(end_s, visitor.motion.times[-1] + 0.5), speed, 0.0)
    return Sight("visitor", start_s + 0.55 / speed, visitor.motion.times[-1] - 0.7)
