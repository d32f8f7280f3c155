"""The board alone on the page, without a call: what an agent would send goes in, what people do comes out."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page

from tests.web.showcase import Component
from tests.web.visits import Visit

LAY = """async () => {
  const [{ Board }, { ENGLISH }, { readMessage }, { styleSheet }] = await Promise.all(
    ["/board.js", "/strings.js", "/wire.js", "/styles.js"].map((path) => import(path)));
  window.ran = [];
  window.told = [];
  window.broken = [];
  const host = document.createElement("div");
  host.style.setProperty("--alongside-height", "100dvh");
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [styleSheet()];
  const frame = document.createElement("div");
  frame.className = "frame";
  shadow.append(frame);
  window.board = new Board({
    strings: ENGLISH,
    now: () => performance.now(),
    whisper: () => {},
    send: (wish) => Boolean(told.push(readMessage(JSON.parse(JSON.stringify(wish))))),
    onBroken: (problem) => broken.push(problem),
  });
  window.take = (text) => {
    const message = readMessage(JSON.parse(text));
    if (message === null) throw new Error("no such kind: " + text.slice(0, 80));
    board.show(message);
  };
  const room = document.createElement("h2");
  room.textContent = "Board";
  frame.append(room, board.node);
  document.querySelector("alongside-call").replaceWith(host);
}"""


LayBoard = Callable[..., Awaitable["BoardPage"]]  # takes what playwright's new_context takes


class BoardPage(Visit):
    """A page that holds nothing but a board."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.home = page.url

    async def take(self, kind: str, **fields: object) -> None:
        """One message of an agent, read as the wire reads it."""
        await self.page.evaluate("(text) => take(text)", json.dumps({"v": 1, "kind": kind, **fields}))

    async def show(self, surface_id: str, *components: Component, title: str = "") -> None:
        """A surface; the first component is its root unless it has an id of its own."""
        flat = [{"id": "root", **components[0]}, *components[1:]]
        await self.take("ui", surfaceId=surface_id, title=title, components=flat)

    async def told(self) -> list[dict[str, Any]]:  # Any: JSON
        """What people did since the last time this was asked."""
        return await self.page.evaluate("told.splice(0)")

    async def broken(self) -> list[str]:
        """What could not be displayed since the last time this was asked."""
        return await self.page.evaluate("broken.splice(0)")
