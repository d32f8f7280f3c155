"""How well the people of a set are understood: word errors of the recogniser, by voice and by noise.

    python -m agent.bench.sets.understood timespeak delegation --split test --limit 40

A set whose people a good recogniser mishears measures ears, not behaviour. Only the first turn of an item counts.
"""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from agent.bench import hosts
from agent.bench.item_folder import DEFAULT_FOLDER, Sounding, load_set, sample
from agent.bench.meaning import words_of
from agent.bench.score_voice import word_errors, words_heard
from agent.bench.words import recognised
from model.types import HEARD_RATE_HZ, Recogniser

AROUND_S = 0.1  # of the item's sound before and after the turn


class Errors:
    """Wrong words and all words, by what they are counted under."""

    def __init__(self) -> None:
        self._wrong, self._all = Counter[str](), Counter[str]()

    def add(self, heard: str, said: str, *keys: str) -> None:
        """What was heard of what was said; words too many at its end are wrong as well."""
        meant = words_of(said)
        wrong, too_many = word_errors(words_heard(heard, meant), meant)
        for key in keys:
            self._wrong[key] += wrong + too_many
            self._all[key] += len(meant)

    def lines(self) -> list[str]:
        """A line of text for each key."""
        return [
            f"{key}: {100 * self._wrong[key] / self._all[key]:.1f} % of {self._all[key]}" for key in sorted(self._all)
        ]


async def understood(items: Sequence[Sounding], recogniser: Recogniser) -> Errors:
    """Recognise the first turn of each item that has one. Raises SeamError."""
    errors = Errors()
    for each in items:
        for turn in each.item.turns[:1]:
            first, last = turn.start_s - AROUND_S, turn.end_s + AROUND_S
            pcm = each.sound()[max(0, round(first * HEARD_RATE_HZ)) : round(last * HEARD_RATE_HZ)]
            heard = await recognised(pcm, recogniser)
            errors.add(heard, turn.text, "all", f"noise {each.item.noise}", f"voice {turn.voice}")
    return errors


async def main(options: Namespace) -> None:
    found = [each for bench in options.bench for each in load_set(options.sets, bench, options.split)]
    async with hosts.recogniser() as recogniser:
        errors = await understood(sample(found, options.limit, (), seed=0), recogniser)
    sys.stdout.write("\n".join(errors.lines()) + "\n")


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("bench", nargs="+", help="sets")
    parser.add_argument("--sets", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--split", default="test", choices=("dev", "test"))
    parser.add_argument("--limit", type=int, help="at most so many items, spread over the categories")
    asyncio.run(main(parser.parse_args()))
