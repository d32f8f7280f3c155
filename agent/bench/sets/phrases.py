"""A phrase file: frames with slots, and the words that fill them. Two files hold all sentences: one for `dev`, one
for `test`; training imports neither.

A phrase may carry the rule of what it means after a bar: `rinse the lentils | lentils/rinse` is said as the left part
and met by either word on the right; groups that must all be met stand between semicolons.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from agent.bench.item import ItemError, Meaning
from agent.bench.meaning import in_words

_SLOT = re.compile(r"\{([a-z_]+)\}")
_FILES = {split: Path(__file__).parent / f"{split}_phrases.toml" for split in ("dev", "test")}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to be spoken and the rule by which an answer to them is met."""

    text: str
    meaning: Meaning


class Phrases:
    """One split's sentences, drawn with a random generator that somebody passes."""

    def __init__(self, tables: Mapping[str, Mapping[str, Sequence[object]]], where: str) -> None:
        self._tables, self._where = tables, where

    @classmethod
    def of_split(cls, split: str) -> Phrases:
        """Read the file of `dev` or `test`."""
        path = _FILES[split]
        return cls(
            cast(Mapping[str, Mapping[str, Sequence[object]]], tomllib.loads(path.read_text("utf-8"))), path.name
        )

    def lines(self, table: str, name: str) -> list[str]:
        """All phrases of a list. Raises ItemError when the file has no such list."""
        try:
            return [str(line) for line in self._tables[table][name]]
        except KeyError as error:
            raise ItemError(f"{self._where}: no list {name!r} in [{table}]") from error

    def numbers(self, table: str, name: str) -> list[int]:
        return [int(line) for line in self.lines(table, name)]

    def names(self, table: str) -> list[str]:
        """The lists of a table."""
        return list(self._tables[table])

    def pick(self, rng: random.Random, table: str, name: str) -> Phrase:
        return parsed(rng.choice(self.lines(table, name)))

    def some(self, rng: random.Random, table: str, name: str, count: int) -> list[Phrase]:
        """Different phrases of a list."""
        return [parsed(line) for line in rng.sample(self.lines(table, name), count)]

    def filled(self, rng: random.Random, table: str, name: str, **slots: str) -> str:
        """A frame of a list with its slots filled: those given, else from the table's list of that name."""
        return self._fill(rng, table, rng.choice(self.lines(table, name)), slots)

    def all_texts(self) -> list[str]:
        """Every phrase as it stands, slots and all, without its rule."""
        return [parsed(str(line)).text for table in self._tables.values() for some in table.values() for line in some]

    def _fill(self, rng: random.Random, table: str, frame: str, slots: Mapping[str, str]) -> str:
        def fill(found: re.Match[str]) -> str:
            name = found[1]
            return slots[name] if name in slots else self._fill(rng, table, self.pick(rng, table, name).text, slots)

        return _SLOT.sub(fill, frame)


def parsed(line: str) -> Phrase:
    """A line of a phrase file; without a rule, all its words are the rule."""
    text, _, rule = (part.strip() for part in line.partition("|"))
    groups = tuple(tuple(option.strip() for option in group.split("/")) for group in (rule or text).split(";"))
    return Phrase(text, Meaning(groups))


def seconds(number: int) -> str:
    """A wait as it is spoken."""
    return f"{' '.join(in_words(number))} seconds"


def number_meaning(number: int) -> Meaning:
    """That a number is said, in either form."""
    return Meaning(((" ".join(in_words(number)),),))
