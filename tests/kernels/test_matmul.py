"""Matrix product: kernel and processor form are the formula, and a row's bits are its own."""

from __future__ import annotations

import pytest
import torch

from alongside_kernels.errors import ShapeError
from alongside_kernels.matmul import fixed_blocks, matmul, reference
from alongside_kernels.matmul.kernel import Matmul, multiply
from tests.kernels.drawn import DEVICE, assert_near, normal, poisoned_outputs, sizes, trained

SHAPES = list(zip(sizes(3, 64, 5), sizes(4, 32, 5), sizes(5, 64, 5), strict=True))
DTYPES = [torch.float32, torch.bfloat16]


@pytest.mark.parametrize(("rows", "terms", "cols"), SHAPES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_kernel_equals_the_formula_and_its_gradients(rows: int, terms: int, cols: int, dtype: torch.dtype) -> None:
    a, b = normal(2, rows, terms, seed=1, dtype=dtype), normal(2, terms, cols, seed=2, dtype=dtype)
    dy = normal(2, rows, cols, seed=3, dtype=dtype)
    theirs, ours = (trained(a), trained(b)), (trained(a), trained(b))
    with poisoned_outputs():
        out = Matmul.apply(*ours)
        out.backward(dy)
    expected = reference.matmul(*theirs)
    expected.backward(dy)
    assert_near(out, expected, terms)
    assert_near(ours[0].grad, theirs[0].grad, cols)
    assert_near(ours[1].grad, theirs[1].grad, rows)


def test_kernel_takes_any_strides() -> None:
    a, b = normal(9, 5, seed=4).T[None], normal(70, 9, seed=5).T[None]
    torch.testing.assert_close(multiply(a, b), reference.matmul(a, b))


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_row_of_the_kernel_has_the_same_bits_in_any_company(dtype: torch.dtype) -> None:
    a, b = normal(1, 70, 37, seed=6, dtype=dtype), normal(1, 37, 65, seed=7, dtype=dtype)
    whole = multiply(a, b)
    for rows in (slice(0, 1), slice(63, 66), slice(69, 70)):
        assert torch.equal(multiply(a[:, rows], b), whole[:, rows])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("terms", "cols"), [(384, 1024), (1024, 384), (16, 513), (37, 41)])
def test_a_row_on_the_processor_has_the_same_bits_in_any_company(dtype: torch.dtype, terms: int, cols: int) -> None:
    a, b = normal(37, terms, seed=8, dtype=dtype).cpu(), normal(cols, terms, seed=9, dtype=dtype).T.cpu()
    whole = fixed_blocks.multiply(a, b)
    assert_near(whole, reference.matmul(a, b), terms)
    for row in range(37):
        assert torch.equal(fixed_blocks.multiply(a[row : row + 1], b), whole[row : row + 1]), row


def test_the_door_trains_on_the_processor() -> None:
    a, b = trained(normal(5, 7, seed=12)), trained(normal(7, 3, seed=13))
    matmul(a, b).sum().backward()
    torch.testing.assert_close(a.grad, b.detach().sum(1).expand(5, 7))
    torch.testing.assert_close(b.grad, a.detach().sum(0)[:, None].expand(7, 3))


def test_factors_that_do_not_fit_are_named() -> None:
    with pytest.raises(ShapeError, match=r"b: expected shape \(4, any\), got \(5, 2\)"):
        matmul(torch.ones(3, 4, device=DEVICE), torch.ones(5, 2, device=DEVICE))
