"""Compiles every kernel for a Hopper GPU that is not here, by its own launcher, and prints what became of it as JSON.

Runs as a program of its own, without the interpreter that the other tests live in.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import triton
from torch import Tensor

from alongside_kernels.absent_gpu import AbsentGpu
from alongside_kernels.attention import Held, Pages, Query
from alongside_kernels.attention import kernel as attention
from alongside_kernels.bag_embed.kernel import BagEmbed
from alongside_kernels.collectives import kernel as collectives
from alongside_kernels.dmel import Tables
from alongside_kernels.dmel import kernel as dmel
from alongside_kernels.flow_step import FlowWeights
from alongside_kernels.flow_step import kernel as flow_step
from alongside_kernels.hmlp_patch import Stage
from alongside_kernels.hmlp_patch import kernel as hmlp_patch
from alongside_kernels.launch import only_compile
from alongside_kernels.log_softmax.kernel import LogSoftmax
from alongside_kernels.matmul.kernel import multiply
from alongside_kernels.mean.kernel import Mean
from alongside_kernels.moe import ExpertWeights, Route, gather, grouped, route_kernel
from alongside_kernels.rms_norm.kernel import RmsNorm

WIDTH, BLOCK = 256, 320
KIND = torch.bfloat16


def zeros(*shape: int, kind: torch.dtype = KIND, trains: bool = False) -> Tensor:
    """A tensor whose numbers do not matter."""
    return torch.zeros(shape, dtype=kind).requires_grad_(trains)


def _launch_all() -> None:
    rows, gain = zeros(16, WIDTH, trains=True), zeros(WIDTH, trains=True)
    RmsNorm.apply(rows, gain, 1e-6)[0].sum().backward()
    multiply(zeros(1, 16, WIDTH), zeros(1, WIDTH, 512))
    multiply(zeros(1, 16, WIDTH, kind=torch.float32), zeros(1, WIDTH, 512, kind=torch.float32))
    Mean.apply(rows)
    LogSoftmax.apply(rows).sum().backward()
    levels, table = zeros(4, 80, kind=torch.uint8), zeros(1280, WIDTH, trains=True)
    BagEmbed.apply(levels, table, levels, table, gain, 1e-6, True)[0].sum().backward()
    sound = zeros(4, 3200, kind=torch.float32)
    dmel.dmel_(sound, sound[:, :800], Tables.of_filters(torch.rand(801, 80)))
    query = Query(zeros(2, 4, 7, 64), zeros(2, 4, 7, 512), zeros(2, 7, kind=torch.int64), 512, 64, 1 / 64)
    keys = zeros(2, 2, 600, 64)
    held = Held(zeros(2, 600, kind=torch.int64), 64, 500)
    attention.attention(query, keys, keys, held)
    table = zeros(2, 10, kind=torch.int64)
    pages = zeros(9, 2, 64, 64)
    attention.attention(query, pages, pages, replace(held, pages=Pages(table, 64)))
    _launch_eye_and_voice()
    _launch_experts()
    _launch_widest()
    for kind in (torch.float32, torch.bfloat16):
        for out in (zeros(64, kind=kind), None):
            collectives.reduce_(1 << 40, range(64), out, zeros(128, kind=kind))


def _launch_eye_and_voice() -> None:
    for outputs, has_gelu in ((320, True), (768, False)):
        stage = Stage(2, 10, zeros(outputs, 600), zeros(outputs), has_gelu)
        hmlp_patch.stage(zeros(3, 2, 40, 40, 3), stage)
    flow_step.flow_step(zeros(4, BLOCK), zeros(4, 192), flow_weights(), num_steps=4)


def flow_weights(width: int = WIDTH, block: int = BLOCK, condition: int = 192, layers: int = 3) -> FlowWeights:
    return FlowWeights(
        *(zeros(width, block), zeros(width), zeros(width, condition), zeros(width), zeros(width, 32), zeros(width)),
        *(zeros(layers, width), zeros(layers, 3 * width, width), zeros(layers, 3 * width)),
        *(zeros(layers, 2 * width, width), zeros(layers, 2 * width), zeros(layers, width, 2 * width)),
        *(zeros(layers, width), zeros(width), zeros(block, width), zeros(block)),
    )


def experts() -> ExpertWeights:
    shapes = ((16, 512, WIDTH), (16, WIDTH, 256), (1, 512, WIDTH), (1, WIDTH, 256))
    return ExpertWeights(*(zeros(*shape, trains=True) for shape in shapes))


def _launch_experts() -> None:
    weights = experts()
    route_kernel.route(
        zeros(4, 17, kind=torch.float32), zeros(16, kind=torch.float32), 2, zeros(1, kind=torch.float32), KIND
    )
    routes = Route(zeros(4, 2, kind=torch.int64), zeros(4, 2), zeros(4, 1))
    gather.experts(zeros(4, WIDTH), routes, weights)
    grouped.experts(zeros(4, WIDTH), routes, weights).sum().backward()


def _launch_widest() -> None:
    """What becomes another kernel at the width of inkling-small."""
    rows, gain = zeros(4, 4096, trains=True), zeros(4096, trains=True)
    RmsNorm.apply(rows, gain, 1e-6)[0].sum().backward()
    multiply(zeros(1, 64, 4096), zeros(1, 4096, 16_384))
    levels, table = zeros(4, 80, kind=torch.uint8), zeros(1280, 4096)
    BagEmbed.apply(levels, table, levels, table, gain.detach(), 1e-6, False)
    query = Query(zeros(1, 32, 4, 128), zeros(1, 32, 4, 512), zeros(1, 4, kind=torch.int64), 512, 0, 1 / 128)
    keys = zeros(1, 8, 640, 128)
    attention.attention(query, keys, keys, Held(zeros(1, 640, kind=torch.int64), 0, 640))
    stage = Stage(2, 4, zeros(4096, 32 * 320), zeros(4096), has_gelu=False)
    hmlp_patch.stage(zeros(1, 2, 4, 4, 320), stage)
    logits = zeros(4, 258, kind=torch.float32)
    route_kernel.route(logits, zeros(256, kind=torch.float32), 6, zeros(1, kind=torch.float32), KIND)


def _launch_ones() -> None:
    """Triton writes a 1 into the code in the place of the argument; it must compile nevertheless."""
    one, nobody = zeros(1, 1, trains=True), zeros(1, 1, kind=torch.int64)
    RmsNorm.apply(one, zeros(1, trains=True), 1e-6)[0].sum().backward()
    multiply(one[None], one[None])
    Mean.apply(one)
    LogSoftmax.apply(one).sum().backward()
    level = zeros(1, 1, kind=torch.uint8)
    BagEmbed.apply(level, one, level, one, zeros(1, trains=True), 1e-6, True)[0].sum().backward()
    head = one.detach().view(1, 1, 1, 1)
    attention.attention(Query(head, head, nobody, 1, 1, 1.0), head, head, Held(nobody, 0, 1))
    attention.attention(Query(head, head, nobody, 1, 0, 1.0), head, head, Held(nobody, 0, 1, Pages(nobody, 1)))
    for outputs in (1, 513):
        stage = Stage(1, 1, zeros(outputs, 1), zeros(outputs), has_gelu=True)
        hmlp_patch.stage(zeros(1, 1, 1, 1, 1), stage)
    flow_step.flow_step(one, one, flow_weights(1, 1, 1, 1), num_steps=1)
    weights = ExpertWeights(*(zeros(1, size, 1, trains=True) for size in (2, 1, 2, 1)))
    routes = Route(nobody, zeros(1, 1), zeros(1, 1))
    gather.experts(one, routes, weights)
    grouped.experts(one, routes, weights).sum().backward()
    logit = zeros(1, 2, kind=torch.float32)
    route_kernel.route(logit, logit[0, :1], 1, logit[0, :1], KIND)


def _resources(cubin: bytes) -> dict[str, int]:
    """Registers and spilled bytes a thread, as the binary says."""
    tool = Path(triton.__file__).parent / "backends/nvidia/bin/cuobjdump"
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(cubin)
        file.flush()
        said = subprocess.run([tool, "--dump-resource-usage", file.name], capture_output=True, text=True, check=True)
    found = {name: int(number) for name, number in re.findall(r"(REG|STACK|LOCAL):(\d+)", said.stdout)}
    return {"registers": found["REG"], "spilled_bytes": found["LOCAL"], "stack_bytes": found["STACK"]}


def _described(kernel: Any) -> dict[str, object]:
    ptx: str = kernel.asm["ptx"]
    return {
        "name": kernel.name,
        "shared_bytes": kernel.metadata.shared,
        "target": re.findall(r"\.target (\w+)", ptx)[0],
        "is_tensor_core": "wgmma" in ptx or "mma.sync" in ptx,
        "atomics": sorted(set(re.findall(r"\b(?:atom|red)\.[\w.:]+", ptx))),
        "multimem": sorted(set(re.findall(r"multimem\.[\w.:]+", ptx))),
        **_resources(kernel.asm["cubin"]),
    }


if __name__ == "__main__":
    AbsentGpu().install()
    with only_compile():  # that it compiles is all
        _launch_ones()
    with only_compile() as compiled:
        _launch_all()
    print(json.dumps([_described(kernel) for kernel in {kernel.hash: kernel for kernel in compiled}.values()]))  # noqa: T201
