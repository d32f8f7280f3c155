"""Which numbers a text says, in digits or words, so that a translation can be held to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from agent.interpretation.number_names import NAMES, NumberNames

_TOKEN = re.compile(r"[^\W\d_]+\d\w*|\d+(?:[.,\u00a0\u202f]\d+)*|[^\W\d_]+|[^\w\s]")
_TIME_OF_DAY = re.compile(r"\b(\d{1,2})(?::|h ?)([0-5]\d)\b")


def numbers_said(text: str, language: str) -> list[Fraction]:
    """Every number in order of speech; a lone one is left out, for it is an article in most languages.

    Of a language without tables only digits are read.
    """
    names = NAMES.get(language)
    tokens = _TOKEN.findall(_TIME_OF_DAY.sub(_hour_and_minutes, text.casefold()))
    if names is None:
        found = [_digits(token, ".") for token in tokens if token[0].isdigit()]
    else:
        found = _read(tokens, names)
    return [number for number in found if number != 1]


def _hour_and_minutes(time: re.Match[str]) -> str:
    """Nine o'clock and 9:00 say the same number, half an hour later there are two."""
    return time[1] if time[2] == "00" else f"{time[1]}; {int(time[2])}"


def _read(tokens: Sequence[str], names: NumberNames) -> list[Fraction]:
    found: list[Fraction] = []
    at = 0
    while at < len(tokens):
        number, used = _number(tokens, at, names)
        if number is not None:
            found.append(number)
        at += max(1, used)
    return found


def _number(tokens: Sequence[str], at: int, names: NumberNames) -> tuple[Fraction | None, int]:
    """The number that begins at a token and how many tokens it takes."""
    total, group, last_part = Fraction(0), Fraction(0), Fraction(0)
    end, is_open, may_join = at, False, False
    for index in range(at, len(tokens)):
        token = tokens[index]
        if token[0].isdigit() and not is_open:
            group = last_part = _digits(token, names.decimal)
        elif (scales := _scale(token, names)) is not None:
            lead, scale = scales
            if lead and group:
                break
            total, group, last_part = total + (group + lead or 1) * scale, Fraction(0), Fraction(scale)
        elif token in (names.hundred, names.hundred + "s") and names.hundred and group < 100:
            group = last_part = (group or Fraction(1)) * 100
        elif token in names.values and _fits(last_part, names.values[token], is_open, may_join):
            value = names.values[token]
            is_fourscore = value == 20 and last_part == 4  # quatre-vingts
            group += 76 if is_fourscore else value
            last_part = Fraction(80 if is_fourscore else value)
        elif is_open and token in names.joiners | {"-"}:
            may_join = True
            continue
        else:
            break
        is_open, may_join, end = True, False, index + 1
    return (total + group if is_open else None), end - at


def _fits(last: Fraction, value: int, is_open: bool, may_join: bool) -> bool:
    """Whether a number goes on with this part: tens before ones, a hundred before both, sixty before ten."""
    if not is_open:
        return True
    if value == 20 and last == 4:
        return True
    if last in (60, 80) and value <= 19:
        return True
    if last == 10 and 7 <= value <= 9:  # dix-sept
        return may_join
    if 20 <= last < 100 and last % 10 == 0:
        return value < 10
    return last >= 100 and value < 100


def _scale(token: str, names: NumberNames) -> tuple[int, int] | None:
    """What multiplies, with a number written together with it: trentamila."""
    if token in names.scales:
        return 0, names.scales[token]
    lead = token.removesuffix("mila")
    if "mila" in names.scales and lead != token and lead in names.values:
        return names.values[lead], 1000
    return None


def _digits(token: str, decimal: str) -> Fraction:
    """Digits with either mark; three digits after the mark that parts thousands belong to the whole number."""
    plain = token.replace("\u00a0", "").replace("\u202f", "")
    thousands = "," if decimal == "." else "."
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+(?:{re.escape(decimal)}\d+)?", plain):
        plain = plain.replace(thousands, "")
    whole, _, part = plain.replace(",", ".").partition(".")
    part = part.replace(".", "")
    return Fraction(int(whole)) + (Fraction(int(part), 10 ** len(part)) if part else 0)
