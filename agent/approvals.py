"""Tools that want a person's leave: the cards, who answered, and what was said for the rest of the call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from agent.errors import ToolError
from agent.wire_fields import Json
from agent.wire_work import AnswerApproval, ApprovalCard, ApprovalState

MAX_WAITING = 16
ANSWER_TIMEOUT_S = 120.0


class Approvals:
    """Asks everybody in the call; the first answer counts."""

    def __init__(self, show: Callable[[ApprovalCard], None], timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        self._show = show
        self._timeout_s = timeout_s
        self._waiting: dict[str, tuple[ApprovalCard, asyncio.Future[bool]]] = {}
        self._remembered: dict[str, bool] = {}
        self._num_asked = 0

    @property
    def cards(self) -> list[ApprovalCard]:
        """What is still asked, for who joins now."""
        return [card for card, _ in self._waiting.values()]

    async def ask(self, tool: str, arguments: Json, reason: str) -> None:
        """Return when somebody agreed. Raises ToolError when somebody refused or nobody answered."""
        if tool in self._remembered:
            if not self._remembered[tool]:
                raise ToolError(f"{tool}: somebody in the call does not allow this tool")
            return
        if len(self._waiting) >= MAX_WAITING:
            raise ToolError(f"{tool}: {MAX_WAITING} questions wait for an answer already")
        self._num_asked += 1
        card = ApprovalCard(f"a{self._num_asked}", tool, arguments, reason, "asked")
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[card.id] = (card, answer)
        self._show(card)
        state: ApprovalState = "expired"
        try:
            async with asyncio.timeout(self._timeout_s):
                state = "approved" if await answer else "denied"
        except TimeoutError:
            raise ToolError(f"{tool}: nobody allowed it within {self._timeout_s:.0f} seconds") from None
        finally:
            del self._waiting[card.id]
            self._show(replace(card, state=state))
        if state == "denied":
            raise ToolError(f"{tool}: somebody in the call said no")

    def answer(self, given: AnswerApproval) -> None:
        """Somebody pressed a button; late and second answers change nothing."""
        if given.id not in self._waiting:
            return
        card, answer = self._waiting[given.id]
        if answer.done():
            return
        if given.remember:
            self._remembered[card.tool] = given.approve
        answer.set_result(given.approve)
