"""What training lowers: the next token where the model chooses it, and the phones people say at the audio positions.

Shapes: B calls, T positions, A dMel columns, L phones, V tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.interaction import InteractionModel
from model.sequence import Marks
from model.studio.batches import PHONES_PER_COLUMN, Batch
from model.studio.phones import PHONES

BLANK_WEIGHT = 0.1  # of a place without a phone


class Learner(nn.Module):
    """The model and what only training needs beside it."""

    def __init__(self, model: InteractionModel) -> None:
        super().__init__()
        self.model, width = model, model.config.backbone.width
        self.phones = nn.Linear(width, PHONES_PER_COLUMN * len(PHONES))
        self.copying = nn.Parameter(torch.zeros(width, width))  # from what a head looked up to that token

    def logits(self, hidden: Tensor) -> Tensor:
        """As `InteractionModel.logits` when `copying` is folded in."""
        model = self.model
        return model.logits(hidden) + (hidden @ self.copying) @ self._tokens()[: model.config.num_logits].T

    @torch.no_grad()
    def fold_(self) -> None:
        """Put `copying` into the head: the head's rows are its own and the tokens' embeddings through one matrix.

        So copying a token is learned for all tokens at once, and not for each when it happens to be asked for.
        """
        model = self.model
        model.head.weight += model.config.logit_divisor * self._tokens() @ self.copying.T
        self.copying.zero_()

    def _tokens(self) -> Tensor:
        return self.model.embed_norm(self.model.embed.weight)


@dataclass(frozen=True, slots=True)
class Losses:
    """`total` is to be lowered; `parts` are for people."""

    total: Tensor
    parts: dict[str, Tensor]


def losses_of(learner: Learner, forward: Callable[[Tensor], Tensor], batch: Batch, place_weight: float) -> Losses:
    """`forward` is the backbone, compiled or not."""
    model = learner.model
    with torch.autocast(batch.targets.device.type, torch.bfloat16):
        hidden = forward(model.perceive(batch.positions))  # (B, T, C)
        asked = batch.weights > 0
        logits = learner.logits(hidden[asked])  # (N, V)
        ears = batch.positions.tokens == Marks.AUDIO
        phones = learner.phones(hidden[ears])  # (M, places * phones)
    chances = phone_chances(phones.float(), ears)
    spelled, placed = phone_loss(chances, ears, batch), place_loss(chances, batch)
    total = spelled + place_weight * placed
    parts = {"phones": spelled.detach(), "places": placed.detach()}
    if bool(asked.any()):
        weights, targets = batch.weights[asked], batch.targets[asked]
        words = weighted_mean(functional.cross_entropy(logits.float(), targets, reduction="none"), weights)
        total = total + words
        parts |= {"words": words.detach(), **shares_right(logits.detach(), targets)}
        if bool((weights > 1).any()):
            chosen = logits.detach()[weights > 1].argmax(-1)
            parts["content_right"] = (chosen == targets[weights > 1]).float().mean()
    return Losses(total, parts)


def shares_right(logits: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """How often the likeliest token is the right one, by what is right."""
    is_right, is_quiet = logits.argmax(-1) == targets, targets == Marks.QUIET
    return {
        "right": is_right[~is_quiet].float().mean(),
        "quiet_right": is_right[is_quiet].float().mean(),
        "heard_right": is_right[targets == Marks.HEARD].float().mean(),
    }


def phone_chances(phones: Tensor, ears: Tensor) -> Tensor:
    """Of all audio positions, row by row, to log chances (B, A * places, phones)."""
    num_columns = ears.sum(1)
    longest = int(num_columns.max())
    rows = phones.new_zeros(len(ears), longest, phones.shape[1])
    rows[torch.arange(longest, device=ears.device) < num_columns[:, None]] = phones
    return rows.unflatten(2, (PHONES_PER_COLUMN, -1)).flatten(1, 2).log_softmax(-1)


def phone_loss(chances: Tensor, ears: Tensor, batch: Batch) -> Tensor:
    """CTC of the phones said (Graves et al. 2006), a mean by phone."""
    places = ears.sum(1) * PHONES_PER_COLUMN
    loss = functional.ctc_loss(
        chances.transpose(0, 1), batch.phones, places, batch.num_phones, reduction="none", zero_infinity=True
    )
    return loss.sum() / batch.num_phones.sum().clamp(min=1)


def place_loss(chances: Tensor, batch: Batch) -> Tensor:
    """Letters at about their places; blanks count little. CTC alone says nothing but blanks for long."""
    places = batch.places[:, : chances.shape[1]].flatten()
    each = functional.nll_loss(chances.flatten(0, 1), places, reduction="none")
    return weighted_mean(each, torch.where(places > 0, 1.0, BLANK_WEIGHT))


def weighted_mean(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum()
