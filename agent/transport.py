"""The seam between a conversation and whatever carries it: own rooms in a mesh, an SFU's rooms, WHIP endpoints."""

from __future__ import annotations

from typing import Protocol

from agent.conversation import Conversation


class Transport(Protocol):
    """Brings people's sound, pictures and messages to a conversation, and its voice to them."""

    async def run(self, conversation: Conversation) -> None:
        """Carry the conversation until its room is over.

        Calls `join`, `leave`, `hear`, `see`, `take` and `listen` of the conversation. Raises TransportError
        when the room cannot be entered or is lost for good.
        """
        ...
