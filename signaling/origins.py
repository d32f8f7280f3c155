"""Which pages may connect, by the Origin header that browsers send."""

from __future__ import annotations

import re

from signaling.errors import ConfigError

LOCAL_ORIGINS = tuple(
    f"{scheme}://{host}:*" for host in ("localhost", "127.0.0.1", "[::1]") for scheme in ("http", "https")
)
_PATTERN = re.compile(r"(https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\]))(?::(\d{1,5}|\*))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


class Origins:
    """An allow-list of origins such as `https://example.org` or `http://localhost:*`, or `*` for all."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        """Raises ConfigError for an entry that no Origin header could match."""
        self._allowed = {_split(entry) for entry in allowed if entry != "*"}
        self._allows_all = "*" in allowed
        self._sources = allowed

    def allow(self, origin: str | None) -> bool:
        """Whether a page of `origin` may connect; `null` and what is malformed may not."""
        if origin is None:
            return False
        try:
            host, port = _split(origin)
        except ConfigError:
            return False
        return self._allows_all or (host, port) in self._allowed or (host, "*") in self._allowed

    def frame_ancestors(self) -> str:
        """The same pages as a Content-Security-Policy source list, which cannot name IPv6 addresses."""
        return " ".join(["'self'", *(source for source in self._sources if "[" not in source)])


def _split(origin: str) -> tuple[str, str]:
    """Scheme with host, and port."""
    match = _PATTERN.fullmatch(origin)
    if match is None:
        raise ConfigError(f"origins: {origin!r} is no origin; write https://host, https://host:port or *")
    host, port = match[1], match[2]
    return host, port or _DEFAULT_PORTS[host.split(":")[0]]
