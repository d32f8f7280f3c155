"""Which benches there are over sets of items, and how each is scored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.bench.item import Item
from agent.bench.score_delegation import score_delegation
from agent.bench.score_duplex import score_duplex
from agent.bench.score_seen import score_actions, score_proactive, score_reps
from agent.bench.score_timed import Judge
from agent.bench.score_voice import score_voice
from agent.bench.scored import Scored, score_timed_set
from agent.bench.take import Take


@dataclass(frozen=True, slots=True)
class Bench:
    """A bench over items."""

    name: str
    title: str
    score_name: str  # what its headline figure is
    score: Callable[[Sequence[tuple[Item, Take]]], Scored]
    score_by: Callable[[Sequence[tuple[Item, Take]], Judge], Scored] | None = None  # … where meanings are judged


BENCHES: Mapping[str, Bench] = {
    bench.name: bench
    for bench in (
        Bench("timespeak", "Speech at the times asked for", "macro accuracy, %", score_timed_set, score_timed_set),
        Bench(
            "cuespeak", "Speech at cues, while a person talks on", "macro accuracy, %", score_timed_set, score_timed_set
        ),
        Bench("duplex", "Who takes the floor when", "mean of four desired behaviours, %", score_duplex, score_duplex),
        Bench("delegation", "Work handed on when it is needed", "F1, %", score_delegation, score_delegation),
        Bench("reps", "Repetitions counted aloud as they are seen", "within one, %", score_reps),
        Bench("proactive", "Something told when it is seen", "PAUC at 0.5", score_proactive, score_proactive),
        Bench("actions", "Start and stop said as an action is seen", "mean IoU, %", score_actions),
        Bench("voice", "Sentences with names and numbers, understood", "word error rate, %", score_voice),
    )
}
