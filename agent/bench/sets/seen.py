"""The sets in which the agent watches: reps, proactive, actions. One function each; pictures are drawn when played."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.bench.item import Meaning, Motion, Once, Scene, Span
from agent.bench.sets.phrases import number_meaning, parsed
from agent.bench.sets.script import Script

STYLES: Mapping[str, str] = {"dev": "filled", "test": "contour"}
BEGINS_AFTER_S = (1.6, 3.2)  # the end of the request; the acknowledgement has its time
REP_S = (1.1, 2.6)
NUM_REPS = (3, 12)
COUNTED_WITHIN_S = 1.5  # of the end of a repetition
ACTION_S = (3.0, 9.0)
CYCLE_S = (0.7, 1.3)
AROUND_S = 1.0  # "start" and "stop" are due at the edges; an oracle speaks there
WATCHED_BEFORE_S = (2.0, 14.0)
ANSWER_SPAN_S = (4.0, 8.0)


def reps(script: Script) -> None:
    """Somebody does an exercise at a pace of their own; each repetition is to be counted aloud."""
    action, kind = _named(script, "reps", "action")
    _ask(script, "reps", action=action)
    at_s = script.now + script.rng.uniform(*BEGINS_AFTER_S)
    rep_s = script.rng.uniform(*REP_S)
    motions: list[Motion] = []
    for number in range(1, script.rng.randint(*NUM_REPS) + 1):
        end_s = round(at_s + rep_s * script.rng.uniform(0.85, 1.15), 3)
        motions.append(Motion(kind, round(at_s, 3), end_s, cycles=1))
        script.spans.append(Span("repetition", round(at_s, 3), end_s))
        script.expected.append(Once(number_meaning(number), round(end_s - 0.2, 3), round(end_s + 0.2, 3)))
        at_s = end_s + script.rng.uniform(0.05, 0.3)
    _show(script, motions, at_s + COUNTED_WITHIN_S)


def proactive(script: Script) -> None:
    """One thing happens after a while, something else may happen before; only the one asked for is to be told."""
    lines = script.rng.sample(script.phrases.lines("proactive", "event"), 2)
    event, other = (parsed(line) for line in lines)
    what, kind = _split(event.text)
    _ask(script, "proactive", event=what)
    first_s = round(script.now + script.rng.uniform(*BEGINS_AFTER_S), 3)
    start_s = round(first_s + script.rng.uniform(*WATCHED_BEFORE_S), 3)
    end_s = round(start_s + script.rng.uniform(*ANSWER_SPAN_S), 3)
    motions = [Motion(kind, start_s, end_s)]
    if start_s - first_s > 3.0 and script.rng.random() < 0.5:
        motions.append(Motion(_split(other.text)[1], first_s, round(first_s + 2.0, 3)))
    script.expected.append(Once(event.meaning, start_s, end_s))
    script.spans.append(Span("answer", start_s, end_s))
    _show(script, motions, end_s + 1.0)


def actions(script: Script) -> None:
    """An action begins and ends; "start" and "stop" are to be said there."""
    action, kind = _named(script, "actions", "action")
    _ask(script, "actions", action=action)
    start_s = round(script.now + script.rng.uniform(*BEGINS_AFTER_S) + script.rng.uniform(0, 5), 3)
    cycles = round(script.rng.uniform(*ACTION_S) / script.rng.uniform(*CYCLE_S))
    end_s = round(start_s + script.rng.uniform(*ACTION_S), 3)
    script.spans.append(Span("action", start_s, end_s))
    for word, due_s in (("start", start_s), ("stop", end_s)):
        script.expected.append(Once(Meaning(((word,),)), round(due_s - AROUND_S, 3), round(due_s + AROUND_S, 3)))
    _show(script, [Motion(kind, start_s, end_s, cycles)], end_s + script.rng.uniform(1.5, 4.0))


REPS: Mapping[str, tuple[Callable[[Script], None], ...]] = {"reps": (reps,)}
PROACTIVE: Mapping[str, tuple[Callable[[Script], None], ...]] = {"proactive": (proactive,)}
ACTIONS: Mapping[str, tuple[Callable[[Script], None], ...]] = {"actions": (actions,)}


def _ask(script: Script, table: str, **slots: str) -> None:
    script.asks(script.phrases.filled(script.rng, table, "asked", **slots))


def _named(script: Script, table: str, name: str) -> tuple[str, str]:
    return _split(script.rng.choice(script.phrases.lines(table, name)))


def _split(line: str) -> tuple[str, str]:
    """What is said and the movement that shows it, in `words = movement`."""
    said, _, kind = (part.strip() for part in line.partition("="))
    return said, kind


def _show(script: Script, motions: list[Motion], end_s: float) -> None:
    script.scene = Scene(STYLES[script.split], script.rng.randrange(1_000_000), tuple(motions))
    script.reach(end_s)
