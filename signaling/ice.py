"""ICE servers with relay credentials that expire, as TURN servers with a shared secret check them."""

from __future__ import annotations

import base64
import hashlib
import hmac

from signaling.values import IceServer


def turn_credentials(secret: str, participant: str, expires_at: int) -> tuple[str, str]:
    """User name and password good until `expires_at` (seconds since 1970).

    draft-uberti-behave-turn-rest-00 section 2.2, in coturn `use-auth-secret`:
    password = base64(HMAC-SHA1(secret, "expires_at:participant")).
    """
    username = f"{expires_at}:{participant}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()


def ice_servers(
    stun_urls: tuple[str, ...],
    turn_urls: tuple[str, ...],
    turn_secret: str,
    participant: str,
    expires_at: int,
) -> tuple[IceServer, ...]:
    """The servers one participant may use; without any, only direct connections are tried."""
    servers = [IceServer(stun_urls)] if stun_urls else []
    if turn_urls:
        servers.append(IceServer(turn_urls, *turn_credentials(turn_secret, participant, expires_at)))
    return tuple(servers)
