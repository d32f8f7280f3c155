"""Conversations go on in micro-turns with any weights: in order, within bounds, and none at another's cost."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch

from model.dmel import dmel_of_clip
from model.init_weights import init_weights_
from model.native_core import NativeCore, likeliest
from model.native_slot import MAX_NOTE_CHARS, MAX_WAITING_TURNS, NativeSlot
from model.native_voice import VoicedUtterance
from model.sequence import (
    MAX_WRITTEN_TOKENS,
    NUM_MARKS,
    NUM_TOKENS,
    Cut,
    Marks,
    encode_form,
    event_reader,
    split,
    text_tokens,
)
from model.told_session import ToldModel
from model.types import (
    HEARD_RATE_HZ,
    SPOKEN_SAMPLES,
    Action,
    CancelDelegation,
    CapacityError,
    Delegate,
    DropNote,
    Heard,
    Hush,
    InputError,
    Mark,
    MicroTurnIn,
    MicroTurnOut,
    Note,
    Say,
    SeamError,
    SessionLostError,
    Show,
    Silenced,
    StandingNote,
    ToolResult,
    TypedText,
    VideoFrame,
)
from model.utterance import Utterance
from model.vocabulary import decode_text
from tests.model.metronome import Metronome
from tests.model.tiny_native import CONFIG, SETTINGS, tiny_model, turn


def _said(out: MicroTurnOut | SeamError) -> MicroTurnOut:
    assert isinstance(out, MicroTurnOut), out
    return out


def _frame(height: int, width: int) -> VideoFrame:
    return VideoFrame(np.zeros((height, width, 3), np.uint8), tick=0, source="p1:camera")


def test_a_conversation_speaks_its_greeting_and_goes_on() -> None:
    core = NativeCore(tiny_model(), num_slots=2)
    slot, text, num_spoken = core.open(SETTINGS), "", 0
    for index in range(60):
        frames = (_frame(120, 160), _frame(120, 160)) if index % 3 == 0 else ()
        out = _said(core.step({slot: (turn(index, frames=frames),)})[slot])
        assert out.index == index
        assert out.pcm is None or (out.pcm.shape == (SPOKEN_SAMPLES,) and np.abs(out.pcm).max() <= 1)
        assert out.pcm is not None or not out.text
        num_spoken += out.pcm is not None
        text += out.text
    assert 0 < num_spoken < 60
    assert text.startswith(SETTINGS.greeting)


def test_the_same_seed_is_the_same_conversation_whoever_shares_the_batch() -> None:
    def talk(num_others: int) -> list[tuple[str, bytes]]:
        core = NativeCore(tiny_model(), num_slots=3)
        mine = core.open(SETTINGS)
        others = [core.open(SETTINGS) for _ in range(num_others)]
        said: list[tuple[str, bytes]] = []
        for index in range(12):
            heard = {mine: (turn(index),)}
            for other in others:
                heard[other] = (turn(index, TypedText("bo", "hello " * 9), seed=other, frames=(_frame(40, 60),)),)
            if num_others == 2 and index == 6:
                core.close(others.pop())
            heard = {slot: turns for slot, turns in heard.items() if slot in (mine, *others)}
            out = _said(core.step(heard)[mine])
            said.append((out.text, b"" if out.pcm is None else out.pcm.tobytes()))
        return said

    alone = talk(num_others=0)
    assert any(pcm for _, pcm in alone)
    assert talk(num_others=1) == alone
    assert talk(num_others=2) == alone


def test_who_speaks_in_batches_of_their_own_does_not_change_what_another_says() -> None:
    def talk(num_others: int) -> list[bytes]:
        core = NativeCore(tiny_model(), num_slots=3)
        mine, others = core.open(SETTINGS), [core.open(SETTINGS) for _ in range(num_others)]
        said: list[bytes] = []
        for index in range(12):
            out = _said(core.step({mine: (turn(index),)})[mine])
            said.append(b"" if out.pcm is None else out.pcm.tobytes())
            core.step({other: (turn(index, seed=other),) for other in others})
        return said

    alone = talk(num_others=0)
    assert sum(bool(pcm) for pcm in alone) > 2
    assert talk(num_others=2) == alone


BAD = (
    ((turn(0),), "micro-turn 0 after 0"),
    ((turn(1, TypedText("ana", "x" * 9000)),), "9000 characters, 8192 is the bound"),
    ((turn(1, frames=(_frame(480, 640),)),), "640x480 makes 204 patches .* scale it to 160x120"),
    ((), "0 micro-turns, 1 to 10"),
    (tuple(turn(i) for i in range(1, MAX_WAITING_TURNS + 2)), "11 micro-turns, 1 to 10"),
)


@pytest.mark.parametrize(("turns", "why"), BAD)
def test_a_bad_input_is_its_own_slots_answer_and_the_session_goes_on(turns: tuple[MicroTurnIn, ...], why: str) -> None:
    core = NativeCore(tiny_model(), num_slots=2)
    good, bad = core.open(SETTINGS), core.open(SETTINGS)
    core.step({good: (turn(0),), bad: (turn(0),)})
    out = core.step({good: (turn(1),), bad: turns})
    assert isinstance(out[good], MicroTurnOut)
    with pytest.raises(InputError, match=why):
        _said(_raised(out[bad]))
    assert _said(core.step({bad: (turn(1),)})[bad]).index == 1


def _raised(out: MicroTurnOut | SeamError) -> MicroTurnOut:
    if isinstance(out, SeamError):
        raise out
    return out


ACTIONS = (
    Delegate("d1", "look up the trains to Paris"),
    CancelDelegation("d1"),
    Say("t1"),
    Hush(),
    Note("Tell me when it is ten."),
    DropNote("n1"),
    Show('{"root": "a"}'),
    Heard("Where is it"),
    Mark("working"),
)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: type(action).__name__)
def test_every_action_goes_from_its_mark_to_the_output_and_back(action: Action) -> None:
    model = ToldModel(CONFIG)
    init_weights_(model, torch.Generator().manual_seed(0))
    core, done = NativeCore(model, num_slots=1), list[Action]()
    slot = core.open(SETTINGS_MUTE)
    tokens = encode_form(action)
    for index, at in enumerate(range(0, len(tokens), MAX_WRITTEN_TOKENS)):  # however many micro-turns it takes
        model.tell([*tokens[at : at + MAX_WRITTEN_TOKENS], Marks.QUIET])
        done += _said(core.step({slot: (turn(index, ToolResult("t1", "")),)})[slot]).actions
    assert done == [replace(action, is_final=False) if isinstance(action, Heard) else action]
    core.slot(slot).hear((turn(99),))  # feeds what closed the last micro-turn
    kept = core.slot(slot).history
    fed = [token for stretch in (*kept.first, *kept.last) for token in stretch.tokens]
    end = len(fed) - fed[::-1].index(Marks.QUIET)
    written = [token for micro_turn in split(fed[:end]) for token in micro_turn.written]
    assert written == tokens


def test_captions_have_capitals_and_the_model_reads_what_it_wrote() -> None:
    slot, said = NativeSlot(replace(SETTINGS, greeting=""), seed=0, memory=1000), list[str]()
    slot.hear((turn(0, TypedText("Ana Lee", "Is the train to Paris late?")),))
    written = text_tokens(" i asked ana. the paris train is late.")
    for token in written:
        slot.write(token)
    while slot.utterance.has_sound_left:
        said.append(slot.speak())
    assert "".join(said) == " I asked Ana. The Paris train is late."
    assert slot.history.last[-1].tokens[-len(written) :] == written


def test_late_micro_turns_are_taken_together_and_the_last_is_answered() -> None:
    core = NativeCore(tiny_model(), num_slots=1)
    slot = core.open(SETTINGS)
    turns = tuple(
        turn(index, TypedText("ana", "a word " * 50), frames=(_frame(120, 160),)) for index in range(MAX_WAITING_TURNS)
    )
    assert _said(core.step({slot: turns})[slot]).index == MAX_WAITING_TURNS - 1


def test_half_precision_weights_talk_too() -> None:
    core = NativeCore(deepcopy(tiny_model()).to(torch.bfloat16), num_slots=1)
    slot = core.open(SETTINGS)
    said = [_said(core.step({slot: (turn(i, frames=(_frame(40, 60),)),)})[slot]) for i in range(30)]
    assert "".join(out.text for out in said).startswith(SETTINGS.greeting)
    assert any(out.pcm is not None and np.isfinite(out.pcm).all() for out in said)


def test_what_fails_in_one_conversation_ends_no_other(caplog: pytest.LogCaptureFixture) -> None:
    class Choking(Utterance):
        def write(self, token: int) -> None:
            raise ZeroDivisionError(token)

    core = NativeCore(tiny_model(), num_slots=2)
    good, bad = core.open(SETTINGS), core.open(SETTINGS)
    core.slot(bad).utterance = Choking()
    out = core.step({good: (turn(0),), bad: (turn(0),)})
    assert isinstance(out[bad], SessionLostError)
    assert _said(out[good]).index == 0
    assert "ZeroDivisionError" in caplog.text
    assert _said(core.step({good: (turn(1),)})[good]).index == 1


def test_a_full_engine_says_so_and_has_room_again() -> None:
    core = NativeCore(tiny_model(), num_slots=1)
    slot = core.open(SETTINGS)
    with pytest.raises(CapacityError, match="all 1 conversations"):
        core.open(SETTINGS)
    core.close(slot)
    assert core.num_used == 0
    assert core.open(SETTINGS) == slot


def _heard(slot: NativeSlot, *turns: MicroTurnIn) -> list[object]:
    """The events that a slot puts before the model in these micro-turns."""
    reader, heard = event_reader(), list[object]()
    for now in turns:
        tokens = slot.hear((now,)).tokens
        start = len(tokens) - tokens[::-1].index(Marks.AUDIO)
        heard += reader.read(tokens[start:])
        slot.close_turn(is_speaking=False, num_fed=0)
    return heard


def _silence(first: int, num_turns: int) -> list[MicroTurnIn]:
    return [turn(index) for index in range(first, first + num_turns)]


SETTINGS_MUTE = replace(SETTINGS, greeting="")


def _write(slot: NativeSlot, tokens: list[int]) -> None:
    for token in tokens:
        assert slot.may_write(0)[token]
        slot.write(token)


def test_a_click_cuts_what_has_not_sounded() -> None:
    slot = NativeSlot(replace(SETTINGS, greeting="One two three four five six."), seed=0, memory=1000)
    _heard(slot, *_silence(0, 3))
    while not slot.may_write(0)[Marks.QUIET]:  # the greeting is given word by word
        slot.write(int(slot.may_write(0).nonzero()[0]))
    num_unsaid = slot.utterance.num_unsaid
    assert num_unsaid > 3
    heard = _heard(slot, turn(3, Silenced("ana")), *_silence(4, 2))
    assert heard == [Silenced("ana"), Cut(num_unsaid)]
    assert slot.utterance.num_unsaid == 0


def test_a_result_is_said_by_reference_once() -> None:
    slot = NativeSlot(SETTINGS_MUTE, seed=0, memory=1000)
    slot.hear((turn(0, ToolResult("t1", "It is four.")),))
    for _ in range(2):
        _write(slot, [Marks.SAY, *text_tokens("t1"), Marks.END])
        while not slot.may_write(0)[Marks.QUIET]:
            slot.write(int(slot.may_write(0).nonzero()[0]))
    said = ""
    while slot.utterance.num_unsaid:
        said += slot.utterance.speak()
    assert said == "It is four."


@pytest.mark.parametrize("kind", ["decoder", "voice"])
def test_it_may_speak_while_something_is_left_to_sound_and_a_pause_loses_nothing(kind: str) -> None:
    utterance = Utterance() if kind == "decoder" else VoicedUtterance(Metronome())
    slot, said, num_spoken = NativeSlot(SETTINGS_MUTE, seed=0, memory=1000, utterance=utterance), "", 0
    slot.hear((turn(0),))
    assert not slot.may_write(0)[Marks.SPEAK]
    _write(slot, text_tokens("One two three."))
    for index in range(1, 40):
        if not slot.may_write(0)[Marks.SPEAK]:
            break
        assert slot.may_write(0)[Marks.QUIET]
        is_speaking = index % 3 > 0  # a pause every 0.4 s of speech
        said += utterance.speak() if is_speaking else ""
        num_spoken += is_speaking
        slot.close_turn(is_speaking, num_fed=0)
        slot.hear((turn(index),))
    assert said == "One two three."
    assert 4 <= num_spoken <= 9  # some 0.9 s, and nothing said faster or slower for the pauses
    _write(slot, text_tokens("Four."))
    assert slot.may_write(0)[Marks.SPEAK]


def test_columns_made_before_are_what_the_ear_would_have_made() -> None:
    turns = tuple(replace(now, own_pcm=now.pcm[::-1].copy()) for now in _silence(0, 3))
    made = NativeSlot(SETTINGS, seed=0, memory=1000).hear(turns)
    given = NativeSlot(SETTINGS, seed=0, memory=1000).hear(_silenced(turns), made.heard, made.own)
    ear = dmel_of_clip(torch.from_numpy(np.concatenate([now.pcm for now in turns])), HEARD_RATE_HZ)
    assert given.tokens == made.tokens
    assert torch.equal(given.heard, ear) and torch.equal(given.own, made.own)


def test_sound_and_pictures_may_lie_backwards_in_memory() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)[::-1, ::-1]
    pcm = turn(0).pcm[::-1]
    mine, other = (
        NativeSlot(SETTINGS, 0, 1000).hear((MicroTurnIn(0, sound, sound, (VideoFrame(picture, 0, "p1:camera"),)),))
        for sound, picture in ((pcm, rgb), (pcm.copy(), rgb.copy()))
    )
    assert mine.tokens == other.tokens and len(mine.patches)
    assert torch.equal(mine.heard, other.heard) and torch.equal(mine.own, other.own)
    assert torch.equal(mine.patches, other.patches)


def _silenced(turns: tuple[MicroTurnIn, ...]) -> tuple[MicroTurnIn, ...]:
    return tuple(replace(now, pcm=np.zeros_like(now.pcm), own_pcm=None) for now in turns)


def test_a_note_that_does_not_end_is_kept_in_part_and_the_conversation_goes_on() -> None:
    slot = NativeSlot(SETTINGS_MUTE, seed=0, memory=10_000)
    slot.hear((turn(0),))
    slot.write(Marks.NOTE)
    word = max(range(NUM_MARKS, NUM_TOKENS), key=lambda token: len(decode_text([token - NUM_MARKS])))
    while slot.may_write(0)[word]:
        slot.write(word)
    assert isinstance(slot.write(Marks.END)[0], Note)
    notes = [event for event in _heard(slot, *_silence(1, 60)) if isinstance(event, StandingNote)]
    assert [len(note.text) for note in notes] == [MAX_NOTE_CHARS]


def test_a_note_is_read_out_again_before_it_is_forgotten() -> None:
    slot = NativeSlot(SETTINGS_MUTE, seed=0, memory=100)
    _heard(slot, *_silence(0, 5))
    _write(slot, [Marks.NOTE, *text_tokens("Tell me when it is ten"), Marks.END])
    notes = [event for event in _heard(slot, *_silence(5, 60)) if isinstance(event, StandingNote)]
    assert len(notes) >= 3
    assert set(notes) == {StandingNote("n1", "Tell me when it is ten")}
    _write(slot, [Marks.DROP_NOTE, *text_tokens("n1"), Marks.END])
    _heard(slot, *_silence(65, 20))
    assert not [event for event in _heard(slot, *_silence(85, 60)) if isinstance(event, StandingNote)]


def test_many_ways_to_begin_an_answer_outweigh_one_silence() -> None:
    scores = torch.full((NUM_TOKENS,), -torch.inf)
    scores[Marks.QUIET] = math.log(0.3)
    scores[NUM_MARKS + 5 : NUM_MARKS + 75] = math.log(0.01)
    scores[NUM_MARKS + 40] = math.log(0.011)
    assert likeliest(scores) == NUM_MARKS + 40
    scores[Marks.QUIET] = math.log(0.8)
    assert likeliest(scores) == Marks.QUIET
