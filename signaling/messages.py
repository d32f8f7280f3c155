"""The signaling messages, both directions: typed, checked once at the door, written as JSON text.

Pure data, shared by the server and by those who connect to it. Knows nothing of rooms or sockets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from signaling.client_messages import (
    CandidateTo,
    Declined,
    DescriptionTo,
    Join,
    Leave,
    Media,
    Register,
)
from signaling.errors import ErrorCode, MessageError
from signaling.fields import Fields, read_object
from signaling.server_messages import (
    AgentStatus,
    Availability,
    Bye,
    CandidateFrom,
    DescriptionFrom,
    Dispatch,
    Error,
    Joined,
    LeftReason,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantUpdated,
    Registered,
)
from signaling.values import (
    VERSION,
    IceCandidate,
    IceServer,
    MediaState,
    Participant,
    Role,
    SessionDescription,
)

__all__ = (  # noqa: RUF022, values first, then messages in the order they travel
    "VERSION",
    "MAX_MESSAGE_BYTES",
    "MAX_SERVER_MESSAGE_BYTES",
    "Availability",
    "ErrorCode",
    "LeftReason",
    "MessageError",
    "IceCandidate",
    "IceServer",
    "MediaState",
    "Participant",
    "Role",
    "SessionDescription",
    "Join",
    "DescriptionTo",
    "CandidateTo",
    "Media",
    "Leave",
    "Register",
    "Declined",
    "ClientMessage",
    "Joined",
    "ParticipantJoined",
    "ParticipantLeft",
    "ParticipantUpdated",
    "DescriptionFrom",
    "CandidateFrom",
    "Registered",
    "Dispatch",
    "AgentStatus",
    "Error",
    "Bye",
    "ServerMessage",
    "parse_client",
    "parse_server",
)

MAX_MESSAGE_BYTES = 64 * 1024
MAX_SERVER_MESSAGE_BYTES = 4 * MAX_MESSAGE_BYTES  # relayed text may grow when it is escaped

ClientMessage = Join | DescriptionTo | CandidateTo | Media | Leave | Register | Declined
ServerMessage = (
    Joined
    | ParticipantJoined
    | ParticipantLeft
    | ParticipantUpdated
    | DescriptionFrom
    | CandidateFrom
    | Registered
    | Dispatch
    | AgentStatus
    | Error
    | Bye
)

_CLIENT: dict[str, Callable[[Fields], ClientMessage]] = {
    "join": Join.read,
    "description": DescriptionTo.read,
    "candidate": CandidateTo.read,
    "media": Media.read,
    "leave": Leave.read,
    "register": Register.read,
    "declined": Declined.read,
}
_SERVER: dict[str, Callable[[Fields], ServerMessage]] = {
    "joined": Joined.read,
    "participant-joined": ParticipantJoined.read,
    "participant-left": ParticipantLeft.read,
    "participant-updated": ParticipantUpdated.read,
    "description": DescriptionFrom.read,
    "candidate": CandidateFrom.read,
    "registered": Registered.read,
    "dispatch": Dispatch.read,
    "agent-status": AgentStatus.read,
    "error": Error.read,
    "bye": Bye.read,
}


def parse_client(text: str) -> ClientMessage:
    """Read what a client sent; raises MessageError with the code to answer with."""
    return _parse(text, MAX_MESSAGE_BYTES, _CLIENT)


def parse_server(text: str) -> ServerMessage:
    """Read what the server sent; raises MessageError."""
    return _parse(text, MAX_SERVER_MESSAGE_BYTES, _SERVER)


Message = TypeVar("Message")


def _parse(text: str, max_bytes: int, readers: dict[str, Callable[[Fields], Message]]) -> Message:
    fields = read_object(text, max_bytes)
    return readers[fields.choice("type", tuple(readers))](fields)
