"""How a model starts before it has learned anything. Knows modules only by the names of their weights."""

from __future__ import annotations

import torch
from torch import Generator, Tensor, nn

_ONES = ("gain", "scale")
# What a block adds to the stream starts at nothing, so that a new model is the identity with many taps on it.
_ZEROS = ("out.weight", "down.weight", "routed.down", "shared.down", "conv.weight", "curves", "bias")


@torch.no_grad()
def init_weights_(module: nn.Module, generator: Generator) -> None:
    """Fill every parameter of `module`, on the processor, from one generator: the same seed gives the same model."""
    for name, weight in module.named_parameters():
        if name.endswith(_ONES):
            weight.fill_(1)
        elif name.endswith(_ZEROS):
            weight.fill_(0)
        else:
            weight.copy_(torch.randn(weight.shape, generator=generator) * _spread(name, weight))


def _spread(name: str, weight: Tensor) -> float:
    if name.endswith(("embed.weight", "heard.weight", "own.weight", "token.weight", "offset.weight")):
        return 0.02
    is_convolution = weight.ndim == 3 and name.endswith("weight")  # (out, in, taps); experts are (expert, out, in)
    return (weight[0].numel() if is_convolution else weight.shape[-1]) ** -0.5
