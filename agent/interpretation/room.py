"""What interpretation needs of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from agent.wire import ToPage


class Room(Protocol):
    """People and their pages."""

    name: str

    @property
    def names(self) -> Mapping[str, str]:
        """Who is there, by participant id."""
        ...

    def num_packets(self, who: str) -> int | None:
        """How many packets of somebody's sound came so far; None when they are not there."""
        ...

    def tell_one(self, who: str, message: ToPage) -> None:
        """Send a message to one participant's page, if they are there."""
        ...
