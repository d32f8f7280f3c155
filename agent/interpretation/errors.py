"""What can go wrong while interpreting.

AgentError
└── InterpretationError    root of this package's errors
    ├── GlossaryError      a glossary cannot be read; says which line, and what to write instead
    └── RecordError        a record may not be kept, is not there, or is damaged
"""

from __future__ import annotations

from agent.errors import AgentError


class InterpretationError(AgentError):
    """Root of this package's errors."""


class GlossaryError(InterpretationError):
    """A glossary cannot be read; the text says which line and what to write instead."""


class RecordError(InterpretationError):
    """A record may not be kept, is not there, or is damaged."""
