"""What scoring a set gives, whichever bench it is; and the scores of timespeak and cuespeak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from agent.bench.bootstrap import macro_interval, macro_mean
from agent.bench.item import Item
from agent.bench.meaning import says
from agent.bench.result import Row
from agent.bench.score_timed import Judge, Verdict, judge_timed
from agent.bench.take import Take, percentile


@dataclass(frozen=True, slots=True)
class Scored:
    """A set's headline figure, how sure it is, its other figures and its rows."""

    score: float
    interval: tuple[float, float]
    metrics: Mapping[str, float]
    rows: Sequence[Row]


def score_timed_set(pairs: Sequence[tuple[Item, Take]], judge: Judge = says) -> Scored:
    """Macro accuracy in percent over the categories."""
    verdicts = [(item, take, judge_timed(item, take.said, judge)) for item, take in pairs]
    right: dict[str, list[float]] = {}
    for item, _, verdict in verdicts:
        right.setdefault(item.category, []).append(100.0 * verdict.is_right)
    by_category: list[Row] = [
        {
            "part": "categories",
            "category": category,
            "items": len(values),
            "right_pct": round(macro_mean({category: values}), 1),
            "utterances_hit_pct": _hit_pct([v for i, _, v in verdicts if i.category == category]),
            "items_with_unexpected_pct": _unexpected_pct([v for i, _, v in verdicts if i.category == category]),
        }
        for category, values in sorted(right.items())
    ]
    all_verdicts = [verdict for _, _, verdict in verdicts]
    metrics = {
        "utterances_hit_pct": _hit_pct(all_verdicts),
        "items_with_unexpected_pct": _unexpected_pct(all_verdicts),
        **noise_metrics([(item, 100.0 * verdict.is_right) for item, _, verdict in verdicts]),
        **step_metrics([take for _, take in pairs]),
    }
    rows = [*by_category, *(timed_row(item, take, verdict) for item, take, verdict in verdicts)]
    return Scored(round(macro_mean(right), 2), macro_interval(right), metrics, rows)


def timed_row(item: Item, take: Take, verdict: Verdict) -> Row:
    """One item: what hit, what missed, what nobody expected, what was said."""
    return {
        "part": "items",
        "item": item.id,
        "category": item.category,
        "noise": item.noise,
        "is_right": verdict.is_right,
        "hits": [asdict(hit) for hit in verdict.hits],
        "unexpected": [asdict(each) for each in verdict.unexpected],
        "said": [asdict(each) for each in take.said],
    }


def step_metrics(takes: Sequence[Take]) -> dict[str, float]:
    """How long the engine's steps took, over all items; nothing when nobody measured them."""
    steps = [ms for take in takes for ms in take.step_ms]
    if not steps:
        return {}
    return {"step_p50_ms": round(percentile(steps, 0.5), 2), "step_p99_ms": round(percentile(steps, 0.99), 2)}


def noise_metrics(values: Sequence[tuple[Item, float]]) -> dict[str, float]:
    """The mean of a per-item figure at each level of noise."""
    means: dict[str, float] = {}
    for noise in sorted({item.noise for item, _ in values}):
        some = [value for item, value in values if item.noise == noise]
        means[f"right_pct_noise_{noise}"] = round(sum(some) / len(some), 1)
    return means


def _hit_pct(verdicts: Sequence[Verdict]) -> float:
    required = [hit for verdict in verdicts for hit in verdict.hits if hit.is_required]
    return round(100 * sum(hit.onset_s is not None for hit in required) / max(1, len(required)), 1)


def _unexpected_pct(verdicts: Sequence[Verdict]) -> float:
    return round(100 * sum(bool(verdict.unexpected) for verdict in verdicts) / max(1, len(verdicts)), 1)
