"""Attention with a relative-position term, a window and sinks, in one order of addition for prefill and decode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from torch import Tensor

from alongside_kernels.attention import reference
from alongside_kernels.attention.held import Held, Pages
from alongside_kernels.attention.query import Query
from alongside_kernels.formula_gradient import with_formula_gradient

__all__ = ["Held", "Pages", "Query", "attention"]

Form = Callable[[Query, Tensor, Tensor, Held], Tensor]


def attention(query: Query, keys: Tensor, values: Tensor, held: Held) -> Tensor:
    """Queries (B, H, T, D) on keys and values, which lie as `held` says, to (B, H, T, D); trains.

    Keys and values are (B, G, S, D), or a pool (…, G, size, D) of the pages that `held` names.

    Raises ShapeError.
    """
    query.check(keys, values, held)
    if not keys.is_cuda:
        return reference.attention(query, keys, values, held)
    from alongside_kernels.attention import kernel  # needs Triton, which only a GPU does

    return trained(kernel.attention, query, keys, values, held)


def trained(form: Form, query: Query, keys: Tensor, values: Tensor, held: Held) -> Tensor:
    """What `form` says, with the formula's gradient."""

    def through(form: Form) -> Callable[..., tuple[Tensor]]:
        def ask(queries: Tensor, near: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor]:
            return (form(replace(query, queries=queries, near=near), keys, values, held),)

        return ask

    asked = (query.queries, query.near, keys, values)
    return with_formula_gradient(through(form), through(reference.attention), *asked)[0]
