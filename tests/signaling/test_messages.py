"""Every message survives the wire, and nothing from outside raises anything but MessageError."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import messages
from signaling.errors import ERROR_CODES
from signaling.messages import MAX_MESSAGE_BYTES, MessageError, parse_client, parse_server
from signaling.server_messages import AVAILABILITIES, LEFT_REASONS
from signaling.values import DESCRIPTION_TYPES, ROLES

ids = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=64)
rooms = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
characters = st.characters(exclude_categories=("Cs",))
texts = st.text(characters, max_size=200)
names = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=80)
media = st.builds(messages.MediaState, st.booleans(), st.booleans(), st.booleans())
participants = st.builds(messages.Participant, ids, st.integers(0, 2**53), names, st.sampled_from(ROLES), media)
descriptions = st.builds(messages.SessionDescription, st.sampled_from(DESCRIPTION_TYPES), texts)
candidates = st.none() | st.builds(
    messages.IceCandidate,
    texts,
    st.none() | st.text(characters, max_size=64),
    st.none() | st.integers(0, 65_535),
    st.none() | texts,
)
ice_servers = st.builds(
    messages.IceServer, st.lists(texts, max_size=4).map(tuple), st.none() | texts, st.none() | texts
)
client_messages = st.one_of(
    st.builds(messages.Join, rooms, texts, st.none() | names, st.none() | st.text(characters, max_size=64)),
    st.builds(messages.DescriptionTo, ids, ids, descriptions),
    st.builds(messages.CandidateTo, ids, ids, candidates),
    st.builds(messages.Media, media),
    st.builds(messages.Leave),
    st.builds(messages.Register, texts, st.integers(0, 100_000)),
    st.builds(messages.Declined, rooms, texts),
)
server_messages = st.one_of(
    st.builds(
        messages.Joined,
        participants,
        rooms,
        st.text(characters, max_size=64),
        st.lists(participants, max_size=7).map(tuple),
        st.lists(ice_servers, max_size=3).map(tuple),
        st.booleans(),
    ),
    st.builds(messages.ParticipantJoined, participants),
    st.builds(messages.ParticipantLeft, ids, st.sampled_from(LEFT_REASONS)),
    st.builds(messages.ParticipantUpdated, participants),
    st.builds(messages.DescriptionFrom, ids, ids, descriptions),
    st.builds(messages.CandidateFrom, ids, ids, candidates),
    st.builds(messages.Registered),
    st.builds(messages.Dispatch, rooms, texts),
    st.builds(messages.AgentStatus, st.sampled_from(AVAILABILITIES), st.none() | texts),
    st.builds(messages.Error, st.sampled_from(ERROR_CODES), texts, st.none() | st.floats(0, 3600, allow_nan=False)),
    st.builds(messages.Bye, texts),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KINDS = (
    "join description candidate media leave register declined joined participant-joined participant-left "
    "participant-updated registered dispatch agent-status error bye"
).split()
FIELDS = (
    "v room token name resume to from connection description candidate microphone camera screen capacity "
    "reason you participants ice_servers resumed participant id status code message retry_after_s"
).split()
JOIN: dict[str, Any] = {"type": "join", "v": 1, "room": "r", "token": "t"}  # Any: JSON


@given(client_messages)
def test_a_client_message_survives_the_wire(message: messages.ClientMessage) -> None:
    assert parse_client(message.to_json()) == message


@given(server_messages)
def test_a_server_message_survives_the_wire(message: messages.ServerMessage) -> None:
    assert parse_server(message.to_json()) == message


@given(st.text())
def test_any_text_is_a_message_or_a_message_error(text: str) -> None:
    _parse_both(text)


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_any_fields_are_a_message_or_a_message_error(kind: str, fields: dict[str, Any]) -> None:
    _parse_both(json.dumps({"type": kind, **fields}))


@given(client_messages, st.data())
def test_a_message_with_one_broken_field_is_a_message_or_a_message_error(
    message: messages.ClientMessage, data: st.DataObject
) -> None:
    fields = json.loads(message.to_json())
    fields[data.draw(st.sampled_from(sorted(fields)))] = data.draw(json_values)
    _parse_both(json.dumps(fields))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"type": "dance"}, "message.type"),
        ({"v": True}, "message.v"),
        ({"v": "1"}, "message.v"),
        ({"room": "a b"}, "message.room"),
        ({"room": "r\n"}, "message.room"),
        ({"room": "r" * 65}, "message.room"),
        ({"room": None}, "message.room"),
        ({"token": 5}, "message.token"),
        ({"name": "n" * 81}, "message.name"),
        ({"name": "two\nlines"}, "message.name"),
        ({"name": "\ud800"}, "message.name"),
    ],
)
def test_a_complaint_names_the_field(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(MessageError, match=complaint) as raised:
        parse_client(json.dumps(JOIN | change))
    assert raised.value.code == "bad-message"


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "1" * 5000, "[" * 60_000, '{"type":', '{"type": NaN}', "\x00"],
    ids=["empty", "null", "list", "huge number", "deep list", "cut short", "NaN", "control character"],
)
def test_text_that_is_no_object_is_a_bad_message(text: str) -> None:
    with pytest.raises(MessageError) as raised:
        parse_client(text)
    assert raised.value.code == "bad-message"


def test_another_version_is_refused_by_its_own_code() -> None:
    with pytest.raises(MessageError, match="speaks version 1, got 2") as raised:
        parse_client(json.dumps(JOIN | {"v": 2}))
    assert raised.value.code == "version"


def test_size_counts_bytes_and_not_characters() -> None:
    two_byte_letters = '{"type":"leave","x":"' + "é" * (MAX_MESSAGE_BYTES // 2) + '"}'
    with pytest.raises(MessageError) as raised:
        parse_client(two_byte_letters)
    assert raised.value.code == "message-too-large"


def test_a_message_of_exactly_the_largest_size_passes() -> None:
    frame = '{"type":"leave","x":""}'
    text = frame[:-2] + "x" * (MAX_MESSAGE_BYTES - len(frame)) + '"}'
    assert len(text) == MAX_MESSAGE_BYTES
    assert parse_client(text) == messages.Leave()


def test_fields_of_a_later_version_are_ignored() -> None:
    assert parse_client(json.dumps(JOIN | {"mood": ["fine"]})) == messages.Join("r", "t")


def test_a_browsers_candidate_is_read_as_it_stands() -> None:
    text = """{"type":"candidate","to":"p2","connection":"c1","candidate":{"candidate":"candidate:1 1 udp
     2113937151 192.0.2.1 5000 typ host","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":null}}"""
    message = parse_client(text.replace("\n    ", ""))
    assert isinstance(message, messages.CandidateTo)
    assert message.candidate is not None
    assert message.candidate.sdp_mid == "0"
    assert message.candidate.username_fragment is None


def test_a_client_gets_the_messages_without_the_server() -> None:
    code = "import sys, signaling.messages; sys.exit(bool({'aiohttp', 'jwt'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _parse_both(text: str) -> None:
    for parse in (parse_client, parse_server):
        try:
            message = parse(text)
        except MessageError as error:
            assert error.code in ERROR_CODES
        else:
            assert parse(message.to_json()) == message
