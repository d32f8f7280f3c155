"""RMSNorm's kernel is its formula, forward and backward, and a row's bits are its own."""

from __future__ import annotations

import pytest
import torch

from alongside_kernels.errors import ShapeError
from alongside_kernels.rms_norm import kernel, on_processor, reference, rms_norm
from tests.kernels.drawn import assert_near, normal, poisoned_outputs, sizes, trained

EPSILON = 1e-6
FORMS = {"kernel": kernel.RmsNorm.apply, "processor": on_processor.RmsNorm.apply}
SHAPES = list(zip(sizes(1, kernel.ROWS, 6), sizes(2, 64, 6), strict=True))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("num_rows", "width"), SHAPES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_rows_equal_the_formula_and_its_gradients(form: str, num_rows: int, width: int, dtype: torch.dtype) -> None:
    x, gain = normal(num_rows, width, seed=1, dtype=dtype), normal(width, seed=2, dtype=dtype)
    dy = normal(num_rows, width, seed=3, dtype=dtype)
    theirs, ours = (trained(x), trained(gain)), (trained(x), trained(gain))
    expected = reference.rms_norm(*theirs, EPSILON)
    with poisoned_outputs():
        out = FORMS[form](*ours, EPSILON)[0]
        out.backward(dy)
    expected.backward(dy)
    assert_near(out, expected)
    assert_near(ours[0].grad, theirs[0].grad, 4)
    assert_near(ours[1].grad, theirs[1].grad, 4 * num_rows)


@pytest.mark.parametrize("form", FORMS)
def test_a_row_has_the_same_bits_in_any_company(form: str) -> None:
    x, gain = normal(7, 131, seed=4), normal(131, seed=5)
    whole = FORMS[form](x, gain, EPSILON)[0]
    for row in range(7):
        assert torch.equal(FORMS[form](x[row : row + 1], gain, EPSILON)[0], whole[row : row + 1])
    assert torch.equal(FORMS[form](x.flip(0), gain, EPSILON)[0].flip(0), whole)


def test_any_leading_shape_passes_through_the_door() -> None:
    x, gain = normal(2, 3, 24, seed=6), normal(24, seed=7)
    torch.testing.assert_close(rms_norm(x, gain), reference.rms_norm(x, gain, EPSILON))


def test_a_gain_of_another_width_is_named() -> None:
    with pytest.raises(ShapeError, match=r"gain: expected shape \(24\), got \(23,\)"):
        rms_norm(normal(2, 24, seed=8), normal(23, seed=9))
