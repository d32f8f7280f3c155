"""How the model's words sound: a small causal transformer, one step every 50 ms, that hears what it just made.

It is given the backbone's four hidden states of a micro-turn and the words with their offsets, and keeps all feedback
to itself, so that the backbone's sequence is the same with any voice.

Shapes: B slots, N micro-turns, T blocks of 50 ms (4 N), W words, C backbone width, D decoder width, X block size (320).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.backbone import Backbone
from model.config import BackboneConfig
from model.flow_head import FlowHead, L1Head
from model.kv_cache import BackboneState
from model.mel_frames import BLOCK_SIZE, BLOCKS_PER_MICRO_TURN, from_blocks
from model.vocoder import Vocoder, VocoderState

MAX_WORDS = 24  # text tokens in view of a micro-turn
NUM_OFFSETS = 128  # blocks a word may lie before or behind, 3.2 s each way
NO_WORD = 0  # the token PAD


@dataclass(frozen=True, slots=True)
class Words:
    """The text tokens around each micro-turn, and how many blocks after its start each begins to sound."""

    tokens: Tensor  # (B, N, W) int64, NO_WORD where none
    offsets: Tensor  # (B, N, W) int64, negative for words that began before

    def to(self, device: torch.device) -> Words:
        """The same on another device."""
        return Words(self.tokens.to(device), self.offsets.to(device))


@dataclass(slots=True)
class SpeechState:
    """The decoder's memory, the block it made last, and the vocoder's memory."""

    decoder: BackboneState
    before: Tensor  # (B, X)
    vocoder: VocoderState

    def reset_(self, slots: Tensor) -> None:
        """Make the masked slots (B,) bool begin a new utterance."""
        self.decoder.reset_(slots)
        self.before.masked_fill_(slots[:, None], 0)
        self.vocoder.reset_(slots)

    def rows(self, slots: list[int]) -> list[Tensor]:
        """Copies of what is kept of some slots, for `put_back_`."""
        return [tensor[slots] for tensor in self.tensors] if slots else []

    def put_back_(self, slots: list[int], rows: list[Tensor]) -> None:
        """Let these slots be as they were."""
        for tensor, before in zip(self.tensors if slots else [], rows, strict=True):
            tensor[slots] = before

    @property
    def tensors(self) -> list[Tensor]:
        """All of it, slots first."""
        return [*self.decoder.tensors, self.before, *self.vocoder.tensors]


class SpeechDecoder(nn.Module):
    def __init__(self, backbone_width: int, num_tokens: int, config: BackboneConfig) -> None:
        super().__init__()
        width = config.width
        self.hidden = nn.Linear(backbone_width, width)
        self.before = nn.Linear(BLOCK_SIZE, width)
        self.glance = _Glance(width, num_tokens)
        self.backbone = Backbone(config)
        self.flow = FlowHead(width)
        self.l1 = L1Head(width)
        self.vocoder = Vocoder()

    def forward(self, hidden: Tensor, words: Words, before: Tensor) -> Tensor:
        """Whole utterances: hidden (B, T, C) and the block before each (B, T, X) to conditions (B, T, D)."""
        return self.backbone(self._asked(hidden, words) + self.before(before))

    def step_(self, hidden: Tensor, words: Words, noise: Tensor, state: SpeechState, num_flow_steps: int) -> Tensor:
        """One micro-turn for all slots: (B, 4, C), words (B, 1, W), noise (B, 4, X) to mel frames (B, 16, M).

        `num_flow_steps` 0 takes the L1 head. Every slot speaks; reset_ those that do not before they begin.
        """
        blocks: list[Tensor] = []
        one, asked = torch.ones_like(state.decoder.length), self._asked(hidden, words)
        for index in range(BLOCKS_PER_MICRO_TURN):
            x = asked[:, index : index + 1] + self.before(state.before[:, None])
            condition = self.backbone.step_(x, one, state.decoder)
            block = self._block(condition, noise[:, index : index + 1], num_flow_steps)
            state.before.copy_(block[:, 0])
            blocks.append(block)
        return from_blocks(torch.cat(blocks, dim=1))

    def speak_(self, hidden: Tensor, words: Words, noise: Tensor, state: SpeechState, num_flow_steps: int) -> Tensor:
        """`step_` and the vocoder: (B, 4, C) to (B, SPOKEN_SAMPLES) in -1..1."""
        mel = self.step_(hidden, words, noise, state, num_flow_steps)
        return self.vocoder.step_(mel, state.vocoder).clamp(-1, 1)

    def init_state(self, num_slots: int) -> SpeechState:
        decoder = self.backbone.init_state(num_slots, max_chunk=1)
        before = self.before.weight.new_zeros(num_slots, BLOCK_SIZE)
        return SpeechState(decoder, before, self.vocoder.init_state(num_slots))

    def _asked(self, hidden: Tensor, words: Words) -> Tensor:
        """What each block is to say, without what was said before it: (B, T, C) and words (B, N, W) to (B, T, D)."""
        index = torch.arange(hidden.shape[1], device=hidden.device) % BLOCKS_PER_MICRO_TURN
        spread = Words(
            words.tokens.repeat_interleave(BLOCKS_PER_MICRO_TURN, 1),
            words.offsets.repeat_interleave(BLOCKS_PER_MICRO_TURN, 1) - index[:, None],
        )
        asked = self.hidden(hidden)
        return asked + self.glance(asked, spread)

    def _block(self, condition: Tensor, noise: Tensor, num_flow_steps: int) -> Tensor:
        if not num_flow_steps:
            return self.l1(condition)
        return self.flow.sample(condition, noise, num_flow_steps)


class _Glance(nn.Module):
    """Looks at the words by what they are and how far off they begin."""

    def __init__(self, width: int, num_tokens: int) -> None:
        super().__init__()
        self.token = nn.Embedding(num_tokens, width)
        self.offset = nn.Embedding(NUM_OFFSETS, width)
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width, bias=False)

    def forward(self, asked: Tensor, words: Words) -> Tensor:
        """(B, T, D) and words (B, T, W) to (B, T, D)."""
        offset = (words.offsets + NUM_OFFSETS // 2).clamp(0, NUM_OFFSETS - 1)
        word = self.token(words.tokens) + self.offset(offset)  # (B, T, W, D)
        word = functional.pad(word, (0, 0, 1, 0))  # and a word that is nothing, to look at where there is none
        is_there = functional.pad(words.tokens != NO_WORD, (1, 0), value=True)
        score = (self.key(word) @ self.query(asked)[..., None])[..., 0] * asked.shape[-1] ** -0.5  # (B, T, 1 + W)
        weight = score.masked_fill(~is_there, torch.finfo(score.dtype).min).softmax(-1)
        return (weight[..., None] * self.value(word)).sum(2)
