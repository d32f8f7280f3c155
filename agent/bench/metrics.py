"""Figures of benches over pictures, as BENCHMARKS defines them: PAUC, temporal IoU, counts. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.bench.meaning import in_words, plain_words_of, words_of
from agent.bench.utterances import Said

SILENT_SCORE = 0.5  # where an answer span begins, and stays when nothing is said
BEST_SCORE = 2.0
LARGEST_COUNT = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer inside a span: seconds after its start, and its worth from 0 to 2."""

    after_s: float
    worth: float


def pauc(span_s: float, replies: Sequence[Reply], weight: float) -> float:
    """Area under the replies' step function over twice the span's length, in percent.

    Each reply's time is scaled by (1 - weight): at 1 only the worth counts, at 0 its full lateness too. Silence is 25,
    the best answer at once 100, and at the very end, with weight 0.5, 62.5. Raises ValueError on bad input.
    """
    if span_s <= 0 or not 0 <= weight <= 1:
        raise ValueError(f"pauc: a span of {span_s} s with weight {weight}; above 0 and within 0 … 1 are needed")
    area, level, since = 0.0, SILENT_SCORE, 0.0
    for reply in sorted(replies, key=lambda each: each.after_s):
        if not 0 <= reply.after_s <= span_s or not 0 <= reply.worth <= BEST_SCORE:
            raise ValueError(f"pauc: {reply} lies outside a span of {span_s} s or outside 0 … {BEST_SCORE}")
        at = reply.after_s * (1 - weight)
        area += level * (at - since)
        level, since = reply.worth, at
    area += level * (span_s - since)
    return 100 * area / (BEST_SCORE * span_s)


def temporal_iou(said: tuple[float, float] | None, label: tuple[float, float]) -> float:
    """Overlap over union of two stretches of time; 0 when nothing or an empty stretch was said."""
    if said is None or said[1] <= said[0]:
        return 0.0
    overlap = max(0.0, min(said[1], label[1]) - max(said[0], label[0]))
    union = (said[1] - said[0]) + (label[1] - label[0]) - overlap
    return overlap / union if union > 0 else 0.0


def start_and_stop(said: Sequence[Said]) -> tuple[float, float] | None:
    """Onsets of the first `start` and the first `stop` after it; None unless both were said."""
    start_s = next((each.start_s for each in said if "start" in words_of(each.text)), None)
    if start_s is None:
        return None
    stop_s = next((each.start_s for each in said if each.start_s > start_s and "stop" in words_of(each.text)), None)
    return None if stop_s is None else (start_s, stop_s)


def last_number(said: Sequence[Said], after_s: float) -> int | None:
    """The last number said in an utterance that begins after a time."""
    found = [number for each in said if each.start_s > after_s for number in numbers_of(each.text)]
    return found[-1] if found else None


def numbers_of(text: str) -> list[int]:
    """Numbers up to LARGEST_COUNT, in digits or words, the longest reading first; in a sentence "to" is none."""
    spoken = " ".join(plain_words_of(text))
    return [_NUMBERS[found] for found in map(str, _NUMBER.findall(spoken))]


def count_errors(counts: Sequence[tuple[int | None, int]]) -> tuple[float, float]:
    """Share of counts within one, in percent, and mean absolute error; (said or None, true) each, None counts as 0."""
    if not counts:
        return (float("nan"), float("nan"))
    errors = [abs((said or 0) - true) for said, true in counts]
    right = [said is not None and abs(said - true) <= 1 for said, true in counts]
    return (100 * sum(right) / len(right), sum(errors) / len(errors))


_NUMBERS = {" ".join(in_words(number)): number for number in range(LARGEST_COUNT + 1)}
_NUMBER = re.compile(rf"\b(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\b")
