"""RMSNorm on the processor in one order of addition, whatever the number of rows; its gradients by the formula's.

Shapes: C channels.
"""

from __future__ import annotations

import torch
from torch import Tensor

from alongside_kernels.autograd import Context
from alongside_kernels.ordered_sum import ordered_sum
from alongside_kernels.whole_vectors import whole_vectors


class RmsNorm(torch.autograd.Function):
    """`reference.rms_norm` of rows (N, C), forward and backward."""

    @staticmethod
    def forward(x: Tensor, gain: Tensor, epsilon: float) -> tuple[Tensor, Tensor]:
        """(N, C) to (N, C), and one over each row's root mean square (N, 1) for the way back."""
        wide = x.float()
        scale = whole_vectors(torch.rsqrt, ordered_sum(wide.square()) / x.shape[1] + epsilon)
        return gain * (wide * scale).to(x.dtype), scale

    @staticmethod
    def setup_context(ctx: Context, inputs: tuple[Tensor, Tensor, float], output: tuple[Tensor, Tensor]) -> None:
        x, gain, _ = inputs
        ctx.save_for_backward(x, gain, output[1])
        ctx.mark_non_differentiable(output[1])

    @staticmethod
    def backward(ctx: Context, *grads: Tensor) -> tuple[Tensor, Tensor, None]:
        x, gain, scale = ctx.saved_tensors
        dy, normal = grads[0].float(), x.float() * scale
        dnormal = dy * gain.float()
        dx = scale * (dnormal - normal * (dnormal * normal).mean(-1, keepdim=True))
        return dx.to(x.dtype), (dy * normal.to(x.dtype).float()).sum(0).to(gain.dtype), None
