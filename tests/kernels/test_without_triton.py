"""Without Triton every door opens and answers: on a processor nothing needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASK = """
import sys
sys.modules["triton"] = None  # importing it raises ImportError
import torch
from alongside_kernels import set_deterministic
from alongside_kernels.attention import Held, Query, attention
from alongside_kernels.bag_embed import bag_embed
from alongside_kernels.collectives import Collectives
from alongside_kernels.dmel import Tables, dmel_
from alongside_kernels.flow_step import FlowWeights, flow_step
from alongside_kernels.hmlp_patch import Stage, hmlp_patch
from alongside_kernels.log_softmax import log_softmax
from alongside_kernels.matmul import matmul
from alongside_kernels.mean import mean
from alongside_kernels.moe import ExpertWeights, Route, experts, route
from alongside_kernels.rms_norm import rms_norm
import alongside_kernels.bench.__main__, alongside_kernels.escapes, model.interaction

ones = torch.ones
for is_on in (True, False):
    set_deterministic(is_on)
    x = ones(3, 8)
    query = Query(ones(1, 2, 3, 8), ones(1, 2, 3, 4), torch.arange(3)[None], 2, 0, 0.125)
    said = [
        rms_norm(x, ones(8)), matmul(x, ones(8, 2)), log_softmax(x), mean(x),
        attention(query, ones(1, 1, 3, 8), ones(1, 1, 3, 8), Held.whole(1, 3, x.device)),
        bag_embed(torch.zeros(3, 80, dtype=torch.uint8), ones(1280, 8), ones(8)),
        dmel_(ones(1, 800), ones(1, 800), Tables.of_filters(torch.rand(801, 80))),
        hmlp_patch(ones(1, 1, 2, 2, 3), [Stage(1, 2, ones(8, 12), ones(8), True)]),
    ]
    routes = route(ones(3, 5), ones(4), 2, ones(1), torch.float32)
    said.append(experts(x, routes, ExpertWeights(ones(4, 4, 8), ones(4, 8, 2), ones(1, 4, 8), ones(1, 8, 2))))
    assert all(bool(answer.isfinite().all()) for answer in said)
assert not [name for name in sys.modules if name.startswith("triton.")]
"""


@pytest.mark.timeout(60)  # a process that imports torch
def test_every_door_opens_and_answers_on_a_processor_without_triton() -> None:
    said = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
