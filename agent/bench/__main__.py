"""`alongside bench NAME`: measures, prints a table or JSON, and keeps the run."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from agent import aiortc_seam
from agent.bench import hosts, serving
from agent.bench.interpret import PAIRS, SPEECH_SHARES, Stage, joined, measure_pairs, run_interpret
from agent.bench.interpret_call import measure_through_call
from agent.bench.interpret_prompts import NoPrompts
from agent.bench.item import ItemError
from agent.bench.item_folder import Sounding, load_set, sample, split_folder
from agent.bench.item_run import Means, RunSettings, is_reference, run_bench
from agent.bench.judge import JudgeEndpoint, LanguageJudge
from agent.bench.media_report import PARTS, SLOW_PARTS, measure_media
from agent.bench.options import ITEM_BENCHES
from agent.bench.published.catalogue import PUBLISHED, parse_published, read_published
from agent.bench.report import html, markdown, read_run
from agent.bench.result import BenchResult, Row, joined_command
from agent.bench.runner import RunError
from agent.bench.serving import QUICK, ServingPlan, measure_serving
from agent.bench.sets.casting import Casting
from agent.bench.sets.exact_voice import speaks_exactly
from agent.bench.sets.line_speaker import LineSpeaker
from agent.bench.sets.make import NUM_ITEMS, SETS, VOICES, Order, make_set
from agent.bench.simulated_machine import JumpingLoop, SimulatedCores, SimulatedWorker
from agent.bench.targets import parse_target
from agent.bench.voices import run_voices
from agent.errors import AgentError
from agent.interpretation.organs import Clients
from model.types import Pcm, SeamError

QUICK_ITEMS = 14
QUICK_PROMPTS = 3
ENCODER_PACKAGE = "Resemblyzer==0.1.4"  # Apache-2.0; only its weights are read
SEEN = ("reps", "proactive", "actions")
ITEMS_SHOWN = 12
SHARED_ORGAN_FLAGS = {"checkpoint": "--checkpoint", "speech": "--speech"}


def run(options: Namespace) -> int:
    """Run what the options name; returns the exit status."""
    runs: Mapping[str, Callable[[Namespace], int]] = {
        "media": _media,
        "interpret": _interpret,
        "serving": lambda given: asyncio.run(_serving(given)),
        **dict.fromkeys(ITEM_BENCHES, _over_items),
        "report": _report,
        "make": lambda given: asyncio.run(_make(given)),
    }
    try:
        return runs[options.name](options)
    except (AgentError, SeamError) as error:
        print(f"alongside bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nalongside bench: stopped; the same command with the same --output goes on", file=sys.stderr)
        return 130


def _media(options: Namespace) -> int:
    parts = options.only.split(",") if options.only else list(PARTS)
    if unknown := set(parts) - {*PARTS, *SLOW_PARTS}:
        known = ", ".join((*PARTS, *SLOW_PARTS))
        print(f"alongside bench: --only: {', '.join(unknown)}; there are {known}", file=sys.stderr)
        return 2
    logging.getLogger("aioice").setLevel(logging.WARNING)
    aiortc_seam.configure_ice()
    command = _command()
    folder = _run_folder(options)
    earlier = folder / "media.echo.call.json"
    kept: list[Row] = []
    if options.only and earlier.exists():
        before = json.loads(earlier.read_text())
        kept = before["rows"]
        command = joined_command(command, before)
    result = asyncio.run(measure_media(parts, options.quick, command, kept))
    path = result.save(folder)
    print(result.to_json() if options.json else f"{result.to_text()}\nkept in {path}")
    return 0


async def _serving(options: Namespace) -> int:
    plan = QUICK if options.quick else ServingPlan()
    parts = tuple(options.only.split(",")) if options.only else plan.parts
    if unknown := set(parts) - {*serving.PARTS, *serving.SLOW_PARTS}:
        known = ", ".join((*serving.PARTS, *serving.SLOW_PARTS))
        print(f"alongside bench: --only: {', '.join(unknown)}; there are {known}", file=sys.stderr)
        return 2
    plan = replace(plan, parts=parts)
    try:
        minutes = tuple(sorted(float(minute) for minute in options.minutes.split(",") if minute))
        counts = tuple(sorted(int(count) for count in options.counts.split(",") if count))
    except ValueError as error:
        print(f"alongside bench: --minutes, --counts: {error}; expected numbers, comma between", file=sys.stderr)
        return 2
    if counts and counts[0] < 1:
        print(f"alongside bench: --counts: {counts[0]} conversations, at least 1", file=sys.stderr)
        return 2
    if options.servers > 1 and parts != ("held",):
        print("alongside bench: --servers: several are for --only held; the rest is of one process", file=sys.stderr)
        return 2
    if minutes:
        plan = replace(plan, minutes=minutes, hour_minutes=minutes)
    if counts:
        plan = replace(plan, counts=counts)
    flags = [*options.engine_option]
    if options.checkpoint:
        flags += ["--checkpoint", str(options.checkpoint)]
    # One place more than conversations: what is read anew stands beside what is measured.
    places = 1 + (max(plan.counts) if "held" in parts else 1)
    async with AsyncExitStack() as stack:

        async def start(name: str, url: str = "") -> hosts.Measured:
            return await stack.enter_async_context(hosts.measured_engine(name, url, flags, places, ()))

        if options.servers > 1:
            pool = hosts.measured_pool(options.engine, flags, -(-places // options.servers), options.servers)
            measured = await stack.enter_async_context(pool)
        else:
            measured = await start(options.engine, options.engine_url)
        beside = {name: await start(name) for name in options.beside}
        result = await measure_serving(measured, options.engine, plan, _command(), beside)
    folder = _run_folder(options)
    earlier = folder / f"serving.{options.engine}.engine.json"
    if options.only and earlier.exists():
        result = serving.joined(result, json.loads(earlier.read_text()), parts)
    if options.servers > 1:
        result = replace(result, metrics={**result.metrics, "servers": float(options.servers)})
    path = result.save(folder)
    print(result.to_json() if options.json else f"{result.to_text()}\nkept in {path}")
    return 0


def _interpret(options: Namespace) -> int:
    pairs = options.what or list(PAIRS)
    if unknown := set(pairs) - set(PAIRS):
        print(
            f"alongside bench: {', '.join(unknown)}: no such pair; there are {', '.join(PAIRS)}",
            file=sys.stderr,
        )
        return 2
    limit = min(QUICK_PROMPTS, options.limit or QUICK_PROMPTS) if options.quick else options.limit

    def tell(row: Row) -> None:
        print(row, file=sys.stderr)

    through = options.through or "engine"
    if through == "call" and options.simulated_cores:
        print("alongside bench: a call is in real time; leave out --simulated-cores", file=sys.stderr)
        return 2
    try:
        if through == "call":
            result = asyncio.run(_interpret_call(options, pairs, limit, tell))
        elif options.simulated_cores:
            stage = _simulated_stage(options.simulated_cores)
            with asyncio.Runner(loop_factory=JumpingLoop) as runner:
                result = runner.run(measure_pairs(stage, pairs, limit, _command(), tell, options.split))
        else:
            result = asyncio.run(run_interpret(pairs, limit, _command(), tell, options.split))
    except NoPrompts as error:
        print(f"alongside bench: {error}", file=sys.stderr)
        return 1
    folder = _run_folder(options)
    earlier = folder / f"interpret.native.{through}.json"
    if options.what and earlier.exists():
        result = joined(result, json.loads(earlier.read_text()))
    path = result.save(folder)
    print(result.to_json() if options.json else f"{result.to_text()}\nkept in {path}")
    return 0


async def _interpret_call(
    options: Namespace, pairs: Sequence[str], limit: int | None, tell: Callable[[Row], None]
) -> BenchResult:
    async with hosts.recogniser() as recogniser:
        return await measure_through_call(pairs, limit, SPEECH_SHARES[0], _command(), tell, options.split, recogniser)


def _simulated_stage(num_cores: int) -> Stage:
    """The product's organs in this process, on a machine that does nothing else."""
    os.environ["OMP_NUM_THREADS"] = "1"
    # Imported here: this is where torch comes in, after the number of its threads is fixed.
    from model import weights
    from model.hibari import HibariVoice
    from model.kokoro import GRAPH_WEIGHTS, SPEAKERS, VOICE_WEIGHTS, KokoroVoice
    from model.recogniser import EAGER_PASS_S, WhisperRecogniser
    from model.translator import WEIGHTS, EmbeddedTranslator
    from model.translator_by_pair import TranslatorByPair
    from model.translator_relay import RelayTranslator
    from model.voices import VoicesByLanguage

    cores = SimulatedCores(num_cores)

    def worker(name: str) -> SimulatedWorker:
        return SimulatedWorker(name, cores)

    kokoro = KokoroVoice(weights.path(GRAPH_WEIGHTS), weights.path(VOICE_WEIGHTS), worker=worker("kokoro"))
    voices = VoicesByLanguage({"en": HibariVoice(worker=worker("hibari")), **dict.fromkeys(SPEAKERS, kokoro)})
    recogniser = WhisperRecogniser(weights.path("whisper-base"), 1, worker("recogniser"), EAGER_PASS_S)
    model = EmbeddedTranslator(weights.path(WEIGHTS) / "model.gguf", worker=worker("translator"))
    translator = TranslatorByPair(RelayTranslator(worker("relay translator")), model)

    def begin() -> Callable[[], float]:
        loop = asyncio.get_running_loop()
        start_s = loop.time()
        return lambda: loop.time() - start_s

    async def into_english(pcm: Pcm, language: str) -> str:
        return (await asyncio.wrap_future(recogniser.submit(pcm, language, into_english=True))).text

    clients = Clients(recogniser, translator, voices)
    return Stage(
        clients, begin, lambda: sum(cores.used_s.values()), num_cores, f"{num_cores} simulated cores", into_english
    )


def _over_items(options: Namespace) -> int:
    settings = _settings(options)
    limit = min(QUICK_ITEMS, options.limit or QUICK_ITEMS) if options.quick else options.limit
    found = _published(options) if options.published else load_set(options.sets, options.name, options.split)
    items = sample(found, limit, options.category, options.seed)
    if is_reference(options.engine) and not options.target:
        items = [Sounding(each.item, None) for each in items]
    folder = _run_folder(options)
    if options.name == "voice":
        voices = (options.speech or "").split(",")
        result = asyncio.run(run_voices(settings, voices, items, folder, _encoder()))
    else:
        result = asyncio.run(run_bench(settings, items, folder, _means(options, folder)))
    low, high = result.interval or (float("nan"), float("nan"))
    print(result.to_json() if options.json else result.to_text(without=("items",)))
    print(f"score {result.score} ({low} … {high}), {result.items} items, kept in {folder}", file=sys.stderr)
    return 0


def _means(options: Namespace, folder: Path) -> Means:
    judge = None
    if options.judge:
        url, _, model = options.judge.partition(",")
        key = os.environ.get("ALONGSIDE_JUDGE_KEY")
        judge = LanguageJudge(JudgeEndpoint(url, model or "default", key), folder / "judge.json")
    return Means(judge=judge, target_key=os.environ.get("ALONGSIDE_TARGET_KEY"))


def _published(options: Namespace) -> list[Sounding]:
    name, folder = parse_published(options.published, options.name)
    if not PUBLISHED[name].needs_voice:
        return read_published(name, folder, options.sets, _nobody)
    return asyncio.run(_published_with_voice(name, folder, options.sets))


async def _published_with_voice(name: str, folder: Path, items: Path) -> list[Sounding]:
    async with hosts.voice() as voice:
        speak = speaks_exactly(voice, asyncio.get_running_loop())
        return await asyncio.to_thread(read_published, name, folder, items, lambda text: speak(text)[0])


def _nobody(text: str) -> Pcm:
    raise AssertionError(text)


def _encoder() -> Path | None:
    """The speaker encoder's file in its package, of which no code runs."""
    package = importlib.util.find_spec("resemblyzer")
    for place in package.submodule_search_locations or () if package is not None else ():
        if (Path(place) / "pretrained.pt").exists():
            return Path(place) / "pretrained.pt"
    print(f"alongside bench: voices are not compared: pip install --no-deps {ENCODER_PACKAGE}", file=sys.stderr)
    return None


def _report(options: Namespace) -> int:
    runs = [read_run(Path(folder)) for folder in options.what]
    if not runs:
        print(
            "alongside bench report: name the folders of runs, such as runs/timespeak/20261122-200000", file=sys.stderr
        )
        return 2
    folder = _run_folder(options)
    folder.mkdir(parents=True, exist_ok=True)
    page, text = folder / "report.html", markdown(runs)
    page.write_text(html(runs, options.limit or ITEMS_SHOWN), encoding="utf-8")
    (folder / "report.md").write_text(text, encoding="utf-8")
    print(f"{text}\n{page}")
    return 0


async def _make(options: Namespace) -> int:
    folder: Path = options.sets
    async with hosts.voice() as voice:
        with LineSpeaker() as kokoro:
            casting = Casting(folder / "clips", speaks_exactly(voice, asyncio.get_running_loop()), kokoro)
            return await _make_sets(options, casting)


async def _make_sets(options: Namespace, casting: Casting) -> int:
    if unknown := set(options.what) - set(SETS):
        raise ItemError(f"make: no set {', '.join(sorted(unknown))}; there is {', '.join(SETS)}")
    for are_slow in (False, True):  # all sets can be used while the slow voices still speak
        for bench in options.what or SETS:
            count = options.limit or NUM_ITEMS[options.split][bench]
            voices = tuple(options.voice) or VOICES[options.split]
            order = Order(bench, options.split, options.sets, count, voices, options.seed)
            made = await asyncio.to_thread(make_set, order, casting, are_slow)
            kind = "items of slow voices" if are_slow else "items"
            print(f"{bench} {options.split}: {made} {kind} in {split_folder(options.sets, bench, options.split)}")
    return 0


def _settings(options: Namespace) -> RunSettings:
    through = options.through or ("call" if options.target else "engine")
    if options.target:
        parse_target(options.target)  # a wrong one is told before anything starts
    if options.target and (options.engine_url or options.words == "text" or through == "engine"):
        raise RunError("--target: the agent is heard as it sounds; leave out --engine-url, --words and --through")
    if through == "call" and options.name in SEEN:
        raise RunError(f"{options.name}: pictures reach engines only; leave out --through call and --target")
    if through == "call" and (options.words == "text" or is_reference(options.engine) or options.engine_url):
        raise RunError(
            "--through call: words come from the recogniser, of an engine started here; leave out the others"
        )
    arguments: list[str] = []
    for name, flag in SHARED_ORGAN_FLAGS.items():
        if getattr(options, name) and (options.name, name) != ("voice", "speech"):  # there it names several
            arguments += [flag, str(getattr(options, name))]
    return RunSettings(
        bench=options.name,
        split=options.split,
        engine=options.target.partition(":")[0] or options.engine,
        through=through,
        target=options.target,
        words=options.words,
        recogniser_url=options.recogniser_url,
        jobs=max(1, options.jobs),
        seed=options.seed,
        is_real_time=options.real_time,
        engine_url=options.engine_url,
        engine_arguments=(*arguments, *options.engine_option),
        command=_command(),
    )


def _command() -> str:
    return " ".join(["alongside", "bench", *sys.argv[2:]])


def _run_folder(options: Namespace) -> Path:
    return Path(options.output or f"runs/{options.name}/{datetime.now():%Y%m%d-%H%M%S}")
