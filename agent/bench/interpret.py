"""`alongside bench interpret`: real prompts played in time to an ear and a lane, one pair at a time.

The clock is fair: it stands still while the organs' process waits for a processor that others use; or it is that of
a simulated machine. Two rows a pair: speech at most 60 % of the time, and speech without a pause that an ear notices.
"""

from __future__ import annotations

import asyncio
import os
import statistics
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from agent.bench.fair_clock import FairClock, process_tree, threads_of
from agent.bench.interpret_prompts import Half, Prompt, prompts, sound
from agent.bench.interpret_scores import Pair, bleu, chrf, token_delay_s
from agent.bench.interpret_stages import TimedTranslator
from agent.bench.result import BenchResult, Row, joined_command
from agent.interpretation.checked_translation import CheckedTranslation
from agent.interpretation.ear import Ear
from agent.interpretation.glossary import GlossaryBook
from agent.interpretation.lane import HeardPart, Interpreted, Lane, LaneParts, SourceSegment
from agent.interpretation.language_voice import LanguageVoice
from agent.interpretation.organs import Clients, InterpretingConfig, OrganProcess
from agent.interpretation.speaker_language import SpeakerLanguage
from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, TICK_MS, Pcm, Translator

PAIRS = ("en-es", "es-en", "en-fr", "fr-en")
SPEECH_SHARES: tuple[float, ...] = (0.6, 1.0)
ALL_SPEECH = "all speech"
LEAST_PAUSE_S = 0.8  # an ear's utterance ends within it
NO_PAUSE_S = 0.2
LAST_S = 25.0  # after the last prompt: what is still to be said
_LOOK_S = 0.005


@dataclass(frozen=True, slots=True)
class Stage:
    """Where it is measured."""

    clients: Clients
    begin: Callable[[], Callable[[], float]]  # a clock that starts now, in seconds
    used_s: Callable[[], float]  # processor time of the organs so far
    num_cores: int
    name: str  # for the report
    into_english: Callable[[Pcm, str], Awaitable[str]] | None = None  # the recogniser alone, from sound in a language


@dataclass(frozen=True, slots=True)
class Played:
    """A prompt and where it sounds, in seconds."""

    prompt: Prompt
    start_s: float
    end_s: float


@dataclass(slots=True)
class Heard:
    """`LaneSink` that keeps everything."""

    done: list[Interpreted] = field(default_factory=list[Interpreted])
    skipped_words: int = 0

    def tentative(self, text: str) -> None:
        """Erasure is counted by the lane."""

    def translated(self, source: SourceSegment, translation: CheckedTranslation) -> None:
        """`finished` follows."""

    def finished(self, interpreted: Interpreted) -> None:
        self.done.append(interpreted)

    def skipped(self, source: SourceSegment, reason: str) -> None:
        self.skipped_words += len(source.text.split())


def programme(source: str, found: Sequence[Prompt], share: float) -> tuple[Pcm, list[Played]]:
    """The sound of a speaker who says the prompts with that share of speech, (S,), and what is where."""
    parts: list[Pcm] = [np.zeros(HEARD_RATE_HZ, np.float32)]
    played: list[Played] = []
    for prompt in found:
        pcm = sound(source, prompt.name)
        start_s = sum(map(len, parts)) / HEARD_RATE_HZ
        length_s = len(pcm) / HEARD_RATE_HZ
        played.append(Played(prompt, start_s, start_s + length_s))
        pause_s = NO_PAUSE_S if share >= 1 else max(LEAST_PAUSE_S, length_s * (1 / share - 1))
        parts += [pcm, np.zeros(int(pause_s * HEARD_RATE_HZ), np.float32)]
    return np.concatenate(parts), played


async def run_interpret(
    pairs: Sequence[str], limit: int | None, command: str, tell: Callable[[Row], None], half: Half = "test"
) -> BenchResult:
    """Measure the pairs one after another in the product's processes; `tell` gets each row.

    Raises NoPrompts, InterpretationError.
    """
    organs = OrganProcess(InterpretingConfig())
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(organs.run(), name="organs")
        stage = Stage(await organs.ready(), _fair_clock, lambda: _processor_s(organs), 2, "processes")
        result = await measure_pairs(stage, pairs, limit, command, tell, half)
        keeping.cancel()
    return result


async def measure_pairs(
    stage: Stage,
    pairs: Sequence[str],
    limit: int | None,
    command: str,
    tell: Callable[[Row], None],
    half: Half = "test",
) -> BenchResult:
    """Measure the pairs one after another; `tell` gets each row. Raises NoPrompts, SeamError."""
    rows: list[Row] = []
    num_items = 0
    for pair in pairs:
        source, _, target = pair.partition("-")
        found = prompts(source, target, half)[:limit]
        num_items += len(found)
        whole: Row = {"chrf_whole": await _whole_sentences(stage.clients.translator, source, target, found)}
        if target == "en" and stage.into_english is not None:
            said = [(await stage.into_english(sound(source, each.name), source), each.reference) for each in found]
            whole["chrf_recogniser"] = round(chrf(said), 1)
        for share in SPEECH_SHARES:
            row = await _measure(stage, (source, target), found, share)
            rows.append({"part": "pairs", "pair": pair, **row, **whole})
            tell(rows[-1])
    metrics = means_of(rows)
    score = metrics.get("end_lag_median_s", 0.0)
    return BenchResult("interpret", "native", "engine", num_items, score, metrics, rows, command, split=half)


def joined(result: BenchResult, before: Mapping[str, Any]) -> BenchResult:  # Any: JSON
    """`result` of some pairs with what an earlier one of the same half, as JSON, has of the others."""
    measured = {row["pair"] for row in result.rows}
    kept = [row for row in before["rows"] if row["pair"] not in measured]
    if not kept or before["split"] != result.split:
        return result
    rows = sorted([*kept, *result.rows], key=lambda row: PAIRS.index(row["pair"]))
    metrics = means_of(rows)
    items = sum(row["prompts"] for row in rows if row["speech"] == ALL_SPEECH)
    command = joined_command(result.command, before)
    score = metrics.get("end_lag_median_s", 0.0)
    return replace(result, rows=rows, metrics=metrics, items=items, score=score, command=command)


def means_of(rows: Sequence[Row]) -> dict[str, float]:
    """Over the pairs, of the rows with pauses."""
    names = ("start_lag_median_s", "end_lag_median_s", "chrf", "chrf_whole", "bleu", "coverage_pct")
    found = {
        name: [float(row[name]) for row in rows if row["speech"] != ALL_SPEECH and row.get(name) is not None]
        for name in names
    }
    return {name: round(statistics.fmean(values), 2) for name, values in found.items() if values}


def _fair_clock() -> Callable[[], float]:
    return FairClock(threads_of(lambda: process_tree(os.getpid()))).now  # this process waits for a processor, too


async def _whole_sentences(translator: Translator, source: str, target: str, found: Sequence[Prompt]) -> float:
    """chrF of the same translator, given each prompt's true text as a whole."""
    pairs: list[Pair] = []
    for prompt in found:
        pieces = translator.translate(prompt.text, source, target, (), {})
        pairs.append(("".join([piece async for piece in pieces]), prompt.reference))
    return round(chrf(pairs), 1)


async def _measure(stage: Stage, languages: tuple[str, str], found: Sequence[Prompt], share: float) -> Row:
    source, target = languages
    clients = stage.clients
    pcm, played = programme(source, found, share)
    sink, parts = Heard(), asyncio.Queue[HeardPart]()  # as bounded as the prompts
    now = _Now()
    voice = LanguageVoice(clients.voice, target, lambda: now.s, lambda pcm, start_s: None)
    translator = TimedTranslator(clients.translator, lambda: now.s)
    lane = Lane(target, LaneParts(translator, voice, GlossaryBook(), sink))
    ear = Ear(clients.recogniser, SpeakerLanguage((source, target), source), parts.put_nowait)
    await lane.prepare(source)  # as when a listener chose before somebody speaks
    clock, before_s = stage.begin(), stage.used_s()
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(ear.run(), name="ear"),
            tasks.create_task(lane.run(_endless(parts)), name="lane"),
        ]
        await _play(pcm, ear, clock, now)
        for task in running:
            task.cancel()
    load = (stage.used_s() - before_s) / clock() / stage.num_cores
    return {
        "machine": stage.name,
        "speech": ALL_SPEECH if share >= 1 else f"{share:.0%}",
        "prompts": len(played),
        **_scores(played, sink, lane),
        **translator.stages(sink.done),
        "part_s": median([each.source.end_s - each.source.start_s for each in sink.done if each.span is not None]),
        f"load_of_{stage.num_cores}_cores": round(load, 2),
    }


def _processor_s(organs: OrganProcess) -> float:
    """What the organs' process has used of any processor."""
    look = threads_of(lambda: process_tree(organs.pid) if organs.pid else [])
    return sum(thread.ran_s for thread in look().values())


class _Now:
    """Seconds of the programme that have passed."""

    def __init__(self) -> None:
        self.s = 0.0


async def _play(pcm: Pcm, ear: Ear, clock: Callable[[], float], now: _Now) -> None:
    silence = np.zeros(int(LAST_S * HEARD_RATE_HZ), np.float32)
    ticks = np.concatenate([pcm, silence])
    num_ticks = len(ticks) // HEARD_TICK_SAMPLES
    for tick in range(num_ticks):
        due_s = (tick + 1) * TICK_MS / 1000
        while (fair_s := clock()) < due_s:
            now.s = fair_s
            await asyncio.sleep(max(_LOOK_S, due_s - fair_s))
        now.s = due_s
        ear.add(tick, ticks[tick * HEARD_TICK_SAMPLES : (tick + 1) * HEARD_TICK_SAMPLES])


def _scores(played: Sequence[Played], sink: Heard, lane: Lane) -> Row:
    """Lags, quality and coverage of what was interpreted."""
    spans = [each.span for each in sink.done if each.span is not None]
    pairs = [(_rendering(each, sink), each.prompt.reference) for each in played]
    num_words = sum(each.prompt.num_words for each in played)
    num_said = sum(len(each.source.text.split()) for each in sink.done)
    thirds = max(1, len(spans) // 3)
    first, last = spans[:thirds], spans[-thirds:]

    growth = [span.end_lag_s for span in last], [span.end_lag_s for span in first]
    return {
        "segments": len(sink.done),
        "spoken": len(spans),
        "start_lag_median_s": median([span.start_lag_s for span in spans]),
        "end_lag_median_s": median([span.end_lag_s for span in spans]),
        "end_lag_growth_s": round(statistics.median(growth[0]) - statistics.median(growth[1]), 2) if spans else None,
        "token_delay_s": median([token_delay_s(each) for each in sink.done if each.span is not None]),
        "chrf": round(chrf(pairs), 1),
        "bleu": round(bleu(pairs), 1),
        "coverage_pct": round(100 * min(1.0, num_said / num_words)),
        "erasure": round(lane.num_erased / max(1, num_said), 2),
    }


def median(values: Sequence[float]) -> float | None:
    return round(statistics.median(values), 2) if values else None


def _rendering(played: Played, sink: Heard) -> str:
    """What was said in the other language for a prompt: of segments whose middle lies in it."""
    middles = [((each.source.start_s + each.source.end_s) / 2, each.translation.text) for each in sink.done]
    return " ".join(text for middle_s, text in middles if played.start_s - 0.3 <= middle_s < played.end_s + 0.3)


async def _endless(parts: asyncio.Queue[HeardPart]) -> AsyncIterator[HeardPart]:
    while True:
        yield await parts.get()
