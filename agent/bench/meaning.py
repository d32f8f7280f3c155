"""Whether words say what was meant, by a written rule: words, numbers in both forms, word endings.

Knows nothing of sound or time. Rules come from items; a language model may judge beside them (agent/bench/judge.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.bench.item import Meaning

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "? ? twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORD = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*")
# What a recogniser writes for a word that sounds alike; each stands for the same word in rules and in speech.
_ALIKE: dict[str, str] = {
    **{"for": "four", "fore": "four", "to": "two", "too": "two", "won": "one", "ate": "eight", "oh": "zero"},
    **{"ok": "okay", "alright": "okay", "colour": "color", "grey": "gray", "favourite": "favorite", "uhm": "um"},
    **{"umm": "um", "erm": "um", "hmm": "mhm", "hm": "mhm", "til": "till", "until": "till", "weighs": "way"},
}
_ENDINGS = ("ings", "ing", "ied", "ies", "ed", "es", "s")
_MIN_STEM = 3


def in_words(number: int) -> list[str]:
    """0 … 9999 as it is spoken; larger numbers digit by digit."""
    if number >= 10_000:
        return [_ONES[int(digit)] for digit in str(number)]
    if number < 20:
        return [_ONES[number]]
    if number < 100:
        tens, ones = divmod(number, 10)
        return [_TENS[tens], *([_ONES[ones]] if ones else [])]
    unit, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    many, rest = divmod(number, unit)
    return [*in_words(many), name, *(in_words(rest) if rest else [])]


def words_of(text: str) -> list[str]:
    """Lower-case words without punctuation, numbers spelt out, what sounds alike written alike."""
    spoken = re.sub(r"\[[^]]*\]|\([^)]*\)", " ", text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    words: list[str] = []
    for found in map(str, _WORD.findall(spoken)):
        words += in_words(int(found)) if found.isdigit() else [_ALIKE.get(found, found)]
    return words


def plain_words_of(text: str) -> list[str]:
    """As `words_of`, but a word that only sounds like another stays itself where it does not stand alone."""
    plain = [found.group() for found in _WORD.finditer(text.lower())]
    words: list[str] = []
    for word in plain:
        words += [word] if len(plain) > 1 and word in _ALIKE else words_of(word)
    return words


def stem(word: str) -> str:
    """A word without its ending, roughly: `stretching`, `stretches` and `stretch` are one."""
    bare = word.removesuffix("'s").replace("'", "")
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= _MIN_STEM:
            bare = bare.removesuffix(ending)
            break
    if len(bare) > _MIN_STEM and bare[-1] == bare[-2] and bare[-1] not in "aeiouls":
        bare = bare[:-1]  # stopping, stop
    return bare.removesuffix("e") if len(bare) > _MIN_STEM else bare


def says(text: str, meaning: Meaning) -> bool:
    """Whether `text` holds a phrase of every group and none of the forbidden ones. No words say nothing."""
    words = [stem(word) for word in words_of(text)]
    if not words:
        return False
    has_all = all(any(_has(words, phrase) for phrase in group) for group in meaning.all_of)
    return has_all and not any(_has(words, phrase) for phrase in meaning.none_of)


def _has(words: Sequence[str], phrase: str) -> bool:
    wanted = [stem(word) for word in words_of(phrase)]
    last = len(words) - len(wanted)
    return any(list(words[at : at + len(wanted)]) == wanted for at in range(last + 1))
