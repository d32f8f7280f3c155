"""Which translator a pair should have: `python -m agent.bench.translators en-es`, on the dev half of the prompts.

chrF and seconds of a processor of each, given whole sentences, and given parts of so many words one after another.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence

from agent.bench.interpret import PAIRS
from agent.bench.interpret_prompts import NoPrompts, Prompt, prompts
from agent.bench.interpret_scores import chrf
from agent.interpretation.lane import CONTEXT_SEGMENTS
from model import weights
from model.translator import WEIGHTS, EmbeddedTranslator
from model.translator_by_pair import TranslatorByPair
from model.translator_load import ClosableTranslator
from model.translator_relay import RelayTranslator

WHOLE = 1_000  # words of a part


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print a table; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m agent.bench.translators", description=__doc__)
    parser.add_argument("pair", choices=PAIRS)
    parser.add_argument("--limit", type=int, default=1_000, help="so many prompts, spread over the half")
    parser.add_argument("--words", type=int, nargs="*", default=[3, 4, 5], help="of a part")
    parser.add_argument("--translator", choices=("relay", "model", "both"), nargs="*", default=["relay", "model"])
    options = parser.parse_args(argv)
    source, _, target = options.pair.partition("-")
    try:
        found = prompts(source, target, "dev")
    except NoPrompts as error:
        sys.stderr.write(f"translators: {error}\n")
        return 1
    found = found[:: max(1, len(found) // options.limit)][: options.limit]
    _tell("translator | words of a part | prompts | chrF | processor s a prompt")
    _tell(" | ".join(["---"] * 5))
    asyncio.run(_measure(options.translator, (source, target), found, [WHOLE, *options.words]))
    return 0


async def _measure(
    names: Sequence[str], languages: tuple[str, str], found: Sequence[Prompt], words: Sequence[int]
) -> None:
    for name in names:
        translator = _load(name)
        try:
            for num_words in words:
                began_s = time.process_time()
                pairs = [
                    (await _said(translator, languages, _parts(each.text, num_words)), each.reference) for each in found
                ]
                each_s = (time.process_time() - began_s) / len(found)
                part = "whole" if num_words == WHOLE else str(num_words)
                _tell(f"{name} | {part} | {len(found)} | {chrf(pairs):.1f} | {each_s:.2f}")
        finally:
            translator.close()


def _tell(row: str) -> None:
    sys.stdout.write(f"| {row} |\n")
    sys.stdout.flush()


def _load(name: str) -> ClosableTranslator:
    if name == "relay":
        return RelayTranslator()
    model = EmbeddedTranslator(weights.path(WEIGHTS) / "model.gguf")
    return model if name == "model" else TranslatorByPair(RelayTranslator(), model)


async def _said(translator: ClosableTranslator, languages: tuple[str, str], parts: Sequence[str]) -> str:
    said: list[str] = []
    for at, part in enumerate(parts):
        before = tuple(parts[max(0, at - CONTEXT_SEGMENTS) : at])
        said += [piece async for piece in translator.translate(part, *languages, before, {})] + [" "]
    return " ".join("".join(said).split())


def _parts(text: str, num_words: int) -> list[str]:
    words = text.split()
    return [" ".join(words[at : at + num_words]) for at in range(0, len(words), num_words)]


if __name__ == "__main__":
    raise SystemExit(main())
