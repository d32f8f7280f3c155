"""Scenes of overlapping sound: the agent yields to who interrupts it and to nothing else, and is silent when asked."""

from __future__ import annotations

import random

import pytest

from model.studio.scenes import play_scene
from model.studio.stage import GREETING, Play, Spoken
from model.types import BackgroundDelta, DropNote, Hush, Note, Say, ToolResult
from tests.model.studio.silent_cast import SilentCast

SEEDS = range(20)


def play_of(name: str, seed: int) -> Play:
    return play_scene(name, SilentCast(), random.Random(seed))


def user_turns(play: Play) -> list[Spoken]:
    return [sound.spoken for sound in play.sounds if sound.spoken is not None and sound.person == "user"]


@pytest.mark.parametrize(("name", "within_s"), [("interrupted", 0.3), ("told_to_be_quiet", 0.9)])
def test_the_agent_hushes_soon_after_the_user_begins_and_not_before(name: str, within_s: float) -> None:
    for seed in SEEDS:
        play = play_of(name, seed)
        hushes = [deed.at for deed in play.deeds if isinstance(deed.action, Hush)]
        cut = [line.hushed_at for line in play.lines if line.hushed_at is not None]
        assert hushes and hushes == cut, seed
        for at in hushes:
            start = max(turn.start_s for turn in user_turns(play) if turn.start_s <= at)
            assert 0.15 <= at - start <= within_s, (seed, at - start)


def test_after_being_told_to_be_quiet_nothing_more_is_said_until_asked() -> None:
    for seed in SEEDS:
        play = play_of("told_to_be_quiet", seed)
        for hush in (deed.at for deed in play.deeds if isinstance(deed.action, Hush)):
            told = max(turn.start_s for turn in user_turns(play) if turn.start_s <= hush)
            next_turn = min((turn.end_s for turn in user_turns(play) if turn.start_s > told), default=play.end_s)
            assert not [line for line in play.lines if hush < line.at < next_turn], seed


@pytest.mark.parametrize("name", ["carried_on", "others_talk", "background_voices"])
def test_what_is_no_interruption_stops_nothing(name: str) -> None:
    num_overlaps = 0
    for seed in SEEDS:
        play = play_of(name, seed)
        assert not [deed for deed in play.deeds if isinstance(deed.action, Hush)], seed
        assert all(line.hushed_at is None for line in play.lines), seed
        sounds = [(sound.start_s, sound.start_s + 0.3) for sound in play.sounds]
        sounds += [(noise.start_s, noise.start_s + noise.duration_s) for noise in play.noises]
        for line in play.lines:
            num_overlaps += any(line.at + 0.5 < start < line.at + line.clip.duration_s for start, _ in sounds)
    assert name == "background_voices" or num_overlaps >= len(SEEDS) * 0.8


@pytest.mark.parametrize("name", ["quiet_until_a_word", "quiet_when_asked"])
def test_asked_for_silence_the_agent_answers_nothing_until_it_may(name: str) -> None:
    for seed in SEEDS:
        play = play_of(name, seed)
        noted = next(deed.at for deed in play.deeds if isinstance(deed.action, Note))
        dropped = next(deed.at for deed in play.deeds if isinstance(deed.action, DropNote))
        allowed = max(turn.end_s for turn in user_turns(play) if turn.end_s <= dropped)
        assert sum(noted < turn.start_s < allowed for turn in user_turns(play)) >= 2, seed
        assert not [line for line in play.lines if noted < line.at < allowed], seed
        assert [line for line in play.lines if line.at > dropped], seed


@pytest.mark.parametrize("name", ["results_arrive", "work_handed_on", "work_beside_talk"])
def test_results_are_said_once_after_they_came_while_nobody_speaks_and_silent_ones_never(name: str) -> None:
    for seed in SEEDS:
        play = play_of(name, seed)
        said = {deed.action.id: deed.at for deed in play.deeds if isinstance(deed.action, Say)}
        lines = {line.said_by: (line.at, line.text) for line in play.lines if line.said_by not in ("", GREETING)}
        assert len(said) == sum(isinstance(deed.action, Say) for deed in play.deeds)
        came: dict[str, tuple[float, str]] = {}
        for told in play.told:
            if isinstance(told.event, ToolResult | BackgroundDelta):
                if isinstance(told.event, BackgroundDelta) and told.event.kind == "silent":
                    assert told.event.id not in said, seed
                else:
                    came[told.event.id] = (told.at, told.event.text)
        assert said.keys() == came.keys() == lines.keys(), seed
        for event_id, (at, text) in came.items():
            assert said[event_id] >= at + 0.15 and lines[event_id] == (said[event_id], text), seed
            assert not [t for t in user_turns(play) if t.start_s < said[event_id] < t.end_s], seed
