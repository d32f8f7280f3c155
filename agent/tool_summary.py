"""The summary of the call so far: made by the background model, part by part, so that a long call fits a small model.

A part that is whole is summed up once, however often somebody asks. Shown to everybody and said aloud.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from agent.background import BackgroundEngine, NoTools, WorkOrder
from agent.context_package import ContextPackage
from agent.errors import BackgroundError, ToolError
from agent.surfaces import ROOT, Surfaces
from agent.tool import BuiltIn, Tool, ToolOutcome, ToolUse
from agent.tool_schema import describe

SURFACE = "summary"
PART_CHARS = 3_000  # of the transcript; about 750 tokens
MAX_PARTS = 6  # the newest; what is older is said to be left out
MAX_SUMMARY_CHARS = 1_500
MAX_KEPT = 32
TIMEOUT_S = 160.0
OF_A_PART = "Sum up this part of the conversation in two sentences: who wanted, said and decided what."
OF_ALL = "Sum up the conversation in two or three spoken sentences: who wanted, said and decided what."
OF_PARTS = (
    "These are summaries of the conversation's parts, in order. Make one of two or three spoken sentences of them."
)


def parts_of(transcript: Sequence[str]) -> list[tuple[str, ...]]:
    """The lines cut into parts of at most PART_CHARS, or one line; a part does not change when lines follow it."""
    parts, size = list[list[str]](), 0
    for line in transcript:
        if not parts or size + len(line) > PART_CHARS:
            parts.append([])
            size = 0
        parts[-1].append(line)
        size += len(line) + 1
    return [tuple(part) for part in parts]


class CallSummary:
    """Sums one call up. `package` is what is known of it now."""

    def __init__(self, engine: BackgroundEngine | None, package: Callable[[], ContextPackage]) -> None:
        self._engine = engine
        self._package = package
        self._known: OrderedDict[tuple[str, ...], str] = OrderedDict()  # summaries of whole parts; drops the oldest

    async def make(self, about: str, report: Callable[[float | None, str], None]) -> str:
        """The summary. Raises ToolError in words when nothing was said, there is no model, or it fails."""
        if self._engine is None:
            raise ToolError("sum_up_call: I have no background model that could sum it up")
        package = self._package()
        parts = parts_of(package.transcript)
        if not parts:
            raise ToolError("sum_up_call: nothing was said yet")
        focus = f" Above all about this: {about}." if about else ""
        parts, num_left_out = parts[-MAX_PARTS:], max(0, len(parts) - MAX_PARTS)
        if len(parts) == 1:
            return await self._ask(OF_ALL + focus, package)
        told = [f"(what came before, {num_left_out} parts, is left out)"] if num_left_out else list[str]()
        for index, part in enumerate(parts):
            report(index / (len(parts) + 1), f"reads part {index + 1} of {len(parts)}")
            told.append(await self._of_part(part, focus, is_whole=index + 1 < len(parts)))
        return await self._ask(OF_PARTS + focus, replace(package, transcript=tuple(told), num_left_out=0))

    async def _of_part(self, part: tuple[str, ...], focus: str, is_whole: bool) -> str:
        key = (focus, *part)
        if key in self._known:
            return self._known[key]
        only = ContextPackage((), part, (), (), ())
        summary = await self._ask(OF_A_PART + focus, only)
        if is_whole:
            self._known[key] = summary
            while len(self._known) > MAX_KEPT:
                self._known.popitem(last=False)
        return summary

    async def _ask(self, request: str, package: ContextPackage) -> str:
        assert self._engine is not None, "make() has looked"
        answer = ""
        try:
            async with aclosing(self._engine.work(WorkOrder(request, package), NoTools())) as pieces:
                async for piece in pieces:
                    answer += piece
                    if len(answer) >= MAX_SUMMARY_CHARS:
                        break
        except BackgroundError as error:
            raise ToolError(f"sum_up_call: {error}") from error
        if not answer.strip():
            raise ToolError("sum_up_call: the background model said nothing")
        return answer.strip()[:MAX_SUMMARY_CHARS]


@dataclass(frozen=True, slots=True)
class SumUpCall:
    """Arguments of `sum_up_call`."""

    about: str = describe("what it should be about above all; empty is everything", default="")


def summary_tools(summary: CallSummary, surfaces: Surfaces) -> list[Tool]:
    """The tool that sums the call up."""

    async def sum_up(asked: SumUpCall, use: ToolUse) -> ToolOutcome:
        words = await summary.make(asked.about, use.report)
        title = f"Summary of the call: {asked.about}" if asked.about else "Summary of the call"
        surfaces.show(SURFACE, title, [{"id": ROOT, "component": "Text", "text": words}])
        return ToolOutcome(words)

    told = "Sum up what was said in this call so far, and show it to everybody."
    return [BuiltIn("sum_up_call", told, SumUpCall, sum_up, TIMEOUT_S)]
