"""Tools that the embedding pages offer: registered over the data channel, called there, bounded and timed here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from agent.errors import ToolError
from agent.tool import Tool, ToolOutcome, ToolSpec, ToolUse
from agent.wire_fields import Json
from agent.wire_work import CallPageTool, CancelPageTool, PageToolResult, RegisterTool

MAX_TOOLS_A_PAGE = 32
PAGE_TIMEOUT_S = 30.0
Post = Callable[[str, CallPageTool | CancelPageTool], None]  # to one participant's page


class PageTools:
    """Who offers what, and the calls that wait for their page."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._offered: dict[str, dict[str, PageTool]] = {}  # participant id, then name
        self._waiting: dict[str, tuple[str, asyncio.Future[PageToolResult]]] = {}
        self._num_calls = 0

    def register(self, who: str, offer: RegisterTool) -> Tool:
        """A page offers a tool. Raises ToolError over the bound."""
        mine = self._offered.setdefault(who, {})
        if offer.name not in mine and len(mine) >= MAX_TOOLS_A_PAGE:
            raise ToolError(f"{offer.name}: this page offers {MAX_TOOLS_A_PAGE} tools already")
        mine[offer.name] = PageTool(self, who, offer)
        return mine[offer.name]

    def unregister(self, who: str, name: str) -> bool:
        """A page takes a tool back; whether it was its own."""
        return self._offered.get(who, {}).pop(name, None) is not None

    def leave(self, who: str) -> list[str]:
        """A page is gone: its tools' names, and whoever waits for it learns."""
        for owner, answer in self._waiting.values():
            if owner == who and not answer.done():
                answer.set_exception(ToolError("the page that offers this tool is gone"))
        return list(self._offered.pop(who, {}))

    def answer(self, who: str, result: PageToolResult) -> None:
        """A page answered; only the one that was asked may, and once."""
        owner, waiting = self._waiting.get(result.id, ("", None))
        if waiting is not None and owner == who and not waiting.done():
            waiting.set_result(result)

    async def call(self, who: str, name: str, arguments: Json) -> PageToolResult:
        """Ask a page and wait; cancelled, it tells the page so."""
        self._num_calls += 1
        id = f"t{self._num_calls}"
        waiting: asyncio.Future[PageToolResult] = asyncio.get_running_loop().create_future()
        self._waiting[id] = (who, waiting)
        self._post(who, CallPageTool(id, name, arguments))
        try:
            return await waiting
        except asyncio.CancelledError:
            self._post(who, CancelPageTool(id))
            raise
        finally:
            del self._waiting[id]


class PageTool:
    """One tool of one page."""

    def __init__(self, pages: PageTools, who: str, offer: RegisterTool) -> None:
        self.spec = ToolSpec(offer.name, offer.description, offer.schema, PAGE_TIMEOUT_S)
        self.who = who
        self._pages = pages

    async def call(self, arguments: Json, use: ToolUse) -> ToolOutcome:
        """Raises ToolError with the page's own words when it could not."""
        result = await self._pages.call(self.who, self.spec.name, arguments)
        if result.error is not None:
            raise ToolError(f"{self.spec.name}: {result.error}")
        text = result.result if isinstance(result.result, str) else json.dumps(result.result, ensure_ascii=False)
        return ToolOutcome(text)
