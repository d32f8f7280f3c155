"""Compiles every kernel for a Hopper GPU that is not here, by its own launcher, and prints what became of it as JSON.

Runs as a program of its own, without the interpreter that the other tests live in.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import torch
import triton
from torch import Tensor

from alongside_kernels.absent_gpu import AbsentGpu
from alongside_kernels.attention import Held, Query
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

WIDTH = 256
KIND = torch.bfloat16


def _zeros(*shape: int, kind: torch.dtype = KIND, trains: bool = False) -> Tensor:
    return torch.zeros(shape, dtype=kind).requires_grad_(trains)


def _launch_all() -> None:
    rows, gain = _zeros(16, WIDTH, trains=True), _zeros(WIDTH, trains=True)
    RmsNorm.apply(rows, gain, 1e-6)[0].sum().backward()
    multiply(_zeros(1, 16, WIDTH), _zeros(1, WIDTH, 512))
    multiply(_zeros(1, 16, WIDTH, kind=torch.float32), _zeros(1, WIDTH, 512, kind=torch.float32))
    Mean.apply(rows)
    LogSoftmax.apply(rows).sum().backward()
    levels, table = _zeros(4, 80, kind=torch.uint8), _zeros(1280, WIDTH, trains=True)
    BagEmbed.apply(levels, table, levels, table, gain, 1e-6, True)[0].sum().backward()
    sound = _zeros(4, 3200, kind=torch.float32)
    dmel.dmel(sound, sound[:, :800], Tables.of_filters(torch.rand(801, 80)))
    query = Query(_zeros(2, 4, 7, 64), _zeros(2, 4, 7, 512), _zeros(2, 7, kind=torch.int64), 512, 64, 1 / 64)
    keys = _zeros(2, 2, 600, 64)
    attention.attention(query, keys, keys, Held(_zeros(2, 600, kind=torch.int64), 64, 500))
    _launch_eye_and_voice()
    _launch_experts()
    for kind in (torch.float32, torch.bfloat16):
        for out in (_zeros(64, kind=kind), None):
            collectives.reduce_(1 << 40, range(64), out, _zeros(128, kind=kind))


def _launch_eye_and_voice() -> None:
    for outputs, has_gelu in ((320, True), (768, False)):
        stage = Stage(2, 10, _zeros(outputs, 600), _zeros(outputs), has_gelu)
        hmlp_patch.stage(_zeros(3, 2, 40, 40, 3), stage)
    width, block = 256, 320
    flow_step.flow_step(
        _zeros(4, block),
        _zeros(4, 192),
        FlowWeights(
            *(_zeros(width, block), _zeros(width), _zeros(width, 192), _zeros(width), _zeros(width, 32), _zeros(width)),
            *(_zeros(3, width), _zeros(3, 3 * width, width), _zeros(3, 3 * width)),
            *(_zeros(3, 2 * width, width), _zeros(3, 2 * width), _zeros(3, width, 2 * width), _zeros(3, width)),
            *(_zeros(width), _zeros(block, width), _zeros(block)),
        ),
        num_steps=4,
    )


def _launch_experts() -> None:
    weights = ExpertWeights(
        *(
            _zeros(*shape, trains=True)
            for shape in ((16, 512, WIDTH), (16, WIDTH, 256), (1, 512, WIDTH), (1, WIDTH, 256))
        )
    )
    route_kernel.route(
        _zeros(4, 17, kind=torch.float32), _zeros(16, kind=torch.float32), 2, _zeros(1, kind=torch.float32), KIND
    )
    routes = Route(_zeros(4, 2, kind=torch.int64), _zeros(4, 2), _zeros(4, 1))
    gather.experts(_zeros(4, WIDTH), routes, weights)
    grouped.experts(_zeros(4, WIDTH), routes, weights).sum().backward()


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
    with only_compile() as compiled:
        _launch_all()
    print(json.dumps([_described(kernel) for kernel in {kernel.hash: kernel for kernel in compiled}.values()]))  # noqa: T201
