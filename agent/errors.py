"""What can go wrong in the participant.

AgentError
├── TransportError      the room cannot be joined or was lost
├── NegotiationError    a peer's description cannot be answered
├── MessageError        a data-channel message breaks the wire contract
├── ToolError           a tool cannot do what was asked; the text is said to people
├── BackgroundError     the background engine cannot go on; the text is said to people
├── InterpretationError a glossary, choice or record that cannot be taken (agent/interpretation/errors.py)
├── OpusError           libopus is missing, refuses a payload, or is used wrongly (agent/opus.py)
├── AiortcChangedError  aiortc is not the version the seam was written for (agent/aiortc_seam.py)
├── EngineProcessError  the engine's process did not come up (agent/engine_process.py)
└── ProductError        the process that a bench started did not come up (agent/bench/product.py)
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


class ToolError(AgentError):
    """A tool cannot do what was asked; the text says why in words for the model and for people."""


class BackgroundError(AgentError):
    """The background engine cannot go on; the text says why in words for people."""
