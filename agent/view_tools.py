"""What the view of a tool asks of its own server: checked, approved and bounded as a model's calls are.

A view (the document of an MCP server's tool, in the sandboxed frame) may use its server's tools after somebody pressed
something in it; no other tool, no other server. Knows no MCP and no frame.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import cast

from agent.errors import ToolError
from agent.tool import ToolUse, ToolView
from agent.toolbox import Toolbox
from agent.wire_fields import Json
from agent.wire_work import SurfaceAction, SurfaceResult

logger = logging.getLogger(__name__)

CALL = "call"  # the action of a view that wants a tool
MAX_RUNNING = 4  # of all views of a call; more are refused
MAX_NAME_CHARS = 128
MAX_ERROR_CHARS = 1_000


class ViewTools:
    """The calls of all views of one conversation."""

    def __init__(self, toolbox: Toolbox, answer: Callable[[str, SurfaceResult], None]) -> None:
        """`answer` reaches the page of the participant who pressed."""
        self._toolbox = toolbox
        self._answer = answer
        self._num_running = 0

    async def call(self, who: str, view: ToolView, asked: SurfaceAction) -> str | None:
        """Do what a view asks and tell its page; what was used, or None where nothing was."""
        try:
            id, name, arguments = _read(asked.value)
        except ToolError as error:
            logger.warning("a view's call cannot be read: %s", error)
            return None
        try:
            data = await self._use(who, view, asked.surface_id, id, name, arguments)
        except ToolError as error:
            self._answer(who, SurfaceResult(asked.surface_id, id, None, str(error)[:MAX_ERROR_CHARS]))
            return None
        self._answer(who, SurfaceResult(asked.surface_id, id, data))
        return name

    async def _use(self, who: str, view: ToolView, surface_id: str, id: str, name: str, arguments: Json) -> Json:
        tool = view.find(name)
        if tool is None:
            raise ToolError(f"{name[:MAX_NAME_CHARS]}: no tool that this view may use")
        if self._num_running >= MAX_RUNNING:
            raise ToolError(f"{name}: {MAX_RUNNING} calls of views are under way; try again after one of them")
        self._num_running += 1
        try:
            outcome = await self._toolbox.use(tool, arguments, ToolUse(f"{surface_id} {who} {id}", who))
        finally:
            self._num_running -= 1
        return outcome.data or {"content": [{"type": "text", "text": outcome.text}]}


def _read(value: object) -> tuple[str, str, Json]:
    """Id, tool and arguments. Raises ToolError for what no frame of ours sends."""
    if not isinstance(value, dict):
        raise ToolError("expected an object")
    asked = cast(Json, value)
    id, name, arguments = asked.get("id"), asked.get("name"), asked.get("arguments")
    if not isinstance(id, str) or not 1 <= len(id) <= 64 or not isinstance(name, str) or not name:
        raise ToolError("expected an id of 1 to 64 characters and a tool's name")
    if not isinstance(arguments, dict):
        raise ToolError("arguments: expected an object")
    return id, name, cast(Json, arguments)
