"""delegation: was work handed on when it was needed, only then, and with the right words?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.bench.bootstrap import LOWER_PCT, NUM_RESAMPLES, UPPER_PCT
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
    counts: list[tuple[int, int, int]] = []  # made, right, needed
    for item, take in pairs:
        tasks = [str(deed.fields.get("task", "")) for deed in take.deeds if deed.kind == "Delegate"]
        is_met = item.task is not None and any(judge(task, item.task) for task in tasks)
        counts.append((len(tasks), int(is_met), int(item.task is not None)))
        is_right = is_met if item.task is not None else not tasks
        said = " ".join(each.text for each in take.said)
        rows.append(
            {"part": "items", "item": item.id, "category": item.category, "is_right": is_right, "tasks": tasks}
            | {"asked": item.turns[-1].text, "said": said}
        )
    table = np.asarray(counts, np.int64).reshape(-1, 3)  # (ITEMS, 3)
    made, right, needed = table.sum(axis=0).tolist()
    precision, recall = right / max(1, made), right / max(1, needed)
    metrics = {
        "delegation_precision": round(precision, 4),
        "delegation_recall": round(recall, 4),
        **step_metrics([take for _, take in pairs]),
    }
    return Scored(round(_f1_pct(table), 2), _interval(table, seed=0), metrics, rows)


def _f1_pct(table: NDArray[np.int64]) -> float:
    """Twice what is right over what was made and what was needed together."""
    made, right, needed = table.sum(axis=0).tolist()
    return 200 * right / (made + needed) if made + needed else 0.0


def _interval(table: NDArray[np.int64], seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    values = [
        _f1_pct(table[rng.integers(0, len(table), len(table))]) for _ in range(NUM_RESAMPLES if len(table) else 0)
    ]
    low, high = np.percentile(values or [float("nan")], [LOWER_PCT, UPPER_PCT])
    return (round(float(low), 3), round(float(high), 3))
