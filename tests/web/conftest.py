"""One real signaling server and one Chromium for each test of the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from signaling.config import Config
from signaling.server import Server, serve
from tests.web.board_page import LAY, BoardPage, LayBoard
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def board_home() -> AsyncIterator[str]:
    """The address of a page, the same for all tests of a module that lay a board on it."""
    async with serve(page_config()) as running:
        yield f"http://localhost:{running.port}/?room=tests"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def board_browser() -> AsyncIterator[Browser]:
    """One Chromium for a module whose tests have a context each."""
    async with chromium(GRANT) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def board(board_browser: Browser, board_home: str) -> AsyncIterator[LayBoard]:
    """Lays a board on a page of its own; the page goes with the test."""
    laid: list[BoardPage] = []

    async def lay(**context: Any) -> BoardPage:
        page = await BoardPage.open(board_browser, board_home, **context)
        await page.page.evaluate(LAY)
        page.home = page.page.url
        laid.append(page)
        return page

    yield lay
    for page in laid:
        await page.page.context.close()
