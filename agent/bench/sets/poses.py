"""How a figure stands and what its movements change, as joint angles. Knows nothing of pixels.

Angles are radians from hanging straight down, positive away from the body; lengths are shares of the picture's height.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from agent.bench.item import ItemError, Motion

RAMP_S = 0.45  # into a pose that is held, and out of it


@dataclass(frozen=True, slots=True)
class Pose:
    """One moment of a figure."""

    x: float = 0.5  # of the hips, as a share of the width
    y: float = 0.52  # of the hips, from the top
    lean: float = 0.0  # of the trunk, to the right
    left_shoulder: float = 0.16
    left_elbow: float = 0.1
    right_shoulder: float = 0.16
    right_elbow: float = 0.1
    left_hip: float = 0.1
    left_knee: float = 0.0
    right_hip: float = 0.1
    right_knee: float = 0.0
    head: float = 0.0  # of the head, forward
    card: float = 0.0  # how much of a card is seen in the right hand
    other: float = 0.0  # how far a second figure has come in
    light: float = 1.0


def _both(shoulder: float = 0.0, elbow: float = 0.0, hip: float = 0.0, knee: float = 0.0) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in {"shoulder": shoulder, "elbow": elbow, "hip": hip, "knee": knee}.items():
        found |= {f"{side}_{name}": value for side in ("left", "right")} if value else {}
    return found


# What a movement adds to the standing pose where it is at its height.
MOTIONS: Mapping[str, Mapping[str, float]] = {
    "jumping_jack": {**_both(shoulder=2.5, hip=0.4), "y": -0.03},
    "squat": {**_both(shoulder=1.2, hip=0.75, knee=-1.5), "y": 0.13},
    "arm_raise": _both(shoulder=1.4),
    "knee_lift": {"right_hip": 1.35, "right_knee": -1.5},
    "side_bend": {"lean": 0.65, "left_shoulder": 2.6},
    "press": _both(shoulder=2.7, elbow=0.2),
    "lunge": {"right_hip": 0.9, "right_knee": -1.0, "left_hip": 0.5, "y": 0.08},
    "elbow_curl": _both(elbow=2.3),
    "wave": {"right_shoulder": 2.3, "right_elbow": 0.9},
    "clap": _both(shoulder=0.9, elbow=-1.5),
    "nod": {"head": 0.8},
    "bow": {"lean": 1.1, "head": 0.3},
    "drink": {"right_shoulder": 0.7, "right_elbow": 2.3},
    "march": {"left_hip": 1.0, "left_knee": -1.3},
    "raised_hand": {"right_shoulder": 2.8},
    "slouch": {"head": 0.7, "lean": 0.35, "y": 0.04},
    "sit": {**_both(hip=0.9, knee=-1.6), "y": 0.17},
    "leave": {"x": 0.75},
    "card": {"right_shoulder": 1.3, "right_elbow": 1.2, "card": 1.0},
    "visitor": {"other": 1.0},
    "dark": {"light": -0.75},
}


def pose_at(motions: Sequence[Motion], at_s: float) -> Pose:
    """The standing pose with every movement's share at a time. Raises ItemError on a movement that is not known."""
    values = {field.name: float(getattr(Pose(), field.name)) for field in fields(Pose)}
    for motion in motions:
        if motion.kind not in MOTIONS:
            raise ItemError(f"motion {motion.kind!r}: there is {', '.join(MOTIONS)}")
        share = _share(motion, at_s)
        for name, change in MOTIONS[motion.kind].items():
            values[name] += share * change
    return replace(Pose(), **values)


def _share(motion: Motion, at_s: float) -> float:
    """How far a movement has gone, 0 to 1."""
    if not motion.start_s <= at_s <= motion.end_s:
        return 0.0
    if motion.cycles:
        turn = motion.cycles * (at_s - motion.start_s) / (motion.end_s - motion.start_s)
        return (1 - math.cos(2 * math.pi * turn)) / 2
    edge_s = min(at_s - motion.start_s, motion.end_s - at_s)
    return (1 - math.cos(math.pi * min(1.0, edge_s / RAMP_S))) / 2
