"""Everything one signaling server is told, checked once."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from signaling.errors import ConfigError
from signaling.limits import Rate
from signaling.origins import LOCAL_ORIGINS, Origins
from signaling.room import RoomLimits
from signaling.tokens import MIN_SECRET_BYTES

MESSAGE_RATE = Rate(per_s=50, burst=250)  # six peers trickle some 20 candidates each
CONNECT_RATE = Rate(per_s=5, burst=60)
GUEST_RATE = Rate(per_s=1, burst=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How to listen, whom to let in, and how much of it."""

    secret: str  # signs and checks join tokens; shared with the embedder's server
    host: str = "127.0.0.1"
    port: int = 8080  # 0 takes any free one
    tls: ssl.SSLContext | None = None
    web: Path | None = None  # the folder of pages and modules to serve
    origins: tuple[str, ...] = LOCAL_ORIGINS  # pages that may connect
    is_guest_allowed: bool = True  # whether those pages get guest tokens
    num_proxies: int = 0  # reverse proxies of ours in front, each adding to X-Forwarded-For
    stun_urls: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = ""
    turn_lifetime_s: int = 6 * 3600  # a relay asks again at each refresh, so as long as a call
    guest_lifetime_s: int = 300
    agent_lifetime_s: int = 120
    rooms: RoomLimits = field(default_factory=RoomLimits)
    message_rate: Rate = MESSAGE_RATE  # per socket
    connect_rate: Rate = CONNECT_RATE  # per address and origin
    guest_rate: Rate = GUEST_RATE  # per address and origin
    max_sockets: int = 4096
    max_dropped_messages: int = 500  # over the rate, on one socket
    max_queued_messages: int = 256  # to one socket that does not read
    send_timeout_s: float = 10.0
    heartbeat_s: float = 15.0
    shutdown_timeout_s: float = 3.0

    def __post_init__(self) -> None:
        if len(self.secret.encode()) < MIN_SECRET_BYTES:
            raise ConfigError(f"secret: needs at least {MIN_SECRET_BYTES} bytes, for example openssl rand -hex 32")
        if not 0 <= self.port <= 65_535:
            raise ConfigError(f"port: {self.port} is not between 0 and 65535")
        if self.web is not None and not (self.web / "index.html").is_file():
            raise ConfigError(f"web: {self.web} holds no index.html")
        if self.turn_urls and not self.turn_secret:
            raise ConfigError("turn_secret: is empty, but turn_urls names relays that check it")
        for key, urls, schemes in (
            ("stun_urls", self.stun_urls, ("stun:", "stuns:")),
            ("turn_urls", self.turn_urls, ("turn:", "turns:")),
        ):
            for url in urls:
                if not url.startswith(schemes):
                    raise ConfigError(f"{key}: {url!r} must start with {' or '.join(schemes)}")
        if self.num_proxies < 0:
            raise ConfigError(f"num_proxies: {self.num_proxies} is negative")
        Origins(self.origins)
