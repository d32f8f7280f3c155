"""How good a translation is against a reference: chrF and BLEU, as their papers define them. Knows no translator.

chrF: Popović 2015, character n-grams up to 6, β = 2, spaces left out. BLEU: Papineni et al. 2002, over a corpus, words
and punctuation apart, n-grams up to 4. Both 0 to 100.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from agent.interpretation.lane import Interpreted

CHRF_ORDER, CHRF_BETA = 6, 2.0
BLEU_ORDER = 4
_TOKEN = re.compile(r"\w+|[^\w\s]")

Pair = tuple[str, str]  # what was said, reference


def chrf(pairs: Sequence[Pair]) -> float:
    """Over a corpus: counts are summed before precision and recall are taken."""
    totals = [[0, 0, 0] for _ in range(CHRF_ORDER)]  # matches, said, reference
    for said, reference in pairs:
        for order in range(1, CHRF_ORDER + 1):
            ours, theirs = (_grams(_plain(text), order) for text in (said, reference))
            total = totals[order - 1]
            total[0] += (ours & theirs).total()
            total[1] += ours.total()
            total[2] += theirs.total()
    scores: list[float] = []
    for matches, num_said, num_reference in totals:
        if num_said == 0 or num_reference == 0:
            continue
        precision, recall = matches / num_said, matches / num_reference
        weight = CHRF_BETA**2
        below = weight * precision + recall
        scores.append((1 + weight) * precision * recall / below if below else 0.0)
    return 100 * sum(scores) / len(scores) if scores else 0.0


def bleu(pairs: Sequence[Pair]) -> float:
    """Geometric mean of the n-gram precisions, times the brevity penalty; 0 when an order has no match."""
    matches, totals = [0] * BLEU_ORDER, [0] * BLEU_ORDER
    num_said = num_reference = 0
    for said, reference in pairs:
        ours, theirs = _TOKEN.findall(said.casefold()), _TOKEN.findall(reference.casefold())
        num_said += len(ours)
        num_reference += len(theirs)
        for order in range(1, BLEU_ORDER + 1):
            grams = _grams(ours, order)
            matches[order - 1] += (grams & _grams(theirs, order)).total()
            totals[order - 1] += grams.total()
    if num_said == 0 or not all(matches):
        return 0.0
    precision = math.fsum(math.log(match / total) for match, total in zip(matches, totals, strict=True)) / BLEU_ORDER
    brevity = min(0.0, 1 - num_reference / num_said)
    return 100 * math.exp(precision + brevity)


def token_delay_s(interpreted: Interpreted) -> float:
    """Average token delay (Kano et al. 2023) of one segment: word i of the translation ends so long after word i of
    the source, the last one standing for those beyond it. Words are taken to be evenly spread over their segment.
    """
    span, source = interpreted.span, interpreted.source
    assert span is not None, "a segment that was spoken"
    num_ours, num_theirs = len(interpreted.translation.text.split()), len(source.text.split())
    begin_s, end_s = source.start_s + span.start_lag_s, source.end_s + span.end_lag_s
    delays: list[float] = []
    for number in range(1, num_ours + 1):
        said_s = begin_s + (end_s - begin_s) * number / num_ours
        heard_s = source.start_s + (source.end_s - source.start_s) * min(number, num_theirs) / num_theirs
        delays.append(said_s - heard_s)
    return math.fsum(delays) / len(delays)


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


def _grams(items: Sequence[str], order: int) -> Counter[Sequence[str]]:
    return Counter(_each(items, order))


def _each(items: Sequence[str], order: int) -> Iterable[Sequence[str]]:
    for start in range(len(items) - order + 1):
        part = items[start : start + order]
        yield part if isinstance(part, str) else tuple(part)
