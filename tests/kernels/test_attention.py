"""Attention is the plain formula, and the same bits however the past is written: whole, in chunks, one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random

import pytest
import torch
from torch import Tensor

from alongside_kernels.attention import Held, Pages, Query, attention, kernel, reference
from alongside_kernels.errors import ShapeError
from model.kv_cache import Places, visible
from tests.kernels.drawn import DEVICE, assert_near, normal, poisoned_outputs, sizes

Form = Callable[[Query, Tensor, Tensor, Held], Tensor]
SPLIT = 16  # short, so that little sound has many
FORMS = [partial(reference.attention, split=SPLIT), partial(kernel.attention, split=SPLIT)]
HEADS, GROUPS, SIZE, EXTENT = 2, 1, 24, 9
# positions, window, sinks, heads of one key head, head size, how far the relative term reaches
DRAWN = list(
    zip(
        sizes(22, 2 * SPLIT, 5),
        sizes(12, SPLIT, 5),
        (0, 3, 19, 1, 0),
        (1, 17, 3, 5, 2),
        sizes(13, 16, 5),
        sizes(14, 8, 5),
        strict=True,
    )
)


def _past(
    length: int, dtype: torch.dtype, num_slots: int = 1, heads: int = HEADS, size: int = SIZE, extent: int = EXTENT,
    groups: int = GROUPS,
) -> dict[str, Tensor]:  # fmt: skip
    """Queries, keys, values and biases of `length` positions."""
    shapes = {"queries": (heads, size), "near": (heads, extent), "keys": (groups, size), "values": (groups, size)}
    return {
        name: normal(num_slots, count, length, last, seed=index, dtype=dtype)
        for index, (name, (count, last)) in enumerate(shapes.items())
    }


def _whole(form: Form, past: dict[str, Tensor], window: int, num_sinks: int) -> Tensor:
    num_slots, _, length, size = past["queries"].shape
    positions = torch.arange(length, device=DEVICE).expand(num_slots, -1)
    query = Query(past["queries"], past["near"], positions, window, num_sinks, 1 / size)
    return form(query, past["keys"], past["values"], Held.whole(num_slots, length, DEVICE))


def _in_chunks(
    form: Form, past: dict[str, Tensor], window: int, num_sinks: int, cuts: list[int], page: int | None = None
) -> Tensor:
    """The model's own ring of places, written and asked a chunk at a time; or the same places on pages of a pool."""
    num_slots, _, length, _ = past["queries"].shape
    places = Places.empty(num_slots, num_sinks, window, max(cuts), DEVICE)
    num_places = places.positions.shape[1]
    keys = torch.full((num_slots, GROUPS, num_places, SIZE), float("nan"), dtype=past["keys"].dtype, device=DEVICE)
    values, said, done = torch.zeros_like(keys), list[Tensor](), 0
    keys.nan_to_num_()
    for cut in cuts:
        span = slice(done, done + cut)
        positions = torch.arange(done, done + cut, device=DEVICE).expand(num_slots, -1)
        place = places.assign_(positions, torch.ones_like(positions, dtype=torch.bool))
        index = place[:, None, :, None].expand(-1, GROUPS, -1, SIZE)
        keys.scatter_(2, index, past["keys"][:, :, span])
        values.scatter_(2, index, past["values"][:, :, span])
        query = Query(past["queries"][:, :, span], past["near"][:, :, span], positions, window, num_sinks, 1 / SIZE)
        held = Held(places.positions, num_sinks, ring=num_places - 1 - num_sinks)
        if page is None:
            said.append(form(query, keys, values, held))
        else:
            said.append(form(query, *_paged(keys, values, held, page)))
        done += cut
    assert done == length
    return torch.cat(said, dim=2)


def _paged(keys: Tensor, values: Tensor, held: Held, page: int) -> tuple[Tensor, Tensor, Held]:
    """The same memory on pages that lie anywhere in a pool, between pages of others, which are NaN."""
    num_slots, num_heads, num_places, size = keys.shape
    num_pages = -(-num_places // page)
    order = list(range(3, 3 + 2 * num_slots * num_pages))
    Random(page).shuffle(order)
    table = torch.tensor(order[: num_slots * num_pages], device=DEVICE).view(num_slots, num_pages)
    pools = list[Tensor]()
    for memory in (keys, values):
        pool = torch.full((max(order) + 1, num_heads, page, size), float("nan"), dtype=memory.dtype, device=DEVICE)
        padded = torch.nn.functional.pad(memory, (0, 0, 0, num_pages * page - num_places))
        pool[table.flatten()] = padded.unflatten(2, (num_pages, page)).transpose(1, 2).flatten(0, 1)
        pools.append(pool)
    return pools[0], pools[1], replace(held, pages=Pages(table, page))


def _formula(past: dict[str, Tensor], window: int, num_sinks: int) -> Tensor:
    """All scores at once, as model/attention.py has them."""
    queries, keys, values = past["queries"].float(), past["keys"].float(), past["values"].float()
    share, extent = queries.shape[1] // keys.shape[1], past["near"].shape[3]
    positions = torch.arange(queries.shape[2], device=DEVICE)
    distance = positions[:, None] - positions
    near = torch.nn.functional.pad(past["near"].float(), (0, 1))
    bias = near.gather(3, distance.clamp(0, extent).expand(*queries.shape[:2], -1, -1))
    scores = queries @ keys.repeat_interleave(share, 1).mT / queries.shape[3] + bias
    scores = scores.masked_fill(~visible(distance, positions[None], window, num_sinks), torch.finfo(scores.dtype).min)
    return (scores.softmax(-1) @ values.repeat_interleave(share, 1)).to(past["values"].dtype)


@pytest.mark.parametrize("form", FORMS, ids=["reference", "kernel"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(("length", "window", "num_sinks", "share", "size", "extent"), DRAWN)
def test_attention_equals_the_formula(
    form: Form, dtype: torch.dtype, length: int, window: int, num_sinks: int, share: int, size: int, extent: int
) -> None:
    past = _past(length, dtype, heads=2 * share, size=size, extent=extent, groups=2)
    with poisoned_outputs():
        out = _whole(form, past, window, num_sinks)
    assert_near(out, _formula(past, window, num_sinks), 4)


def test_a_long_prefill_a_few_queries_at_a_time_has_the_same_bits() -> None:
    """So that what the splits leave behind fits a bounded memory."""
    past = _past(35, torch.float32, heads=3)
    whole = _whole(FORMS[1], past, 20, 3)
    with poisoned_outputs():
        assert torch.equal(_whole(partial(kernel.attention, split=SPLIT, scratch_bytes=1), past, 20, 3), whole)


@pytest.mark.parametrize("form", FORMS, ids=["reference", "kernel"])
@pytest.mark.parametrize("page", [1, 7, 64])
def test_pages_of_a_pool_have_the_bits_of_a_ring(form: Form, page: int) -> None:
    past, cuts = _past(33, torch.float32, num_slots=2), [13, 13, 5, 1, 1]
    ring = _in_chunks(form, past, 5, 3, cuts)
    assert torch.equal(_in_chunks(form, past, 5, 3, cuts, page), ring)


@pytest.mark.parametrize("form", FORMS, ids=["reference", "kernel"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(("window", "num_sinks"), [(11, 0), (5, 3), (20, 1)])
def test_whole_chunks_and_one_by_one_give_the_same_bits(
    form: Form, dtype: torch.dtype, window: int, num_sinks: int
) -> None:
    """Past several splits, and for the shorter windows several times around the ring."""
    length = 33
    past, draw = _past(length, dtype), Random(window)
    whole = _whole(form, past, window, num_sinks)
    cuts = [draw.choice((2, 4, 5, 13)) for _ in range(length)]
    while sum(cuts) >= length:
        cuts.pop()
    assert torch.equal(_in_chunks(form, past, window, num_sinks, [*cuts, length - sum(cuts)]), whole)
    tail = [1] * 5  # one by one at the end, where every split is in play
    assert torch.equal(_in_chunks(form, past, window, num_sinks, [length - 5, *tail]), whole)


@pytest.mark.parametrize("form", FORMS, ids=["reference", "kernel"])
def test_a_slot_has_the_same_bits_in_any_company(form: Form) -> None:
    """The others are at other positions of other conversations."""
    past = _past(35, torch.float32, num_slots=3)
    lengths = torch.tensor([3, 35, 21], device=DEVICE)
    held = Held.whole(3, 35, DEVICE)
    positions = torch.where(held.positions < lengths[:, None], held.positions, -1)
    last = (lengths - 1)[:, None, None, None]

    def ask(slots: slice) -> Tensor:
        def newest(x: Tensor) -> Tensor:
            return x[slots].gather(2, last[slots].expand(-1, HEADS, 1, x.shape[3]))

        query = Query(newest(past["queries"]), newest(past["near"]), lengths[slots, None] - 1, 14, 2, 1 / SIZE)
        return form(query, past["keys"][slots], past["values"][slots], Held(positions[slots], 0, 35))

    together = ask(slice(0, 3))
    for slot in range(3):
        assert torch.equal(ask(slice(slot, slot + 1)), together[slot : slot + 1])


@pytest.mark.parametrize("form", FORMS, ids=["reference", "kernel"])
def test_what_is_not_held_is_not_read(form: Form) -> None:
    past = _past(20, torch.float32)
    held = Held.whole(1, 20, DEVICE)
    positions = torch.where(held.positions == 7, -1, held.positions)
    query = Query(past["queries"], past["near"], held.positions, 20, 0, 1 / SIZE)
    without = form(query, past["keys"], past["values"], Held(positions, 0, 20))
    past["keys"][:, :, 7] = 1e30
    past["values"][:, :, 7] = -1e30
    assert torch.equal(form(query, past["keys"], past["values"], Held(positions, 0, 20)), without)


def test_heads_that_do_not_share_evenly_are_named() -> None:
    keys = torch.zeros(1, 2, 4, 8)
    query = Query(torch.zeros(1, 3, 1, 8), torch.zeros(1, 3, 1, 5), torch.zeros(1, 1, dtype=torch.int64), 3, 0, 1.0)
    with pytest.raises(ShapeError, match="queries: 3 heads are no multiple of the 2 of the keys"):
        attention(query, keys, keys, Held.whole(1, 4, torch.device("cpu")))


def test_a_ring_longer_than_the_places_is_named() -> None:
    with pytest.raises(ShapeError, match="ring: 2 sinks and a ring of 9 do not fit 10 places"):
        Held(torch.zeros(1, 10, dtype=torch.int64), num_sinks=2, ring=9)


def test_a_table_of_other_pages_than_the_places_need_is_named() -> None:
    positions = torch.zeros(2, 10, dtype=torch.int64)
    with pytest.raises(ShapeError, match=r"pages: expected shape \(2, 3\), got \(2, 2\)"):
        Held(positions, num_sinks=2, ring=8, pages=Pages(torch.zeros(2, 2, dtype=torch.int64), 4))
