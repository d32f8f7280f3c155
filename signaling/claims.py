"""What a join token claims, once it has been checked. Knows nothing of how tokens are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from signaling.values import IceServer

TokenRole = Literal["participant", "agent", "worker"]
TOKEN_ROLES: tuple[TokenRole, ...] = get_args(TokenRole)


@dataclass(frozen=True, slots=True)
class Claims:
    """Who may enter which room, and as what. A worker's token names no room."""

    room: str
    role: TokenRole
    subject: str
    name: str = ""
    is_guest: bool = False


class Authority(Protocol):
    """What the rooms ask of the world: tokens, ids and relay credentials."""

    def verify(self, token: str) -> Claims:
        """Raises TokenError saying what is wrong and what to do."""
        ...

    def agent_token(self, room: str, subject: str) -> str:
        """A token that lets an agent into `room`."""
        ...

    def new_id(self) -> str:
        """A fresh id that nobody can guess."""
        ...

    def ice_servers(self, participant: str) -> tuple[IceServer, ...]:
        """The ICE servers of one participant with credentials of its own."""
        ...
