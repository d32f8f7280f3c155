"""Arithmetic from text by a recursive-descent parser over exact fractions. Knows no Python expression.

sum     = product (("+" | "-") product)*
product = sign (("*" | "/" | "%" sign | nothing before "(") sign)*
sign    = ("+" | "-") sign | power
power   = postfix ("^" sign)?
postfix = atom ("!" | "%")*
atom    = number | constant | function "(" sum ("," sum)* ")" | "(" sum ")"
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction

from agent.errors import ToolError

MAX_CHARS = 300
MAX_DEPTH = 40
MAX_BITS = 4_000  # of a numerator or denominator: about 1200 digits
MAX_FACTORIAL = 400
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d*)?(?:e[+-]?\d{1,3})?|\.\d+)|([a-z]+)|(\*\*|[-+*/%^!(),]))", re.IGNORECASE)
_CONSTANTS = {"pi": Fraction(math.pi), "e": Fraction(math.e), "tau": Fraction(math.tau)}
Number = Fraction


class _Parser:
    """One expression; `read` gives its value."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    def read(self) -> Number:
        value = self._sum()
        if self._at < len(self._tokens):
            raise ToolError(f"calculator: {self._tokens[self._at]!r} does not fit there")
        return value

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, *wanted: str) -> str:
        token = self._next()
        if token in wanted:
            self._at += 1
            return token
        return ""

    def _sum(self) -> Number:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ToolError(f"calculator: more than {MAX_DEPTH} brackets in one another")
        value = self._product()
        while sign := self._take("+", "-"):
            other = self._product()
            value = _checked(value + other if sign == "+" else value - other)
        self._depth -= 1
        return value

    def _product(self) -> Number:
        value = self._sign()
        while True:
            if self._take("*"):
                value = _checked(value * self._sign())
            elif self._take("/"):
                value = _divided(value, self._sign())
            elif self._next() == "(":
                value = _checked(value * self._sign())
            else:
                return value

    def _sign(self) -> Number:
        sign = Fraction(1)
        while token := self._take("+", "-"):
            sign = -sign if token == "-" else sign
        return sign * self._power()

    def _power(self) -> Number:
        base = self._postfix()
        return _power(base, self._sign()) if self._take("^", "**") else base

    def _postfix(self) -> Number:
        value = self._atom()
        while token := self._take("!", "%"):
            value = _factorial(value) if token == "!" else value / 100
        return value

    def _atom(self) -> Number:
        token = self._next()
        self._at += 1
        if token == "(":
            return self._close(self._sum())
        if token in _FUNCTIONS:
            if not self._take("("):
                raise ToolError(f"calculator: {token} needs its argument in brackets")
            given = [self._sum()]
            while self._take(","):
                given.append(self._sum())
            self._close(given[0])
            return _call(token, given)
        if token in _CONSTANTS:
            return _CONSTANTS[token]
        if token[:1].isdigit() or token[:1] == ".":
            return _checked(Fraction(token))
        raise ToolError(f"calculator: {token!r} is no number" if token else "calculator: it ends too early")

    def _close(self, value: Number) -> Number:
        if not self._take(")"):
            raise ToolError("calculator: a bracket is not closed")
        return value


def calculate(text: str) -> Number:
    """The exact value of an expression; functions give the nearest float. Raises ToolError in words."""
    if len(text) > MAX_CHARS:
        raise ToolError(f"calculator: {len(text)} characters, at most {MAX_CHARS}")
    return _Parser(text.lower()).read()


def written(value: Number, places: int = 6) -> str:
    """A number as people write it: whole, or rounded with a sign that it is."""
    if value.denominator == 1:
        return f"{value.numerator:,}" if abs(value) < 10**15 else _scientific(value)
    if abs(value) >= 10**15:
        return _scientific(value)
    rounded = round(value, places)
    if rounded == 0:
        return f"about {float(value):.3g}"
    text = f"{float(rounded):,.{places}f}".rstrip("0").rstrip(".")
    return text if rounded == value else f"about {text}"


def _scientific(value: Number) -> str:
    try:
        return f"about {float(value):.6g}"
    except OverflowError:
        num_digits = int(math.log10(abs(value.numerator)) - math.log10(value.denominator))
        return f"a number of {num_digits + 1} digits"


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ToolError(f"calculator: {text[at:].strip()[:1]!r} is nothing to calculate with")
        tokens.append(found[1] or found[2] or found[3])
        at = found.end()
    return tokens


def _checked(value: Number) -> Number:
    if value.numerator.bit_length() > MAX_BITS or value.denominator.bit_length() > MAX_BITS:
        raise ToolError("calculator: the number grows too large")
    return value


def _divided(value: Number, by: Number) -> Number:
    if by == 0:
        raise ToolError("calculator: nothing can be divided by zero")
    return _checked(value / by)


def _power(base: Number, exponent: Number) -> Number:
    if base == 0 and exponent < 0:
        raise ToolError("calculator: nothing can be divided by zero")
    if exponent.denominator == 1:
        size = max(base.numerator.bit_length(), base.denominator.bit_length())
        if abs(exponent) * max(size, 1) > MAX_BITS and abs(base) != 1 and base != 0:
            raise ToolError("calculator: the number grows too large")
        return Fraction(base ** int(exponent)) if abs(base) != 1 or base == 0 else base ** (int(exponent) % 2)
    return _float(lambda: math.pow(base, exponent), "that power")


def _factorial(value: Number) -> Number:
    if value.denominator != 1 or not 0 <= value <= MAX_FACTORIAL:
        raise ToolError(f"calculator: factorials are for whole numbers from 0 to {MAX_FACTORIAL}")
    return _checked(Fraction(math.factorial(int(value))))


def _float(work: Callable[[], float], what: str) -> Number:
    try:
        value = work()
        return Fraction(value)
    except (ValueError, OverflowError) as error:
        raise ToolError(f"calculator: there is no real number for {what}") from error


def _root(value: Number) -> Number:
    if value >= 0:
        top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
        if top * top == value.numerator and bottom * bottom == value.denominator:
            return Fraction(top, bottom)
    return _float(lambda: math.sqrt(value), "the square root of a negative number")


def _logarithm(value: Number, base: Number = Fraction(10)) -> Number:
    return (
        _float(lambda: math.log(value) / math.log(base), "that logarithm") if base != 1 else _divided(value, Fraction())
    )


_FUNCTIONS: dict[str, tuple[Callable[..., Number], int, int]] = {  # with how many arguments at least and at most
    "sqrt": (_root, 1, 1),
    "abs": (lambda value: abs(value), 1, 1),
    "round": (lambda value, places=Fraction(): Fraction(round(value, int(max(-9, min(9, places))))), 1, 2),
    "floor": (lambda value: Fraction(math.floor(value)), 1, 1),
    "ceil": (lambda value: Fraction(math.ceil(value)), 1, 1),
    "min": (lambda *values: min(values), 1, 50),
    "max": (lambda *values: max(values), 1, 50),
    "mean": (lambda *values: sum(values, Fraction()) / len(values), 1, 50),
    "log": (_logarithm, 1, 2),
    "ln": (lambda value: _logarithm(value, _CONSTANTS["e"]), 1, 1),
    "exp": (lambda value: _float(lambda: math.exp(value), "that power"), 1, 1),
    "sin": (lambda value: _float(lambda: math.sin(value), "that sine"), 1, 1),
    "cos": (lambda value: _float(lambda: math.cos(value), "that cosine"), 1, 1),
    "tan": (lambda value: _float(lambda: math.tan(value), "that tangent"), 1, 1),
}


def _call(name: str, given: list[Number]) -> Number:
    function, fewest, most = _FUNCTIONS[name]
    if not fewest <= len(given) <= most:
        raise ToolError(f"calculator: {name} takes {fewest} to {most} numbers, not {len(given)}")
    return _checked(Fraction(function(*given)))
