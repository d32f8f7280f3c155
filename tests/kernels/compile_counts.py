"""Compiles each kernel for several numbers of rows, slots or positions, and prints with which arithmetic, as JSON.

Triton makes other code of a 1, of a multiple of 16 and of any other number. What it makes must add in the same order.
Runs as a program of its own, without the interpreter that the other tests live in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import torch

from alongside_kernels.absent_gpu import AbsentGpu
from alongside_kernels.attention import Held, Query
from alongside_kernels.attention import kernel as attention
from alongside_kernels.bag_embed.kernel import BagEmbed
from alongside_kernels.dmel import Tables
from alongside_kernels.dmel import kernel as dmel
from alongside_kernels.flow_step import kernel as flow_step
from alongside_kernels.hmlp_patch import Stage
from alongside_kernels.hmlp_patch import kernel as hmlp_patch
from alongside_kernels.launch import only_compile
from alongside_kernels.log_softmax.kernel import LogSoftmax
from alongside_kernels.matmul.kernel import multiply
from alongside_kernels.mean.kernel import Mean
from alongside_kernels.moe import Route, gather, grouped, route_kernel
from alongside_kernels.rms_norm.kernel import RmsNorm
from tests.kernels.compile_all import KIND, WIDTH, experts, flow_weights, zeros

COUNTS = (1, 3, 16)
_ARITHMETIC = re.compile(
    r"^\s*(?:@!?%p\d+ )?"
    r"((?:add|sub|mul|fma|div|rcp|sqrt|rsqrt|ex2|lg2|max|min)[\w.]*\.f32|wgmma\.mma[\w.]*|mma\.sync[\w.]*"
    r"|shfl[\w.]*)",
    re.MULTILINE,
)


def _attention(count: int) -> None:
    """So many slots, and so many queries of each."""
    query = Query(
        zeros(count, 4, count, 64), zeros(count, 4, count, 512), zeros(count, count, kind=torch.int64), 512, 64, 1 / 64
    )
    keys = zeros(count, 2, 600, 64)
    attention.attention(query, keys, keys, Held(zeros(count, 600, kind=torch.int64), 64, 500))


def _moe(form: Callable[..., object], count: int) -> None:
    routes = Route(zeros(count, 2, kind=torch.int64), zeros(count, 2), zeros(count, 1))
    form(zeros(count, WIDTH), routes, experts())


def _gate(count: int) -> None:
    balance, scale = zeros(16, kind=torch.float32), zeros(1, kind=torch.float32)
    route_kernel.route(zeros(count, 17, kind=torch.float32), balance, 2, scale, KIND)


def _bag(count: int) -> None:
    levels, table = zeros(count, 80, kind=torch.uint8), zeros(1280, WIDTH)
    BagEmbed.apply(levels, table, levels, table, zeros(WIDTH), 1e-6, True)


def _dmel(count: int) -> None:
    sound = zeros(count, 800 * count, kind=torch.float32)
    dmel.dmel_(sound, zeros(count, 800, kind=torch.float32), Tables.of_filters(torch.rand(801, 80)))


OPS: dict[str, Callable[[int], object]] = {
    "matmul": lambda count: multiply(zeros(1, count, WIDTH), zeros(1, WIDTH, 512)),
    "matmul in float32": lambda count: multiply(
        zeros(1, count, WIDTH, kind=torch.float32), zeros(1, WIDTH, 512, kind=torch.float32)
    ),
    "rms_norm": lambda count: RmsNorm.apply(zeros(count, WIDTH), zeros(WIDTH), 1e-6),
    "mean": lambda count: Mean.apply(zeros(count, WIDTH)),
    "log_softmax": lambda count: LogSoftmax.apply(zeros(count, WIDTH)),
    "attention": _attention,
    "moe gathered": lambda count: _moe(gather.experts, count),
    "moe grouped": lambda count: _moe(grouped.experts, count),
    "moe gate": _gate,
    "bag_embed": _bag,
    "dmel": _dmel,
    "flow_step": lambda count: flow_step.flow_step(zeros(count, 320), zeros(count, 192), flow_weights(), 2),
    "hmlp_patch": lambda count: hmlp_patch.stage(
        zeros(count, 2, 40, 40, 3), Stage(2, 10, zeros(320, 600), zeros(320), has_gelu=True)
    ),
}


def _arithmetic(kernel: Any) -> list[str]:
    """Every instruction that makes or moves numbers between threads, in the order in which it stands."""
    return _ARITHMETIC.findall(kernel.asm["ptx"])


if __name__ == "__main__":
    AbsentGpu().install()
    said: dict[str, list[list[tuple[str, list[str]]]]] = {}
    for op, launch_ in OPS.items():
        for count in COUNTS:
            with only_compile() as compiled:
                launch_(count)
            said.setdefault(op, []).append([(kernel.name, _arithmetic(kernel)) for kernel in compiled])
    print(json.dumps(said))  # noqa: T201
