"""What bodies do: exercises with their repetitions, actions that go on, postures that are held. As poses over time.

A movement is a row of key poses; a body goes from one to the next, slow at both ends. Knows nothing of pixels.
"""

from __future__ import annotations

import random
from bisect import bisect
from dataclasses import dataclass, field
from math import pi, sin

import numpy as np

from model.studio.pictures_bodies import ENTRIES, STANDING, Pose, between, mirrored, pose

Keys = tuple[tuple[Pose, float], ...]  # poses one after another, and the share of the time at which each is reached


@dataclass(frozen=True, slots=True, eq=False)
class Exercise:
    """A movement that is repeated. Its keys lead away from the rest pose; at the time's end the body rests again."""

    singular: str
    plural: str
    keys: Keys
    rest: Pose
    seconds: tuple[float, float] = (1.0, 2.8)  # of one repetition
    changes_sides: bool = False
    turns: tuple[float, ...] = (0.0, 45.0, 90.0)  # from how far to the side it can be told


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """Something done for a while: from the standing pose into a round of keys again and again, and back."""

    name: str  # what people say: waving
    keys: tuple[Pose, ...]
    seconds: tuple[float, float]  # of one round
    turns: tuple[float, ...] = (0.0, 45.0)
    is_seated: bool = False
    thing: str = ""  # a kind of pictures_things held meanwhile


@dataclass(frozen=True, slots=True)
class Repetition:
    """One time an exercise is done, wholly or only begun."""

    start_s: float
    far_s: float  # where the body is farthest from rest
    end_s: float
    is_whole: bool


@dataclass(slots=True)
class Motion:
    """Where a body's joints are at each time: key poses with smooth ways between, and a little life."""

    times: list[float] = field(default_factory=list[float])
    poses: list[Pose] = field(default_factory=list[Pose])
    sway_phase: float = 0.0

    def reach(self, posed: Pose, at: float) -> None:
        """Be in a pose at a time, not before the last one."""
        self.times.append(max(at, self.times[-1] + 1e-3) if self.times else at)
        self.poses.append(posed)

    def hold(self, until: float) -> None:
        """Stay as it is."""
        self.reach(self.poses[-1], until)

    @property
    def last(self) -> Pose:
        return self.poses[-1]

    def at(self, time_s: float) -> Pose:
        """The pose at a time, as the first or last before and after."""
        after = bisect(self.times, time_s)
        if after in (0, len(self.times)):
            posed = self.poses[min(after, len(self.times) - 1)]
        else:
            start, end = self.times[after - 1], self.times[after]
            share = (time_s - start) / (end - start)
            posed = between(self.poses[after - 1], self.poses[after], share * share * (3 - 2 * share))
        return posed + _SWAY * sin(2 * pi * 0.3 * time_s + self.sway_phase)


def repeat(motion: Motion, exercise: Exercise, start_s: float, seconds: float, depth: float, index: int) -> Repetition:
    """One repetition from rest to rest; at a `depth` under 1 it goes only so far."""
    keys = [(mirrored(one) if exercise.changes_sides and index % 2 else one, share) for one, share in exercise.keys]
    rest = motion.last
    motion.hold(start_s)
    for key, share in keys:
        motion.reach(between(rest, _placed(key, rest), depth), start_s + share * seconds)
    motion.reach(rest, start_s + seconds)
    far_s = start_s + seconds * max(share for _, share in keys)
    return Repetition(start_s, far_s, start_s + seconds, is_whole=depth > WHOLE)


def go_on(motion: Motion, activity: Activity, start_s: float, end_s: float, rng: random.Random) -> None:
    """Do something from a time to another, then as before."""
    rest, at = motion.last, start_s
    motion.hold(start_s)
    round_s = rng.uniform(*activity.seconds)
    step_s, index = round_s / len(activity.keys), 0
    while at + step_s < end_s - 0.3:
        at += step_s * rng.uniform(0.85, 1.15) if index else 0.35
        motion.reach(_placed(activity.keys[index % len(activity.keys)], rest), at)
        index += 1
    motion.hold(end_s - 0.3)
    motion.reach(rest, end_s + 0.1)


def take_up(motion: Motion, posed: Pose, at: float, seconds: float = 0.5) -> None:
    """Change posture, where the body is."""
    motion.hold(at)
    motion.reach(_placed(posed, motion.last), at + seconds)


def walk(motion: Motion, to_x: float, at: float, speed: float, facing: float) -> float:
    """Walk sideways through the picture; when it is there."""
    posed = motion.last
    x = float(posed[_X])
    distance = abs(to_x - x)
    sideways = 90.0 if to_x > x else -90.0
    num_steps = max(2, round(distance / 0.55))
    step_s = distance / num_steps / speed
    motion.hold(at)
    for index in range(1, num_steps + 1):
        stride = _STRIDE if index % 2 else mirrored(_STRIDE)
        motion.reach(
            pose(stride, turn=sideways, x=x + (to_x - x) * index / num_steps, z=float(posed[_Z])), at + index * step_s
        )
    motion.reach(pose(turn=facing, x=to_x, z=float(posed[_Z])), at + num_steps * step_s + 0.4)
    return at + num_steps * step_s


def _placed(posed: Pose, where: Pose) -> Pose:
    """A pose at the place of another, turned as it is; who sits stays seated."""
    made = posed.copy()
    made[_KEPT] = where[_KEPT]
    if where[_ON_HIPS] and not where[_LIE]:
        made[_LEGS] = where[_LEGS]
    return made


_X, _Z, _LIE, _ON_HIPS = (ENTRIES.index(name) for name in ("x", "z", "lie", "on_hips"))
_KEPT = [_X, _Z, ENTRIES.index("turn")]
_LEGS = [i for i, name in enumerate(ENTRIES) if name.endswith(("_hip", "_side", "_knee")) or name.startswith("on_")]
_SWAY = np.array([0.0 if name in ("x", "z", "rise") or name.startswith("on_") else 1.2 for name in ENTRIES])
_STRIDE = pose(left_hip=24, right_hip=-20, left_knee=4, right_knee=18, left_flex=-22, right_flex=24, bend=4)
WHOLE = 0.8  # of the way; people do not count what ends before

_LYING = pose(lie=-90, legs_hip=52, legs_knee=100, arms_flex=165, arms_elbow=120, arms_out=30, on_feet=0, on_hips=1)
_BACK = pose(lie=-90, legs_hip=2, arms_flex=5, arms_out=15, on_feet=0, on_hips=1)
_PLANK = pose(lie=68, arms_flex=90, arms_out=6, arms_elbow=0, on_feet=0, on_hands=1)
_ALL_FOURS = pose(lie=52, legs_hip=40, legs_knee=50, arms_flex=90, arms_elbow=0, on_feet=0, on_hands=1)
SEATED = pose(legs_hip=85, legs_knee=85, arms_flex=25, arms_elbow=55, arms_out=10, on_feet=0, on_hips=1)

EXERCISES: dict[str, Exercise] = {
    exercise.singular: exercise
    for exercise in (
        Exercise(
            "squat", "squats",
            ((pose(legs_hip=98, legs_knee=112, bend=38, legs_side=12, arms_flex=62, arms_elbow=8), 0.5),), STANDING,
        ),
        Exercise(
            "jumping jack", "jumping jacks",
            ((pose(legs_side=27, arms_out=158, arms_fold=6, rise=0.08), 0.5),), STANDING, (0.7, 1.6), turns=(0.0, 30.0),
        ),
        Exercise(
            "push-up", "push-ups",
            ((pose(_PLANK, lie=80, arms_flex=18, arms_out=48, arms_elbow=72, arms_fold=-48), 0.5),), _PLANK,
            turns=(55.0, 75.0, 90.0),
        ),
        Exercise(
            "sit-up", "sit-ups", ((pose(_LYING, bend=82), 0.5),), _LYING, (1.3, 3.0), turns=(60.0, 90.0),
        ),
        Exercise(
            "lunge", "lunges",
            ((pose(left_hip=82, left_knee=88, right_hip=-18, right_knee=78, arms_flex=10), 0.5),), STANDING,
            (1.3, 3.0), changes_sides=True, turns=(30.0, 60.0, 90.0),
        ),
        Exercise("arm raise", "arm raises", ((pose(arms_out=170, arms_elbow=4), 0.5),), STANDING, turns=(0.0, 30.0)),
        Exercise(
            "front raise", "front raises", ((pose(arms_flex=95, arms_elbow=2), 0.5),), STANDING,
            turns=(30.0, 60.0, 90.0),
        ),
        Exercise(
            "curl", "curls", ((pose(arms_flex=12, arms_elbow=132), 0.5),), STANDING, turns=(0.0, 45.0, 90.0),
        ),
        Exercise(
            "shoulder press", "shoulder presses", ((pose(arms_out=168, arms_fold=6), 0.5),),
            pose(arms_out=62, arms_fold=92), turns=(0.0, 30.0),
        ),
        Exercise(
            "high knee", "high knees", ((pose(left_hip=98, left_knee=100, right_flex=40, right_elbow=60), 0.5),),
            STANDING, (0.7, 1.8), changes_sides=True,
        ),
        Exercise(
            "toe touch", "toe touches", ((pose(bend=105, arms_flex=78, arms_elbow=0, nod=15), 0.5),), STANDING,
            (1.4, 3.0), turns=(45.0, 90.0),
        ),
        Exercise(
            "side stretch", "side stretches", ((pose(tilt=34, left_out=168, left_fold=25), 0.5),), STANDING,
            (1.4, 3.0), changes_sides=True, turns=(0.0, 25.0),
        ),
        Exercise(
            "leg raise", "leg raises", ((pose(_BACK, legs_hip=84), 0.5),), _BACK, (1.4, 3.0), turns=(60.0, 90.0),
        ),
        Exercise(
            "side kick", "side kicks", ((pose(left_side=58, tilt=-10, arms_out=30), 0.5),), STANDING,
            changes_sides=True, turns=(0.0, 30.0),
        ),
        Exercise(
            "burpee", "burpees",
            (
                (pose(legs_hip=112, legs_knee=135, bend=45, arms_flex=65), 0.22),
                (_PLANK, 0.42), (_PLANK, 0.52),
                (pose(legs_hip=112, legs_knee=135, bend=45, arms_flex=65), 0.7),
                (pose(arms_flex=165, rise=0.12), 0.85),
            ),
            STANDING, (2.4, 4.0), turns=(60.0, 90.0),
        ),
        Exercise(
            "jump", "jumps",
            ((pose(legs_hip=55, legs_knee=75, bend=22, arms_flex=-25), 0.35), (pose(arms_flex=60, rise=0.3), 0.62)),
            STANDING, (0.9, 1.8),
        ),
    )
}  # fmt: skip

_ACTIVITIES = (
    Activity("waving", (pose(left_out=120, left_fold=35), pose(left_out=120, left_fold=75)), (0.5, 1.1)),
    Activity(
        "clapping",
        (
            pose(arms_flex=62, arms_elbow=32, arms_out=-12, arms_fold=-22),
            pose(arms_flex=62, arms_elbow=32, arms_out=18),
        ),
        (0.4, 0.9),
    ),
    Activity(
        "jogging in place",
        (
            pose(left_hip=58, left_knee=85, right_flex=35, arms_elbow=75),
            pose(right_hip=58, right_knee=85, left_flex=35, arms_elbow=75),
        ),
        (0.5, 0.9),
        (0.0, 45.0, 90.0),
    ),
    Activity(
        "jumping",
        (pose(legs_hip=35, legs_knee=50, bend=10), pose(rise=0.22, arms_flex=25)),
        (0.6, 1.0),
        (0.0, 90.0),
    ),
    Activity(
        "dancing",
        (pose(tilt=14, left_out=80, right_out=25, legs_knee=14, legs_hip=8), pose(tilt=-14, left_out=25, right_out=80)),
        (0.8, 1.6),
    ),
    Activity(
        "stretching", (pose(arms_out=172, arms_fold=8, bend=-6), pose(arms_out=172, tilt=12, bend=-4)), (1.6, 3.0)
    ),
    Activity(
        "scratching",
        (pose(left_out=96, left_fold=122, nod=8), pose(left_out=102, left_fold=128, nod=8)),
        (0.4, 0.8),
    ),
    Activity(
        "drinking",
        (pose(left_flex=48, left_elbow=98, nod=-14), pose(left_flex=54, left_elbow=100, nod=-18)),
        (1.2, 2.2),
        thing="cup",
    ),
    Activity(
        "phoning",
        (pose(left_flex=30, left_out=35, left_elbow=128), pose(left_flex=32, left_out=35, left_elbow=128, nod=8)),
        (1.2, 2.4),
        thing="phone",
    ),
    Activity(
        "reading",
        (
            pose(arms_flex=42, arms_elbow=50, arms_fold=-18, nod=24),
            pose(arms_flex=44, arms_elbow=50, arms_fold=-18, nod=28),
        ),
        (1.5, 3.0),
        thing="book",
    ),
    Activity(
        "boxing",
        (
            pose(left_flex=88, left_elbow=4, right_flex=30, right_elbow=120),
            pose(right_flex=88, right_elbow=4, left_flex=30, left_elbow=120),
        ),
        (0.5, 1.0),
        (0.0, 45.0, 90.0),
    ),
    Activity(
        "sweeping",
        (pose(arms_flex=42, arms_elbow=22, bend=18, tilt=10), pose(arms_flex=60, arms_elbow=10, bend=24, tilt=-10)),
        (0.9, 1.6),
        thing="broom",
    ),
    Activity(
        "crouching",
        (pose(legs_hip=118, legs_knee=142, bend=35, arms_flex=55, arms_elbow=30),),
        (1.2, 1.6),
        (0.0, 45.0, 90.0),
    ),
)
ACTIVITIES: dict[str, Activity] = {activity.name: activity for activity in _ACTIVITIES}
RAISED_HAND = pose(left_out=172, left_elbow=4)
CROSSED_ARMS = pose(arms_flex=38, arms_out=2, arms_elbow=70, arms_fold=-42)
HANDS_ON_HIPS = pose(arms_out=48, arms_fold=-92)
SLOUCHED = pose(SEATED, bend=12, hunch=26, nod=14)
