"""What messages carry: participants, media, descriptions, candidates, ICE servers, as JSON and back."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal, get_args

from signaling.errors import MessageError
from signaling.fields import Fields

VERSION = 1
MAX_TOKEN_CHARS = 4096
MAX_REASON_CHARS = 500
MAX_SDP_CHARS = 64 * 1024
MAX_CANDIDATE_CHARS = 2048
MAX_NAME_CHARS = 80
MAX_ID_CHARS = 64
MAX_URL_CHARS = 512
MAX_CREDENTIAL_CHARS = 512
MAX_URLS = 16
ROOM_PATTERN = re.compile(r"[A-Za-z0-9_-]{1,64}")
ID_PATTERN = re.compile(r"[!-~]+")  # printable ASCII without blanks
NAME_PATTERN = re.compile(r"[^\x00-\x1f\x7f]*")  # one line

Role = Literal["participant", "agent"]
DescriptionType = Literal["offer", "answer", "pranswer", "rollback"]
ROLES: tuple[Role, ...] = get_args(Role)
DESCRIPTION_TYPES: tuple[DescriptionType, ...] = get_args(DescriptionType)


@dataclass(frozen=True, slots=True)
class MediaState:
    """What a participant sends."""

    microphone: bool = False
    camera: bool = False
    screen: bool = False

    @classmethod
    def read(cls, fields: Fields) -> MediaState:
        return cls(fields.flag("microphone"), fields.flag("camera"), fields.flag("screen"))

    def to_object(self) -> dict[str, object]:
        return {"microphone": self.microphone, "camera": self.camera, "screen": self.screen}


@dataclass(frozen=True, slots=True)
class Participant:
    """One participant as the others see it; who joins later has the larger `order`."""

    id: str
    order: int
    name: str
    role: Role
    media: MediaState

    @classmethod
    def read(cls, fields: Fields) -> Participant:
        return cls(
            fields.text("id", MAX_ID_CHARS, ID_PATTERN),
            fields.integer("order", 0, 2**53),
            fields.text("name", MAX_NAME_CHARS, NAME_PATTERN),
            fields.choice("role", ROLES),
            MediaState.read(fields.object("media")),
        )

    def to_object(self) -> dict[str, object]:
        return {
            "id": self.id,
            "order": self.order,
            "name": self.name,
            "role": self.role,
            "media": self.media.to_object(),
        }


@dataclass(frozen=True, slots=True)
class SessionDescription:
    """An SDP offer, answer or rollback."""

    type: DescriptionType
    sdp: str

    @classmethod
    def read(cls, fields: Fields) -> SessionDescription:
        return cls(fields.choice("type", DESCRIPTION_TYPES), fields.text("sdp", MAX_SDP_CHARS))

    def to_object(self) -> dict[str, object]:
        return {"type": self.type, "sdp": self.sdp}


@dataclass(frozen=True, slots=True)
class IceCandidate:
    """One ICE candidate as browsers write it."""

    candidate: str
    sdp_mid: str | None
    sdp_m_line_index: int | None
    username_fragment: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> IceCandidate:
        return cls(
            fields.text("candidate", MAX_CANDIDATE_CHARS),
            fields.optional_text("sdpMid", MAX_ID_CHARS),
            fields.integer("sdpMLineIndex", 0, 65_535) if fields.has("sdpMLineIndex") else None,
            fields.optional_text("usernameFragment", 256),
        )

    def to_object(self) -> dict[str, object]:
        values: dict[str, object] = {
            "candidate": self.candidate,
            "sdpMid": self.sdp_mid,
            "sdpMLineIndex": self.sdp_m_line_index,
        }
        if self.username_fragment is not None:
            values["usernameFragment"] = self.username_fragment
        return values


@dataclass(frozen=True, slots=True)
class IceServer:
    """One STUN or TURN server with the credentials of one participant."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> IceServer:
        return cls(
            fields.texts("urls", MAX_URLS, MAX_URL_CHARS),
            fields.optional_text("username", MAX_CREDENTIAL_CHARS),
            fields.optional_text("credential", MAX_CREDENTIAL_CHARS),
        )

    def to_object(self) -> dict[str, object]:
        values: dict[str, object] = {"urls": list(self.urls)}
        if self.username is not None:
            values["username"] = self.username
        if self.credential is not None:
            values["credential"] = self.credential
        return values


def check_version(fields: Fields) -> None:
    """Raise MessageError with code `version` unless the message speaks ours."""
    version = fields.integer("v", 0, 2**53)
    if version != VERSION:
        raise MessageError("version", f"message.v: this side speaks version {VERSION}, got {version}")


def identifier(fields: Fields, key: str) -> str:
    """Read the id of a participant or of a peer connection."""
    return fields.text(key, MAX_ID_CHARS, ID_PATTERN)


def candidate_or_end(fields: Fields) -> IceCandidate | None:
    """Read the field `candidate`; null means that there are no more."""
    return IceCandidate.read(fields.object("candidate")) if fields.has("candidate") else None


def present(**values: object) -> dict[str, object]:
    """Only what is there."""
    return {key: value for key, value in values.items() if value is not None}


def dump(kind: str, **values: object) -> str:
    """Write one message as JSON text, ASCII only."""
    return json.dumps({"type": kind, **values}, separators=(",", ":"))
