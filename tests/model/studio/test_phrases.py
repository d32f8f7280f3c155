"""Every template of every phrase file can be filled in, and none says what is kept for the tests."""

from __future__ import annotations

import importlib
import random
import re
from pathlib import Path

import pytest

from model.studio import phrases_words
from model.studio.grammar import Grammar
from model.studio.phrases_chat import CHAT
from model.studio.phrases_knowledge import KNOWN
from model.studio.phrases_words import KEPT_OUT
from model.studio.stage import plain

STUDIO = Path(phrases_words.__file__).parent
MODULES = [importlib.import_module(f"model.studio.{path.stem}") for path in sorted(STUDIO.glob("phrases_*.py"))]
GRAMMARS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, Grammar)
} | {
    "answered": Grammar(
        {"chat": [one for said, _ in CHAT for one in said], "known": [one for said, _ in KNOWN for one in said]}
    )
}
GIVEN = dict.fromkeys(
    "task wait word other another later cue number count wrong when what reply kind x y moves sight first last doing "
    "about language name said subject colour place".split(),
    "zebra",
)
DRAWS = 3  # of each template
WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


@pytest.mark.parametrize("name", GRAMMARS)
def test_every_template_can_be_filled_in(name: str) -> None:
    grammar, rng = GRAMMARS[name], random.Random(name)
    for templates in grammar.rules.values():
        for template in templates:
            for _ in range(DRAWS):
                given = {key: value for key, value in GIVEN.items() if key not in grammar.rules}
                drawn = grammar.expand(template, rng, **given)
                assert not re.search(r"[{}|()]", drawn), (template, drawn)


@pytest.mark.parametrize("name", GRAMMARS)
def test_no_template_holds_a_word_kept_for_tests(name: str) -> None:
    for rule, templates in GRAMMARS[name].rules.items():
        for template in templates:
            found = {plain(word).removesuffix("'s") for word in WORD.findall(template)}
            assert not {word for word in found if word in KEPT_OUT or word.removesuffix("s") in KEPT_OUT}, (
                rule,
                template,
            )
