"""reps, proactive and actions: was what is seen counted, told and marked, and when?

After RepCount-A, ProactiveVideoQA and Charades as they are used for agents that watch: the definitions, no code.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from agent.bench.bootstrap import interval
from agent.bench.item import Item, Meaning, Once
from agent.bench.meaning import says
from agent.bench.metrics import BEST_SCORE, Reply, count_errors, last_number, pauc, start_and_stop, temporal_iou
from agent.bench.result import Row
from agent.bench.score_timed import Judge
from agent.bench.scored import Scored, step_metrics
from agent.bench.take import Take
from agent.bench.utterances import Said

WITHIN = 1  # repetitions
WEIGHTS = (0.0, 0.5, 1.0)  # PAUC at which shares of being early
HEADLINE_WEIGHT = 0.5
EARLY_S = 0.3  # before an answer span: the onset of a reply to what is about to be seen


def count_said(item: Item, said: Sequence[Said]) -> int | None:
    """The last number said after the second-to-last true repetition; None when there is none."""
    repetitions = [span for span in item.spans if span.kind == "repetition"]
    return last_number(said, repetitions[-2].end_s if len(repetitions) > 1 else 0.0)


def score_reps(pairs: Sequence[tuple[Item, Take]]) -> Scored:
    """Within one, in percent; and how far off on average, where nothing said counts as zero."""
    rows: list[Row] = []
    for item, take in pairs:
        true = sum(span.kind == "repetition" for span in item.spans)
        counted = count_said(item, take.said)
        error = abs((counted or 0) - true)
        rows.append(
            {"part": "items", "item": item.id, "category": item.category, "true": true, "counted": counted}
            | {"error": error, "is_right": counted is not None and error <= WITHIN, "said": _said(take)}
        )
    _, error = count_errors([(row["counted"], row["true"]) for row in rows])
    return _scored([100.0 * row["is_right"] for row in rows], {"mean_absolute_error": round(error, 3)}, rows, pairs)


def quality_of(text: str, meaning: Meaning, judge: Judge = says) -> float:
    """2 when the rule is met, 1 when part of its groups is, else 0."""
    if judge(text, meaning):
        return BEST_SCORE
    is_partly = len(meaning.all_of) > 1 and any(judge(text, Meaning((group,))) for group in meaning.all_of)
    return 1.0 if is_partly else 0.0


def score_proactive(pairs: Sequence[tuple[Item, Take]], judge: Judge = says) -> Scored:
    """PAUC at 0.5, the mean over answer spans; at 0 and 1 as metrics."""
    rows: list[Row] = []
    for item, take in pairs:
        spans = [each for each in item.expected if isinstance(each, Once)]
        replies = [_replies(span, take, judge) for span in spans]
        areas = {
            weight: [
                pauc(span.latest_s - span.earliest_s, some, weight) for span, some in zip(spans, replies, strict=True)
            ]
            for weight in WEIGHTS
        }
        at = {f"pauc_{weight:g}": round(statistics.fmean(values), 2) for weight, values in areas.items()}
        num_in_spans = sum(len(some) for some in replies)
        rows.append(
            {"part": "items", "item": item.id, "category": item.category, **at}
            | {"is_right": at["pauc_0.5"] > 50, "outside": len(take.said) - num_in_spans, "said": _said(take)}
        )
    metrics = {
        f"pauc_{weight:g}": round(statistics.fmean(row[f"pauc_{weight:g}"] for row in rows), 2) for weight in WEIGHTS
    }
    minutes = sum(item.duration_s for item, _ in pairs) / 60
    metrics["unasked_per_minute"] = round(sum(row["outside"] for row in rows) / minutes, 2)
    return _scored([row[f"pauc_{HEADLINE_WEIGHT:g}"] for row in rows], metrics, rows, pairs)


def marked_span(item: Item, said: Sequence[Said]) -> tuple[float, float] | None:
    """From "start" to "stop"; what is said before the request is over marks nothing."""
    asked_s = max((turn.end_s for turn in item.turns), default=0.0)
    later = [each for each in said if each.start_s > asked_s]
    return start_and_stop(sorted(later, key=lambda each: each.start_s))


def score_actions(pairs: Sequence[tuple[Item, Take]]) -> Scored:
    """Mean intersection over union of what was marked with what was done, in percent."""
    rows: list[Row] = []
    for item, take in pairs:
        true = next((span.start_s, span.end_s) for span in item.spans if span.kind == "action")
        marked = marked_span(item, take.said)
        share = temporal_iou(marked, true)
        rows.append(
            {"part": "items", "item": item.id, "category": item.category, "iou_pct": round(100 * share, 2)}
            | {"true": true, "marked": marked, "is_right": share > 0.5, "said": _said(take)}
        )
    metrics = {"marked_pct": round(100 * statistics.fmean(row["marked"] is not None for row in rows), 1)}
    return _scored([float(row["iou_pct"]) for row in rows], metrics, rows, pairs)


def _replies(span: Once, take: Take, judge: Judge) -> list[Reply]:
    return [
        Reply(max(0.0, each.start_s - span.earliest_s), quality_of(each.text, span.meaning, judge))
        for each in take.said
        if span.earliest_s - EARLY_S <= each.start_s <= span.latest_s
    ]


def _said(take: Take) -> list[dict[str, object]]:
    return [asdict(each) for each in take.said]


def _scored(
    values: Sequence[float], metrics: dict[str, float], rows: Sequence[Row], pairs: Sequence[tuple[Item, Take]]
) -> Scored:
    mean = round(statistics.fmean(values), 2) if values else 0.0
    spread = interval(values, lambda sample: float(np.mean(sample)))
    return Scored(mean, spread, {**metrics, **step_metrics([take for _, take in pairs])}, rows)
