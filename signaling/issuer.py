"""What the rooms ask of the world, answered from the configuration: tokens, ids, relay credentials."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

from signaling.claims import Claims
from signaling.config import Config
from signaling.ice import ice_servers
from signaling.tokens import Tokens
from signaling.values import IceServer

ID_BYTES = 16  # 128 bits: nobody guesses a resume token


class Issuer:
    """Implements `signaling.claims.Authority`. Reads wall time: tokens and relays live by it."""

    def __init__(self, config: Config, wall_clock: Callable[[], float] = time.time) -> None:
        self._config = config
        self._tokens = Tokens(config.secret, wall_clock)
        self._wall_clock = wall_clock

    def verify(self, token: str) -> Claims:
        return self._tokens.verify(token)

    def agent_token(self, room: str, subject: str) -> str:
        return self._tokens.mint(Claims(room, "agent", subject), self._config.agent_lifetime_s)

    def guest_token(self, room: str, name: str) -> str:
        """A token for a page whose visitor nobody vouches for."""
        claims = Claims(room, "participant", f"guest-{self.new_id()}", name, is_guest=True)
        return self._tokens.mint(claims, self._config.guest_lifetime_s)

    def new_id(self) -> str:
        return secrets.token_urlsafe(ID_BYTES)

    def ice_servers(self, participant: str) -> tuple[IceServer, ...]:
        config = self._config
        expires_at = int(self._wall_clock()) + config.turn_lifetime_s
        return ice_servers(config.stun_urls, config.turn_urls, config.turn_secret, participant, expires_at)
