"""agent/wire.py, against the fixtures that the page's side reads too."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import wire, wire_interpretation, wire_work
from agent.errors import MessageError

FIXTURES = Path(__file__).parent.parent / "wire"
NAMES = {wired: name for name, wired in wire_work.WIRE_NAMES.items()}
MORE = {kind: message for message, kind in {**wire_work.KINDS, **wire_interpretation.KINDS}.items()}
MORE_PARSERS = {**wire_work.PARSERS, **wire_interpretation.PARSERS}
FROM_PAGE = {
    "text": wire.Text,
    "silence": wire.Silence,
    "source": wire.Source,
    "settings": wire.Setting,
    **{kind: MORE[kind] for kind in MORE_PARSERS},
}
TO_PAGE: dict[str, Any] = {  # Any: each is built from a fixture's fields
    "agent-state": wire.AgentState,
    "voice-stopped": wire.VoiceStopped,
    "caption": wire.Caption,
    "levels": wire.Levels,
    "metrics": wire.Metrics,
    "welcome": wire.Welcome,
    "error": wire.ErrorMessage,
    **{kind: message for kind, message in MORE.items() if kind not in MORE_PARSERS},
}
Json = dict[str, Any]  # decoded JSON


def fixture(kind: str, group: str) -> list[Any]:  # JSON from a file
    return json.loads((FIXTURES / f"{kind}.json").read_text())[group]


def test_every_kind_has_a_fixture_and_every_fixture_a_kind() -> None:
    assert {file.stem for file in FIXTURES.glob("*.json")} == {*FROM_PAGE, *TO_PAGE, "piece"}


@pytest.mark.parametrize("kind", [*FROM_PAGE, "error"])
def test_what_a_page_may_send_is_read(kind: str) -> None:
    for message in fixture(kind, "valid"):
        read = wire.Assembler().add(json.dumps(message))
        assert read is not None and type(read) is {**FROM_PAGE, "error": wire.ErrorMessage}[kind]
        assert json.loads(wire.encode(read)) == message


@pytest.mark.parametrize("kind", [*FROM_PAGE, "error"])
def test_what_a_page_must_not_send_is_refused(kind: str) -> None:
    for case in fixture(kind, "invalid"):
        with pytest.raises(MessageError):
            read = wire.Assembler().add(json.dumps(case["message"]))
            assert read is not None, case["why"]
            pytest.fail(f"accepted: {case['why']}")


@pytest.mark.parametrize("kind", list(TO_PAGE))
def test_what_the_agent_sends_looks_like_the_fixture(kind: str) -> None:
    for message in fixture(kind, "valid"):
        fields: Json = {str(NAMES.get(key, key)): value for key, value in message.items() if key not in ("v", "kind")}
        if "speaker" in fields:
            fields["speaker"] = wire.Speaker(**fields["speaker"])
        if "booths" in fields:
            fields["booths"] = tuple(wire_interpretation.BoothState(**booth) for booth in fields["booths"])
        assert json.loads(wire.encode(TO_PAGE[kind](**fields))) == message


@given(st.text(min_size=1, max_size=4000), st.randoms(use_true_random=False))
def test_pieces_in_any_order_make_the_message_again(text: str, order: random.Random) -> None:
    long_text = (text * (50_000 // len(text) + 1))[:50_000]
    whole = wire.encode(wire.ErrorMessage("x", long_text))
    pieces = wire.split(whole, "m1")
    assert all(len(piece.encode()) <= wire.MAX_PIECE_BYTES for piece in pieces)
    order.shuffle(pieces)
    parts = [json.loads(piece) for piece in pieces]
    assert len(parts) == 1 or "".join(p["data"] for p in sorted(parts, key=lambda p: p["index"])) == whole


def test_a_long_message_of_the_page_is_assembled() -> None:
    message = json.dumps({"v": 1, "kind": "text", "text": "ж" * 3_999, "padding": "x" * 40_000})
    assembler = wire.Assembler()
    pieces = wire.split(message, "m1")
    assert len(pieces) > 1
    results = [assembler.add(piece) for piece in reversed(pieces)]
    assert results[:-1] == [None] * (len(pieces) - 1)
    assert results[-1] == wire.Text("ж" * 3_999)


def test_half_messages_are_bounded() -> None:
    assembler = wire.Assembler()
    for number in range(100):
        piece = {"v": 1, "kind": "piece", "id": str(number), "index": 0, "count": 2, "data": "x" * 1000}
        assert assembler.add(json.dumps(piece)) is None
    assert len(assembler._half) <= wire.MAX_HALF_ASSEMBLED  # pyright: ignore[reportPrivateUsage]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["text", "id", "index", "count", "data", "key", "value", "schema", "name", "result", "surfaceId", "mode"]
kinds = st.sampled_from([*FROM_PAGE, "piece", "error", "else"])


@given(st.text() | st.binary() | st.builds(json.dumps, json_values))
def test_garbage_is_refused_in_words(garbage: str | bytes) -> None:
    with pytest.raises(MessageError):
        wire.Assembler().add(garbage)


@given(kinds, st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_any_fields_are_read_or_refused(kind: str, fields: Json) -> None:
    try:
        wire.Assembler().add(json.dumps({**fields, "v": 1, "kind": kind}))
    except MessageError as error:
        assert str(error)
