"""agent/bench/item.py and item_folder.py"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.bench.item import Item, ItemError, Meaning, Once, Repeat, Span, Turn, read_items, write_items
from agent.bench.item_folder import load_set, sample, save_item

ITEM = Item(
    id="period-000",
    bench="timespeak",
    category="period",
    split="dev",
    seed=7,
    noise="low",
    duration_s=20.0,
    turns=(Turn("user", "flite:slt", "Every four seconds, say \u201etick\u201c.", 1.0, 3.5),),
    expected=(Once(Meaning((("one", "won"),)), 4.0, 5.0), Repeat((Meaning(),), 4.0, None, until_s=15.0)),
    spans=(Span("pause", 1.5, 2.0),),
    answer=Meaning((("a",), ("b", "c")), ("d",)),
    task=Meaning((("e",),)),
    has_chosen_task=True,
)


def test_an_item_survives_json() -> None:
    assert Item.from_json(ITEM.to_json()) == ITEM
    assert "\n" not in ITEM.to_json()


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('"duration_s":20.0', '"duration_s":2.0', "does not lie within"),
        ('"split":"dev"', '"split":"train"', "dev and test"),
        ('"seed":7', '"seed":"x"', "ValueError"),
        ('"bench":"timespeak",', "", "KeyError: 'bench'"),
        ('"earliest_s":4.0', '"earliest_s":5.5', "is empty"),
        (',"until_s":15.0', "", "never ends"),
        ("{", "", "where:1"),
    ],
)
def test_a_broken_item_is_refused_with_its_field(before: str, after: str, says: str) -> None:
    text = ITEM.to_json()
    assert before in text
    with pytest.raises(ItemError, match=says):
        Item.from_json(text.replace(before, after, 1), "where:1")


def test_a_file_of_items_names_the_line_and_refuses_twins(tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    write_items(path, [ITEM])
    assert read_items(path) == [ITEM]
    write_items(path, [ITEM, ITEM])
    with pytest.raises(ItemError, match="period-000 stands there twice"):
        read_items(path)
    with pytest.raises(ItemError, match="bench make"):
        read_items(tmp_path / "none.jsonl")


def test_a_sample_is_seeded_and_spread_over_the_categories(tmp_path: Path) -> None:
    for category in ("a", "b", "c"):
        for number in range(4):
            fields = ITEM.to_json().replace('"category":"period"', f'"category":"{category}"')
            item = Item.from_json(fields.replace("period-000", f"{category}-{number}"))
            save_item(tmp_path / "timespeak" / "dev", item, np.zeros(320_000, np.float32))
    found = load_set(tmp_path, "timespeak", "dev")
    drawn = sample(found, 6, (), seed=3)
    assert sorted(each.item.category for each in drawn) == ["a", "a", "b", "b", "c", "c"]
    assert drawn == sample(found, 6, (), seed=3) != sample(found, 6, (), seed=4)
    assert {each.item.category for each in sample(found, None, ["b"], seed=0)} == {"b"}
    assert drawn[0].sound().shape == (320_000,)
    with pytest.raises(ItemError, match="there is a, b, c"):
        sample(found, 1, ["d"], seed=0)
    with pytest.raises(ItemError, match="bench make cuespeak --split dev"):
        load_set(tmp_path, "cuespeak", "dev")
