"""Numbers as people say them, to digits: "twelve and a half" to "12.5". Knows nothing of what they count."""

from __future__ import annotations

import re
from fractions import Fraction

_ONES = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_PARTS = {"half": Fraction(1, 2), "quarter": Fraction(1, 4), "third": Fraction(1, 3)}
_WORD = re.compile(r"[a-z]+|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\s+|[^a-z\d\s]", re.IGNORECASE)
_DIGITS = re.compile(r"\d+(?:\.\d+)?")


def digits(text: str) -> str:
    """The text with number words as digits; "five-second" counts as two words, other text stays as it is."""
    tokens = _tokens(text)
    out: list[str] = []
    at = 0
    while at < len(tokens):
        number, used = _number_at(tokens, at)
        if number is None:
            out.append(tokens[at])
            at += 1
        else:
            out.append(_written(number))
            at += used
    return "".join(out)


def _tokens(text: str) -> list[str]:
    parts = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text, flags=re.IGNORECASE)
    return [token.replace(",", "") if token[0].isdigit() else token for token in _WORD.findall(parts)]


def _words_from(tokens: list[str], at: int) -> list[tuple[str, int]]:
    """The words from `at` on that only spaces part, in lower case, each with its token's index."""
    words: list[tuple[str, int]] = []
    for index in range(at, len(tokens)):
        if tokens[index].isspace():
            continue
        if not (tokens[index].isalpha() or _DIGITS.fullmatch(tokens[index])):
            break
        words.append((tokens[index].lower(), index))
    return words


def _number_at(tokens: list[str], at: int) -> tuple[Fraction | None, int]:
    """The number that begins at a token, and how many tokens it takes."""
    if tokens[at].isspace():
        return None, 0
    words = _words_from(tokens, at)
    number, count = _cardinal(words)
    fraction, more = _fraction(words[count:], has_whole=number is not None)
    if fraction is not None:
        number, count = (number or Fraction(0)) + fraction, count + more
    if number is None:
        return None, 0
    return number, words[count - 1][1] - at + 1


def _cardinal(words: list[tuple[str, int]]) -> tuple[Fraction | None, int]:
    total, group, count, is_open = Fraction(0), Fraction(0), 0, False
    last = ""
    for place, (word, _) in enumerate(words):
        following = words[place + 1][0] if place + 1 < len(words) else ""
        if _DIGITS.fullmatch(word) and not count:
            group, is_open = Fraction(word), True
        elif word in _ONES and (
            not count or (last in _TENS and _ONES[word] < 10) or last in ("hundred", "and", *_SCALES)
        ):
            group, is_open = group + _ONES[word], True
        elif word in _TENS and (not count or last in ("hundred", "and", *_SCALES)):
            group, is_open = group + _TENS[word], True
        elif word == "a" and not count and following in ("hundred", *_SCALES):
            group, is_open = Fraction(1), True
        elif word == "hundred" and is_open and group < 100:
            group *= 100
        elif word in _SCALES and is_open:
            total, group = total + group * _SCALES[word], Fraction(0)
        elif word == "and" and last in ("hundred", *_SCALES) and (following in _ONES or following in _TENS):
            pass
        elif word == "point" and is_open and (following in _ONES or following.isdigit()):
            return _decimals(total + group, words, place)
        else:
            break
        last, count = word, place + 1
    return (total + group if is_open else None), count


def _decimals(whole: Fraction, words: list[tuple[str, int]], place: int) -> tuple[Fraction, int]:
    written = ""
    count = place + 1
    for word, _ in words[place + 1 :]:
        if word.isdigit():
            written += word
        elif word in _ONES and _ONES[word] < 10:
            written += str(_ONES[word])
        else:
            break
        count += 1
    return whole + Fraction(int(written), 10 ** len(written)), count


def _fraction(words: list[tuple[str, int]], has_whole: bool) -> tuple[Fraction | None, int]:
    """ "half", "half a", "a quarter of an", or after a whole number "and a half"."""
    plain = [word for word, _ in words[:5]]
    if has_whole:
        is_part = len(plain) >= 3 and plain[:2] == ["and", "a"] and plain[2] in _PARTS
        return (_PARTS[plain[2]], 3) if is_part else (None, 0)
    for lead in (1, 0):
        if len(plain) > lead and (lead == 0 or plain[0] == "a") and plain[lead] in _PARTS:
            part, count = _PARTS[plain[lead]], lead + 1
            if plain[lead] != "half" and plain[count : count + 1] not in (["of"], ["a"]):
                return None, 0  # "the third" is an order, not a part
            rest = plain[count:]
            if rest[:2] in (["of", "a"], ["of", "an"]):
                count += 2
            elif rest[:1] in (["a"], ["an"]):
                count += 1
            return part, count
    return None, 0


def _written(number: Fraction) -> str:
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.10g}"
