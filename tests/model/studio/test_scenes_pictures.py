"""What is asked about pictures is done for what is asked, and for nothing else that is seen."""

from __future__ import annotations

import random
import re

import pytest

from model.studio.number_words import in_words
from model.studio.pictures_moves import ACTIVITIES, EXERCISES
from model.studio.pictures_things import CARD_COLOURS
from model.studio.scenes import play_scene
from model.studio.stage import SEEING_DELAY_S, Play
from model.types import Mark, Note
from tests.model.studio.silent_cast import SilentCast

SEEDS = range(60)


def play(name: str, seed: int) -> Play:
    return play_scene(name, SilentCast(), random.Random(seed))


def marks(one: Play) -> list[tuple[float, str]]:
    return sorted((deed.at, deed.action.kind) for deed in one.deeds if isinstance(deed.action, Mark))


def note_of(one: Play) -> tuple[float, str]:
    return next((deed.at, deed.action.text) for deed in one.deeds if isinstance(deed.action, Note))


def lines_at(one: Play) -> dict[float, str]:
    return {line.at: line.text.rstrip(".").lower() for line in one.lines}


def test_the_numbers_rise_by_one_with_the_exercise_that_was_asked_for() -> None:
    with_others = 0
    for seed in SEEDS:
        one = play("counted_aloud", seed)
        noted_at, note = note_of(one)
        wanted, said = note.removeprefix("count "), lines_at(one)
        assert wanted in EXERCISES
        numbers = [said[at] for at, kind in marks(one) if kind == wanted and at in said]
        assert numbers == [in_words(n + 1) for n in range(len(numbers))] and numbers, seed
        others = [at for at, kind in marks(one) if kind in EXERCISES and kind != wanted]
        with_others += bool(others)
        assert not any(at in said for at in others), seed
        assert all(at > noted_at for at, kind in marks(one) if kind == wanted), seed
    assert with_others > 5


def test_each_repetition_has_its_half_before_it_and_broken_off_ones_neither() -> None:
    num_broken = 0
    for seed in SEEDS:
        one = play("counted_aloud", seed)
        kinds = [kind for _, kind in marks(one) if kind == "half" or kind in EXERCISES]
        assert kinds[0::2] == ["half"] * (len(kinds) // 2) and "half" not in kinds[1::2], seed
        num_broken += len(one.telling) // 2
    assert num_broken > 20


def test_nothing_is_counted_that_nobody_asked_for() -> None:
    for seed in SEEDS:
        one = play("not_counted", seed)
        wanted = {deed.action.text.removeprefix("count ") for deed in one.deeds if isinstance(deed.action, Note)}
        done = {kind for _, kind in marks(one) if kind in EXERCISES}
        assert done and not done & wanted, seed
        numbers = {in_words(n) for n in range(1, 40)}
        assert not any(text in numbers for text in lines_at(one).values()), seed


def test_a_sight_is_told_when_it_comes_and_once_where_once_was_asked() -> None:
    never = 0
    for seed in SEEDS:
        one = play("told_when_seen", seed)
        noted_at, note = note_of(one)
        found = re.fullmatch(r"see (once )?([\w ]+): (.+)", note)
        assert found, note
        is_once, wanted, words = bool(found[1]), found[2], found[3]
        comes = [at for at, kind in marks(one) if kind == wanted]
        told = [line.at for line in one.lines if line.text.lower().rstrip(".?!").replace(",", "") == words]
        told = [at for at in told if at > noted_at]
        assert told == (comes[:1] if is_once else comes), (seed, note)
        never += not comes
    assert never > 3


def test_a_start_and_an_end_are_said_only_of_what_was_asked_for() -> None:
    for seed in SEEDS:
        one = play("start_and_stop", seed)
        _, note = note_of(one)
        found = re.fullmatch(r"watch ([\w ]+): (\w+) / (\w+)", note)
        assert found and found[1] in ACTIVITIES, note
        begins = [at for at, kind in marks(one) if kind == found[1]]
        ends = [at for at, kind in marks(one) if kind == f"{found[1]} over"]
        said = lines_at(one)
        assert begins and [said[at] for at in begins] == [found[2]] * len(begins)
        assert [said[at] for at in ends] == [found[3]] * len(ends)
        assert len(said) <= 2 * len(begins) + 2, seed  # a greeting and an acknowledgement


def test_a_colour_is_that_of_the_card_in_view() -> None:
    asked = 0
    for seed in SEEDS:
        one = play("asked_what_is_seen", seed)
        for line in one.lines:
            colour = line.text.rstrip(".").lower()
            if colour in CARD_COLOURS:
                before = [kind for at, kind in marks(one) if at <= line.at and kind.endswith("card")]
                assert before and before[-1] == f"{colour} card", seed
                asked += 1
    assert asked > 10


@pytest.mark.parametrize(
    "name", ["counted_aloud", "not_counted", "told_when_seen", "start_and_stop", "asked_what_is_seen", "looking_on"]
)
def test_nothing_is_told_of_what_the_camera_did_not_show_yet(name: str) -> None:
    for seed in SEEDS:
        one = play(name, seed)
        begins_s = min(seen.times[0] for seen in one.seen)
        sights = [at for at, kind in marks(one) if not re.fullmatch(r"[abc]( x)?\d+", kind)]
        assert all(at >= begins_s + SEEING_DELAY_S - 0.4 for at in sights), seed
        turns = [int(seen.times[-1] / 0.2) for seen in one.seen]
        assert len(turns) == len(set(turns)) and turns == sorted(turns)
