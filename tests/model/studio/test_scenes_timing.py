"""Scenes of speech at certain times: it comes when it is due, as often as asked, and not after it was stopped."""

from __future__ import annotations

import random
import re

import pytest

from model.studio.notes import aloud
from model.studio.number_words import HELD_OUT_WAITS, draw_wait, in_words, wait_in_words
from model.studio.scenes import play_scene
from model.studio.scenes_timing import LEAD_S
from model.studio.stage import Play
from model.types import DropNote, Note
from tests.model.studio.silent_cast import SilentCast

SEEDS = range(20)


def play_of(name: str, seed: int) -> Play:
    return play_scene(name, SilentCast(), random.Random(seed))


def notes_of(play: Play) -> list[tuple[float, str]]:
    return [(deed.at, deed.action.text) for deed in play.deeds if isinstance(deed.action, Note)]


def request_end(play: Play, note_at: float) -> float:
    return max(s.spoken.end_s for s in play.sounds if s.spoken is not None and s.spoken.end_s <= note_at)


@pytest.mark.parametrize("name", ["single_delay", "two_timers", "change_of_plan"])
def test_a_wait_ends_when_it_is_due(name: str) -> None:
    for seed in SEEDS:
        play, num_fired = play_of(name, seed), 0
        said = {(line.text, round(line.at, 3)) for line in play.lines}
        for at, text in notes_of(play):
            found = re.fullmatch(r"[ab] in (\d+): (.+)", text)
            assert found is not None, text
            due = (aloud(found[2]), round(request_end(play, at) + int(found[1]) - LEAD_S, 3))
            num_fired += due in said
        expected = len(notes_of(play)) - (name == "change_of_plan")
        assert num_fired == expected, (seed, notes_of(play), said)


@pytest.mark.parametrize("name", ["period", "until_a_word", "so_many_times"])
def test_a_period_is_kept_from_the_request_on_until_its_end(name: str) -> None:
    for seed in SEEDS:
        play = play_of(name, seed)
        ((at, text),) = notes_of(play)
        found = re.fullmatch(r'a every (\d+)(?: x(\d+))?(?: until "(.+)")?: (.+)', text)
        assert found is not None, text
        origin, period_s = request_end(play, at), int(found[1])
        fired = sorted(line.at + LEAD_S for line in play.lines if line.text == aloud(found[4]))
        dues = [origin + period_s * (k + 1) for k in range(len(fired))]
        assert len(fired) >= 2 and fired == pytest.approx(dues), seed
        dropped = next(deed.at for deed in play.deeds if isinstance(deed.action, DropNote))
        assert max(fired) - LEAD_S <= dropped, seed
        assert not found[2] or len(fired) == int(found[2]), seed


def test_what_was_cancelled_is_not_said() -> None:
    for seed in SEEDS:
        play = play_of("cancelled", seed)
        ((_, text),) = notes_of(play)
        words = aloud(text.partition(": ")[2])
        assert words not in [line.text for line in play.lines], seed


def test_an_age_of_the_call_counts_from_its_start() -> None:
    for seed in SEEDS:
        play = play_of("age_of_the_call", seed)
        ((at, text),) = notes_of(play)
        found = re.fullmatch(r"a at (\d+): (.+)", text)
        assert found is not None
        assert int(found[1]) > at + 1.5, seed
        assert (aloud(found[2]), int(found[1]) - LEAD_S) in [(line.text, line.at) for line in play.lines], seed


def test_numbers_are_counted_aloud_one_each_pace() -> None:
    for seed in SEEDS:
        play = play_of("countdown", seed)
        for at, text in notes_of(play):
            found = re.fullmatch(r"a count( up)? (\d+)(?: every (\d+))?(?:: (.+))?", text)
            assert found is not None, text
            number, pace_s = int(found[2]), int(found[3] or 1)
            numbers = list(range(1, number + 1) if found[1] else range(number, 0, -1))
            expected = [aloud(in_words(n)) for n in numbers] + ([aloud(found[4])] if found[4] else [])
            end = request_end(play, at)
            lines = sorted((line.at, line.text) for line in play.lines if line.at >= end)[: len(expected)]
            assert [spoken for _, spoken in lines] == expected
            assert [when - lines[0][0] for when, _ in lines] == pytest.approx([k * pace_s for k in range(len(lines))])


def test_waits_of_the_benchmarks_are_never_drawn() -> None:
    rng = random.Random(3)
    drawn = {draw_wait(rng, 120) for _ in range(5000)}
    assert not drawn & HELD_OUT_WAITS and len(drawn) > 90


def test_a_span_is_said_in_seconds_or_minutes() -> None:
    rng = random.Random(1)
    assert {wait_in_words(90, rng) for _ in range(60)} >= {"a minute and a half", "one and a half minutes"}
    assert {wait_in_words(30, rng) for _ in range(60)} >= {"half a minute", "thirty seconds"}
    assert {wait_in_words(60, rng) for _ in range(60)} >= {"a minute", "one minute", "sixty seconds"}
    assert {wait_in_words(45, rng) for _ in range(9)} == {"forty five seconds"}
    assert in_words(2345) == "two thousand three hundred forty five"
