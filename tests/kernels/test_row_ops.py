"""Mean and log-softmax: kernels and processor forms are the formulas, and a row's bits are its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from alongside_kernels.log_softmax import log_softmax
from alongside_kernels.log_softmax import reference as log_softmax_reference
from alongside_kernels.log_softmax.kernel import BLOCK, LogSoftmax
from alongside_kernels.mean import mean
from alongside_kernels.mean import reference as mean_reference
from alongside_kernels.mean.kernel import Mean
from tests.kernels.drawn import assert_near, normal, poisoned_outputs, sizes, trained

Op = Callable[[Tensor], Tensor]
FORMS: dict[str, tuple[Op, Op]] = {
    "mean kernel": (Mean.apply, mean_reference.mean),
    "mean": (mean, mean_reference.mean),
    "log_softmax kernel": (LogSoftmax.apply, log_softmax_reference.log_softmax),
    "log_softmax": (log_softmax, log_softmax_reference.log_softmax),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(("num_rows", "width"), list(zip((1, 3, 7, 2), sizes(8, BLOCK, 4), strict=True)))
def test_rows_equal_the_formula_and_its_gradient(form: str, dtype: torch.dtype, num_rows: int, width: int) -> None:
    ours, formula = FORMS[form]
    x, leaf = (trained(normal(num_rows, width, seed=width, dtype=dtype)) for _ in range(2))
    with poisoned_outputs():
        out = ours(x)
        dy = normal(*out.shape, seed=1, dtype=dtype)
        out.backward(dy)
    expected = formula(leaf)
    expected.backward(dy)
    assert_near(out, expected, 16)
    assert_near(x.grad, leaf.grad, width)


@pytest.mark.parametrize("form", FORMS)
def test_a_row_has_the_same_bits_in_any_company(form: str) -> None:
    ours, _ = FORMS[form]
    x = normal(19, 37, seed=2)
    whole = ours(x)
    for row in range(19):
        assert torch.equal(ours(x[row : row + 1]), whole[row : row + 1])


def test_what_cannot_be_is_minus_infinity() -> None:
    x = normal(2, 5, seed=3)
    x[0, 2] = float("-inf")
    torch.testing.assert_close(LogSoftmax.apply(x), log_softmax_reference.log_softmax(x))
