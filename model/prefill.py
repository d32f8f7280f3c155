"""Brings a conversation's kept inputs back into a model's memory, many positions at a time.

The same arithmetic as stepping through them, in longer chunks and without the answers. Shapes: T positions of a chunk.
"""

from __future__ import annotations

from collections.abc import Generator

import torch

from model.history import History, Stretch
from model.hmlp import patches_of
from model.interaction import InteractionModel, Positions
from model.kv_cache import BackboneState
from model.sequence import Marks

PREFILL_LENGTH = 256  # positions at once; more look through places that are empty


def prefill(model: InteractionModel, history: History, global_dtype: torch.dtype | None = None) -> BackboneState:
    """The memory of one slot that has taken in the first and the last positions, each in its own place."""
    pieces = prefilling(model, history, global_dtype)
    while True:
        try:
            next(pieces)
        except StopIteration as done:
            return done.value


def prefilling(
    model: InteractionModel, history: History, global_dtype: torch.dtype | None = None
) -> Generator[None, None, BackboneState]:
    """`prefill` in pieces, a chunk each, so that something else may run between them."""
    num_positions = sum(len(stretch.tokens) for stretch in (*history.first, *history.last))
    dtype = model.embed.weight.dtype
    memory = max(1, num_positions)
    state = model.backbone.init_state(1, PREFILL_LENGTH, dtype, memory, global_dtype)
    num_left = num_positions
    for stretches, num_skipped in ((history.first, history.num_skipped), (list(history.last), 0)):
        for chunk in _chunks(stretches):
            num_left -= sum(len(stretch.tokens) for stretch in chunk)
            _take_in_(model, chunk, state, is_end=num_left < model.backbone.reach)
            yield
        state.length += num_skipped
    return state


@torch.inference_mode()
def _take_in_(model: InteractionModel, stretches: list[Stretch], state: BackboneState, is_end: bool) -> None:
    """The end is stepped: with that the last layer's convolutions are where they would be."""
    positions = _positions(stretches).to(model.embed.weight.device)
    if is_end:
        model.step_(positions, state)
    else:
        model.take_in_(positions, state)


def _chunks(stretches: list[Stretch]) -> list[list[Stretch]]:
    """Whole stretches, together up to PREFILL_LENGTH positions."""
    chunks, num_positions = list[list[Stretch]](), PREFILL_LENGTH
    for stretch in stretches:
        if num_positions + len(stretch.tokens) > PREFILL_LENGTH:
            chunks.append([])
            num_positions = 0
        chunks[-1].append(stretch)
        num_positions += len(stretch.tokens)
    return chunks


def _positions(stretches: list[Stretch]) -> Positions:
    tokens = [token for stretch in stretches for token in stretch.tokens]
    clock = [index for stretch in stretches for index in stretch.clock]
    seen = [patches_of(stretch.frames) for stretch in stretches if stretch.frames is not None]
    assert sum(len(patches) for patches in seen) == tokens.count(Marks.PATCH), "History keeps both together"
    return Positions(
        tokens=torch.tensor([tokens]),
        num_valid=torch.tensor([len(tokens)]),
        heard=torch.cat([stretch.heard for stretch in stretches])[None],
        own=torch.cat([stretch.own for stretch in stretches])[None],
        micro_turn=torch.tensor([clock]),
        patches=torch.cat(seen)[None] if seen else None,
    )
