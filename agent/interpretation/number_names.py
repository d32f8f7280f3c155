"""Number words of English, Spanish, French, Italian and Portuguese, and how these languages write numbers.

Tables and nothing else; `agent/interpretation/numbers_said.py` reads texts with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NumberNames:
    """What a language calls its numbers."""

    values: Mapping[str, int]  # below a thousand, added up
    scales: Mapping[str, int]  # multiply what stands before them
    joiners: frozenset[str]  # may stand between parts of one number
    hundred: str  # multiplies what stands before it; "" where hundreds have words of their own
    decimal: str  # the mark before decimals; the other of "." and "," parts thousands


def _row(words: str, start: int = 0, step: int = 1) -> dict[str, int]:
    return {word: start + step * index for index, word in enumerate(words.split())}


def _italian() -> dict[str, int]:
    """Every number below a thousand: Italian writes it as one word and drops vowels where parts meet."""
    ones = "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici "
    small = (ones + "sedici diciassette diciotto diciannove").split()
    tens = "venti trenta quaranta cinquanta sessanta settanta ottanta novanta".split()
    below_hundred = {word: value for value, word in enumerate(small)}
    for index, ten in enumerate(tens, 2):
        for unit in range(10):
            stem = ten[:-1] if unit in (1, 8) else ten
            below_hundred[stem + small[unit] if unit else ten] = 10 * index + unit
    found = dict(below_hundred)
    for hundred in range(1, 10):
        lead = ("" if hundred == 1 else small[hundred]) + "cento"
        found[lead] = 100 * hundred
        for word, value in below_hundred.items():
            if value:
                found[lead + word] = 100 * hundred + value
    return found | {word.replace("tre", "tr\u00e9"): value for word, value in found.items() if value % 10 == 3}


_TEENS_ES = "diez once doce trece catorce quince diecis\u00e9is diecisiete dieciocho diecinueve veinte veintiuno"
_TEENS_FR = "dix onze douze treize quatorze quinze seize"

NAMES: Mapping[str, NumberNames] = {
    "en": NumberNames(
        _row("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen")
        | _row("seventeen eighteen nineteen", 17)
        | _row("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
        {"thousand": 10**3, "million": 10**6, "billion": 10**9},
        frozenset({"and"}),
        "hundred",
        ".",
    ),
    "es": NumberNames(
        _row("cero uno dos tres cuatro cinco seis siete ocho nueve " + _TEENS_ES)
        | {"un": 1, "una": 1, "veinti\u00fan": 21, "veintiuna": 21, "dieciseis": 16}
        | _row("veintid\u00f3s veintitr\u00e9s veinticuatro veinticinco veintis\u00e9is veintisiete", 22)
        | _row("veintiocho veintinueve", 28)
        | _row("treinta cuarenta cincuenta sesenta setenta ochenta noventa", 30, 10)
        | {"cien": 100, "ciento": 100}
        | _row("doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos", 200, 100)
        | _row("doscientas trescientas cuatrocientas quinientas seiscientas setecientas ochocientas", 200, 100)
        | {"novecientos": 900, "novecientas": 900},
        {"mil": 10**3, "mill\u00f3n": 10**6, "millones": 10**6},
        frozenset({"y"}),
        "",
        ",",
    ),
    "fr": NumberNames(
        _row("z\u00e9ro un deux trois quatre cinq six sept huit neuf " + _TEENS_FR)
        | {"une": 1, "vingt": 20, "vingts": 20, "septante": 70, "huitante": 80, "nonante": 90}
        | _row("trente quarante cinquante soixante", 30, 10),
        {"mille": 10**3, "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9},
        frozenset({"et"}),
        "cent",
        ",",
    ),
    "it": NumberNames(
        _italian() | {"un": 1, "una": 1},
        {
            "mille": 10**3,
            "mila": 10**3,
            "milione": 10**6,
            "milioni": 10**6,
            "miliardo": 10**9,
            "miliardi": 10**9,
        },
        frozenset({"e"}),
        "",
        ",",
    ),
    "pt": NumberNames(
        _row("zero um dois tr\u00eas quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis")
        | _row("dezessete dezoito dezenove vinte", 17)
        | {"uma": 1, "duas": 2, "quatorze": 14, "dezasseis": 16, "dezassete": 17, "dezanove": 19}
        | _row("trinta quarenta cinquenta sessenta setenta oitenta noventa", 30, 10)
        | {"cem": 100, "cento": 100}
        | _row("duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos", 200, 100)
        | _row("duzentas trezentas quatrocentas quinhentas seiscentas setecentas oitocentas novecentas", 200, 100),
        {"mil": 10**3, "milh\u00e3o": 10**6, "milh\u00f5es": 10**6, "bilh\u00e3o": 10**9, "bilh\u00f5es": 10**9},
        frozenset({"e"}),
        "",
        ",",
    ),
}
