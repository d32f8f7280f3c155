"""Sentences of general English: what WordNet's authors wrote to explain words and to show their use.

The studio's own phrases are a few thousand words in frames of its own; who hears only those takes all else for
them. These sentences know nothing of requests, so an agent that hears them has nothing to do but to write them down.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hibari

from model.studio import phrases_words as words
from model.studio.grammar import sentence
from model.studio.number_words import HELD_OUT_WAITS, in_words
from model.studio.stage import plain
from model.types import InputError

WORDNET = Path("/usr/share/wordnet")  # Debian's wordnet-base
FEWEST, MOST = 4, 14  # words
_ASSETS = Path(hibari.__file__).parent / "assets"
_FILES = ("data.noun", "data.verb", "data.adj", "data.adv")
_QUOTED = re.compile(r'"([^"]+)"')
_ASIDE = re.compile(r"\([^)]*\)")
_SPOKEN = re.compile(r"[A-Za-z][A-Za-z' ,-]*[A-Za-z]")
_KEPT_OUT = words.KEPT_OUT | {f"{word}s" for word in words.KEPT_OUT} | {in_words(wait) for wait in HELD_OUT_WAITS}


def plain_english(rng: random.Random) -> str:
    """A sentence or a part of one. Raises InputError where WordNet is not installed."""
    return rng.choice(sentences())


@cache
def sentences(folder: Path = WORDNET) -> tuple[str, ...]:
    """All that can be read aloud: of few words, each with a known sound and none held out. Raises InputError."""
    known = frozenset(json.loads(gzip.decompress((_ASSETS / "lexicon_us_gold.json.gz").read_bytes())))
    found = dict.fromkeys(text for gloss in _glosses(folder) for text in _parts(gloss))
    return tuple(sentence(text) for text in found if _can_be_read(text, known))


def _glosses(folder: Path) -> Iterator[str]:
    """What stands behind the bar of each line; the licence at the top begins with blanks (wndb(5WN))."""
    for name in _FILES:
        try:
            lines = (folder / name).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError as error:
            raise InputError(f"wordnet: cannot read {folder / name} ({error}); apt-get install wordnet-base") from error
        yield from (line.partition(" | ")[2] for line in lines if not line.startswith("  "))


def _parts(gloss: str) -> Iterator[str]:
    """Examples, and the explanations before them."""
    yield from (example.strip() for example in _QUOTED.findall(gloss))
    for part in _ASIDE.sub("", _QUOTED.sub("", gloss)).split(";"):
        yield " ".join(part.split()).strip(" ,-")


def _can_be_read(text: str, known: frozenset[str]) -> bool:
    spoken = text.split()
    if not FEWEST <= len(spoken) <= MOST or _SPOKEN.fullmatch(text) is None:
        return False
    heard = [plain(word) for word in spoken]
    return not _KEPT_OUT.intersection(heard) and all(word in known for word in heard)
