"""How the participant is set up. One frozen value, built by a `__main__`; nothing else reads flags or environment."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

DEFAULT_GREETING = "Hi, I'm Alongside. What can I do for you?"
DEFAULT_INSTRUCTIONS = ""


@dataclass(frozen=True, slots=True)
class AgentConfig:
    """One agent process."""

    signaling_url: str  # ws:// or wss:// of `GET /ws`
    worker_token: str
    name: str = "Alongside"
    language: str = "en"
    greeting: str = DEFAULT_GREETING
    instructions: str = DEFAULT_INSTRUCTIONS
    engine_name: str = "cascade"
    max_rooms: int = 8
    empty_room_s: float = 30.0  # how long a conversation waits for people to come back
    tls: ssl.SSLContext | None = None  # whom to trust at a wss:// address; None: the system's authorities

    def __post_init__(self) -> None:
        if not self.signaling_url.startswith(("ws://", "wss://")):
            raise ValueError(f"signaling_url: {self.signaling_url!r} is not a ws:// or wss:// address")
        if self.max_rooms < 1:
            raise ValueError(f"max_rooms: {self.max_rooms} is less than 1")
