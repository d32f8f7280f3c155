"""A body in space: what its joints do, how it is built, and where its parts then are. Knows nothing of pixels.

A pose is a vector, so that what lies between two poses is their mean. Angles are degrees, lengths metres; x is to the
person's left, y up, z to where they face. Positive angles bring a limb forward (`flex`) or away from the body (`out`).

Shapes: N entries of a pose, J joints.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

Pose = NDArray[np.float64]  # (N,)
Points = NDArray[np.float64]  # (J, 3)

ENTRIES: tuple[str, ...] = (
    "lie", "turn", "bend", "tilt", "nod", "hunch", "rise",
    "left_flex", "left_out", "left_elbow", "left_fold",
    "right_flex", "right_out", "right_elbow", "right_fold",
    "left_hip", "left_side", "left_knee",
    "right_hip", "right_side", "right_knee",
    "x", "z", "on_feet", "on_hips", "on_hands",
)  # fmt: skip
_AT = {name: index for index, name in enumerate(ENTRIES)}
_LEFT = [index for name, index in _AT.items() if name.startswith("left_")]
_RIGHT = [_AT[ENTRIES[index].replace("left_", "right_")] for index in _LEFT]

JOINTS = (
    "pelvis", "neck", "head", "nose",
    "left_shoulder", "left_elbow", "left_hand", "right_shoulder", "right_elbow", "right_hand",
    "left_hip", "left_knee", "left_ankle", "left_toe", "right_hip", "right_knee", "right_ankle", "right_toe",
)  # fmt: skip
JOINT = {name: index for index, name in enumerate(JOINTS)}
_FEET = [JOINT["left_ankle"], JOINT["right_ankle"]]
_HANDS = [JOINT["left_hand"], JOINT["right_hand"]]
FLOOR_GAP_M = 0.06  # from the lowest joint to the floor: flesh


@dataclass(frozen=True, slots=True)
class Build:
    """Lengths of a body, metres."""

    trunk: float = 0.5
    neck: float = 0.21  # to the middle of the head
    head: float = 0.115  # radius
    shoulders: float = 0.19  # half the width
    hips: float = 0.1
    upper_arm: float = 0.29
    forearm: float = 0.27
    thigh: float = 0.43
    shin: float = 0.43
    foot: float = 0.19
    flesh: float = 1.0  # thickness of everything

    @classmethod
    def draw(cls, rng: random.Random) -> Build:
        """Somebody, from a child to a tall man."""
        size = rng.uniform(0.8, 1.1)
        legs, arms, width = rng.uniform(0.9, 1.1), rng.uniform(0.93, 1.07), rng.uniform(0.88, 1.18)
        return cls(
            trunk=0.5 * size * rng.uniform(0.94, 1.06),
            neck=0.21 * size,
            head=0.115 * rng.uniform(0.92, 1.1) * (0.5 + 0.5 * size),
            shoulders=0.19 * size * width,
            hips=0.1 * size * width,
            upper_arm=0.29 * size * arms,
            forearm=0.27 * size * arms,
            thigh=0.43 * size * legs,
            shin=0.43 * size * legs,
            foot=0.19 * size,
            flesh=size * rng.uniform(0.8, 1.4),
        )

    @property
    def height(self) -> float:
        return self.shin + self.thigh + self.trunk + self.neck + self.head


def pose(base: Pose | None = None, **entries: float) -> Pose:
    """A pose from another one, standing upright if none is given; `arms_x` and `legs_x` stand for both sides."""
    made = STANDING.copy() if base is None else base.copy()
    for name, value in entries.items():
        group, _, rest = name.partition("_")
        if group in ("arms", "legs"):
            made[[_AT[f"left_{rest}"], _AT[f"right_{rest}"]]] = value
        else:
            made[_AT[name]] = value
    return made


def mirrored(one: Pose) -> Pose:
    """Left for right."""
    made = one.copy()
    made[_LEFT], made[_RIGHT] = one[_RIGHT], one[_LEFT]
    made[[_AT["turn"], _AT["tilt"]]] *= -1
    return made


def between(first: Pose, second: Pose, share: float) -> Pose:
    """A pose on the way."""
    return first + (second - first) * share


def joints_of(posed: Pose, build: Build) -> Points:
    """Where the joints are, (J, 3), the lowest of them near the floor, y = 0."""
    at = dict(zip(ENTRIES, posed.tolist(), strict=True))
    whole, trunk = _about_x(at["lie"]), _about_x(at["bend"]) @ _about_z(-at["tilt"])
    chest = trunk @ _about_x(at["hunch"])
    points = np.zeros((len(JOINTS), 3))
    neck = points[JOINT["neck"]] = trunk @ np.array((0, build.trunk * 0.55, 0)) + chest @ np.array(
        (0, build.trunk * 0.45, 0)
    )
    skull = chest @ _about_x(at["nod"] + 0.6 * at["hunch"])
    points[JOINT["head"]] = neck + skull @ np.array((0, build.neck, 0.02))
    points[JOINT["nose"]] = points[JOINT["head"]] + skull @ np.array((0, 0, build.head))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        shoulder = neck + chest @ np.array((sign * build.shoulders, -0.06, 0.0))
        flex, out = at[f"{side}_flex"], at[f"{side}_out"]
        elbow = shoulder + chest @ _limb(flex, out, sign) * build.upper_arm
        bent = _limb(flex + at[f"{side}_elbow"], out + at[f"{side}_fold"], sign)
        hip = np.array((sign * build.hips, 0.0, 0.0))
        knee = hip + _limb(at[f"{side}_hip"], at[f"{side}_side"], sign) * build.thigh
        shin = at[f"{side}_hip"] - at[f"{side}_knee"]
        ankle = knee + _limb(shin, at[f"{side}_side"], sign) * build.shin
        toe = ankle + _limb(90 + 0.5 * shin, 0.0, sign) * build.foot
        parts = (shoulder, elbow, elbow + chest @ bent * build.forearm, hip, knee, ankle, toe)
        for name, point in zip(("shoulder", "elbow", "hand", "hip", "knee", "ankle", "toe"), parts, strict=True):
            points[JOINT[f"{side}_{name}"]] = point
    points = points @ whole.T @ _about_y(at["turn"]).T
    return points + _stand(points, at)


def _stand(points: Points, at: dict[str, float]) -> NDArray[np.float64]:
    """How far to move a body so that what carries it is at its place, and its lowest part on the floor."""
    carriers: list[tuple[float, list[int]]] = [
        (at["on_feet"], _FEET),
        (at["on_hips"], [JOINT["pelvis"]]),
        (at["on_hands"], _HANDS),
    ]
    weight = sum(share for share, _ in carriers)
    carried: NDArray[np.float64] = np.zeros(3)
    for share, joints in carriers:
        carried += points[joints].mean(0) * share / weight
    lowest = np.delete(points, [JOINT["left_toe"], JOINT["right_toe"]], axis=0)[:, 1].min()
    return np.array((at["x"] - carried[0], FLOOR_GAP_M + at["rise"] - lowest, at["z"] - carried[2]))


def _limb(flex: float, out: float, sign: float) -> NDArray[np.float64]:
    """The direction of a limb that hangs down at 0, 0."""
    f, o = radians(flex), radians(out)
    return np.array((sign * sin(o), -cos(o) * cos(f), cos(o) * sin(f)))


def _about_x(degrees: float) -> NDArray[np.float64]:
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return np.array(((1, 0, 0), (0, c, -s), (0, s, c)))


def _about_y(degrees: float) -> NDArray[np.float64]:
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return np.array(((c, 0, s), (0, 1, 0), (-s, 0, c)))


def _about_z(degrees: float) -> NDArray[np.float64]:
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return np.array(((c, -s, 0), (s, c, 0), (0, 0, 1)))


STANDING: Pose = np.zeros(len(ENTRIES))
STANDING[[_AT["left_out"], _AT["right_out"]]] = 8
STANDING[[_AT["left_elbow"], _AT["right_elbow"]]] = 8
STANDING[[_AT["left_side"], _AT["right_side"]]] = 4
STANDING[_AT["on_feet"]] = 1
