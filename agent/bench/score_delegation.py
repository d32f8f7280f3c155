"""delegation: was work handed on when it was needed, only then, and with the right words?"""

from __future__ import annotations

from collections.abc import Sequence

from agent.bench.bootstrap import macro_interval
from agent.bench.item import Item
from agent.bench.meaning import says
from agent.bench.result import Row
from agent.bench.score_timed import Judge
from agent.bench.scored import Scored, step_metrics
from agent.bench.take import Take


def score_delegation(pairs: Sequence[tuple[Item, Take]], judge: Judge = says) -> Scored:
    """The harmonic mean of precision and recall in percent; both as metrics.

    A delegation is right when the item needs one and its task has the item's words; an item with more than one
    delegation counts each further one against precision.
    """
    rows: list[Row] = []
    num_made = num_right = num_needed = 0
    right: dict[str, list[float]] = {}
    for item, take in pairs:
        tasks = [str(deed.fields.get("task", "")) for deed in take.deeds if deed.kind == "Delegate"]
        is_met = item.task is not None and any(judge(task, item.task) for task in tasks)
        num_made += len(tasks)
        num_right += is_met
        num_needed += item.task is not None
        is_right = is_met if item.task is not None else not tasks
        right.setdefault(item.category, []).append(100.0 * is_right)
        said = " ".join(each.text for each in take.said)
        rows.append(
            {"part": "items", "item": item.id, "category": item.category, "is_right": is_right, "tasks": tasks}
            | {"asked": item.turns[-1].text, "said": said}
        )
    precision = num_right / num_made if num_made else 0.0
    recall = num_right / num_needed if num_needed else 0.0
    score = 200 * precision * recall / (precision + recall) if precision + recall else 0.0
    metrics = {
        "delegation_precision": round(precision, 4),
        "delegation_recall": round(recall, 4),
        **step_metrics([take for _, take in pairs]),
    }
    return Scored(round(score, 2), macro_interval(right), metrics, rows)
