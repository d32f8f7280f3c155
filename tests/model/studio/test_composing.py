"""A composed call is a sequence that serving could have made, and asks for what the play says."""

from __future__ import annotations

import random

import numpy as np
import pytest

from model.sequence import Marks, clock_of, split, written_reader
from model.studio.composing import MICRO_TURN_S, Call, compose, num_turns_of, turn_of, written_form
from model.studio.scenes import SCENES, play_scene
from model.studio.stage import HEARING_DELAY_S, Play, Stage, plain
from model.types import DropNote, Heard, Hush, Note, Pcm
from tests.model.studio.silent_cast import SilentCast


def silence(kind: str, duration_s: float, rng: random.Random) -> Pcm:
    return np.zeros(round(duration_s * 16_000), np.float32)


def composed(play: Play) -> Call:
    return compose(play, random.Random(0), lambda mix, rng: mix, silence)


def closed(call: Call) -> list[int]:
    """The tokens with the QUIET of the last micro-turn, which the next one would have brought."""
    tokens = call.tokens.tolist()
    is_open = tokens[-1] not in (Marks.SPEECH_3,)
    return tokens + [int(Marks.QUIET)] * is_open


@pytest.mark.parametrize("name", SCENES)
def test_the_parser_reads_every_scene(name: str) -> None:
    for seed in range(1 if SCENES[name].behaviour == "seeing" else 5):
        play = play_scene(name, SilentCast(), random.Random(seed))
        call = composed(play)
        turns = split(closed(call))
        assert len(turns) == num_turns_of(play)
        assert len(call.heard) == len(call.own) == 4 * len(turns)
        assert call.clock.tolist() == clock_of(call.tokens.tolist())
        assert len(call.weights) == len(call.tokens)


def test_words_are_written_down_after_they_were_heard() -> None:
    stage = Stage(SilentCast(), random.Random(0))
    spoken = stage.user.says("Remind me to stretch every nine seconds.", at=1.0)
    stage.wait(2.0)
    turns = split(closed(composed(stage.play)))
    reader, when = written_reader(), dict[str, int]()
    for index, turn in enumerate(turns):
        for item in reader.read(turn.written):
            assert isinstance(item, Heard)
            when |= dict.fromkeys(item.text.split(), index)
    assert list(when) == [plain(word.text) for word in spoken.words]
    for word in spoken.words:
        lag = (when[plain(word.text)] + 1) * MICRO_TURN_S - word.end_s
        assert HEARING_DELAY_S <= lag <= HEARING_DELAY_S + 2 * MICRO_TURN_S + 1e-6


def test_a_line_is_written_when_the_play_says_and_sounds_until_it_is_over() -> None:
    stage = Stage(SilentCast(), random.Random(0))
    stage.wait(2.0)
    stage.agent.says("Good morning to you all.", at=2.0)
    stage.wait(4.0)
    turns = split(closed(composed(stage.play)))
    speaking = [index for index, turn in enumerate(turns) if turn.is_speaking]
    assert speaking[0] == turn_of(2.0) == 9
    clip_s = stage.play.lines[0].clip.duration_s
    assert speaking == list(range(9, 9 + 1 + int(np.ceil(clip_s / MICRO_TURN_S))))
    reader = written_reader()
    written = "".join(str(item) for turn in turns for item in reader.read(turn.written))
    assert written == written_form("Good morning to you all.")


def test_a_hush_cuts_the_line_and_is_told_how_much_stayed_unsaid() -> None:
    stage = Stage(SilentCast(), random.Random(0))
    stage.agent.says("one two three four five six seven eight nine ten", at=1.0)
    stage.agent.hushes(2.0)
    stage.agent.does(Hush(), at=2.0)
    stage.wait(6.0)
    turns = split(closed(composed(stage.play)))
    speaking = [index for index, turn in enumerate(turns) if turn.is_speaking]
    assert speaking[-1] < turn_of(2.0)
    assert any(turn.events and turn.events[0] == Marks.CUT for turn in turns)


def test_a_note_comes_back_as_an_event_and_can_be_dropped() -> None:
    stage = Stage(SilentCast(), random.Random(0))
    stage.agent.does(Note("a in 5: stretch"), at=1.0)
    stage.agent.does(DropNote("n1"), at=3.0)
    stage.wait(5.0)
    turns = split(closed(composed(stage.play)))
    told = [index for index, turn in enumerate(turns) if Marks.STANDING_NOTE in turn.events]
    assert len(told) == 1 and told[0] > turn_of(1.0)


def test_only_what_the_model_chooses_has_a_weight() -> None:
    stage = Stage(SilentCast(), random.Random(0))
    stage.play.greeting = "Hello there."
    stage.wait(3.0)
    stage.agent.says("fine", at=3.0)
    stage.wait(3.0)
    call = composed(stage.play)
    for token, weight in zip(call.tokens.tolist(), call.weights.tolist(), strict=True):
        if token in (Marks.AUDIO, Marks.PATCH, Marks.OPENING, Marks.SPEECH_0, Marks.SPEECH_3):
            assert weight == 0
        if token in (Marks.QUIET, Marks.SPEAK):
            assert weight > 0
