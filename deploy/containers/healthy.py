#!/usr/bin/env python3
"""Exit 0 when the part in this container answers: at ALONGSIDE_HEALTH, else where each part listens by itself."""

from __future__ import annotations

import os
import sys
import urllib.request

PARTS = (
    "http://127.0.0.1:8080/healthz",  # signaling
    "http://127.0.0.1:8765/healthz",  # engine server
    "http://127.0.0.1:9100/healthz",  # agent
)
TIMEOUT_S = 2.0


def is_healthy(url: str) -> bool:
    """Whether a part says at `url` that it is well."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:
            return answer.status == 200
    except OSError:
        return False


def main() -> int:
    """The exit status of the check."""
    asked = os.environ.get("ALONGSIDE_HEALTH")
    return 0 if any(is_healthy(url) for url in ((asked,) if asked else PARTS)) else 1


if __name__ == "__main__":
    sys.exit(main())
