"""Scenes with cues: a reply at each, none without."""

from __future__ import annotations

import random
import re

import pytest

from model.studio import phrases_kinds
from model.studio.moves import ends_of
from model.studio.phrases_categories import KINDS
from model.studio.phrases_foreign import LANGUAGES
from model.studio.phrases_words import KEPT_OUT
from model.studio.scenes import SCENES, play_scene
from model.studio.stage import GREETING, HEARING_DELAY_S, Play, Spoken, plain
from model.types import DropNote, Note
from tests.model.studio.silent_cast import SilentCast

SEEDS = range(20)


def talk_after_request(play: Play) -> list[Spoken]:
    said = sorted((s.spoken for s in play.sounds if s.spoken is not None), key=lambda spoken: spoken.start_s)
    return said[1:]


def note_of(play: Play) -> str:
    return next(deed.action.text for deed in play.deeds if isinstance(deed.action, Note))


def replies(play: Play) -> list[tuple[float, str]]:
    return sorted((line.at, line.text) for line in play.lines if line.said_by != GREETING)[1:]  # the first acknowledges


@pytest.mark.parametrize("name", ["keyword", "counting"])
def test_each_time_the_word_falls_it_is_answered_and_nothing_else_is(name: str) -> None:
    for seed in SEEDS:
        play = play_scene(name, SilentCast(), random.Random(seed))
        found = re.fullmatch(r'on "(.+)": (.+)', note_of(play))
        assert found is not None
        cue_ends = sorted(end for spoken in talk_after_request(play) for end in ends_of(spoken, found[1]))
        assert len(cue_ends) >= 2, seed
        assert [at for at, _ in replies(play)] == pytest.approx([end + HEARING_DELAY_S for end in cue_ends]), seed
        if found[2] == "count":
            assert [text for _, text in replies(play)][:2] == ["One.", "Two."]
        else:
            assert {plain(text.replace(" ", "")) for _, text in replies(play)} == {found[2].replace(" ", "")}


def test_words_of_a_kind_and_only_they_are_answered() -> None:
    for seed in SEEDS:
        play = play_scene("category_word", SilentCast(), random.Random(seed))
        kind = note_of(play).removeprefix("on ").partition(":")[0]
        members = {plain(word) for word in KINDS[kind]}
        ends = sorted(
            word.end_s for spoken in talk_after_request(play) for word in spoken.words if plain(word.text) in members
        )
        assert [at for at, _ in replies(play)] == pytest.approx([end + HEARING_DELAY_S for end in ends]), seed


@pytest.mark.parametrize("name", ["keyword_that_never_falls", "no_word_of_the_kind"])
def test_without_a_cue_nothing_is_said(name: str) -> None:
    for seed in SEEDS:
        play = play_scene(name, SilentCast(), random.Random(seed))
        assert len(talk_after_request(play)) >= 2 and not replies(play), seed


def test_fillers_foreign_words_and_false_facts_are_answered_after_they_fell() -> None:
    fillers = set(phrases_kinds.FILLERS)
    foreign = {plain(word) for words in LANGUAGES.values() for word in words}
    for name, cues in (("filler", fillers), ("foreign_words", foreign)):
        num_answered = 0
        for seed in SEEDS:
            play = play_scene(name, SilentCast(), random.Random(seed))
            ends = [w.end_s for said in talk_after_request(play) for w in said.words if plain(w.text) in cues]
            for at, text in replies(play):
                assert any(at == pytest.approx(end + HEARING_DELAY_S) for end in ends), (name, seed, text)
            num_answered += len(replies(play))
        assert num_answered > len(SEEDS)
    for seed in SEEDS:
        play = play_scene("false_facts", SilentCast(), random.Random(seed))
        ends = [w.end_s for said in talk_after_request(play) for w in said.words]
        for at, text in replies(play):
            assert text.startswith("Actually, ")
            assert any(at == pytest.approx(end + HEARING_DELAY_S) for end in ends), (seed, text)


def test_words_kept_for_tests_are_said_by_nobody() -> None:
    for name in SCENES:
        for seed in range(15):
            cast = SilentCast()
            play_scene(name, cast, random.Random(seed))
            spoken = {plain(word) for text in cast.spoken for word in text.split()}
            assert not spoken & KEPT_OUT, (name, seed, spoken & KEPT_OUT)


def test_after_a_cue_was_called_off_it_falls_unanswered() -> None:
    for seed in SEEDS:
        play = play_scene("cue_called_off", SilentCast(), random.Random(seed))
        found = re.fullmatch(r'on "(.+)": (.+)', note_of(play))
        assert found is not None
        dropped = next(deed.at for deed in play.deeds if isinstance(deed.action, DropNote))
        ends = [end for spoken in talk_after_request(play) for end in ends_of(spoken, found[1])]
        answered = [at for at, _ in replies(play) if at < dropped - 0.3]
        assert answered == pytest.approx([end + HEARING_DELAY_S for end in ends if end < dropped]), seed
        assert sum(end > dropped for end in ends) >= 2, seed
        assert len(replies(play)) == len(answered) + 1, seed  # one that says it stops
