"""agent/toolbox.py with agent/approvals.py: every call is checked, allowed, timed, bounded and done once"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from agent.approvals import Approvals
from agent.errors import ToolError
from agent.tool import MAX_OUTCOME_CHARS, ToolOutcome, ToolSpec, ToolUse
from agent.toolbox import Toolbox
from agent.wire_fields import Json
from agent.wire_work import AnswerApproval, ApprovalCard


@dataclass
class Counting:
    """A tool that counts how often it was done."""

    spec: ToolSpec
    text: str = "done"
    takes_s: float = 0.0
    fails: bool = False
    calls: list[Json] = field(default_factory=list[Json])

    async def call(self, arguments: Json, use: ToolUse) -> ToolOutcome:
        self.calls.append(arguments)
        await asyncio.sleep(self.takes_s)
        if self.fails:
            raise RuntimeError("a fault of the tool itself")
        return ToolOutcome(self.text)


def box(tool: Counting, cards: list[ApprovalCard] | None = None, timeout_s: float = 5.0) -> tuple[Toolbox, Approvals]:
    shown = cards if cards is not None else []
    approvals = Approvals(shown.append, timeout_s)
    toolbox = Toolbox(approvals)
    toolbox.add([tool])
    return toolbox, approvals


def spec(timeout_s: float = 5.0, danger: str = "") -> ToolSpec:
    return ToolSpec("work", "works", {"type": "object"}, timeout_s, danger)


async def test_the_same_key_is_done_once_also_at_the_same_time() -> None:
    tool = Counting(spec(), takes_s=0.02)
    toolbox, _ = box(tool)
    first, second = await asyncio.gather(*(toolbox.call("work", {}, ToolUse("d1.1")) for _ in range(2)))
    assert first == second == await toolbox.call("work", {}, ToolUse("d1.1")) and len(tool.calls) == 1
    await toolbox.call("work", {}, ToolUse("d1.2"))
    assert len(tool.calls) == 2


async def test_a_call_that_was_stopped_is_never_replayed() -> None:
    tool = Counting(spec(), takes_s=5)
    toolbox, _ = box(tool)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(toolbox.call("work", {}, ToolUse("d1.1")), name="call")
        await asyncio.sleep(0.01)
        running.cancel()
    with pytest.raises(ToolError, match="stopped half way"):
        await toolbox.call("work", {}, ToolUse("d1.1"))
    assert len(tool.calls) == 1


async def test_a_tool_without_an_end_is_given_up() -> None:
    toolbox, _ = box(Counting(spec(timeout_s=0.02), takes_s=9))
    with pytest.raises(ToolError, match="no result within"):
        await toolbox.call("work", {}, ToolUse("k"))


async def test_a_fault_of_a_tool_is_told_in_words() -> None:
    toolbox, _ = box(Counting(spec(), fails=True))
    with pytest.raises(ToolError, match="it failed"):
        await toolbox.call("work", {}, ToolUse("k"))


async def test_a_result_without_measure_is_cut() -> None:
    toolbox, _ = box(Counting(spec(), text="x" * 10_000_000))
    assert len((await toolbox.call("work", {}, ToolUse("k"))).text) == MAX_OUTCOME_CHARS


async def test_a_tool_that_is_not_there_is_refused_with_what_is() -> None:
    toolbox, _ = box(Counting(spec()))
    with pytest.raises(ToolError, match="no such tool; there are work"):
        await toolbox.call("rm", {}, ToolUse("k"))


@pytest.mark.parametrize("approve", [True, False])
async def test_a_dangerous_tool_waits_for_a_person(approve: bool) -> None:
    tool, cards = Counting(spec(danger="It can delete.")), list[ApprovalCard]()
    toolbox, approvals = box(tool, cards)
    blocked: list[str] = []
    async with asyncio.TaskGroup() as tasks:
        calling = tasks.create_task(_outcome(toolbox, blocked), name="call")
        await asyncio.sleep(0.01)
        assert not tool.calls and cards[-1].state == "asked" and blocked == ["waits for somebody to allow work"]
        approvals.answer(AnswerApproval("a1", approve, remember=True))
        approvals.answer(AnswerApproval("a1", not approve, remember=True))
        outcome = await calling
    assert cards[-1].state == ("approved" if approve else "denied") and len(tool.calls) == approve
    assert ("done" in outcome) == approve and ("said no" in outcome) != approve
    again = await _outcome(toolbox, blocked, "k2")
    assert ("does not allow" in again) != approve and len(cards) == 2, "remembered"


async def _outcome(toolbox: Toolbox, blocked: list[str], key: str = "k1") -> str:
    try:
        return (await toolbox.call("work", {"path": "x"}, ToolUse(key), blocked.append)).text
    except ToolError as error:
        return str(error)


async def test_a_question_that_nobody_answers_expires() -> None:
    tool, cards = Counting(spec(danger="It can delete.")), list[ApprovalCard]()
    toolbox, _ = box(tool, cards, timeout_s=0.02)
    with pytest.raises(ToolError, match="nobody allowed it"):
        await toolbox.call("work", {}, ToolUse("k"))
    assert cards[-1].state == "expired" and not tool.calls
