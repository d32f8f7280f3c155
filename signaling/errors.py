"""Everything that can go wrong in signaling, as one tree of exceptions."""

from __future__ import annotations

from typing import Literal, get_args

ErrorCode = Literal[
    "bad-message",
    "bad-token",
    "room-full",
    "too-many-rooms",
    "rate-limited",
    "message-too-large",
    "not-joined",
    "already-joined",
    "unknown-participant",
    "join-timeout",
    "resume-expired",
    "version",
    "duplicate-tab",
]
ERROR_CODES: tuple[ErrorCode, ...] = get_args(ErrorCode)


class SignalingError(Exception):
    """What can go wrong in signaling.

    SignalingError
    ├── MessageError   a message breaks the protocol; carries the code that the sender is told
    ├── TokenError     a join token is malformed, expired, or not for this room or role
    └── ConfigError    a setting has a bad value; the text names its key
    """


class MessageError(SignalingError):
    """A message breaks the protocol; `code` is what the sender is told, the text says what and where."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: ErrorCode = code


class TokenError(SignalingError):
    """A join token is malformed, expired, or not for this room or role."""


class ConfigError(SignalingError):
    """A setting has a bad value; the text names its key."""
