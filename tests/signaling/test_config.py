"""A bad setting is refused with its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from signaling.config import Config
from signaling.errors import ConfigError


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"secret": "short"}, "secret: needs at least 32 bytes"),
        ({"port": 70_000}, "port: 70000 is not between"),
        ({"web": Path("/nonexistent")}, r"web: .* holds no index\.html"),
        ({"origins": ("example.org",)}, "origins: 'example.org' is no origin"),
        ({"turn_urls": ("turn:a",)}, "turn_secret: is empty"),
        ({"turn_urls": ("a",), "turn_secret": "s"}, "turn_urls: 'a' must start with turn:"),
        ({"stun_urls": ("turn:a",)}, "stun_urls: 'turn:a' must start with stun:"),
        ({"num_proxies": -1}, "num_proxies: -1 is negative"),
    ],
)
def test_a_bad_setting_is_named(change: dict[str, Any], complaint: str) -> None:  # Any: one of the settings
    with pytest.raises(ConfigError, match=complaint):
        Config(**_settings(change))


def _settings(change: dict[str, Any]) -> dict[str, Any]:
    return {"secret": "s" * 32, **change}
