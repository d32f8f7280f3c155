"""Bodies move as their exercise says, films are the same for their seed, and what they show is seen in the pixels."""

from __future__ import annotations

import random

import numpy as np
import pytest

from model.studio.pictures_bodies import FLOOR_GAP_M, JOINT, STANDING, Build, Pose, joints_of, mirrored, pose
from model.studio.pictures_camera import HEIGHT, WIDTH
from model.studio.pictures_films import Film, film_of
from model.studio.pictures_moves import ACTIVITIES, EXERCISES, SEATED, WHOLE, Motion, repeat
from model.studio.pictures_packed import PackedError, pack, unpack
from model.studio.pictures_sights import (
    CARDS,
    SIGHTS,
    draw_sight,
    show_activity,
    show_exercise,
    show_sight,
    told_at,
)
from model.studio.pictures_things import SHOWN

BUILD = Build()


def joint(posed: Pose, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return joints_of(posed, BUILD)[JOINT[name]]


def still_film(seed: int, *, is_close: bool = False) -> tuple[Film, random.Random]:
    rng = random.Random(seed)
    film, _ = film_of(rng, is_close)
    return film, rng


@pytest.mark.parametrize("name", EXERCISES)
def test_nobody_sinks_into_the_floor_and_bones_keep_their_length(name: str) -> None:
    exercise, motion = EXERCISES[name], Motion()
    motion.reach(exercise.rest, 0.0)
    for index in range(2):
        repeat(motion, exercise, 2.0 * index, 2.0, 1.0, index)
    for time_s in np.linspace(0, 4, 41).tolist():
        points = joints_of(motion.at(time_s), BUILD)
        assert points[:, 1].min() > -0.2
        for side in ("left", "right"):
            thigh = points[JOINT[f"{side}_hip"]] - points[JOINT[f"{side}_knee"]]
            assert np.linalg.norm(thigh) == pytest.approx(BUILD.thigh)


def test_a_squat_lowers_the_pelvis_and_leaves_the_feet() -> None:
    deep = EXERCISES["squat"].keys[0][0]
    assert joint(deep, "pelvis")[1] < 0.65 * joint(STANDING, "pelvis")[1]
    assert joint(deep, "left_ankle")[1] == pytest.approx(FLOOR_GAP_M, abs=0.02)


def test_a_push_up_moves_the_head_towards_the_floor_above_the_hands() -> None:
    exercise = EXERCISES["push-up"]
    up, down = exercise.rest, exercise.keys[0][0]
    assert joint(down, "head")[1] < joint(up, "head")[1] - 0.2
    assert joint(up, "left_hand")[1] < 0.15 and abs(joint(up, "left_ankle")[1]) < 0.2


def test_a_mirrored_pose_swaps_the_sides_and_back() -> None:
    lunge = EXERCISES["lunge"].keys[0][0]
    assert np.array_equal(mirrored(mirrored(lunge)), lunge)
    left, right = joint(lunge, "left_knee"), joint(mirrored(lunge), "right_knee")
    assert left[1:] == pytest.approx(right[1:]) and left[0] == pytest.approx(-right[0])


def test_the_repetitions_that_count_are_those_that_go_all_the_way() -> None:
    for seed in range(40):
        rng = random.Random(seed)
        exercise = rng.choice(list(EXERCISES.values()))
        film, actor = film_of(rng, rest=exercise.rest)
        made = show_exercise(actor, exercise, 1.0, 5, rng)
        assert sum(one.is_whole for one in made) == 5 and film.actors == [actor]
        key = exercise.keys[-1][0]
        reach = float(np.abs(key - exercise.rest).max())
        for one, following in zip(made, [*made[1:], None], strict=True):
            assert one.start_s < one.far_s < told_at(one) < one.end_s
            assert following is None or following.start_s >= one.end_s
            changed = float(np.abs(actor.motion.at(one.far_s) - actor.motion.at(one.start_s)).max())
            assert (changed > WHOLE * reach) == one.is_whole, (seed, exercise.singular, changed, reach)


def test_a_film_is_the_same_for_its_seed_at_any_order_of_asking() -> None:
    (one, _), (other, _) = still_film(5), still_film(5)
    assert np.array_equal(one(1.0), other(1.0))
    later = one(3.0)
    assert np.array_equal(one(1.0), other(1.0)) and np.array_equal(later, other(3.0))
    assert one(0.0).shape == (HEIGHT, WIDTH, 3) and one(0.0).dtype == np.uint8
    assert not np.array_equal(still_film(6)[0](1.0), one(1.0))


def test_what_comes_into_view_changes_the_picture_and_goes_again() -> None:
    changes, traces = dict[str, float](), dict[str, float]()
    for seed in range(60):
        film, rng = still_film(seed, is_close=seed % 2 == 0)
        name = draw_sight(rng, film.is_close)
        sight = show_sight(film, film.actors[0], name, 2.0, 5.0, rng)
        assert 2.0 <= sight.start_s < sight.end_s
        before, during, after = (film(at) for at in (1.5, (sight.start_s + sight.end_s) / 2, sight.end_s + 3.0))
        kind = "card" if name in CARDS else "thing" if name in SHOWN else name
        changed = float((np.abs(during.astype(int) - before).max(2) > 30).mean())
        assert changed > 0.001, (seed, name)
        changes[kind] = changes.get(kind, 0.0) + changed
        traces[kind] = traces.get(kind, 0.0) + float((np.abs(after.astype(int) - before).max(2) > 30).mean())
    assert set(changes) == set(SIGHTS)
    for kind, changed in changes.items():
        assert traces[kind] < 0.7 * changed, (kind, traces[kind], changed)


@pytest.mark.parametrize("name", ACTIVITIES)
def test_what_is_done_moves_and_is_still_before_and_after(name: str) -> None:
    rng = random.Random(name)
    _, actor = film_of(rng)
    sight = show_activity(actor, ACTIVITIES[name], 2.0, 6.0, rng)
    assert sight.name == name and 2.0 < sight.start_s < sight.end_s <= 6.0
    still = np.abs(actor.motion.at(1.9) - actor.motion.at(0.5)).max()
    doing = max(np.abs(actor.motion.at(t) - actor.motion.at(0.5)).max() for t in np.arange(2.5, 5.5, 0.1).tolist())
    assert doing > 5 * still


def test_who_sits_stays_seated_with_a_hand_up() -> None:
    film, rng = still_film(4, is_close=True)
    actor = film.actors[0]
    show_sight(film, actor, "hand up", 1.0, 3.0, rng)
    points = joints_of(actor.motion.at(2.0), BUILD)
    assert points[JOINT["left_hand"], 1] > points[JOINT["head"], 1]
    assert points[JOINT["pelvis"], 1] == pytest.approx(joint(pose(SEATED), "pelvis")[1], abs=0.05)


def test_pictures_come_back_from_their_packing_nearly_as_they_were() -> None:
    film, _ = still_film(1)
    pair = [film(0.0), film(0.1)]
    packed = pack(pair, 90)
    back = unpack(packed)
    assert back.shape == (2, HEIGHT, WIDTH, 3) and len(packed) < pair[0].nbytes / 4
    assert np.abs(back.astype(int) - np.stack(pair)).mean() < 6
    assert np.array_equal(unpack(pack(pair[:1], 90)).shape, (1, HEIGHT, WIDTH, 3))
    with pytest.raises(PackedError, match="3 bytes"):
        unpack(b"abc")
