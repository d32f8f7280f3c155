"""What a micro-turn costs: one table over sizes, dtypes and kinds, and how flat it stays over a conversation.

OMP_NUM_THREADS=1 KMP_BLOCKTIME=0 python -m model.step_cost --sizes nano10 nano25
OMP_NUM_THREADS=1 KMP_BLOCKTIME=0 python -m model.step_cost --sizes nano10 --minutes 1 10 60
`--clock cpu` counts the time this thread really ran, for a machine that others use at the same time.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from model.dmel import NUM_MELS
from model.hmlp import FRAMES_PER_PATCH, NUM_COLOURS, PATCH_PIXELS
from model.init_weights import init_weights_
from model.interaction import InteractionModel, Positions
from model.mel_frames import BLOCK_SIZE, BLOCKS_PER_MICRO_TURN
from model.native_core import PASS_LENGTHS
from model.sequence import MAX_PATCHES, NUM_AUDIO, NUM_MARKS, SPEECH, Marks
from model.sizes import SIZES
from model.speech_decoder import MAX_WORDS, Words
from model.types import MICRO_TURN_MS

WORDS_A_TURN = 2  # text tokens written in a speaking micro-turn: a little over three words a second
MICRO_TURNS_A_MINUTE = 60_000 // MICRO_TURN_MS  # 300


@dataclass(frozen=True, slots=True)
class Kind:
    """A micro-turn by what happens in it."""

    name: str
    has_picture: bool = False
    is_speaking: bool = False


CLOCKS = {"wall": time.monotonic, "cpu": time.thread_time}
KINDS = (Kind("silent"), Kind("picture", has_picture=True), Kind("speaking", is_speaking=True))


@dataclass(frozen=True, slots=True)
class Sampling:
    """How often a micro-turn is measured, and by which clock."""

    num_runs: int
    clock_s: Callable[[], float]


class Bench:
    """One conversation of a model with random weights: costs do not depend on what is said."""

    def __init__(self, size: str, dtype: torch.dtype, num_flow_steps: int) -> None:
        self._model = InteractionModel(SIZES[size])
        init_weights_(self._model, torch.Generator().manual_seed(0))
        self._model = self._model.to(dtype).eval()
        self._dtype, self._num_flow_steps = dtype, num_flow_steps
        self._state = self._model.init_state(1, max(PASS_LENGTHS), dtype)
        assert self._model.speech is not None, f"{size} has no speech decoder"
        self._speech, self._voice = self._model.speech.init_state(1), self._model.speech

    @torch.inference_mode()
    def micro_turn(self, kind: Kind) -> None:
        patches = MAX_PATCHES * kind.has_picture
        self._pass([Marks.QUIET] + [Marks.AUDIO] * NUM_AUDIO + [Marks.PATCH] * patches)
        if not kind.is_speaking:
            return
        for _ in range(WORDS_A_TURN):
            self._pass([NUM_MARKS])
        hidden = self._pass([Marks.SPEAK, *SPEECH])[:, 1:]
        words = Words(torch.full((1, 1, MAX_WORDS), NUM_MARKS), torch.zeros(1, 1, MAX_WORDS, dtype=torch.int64))
        noise = torch.zeros(1, BLOCKS_PER_MICRO_TURN, BLOCK_SIZE, dtype=self._dtype)
        self._voice.speak_(hidden, words, noise, self._speech, self._num_flow_steps)

    def _pass(self, tokens: Sequence[int]) -> torch.Tensor:
        num_audio, num_patches = tokens.count(Marks.AUDIO), tokens.count(Marks.PATCH)
        levels = torch.zeros(1, num_audio, NUM_MELS, dtype=torch.uint8) if num_audio else None
        patch = (FRAMES_PER_PATCH, PATCH_PIXELS, PATCH_PIXELS, NUM_COLOURS)
        patches = torch.zeros(1, num_patches, *patch) if num_patches else None
        clock = torch.zeros(1, len(tokens), dtype=torch.int64) if num_audio else None
        row, num_valid = torch.tensor([tokens]), torch.tensor([len(tokens)])
        hidden = self._model.step_(Positions(row, num_valid, levels, levels, clock, patches), self._state)
        self._model.logits(hidden[:, -1])
        return hidden


def percentiles_ms(act: Callable[[], None], sampling: Sampling) -> tuple[float, float]:
    """p50 and p99 of `act`, after three runs that do not count."""
    times: list[float] = []
    for _ in range(sampling.num_runs + 3):
        start = sampling.clock_s()
        act()
        times.append((sampling.clock_s() - start) * 1000)
    cuts = statistics.quantiles(times[3:], n=100)
    return cuts[49], cuts[98]


def kinds_table(sizes: list[str], sampling: Sampling, num_flow_steps: int) -> list[str]:
    """Markdown rows: size, dtype, and p50 / p99 for each kind of micro-turn."""
    rows = [
        "| size | dtype | " + " | ".join(f"{kind.name}, ms" for kind in KINDS) + " |",
        "|---" * (2 + len(KINDS)) + "|",
    ]
    for size in sizes:
        for dtype in (torch.float32, torch.bfloat16):
            bench, cells = Bench(size, dtype, num_flow_steps), list[str]()
            for kind in KINDS:
                p50, p99 = percentiles_ms(lambda bench=bench, kind=kind: bench.micro_turn(kind), sampling)
                cells.append(f"{p50:.1f} / {p99:.1f}")
            rows.append(f"| {size} | {str(dtype).removeprefix('torch.')} | " + " | ".join(cells) + " |")
    return rows


def minutes_table(size: str, minutes: list[int], sampling: Sampling, num_flow_steps: int) -> list[str]:
    """Markdown rows: what a speaking micro-turn costs after so many minutes, all of them really stepped through."""
    rows = ["| size | minute | speaking, ms (p50 / p99) |", "|---|---|---|"]
    bench, num_done = Bench(size, torch.float32, num_flow_steps), 0
    for minute in sorted(minutes):
        while num_done < minute * MICRO_TURNS_A_MINUTE:
            bench.micro_turn(KINDS[num_done % 2 * 2])  # silent and speaking by turns
            num_done += 1
        p50, p99 = percentiles_ms(lambda: bench.micro_turn(KINDS[2]), sampling)
        rows.append(f"| {size} | {minute} | {p50:.1f} / {p99:.1f} |")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", nargs="+", default=["nano10", "nano25"], choices=sorted(SIZES))
    parser.add_argument("--minutes", nargs="+", type=int, help="measure again after so many minutes of conversation")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--flow-steps", type=int, default=2, help="0 takes the L1 head")
    parser.add_argument("--clock", choices=sorted(CLOCKS), default="wall")
    args = parser.parse_args()
    sampling = Sampling(args.runs, CLOCKS[args.clock])
    torch.set_num_threads(1)
    if args.minutes:
        rows = minutes_table(args.sizes[0], args.minutes, sampling, args.flow_steps)
    else:
        rows = kinds_table(args.sizes, sampling, args.flow_steps)
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
