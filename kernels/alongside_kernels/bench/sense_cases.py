"""What stands before and behind the layers, as cases: ear, eye and the head that speaks. Needs Triton."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import torch
from torch import Tensor

from alongside_kernels.bag_embed import reference as bag_reference
from alongside_kernels.bag_embed.kernel import BagEmbed
from alongside_kernels.bench.case import COMPILED, EPSILON, KIND, Case, Load, compiled, random
from alongside_kernels.bench.sizes import (
    BLOCK_NUMBERS,
    EYE_CHANNELS,
    EYE_PATCHES,
    FLOW_CONDITION,
    FLOW_LAYERS,
    FLOW_WIDTH,
)
from alongside_kernels.dmel import Tables
from alongside_kernels.dmel import kernel as dmel_kernel
from alongside_kernels.dmel import reference as dmel_reference
from alongside_kernels.flow_step import FlowWeights
from alongside_kernels.flow_step import kernel as flow_kernel
from alongside_kernels.flow_step import reference as flow_reference
from alongside_kernels.hmlp_patch import Stage
from alongside_kernels.hmlp_patch import kernel as hmlp_kernel
from alongside_kernels.hmlp_patch import reference as hmlp_reference


def dmel(load: Load, device: torch.device) -> Iterator[Case]:
    tables = Tables.of_filters(torch.rand(801, 80, device=device))
    for sessions in load.sessions:
        pcm, past = (random(sessions, count, device=device, kind=torch.float32) for count in (3200, 800))
        yield Case(
            "dmel",
            f"{sessions} sessions, 200 ms",
            partial(dmel_reference.dmel, pcm, past, tables),
            lambda pcm=pcm, past=past: dmel_kernel.dmel_(pcm, past.clone(), tables),
            num_bytes=pcm.numel() * 4,
        )


def bag_embed(load: Load, device: torch.device) -> Iterator[Case]:
    tables = Tables.of_filters(torch.rand(801, 80, device=device))
    for size in load.sizes:
        table, gain = random(80 * 16, size.width, device=device), random(size.width, device=device)
        for sessions in load.sessions:
            levels = torch.randint(16, (sessions * 4, 80), device=device, dtype=torch.uint8)
            bags = (levels, table, levels, table, gain, EPSILON)
            yield Case(
                "bag_embed",
                f"{size.name}, {sessions} x 4 columns",
                partial(bag_reference.bag_embed, *bags),
                lambda bags=bags: BagEmbed.apply(*bags, True)[0],
                lambda bags=bags: compiled(bag_reference.bag_embed)(*bags),
                COMPILED,
                num_bytes=table.element_size() * size.width * 4 * sessions * (2 * 80 + 1),
            )
            pcm, past = (random(sessions, count, device=device, kind=torch.float32) for count in (3200, 800))

            def ear(pcm: Tensor = pcm, past: Tensor = past, table: Tensor = table, gain: Tensor = gain) -> Tensor:
                heard = dmel_kernel.dmel_(pcm, past, tables).flatten(0, 1)
                return BagEmbed.apply(heard, table, heard, table, gain, EPSILON, False)[0]

            def formula(pcm: Tensor = pcm, past: Tensor = past, table: Tensor = table, gain: Tensor = gain) -> Tensor:
                heard = dmel_reference.dmel(pcm, past, tables).flatten(0, 1)
                return bag_reference.bag_embed(heard, table, None, None, gain, EPSILON)

            yield Case("dmel + bag_embed", f"{size.name}, {sessions} sessions", formula, ear, num_bytes=pcm.numel() * 4)


def hmlp_patch(load: Load, device: torch.device) -> Iterator[Case]:
    for size in load.sizes:
        shapes = ((EYE_CHANNELS, 1, 10, 300, True), (size.width, 2, 4, 2 * 16 * EYE_CHANNELS, False))
        stages = [
            Stage(frames, pixels, random(outputs, inputs, device=device) * inputs**-0.5,
                  torch.ones(outputs, device=device, dtype=KIND), has_gelu)
            for outputs, frames, pixels, inputs, has_gelu in shapes
        ]  # fmt: skip
        for sessions in load.sessions:
            patches = random(sessions * EYE_PATCHES, 2, 40, 40, 3, device=device)
            yield Case(
                "hmlp_patch",
                f"{size.name}, {sessions} x {EYE_PATCHES} patches, two stages",
                partial(_through, hmlp_reference.stage, patches, stages),
                partial(_through, hmlp_kernel.stage, patches, stages),
                lambda asked=(patches, stages): _through(compiled(hmlp_reference.stage), *asked),
                COMPILED,
                num_bytes=2 * (patches.numel() + sum(stage.weight.numel() for stage in stages)),
                num_operations=2 * len(patches) * (32 * stages[0].weight.numel() + stages[1].weight.numel()),
            )


def _through(form: Callable[[Tensor, Stage], Tensor], x: Tensor, stages: list[Stage]) -> Tensor:
    for stage in stages:
        x = form(x, stage)
    return x


def flow_step(load: Load, device: torch.device) -> Iterator[Case]:
    width, block, layers, num_steps = FLOW_WIDTH, BLOCK_NUMBERS, FLOW_LAYERS, 2
    shapes = (
        *((width, block), (width,), (width, FLOW_CONDITION), (width,), (width, 32), (width,), (layers, width)),
        *((layers, 3 * width, width), (layers, 3 * width), (layers, 2 * width, width)),
        *((layers, 2 * width), (layers, width, 2 * width), (layers, width), (width,)),
        *((block, width), (block,)),
    )
    parts = [random(*shape, device=device) * shape[-1] ** -0.5 for shape in shapes]
    num_weights = sum(part.numel() for part in parts)
    for sessions in load.sessions:
        noise, given = (random(sessions, count, device=device) for count in (block, FLOW_CONDITION))
        asked = (noise, given, FlowWeights(*parts), num_steps)
        yield Case(
            "flow_step",
            f"{sessions} sessions, {num_steps} steps",
            partial(flow_reference.flow_step, *asked),
            partial(flow_kernel.flow_step, *asked),
            lambda asked=asked: compiled(flow_reference.flow_step)(*asked),
            COMPILED,
            num_bytes=num_weights * KIND.itemsize,
            num_operations=2 * num_steps * sessions * num_weights,
        )
