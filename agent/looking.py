"""Questions about the picture of a call, answered by a background model that sees, and kept for what is asked later."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from agent.background import BackgroundEngine, NoTools, WorkOrder
from agent.context_package import ContextPackage
from agent.errors import BackgroundError, ToolError

ANSWERS_KEPT = 20
MAX_ANSWER_CHARS = 600


class Looking:
    """`look` asks about the newest picture; `answers` are what was asked and seen, newest last."""

    def __init__(
        self,
        picture: Callable[[], Awaitable[bytes | None]],
        engine: BackgroundEngine | None,
        package: Callable[[], ContextPackage],
    ) -> None:
        self._picture = picture
        self._engine = engine
        self._package = package
        self.answers: deque[str] = deque(maxlen=ANSWERS_KEPT)  # drops the oldest

    async def look(self, question: str) -> str:
        """What the model sees. Raises ToolError in words when there is no picture, no such model, or it fails."""
        picture = await self._picture()
        if picture is None:
            raise ToolError("look_at_picture: nobody shows a picture now")
        if self._engine is None or not self._engine.sees:
            raise ToolError("look_at_picture: I have no background model that can look at pictures")
        order = WorkOrder(question, self._package(), picture)
        try:
            async with aclosing(self._engine.work(order, NoTools())) as pieces:
                answer = "".join([piece async for piece in pieces])
        except BackgroundError as error:
            raise ToolError(f"look_at_picture: {error}") from error
        self.answers.append(f"{question} => {answer[:MAX_ANSWER_CHARS]}")
        return answer
