"""All tools of a conversation by name, and the door to them: checked, allowed, timed, bounded, never done twice."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace

from agent.approvals import Approvals
from agent.errors import ToolError
from agent.tool import MAX_OUTCOME_CHARS, Tool, ToolOutcome, ToolSpec, ToolUse
from agent.wire_fields import Json

logger = logging.getLogger(__name__)

MAX_TOOLS = 128
MAX_REMEMBERED = 256  # outcomes by idempotency key
CUT = "\u2026 (the rest was left out)"


class Toolbox:
    """Tools by name. Dangerous ones wait for a person's leave."""

    def __init__(self, approvals: Approvals) -> None:
        self._approvals = approvals
        self._tools: dict[str, Tool] = {}
        self._done: OrderedDict[str, asyncio.Future[ToolOutcome]] = OrderedDict()

    @property
    def specs(self) -> list[ToolSpec]:
        return [tool.spec for tool in self._tools.values()]

    def add(self, tools: Iterable[Tool]) -> None:
        """Offer tools; one of the same name is replaced. Raises ToolError over the bound."""
        for tool in tools:
            if tool.spec.name not in self._tools and len(self._tools) >= MAX_TOOLS:
                raise ToolError(f"{tool.spec.name}: {MAX_TOOLS} tools are offered already")
            self._tools[tool.spec.name] = tool

    def remove(self, name: str) -> None:
        """Take a tool back."""
        self._tools.pop(name, None)

    def has(self, name: str) -> bool:
        return name in self._tools

    async def call(
        self, name: str, arguments: Json, use: ToolUse, on_blocked: Callable[[str], None] | None = None
    ) -> ToolOutcome:
        """Call a tool once for `use.key`; the same key again gives the same outcome without doing it again.

        `on_blocked` hears why while a person is asked, and an empty text after. Raises ToolError in words.
        """
        tool = self._tools.get(name)
        if tool is None:
            raise ToolError(f"{name}: no such tool; there are {', '.join(self._tools) or 'none'}")
        return await self.use(tool, arguments, use, on_blocked)

    async def use(
        self, tool: Tool, arguments: Json, use: ToolUse, on_blocked: Callable[[str], None] | None = None
    ) -> ToolOutcome:
        """As `call`, of a tool that need not be offered to models."""
        if (before := self._done.get(use.key)) is not None:
            return await asyncio.shield(before)
        mine: asyncio.Future[ToolOutcome] = asyncio.get_running_loop().create_future()
        self._done[use.key] = mine
        while len(self._done) > MAX_REMEMBERED:
            self._done.popitem(last=False)
        try:
            outcome = await self._use(tool, arguments, use, on_blocked)
        except BaseException as error:
            what = error if isinstance(error, ToolError) else ToolError(f"{tool.spec.name}: it was stopped half way")
            mine.set_exception(what)
            mine.exception()  # whoever asks again gets it; nobody else need
            raise
        mine.set_result(outcome)
        return outcome

    async def _use(
        self, tool: Tool, arguments: Json, use: ToolUse, on_blocked: Callable[[str], None] | None
    ) -> ToolOutcome:
        name = tool.spec.name
        if tool.spec.danger:
            if on_blocked is not None:
                on_blocked(f"waits for somebody to allow {name}")
            await self._approvals.ask(name, arguments, tool.spec.danger)
            if on_blocked is not None:
                on_blocked("")
        try:
            async with asyncio.timeout(tool.spec.timeout_s):
                outcome = await tool.call(arguments, use)
        except TimeoutError:
            raise ToolError(f"{name}: no result within {tool.spec.timeout_s:.0f} seconds") from None
        except ToolError:
            raise
        except Exception as error:  # a tool's edge: a fault of one tool is told in words and ends here
            logger.exception("tool %s failed", name)
            raise ToolError(f"{name}: it failed; the agent's log says why") from error
        return _bounded(outcome)


def _bounded(outcome: ToolOutcome) -> ToolOutcome:
    if len(outcome.text) <= MAX_OUTCOME_CHARS:
        return outcome
    return replace(outcome, text=outcome.text[: MAX_OUTCOME_CHARS - len(CUT)] + CUT)
