"""duplex: who took the floor when, after Full-Duplex-Bench v1 and v1.5 (the definitions, none of the code).

Works on the agent's utterances and the item's spans; times are energy onsets of the agent's own track.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from agent.bench.backchannels import divergence_from_people
from agent.bench.bootstrap import macro_interval, macro_mean
from agent.bench.item import Item, Span
from agent.bench.meaning import says, words_of
from agent.bench.result import Row
from agent.bench.score_timed import Judge
from agent.bench.scored import Scored, step_metrics
from agent.bench.take import Deed, Take
from agent.bench.utterances import Said

SHORT_S = 1.0
SHORT_WORDS = 3  # under a second with at most these is no take-over
JOINED_BELOW_S = 0.8  # pauses inside one utterance
STOPPED_AFTER_S = 0.5  # of silence
LONGEST_GAP_S = 1.2  # of an agent that goes on
SPEAKING_BEFORE_S = 1.0  # an agent whose last sound is nearer than this still holds the floor
SETTLED_S = 1.5  # after an event
EARLY_ANSWER_S = 0.3  # before the end of an interruption
HUMAN_BACKCHANNEL = "human_backchannel"  # a span in which a person gave one
DESIRED = ("user_interruption", "user_backchannel", "talking_to_other", "background_speech")


@dataclass(frozen=True, slots=True)
class Floor:
    """What one item's take did; None where the item does not ask."""

    took_over: bool | None = None  # in a pause, or after a turn
    is_early: bool | None = None  # before the turn's end
    latency_s: float | None = None
    is_answered: bool | None = None
    stop_s: float | None = None
    went_on: bool | None = None
    num_backchannels: int | None = None
    divergence: float | None = None  # of the backchannels' times from those of people, where the item knows these


def judge_duplex(item: Item, take: Take, judge: Judge = says) -> Floor:
    """Look at the span that the item's category is about."""
    by_kind = {span.kind: span for span in item.spans}
    match item.category:
        case "pause_handling":
            pauses = [span for span in item.spans if span.kind == "pause"]
            return Floor(took_over=any(_is_taken(item, take, p.start_s, p.end_s, judge) for p in pauses))
        case "turn_taking":
            return _turn_taking(item, take, by_kind["answer"], judge)
        case "user_interruption":
            return _interruption(item, take, by_kind["interruption"], by_kind["answer"], judge)
        case "listening":
            span = by_kind["listening"]
            began = [each for each in joined(take.said) if span.start_s <= each.start_s <= span.end_s]
            nods = [each for each in began if not is_take_over(each)]
            people = [each.start_s for each in item.spans if each.kind == HUMAN_BACKCHANNEL]
            apart = divergence_from_people([each.start_s for each in nods], people, item.duration_s) if people else None
            return Floor(took_over=len(nods) < len(began), num_backchannels=len(nods), divergence=apart)
        case _:
            return Floor(went_on=_went_on(take.said, by_kind[item.category]))


def is_take_over(said: Said) -> bool:
    """Not when there are no words, or under a second of at most three.

    A short answer that meets the item's rule for content counts as a take-over too, by those who ask here.
    """
    num_words = len(words_of(said.text))
    is_short = said.end_s - said.start_s < SHORT_S and num_words <= SHORT_WORDS
    return num_words > 0 and not is_short


def joined(said: Sequence[Said]) -> list[Said]:
    """Pieces with short pauses between them as one utterance."""
    whole: list[Said] = []
    for piece in sorted(said, key=lambda each: each.start_s):
        if whole and piece.start_s - whole[-1].end_s < JOINED_BELOW_S:
            last = whole[-1]
            whole[-1] = Said(last.start_s, piece.end_s, f"{last.text} {piece.text}".strip())
        else:
            whole.append(piece)
    return whole


def score_duplex(pairs: Sequence[tuple[Item, Take]], judge: Judge = says) -> Scored:
    """The mean of the four rates of desired behaviour in percent, and every other rate by its name.

    A set without overlaps (Full-Duplex-Bench v1) is scored by what it has: no take-over in pauses, one after turns.
    """
    floors = [(item, judge_duplex(item, take, judge)) for item, take in pairs]
    desired = {name: [100.0 * _is_desired(f) for i, f in floors if i.category == name] for name in DESIRED}
    rows: list[Row] = [
        {"part": "desired", "behaviour": name, "items": len(values), "rate_pct": round(macro_mean({name: values}), 1)}
        for name, values in desired.items()
        if values
    ]
    rows += [
        {"part": "items", "item": item.id, "category": item.category, "noise": item.noise, **asdict(floor)}
        | {"said": [asdict(each) for each in take.said]}
        for (item, floor), (_, take) in zip(floors, pairs, strict=True)
    ]
    has_overlaps = any(desired.values())
    judged = desired if has_overlaps else _without_overlaps(floors)
    score = round(macro_mean(judged), 2)
    metrics = {
        **_metrics(floors),
        **({"desired_behaviour_mean": score} if has_overlaps else {}),
        **step_metrics([take for _, take in pairs]),
    }
    kept = {name: value for name, value in metrics.items() if value == value}  # nan: no item of this kind
    return Scored(score, macro_interval(judged), kept, rows)


def _without_overlaps(floors: Sequence[tuple[Item, Floor]]) -> dict[str, list[float]]:
    return {
        "pause_handling": [100.0 * (not f.took_over) for i, f in floors if i.category == "pause_handling"],
        "turn_taking": [100.0 * bool(f.took_over and not f.is_early) for i, f in floors if i.category == "turn_taking"],
        "listening": [100.0 * (not f.took_over) for i, f in floors if i.category == "listening"],
    }


def _metrics(floors: Sequence[tuple[Item, Floor]]) -> dict[str, float]:
    def of(category: str) -> list[tuple[Item, Floor]]:
        return [(item, floor) for item, floor in floors if item.category == category]

    turns, interruptions, stories = of("turn_taking"), of("user_interruption"), of("listening")
    latencies = [f.latency_s for _, f in turns if f.latency_s is not None]
    listened_s = sum(
        span.end_s - span.start_s for item, _ in stories for span in item.spans if span.kind == "listening"
    )
    return {
        "turn_taking_takeover": _rate([bool(f.took_over) and not f.is_early for _, f in turns]),
        "turn_taking_early": _rate([bool(f.is_early) for _, f in turns]),
        "turn_taking_answered": _rate([bool(f.is_answered) for _, f in turns]),
        "turn_taking_latency_s": _median(latencies),
        "turn_taking_latency_mean_s": _mean([max(0.0, each) for each in latencies]),
        "pause_takeover": _rate([bool(f.took_over) for _, f in of("pause_handling")]),
        "interruption_answered": _rate([bool(f.is_answered) for _, f in interruptions]),
        "interruption_latency_s": _median([f.latency_s for _, f in interruptions if f.latency_s is not None]),
        "interruption_stop_s": _median([f.stop_s for _, f in interruptions if f.stop_s is not None]),
        "room_sound_went_on": _rate([bool(f.went_on) for _, f in of("room_sound")]),
        "listening_takeover": _rate([bool(f.took_over) for _, f in stories]),
        "backchannel_jsd": _mean([f.divergence for _, f in stories if f.divergence is not None]),
        "backchannels_per_minute": round(60 * sum(f.num_backchannels or 0 for _, f in stories) / listened_s, 2)
        if listened_s
        else float("nan"),
    }


def _turn_taking(item: Item, take: Take, span: Span, judge: Judge) -> Floor:
    first_s = min(turn.start_s for turn in item.turns)
    is_early = _is_taken(item, take, first_s, span.start_s, judge)
    found = _take_over(item, take, span.start_s, span.end_s, judge)
    return Floor(
        took_over=is_early or found is not None,
        is_early=is_early,
        latency_s=None if found is None else round(found.start_s - span.start_s, 3),
        is_answered=not is_early and _is_answered(item, take, span.start_s, span.end_s, judge),
    )


def _interruption(item: Item, take: Take, event: Span, answer: Span, judge: Judge) -> Floor:
    holding = _holding(take.said, event.start_s)
    stopped_s = None if holding is None else _stopped_at(take.said, event.start_s)
    from_s = max(event.end_s - EARLY_ANSWER_S, stopped_s or 0.0)
    onset_s = next((each.start_s for each in take.said if from_s <= each.start_s < answer.end_s), None)
    return Floor(
        took_over=onset_s is not None,
        latency_s=None if onset_s is None else round(onset_s - event.end_s, 3),
        is_answered=_is_answered(item, take, from_s, answer.end_s, judge),
        stop_s=None if stopped_s is None else round(stopped_s - event.start_s, 3),
    )


def _is_answered(item: Item, take: Take, start_s: float, end_s: float, judge: Judge) -> bool:
    """Words by the item's rule, or an acknowledgement with the right work handed on."""
    text = " ".join(each.text for each in take.said if start_s <= each.start_s < end_s)
    if not text.strip():
        return False
    rules = [rule for rule in (item.answer, item.task) if rule is not None]
    handed_on = [_task_of(deed) for deed in take.deeds if deed.kind == "Delegate" and start_s <= deed.at_s < end_s]
    is_handed_on = any(judge(task, rule) for task in handed_on for rule in rules)
    return is_handed_on or (item.answer is not None and judge(text, item.answer))


def _task_of(deed: Deed) -> str:
    return str(deed.fields.get("task", ""))


def _take_over(item: Item, take: Take, start_s: float, end_s: float, judge: Judge) -> Said | None:
    """The first take-over that begins in a stretch of time, or a short answer to what was asked."""
    for each in joined(take.said):
        is_answer = item.answer is not None and judge(each.text, item.answer)
        if start_s <= each.start_s < end_s and (is_take_over(each) or is_answer):
            return each
    return None


def _is_taken(item: Item, take: Take, start_s: float, end_s: float, judge: Judge) -> bool:
    """Whether the agent takes over in a stretch of time, or already holds the floor in it."""
    holds = any(each.start_s < start_s < each.end_s and is_take_over(each) for each in joined(take.said))
    return holds or _take_over(item, take, start_s, end_s, judge) is not None


def _holding(said: Sequence[Said], at_s: float) -> Said | None:
    """The piece with which the agent holds the floor at a time."""
    return next((each for each in said if each.start_s < at_s and each.end_s > at_s - SPEAKING_BEFORE_S), None)


def _stopped_at(said: Sequence[Said], from_s: float) -> float:
    """Where the first longer silence begins, at `from_s` at the earliest."""
    at_s = from_s
    for piece in sorted(said, key=lambda each: each.start_s):
        if piece.end_s > at_s and piece.start_s - at_s < STOPPED_AFTER_S:
            at_s = piece.end_s
    return at_s


def _went_on(said: Sequence[Said], event: Span) -> bool:
    """The agent spoke before the event and no longer gap opens until some time after it."""
    if _holding(said, event.start_s) is None:
        return False
    covered_s = event.start_s - SPEAKING_BEFORE_S
    for piece in sorted(said, key=lambda each: each.start_s):
        if piece.end_s <= covered_s:
            continue
        if piece.start_s - covered_s > LONGEST_GAP_S:
            break
        covered_s = piece.end_s
    return covered_s >= event.end_s + SETTLED_S


def _is_desired(floor: Floor) -> bool:
    return bool(floor.is_answered) if floor.went_on is None else floor.went_on


def _rate(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else float("nan")


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 3) if values else float("nan")


def _mean(values: Sequence[float]) -> float:
    return round(statistics.fmean(values), 3) if values else float("nan")
