"""The interaction model: sound, pictures and text in one sequence, and what it wants to write next.

Every position is a token. At an audio or patch token the embedding is replaced by what was heard or seen there. Knows
nothing of the sequence's grammar, which is model/sequence.py's.

Shapes: B slots, T positions, A dMel columns, M mel bins, P patches, C channels, V tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from alongside_kernels import is_deterministic
from alongside_kernels.bag_embed import bag_embed
from model.backbone import Backbone
from model.clock_embedding import ClockEmbedding
from model.config import ModelConfig
from model.dmel import NUM_LEVELS, NUM_MELS
from model.hmlp import HMLP
from model.kv_cache import BackboneState
from model.norms import RMSNorm
from model.speech_decoder import SpeechDecoder


@dataclass(frozen=True, slots=True)
class Positions:
    """A piece of every slot's sequence. Columns and patches stand in the order of the tokens that take them."""

    tokens: Tensor  # (B, T) int64
    num_valid: Tensor  # (B,) int64: the first ones count, the rest is padding
    heard: Tensor | None = None  # (B, A, M) uint8
    own: Tensor | None = None  # (B, A, M) uint8, the model's own sound as sent
    micro_turn: Tensor | None = None  # (B, T) int64, NO_CLOCK where no time is shown
    patches: Tensor | None = None  # (B, P, 2, 40, 40, 3) normalised

    def to(self, device: torch.device) -> Positions:
        """The same on another device."""
        optional = (self.heard, self.own, self.micro_turn, self.patches)
        moved = [None if tensor is None else tensor.to(device) for tensor in optional]
        return Positions(self.tokens.to(device), self.num_valid.to(device), *moved)


class Ear(nn.Module):
    """dMel columns to tokens: one row for each mel bin's level, summed (a light embedding)."""

    def __init__(self, width: int, hears_itself: bool) -> None:
        super().__init__()
        self.heard = nn.Embedding(NUM_MELS * NUM_LEVELS, width)
        self.own = nn.Embedding(NUM_MELS * NUM_LEVELS, width) if hears_itself else None
        self.norm = RMSNorm(width)

    def forward(self, heard: Tensor, own: Tensor | None) -> Tensor:
        """(B, A, M) uint8 to (B, A, C)."""
        own_table = None if self.own is None or own is None else self.own.weight
        if is_deterministic():
            own = None if own_table is None else own
            return bag_embed(heard, self.heard.weight, self.norm.gain, own, own_table, self.norm.epsilon)
        bag = _bag(heard, self.heard.weight)
        if own is not None and own_table is not None:
            bag = bag + _bag(own, own_table)
        return self.norm(bag)


class InteractionModel(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        width, epsilon = config.backbone.width, config.backbone.epsilon
        self.embed = nn.Embedding(config.num_tokens, width)
        self.embed_norm = RMSNorm(width, epsilon)
        self.ear = Ear(width, config.hears_itself)
        self.eye = HMLP(config.num_vision_stages, width)
        self.clock = ClockEmbedding(width) if config.hears_itself else None
        self.backbone = Backbone(config.backbone)
        self.head = nn.Linear(width, config.num_tokens, bias=False)
        self.speech = None if config.speech is None else SpeechDecoder(width, config.num_tokens, config.speech)

    def forward(self, whole: Positions) -> Tensor:
        """Whole sequences to hidden states (B, T, C), from nothing before."""
        return self.backbone(self.perceive(whole))

    def step_(self, chunk: Positions, state: BackboneState) -> Tensor:
        """The next piece of each slot's sequence to hidden states (B, T, C); `state` takes it in."""
        return self.backbone.step_(self.perceive(chunk), chunk.num_valid, state)

    def take_in_(self, chunk: Positions, state: BackboneState) -> None:
        """As `step_` for a chunk that nobody asks about; another is to be stepped behind it."""
        self.backbone.take_in_(self.perceive(chunk), chunk.num_valid, state)

    def init_state(
        self,
        num_slots: int,
        max_chunk: int,
        dtype: torch.dtype = torch.float32,
        global_dtype: torch.dtype | None = None,
    ) -> BackboneState:
        """Memory for `num_slots` conversations, as `Backbone.init_state` makes it."""
        return self.backbone.init_state(num_slots, max_chunk, dtype, global_dtype=global_dtype)

    def logits(self, hidden: Tensor) -> Tensor:
        """(…, C) to (…, V): what comes next."""
        return self.head(hidden / self.config.logit_divisor)[..., : self.config.num_logits]

    def perceive(self, positions: Positions) -> Tensor:
        """Everything at its position: (B, T, C)."""
        tokens = positions.tokens
        x = self.embed_norm(self.embed(tokens))
        if positions.heard is not None:
            x = _place(x, tokens == self.config.audio_token, self.ear(positions.heard, positions.own))
        if positions.patches is not None:
            x = _place(x, tokens == self.config.patch_token, self.eye(positions.patches.to(x.dtype)))
        if self.clock is not None and positions.micro_turn is not None:
            x = x + self.clock(positions.micro_turn).to(x.dtype)
        return x


def last_valid(hidden: Tensor, num_valid: Tensor) -> Tensor:
    """The state of each slot's last position that counts, (B, C); of its first where none does."""
    index = (num_valid - 1).clamp(min=0)[:, None, None].expand(-1, 1, hidden.shape[2])
    return hidden.gather(1, index)[:, 0]


def _bag(levels: Tensor, table: Tensor) -> Tensor:
    """Sum of one row for each mel bin: (B, A, M) to (B, A, C)."""
    rows = levels.long() + torch.arange(NUM_MELS, device=levels.device) * NUM_LEVELS
    return functional.embedding_bag(rows.flatten(0, 1), table, mode="sum").view(*levels.shape[:2], -1)


def _place(x: Tensor, wanted: Tensor, features: Tensor) -> Tensor:
    """Put the features (B, A, C), in order, at the wanted (B, T) positions of x (B, T, C)."""
    order = (wanted.cumsum(1) - 1).clamp(0, features.shape[1] - 1)  # (B, T)
    spread = features.gather(1, order[..., None].expand(-1, -1, features.shape[2]))
    return torch.where(wanted[..., None], spread.to(x.dtype), x)
