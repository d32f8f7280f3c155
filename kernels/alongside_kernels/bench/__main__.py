"""`python -m alongside_kernels.bench`: the ops' tests, then a line an op and shape, or why there are none.

On a GPU: reference, the library's best, ours, and the share of the device's own copy or matrix rate. Without one it
says so, and prints what keeping the bits costs on the processor, which is not about the kernels.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from functools import partial
from pathlib import Path

import torch

from alongside_kernels.bench.cases import KIND, Case, cases
from alongside_kernels.bench.clock import copy_rate, matrix_rate, seconds
from alongside_kernels.matmul import fixed_blocks

_TESTS = Path("tests/kernels")


def main() -> int:
    """0 when the tests passed and what can be measured was printed."""
    parser = argparse.ArgumentParser(prog="python -m alongside_kernels.bench", description=__doc__)
    parser.add_argument("--op", help="only this op; default: all")
    only = parser.parse_args().op
    if not _tests_pass(only):
        return 1
    if torch.cuda.is_available():
        _print_table(torch.device("cuda"), only)
        return 0
    print("The table is empty: this machine has no GPU, and the interpreter's times are not speeds.")
    print("On the processor, what rows that keep their bits cost beside the library's free form (matmul, float32):")
    _print_processor_cost()
    return 0


def _tests_pass(only: str | None) -> bool:
    """A number of an op that is wrong is not printed."""
    if not _TESTS.is_dir():
        print(
            f"{_TESTS} is not here: run this in the repository, because nothing is measured that was not tested first"
        )
        return False
    chosen = ["-k", only.split()[0]] if only else []
    return subprocess.run([sys.executable, "-m", "pytest", "-q", str(_TESTS), *chosen], check=False).returncode == 0


def _print_table(device: torch.device, only: str | None) -> None:
    copies, products = copy_rate(device), matrix_rate(device, KIND)
    name = torch.cuda.get_device_name(device)
    print(f"{name}: copies {copies / 1e12:.2f} TB/s, multiplies {products / 1e12:.0f} TFLOP/s")
    print("| op | shape | reference, us | library, us | ours, us | of the device's best |")
    print("|---|---|---|---|---|---|")
    with torch.inference_mode():
        for case in cases(device):
            if only in (None, case.op):
                print(_line(case, device, copies, products), flush=True)


def _line(case: Case, device: torch.device, copies: float, products: float) -> str:
    ours, reference = seconds(case.ours, device), seconds(case.reference, device)
    library = "" if case.library is None else f"{seconds(case.library, device) * 1e6:.1f}"
    by_memory, by_product = case.num_bytes / copies / ours, case.num_operations / products / ours
    bound = f"{by_product:.0%} of matrix rate" if by_product > by_memory else f"{by_memory:.0%} of copy rate"
    return f"| {case.op} | {case.shape} | {reference * 1e6:.1f} | {library} | {ours * 1e6:.1f} | {bound} |"


def _print_processor_cost() -> None:
    processor = torch.device("cpu")
    print("| rows | terms | columns | free, us | fixed blocks, us |")
    print("|---|---|---|---|---|")
    for rows, terms, cols in ((1, 384, 1024), (7, 384, 1024), (64, 384, 1024), (7, 1024, 384)):
        a, b = torch.randn(rows, terms), torch.randn(cols, terms).T
        free, fixed = (seconds(partial(form, a, b), processor) for form in (torch.mm, fixed_blocks.multiply))
        print(f"| {rows} | {terms} | {cols} | {free * 1e6:.0f} | {fixed * 1e6:.0f} |")


if __name__ == "__main__":
    sys.exit(main())
