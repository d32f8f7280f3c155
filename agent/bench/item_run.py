"""One run of a bench over items: which engine on which items, and the result with where it was taken."""

from __future__ import annotations

import asyncio
import json
import os
import platform
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from agent.bench import hosts
from agent.bench.benches import BENCHES
from agent.bench.fair_clock import FairClock, ThreadLook, process_tree
from agent.bench.item import Item
from agent.bench.item_folder import Sounding
from agent.bench.judge import LanguageJudge, agreement
from agent.bench.references import PLANS
from agent.bench.result import BenchResult, commit
from agent.bench.runner import Hall, Perform, all_kept, run_items, through_engine
from agent.bench.score_voice import score_voice
from agent.bench.speaker import SpeakerEncoder
from agent.bench.take import Take
from agent.bench.targets import parse_target, through_target
from agent.bench.through_call import product, through_call
from model.types import Recogniser

VERSIONS_OF = ("alongside", "torch", "numpy", "aiortc", "hibari-tts", "onnxruntime", "xllamacpp")
SESSION_EXTRA: Mapping[str, Mapping[str, str]] = {  # what a session is told of the background, as a call tells it
    "delegation": {"background": "yes", "lookup": "yes"}
}


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What one run is made of, as it is written beside its takes."""

    bench: str
    split: str
    engine: str
    through: str
    target: str  # an agent that is not ours; "" for an engine
    words: str  # "recogniser" or "text"
    recogniser_url: str  # "" for whisper-base
    jobs: int
    seed: int
    is_real_time: bool
    engine_url: str
    engine_arguments: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Means:
    """What a run may be measured with besides rules and a recogniser."""

    speaker: SpeakerEncoder | None = None  # for the bench `voice`: how much a voice is its reference
    judge: LanguageJudge | None = None  # decides meanings in place of the written rules
    target_key: str | None = None  # the bearer token of an agent that is not ours


async def run_bench(
    settings: RunSettings, items: Sequence[Sounding], folder: Path, means: Means | None = None
) -> BenchResult:
    """Run what is not there yet, score, and write into `folder`. Raises RunError, EngineProcessError, SeamError.

    `means` are further ones to measure with. Meanings are judged in a thread: a judge may be far away.
    """
    means = means or Means()
    _describe(settings, folder)
    title = f"{settings.bench} {settings.engine}"
    pairs = all_kept(items, folder / "items")
    if pairs is None:
        async with _hall(settings, [each.item for each in items], folder / "items", means.target_key) as hall:
            pairs = await run_items(hall, items, settings.jobs, title)
    result = await asyncio.to_thread(scored, settings, pairs, means)
    result.save(folder)
    return result


def scored(settings: RunSettings, pairs: Sequence[tuple[Item, Take]], means: Means) -> BenchResult:
    """The result of takes that are there. Raises JudgeError."""
    bench = BENCHES[settings.bench]
    found = score_voice(pairs, means.speaker) if settings.bench == "voice" else bench.score(pairs)
    judged: dict[str, float] = {}
    if means.judge is not None and bench.score_by is not None:
        judged["score_by_rule"] = found.score
        found = bench.score_by(pairs, means.judge)
        judged |= agreement(means.judge.asked)
    return BenchResult(
        bench=settings.bench,
        engine=settings.engine,
        through=settings.through,
        items=len(pairs),
        score=found.score,
        metrics={**found.metrics, **judged},
        rows=found.rows,
        command=settings.command,
        split=settings.split,
        interval=found.interval,
    )


@asynccontextmanager
async def _hall(
    settings: RunSettings, items: Sequence[Item], folder: Path, target_key: str | None
) -> AsyncGenerator[Hall]:
    async with _performing(settings, items, target_key) as perform:
        if settings.words == "text":
            yield Hall(perform, None, folder)
            return
        async with hosts.recogniser(settings.recogniser_url) as recogniser:
            heard_by: Recogniser = recogniser
            yield Hall(perform, heard_by, folder)


@asynccontextmanager
async def _performing(settings: RunSettings, items: Sequence[Item], target_key: str | None) -> AsyncGenerator[Perform]:
    arguments = list(settings.engine_arguments)
    if settings.target:
        yield through_target(parse_target(settings.target), target_key)
        return
    if settings.through == "call":
        async with product(settings.engine, arguments, settings.jobs) as origin:
            yield through_call(origin)
        return
    if settings.engine == "native" and not settings.is_real_time:
        arguments.append(hosts.IN_STEP)
    async with hosts.measured_engine(settings.engine, settings.engine_url, arguments, settings.jobs, items) as measured:
        extra = SESSION_EXTRA.get(settings.bench)
        if not settings.is_real_time:
            yield through_engine(measured.engine, None, extra)
            return
        with closing(ThreadLook(lambda: _processes(measured.pid))) as look:
            clock = FairClock(look)  # one for all conversations
            yield through_engine(measured.engine, lambda: clock.now, extra)


def _processes(engine_pid: int | None) -> list[int]:
    """This one and the engine's, of which no wait for a processor is to count."""
    return [os.getpid(), *(process_tree(engine_pid) if engine_pid is not None else [])]


def is_reference(engine: str) -> bool:
    """Whether an engine answers from labels and needs no sound."""
    return engine in PLANS


def _describe(settings: RunSettings, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    versions = {"python": platform.python_version(), "commit": commit()}
    for name in VERSIONS_OF:
        versions[name] = version(name)
    text = json.dumps({"settings": asdict(settings), "versions": versions}, indent=2)
    (folder / "run.json").write_text(text + "\n", encoding="utf-8")
