"""The background work of one call: runs what the delegation protocol asks for, and owns tools and surfaces.

`Room` is all it knows of the conversation. Its tasks live in `run`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, cast

from agent.approvals import Approvals
from agent.background import BackgroundEngine, WorkOrder
from agent.call_tools import call_tools
from agent.captions import Captions
from agent.catalogue import check_components
from agent.context_package import ContextPackage, build_package
from agent.delegation import Delegations
from agent.delegation_state import Delegation, Effect, ShowCard, Start, Stop, Tell
from agent.errors import ToolError
from agent.job import JobTools, do_job
from agent.last_words import LastUtterance
from agent.looking import Looking
from agent.page_tools import PageTools
from agent.polls import Polls, poll_tools
from agent.request_router import is_cancel, is_yes, route
from agent.speaker_hearing import SpeakerHearing, SpokenWords
from agent.surfaces import Surfaces
from agent.timers import Timers, timer_tools
from agent.tool import Tool, ToolView
from agent.tool_notes import CallNotes, note_tools
from agent.tool_plot import plot_tools
from agent.tool_report import report_tools
from agent.tool_show import show_tools
from agent.tool_summary import CallSummary, summary_tools
from agent.tool_sums import sum_tools
from agent.toolbox import Toolbox
from agent.view_tools import CALL, ViewTools
from agent.whiteboard import Whiteboard, board_tools
from agent.wire import ErrorMessage, ToPage
from agent.wire_work import (
    AnswerApproval,
    CancelJob,
    PageContext,
    PageToolResult,
    RegisterTool,
    SurfaceAction,
    UnregisterTool,
)
from model.types import Event, Pcm, Recogniser, ToolResult, UiAction

logger = logging.getLogger(__name__)

CARDS_FOR_JOINER = 12
ACTS_KEPT = 20
INVITED_S = 8.0  # what was asked for may be said over somebody for as long
FRESH_S = 15.0  # a delegation that comes later is of something else than what was said last

FromPageAboutWork = (
    CancelJob | SurfaceAction | AnswerApproval | RegisterTool | UnregisterTool | PageToolResult | PageContext
)


class Room(Protocol):
    """The conversation, as background work sees it."""

    @property
    def captions(self) -> Captions: ...

    @property
    def names(self) -> Mapping[str, str]:
        """Who is there, by participant id."""
        ...

    def tell(self, message: ToPage, lossy: bool = False) -> None: ...
    def tell_one(self, who: str, message: ToPage) -> None: ...
    def add_event(self, event: Event) -> None: ...
    def last_utterance(self) -> tuple[str, Pcm] | None:
        """Who spoke last and the sound of it; None when nobody did lately."""
        ...

    def note_words(self, who: str, text: str) -> None: ...
    def understood(self, words: SpokenWords) -> None:
        """A recogniser's pass of one speaker has words."""
        ...

    async def picture(self) -> bytes | None:
        """What is shown or filmed in the call now, as JPEG; None when nothing is."""
        ...


@dataclass(frozen=True, slots=True)
class WorkSetup:
    """What a process lends to the work of each of its calls."""

    engine: BackgroundEngine | None = None
    tools: Callable[[], Iterable[Tool]] = tuple  # of MCP servers; asked when a call begins
    recogniser: Recogniser | None = None  # for engines that give no transcript
    has_look_up: bool = False  # whether those tools can find things out
    make_way: Callable[[], AbstractContextManager[None]] = nullcontext  # entered for each step of an engine
    wall_time: Callable[[], datetime] = field(default=lambda: datetime.now().astimezone())


class Work:
    """All background work of one call."""

    def __init__(self, room: Room, setup: WorkSetup) -> None:
        self._room = room
        self._engine = setup.engine
        self._recogniser = setup.recogniser
        self._last_utterance = LastUtterance(setup.recogniser, room.last_utterance)
        self.make_way = setup.make_way
        self.hearing = SpeakerHearing(setup.recogniser, room.captions.language, room.understood)
        self._machine = Delegations()
        self._jobs: dict[str, asyncio.Task[None]] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._alarm = asyncio.Event()  # a deadline or a timer changed
        self._page_contexts: dict[str, str] = {}
        self._acted: deque[str] = deque(maxlen=ACTS_KEPT)  # what people did with interface, for background models
        self._last_speaker = ""
        self._last_said = ""  # until a delegation was made of it
        self._last_said_at = 0.0
        self._last_is_sure = False
        self._announced_at = -INVITED_S
        self.surfaces = Surfaces(room.tell)
        self.approvals = Approvals(room.tell)
        self.toolbox = Toolbox(self.approvals)
        self.timers = Timers(self.surfaces, self._announce, self._alarm.set)
        self._pages = PageTools(room.tell_one)
        self._view_tools = ViewTools(self.toolbox, room.tell_one)
        self._looking = Looking(room.picture, setup.engine, self.package)
        for tools in self._built_in(setup.wall_time):
            self.toolbox.add(tools)
        self.toolbox.add(setup.tools())

    async def run(self) -> None:
        """Let jobs, deadlines and timers run until cancelled; then everything is stopped."""
        try:
            async with asyncio.TaskGroup() as self._tasks:
                self._tasks.create_task(self.hearing.run(), name="hearing")
                await self._wake_in_time()
        finally:
            self._tasks = None
            self._do(self._machine.cancel_all("the call ended"))

    def begin_session(self) -> None:
        """Another engine session holds the conversation."""
        self._machine.begin_session()

    def delegate(self, engine_id: str, task: str) -> None:
        """The engine hands over work."""
        self._do(self._machine.delegate(engine_id, task, self._last_speaker, time.monotonic()))

    def cancel_delegation(self, engine_id: str) -> None:
        """The engine does not want it any more."""
        self._do(self._machine.cancel(self._machine.key_of(engine_id)))

    def show(self, ui: str) -> None:
        """The engine itself shows something: A2UI components as JSON; what is broken is known to nobody but the log."""
        try:
            decoded: object = json.loads(ui)
            components = check_components(cast(list[object], decoded) if isinstance(decoded, list) else [decoded])
        except (ValueError, RecursionError, ToolError) as error:
            logger.warning("the engine's interface cannot be shown: %s", error)
            return
        self.surfaces.show(self.surfaces.new_id("surface"), "", components)

    def heard(self, who: str, text: str, is_sure: bool = False) -> None:
        """Somebody said or typed something whole: it may cancel, or take up an offer.

        `is_sure` is what was typed or recognised; an engine's own words are where there is no recogniser.
        """
        self._last_is_sure = is_sure or self._recogniser is None
        self._last_speaker, self._last_said, self._last_said_at = who, text, time.monotonic()
        if is_cancel(text):
            self._do(self._machine.cancel_newest("cancelled by voice"))
        elif self._machine.has_offer and is_yes(text):
            self._do(self._machine.accept(time.monotonic()))
        self._machine.utterance()

    def silenced(self) -> None:
        """Somebody silenced the agent with a click, a key or a stop word."""
        self._machine.silence()

    def joined(self, who: str) -> None:
        """A page must see what the others see already."""
        cards = [work.card for work in self._machine.all][-CARDS_FOR_JOINER:]
        for message in (*cards, *self.surfaces.shown, *self.approvals.cards):
            self._room.tell_one(who, message)

    def left(self, who: str, is_last: bool) -> None:
        """Somebody hung up: what they asked for is not wanted any more."""
        for name in self._pages.leave(who):
            self.toolbox.remove(name)
        self._page_contexts.pop(who, None)
        why = "everybody left" if is_last else "who asked for it left"
        self._do(self._machine.cancel_all(why) if is_last else self._machine.cancel_of(who, why))

    def take(self, who: str, message: FromPageAboutWork) -> None:
        """A page said something about work."""
        match message:
            case CancelJob(id):
                name = self._room.names.get(who, "somebody")
                self._do(self._machine.cancel(id, f"cancelled by {name}"))
            case SurfaceAction():
                self._act(who, message)
            case AnswerApproval():
                self.approvals.answer(message)
            case RegisterTool():
                self._register(who, message)
            case UnregisterTool(name):
                if self._pages.unregister(who, name):
                    self.toolbox.remove(name)
            case PageToolResult():
                self._pages.answer(who, message)
            case PageContext(text):
                self._page_contexts[who] = text

    @property
    def delegations(self) -> list[Delegation]:
        """What is worked on and what lately ended, oldest first."""
        return self._machine.all

    def package(self) -> ContextPackage:
        """Everything that a background model is given of this call."""
        captions = self._room.captions
        return build_package(
            list(captions.history),
            captions.unfinished,
            self._room.names,
            self._machine.all,
            [(surface.surface_id, surface.title) for surface in self.surfaces.shown],
            self._page_contexts,
            self._acted,
            self._looking.answers,
        )

    def _built_in(self, wall_time: Callable[[], datetime]) -> Sequence[list[Tool]]:
        return (
            timer_tools(self.timers, time.monotonic),
            sum_tools(wall_time),
            note_tools(CallNotes(self.surfaces)),
            board_tools(Whiteboard(self.surfaces)),
            show_tools(self.surfaces),
            plot_tools(self.surfaces),
            report_tools(self.surfaces),
            poll_tools(Polls(self.surfaces, lambda: self._room.names, self._announce)),
            call_tools(self.package, lambda: self._page_contexts, self._looking.look),
            summary_tools(CallSummary(self._engine, self.package), self.surfaces),
        )

    @property
    def has_invitation(self) -> bool:
        """Whether somebody asked for what the agent might say now: work that is under way, or that just ended."""
        return bool(self._machine.active) or time.monotonic() - self._announced_at < INVITED_S

    def _announce(self, id: str, words: str) -> None:
        self._announced_at = time.monotonic()
        self._room.add_event(ToolResult(id, words))

    def _act(self, who: str, action: SurfaceAction) -> None:
        view = self.surfaces.view(action.surface_id)
        if view is not None and action.action == CALL and self._tasks is not None:
            self._tasks.create_task(self._call_for(who, view, action), name=f"view {action.surface_id}")
        elif (acted := self.surfaces.act(who, action)) is not None:
            self._note_act(who, action.surface_id, acted.words)

    async def _call_for(self, who: str, view: ToolView, asked: SurfaceAction) -> None:
        if (used := await self._view_tools.call(who, view, asked)) is not None:
            self._note_act(who, asked.surface_id, f"used {used} in {view.title!r}")

    def _note_act(self, who: str, surface_id: str, words: str) -> None:
        name = self._room.names.get(who, "Somebody")
        self._acted.append(f"{name} {words}")
        self._room.add_event(UiAction(name, surface_id, words))

    def _register(self, who: str, offer: RegisterTool) -> None:
        try:
            if self.toolbox.has(offer.name) and not self._pages.unregister(who, offer.name):
                raise ToolError(f"{offer.name}: a tool of this name is there already")
            self.toolbox.add([self._pages.register(who, offer)])
        except ToolError as error:
            self._room.tell_one(who, ErrorMessage("tool-refused", str(error)))

    def _do(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case Start(key, task):
                    self._start(key, task)
                case Stop(key):
                    if (job := self._jobs.pop(key, None)) is not None:
                        job.cancel()
                case ShowCard(card):
                    self._room.tell(card)
                case Tell(delta):
                    self._announced_at = time.monotonic() if delta.kind == "spoken" else self._announced_at
                    self._room.add_event(delta)
        self._alarm.set()

    def _start(self, key: str, task: str) -> None:
        if self._tasks is None:
            self._do(self._machine.fail(key, "The call is not running.", time.monotonic()))
            return
        job = self._tasks.create_task(self._run_job(key, task), name=f"job {key}")
        self._jobs[key] = job
        job.add_done_callback(lambda _: self._jobs.pop(key, None))

    async def _run_job(self, key: str, task: str) -> None:
        routed = route(task)
        if routed is None:
            await self.hearing.settled()  # the words of the request may still be in the works
        is_fresh = time.monotonic() - self._last_said_at < FRESH_S
        said, self._last_said = (self._last_said if is_fresh else ""), ""
        if routed is None and not (said and self._last_is_sure):
            said = await self._recognise_last(is_new=not said) or said
        request = task if said in ("", task) else f"{said} (in short: {task})"
        report = _Report(self._machine, self._do, key)
        tools = JobTools(self.toolbox, key, self._last_speaker, report, self.surfaces.show_outcome)
        await do_job(WorkOrder(request, self.package()), routed or route(said), self._engine, tools, report)

    async def _recognise_last(self, is_new: bool) -> str:
        """What was said last, where the engine's own words are none or not sure; empty when that cannot be known."""
        last = await self._last_utterance.words()
        if last.is_new and last.text and is_new:
            self._last_speaker = last.who
            self._room.note_words(last.who, last.text)
        return last.text

    async def _wake_in_time(self) -> None:
        """Ring timers and give up what is overdue, exactly then."""
        while True:
            now = time.monotonic()
            due = [each for each in (self.timers.next_due, self._machine.next_deadline) if each is not None]
            self._alarm.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, min(due) - now) if due else None):
                    await self._alarm.wait()
            now = time.monotonic()
            self.timers.ring(now)
            self._do(self._machine.expire(now))
            self._alarm.clear()


@dataclass(frozen=True, slots=True)
class _Report:
    """`JobReport` of one delegation: everything goes through the protocol."""

    machine: Delegations
    do: Callable[[Iterable[Effect]], None]
    key: str

    def progress(self, progress: float | None, note: str) -> None:
        self.do(self.machine.progress(self.key, progress, note))

    def block(self, why: str) -> None:
        self.do(self.machine.block(self.key, why))

    def unblock(self) -> None:
        self.do(self.machine.unblock(self.key))

    def deliver(self, text: str, kind: Literal["spoken", "silent"] = "spoken") -> None:
        self.do(self.machine.deliver(self.key, text, kind, time.monotonic()))

    def finish(self) -> None:
        self.do(self.machine.finish(self.key, time.monotonic()))

    def fail(self, words: str) -> None:
        self.do(self.machine.fail(self.key, words, time.monotonic()))
