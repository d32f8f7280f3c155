"""`python -m alongside_kernels.bench`: each op's tests, and only if they pass a line a shape, or why there is none.

    python -m alongside_kernels.bench --output kernels/results/h200.md --set-switch-point  # on a GPU: nine minutes
    python -m alongside_kernels.bench --dry-run --op mean  # the same in the interpreter, without numbers
    python -m alongside_kernels.bench --set-switch-point   # on a processor: where its experts change their form

On a GPU: the formula, the library's best, ours, and the share of the device's own copy or matrix rate; where the
experts' two forms cross; and what holds there for the model, its bits and what they cost. Without one it says so, and
prints what keeping the bits costs on the processor, and where its own two forms cross.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import torch

from alongside_kernels.bench import processor
from alongside_kernels.bench.gate import OF_OP
from alongside_kernels.bench.report import Line, Report
from alongside_kernels.errors import DeviceError

_WITHIN_S = 500.0  # and the minute that what was begun may take: below nine and a half


def main() -> int:
    """0 when what can be measured was printed, and all tests that ran passed."""
    parser = argparse.ArgumentParser(
        prog="python -m alongside_kernels.bench", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--op", nargs="+", choices=OF_OP, help="only these; default: all, and what holds for the model")
    parser.add_argument("--output", type=Path, help="also write what is printed to this file, line by line")
    parser.add_argument("--within-s", type=float, default=_WITHIN_S, help="begin nothing more after so many seconds")
    parser.add_argument("--dry-run", action="store_true", help="in the interpreter, at the smallest size, no numbers")
    parser.add_argument(
        "--set-switch-point", action="store_true", help="write where this device's experts change form into the package"
    )
    options = parser.parse_args()
    if options.dry_run and options.set_switch_point:
        parser.error("--set-switch-point: a dry run measures nothing; leave one of the two out")
    if options.dry_run:
        os.environ["TRITON_INTERPRET"] = "1"  # before Triton is imported
    try:
        return _say(_lines(options), options.output)
    except DeviceError as error:
        print(error, file=sys.stderr)
        return 1


def _lines(options: argparse.Namespace) -> Iterator[Line]:
    if not options.dry_run and not torch.cuda.is_available():
        return processor.lines(options.op, is_set=options.set_switch_point)
    report = Report(
        only=options.op,
        deadline=time.monotonic() + options.within_s,
        is_dry=options.dry_run,
        is_set=options.set_switch_point,
    )
    return report.lines()


def _say(lines: Iterator[Line], output: Path | None) -> int:
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
    is_green = True
    with nullcontext() if output is None else output.open("w", encoding="utf-8") as file:
        for line in lines:
            is_green &= line.is_good
            print(line.text, flush=True)
            if file is not None:
                print(line.text, file=file, flush=True)  # at once: what was measured outlives what comes after
    return 0 if is_green else 1


if __name__ == "__main__":
    sys.exit(main())
