"""One real signaling server and one Chromium for each test of the page."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from signaling.config import Config
from signaling.server import Server, serve
from tests.web.visits import GRANT, ROOT, chromium

SECRET = "the page's tests sign with this secret"


def page_config(**changes: object) -> Config:
    """How the tests' server is configured, with changes."""
    settings: dict[str, object] = {"secret": SECRET, "port": 0, "web": ROOT / "web", **changes}
    return Config(**settings)  # pyright: ignore[reportArgumentType]  # Config checks each value itself


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serve(page_config()) as running:
        yield running


@pytest.fixture
def home(server: Server) -> str:
    """The address of a room; plain http on localhost is a secure context."""
    return f"http://localhost:{server.port}/?room=tests"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Permissions granted, fake microphone and camera that beep and turn."""
    async with chromium(GRANT) as running:
        yield running
