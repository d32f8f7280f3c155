"""One delegation being worked on: an obvious request goes to its tool, any other to the background model.

Knows no channel and no protocol; what comes of it goes through `JobReport`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Literal, Protocol, cast

from agent.background import BackgroundEngine, WorkOrder
from agent.errors import BackgroundError, ToolError
from agent.request_router import RoutedCall
from agent.spoken_text import Sentences
from agent.tool import ToolOutcome, ToolSpec, ToolUse
from agent.toolbox import Toolbox
from agent.wire_fields import MAX_JSON_DEPTH, Json, depth

logger = logging.getLogger(__name__)

SORRY = "I'm sorry, I could not finish that."
NOTHING = "I found nothing to say about that."
TOO_LONG = "The background model's answer is far too long."
MAX_ANSWER_CHARS = 20_000
NO_ENGINE = "I have no background model to do that with."


class JobReport(Protocol):
    """Where a job's progress and result go."""

    def progress(self, progress: float | None, note: str) -> None: ...
    def block(self, why: str) -> None: ...
    def unblock(self) -> None: ...
    def deliver(self, text: str, kind: Literal["spoken", "silent"] = "spoken") -> None: ...
    def finish(self) -> None: ...
    def fail(self, words: str) -> None: ...


class JobTools:
    """`ToolAccess` of one delegation: every call gets an idempotency key and shows on the card."""

    def __init__(
        self, toolbox: Toolbox, key: str, who: str, report: JobReport, show: Callable[[ToolOutcome], None]
    ) -> None:
        self._toolbox = toolbox
        self._key = key
        self._who = who
        self._report = report
        self._show = show
        self._num_calls = 0

    @property
    def specs(self) -> Sequence[ToolSpec]:
        return self._toolbox.specs

    async def call(self, name: str, arguments: str) -> str:
        """What the tool gave, or in words why it did not."""
        try:
            decoded: object = json.loads(arguments)
        except (ValueError, RecursionError):
            return f"{name}: the arguments are not JSON; write them again"
        if not isinstance(decoded, dict) or depth(cast(Json, decoded)) > MAX_JSON_DEPTH:
            return f"{name}: the arguments must be a JSON object at most {MAX_JSON_DEPTH} deep"
        try:
            return await self.use(name, cast(Json, decoded))
        except ToolError as error:
            return str(error)

    async def use(self, name: str, arguments: Json, is_spoken: bool = False) -> str:
        """Call a tool; its text, or its words to be said. Raises ToolError."""
        self._num_calls += 1
        use = ToolUse(f"{self._key}.{self._num_calls}", self._who, self._report.progress)
        self._report.progress(None, f"uses {name}")

        def on_blocked(why: str) -> None:
            if why:
                self._report.block(why)
            else:
                self._report.unblock()

        try:
            outcome = await self._toolbox.call(name, arguments, use, on_blocked)
        finally:
            self._report.unblock()
        self._show(outcome)
        return outcome.words if is_spoken else outcome.text


async def do_job(
    order: WorkOrder, routed: RoutedCall | None, engine: BackgroundEngine | None, tools: JobTools, report: JobReport
) -> None:
    """Work until the delegation is done or failed; a cancel of the task is the only other way out."""
    try:
        if routed is not None:
            report.deliver(await tools.use(routed.tool, routed.arguments, is_spoken=True))
        elif engine is None:
            report.fail(f"{SORRY} {NO_ENGINE}")
        else:
            await _ask(order, engine, tools, report)
        report.finish()
    except BackgroundError as error:
        report.fail(f"{SORRY} {error}")
    except ToolError as error:
        report.fail(f"{SORRY} {_told(error)}")
    except Exception:  # a job's edge: whatever goes wrong in it is said and stays in it
        logger.exception("a job failed")
        report.fail(SORRY)


async def _ask(order: WorkOrder, engine: BackgroundEngine, tools: JobTools, report: JobReport) -> None:
    sentences, num_said, num_chars = Sentences(), 0, 0
    report.progress(None, "thinks")
    async with aclosing(engine.work(order, tools)) as pieces:
        async for piece in pieces:
            num_chars += len(piece)
            if num_chars > MAX_ANSWER_CHARS:
                raise BackgroundError(TOO_LONG)
            for text in sentences.push(piece):
                num_said += 1
                report.deliver(text)
    for text in sentences.flush():
        num_said += 1
        report.deliver(text)
    if not num_said:
        report.deliver(NOTHING)


def _told(error: ToolError) -> str:
    """A tool's words without its name in front, as a sentence."""
    name, colon, words = str(error).partition(": ")
    text = words if colon and " " not in name else str(error)
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
