"""Every scene is played with many seeds, and what all of them promise is held."""

from __future__ import annotations

import random
import re
from functools import cache

import pytest

from model.studio.number_words import HELD_OUT_WAITS, in_words
from model.studio.scenes import SCENES, play_scene
from model.studio.stage import GREETING, HEARING_DELAY_S, REACTION_S, Play, plain
from model.types import Delegate, DropNote, Mark, Note
from tests.model.studio.silent_cast import SilentCast

SEEDS = range(50)
HELD_OUT = re.compile(
    rf"\b(?<!twenty )(?<!thirty )(?<!forty )(?<!fifty )(?<!sixty )(?<!seventy )(?<!eighty )(?<!ninety )"
    rf"(?<!hundred )({'|'.join(in_words(n) for n in sorted(HELD_OUT_WAITS))}) (second|minute|secs)"
)


@cache
def played(name: str, seed: int) -> Play:
    return play_scene(name, SilentCast(), random.Random(seed))


def user_texts(play: Play) -> list[str]:
    return [sound.spoken.text for sound in play.sounds if sound.spoken is not None]


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_the_same_for_the_same_seed(name: str) -> None:
    for seed in (0, 1, 2):
        first, second = (play_scene(name, SilentCast(), random.Random(seed)) for _ in range(2))
        assert user_texts(first) == user_texts(second)
        assert [(line.text, line.at, line.said_by) for line in first.lines] == [
            (line.text, line.at, line.said_by) for line in second.lines
        ]
        assert first.deeds == second.deeds and first.told == second.told and first.end_s == second.end_s
    assert user_texts(played(name, 0)) != user_texts(played(name, 1)) or not user_texts(played(name, 0))


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_ends_within_its_bounds_and_after_all_that_happens(name: str) -> None:
    for seed in SEEDS:
        play = played(name, seed)
        assert 3.0 <= play.end_s <= 260.0, (seed, play.end_s)
        times = [line.at for line in play.lines] + [deed.at for deed in play.deeds] + [told.at for told in play.told]
        times += [sound.spoken.end_s for sound in play.sounds if sound.spoken is not None] + play.telling
        assert all(0.0 <= at <= play.end_s + 1e-6 for at in times), seed
    mean_s = sum(played(name, seed).end_s for seed in SEEDS) / len(SEEDS)
    assert 15.0 <= mean_s <= 100.0, mean_s


@pytest.mark.parametrize("name", SCENES)
def test_nobody_asks_for_a_wait_that_is_held_out(name: str) -> None:
    for seed in SEEDS:
        play = played(name, seed)
        for text in user_texts(play):
            heard = " ".join(plain(word) for word in text.split())
            assert not HELD_OUT.search(heard), (seed, text)
        for deed in play.deeds:
            if isinstance(deed.action, Note):
                found = re.match(r"[abc] (?:in|every) (\d+)", deed.action.text)
                waits = {int(found[1]), int(found[1]) / 60} if found else set[float]()
                assert not waits & HELD_OUT_WAITS, (seed, deed.action.text)


@pytest.mark.parametrize("name", SCENES)
def test_nothing_is_written_before_something_was_heard(name: str) -> None:
    for seed in SEEDS:
        play = played(name, seed)
        causes = [w.end_s for s in play.sounds if s.spoken is not None for w in s.spoken.words]
        causes += [told.at for told in play.told] + [sound.start_s for sound in play.sounds]
        causes += [seen.times[0] for seen in play.seen]
        firsts = [line.at for line in play.lines if line.said_by != GREETING] + [deed.at for deed in play.deeds]
        if firsts:
            assert min(firsts) >= min(causes) + REACTION_S - 1e-6, seed


@pytest.mark.parametrize("name", SCENES)
def test_a_note_follows_a_request_by_no_less_than_hearing_takes(name: str) -> None:
    for seed in SEEDS:
        play = played(name, seed)
        ends = [sound.spoken.end_s for sound in play.sounds if sound.spoken is not None]
        ends += [told.at for told in play.told]
        for deed in play.deeds:
            if isinstance(deed.action, Note | Delegate):
                before = [end for end in ends if end <= deed.at - min(HEARING_DELAY_S, 0.3) + 1e-6]
                assert before and deed.at - max(before) < 1.5, (seed, deed)


@pytest.mark.parametrize("name", SCENES)
def test_only_notes_that_exist_are_dropped_and_each_once(name: str) -> None:
    for seed in SEEDS:
        known, dropped = set[str](), set[str]()
        for deed in sorted(played(name, seed).deeds, key=lambda deed: deed.at):
            if isinstance(deed.action, Note):
                known.add(f"n{len(known) + 1}")
            elif isinstance(deed.action, DropNote):
                assert deed.action.id in known - dropped, (seed, deed)
                dropped.add(deed.action.id)


@pytest.mark.parametrize("name", [name for name, kind in SCENES.items() if kind.behaviour == "listening"])
def test_nothing_is_said_or_done_while_nobody_means_the_agent(name: str) -> None:
    for seed in SEEDS:
        play = played(name, seed)
        assert not play.deeds and [line.said_by for line in play.lines] in ([], [GREETING]), seed


def test_marks_count_down_to_one_a_second() -> None:
    for seed in SEEDS:
        marks = [deed for deed in played("single_delay", seed).deeds if isinstance(deed.action, Mark)]
        left = [int(mark.action.kind[1:]) for mark in marks if isinstance(mark.action, Mark)]
        assert left and left[-1] == 1
        for before, after, mark, following in zip(left, left[1:], marks, marks[1:], strict=False):
            assert after == before - 1 or before == 1, (seed, before, after)
            assert following.at - mark.at < 1.9 or before == 1, seed
