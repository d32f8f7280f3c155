"""delegation's items: requests that need work elsewhere, and requests that do not. One function a category."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.bench.item import Span
from agent.bench.sets.script import Script

TABLE = "delegation"
ANSWER_WITHIN_S = 5.0


def needs_work(script: Script) -> None:
    """What the model cannot know by itself: it must hand the work on, with the right words."""
    line = script.phrases.pick(script.rng, TABLE, "work")
    script.task = line.meaning
    _ask(script, script.phrases.filled(script.rng, TABLE, "please", what=line.text))


def needs_none(script: Script) -> None:
    """Talk that the model answers itself, or lets pass."""
    _ask(script, script.phrases.pick(script.rng, TABLE, "talk").text)


CATEGORIES: Mapping[str, tuple[Callable[[Script], None], ...]] = {
    "needs_work": (needs_work,),
    "needs_none": (needs_none,),
}


def _ask(script: Script, text: str) -> None:
    script.has_chosen_task = True
    asked = script.asks(text)
    script.spans.append(Span("answer", asked.end_s, round(asked.end_s + ANSWER_WITHIN_S, 3)))
    script.reach(asked.end_s + ANSWER_WITHIN_S)
