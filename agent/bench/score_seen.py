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
from agent.bench.meaning import numbers_in, says
from agent.bench.result import Row
from agent.bench.score_timed import Judge
from agent.bench.scored import Scored, step_metrics
from agent.bench.take import Take
from agent.bench.utterances import Said

WITHIN = 1  # repetitions
WEIGHTS = (0.0, 0.5, 1.0)  # PAUC at which shares of being early
HEADLINE_WEIGHT = 0.5
NO_REPLY, BEST = 0.5, 2.0  # quality before any reply, and of a right one
EARLY_S = 0.3  # before an answer span: the onset of a reply to what is about to be seen


def count_said(item: Item, said: Sequence[Said]) -> int | None:
    """The last number said after the second-to-last true repetition; None when there is none."""
    repetitions = [span for span in item.spans if span.kind == "repetition"]
    from_s = repetitions[-2].end_s if len(repetitions) > 1 else 0.0
    numbers = [number for each in said if each.start_s >= from_s for number in numbers_in(each.text)]
    return numbers[-1] if numbers else None


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
    errors = [float(row["error"]) for row in rows]
    metrics = {"mean_absolute_error": round(statistics.fmean(errors), 3) if errors else 0.0}
    return _scored([100.0 * row["is_right"] for row in rows], metrics, rows, pairs)


def pauc(replies: Sequence[tuple[float, float]], span_s: float, weight: float) -> float:
    """Area under the quality of what was replied so far, in percent of the best.

    `replies` are (seconds after the span's start, quality 0 … 2); each is looked at as if it had come at (1 - weight)
    of its time. Without any, quality stays at a half: 25.
    """
    area, quality, before = 0.0, NO_REPLY, 0.0
    for at_s, reached in sorted(replies):
        scaled = min(span_s, at_s * (1 - weight))
        area += quality * (scaled - before)
        quality, before = reached, scaled
    area += quality * (span_s - before)
    return 100 * area / (BEST * span_s)


def quality_of(text: str, meaning: Meaning, judge: Judge = says) -> float:
    """2 when the rule is met, 1 when part of its groups is, else 0."""
    if judge(text, meaning):
        return BEST
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
                pauc(some, span.latest_s - span.earliest_s, weight) for span, some in zip(spans, replies, strict=True)
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


def overlap_of_spans(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Intersection over union of two stretches of time."""
    both = max(0.0, min(one[1], other[1]) - max(one[0], other[0]))
    union = (one[1] - one[0]) + (other[1] - other[0]) - both
    return both / union if union > 0 else 0.0


def marked_span(item: Item, said: Sequence[Said]) -> tuple[float, float] | None:
    """From the first "start" to the first "stop" after it, else to the end; what answers the request is left out."""
    asked_s = max((turn.end_s for turn in item.turns), default=0.0)
    later = sorted((each for each in said if each.start_s > asked_s), key=lambda each: each.start_s)
    starts = [each.start_s for each in later if says(each.text, Meaning((("start", "started", "starts"),)))]
    if not starts:
        return None
    stops = [each.start_s for each in later if says(each.text, Meaning((("stop", "stopped"),)))]
    return starts[0], next((at_s for at_s in stops if at_s > starts[0]), item.duration_s)


def score_actions(pairs: Sequence[tuple[Item, Take]]) -> Scored:
    """Mean intersection over union of what was marked with what was done, in percent."""
    rows: list[Row] = []
    for item, take in pairs:
        true = next((span.start_s, span.end_s) for span in item.spans if span.kind == "action")
        marked = marked_span(item, take.said)
        share = 0.0 if marked is None else overlap_of_spans(true, marked)
        rows.append(
            {"part": "items", "item": item.id, "category": item.category, "iou_pct": round(100 * share, 2)}
            | {"true": true, "marked": marked, "is_right": share > 0.5, "said": _said(take)}
        )
    metrics = {"marked_pct": round(100 * statistics.fmean(row["marked"] is not None for row in rows), 1)}
    return _scored([float(row["iou_pct"]) for row in rows], metrics, rows, pairs)


def _replies(span: Once, take: Take, judge: Judge) -> list[tuple[float, float]]:
    return [
        (max(0.0, each.start_s - span.earliest_s), quality_of(each.text, span.meaning, judge))
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
