"""What keeping the bits costs: a step and a training pass with torch's own operators, and with the invariant ones.

OMP_NUM_THREADS=1 KMP_BLOCKTIME=0 python -m model.invariant_cost --sizes nano10 --slots 1 7

Weights are random: costs do not depend on what is said. On a GPU, where there is one, else on the processor, whose
times are those that its thread really ran. Each cell is the quickest of the runs.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator

import torch

from alongside_kernels import set_deterministic
from alongside_kernels.recorded import Recorded
from model.dmel import NUM_MELS
from model.init_weights import init_weights_
from model.interaction import InteractionModel, Positions
from model.sequence import NUM_AUDIO, Marks
from model.sizes import SIZES

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
PAST, LONGEST = 128, 128  # positions before what is measured, and of a whole sequence


def positions(num_slots: int, num_text: int, num_audio: int, device: torch.device) -> Positions:
    """Text, then sound, for every slot."""
    row = [int(Marks.QUIET)] * num_text + [int(Marks.AUDIO)] * num_audio
    levels = torch.zeros(num_slots, num_audio, NUM_MELS, dtype=torch.uint8) if num_audio else None
    clock = torch.zeros(num_slots, len(row), dtype=torch.int64)
    num_valid = torch.full((num_slots,), len(row))
    return Positions(torch.tensor([row] * num_slots), num_valid, levels, levels, clock).to(device)


def acts(model: InteractionModel, num_slots: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is measured, by name, with the ops as they are switched now; each leaves the model as it found it.

    On a GPU a step is one graph, as where it serves, so that launching costs nothing.
    """
    device = model.embed.weight.device
    state = model.init_state(num_slots, PAST, model.embed.weight.dtype)
    with torch.inference_mode():
        model.step_(positions(num_slots, PAST - NUM_AUDIO, NUM_AUDIO, device), state)
    everybody = torch.ones(num_slots, dtype=torch.bool, device=device)

    def step(piece: Positions) -> None:
        with torch.inference_mode():
            model.logits(model.step_(piece, state)[:, -1])
            state.length.masked_fill_(everybody, PAST)  # the next one takes the same places again

    def train() -> None:
        logits = model.logits(model(positions(num_slots, LONGEST - NUM_AUDIO, NUM_AUDIO, device)))
        logits.float().log_softmax(-1)[..., 0].mean().backward()

    listen, write = positions(num_slots, 1, NUM_AUDIO, device), positions(num_slots, 1, 0, device)
    yield "listen, 5 positions", Recorded(lambda: step(listen), device)
    yield "write, 1 position", Recorded(lambda: step(write), device)
    yield f"train, {LONGEST} positions", train


def quickest_ms(act: Callable[[], object], num_runs: int, device: torch.device) -> float:
    """The quickest of some runs, after one that does not count."""
    times: list[float] = []
    for _ in range(num_runs + 1):
        start = _clock_s(device)
        act()
        times.append((_clock_s(device) - start) * 1000)
    return min(times[1:])


def rows(sizes: list[str], slots: list[int], dtypes: list[str], num_runs: int) -> Iterator[str]:
    """Markdown: free and invariant, and how many times as long."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    yield "| size | weights | slots | what | free, ms | invariant, ms | times |"
    yield "|---" * 7 + "|"
    for size in sizes:
        model = InteractionModel(SIZES[size])
        init_weights_(model, torch.Generator().manual_seed(0))
        for name in dtypes:
            model.to(device, DTYPES[name])
            for num_slots in slots:
                free, ours = (costs_ms(model, num_slots, num_runs, is_on=is_on) for is_on in (False, True))
                for what, cost in free.items():
                    numbers = f"{cost:.2f} | {ours[what]:.2f} | {ours[what] / cost:.2f}"
                    yield f"| {size} | {name} | {num_slots} | {what} | {numbers} |"


def costs_ms(model: InteractionModel, num_slots: int, num_runs: int, *, is_on: bool) -> dict[str, float]:
    """By what is done, its cost with the invariant ops on or off; they are off afterwards."""
    set_deterministic(is_on)
    try:
        device = model.embed.weight.device
        return {what: quickest_ms(act, num_runs, device) for what, act in acts(model, num_slots)}
    finally:
        set_deterministic(False)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=["nano10"], choices=sorted(SIZES))
    parser.add_argument("--slots", nargs="+", type=int, default=[1, 7])
    parser.add_argument("--weights", nargs="+", default=list(DTYPES), choices=DTYPES)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    for row in rows(options.sizes, options.slots, options.weights, options.runs):
        sys.stdout.write(row + "\n")
        sys.stdout.flush()


def _clock_s(device: torch.device) -> float:
    if device.type == "cpu":
        return time.thread_time()
    torch.cuda.synchronize()
    return time.monotonic()


if __name__ == "__main__":
    main()
