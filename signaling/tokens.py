"""Join tokens: JWTs of a few minutes, for one room and one role. Knows nothing of rooms or sockets."""

from __future__ import annotations

import time
from collections.abc import Callable

import jwt

from signaling.claims import TOKEN_ROLES, Claims, TokenRole
from signaling.errors import ConfigError, MessageError, TokenError
from signaling.fields import Fields
from signaling.values import MAX_NAME_CHARS, NAME_PATTERN, ROOM_PATTERN

AUDIENCE = "alongside"
ALGORITHM = "HS256"
MIN_SECRET_BYTES = 32  # as long as the hash, RFC 7518 section 3.2
LEEWAY_S = 10  # between the clocks of who mints and who checks
ANY_ROOM = "*"  # in a worker's token
MAX_SUBJECT_CHARS = 256


class Tokens:
    """Mints and checks tokens with one shared secret."""

    def __init__(self, secret: str, wall_clock: Callable[[], float] = time.time) -> None:
        if len(secret.encode()) < MIN_SECRET_BYTES:
            raise ConfigError(f"secret: needs at least {MIN_SECRET_BYTES} bytes, for example openssl rand -hex 32")
        self._secret = secret
        self._wall_clock = wall_clock

    def mint(self, claims: Claims, lifetime_s: int) -> str:
        """A token for `claims` that is good from now on for `lifetime_s`."""
        issued = int(self._wall_clock())
        payload: dict[str, object] = {
            "room": claims.room,
            "role": claims.role,
            "sub": claims.subject,
            "name": claims.name,
            "guest": claims.is_guest,
            "aud": AUDIENCE,
            "iat": issued,
            "exp": issued + lifetime_s,
        }
        return jwt.encode(payload, self._secret, algorithm=ALGORITHM)

    def verify(self, token: str) -> Claims:
        """What `token` claims; raises TokenError saying what is wrong and what to do."""
        try:
            payload = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                # expiry is checked below, by the clock that was passed in
                options={"require": ["exp", "sub"], "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
            raise TokenError(f"the token is not one of ours: {error}") from None
        try:
            return self._read(Fields(payload, "token"))
        except MessageError as error:
            raise TokenError(str(error)) from None

    def _read(self, fields: Fields) -> Claims:
        late_s = self._wall_clock() - fields.number("exp", 0, 2.0**53)
        if late_s > LEEWAY_S:
            raise TokenError(f"the token expired {late_s:.0f} s ago; ask for a new one and join again")
        role: TokenRole = fields.choice("role", TOKEN_ROLES)
        return Claims(
            room=ANY_ROOM if role == "worker" else fields.text("room", 64, ROOM_PATTERN),
            role=role,
            subject=fields.text("sub", MAX_SUBJECT_CHARS),
            name=fields.optional_text("name", MAX_NAME_CHARS, NAME_PATTERN) or "",
            is_guest=fields.has("guest") and fields.flag("guest"),
        )
