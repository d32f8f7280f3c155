"""The switch: what it replaces computes what torch's own operators do, and it can be taken back."""

from __future__ import annotations

from collections.abc import Generator

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from alongside_kernels.deterministic import is_deterministic, set_deterministic
from tests.kernels.drawn import normal, trained


@pytest.fixture(autouse=True)
def deterministic() -> Generator[None]:
    set_deterministic(True)
    yield
    set_deterministic(False)


def test_what_it_replaces_still_computes_the_same() -> None:
    a, b, bias = normal(2, 5, 37, seed=5), normal(2, 37, 3, seed=6), normal(3, seed=7)

    def compute() -> dict[str, Tensor]:
        return {
            "mm": a[0] @ b[0],
            "linear": functional.linear(a, b[0].T, bias),
            "bmm": a @ b,
            "baddbmm": torch.baddbmm(bias.expand(2, 5, 3), a, b, beta=0.5, alpha=2),
            "double": a[0].double() @ b[0].double(),
            "whole numbers": torch.arange(7).sum() + torch.ones(3, 4, dtype=torch.int32).sum((0, 1)),
            "sum": a.sum((0, 2)),
            "kept sum": a.sum(1, keepdim=True),
            "empty sum": a[:, :0].sum(1),
            "mean": a.mean((1, 2), keepdim=True),
            "softmax": a.softmax(1),
            "log_softmax": a.log_softmax(-1),
            "silu": functional.silu(a),
            "sigmoid": a.sigmoid(),
            "log": a.square().log(),
            "waves": a.sin() + a.cos() + a.square().rsqrt() + a.exp() + a.exp2() + a.square().log10(),
            "gelu": functional.gelu(a) + functional.gelu(a, approximate="tanh"),
            "lerp": torch.lerp(a, 2 * a, a) + torch.lerp(a, 2 * a, 0.3),
            "matrix times vector": a[0] @ b[0, :, 0] + bias.new_ones(5) @ a[0, :, :5] @ bias.new_ones(5),
            "running sum": a.cumsum(1) + a.bfloat16().cumsum(-1).float() + a.double().cumsum(0).float(),
            "running count": torch.arange(7).cumsum(0),
            "no running sum": a[:, :0].cumsum(1),
        }

    ours = compute()
    set_deterministic(False)
    for name, expected in compute().items():
        torch.testing.assert_close(
            ours[name], expected, rtol=2e-5, atol=2e-5, msg=lambda text, name=name: f"{name}: {text}"
        )


@pytest.mark.parametrize("normalization", ["backward", "ortho", "forward"])
@pytest.mark.parametrize("num_points", [1, 2, 7, 60, 601])
def test_fourier_transforms_are_torchs(normalization: str, num_points: int) -> None:
    x = normal(3, num_points, 2, seed=8)
    set_deterministic(False)
    expected = torch.fft.rfft(x, dim=1, norm=normalization)
    set_deterministic(True)
    found = torch.fft.rfft(x, dim=1, norm=normalization)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-4 * num_points**0.5)
    back = torch.fft.irfft(found, n=num_points, dim=1, norm=normalization)
    torch.testing.assert_close(back, x, rtol=1e-4, atol=1e-4)
    double = torch.fft.irfft(torch.fft.rfft(x.double(), dim=1), n=num_points, dim=1)
    torch.testing.assert_close(double, x.double())


CONVOLUTIONS: tuple[dict[str, int], ...] = (
    {"stride": 2, "padding": 3, "dilation": 2, "groups": 1},
    {"stride": 1, "padding": 0, "dilation": 1, "groups": 6},
    {"stride": 3, "padding": 1, "dilation": 1, "groups": 2},
)


@pytest.mark.parametrize("options", CONVOLUTIONS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_convolutions_are_torchs(options: dict[str, int], dtype: torch.dtype) -> None:
    x, bias = normal(2, 6, 23, seed=9, dtype=dtype), normal(6, seed=10, dtype=dtype)
    weight = normal(6, 6 // options["groups"], 5, seed=11, dtype=dtype)
    found = functional.conv1d(x, weight, bias, **options)
    set_deterministic(False)
    epsilon = torch.finfo(dtype).eps
    expected = functional.conv1d(x.float(), weight.float(), bias.float(), **options)
    torch.testing.assert_close(found.float(), expected, rtol=4 * epsilon, atol=20 * epsilon)


def test_gradients_are_torchs() -> None:
    def gradient() -> Tensor:
        x = trained(normal(4, 13, seed=12))
        waves = functional.silu(x) * functional.gelu(x) + x.sigmoid().softmax(1) + x.log_softmax(0)
        found = (
            waves @ x.T
            + functional.conv1d(x[None], x[:, None, :5], groups=4).sum()
            + torch.lerp(x, x.sin(), 0.3).sum(1)
        )
        return torch.autograd.grad(found.square().mean(), x)[0]

    ours = gradient()
    set_deterministic(False)
    torch.testing.assert_close(ours, gradient(), rtol=1e-4, atol=1e-4)


def test_it_can_be_switched_off_and_on_again() -> None:
    assert is_deterministic()
    set_deterministic(True)
    set_deterministic(False)
    assert not is_deterministic()
    set_deterministic(True)
    assert is_deterministic()
