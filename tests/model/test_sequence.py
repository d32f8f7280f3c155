"""What goes into a conversation's sequence comes out of it again, whatever it is."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import types
from model.event_queue import MAX_WAITING_TOKENS, EventQueue
from model.sequence import (
    MAX_EVENT_TOKENS,
    MAX_PATCHES,
    MAX_WRITTEN_TOKENS,
    NUM_MARKS,
    NUM_TOKENS,
    Cut,
    Formed,
    Marks,
    MicroTurnTokens,
    Opening,
    SequenceError,
    clock_of,
    encode_form,
    event_reader,
    join,
    split,
    text_tokens,
    written_reader,
)
from model.types import InputError
from model.vocabulary import TextReader, decode_text, encode_text, num_text_tokens

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
EVENTS = st.one_of(
    st.builds(Opening, TEXT, TEXT, TEXT),
    st.builds(Cut, st.integers(0, 500)),
    st.builds(types.TypedText, TEXT, TEXT),
    st.builds(types.LoudestChanged, TEXT),
    st.builds(types.BackgroundDelta, TEXT, TEXT, st.booleans(), st.sampled_from(["spoken", "silent"])),
    st.builds(types.ToolResult, TEXT, TEXT),
    st.builds(types.UiAction, TEXT, TEXT, TEXT),
    st.builds(types.SettingsChanged, TEXT, TEXT),
    st.builds(types.TimeLost, st.floats(0, 1e6)),
    st.builds(types.StandingNote, TEXT, TEXT),
    st.builds(types.Silenced, TEXT),
)
ACTIONS = st.one_of(
    st.builds(types.Delegate, TEXT, TEXT),
    st.builds(types.CancelDelegation, TEXT),
    st.builds(types.Say, TEXT),
    st.builds(types.Hush),
    st.builds(types.Note, TEXT),
    st.builds(types.DropNote, TEXT),
    st.builds(types.Show, TEXT),
    st.builds(types.Heard, TEXT, st.booleans()),
    st.builds(types.Mark, TEXT),
)
WRITTEN = st.lists(st.one_of(TEXT.filter(bool), ACTIONS), max_size=6)


def _merged(items: list[str | Formed]) -> list[str | Formed]:
    """Neighbouring pieces of text as one."""
    out: list[str | Formed] = []
    for item in items:
        if isinstance(item, str) and out and isinstance(out[-1], str):
            out[-1] += item
        else:
            out.append(item)
    return out


def _tokens_of(items: list[str | Formed]) -> list[int]:
    return [token for item in items for token in (text_tokens(item) if isinstance(item, str) else encode_form(item))]


@given(TEXT)
def test_any_text_comes_back(text: str) -> None:
    ids = encode_text(text)
    assert decode_text(ids) == text
    assert all(0 <= i < NUM_TOKENS - NUM_MARKS for i in ids)
    reader = TextReader()
    assert "".join(reader.read([i]) for i in ids) + reader.end() == text


def test_the_vocabulary_fills_its_rows_and_speaks_two_languages_well() -> None:
    assert num_text_tokens() == NUM_TOKENS - NUM_MARKS
    for sentence, bound in (
        ("Could you tell me what the weather will be like tomorrow?", 16),
        ("¿Podrías decirme qué tiempo va a hacer mañana por la tarde?", 20),
    ):
        assert len(encode_text(sentence)) <= bound


def test_the_strategies_draw_every_kind_that_crosses_the_seam() -> None:
    for union, mine in ((types.Event, EVENTS), (types.Action, ACTIONS)):
        drawn = str(mine)
        assert all(kind.__name__ in drawn for kind in get_args(union)), drawn


@given(st.lists(EVENTS, max_size=5))
def test_events_come_back(events: list[Formed]) -> None:
    assert event_reader().read(_tokens_of([*events])) == events


@given(WRITTEN)
def test_what_the_model_writes_comes_back(items: list[str | Formed]) -> None:
    items = _merged(items)
    reader = written_reader()
    pieces = [piece for token in _tokens_of(items) for piece in reader.read([token])]
    assert _merged(pieces) == items
    assert not reader.is_inside


@settings(deadline=None)
@given(st.lists(EVENTS, max_size=4), WRITTEN, st.lists(st.booleans(), min_size=1), st.integers(0, MAX_PATCHES))
def test_a_conversation_comes_back_however_it_spills(
    events: list[Formed], written: list[str | Formed], speaks: list[bool], num_patches: int
) -> None:
    """Too many tokens for one micro-turn wait for the next ones, in order."""
    queue, waiting, turns = EventQueue(), _tokens_of(_merged(written)), list[MicroTurnTokens]()
    for event in events:
        queue.put(event)  # pyright: ignore[reportArgumentType]  # the strategy draws events only
    while queue.num_tokens or waiting or len(turns) < len(speaks):
        now, waiting = waiting[:MAX_WRITTEN_TOKENS], waiting[MAX_WRITTEN_TOKENS:]
        is_speaking = speaks[len(turns) % len(speaks)]
        turns.append(MicroTurnTokens(num_patches, tuple(queue.take()), tuple(now), is_speaking))
    tokens = join(turns)
    assert split(tokens) == turns
    assert join(split(tokens)) == tokens
    hears, reads = event_reader(), written_reader()
    assert [event for turn in turns for event in hears.read(turn.events)] == events
    assert _merged([item for turn in turns for item in reads.read(turn.written)]) == _merged(written)


@given(st.lists(st.integers(0, NUM_TOKENS + 5), max_size=40))
def test_any_tokens_are_parsed_or_refused_by_name(tokens: list[int]) -> None:
    try:
        assert join(split(tokens)) == tokens
    except SequenceError as error:
        assert "token" in str(error) or "micro-turn" in str(error)
    for reader in (event_reader(), written_reader()):
        try:
            reader.read(tokens)
        except SequenceError as error:
            assert str(error)


@settings(deadline=None)
@given(st.data())
def test_whoever_writes_only_what_is_allowed_is_always_understood(data: st.DataObject) -> None:
    reader = written_reader()
    for _ in range(60):
        allowed = [*reader.allowed_marks(), *([NUM_MARKS + 40, NUM_TOKENS - 1] if reader.allows_text else [])]
        assert allowed
        reader.read([data.draw(st.sampled_from(allowed))])


@pytest.mark.parametrize("mark", [Marks.AUDIO, Marks.QUIET, Marks.TYPED, Marks.FIELD, Marks.END])
def test_what_is_not_allowed_is_refused(mark: Marks) -> None:
    reader = written_reader()
    assert mark not in reader.allowed_marks()
    with pytest.raises(SequenceError, match=mark.name):
        reader.read([mark])


def test_marks_stay_below_text() -> None:
    assert max(Marks) < NUM_MARKS
    assert min(text_tokens("any")) >= NUM_MARKS
    assert Marks.QUIET not in text_tokens("<QUIET> QUIET 7")


def test_the_clock_shows_at_the_first_audio_token_only() -> None:
    turns = [MicroTurnTokens(2, (), (), False), MicroTurnTokens(0, (), (), True)]
    clock = clock_of(join(turns), first_micro_turn=7)
    assert [(at, index) for at, index in enumerate(clock) if index >= 0] == [(0, 7), (7, 8)]


def test_bounds_are_kept() -> None:
    queue = EventQueue()
    queue.put(types.TypedText("ana", "word " * 200))
    assert len(queue.take()) == MAX_EVENT_TOKENS
    with pytest.raises(SequenceError, match="9 written tokens in a micro-turn, 8 is the bound"):
        MicroTurnTokens(0, (), (NUM_MARKS,) * 9, False)
    with pytest.raises(SequenceError, match="16 patches"):
        MicroTurnTokens(16, (), (), False)
    with pytest.raises(InputError, match=r"TypedText\.text: 8193 characters, 8192 is the bound; shorten it"):
        queue.put(types.TypedText("ana", "x" * 8193))
    with pytest.raises(InputError, match="character 1 is half a surrogate pair"):
        queue.put(types.TypedText("ana", "a\ud800"))


def test_a_full_queue_drops_the_oldest_event_that_has_not_begun() -> None:
    queue, events = EventQueue(), [types.TypedText(str(index), "q7" * 2000) for index in range(9)]
    queue.put(events[0])
    taken = queue.take()
    for event in events[1:]:
        queue.put(event)
    assert queue.num_dropped > 0
    assert queue.num_tokens <= MAX_WAITING_TOKENS
    while queue.num_tokens:
        taken += queue.take()
    assert event_reader().read(taken) == [events[0], *events[1 + queue.num_dropped :]]
