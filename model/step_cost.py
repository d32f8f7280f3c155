"""What a micro-turn costs: one table over sizes, weights and kinds, and how flat it stays over a conversation.

OMP_NUM_THREADS=1 KMP_BLOCKTIME=0 python -m model.step_cost --weights float32 bfloat16 int8 compiled
OMP_NUM_THREADS=1 KMP_BLOCKTIME=0 python -m model.step_cost --sizes nano10 --minutes 1 10 60
OMP_NUM_THREADS=1 KMP_BLOCKTIME=0 python -m model.step_cost --sizes nano10 --beside 90
`--clock cpu` counts the time this thread really ran, for a machine that others use at the same time. Each cell is the
quickest run, the median and the 99th of a hundred; the quickest says most where others slow the machine down.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import resource
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch.ao.quantization import quantize_dynamic  # pyright: ignore[reportDeprecated]  # what follows it is no part of torch

from model import told_session
from model.dmel import NUM_MELS
from model.hibari import HibariVoice
from model.hmlp import FRAMES_PER_PATCH, NUM_COLOURS, PATCH_PIXELS
from model.init_weights import init_weights_
from model.interaction import InteractionModel, Positions
from model.kv_cache import BackboneState
from model.mel_frames import BLOCK_SIZE, BLOCKS_PER_MICRO_TURN
from model.native import NativeEngine, NativeSession
from model.native_core import NARROW_PLACES, PASS_LENGTHS
from model.native_load import quick_memory
from model.neighbours import busy_neighbours
from model.sequence import MAX_PATCHES, NUM_AUDIO, NUM_MARKS, SPEECH, Marks
from model.sizes import SIZES
from model.speech_decoder import MAX_WORDS, Words
from model.told_session import WORDS_A_TURN, RememberingVoice, ToldSession
from model.types import MICRO_TURN_MS, MicroTurnOut

MICRO_TURNS_A_MINUTE = 60_000 // MICRO_TURN_MS  # 300
YOUNG_PLACES = NARROW_PLACES[0]  # of the global layer, which a conversation looks through in its first half minute
# Float32 weights; passes and blocks of speech go through torch.compile, which takes minutes before the first one.
COMPILED = "compiled"
WEIGHTS = ("float32", "bfloat16", "int8", COMPILED)  # int8: the matrices only, and products in it


@dataclass(frozen=True, slots=True)
class Kind:
    """A micro-turn by what happens in it."""

    name: str
    has_picture: bool = False
    is_voiced: bool = False  # it speaks, and a voice makes the sound elsewhere
    is_decoded: bool = False  # it speaks, and the speech decoder makes the sound


CLOCKS = {"wall": time.monotonic, "cpu": time.thread_time}
SILENT, PICTURE = Kind("silent"), Kind("picture", has_picture=True)
VOICED, DECODED = Kind("speaking, voice", is_voiced=True), Kind("speaking, decoder", is_decoded=True)
KINDS = (SILENT, PICTURE, VOICED, DECODED)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How often a micro-turn is measured, and by which clock."""

    num_runs: int
    clock_s: Callable[[], float]


class Bench:
    """One conversation of a model with random weights: costs do not depend on what is said."""

    def __init__(
        self, size: str, weights: str, num_flow_steps: int, num_places: int | None = None, has_quick_memory: bool = True
    ) -> None:
        model = InteractionModel(SIZES[size])
        init_weights_(model, torch.Generator().manual_seed(0))
        self._model = _with_weights(model.eval(), weights)
        self._dtype, self._num_flow_steps = self._model.embed.weight.dtype, num_flow_steps
        memory = quick_memory(torch.device("cpu")) if has_quick_memory else None
        self._state = self._model.init_state(1, max(PASS_LENGTHS), self._dtype, memory)
        self._num_places = num_places
        assert self._model.speech is not None, f"{size} has no speech decoder"
        self._speech = self._model.speech.init_state(1)
        self._voice = self._model.speech
        self._step, self._blocks = self._model.step_, self._voice.step_
        if weights == COMPILED:
            torch.compiler.reset()  # of what one function is compiled into only so many forms are kept, for all benches
            self._step, self._blocks = torch.compile(self._step, dynamic=False), torch.compile(self._blocks)

    @torch.inference_mode()
    def micro_turn(self, kind: Kind) -> None:
        before = [Marks.SPEAK, *SPEECH] if kind.is_voiced else [Marks.QUIET]
        self._pass(before + [Marks.AUDIO] * NUM_AUDIO + [Marks.PATCH] * (MAX_PATCHES * kind.has_picture))
        for _ in range(WORDS_A_TURN * (kind.is_voiced or kind.is_decoded)):
            self._pass([NUM_MARKS])
        if kind.is_decoded:
            self._decode(self._pass([Marks.SPEAK, *SPEECH])[:, 1:])

    def _decode(self, hidden: torch.Tensor) -> None:
        words = Words(torch.full((1, 1, MAX_WORDS), NUM_MARKS), torch.zeros(1, 1, MAX_WORDS, dtype=torch.int64))
        noise = torch.zeros(1, BLOCKS_PER_MICRO_TURN, BLOCK_SIZE, dtype=self._dtype)
        mel = self._blocks(hidden, words, noise, self._speech, self._num_flow_steps)
        self._voice.vocoder.step_(mel, self._speech.vocoder)

    def _memory(self, num_positions: int) -> BackboneState:
        """All of it, or its first places, where it begins anew before they are full."""
        if self._num_places is None:
            return self._state
        if int(self._state.length) + num_positions >= self._num_places:
            self._state.reset_(torch.ones(1, dtype=torch.bool))
        return self._state.narrowed(self._num_places)

    def _pass(self, tokens: Sequence[int]) -> torch.Tensor:
        num_audio, num_patches = tokens.count(Marks.AUDIO), tokens.count(Marks.PATCH)
        levels = torch.zeros(1, num_audio, NUM_MELS, dtype=torch.uint8) if num_audio else None
        patch = (FRAMES_PER_PATCH, PATCH_PIXELS, PATCH_PIXELS, NUM_COLOURS)
        patches = torch.zeros(1, num_patches, *patch) if num_patches else None
        clock = torch.zeros(1, len(tokens), dtype=torch.int64) if num_audio else None
        row, num_valid = torch.tensor([tokens]), torch.tensor([len(tokens)])
        memory = self._memory(len(tokens))
        hidden = self._step(Positions(row, num_valid, levels, levels, clock, patches), memory)
        self._model.logits(hidden[:, -1])
        return hidden


def _with_weights(model: InteractionModel, weights: str) -> InteractionModel:
    if weights != "int8":
        return model.to(torch.bfloat16 if weights == "bfloat16" else torch.float32)
    for part in (model.backbone, model.eye):  # the speech decoder keeps its own: it looks at its weights' kind
        quantize_dynamic(  # pyright: ignore[reportDeprecated]
            part, {torch.nn.Linear}, dtype=torch.qint8, inplace=True
        )
    return model


def costs_ms(act: Callable[[], None], sampling: Sampling) -> tuple[float, float, float]:
    """The quickest, p50 and p99 of `act`, after three runs that do not count."""
    times: list[float] = []
    for _ in range(sampling.num_runs + 3):
        start = sampling.clock_s()
        act()
        times.append((sampling.clock_s() - start) * 1000)
    cuts = statistics.quantiles(times[3:], n=100)
    return min(times[3:]), cuts[49], cuts[98]


def kinds_table(sizes: list[str], weights: list[str], sampling: Sampling, num_flow_steps: int) -> Iterator[str]:
    """Markdown rows: size, weights, how long the conversation is, and what each kind of micro-turn costs."""
    yield "| size | weights | places | " + " | ".join(f"{kind.name}, ms" for kind in KINDS) + " |"
    yield "|---" * (3 + len(KINDS)) + "|"
    for size, kind_of_weights, num_places in itertools.product(sizes, weights, (YOUNG_PLACES, None)):
        bench, cells = Bench(size, kind_of_weights, num_flow_steps, num_places), list[str]()
        for kind in KINDS:
            costs = costs_ms(lambda bench=bench, kind=kind: bench.micro_turn(kind), sampling)
            cells.append(" / ".join(f"{cost:.1f}" for cost in costs))
        yield f"| {size} | {kind_of_weights} | {num_places or 'all'} | " + " | ".join(cells) + " |"


def minutes_table(size: str, minutes: list[int], clock_s: Callable[[], float]) -> Iterator[str]:
    """Markdown rows: what a true session's micro-turns of these minutes cost by kind, all between stepped through."""
    yield (
        "| size | minute | " + " | ".join(f"{kind}, ms" for kind in told_session.KINDS) + " | positions | memory, MB |"
    )
    yield "|---" * (4 + len(told_session.KINDS)) + "|"
    voice = HibariVoice()
    session = ToldSession(SIZES[size], RememberingVoice(voice))
    for minute in range(1, max(minutes) + 1):
        costs = minute_costs(session, clock_s)
        if minute in minutes:
            cells = " | ".join(_cell(costs[kind]) for kind in told_session.KINDS)
            memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            yield f"| {size} | {minute} | {cells} | {session.num_positions} | {memory_mb:.0f} |"
    voice.close()


def minute_costs(session: ToldSession, clock_s: Callable[[], float]) -> dict[str, list[float]]:
    """Step through a minute in fast time: what each micro-turn cost, by kind."""
    costs: dict[str, list[float]] = {kind: [] for kind in told_session.KINDS}
    for _ in range(MICRO_TURNS_A_MINUTE):
        heard = session.listen()
        start = clock_s()
        out = session.core.step({session.slot: heard})[session.slot]
        cost = (clock_s() - start) * 1000
        assert isinstance(out, MicroTurnOut), out
        costs[session.kind_of(heard[-1], out)].append(cost)
    return costs


async def beside_table(size: str, duration_s: int) -> AsyncIterator[str]:
    """Markdown rows: a true session in real time, its memory full, alone and beside the other processes of a call."""
    yield "| size | company | " + " | ".join(f"{kind}, ms" for kind in told_session.KINDS) + " | late | its work |"
    yield "|---" * (4 + len(told_session.KINDS)) + "|"
    voice = await asyncio.to_thread(HibariVoice)
    session = ToldSession(SIZES[size], voice)
    await asyncio.to_thread(_fill_memory, session, SIZES[size].backbone.memory)
    async with NativeEngine(session.core) as engine:
        costs = await paced_costs(engine, session, duration_s)
        yield _beside_row(size, "none", costs, "none")
        async with busy_neighbours(voice.say(" ".join(told_session.SENTENCES)).pcm) as work:
            while not (work.heard_s and work.num_pieces):  # both are warm
                await paced_costs(engine, session, duration_s=2)
            before = replace(work)
            costs = await paced_costs(engine, session, duration_s)
            done = f"{work.heard_s - before.heard_s:.0f} s heard, {work.num_pieces - before.num_pieces} tokens written"
        yield _beside_row(size, "recogniser, background job", costs, done)
    voice.close()


async def paced_costs(engine: NativeEngine, session: ToldSession, duration_s: int) -> dict[str, list[float]]:
    """Step through a part of a call as it comes, a micro-turn every 200 ms: what each cost by the clock, by kind."""
    costs: dict[str, list[float]] = {kind: [] for kind in told_session.KINDS}
    native, loop = NativeSession(engine, session.core, session.slot), asyncio.get_running_loop()
    begin = loop.time()
    for number in range(duration_s * 1000 // MICRO_TURN_MS):
        await asyncio.sleep(begin + number * MICRO_TURN_MS / 1000 - loop.time())
        heard = session.listen()
        start = loop.time()
        out = await native.step(heard)
        costs[session.kind_of(heard[-1], out)].append((loop.time() - start) * 1000)
    return costs


def _fill_memory(session: ToldSession, num_places: int) -> None:
    """Ten late micro-turns in each step: the quickest way to a full memory."""
    while session.num_positions < 1.1 * num_places:
        session.core.step({session.slot: session.listen(10)})


def _beside_row(size: str, company: str, costs: dict[str, list[float]], work: str) -> str:
    num_late = sum(cost > MICRO_TURN_MS for of_kind in costs.values() for cost in of_kind)
    cells = " | ".join(_cell(costs[kind]) for kind in told_session.KINDS)
    return f"| {size} | {company} | {cells} | {num_late} | {work} |"


def _cell(costs: list[float]) -> str:
    """The quickest, p50 and p99 of measured costs, and how many they are."""
    if len(costs) < 2:
        return "none"
    cuts = statistics.quantiles(costs, n=100, method="inclusive")
    return f"{min(costs):.1f} / {cuts[49]:.1f} / {cuts[98]:.1f} ({len(costs)})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", nargs="+", default=["nano10", "nano25"], choices=sorted(SIZES))
    parser.add_argument("--weights", nargs="+", default=[kind for kind in WEIGHTS if kind != COMPILED], choices=WEIGHTS)
    parser.add_argument("--minutes", nargs="+", type=int, help="these minutes of a true session")
    parser.add_argument("--beside", type=int, metavar="SECONDS", help="in real time, beside the processes of a call")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--flow-steps", type=int, default=0, help="0 takes the L1 head")
    parser.add_argument("--clock", choices=sorted(CLOCKS), default="wall")
    args = parser.parse_args()
    sampling = Sampling(args.runs, CLOCKS[args.clock])
    torch.set_num_threads(1)
    if args.beside:
        asyncio.run(_print_beside(args.sizes[0], args.beside))
        return
    if args.minutes:
        rows = minutes_table(args.sizes[0], args.minutes, sampling.clock_s)
    else:
        rows = kinds_table(args.sizes, args.weights, sampling, args.flow_steps)
    for row in rows:
        sys.stdout.write(row + "\n")
        sys.stdout.flush()


async def _print_beside(size: str, duration_s: int) -> None:
    async for row in beside_table(size, duration_s):
        sys.stdout.write(row + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
