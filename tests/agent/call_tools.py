"""A call's tools with their real surfaces, and what the pages would have been told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from agent.approvals import Approvals
from agent.interpretation.glossary import GlossaryBook
from agent.interpretation.glossary_tools import glossary_tools, topic_tool
from agent.polls import Polls, poll_tools
from agent.surfaces import Surfaces
from agent.timers import Timers, timer_tools
from agent.tool import ToolOutcome, ToolUse
from agent.tool_notes import CallNotes, note_tools
from agent.tool_plot import plot_tools
from agent.tool_report import report_tools
from agent.tool_show import show_tools
from agent.tool_sums import sum_tools
from agent.toolbox import Toolbox
from agent.whiteboard import Whiteboard, board_tools
from agent.wire_fields import Json
from agent.wire_work import ShowSurface, SurfaceAction, WorkToPage


@dataclass
class CallTools:
    """Everything wired as in a call, with a clock moved by hand."""

    now: float = 0.0
    told: list[WorkToPage] = field(default_factory=list[WorkToPage])
    announced: list[str] = field(default_factory=list[str])
    people: dict[str, str] = field(default_factory=lambda: {"p1": "Ada", "p2": "Bob"})
    num_calls: int = 0

    def __post_init__(self) -> None:
        def announce(id: str, words: str) -> None:
            self.announced.append(words)

        self.surfaces = Surfaces(self.told.append)
        self.approvals = Approvals(self.told.append, timeout_s=0.2)
        self.toolbox = Toolbox(self.approvals)
        self.timers = Timers(self.surfaces, announce, lambda: None)
        self.notes = CallNotes(self.surfaces)
        self.toolbox.add(timer_tools(self.timers, lambda: self.now))
        self.toolbox.add(note_tools(self.notes))
        self.toolbox.add(poll_tools(Polls(self.surfaces, lambda: self.people, announce)))
        self.toolbox.add(show_tools(self.surfaces))
        self.toolbox.add(plot_tools(self.surfaces))
        self.toolbox.add(report_tools(self.surfaces))
        self.toolbox.add(board_tools(Whiteboard(self.surfaces)))
        self.glossary = GlossaryBook()
        self.toolbox.add(glossary_tools(self.glossary, "en", lambda: None))
        self.toolbox.add([topic_tool(self.glossary, lambda: None)])
        self.toolbox.add(sum_tools(lambda: datetime(2026, 11, 22, 19, 5, tzinfo=UTC)))

    async def call(self, name: str, **arguments: object) -> ToolOutcome:
        self.num_calls += 1
        return await self.toolbox.call(name, dict(arguments), ToolUse(f"k{self.num_calls}", "p1"))

    def shown(self, surface_id: str) -> Json:
        """The first component of a surface as it stands."""
        surface = next(each for each in self.surfaces.shown if each.surface_id == surface_id)
        assert isinstance(surface, ShowSurface)
        return surface.components[0]

    def act(self, who: str, surface_id: str, action: str, value: object) -> str:
        """Do something with a surface; what the models hear of it."""
        acted = self.surfaces.act(who, SurfaceAction(surface_id, "root", action, value))
        return acted.words if acted else ""
