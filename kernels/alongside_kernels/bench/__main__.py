"""`python -m alongside_kernels.bench`: each op's tests, and only if they pass a line a shape, or why there is none.

    python -m alongside_kernels.bench --output kernels/results/h200.md   # on a GPU, within nine minutes
    python -m alongside_kernels.bench --dry-run --op mean                # the same in the interpreter, without numbers

On a GPU: the formula, the library's best, ours, and the share of the device's own copy or matrix rate. Without one it
says so, and prints what keeping the bits costs on the processor, which is not about the kernels.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import torch

from alongside_kernels.bench.clock import seconds
from alongside_kernels.bench.gate import OF_MODEL, OF_OP, run_tests
from alongside_kernels.errors import DeviceError
from alongside_kernels.matmul import fixed_blocks

_WITHIN_S = 520.0  # and the minute that a started op may take: below ten


def main() -> int:
    """0 when what can be measured was printed, and all tests that ran passed."""
    parser = argparse.ArgumentParser(
        prog="python -m alongside_kernels.bench", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--op", nargs="+", choices=OF_OP, help="only these; default: all, and what holds for the model")
    parser.add_argument("--output", type=Path, help="also write what is printed to this file, line by line")
    parser.add_argument("--within-s", type=float, default=_WITHIN_S, help="begin nothing more after so many seconds")
    parser.add_argument("--dry-run", action="store_true", help="in the interpreter, at the smallest size, no numbers")
    options = parser.parse_args()
    if options.dry_run:
        os.environ["TRITON_INTERPRET"] = "1"  # before Triton is imported
    elif not torch.cuda.is_available():
        _print_processor_cost()
        return 0
    deadline = time.monotonic() + options.within_s
    try:
        return _run(options.op, options.output, deadline, is_dry=options.dry_run)
    except DeviceError as error:
        print(error, file=sys.stderr)
        return 1


def _run(only: list[str] | None, output: Path | None, deadline: float, *, is_dry: bool) -> int:
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
    is_green = True
    with nullcontext() if output is None else output.open("w", encoding="utf-8") as file:
        for line, is_good in _lines(only, deadline, is_dry):
            is_green &= is_good
            print(line, flush=True)
            if file is not None:
                print(line, file=file, flush=True)  # at once: what was measured outlives what comes after
    return 0 if is_green else 1


def _lines(only: list[str] | None, deadline: float, is_dry: bool) -> Iterator[tuple[str, bool]]:
    """What is said, and whether it is good news."""
    from alongside_kernels.bench import table  # needs Triton, interpreted or not
    from alongside_kernels.bench.cases import MAKERS

    device = None if is_dry else table.Device.measured()
    versions = f"torch {torch.__version__}, {datetime.now(UTC):%Y-%m-%d}"
    for line in (f"{device or 'No device: a dry run in the interpreter'} ({versions})", "", *table.HEAD):
        yield line, True
    refused: list[str] = []
    for op in only or MAKERS:
        if why := _why_not(op, deadline):
            refused.append(f"{op}: {why}")
            continue
        try:
            for line in table.tried(MAKERS[op]) if device is None else table.measured(MAKERS[op], device):
                yield line, True
        except (table.WrongAnswer, torch.OutOfMemoryError) as error:
            refused.append(f"{op}: {str(error).splitlines()[0]}")
    for line in ("", *refused):
        yield line, not line
    if only is None:
        yield from _model_lines(deadline)


def _why_not(op: str, deadline: float) -> str | None:
    """Why an op is not measured; None if it is."""
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        return "not measured, the time was over"
    name = OF_OP[op]
    outcome = run_tests([name], left_s).get(name)
    if outcome is None:
        return f"not measured, {name} did not end in time"
    return None if outcome.is_green else f"not measured, {outcome.num_failed} tests of {name} failed"


def _model_lines(deadline: float) -> Iterator[tuple[str, bool]]:
    """What holds here for the model whose ops these are."""
    for name in OF_MODEL:
        if (left_s := deadline - time.monotonic()) > 0:
            outcome = run_tests([name], left_s).get(name)
            if outcome is None:
                yield f"{name}: did not end in time", False
            else:
                counts = f"{outcome.num_passed} passed, {outcome.num_failed} failed, {outcome.num_skipped} skipped"
                yield f"{name}: {counts}", outcome.is_green


def _print_processor_cost() -> None:
    print("The table is empty: this machine has no GPU, and the interpreter's times are not speeds.")
    print("On the processor, what rows that keep their bits cost beside the library's free form (matmul):")
    print("| rows | terms | columns | type | free, us | fixed blocks, us |")
    print("|---|---|---|---|---|---|")
    for dtype in (torch.float32, torch.bfloat16):
        for rows, terms, cols in ((1, 256, 512), (5, 256, 512), (64, 256, 512), (5, 512, 256)):
            a, b = torch.randn(rows, terms).to(dtype), torch.randn(cols, terms).to(dtype).T
            forms: tuple[Callable[..., object], ...] = (torch.mm, fixed_blocks.multiply)
            free, fixed = (seconds(partial(form, a, b), torch.device("cpu")) for form in forms)
            kind = str(dtype).removeprefix("torch.")
            print(f"| {rows} | {terms} | {cols} | {kind} | {free * 1e6:.0f} | {fixed * 1e6:.0f} |")


if __name__ == "__main__":
    sys.exit(main())
