"""Draws every exercise and activity over time on one sheet, for people to judge: `--file sheet.png --seed 1`."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.studio.pictures_films import Film, film_of
from model.studio.pictures_moves import ACTIVITIES, EXERCISES, repeat
from model.studio.pictures_sights import draw_sight, show_activity, show_sight

NUM_MOMENTS = 8
LASTS_S = 2.0
_NUM_SIGHTS = 8


def sheet(seed: int) -> NDArray[np.uint8]:
    """A row for each movement and for some sights, time to the right."""
    rng, rows = random.Random(seed), list[NDArray[np.uint8]]()
    for exercise in EXERCISES.values():
        film, actor = film_of(rng, turn=rng.choice(exercise.turns), rest=exercise.rest)
        repeat(actor.motion, exercise, 0.0, LASTS_S, 1.0, 0)
        rows.append(_row(film, 0.0, LASTS_S))
    for activity in ACTIVITIES.values():
        film, actor = film_of(rng, turn=rng.choice(activity.turns))
        show_activity(actor, activity, 0.0, 2 * LASTS_S, rng)
        rows.append(_row(film, 0.0, LASTS_S))
    for index in range(_NUM_SIGHTS):
        film, actor = film_of(rng, is_close=index % 2 == 0)
        show_sight(film, actor, draw_sight(rng, film.is_close), 0.5, 2 * LASTS_S - 1.0, rng)
        rows.append(_row(film, 0.0, 2 * LASTS_S))
    return np.concatenate(rows)


def _row(film: Film, start_s: float, end_s: float) -> NDArray[np.uint8]:
    times = np.linspace(start_s, end_s, NUM_MOMENTS) + film.lag_s
    return np.concatenate([film(at) for at in times.tolist()], axis=1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=Path("sheet.png"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    Image.fromarray(sheet(options.seed)).save(options.file)
