"""timespeak and cuespeak: was everything expected said in its window, and nothing else?

An item is right when every expected utterance starts inside its window with the right meaning and nothing unexpected
is said. Times are onsets of the agent's own track. Knows nothing of where the words come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.bench.item import Expected, Item, Meaning, Once, Repeat
from agent.bench.meaning import says
from agent.bench.utterances import Said

ACKNOWLEDGED_WITHIN_S = 2.5  # of the end of a request: what ends by then is no unexpected speech
EARLY_ACKNOWLEDGEMENT_S = 0.3  # and it may begin this long before the request's last sound
JOINED_BELOW_S = 0.8  # a pause inside one utterance
LONGEST_UTTERANCE_S = 5.0  # what goes on for longer is no longer the expected utterance
MAX_JOINED = 3
TOLERANCE_S = 0.5
TOLERANCE_SHARE = 0.05  # of the waiting time
MIN_TOLERANCE_S = 0.6
STOP_REACTION_S = 1.0  # after the end of a period: an utterance that had begun to be due may still come

Judge = Callable[[str, Meaning], bool]


@dataclass(frozen=True, slots=True)
class Hit:
    """An expected utterance: its window, and the onset and words that met it; None when nothing did."""

    earliest_s: float
    latest_s: float
    onset_s: float | None
    text: str = ""
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an item's speech is worth."""

    hits: tuple[Hit, ...]
    unexpected: tuple[Said, ...]

    @property
    def is_right(self) -> bool:
        return not self.unexpected and all(hit.onset_s is not None for hit in self.hits if hit.is_required)


def tolerance_s(wait_s: float) -> float:
    """Half a window: 0.5 s and a twentieth of the wait, at least 0.6 s."""
    return max(MIN_TOLERANCE_S, TOLERANCE_S + TOLERANCE_SHARE * wait_s)


def judge_timed(item: Item, said: Sequence[Said], judge: Judge = says) -> Verdict:
    """Hold what was said against what was expected."""
    matching = _Matching(sorted(said, key=lambda each: each.start_s), judge)
    hits: list[Hit] = []
    for expected in item.expected:
        hits += _hits(expected, hits, matching)
    matching.accept_continuations()
    matching.accept_acknowledgements(item)
    return Verdict(tuple(hits), tuple(matching.rest()))


def _hits(expected: Expected, before: Sequence[Hit], matching: _Matching) -> list[Hit]:
    match expected:
        case Once(meaning, earliest_s, latest_s):
            return [matching.take(meaning, earliest_s, latest_s)]
        case Repeat():
            anchor_s = expected.origin_s
            if anchor_s is None:
                last = before[-1]
                anchor_s = (last.earliest_s + last.latest_s) / 2 if last.onset_s is None else last.onset_s
            return _repeated(expected, anchor_s, matching)


def _repeated(expected: Repeat, anchor_s: float, matching: _Matching) -> list[Hit]:
    hits: list[Hit] = []
    half = tolerance_s(expected.period_s)
    until_s = float("inf") if expected.until_s is None else expected.until_s
    while expected.times is None or len(hits) < expected.times:
        due_s = anchor_s + expected.period_s
        meaning = expected.meanings[len(hits) % len(expected.meanings)]
        if due_s - half > until_s:
            break
        is_required = due_s + half <= until_s
        latest_s = due_s + half if is_required else min(due_s + half, until_s + STOP_REACTION_S)
        hit = matching.take(meaning, due_s - half, latest_s, is_required)
        hits.append(hit)
        anchor_s = due_s if hit.onset_s is None else hit.onset_s
        if not is_required:
            break
    return hits


class _Matching:
    """Pieces of speech, and which of them are accounted for."""

    def __init__(self, said: Sequence[Said], judge: Judge) -> None:
        self._said, self._judge = said, judge
        self._began: dict[int, float] = {}  # piece -> onset of the accepted utterance it belongs to

    def take(self, meaning: Meaning, earliest_s: float, latest_s: float, is_required: bool = True) -> Hit:
        """The first free utterance in the window with this meaning."""
        for index, piece in enumerate(self._said):
            if index in self._began or not earliest_s <= piece.start_s <= latest_s:
                continue
            for count, text in self._joined(index):
                if self._judge(text, meaning):
                    self._began |= dict.fromkeys(range(index, index + count), piece.start_s)
                    return Hit(earliest_s, latest_s, piece.start_s, text, is_required)
        return Hit(earliest_s, latest_s, None, is_required=is_required)

    def accept_continuations(self) -> None:
        """The rest of an expected utterance behind short pauses."""
        for index in range(1, len(self._said)):
            before, piece = self._said[index - 1], self._said[index]
            began_s = self._began.get(index - 1)
            is_near = piece.start_s - before.end_s < JOINED_BELOW_S
            if began_s is not None and is_near and piece.end_s - began_s <= LONGEST_UTTERANCE_S:
                self._began.setdefault(index, began_s)

    def accept_acknowledgements(self, item: Item) -> None:
        """What ends soon after somebody spoke to the agent."""
        for turn in item.turns:
            for index, piece in enumerate(self._said):
                is_early = piece.start_s < turn.end_s - EARLY_ACKNOWLEDGEMENT_S
                if turn.is_addressed and not is_early and piece.end_s <= turn.end_s + ACKNOWLEDGED_WITHIN_S:
                    self._began.setdefault(index, piece.start_s)

    def rest(self) -> list[Said]:
        """What nobody expected."""
        return [piece for index, piece in enumerate(self._said) if index not in self._began]

    def _joined(self, first: int) -> list[tuple[int, str]]:
        """The piece's words alone, then with the pieces behind short pauses."""
        texts = [(1, self._said[first].text)]
        for index in range(first + 1, min(first + MAX_JOINED, len(self._said))):
            is_near = self._said[index].start_s - self._said[index - 1].end_s < JOINED_BELOW_S
            if index in self._began or not is_near:
                break
            texts.append((len(texts) + 1, f"{texts[-1][1]} {self._said[index].text}"))
        return texts
