"""A model begins with heads that can copy: they look for the token they stand on and bring what came behind it.

What is heard has to be written down again, in a note, in a task, as an answer. Heads that do this form by themselves
only after many more tokens than a small model here ever sees (induction heads, Olsson et al., arXiv 2209.11895), so two
of them are put in at the start and learn on from there.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Generator, Tensor

from model.backbone import Layer
from model.sequence import NUM_MARKS
from model.train_losses import Learner

LAYER, GROUP = 1, 0  # a local layer, and which of its keys' heads; the queries that share it copy
SHARPER = 1.3  # times the gains of queries and keys of the layer: more than these few hundred positions hide
BROUGHT = 1.5  # what is brought, beside a token's embedding
FOLLOWED = 0.01  # how much is said because of it, at first


@torch.no_grad()
def give_copying_head_(learner: Learner, generator: Generator) -> None:
    """Turn one group of heads of `learner` into copying ones; what they did before is lost."""
    model = learner.model
    layer = cast(Layer, model.backbone.layers[LAYER])
    attention, size = layer.attention, layer.attention.heads.head_size
    shared = attention.heads.num_heads // attention.heads.num_kv_heads
    seen = model.embed_norm(model.embed.weight)[NUM_MARKS:]
    looked_for = _directions(layer.attention_norm(seen), size, generator)  # (D, C)
    brought = _directions(seen, size, generator)  # (D, C)
    turned = torch.linalg.qr(_drawn(seen.shape[1], seen.shape[1], generator))[0]  # away from what stands there
    keys = slice(GROUP * size, (GROUP + 1) * size)
    num_curves = len(attention.relative.weight) // attention.heads.num_heads
    for head in range(GROUP * shared, (GROUP + 1) * shared):
        rows = slice(head * size, (head + 1) * size)
        attention.query.weight[rows] = looked_for
        attention.out.weight[:, rows] = BROUGHT / shared * turned @ brought.T
        attention.relative.weight[head * num_curves : (head + 1) * num_curves] = 0  # near or far is all the same
    attention.key.weight[keys], attention.value.weight[keys] = looked_for, brought
    attention.key_conv.weight[keys], attention.value_conv.weight[keys] = 0, 0
    attention.key_conv.weight[keys, -2], attention.key_conv.weight[keys, -1] = 1, -1  # the token before, not this one
    attention.query_norm.gain.mul_(SHARPER)
    attention.key_norm.gain.mul_(SHARPER)
    learner.copying += FOLLOWED * turned


def _directions(rows: Tensor, count: int, generator: Generator) -> Tensor:
    """(N, C) to (count, C): directions at right angles to each other and to the rows' mean, in which rows differ."""
    mean = torch.nn.functional.normalize(rows.mean(0), dim=0)
    drawn = _drawn(rows.shape[1], count, generator)
    return torch.linalg.qr(drawn - mean[:, None] * (mean @ drawn))[0].T


def _drawn(rows: int, columns: int, generator: Generator) -> Tensor:
    return torch.randn(rows, columns, generator=generator)
