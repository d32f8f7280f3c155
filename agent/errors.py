"""What can go wrong in the participant.

AgentError
├── TransportError     the room cannot be joined or was lost
├── NegotiationError   a peer's description cannot be answered
└── MessageError       a data-channel message breaks the wire contract
"""


class AgentError(Exception):
    """Root of this folder's errors."""


class TransportError(AgentError):
    """The room cannot be joined, or its connection is lost for good."""


class NegotiationError(AgentError):
    """A description or candidate of a peer cannot be used."""


class MessageError(AgentError):
    """A message from the page breaks the wire contract; `code` is what the page is told."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
