"""What the bench would measure is right: each case's form of ours gives what its reference gives."""

from __future__ import annotations

import torch
from torch import Tensor

from alongside_kernels.bench.cases import Call, cases
from alongside_kernels.bench.clock import seconds
from tests.kernels.drawn import assert_near

OPS = {"rms_norm", "matmul", "log_softmax", "attention", "moe gather", "moe grouped", "dmel", "bag_embed", "flow_step"}


def test_every_case_measures_the_same_answer_twice() -> None:
    device, seen = torch.device("cpu"), set[str]()
    chosen = cases(device, names=["nano"], sessions=[1], counts=[1] if torch.cuda.is_available() else [])
    with torch.inference_mode():
        for case in chosen:
            seen.add(case.op)
            assert case.num_bytes > 0 and case.shape
            if case.op != "dmel":  # it moves its own past on, so a second call hears something else
                assert_near(_tensor(case.ours), _tensor(case.reference), 64)
    assert seen == {op for op in OPS if torch.cuda.is_available() or not op.startswith("moe")}


def test_the_clock_counts_what_a_call_takes() -> None:
    taken = seconds(lambda: torch.linalg.matrix_power(torch.eye(64), 7), torch.device("cpu"))
    assert 0 < taken < 10


def _tensor(call: Call) -> Tensor:
    out = call()
    assert isinstance(out, Tensor)
    return out
