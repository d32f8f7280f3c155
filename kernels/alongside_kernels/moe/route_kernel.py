"""The gate of a mixture of experts: one program a position picks its experts one after the other and weighs them.

Memory traffic: X + Y logits in, A indices and A + Y weights out. Shapes: N positions, X routed and Y shared experts, A
active ones.
"""
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# (the parameters of a kernel are Triton's tensors, which have no Python type)

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from alongside_kernels.launch import aligned, launch, next_power_of_2
from alongside_kernels.moe.weights import Route


def route(logits: Tensor, balance: Tensor, num_active: int, scale: Tensor, dtype: torch.dtype) -> Route:
    """`reference.route`, for serving: logits (N, X + Y) float32 to who sees what."""
    num_positions, num_all = logits.shape
    num_experts, num_shared = balance.shape[0], num_all - balance.shape[0]
    chosen = torch.empty(num_positions, num_active, dtype=torch.int64, device=logits.device)
    active = torch.empty(num_positions, num_active, dtype=dtype, device=logits.device)
    constant = torch.empty(num_positions, num_shared, dtype=dtype, device=logits.device)
    launch(
        _route,
        (num_positions,),
        *(aligned(logits), balance, scale, chosen, active, constant, num_experts, num_shared, num_active),
        BLOCK_X=next_power_of_2(num_all),
        num_warps=1,
    )
    return Route(chosen, active, constant)


@triton.jit
def _route(
    logits_ptr,
    balance_ptr,
    scale_ptr,
    chosen_ptr,
    active_ptr,
    constant_ptr,
    num_experts,
    num_shared,
    num_active,
    BLOCK_X: tl.constexpr,
):
    position = tl.program_id(0).to(tl.int64)
    experts = tl.arange(0, BLOCK_X)
    is_routed = experts < num_experts
    is_shared = (experts >= num_experts) & (experts < num_experts + num_shared)
    logits = tl.load(
        logits_ptr + position * (num_experts + num_shared) + experts, mask=is_routed | is_shared, other=0.0
    )
    balance = tl.load(balance_ptr + experts, mask=is_routed, other=0.0)
    left = tl.where(is_routed, tl.sigmoid(logits) + balance, float("-inf"))
    is_chosen = is_shared
    for rank in range(num_active):
        best = tl.argmax(left, axis=0)  # of equals the lower index
        tl.store(chosen_ptr + position * num_active + rank, best.to(tl.int64))
        is_chosen = is_chosen | (experts == best)
        left = tl.where(experts == best, float("-inf"), left)
    # log of the sigmoid, without overflow on either side
    score = tl.where(is_chosen, tl.minimum(logits, 0.0) - tl.log(1.0 + tl.exp(-tl.abs(logits))), float("-inf"))
    share = tl.exp(score - tl.max(score, axis=0))
    weight = share / tl.sum(share, axis=0) * tl.load(scale_ptr)
    tl.store(
        constant_ptr + position * num_shared + experts - num_experts,
        weight.to(constant_ptr.dtype.element_ty),
        mask=is_shared,
    )
    for rank in range(num_active):
        tl.debug_barrier()  # what this program wrote above is there for all its threads
        expert = tl.load(chosen_ptr + position * num_active + rank)
        mine = tl.sum(tl.where(experts == expert, weight, 0.0), axis=0)
        tl.store(active_ptr + position * num_active + rank, mine.to(active_ptr.dtype.element_ty))
