"""The messages the server sends, each with its reader and its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from signaling.errors import ERROR_CODES, ErrorCode
from signaling.fields import Fields
from signaling.values import (
    MAX_ID_CHARS,
    MAX_REASON_CHARS,
    MAX_TOKEN_CHARS,
    ROOM_PATTERN,
    VERSION,
    IceCandidate,
    IceServer,
    Participant,
    SessionDescription,
    candidate_or_end,
    check_version,
    dump,
    identifier,
    present,
)

MAX_PARTICIPANTS = 64
MAX_ICE_SERVERS = 16
MAX_RETRY_S = 86_400.0

LeftReason = Literal["left", "lost", "replaced"]
Availability = Literal["coming", "here", "unavailable"]
LEFT_REASONS: tuple[LeftReason, ...] = get_args(LeftReason)
AVAILABILITIES: tuple[Availability, ...] = get_args(Availability)


@dataclass(frozen=True, slots=True)
class Joined:
    """Server → client: you are in; `resume` brings you back to this seat after a lost socket."""

    you: Participant
    room: str
    resume: str
    participants: tuple[Participant, ...]
    ice_servers: tuple[IceServer, ...]
    resumed: bool

    @classmethod
    def read(cls, fields: Fields) -> Joined:
        check_version(fields)
        return cls(
            Participant.read(fields.object("you")),
            fields.text("room", 64, ROOM_PATTERN),
            fields.text("resume", MAX_ID_CHARS),
            tuple(Participant.read(each) for each in fields.objects("participants", MAX_PARTICIPANTS)),
            tuple(IceServer.read(each) for each in fields.objects("ice_servers", MAX_ICE_SERVERS)),
            fields.flag("resumed"),
        )

    def to_json(self) -> str:
        return dump(
            "joined",
            v=VERSION,
            you=self.you.to_object(),
            room=self.room,
            resume=self.resume,
            participants=[other.to_object() for other in self.participants],
            ice_servers=[server.to_object() for server in self.ice_servers],
            resumed=self.resumed,
        )


@dataclass(frozen=True, slots=True)
class ParticipantJoined:
    """Server → client: someone came."""

    participant: Participant

    @classmethod
    def read(cls, fields: Fields) -> ParticipantJoined:
        return cls(Participant.read(fields.object("participant")))

    def to_json(self) -> str:
        return dump("participant-joined", participant=self.participant.to_object())


@dataclass(frozen=True, slots=True)
class ParticipantLeft:
    """Server → client: someone went."""

    id: str
    reason: LeftReason

    @classmethod
    def read(cls, fields: Fields) -> ParticipantLeft:
        return cls(identifier(fields, "id"), fields.choice("reason", LEFT_REASONS))

    def to_json(self) -> str:
        return dump("participant-left", id=self.id, reason=self.reason)


@dataclass(frozen=True, slots=True)
class ParticipantUpdated:
    """Server → client: someone changed what they send."""

    participant: Participant

    @classmethod
    def read(cls, fields: Fields) -> ParticipantUpdated:
        return cls(Participant.read(fields.object("participant")))

    def to_json(self) -> str:
        return dump("participant-updated", participant=self.participant.to_object())


@dataclass(frozen=True, slots=True)
class DescriptionFrom:
    """Server → client: a description from participant `sender`."""

    sender: str
    connection: str
    description: SessionDescription

    @classmethod
    def read(cls, fields: Fields) -> DescriptionFrom:
        description = SessionDescription.read(fields.object("description"))
        return cls(identifier(fields, "from"), identifier(fields, "connection"), description)

    def to_json(self) -> str:
        body = {"from": self.sender, "connection": self.connection}
        return dump("description", **body, description=self.description.to_object())


@dataclass(frozen=True, slots=True)
class CandidateFrom:
    """Server → client: a candidate from participant `sender`; None says there are no more."""

    sender: str
    connection: str
    candidate: IceCandidate | None

    @classmethod
    def read(cls, fields: Fields) -> CandidateFrom:
        return cls(identifier(fields, "from"), identifier(fields, "connection"), candidate_or_end(fields))

    def to_json(self) -> str:
        body = {"from": self.sender, "connection": self.connection}
        return dump("candidate", **body, candidate=self.candidate and self.candidate.to_object())


@dataclass(frozen=True, slots=True)
class Registered:
    """Server → client: the worker may be dispatched from now on."""

    @classmethod
    def read(cls, fields: Fields) -> Registered:
        check_version(fields)
        return cls()

    def to_json(self) -> str:
        return dump("registered", v=VERSION)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Server → client: go to `room`, on a socket of its own, with `token`."""

    room: str
    token: str

    @classmethod
    def read(cls, fields: Fields) -> Dispatch:
        return cls(fields.text("room", 64, ROOM_PATTERN), fields.text("token", MAX_TOKEN_CHARS))

    def to_json(self) -> str:
        return dump("dispatch", room=self.room, token=self.token)


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """Server → client: whether an agent is, or will be, in the room."""

    status: Availability
    reason: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> AgentStatus:
        status: Availability = fields.choice("status", AVAILABILITIES)
        return cls(status, fields.optional_text("reason", MAX_REASON_CHARS))

    def to_json(self) -> str:
        return dump("agent-status", status=self.status, **present(reason=self.reason))


@dataclass(frozen=True, slots=True)
class Error:
    """Server → client: what was wrong with a message, as a code and in words."""

    code: ErrorCode
    message: str
    retry_after_s: float | None = None

    @classmethod
    def read(cls, fields: Fields) -> Error:
        has_retry = fields.has("retry_after_s")
        retry_after_s = fields.number("retry_after_s", 0, MAX_RETRY_S) if has_retry else None
        return cls(fields.choice("code", ERROR_CODES), fields.text("message", 2000), retry_after_s)

    def to_json(self) -> str:
        optional = present(retry_after_s=self.retry_after_s)
        return dump("error", code=self.code, message=self.message, **optional)


@dataclass(frozen=True, slots=True)
class Bye:
    """Server → client: this socket ends now, because of `shutdown`, `replaced`, `left` or `room-empty`."""

    reason: str

    @classmethod
    def read(cls, fields: Fields) -> Bye:
        return cls(fields.text("reason", MAX_REASON_CHARS))

    def to_json(self) -> str:
        return dump("bye", reason=self.reason)
