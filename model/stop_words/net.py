"""The stop-word net to train: causal convolutions in time over log-mel columns. `spotter.py` is the same, step by step.

Shapes: B sounds, T steps of 20 ms, C channels.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.stop_words.features import FEATURES, SILENT
from model.stop_words.words import WORDS

WIDTH = 96
FIRST_TAPS = 3
TAPS = 5
DILATIONS = (1, 2, 4, 8, 8)
LOOKS_BACK = FIRST_TAPS - 1 + (TAPS - 1) * sum(DILATIONS)  # 94 steps: 1.9 s


class StopWordNet(nn.Module):
    """Columns to the logits of nothing and of each word."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.first = nn.Conv1d(FEATURES, width, FIRST_TAPS, bias=False)
        self.first_norm = nn.BatchNorm1d(width)
        self.blocks = nn.ModuleList(_Block(width, dilation) for dilation in DILATIONS)
        self.head = nn.Linear(width, 1 + len(WORDS))

    def forward(self, columns: Tensor) -> Tensor:
        """(B, T, FEATURES) to (B, T, 1 + words); what is before the first step counts as silence."""
        x = functional.pad(columns.transpose(1, 2), (FIRST_TAPS - 1, 0), value=SILENT)
        x = functional.relu(self.first_norm(self.first(x)))
        for block in self.blocks:
            x = block(x)
        return self.head(x.transpose(1, 2))


class _Block(nn.Module):
    """Each channel over time, then channels among each other, beside the way through."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.before = (TAPS - 1) * dilation
        self.over_time = nn.Conv1d(width, width, TAPS, dilation=dilation, groups=width, bias=False)
        self.norm = nn.BatchNorm1d(width)
        self.across = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, T) to (B, C, T)."""
        y = self.norm(self.over_time(functional.pad(x, (self.before, 0))))
        return x + self.across(functional.relu(y))


@torch.no_grad()
def folded(net: StopWordNet) -> dict[str, Tensor]:
    """The weights as `spotter.py` reads them: norms folded into what they follow, in float32, inputs first."""
    scale, shift = _affine(net.first_norm)
    tensors = {
        "first.weight": (net.first.weight * scale[:, None, None]).permute(2, 1, 0),  # (K, FEATURES, C)
        "first.bias": shift,
        "head.weight": net.head.weight.T,
        "head.bias": net.head.bias,
        "dilations": torch.tensor(DILATIONS),
    }
    for index, block in enumerate(net.blocks):
        assert isinstance(block, _Block)
        scale, shift = _affine(block.norm)
        assert block.across.bias is not None
        tensors |= {
            f"blocks.{index}.taps": (block.over_time.weight[:, 0] * scale[:, None]).T,  # (K, C)
            f"blocks.{index}.bias": shift,
            f"blocks.{index}.across": block.across.weight[..., 0].T,
            f"blocks.{index}.across_bias": block.across.bias,
        }
    return {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}


def _affine(norm: nn.BatchNorm1d) -> tuple[Tensor, Tensor]:
    """What a batch norm multiplies with and adds when it serves."""
    assert norm.running_mean is not None and norm.running_var is not None
    scale = norm.weight * (norm.running_var + norm.eps).rsqrt()
    return scale, norm.bias - norm.running_mean * scale
