"""Attention with a relative-position term that the query's content chooses, over a window or a bounded memory.

Shapes: B slots, T queries, S keys, C channels, H query heads, G key and value heads, D head size, R relative size,
E relative extent.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from alongside_kernels import is_deterministic
from alongside_kernels.attention import Held, Query, attention
from model.config import BackboneConfig
from model.kv_cache import LayerState, Places, visible
from model.norms import RMSNorm
from model.short_conv import ShortConv, rows_to_keep
from model.whole_attention import attend_whole

FAR = 3  # times the curves' reach: from there on a memory is looked through with `Near`
HIDDEN = -1e30  # added to a score, and may be twice; not -inf: a query that sees nothing must not turn into NaN


@dataclass(frozen=True, slots=True)
class Near:
    """Where the scores of a long memory need more than the product: a few of its places, the same for all the rest.

    The curves reach a part of it; what lies ahead of some queries and has left the window of others is at its ends.
    """

    place: Tensor  # (B, 1, 1, N)
    curve: Tensor  # (B, 1, T, N): how far back it lies, E where that is too far, E + 1 where it is not seen
    gone: Tensor  # (B, 1, 1, S): HIDDEN where no query sees anything, else 0

    @classmethod
    def of(cls, positions: Tensor, places: Places, extent: int) -> Near:
        """For queries (B, T) that follow one another."""
        first, last, num_others = positions[:, 0], positions[:, -1], positions.shape[1] - 1
        newest, oldest = places.up_to(last, extent + num_others), places.up_to(last - places.window, num_others)
        held, place = (torch.cat(both, dim=1) for both in zip(newest, oldest, strict=True))
        distance, held = positions[:, :, None] - held[:, None, :], held[:, None, :]
        is_seen = visible(distance, held, places.window, places.num_sinks)
        curve = torch.where(is_seen | (held < 0), distance.clamp(0, extent), extent + 1)
        gone = places.gone(first)
        mask = torch.zeros(gone.shape, device=gone.device).masked_fill_(gone, HIDDEN)
        return cls(place[:, None, None], curve[:, None], mask[:, None, None])

    @staticmethod
    def pays(places: Places, extent: int, num_queries: int) -> bool:
        """Whether the memory is that much longer."""
        return min(places.window, places.positions.shape[1]) > FAR * max(extent, num_queries)


@dataclass(frozen=True, slots=True)
class View:
    """Where the queries and the keys of one call lie; the same for every layer of a kind."""

    positions: Tensor  # (B or 1, T) of the queries
    window: int
    # (B or 1, 1, T, S): how far back each key lies, E where that is too far, E + 1 where it is not seen; None where the
    # window alone decides
    curve: Tensor | None = None
    near: Near | None = None  # in the place of the curve, in a step whose memory reaches much further than the curves
    last: Tensor | None = None  # (B, K - 1, 1) for ShortConv.step_, only in a step
    place: Tensor | None = None  # (B, T), only in a step
    num_sinks: int = 0  # first positions that are seen beyond the window
    held: Tensor | None = None  # (B, S), the position in each place, only in a step

    @classmethod
    def whole(cls, num_positions: int, window: int, num_sinks: int, extent: int, device: torch.device) -> View:
        """All positions of a sequence see what lies before them."""
        positions = torch.arange(num_positions, device=device)[None]
        if not num_sinks or num_positions <= num_sinks + window:
            return cls(positions, window if not num_sinks else num_positions)
        distance = positions[:, :, None] - positions[:, None, :]
        is_seen = visible(distance, positions[:, None, :], window, num_sinks)
        return cls(positions, window, _curve(distance, is_seen, extent), num_sinks=num_sinks)

    @classmethod
    def chunk_(
        cls,
        length: Tensor,
        num_valid: Tensor,
        num_positions: int,
        places: Places,
        extent: int,
        taps: int,
        is_blind: bool = False,
    ) -> View:
        """A chunk after `length` (B,) earlier positions, of which `num_valid` (B,) count; takes its places.

        A blind one is for `Attention.remember_` alone.
        """
        offset = torch.arange(num_positions, device=length.device)
        positions = length[:, None] + offset
        place = places.assign_(positions, offset < num_valid[:, None])
        last = rows_to_keep(num_valid, taps)
        if is_blind:
            return cls(positions, places.window, last=last, place=place)
        is_far = Near.pays(places, extent, num_positions)
        near = Near.of(positions, places, extent) if is_far else None
        curve = None if is_far else _curve(*places.distances(positions), extent)
        return cls(positions, places.window, curve, near, last, place, places.num_sinks, places.positions)


class RelativeBias(nn.Module):
    """What a query adds to the score of a key by its distance: a mix of R learned curves, zero beyond the extent."""

    def __init__(self, size: int, extent: int) -> None:
        super().__init__()
        self.curves = nn.Parameter(torch.zeros(size, extent))

    def forward(self, mix: Tensor, curve: Tensor) -> Tensor:
        """(B, H, T, R) and View.curve to (B, H, T, S), which also hides what is not seen."""
        by_distance = functional.pad(
            functional.pad(mix @ self.curves, (0, 1)), (0, 1), value=HIDDEN
        )  # (B, H, T, E + 2)
        return by_distance.gather(3, curve.expand(*by_distance.shape[:3], -1))

    def add_(self, scores: Tensor, mix: Tensor, near: Near) -> Tensor:
        """As `forward`, into scores (B, H, T, S) of a long memory."""
        bias = self(mix, near.curve)  # (B, H, T, N)
        scores.scatter_add_(3, near.place.expand_as(bias), bias.to(scores.dtype))
        return scores.add_(near.gone.to(scores.dtype))


class Attention(nn.Module):
    def __init__(self, config: BackboneConfig, is_global: bool) -> None:
        super().__init__()
        heads = config.global_heads if is_global else config.local_heads
        self.heads = heads
        self.log_floor = config.log_floor if is_global else None
        self.log_alpha = config.log_alpha
        kv_width = heads.num_kv_heads * heads.head_size
        self.query = nn.Linear(config.width, heads.num_heads * heads.head_size, bias=False)
        self.key = nn.Linear(config.width, kv_width, bias=False)
        self.value = nn.Linear(config.width, kv_width, bias=False)
        self.relative = nn.Linear(config.width, heads.num_heads * config.relative_size, bias=False)
        self.out = nn.Linear(heads.num_heads * heads.head_size, config.width, bias=False)
        self.key_conv = ShortConv(kv_width, config.taps)
        self.value_conv = ShortConv(kv_width, config.taps)
        self.query_norm = RMSNorm(heads.head_size, config.epsilon)
        self.key_norm = RMSNorm(heads.head_size, config.epsilon)
        self.bias = RelativeBias(config.relative_size, config.relative_extent if is_global else config.window)

    def forward(self, x: Tensor, view: View) -> Tensor:
        """(B, T, C) to (B, T, C)."""
        keys = self._keys(self.key_conv(self.key(x)))
        values = self._split(self.value_conv(self.value(x)))
        queries, mix = self._ask(x, view)
        if is_deterministic():
            return self._answer(self._look_in_order(queries, keys, values, mix, view))
        if view.curve is not None:  # more positions than the memory holds
            return self._answer(self._look(queries, keys, values, mix, view))
        groups = (self.heads.num_kv_heads, -1)
        scaled = (queries * (1 / self.heads.head_size)).unflatten(1, groups)
        kind = values.dtype
        with torch.autocast(x.device.type, enabled=False):  # the softmax stays in the type of its scores
            asking = (scaled.to(kind), keys.to(kind), values, mix.unflatten(1, groups).to(kind))
            seen = attend_whole(*asking, self.bias.curves.to(kind), view.window)
        return self._answer(seen.flatten(1, 2))

    def step_(self, x: Tensor, view: View, state: LayerState) -> Tensor:
        """One chunk (B, T, C) to (B, T, C), after everything in `state`, which takes it in."""
        self.remember_(x, view, state)
        queries, mix = self._ask(x, view)
        if is_deterministic():
            remembered = state.keys.to(x.dtype), state.values.to(x.dtype)
            return self._answer(self._look_in_order(queries, *remembered, mix, view))
        return self._answer(self._look(queries, state.keys, state.values, mix, view))

    def remember_(self, x: Tensor, view: View, state: LayerState) -> None:
        """Let `state` take in a chunk (B, T, C) without a look at it."""
        assert view.last is not None and view.place is not None, "a step needs View.chunk_"
        keys = self._keys(self.key_conv.step_(self.key(x), view.last, state.key_history))
        values = self._split(self.value_conv.step_(self.value(x), view.last, state.value_history))
        state.write_(view.place, keys, values)

    def _ask(self, x: Tensor, view: View) -> tuple[Tensor, Tensor]:
        """Queries (B, H, T, D), and their mix of the curves that are added to their scores (B, H, T, R)."""
        queries = self.query_norm(self._split(self.query(x)))
        mix = self._split(self.relative(x), self.heads.num_heads)
        if self.log_floor is not None:  # the longer the past, the sharper the look
            sharpness = self._sharpness(view.positions)
            queries = (queries.float() * sharpness).to(queries.dtype)
            mix = (mix.float() * sharpness).to(mix.dtype)
        return queries, mix

    def _look(self, queries: Tensor, keys: Tensor, values: Tensor, mix: Tensor, view: View) -> Tensor:
        """Attention of few queries to many keys: the heads that share keys ask together, so each key is read once.

        Keys and values may be kept in fewer bits than the queries have; products are then made in those.
        """
        together, apart = (self.heads.num_kv_heads, -1), (-1, queries.shape[2])
        asked = queries.unflatten(1, together).flatten(2, 3)  # (B, G, H / G * T, D)
        # 1/D, not its root: queries and keys are normalised
        scores = ((asked * (1 / self.heads.head_size)).to(keys.dtype) @ keys.mT).to(mix.dtype)
        scores = scores.unflatten(2, apart).flatten(1, 2)  # (B, H, T, S)
        if view.near is not None:
            scores = self.bias.add_(scores, mix, view.near)
        else:
            assert view.curve is not None, "few queries look with View.chunk_, or with more positions than the memory"
            scores = scores + self.bias(mix, view.curve)
        weights = scores.float().softmax(-1).to(values.dtype)
        seen = weights.unflatten(1, together).flatten(2, 3) @ values
        return seen.unflatten(2, apart).flatten(1, 2).to(queries.dtype)  # (B, H, T, D)

    def _look_in_order(self, queries: Tensor, keys: Tensor, values: Tensor, mix: Tensor, view: View) -> Tensor:
        """Attention whose sums have one order, however the past was written and is asked: (B, H, T, D)."""
        num_slots, (_, _, num_places, _) = queries.shape[0], keys.shape
        if view.held is None:
            held = Held.whole(num_slots, num_places, keys.device)
        else:
            held = Held(view.held, view.num_sinks, ring=num_places - 1 - view.num_sinks)
        positions, kind = view.positions.expand(num_slots, -1), values.dtype
        near = (mix @ self.bias.curves).to(kind)
        scale = 1 / self.heads.head_size
        query = Query(queries.to(kind), near, positions, view.window, view.num_sinks, scale)
        return attention(query, keys.to(kind), values, held)

    def _answer(self, seen: Tensor) -> Tensor:
        return self.out(seen.transpose(1, 2).flatten(2))

    def _sharpness(self, positions: Tensor) -> Tensor:
        assert self.log_floor is not None
        past = ((positions + 1).float() / self.log_floor).clamp(min=1.0)
        return (1.0 + self.log_alpha * past.log())[:, None, :, None]

    def _keys(self, x: Tensor) -> Tensor:
        return self.key_norm(self._split(x))

    def _split(self, x: Tensor, num_heads: int | None = None) -> Tensor:
        """(B, T, heads * size) to (B, heads, T, size)."""
        shape = (-1, self.heads.head_size) if num_heads is None else (num_heads, -1)
        return x.unflatten(-1, shape).transpose(1, 2)


def _curve(distance: Tensor, is_seen: Tensor, extent: int) -> Tensor:
    """View.curve of distances and of what is seen, both (B or 1, T, S)."""
    return torch.where(is_seen, distance.clamp(max=extent), extent + 1)[:, None]
