"""What is measured where there is no GPU: not the kernels, whose table stays empty, but the processor's own forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import torch

from alongside_kernels.bench import crossing
from alongside_kernels.bench.clock import beside
from alongside_kernels.bench.report import Line
from alongside_kernels.matmul import fixed_blocks
from alongside_kernels.moe.switch_point import SwitchPoint, set_switch_point

_PROCESSOR = torch.device("cpu")


def lines(only: Sequence[str] | None, *, is_set: bool) -> Iterator[Line]:
    """One thread, by the time that it really ran; of all ops, or some."""
    torch.set_num_threads(1)
    yield Line("The table is empty: this machine has no GPU, and the interpreter's times are not speeds.")
    if only is None or "matmul" in only:
        yield from _matmul()
    if only is None or "moe" in only:
        yield from _experts(is_set=is_set)


def _experts(*, is_set: bool) -> Iterator[Line]:
    yield Line("")
    yield Line("A mixture of experts on the processor, by gathering and by groups:")
    yield Line("")
    for said in crossing.measured(_PROCESSOR):
        if isinstance(said, str):
            yield Line(said)
        else:
            yield from settled(_PROCESSOR, said, is_set=is_set)


def settled(device: torch.device, point: SwitchPoint, *, is_set: bool) -> Iterator[Line]:
    """What was found of a device, and whether it holds from now on."""
    yield Line("")
    yield Line(f"Switch point: gathered up to {point.pairs_per_expert:g} positions for each expert ({point.measured})")
    if is_set:
        set_switch_point(device, point)
        yield Line("It is set.")


def _matmul() -> Iterator[Line]:
    yield Line("On the processor, what rows that keep their bits cost beside the library's free form (matmul):")
    yield Line("")
    yield Line("| rows | terms | columns | type | free, us | fixed blocks, us | times |")
    yield Line("|---" * 7 + "|")
    for dtype in (torch.float32, torch.bfloat16):
        for rows, terms, cols in ((1, 256, 512), (5, 256, 512), (64, 256, 512), (5, 512, 256)):
            a, b = torch.randn(rows, terms).to(dtype), torch.randn(cols, terms).to(dtype).T
            free, fixed = beside([partial(torch.mm, a, b), partial(fixed_blocks.multiply, a, b)], _PROCESSOR)
            kind = str(dtype).removeprefix("torch.")
            numbers = f"{free * 1e6:.0f} | {fixed * 1e6:.0f} | {fixed / free:.1f}"
            yield Line(f"| {rows} | {terms} | {cols} | {kind} | {numbers} |")
