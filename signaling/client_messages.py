"""The messages a client sends, each with its reader and its JSON."""

from __future__ import annotations

from dataclasses import dataclass

from signaling.fields import Fields
from signaling.values import (
    MAX_NAME_CHARS,
    MAX_REASON_CHARS,
    MAX_TOKEN_CHARS,
    NAME_PATTERN,
    ROOM_PATTERN,
    VERSION,
    IceCandidate,
    MediaState,
    SessionDescription,
    candidate_or_end,
    check_version,
    dump,
    identifier,
    present,
)

MAX_CAPACITY = 100_000
MAX_RESUME_CHARS = 64


@dataclass(frozen=True, slots=True)
class Join:
    """Client → server: enter a room, or come back to it with a resume token."""

    room: str
    token: str
    name: str | None = None
    resume: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> Join:
        check_version(fields)
        return cls(
            fields.text("room", 64, ROOM_PATTERN),
            fields.text("token", MAX_TOKEN_CHARS),
            fields.optional_text("name", MAX_NAME_CHARS, NAME_PATTERN),
            fields.optional_text("resume", MAX_RESUME_CHARS),
        )

    def to_json(self) -> str:
        optional = present(name=self.name, resume=self.resume)
        return dump("join", v=VERSION, room=self.room, token=self.token, **optional)


@dataclass(frozen=True, slots=True)
class DescriptionTo:
    """Client → server: a description for participant `to` on peer connection `connection`."""

    to: str
    connection: str
    description: SessionDescription

    @classmethod
    def read(cls, fields: Fields) -> DescriptionTo:
        description = SessionDescription.read(fields.object("description"))
        return cls(identifier(fields, "to"), identifier(fields, "connection"), description)

    def to_json(self) -> str:
        body = self.description.to_object()
        return dump("description", to=self.to, connection=self.connection, description=body)


@dataclass(frozen=True, slots=True)
class CandidateTo:
    """Client → server: a candidate for participant `to`; None says there are no more."""

    to: str
    connection: str
    candidate: IceCandidate | None

    @classmethod
    def read(cls, fields: Fields) -> CandidateTo:
        return cls(identifier(fields, "to"), identifier(fields, "connection"), candidate_or_end(fields))

    def to_json(self) -> str:
        body = self.candidate and self.candidate.to_object()
        return dump("candidate", to=self.to, connection=self.connection, candidate=body)


@dataclass(frozen=True, slots=True)
class Media:
    """Client → server: what I send now."""

    media: MediaState

    @classmethod
    def read(cls, fields: Fields) -> Media:
        return cls(MediaState.read(fields))

    def to_json(self) -> str:
        return dump("media", **self.media.to_object())


@dataclass(frozen=True, slots=True)
class Leave:
    """Client → server: I go, and do not come back to this seat."""

    @classmethod
    def read(cls, fields: Fields) -> Leave:
        return cls()

    def to_json(self) -> str:
        return dump("leave")


@dataclass(frozen=True, slots=True)
class Register:
    """Client → server: a worker offers to take `capacity` rooms beyond those it holds."""

    token: str
    capacity: int

    @classmethod
    def read(cls, fields: Fields) -> Register:
        check_version(fields)
        return cls(fields.text("token", MAX_TOKEN_CHARS), fields.integer("capacity", 0, MAX_CAPACITY))

    def to_json(self) -> str:
        return dump("register", v=VERSION, token=self.token, capacity=self.capacity)


@dataclass(frozen=True, slots=True)
class Declined:
    """Client → server: a worker cannot take a room it was dispatched to."""

    room: str
    reason: str

    @classmethod
    def read(cls, fields: Fields) -> Declined:
        return cls(fields.text("room", 64, ROOM_PATTERN), fields.text("reason", MAX_REASON_CHARS))

    def to_json(self) -> str:
        return dump("declined", room=self.room, reason=self.reason)
