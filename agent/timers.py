"""The timers of a call: set, cancelled, shown and announced. Knows no clock; `now` grows and is passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from agent.durations import read_duration
from agent.errors import ToolError
from agent.surfaces import ROOT, Acted, Surfaces
from agent.tool import BuiltIn, Tool, ToolOutcome, ToolUse
from agent.tool_schema import describe
from agent.wire_fields import Json
from agent.wire_work import SurfaceAction

MAX_TIMERS = 20
MAX_TIMER_S = 24 * 3600.0
TimerState = Literal["running", "done", "cancelled"]


@dataclass(slots=True)
class Timer:
    """One timer that was set."""

    id: str  # of its surface too
    label: str
    duration_s: float
    due_at: float

    def component(self, state: TimerState, now: float) -> Json:
        remaining_s = max(0.0, self.due_at - now) if state == "running" else 0.0
        return {
            "id": ROOT,
            "component": "Timer",
            "label": self.label,
            "durationMs": round(self.duration_s * 1000),
            "remainingMs": round(remaining_s * 1000),
            "state": state,
            "isCountdown": True,
        }


class Timers:
    """What was set and is not over yet. Whoever owns it calls `ring` at `next_due`."""

    def __init__(self, surfaces: Surfaces, announce: Callable[[str, str], None], on_change: Callable[[], None]) -> None:
        self._surfaces = surfaces
        self._announce = announce  # an id and words to be said
        self._on_change = on_change  # `next_due` is another one now
        self._running: dict[str, Timer] = {}

    @property
    def running(self) -> list[Timer]:
        return list(self._running.values())

    @property
    def next_due(self) -> float | None:
        return min((timer.due_at for timer in self._running.values()), default=None)

    def set(self, label: str, duration_s: float, now: float) -> Timer:
        """Start a timer and show it. Raises ToolError in words."""
        if not 0 < duration_s <= MAX_TIMER_S:
            raise ToolError("timer: it can run for up to 24 hours, and for more than no time")
        if len(self._running) >= MAX_TIMERS:
            raise ToolError(f"timer: {MAX_TIMERS} timers run already")
        timer = Timer(
            self._surfaces.new_id("timer"), label or spoken_duration(duration_s), duration_s, now + duration_s
        )
        self._running[timer.id] = timer
        self._show(timer, "running", now)
        self._on_change()
        return timer

    def cancel(self, label: str, now: float) -> Timer:
        """Stop the timer of that label, or the newest. Raises ToolError when there is none."""
        wanted = [each for each in self._running.values() if label.lower() in each.label.lower()]
        if not wanted:
            raise ToolError("timer: no such timer runs" if self._running else "timer: no timer runs")
        timer = self._running.pop(wanted[-1].id)
        self._show(timer, "cancelled", now)
        self._on_change()
        return timer

    def ring(self, now: float) -> None:
        """Announce the timers that are over."""
        for timer in [each for each in self._running.values() if each.due_at <= now]:
            del self._running[timer.id]
            self._show(timer, "done", now)
            length = spoken_duration(timer.duration_s)
            what = f"{length} are over" if timer.label == length else f"Time for: {timer.label}"
            self._announce(timer.id, f"{what[0].upper()}{what[1:]}.")

    def _show(self, timer: Timer, state: TimerState, now: float) -> None:
        def on_action(who: str, action: SurfaceAction) -> Acted | None:
            if action.action != "cancel" or timer.id not in self._running:
                return None
            del self._running[timer.id]
            self._show(timer, "cancelled", now)
            self._on_change()
            return Acted(f"cancelled the timer {timer.label!r}")

        self._surfaces.show(timer.id, "Timer", [timer.component(state, now)], on_action)


def spoken_duration(duration_s: float) -> str:
    """A duration as people say it, to the tenth of a second where it is short."""
    parts: list[str] = []
    hours, rest = divmod(duration_s, 3600)
    minutes, seconds = divmod(rest, 60)
    for count, unit in ((hours, "hour"), (minutes, "minute")):
        if count:
            parts.append(f"{count:.0f} {unit}{'' if count == 1 else 's'}")
    if seconds or not parts:
        number = f"{seconds:.1f}".removesuffix(".0")
        parts.append(f"{number} second{'' if number == '1' else 's'}")
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Arguments of `set_timer`."""

    duration: str = describe("how long, for example 10 seconds, or 1 hour 30 minutes")
    label: str = describe("what it is for, in a few words", default="")


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Arguments of `cancel_timer`."""

    label: str = describe("which one; empty is the newest", default="")


def timer_tools(timers: Timers, now: Callable[[], float]) -> list[Tool]:
    """The tools that set and cancel timers."""

    async def set_timer(asked: SetTimer, use: ToolUse) -> ToolOutcome:
        seconds = read_duration(asked.duration)
        if seconds is None:
            raise ToolError(f"timer: {asked.duration!r} is no duration; for example 10 seconds")
        timer = timers.set(asked.label, seconds, now())
        length = spoken_duration(timer.duration_s)
        what = "" if timer.label == length else f", for {timer.label}"
        return ToolOutcome(f"timer {timer.id} set for {length}{what}", f"Timer set for {length}{what}.")

    async def cancel_timer(asked: CancelTimer, use: ToolUse) -> ToolOutcome:
        timer = timers.cancel(asked.label, now())
        return ToolOutcome(f"timer {timer.label!r} cancelled", "The timer is cancelled.")

    return [
        BuiltIn("set_timer", "Start a timer or reminder; it is shown and announced by itself.", SetTimer, set_timer),
        BuiltIn("cancel_timer", "Stop a running timer.", CancelTimer, cancel_timer),
    ]
