"""Units of measure and how they turn into each other. Knows no language but the English names of units."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from agent.errors import ToolError


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: how many base units of its quantity one is, and where its zero lies."""

    name: str  # plural, as said
    quantity: str
    factor: Fraction
    offset: Fraction = Fraction(0)


# Quantity: for each unit its name in the plural, its other names, and how many base units it is.
_TABLE: dict[str, tuple[tuple[str, str, str], ...]] = {
    "length": (
        ("millimetres", "mm, millimetre, millimeter, millimeters", "0.001"),
        ("centimetres", "cm, centimetre, centimeter, centimeters", "0.01"),
        ("metres", "m, metre, meter, meters", "1"),
        ("kilometres", "km, kilometre, kilometer, kilometers, k", "1000"),
        ("inches", "in, inch", "0.0254"),
        ("feet", "ft, foot", "0.3048"),
        ("yards", "yd, yard", "0.9144"),
        ("miles", "mi, mile", "1609.344"),
        ("nautical miles", "nmi, nautical mile", "1852"),
        ("light years", "ly, light year", "9460730472580800"),
    ),
    "mass": (
        ("milligrams", "mg, milligram", "0.000001"),
        ("grams", "g, gram, gramme, grammes", "0.001"),
        ("kilograms", "kg, kilogram, kilo, kilos", "1"),
        ("tonnes", "t, tonne, metric ton, metric tons", "1000"),
        ("ounces", "oz, ounce", "0.028349523125"),
        ("pounds", "lb, lbs, pound", "0.45359237"),
        ("stone", "st, stones", "6.35029318"),
        ("tons", "ton, short ton, short tons", "907.18474"),
    ),
    "volume": (
        ("millilitres", "ml, millilitre, milliliter, milliliters", "0.001"),
        ("centilitres", "cl, centilitre, centiliter, centiliters", "0.01"),
        ("decilitres", "dl, decilitre, deciliter, deciliters", "0.1"),
        ("litres", "l, litre, liter, liters", "1"),
        ("cubic metres", "m3, cubic metre, cubic meter, cubic meters", "1000"),
        ("teaspoons", "tsp, teaspoon", "0.00492892159375"),
        ("tablespoons", "tbsp, tablespoon", "0.01478676478125"),
        ("fluid ounces", "fl oz, fluid ounce", "0.0295735295625"),
        ("cups", "cup", "0.2365882365"),
        ("pints", "pt, pint", "0.473176473"),
        ("quarts", "qt, quart", "0.946352946"),
        ("gallons", "gal, gallon", "3.785411784"),
    ),
    "time": (
        ("milliseconds", "ms, millisecond", "0.001"),
        ("seconds", "s, sec, second", "1"),
        ("minutes", "min, minute", "60"),
        ("hours", "h, hr, hour", "3600"),
        ("days", "day", "86400"),
        ("weeks", "week", "604800"),
        ("years", "year", "31557600"),
    ),
    "speed": (
        ("metres per second", "m/s, metre per second, meters per second, meter per second", "1"),
        (
            "kilometres per hour",
            "km/h, kph, kilometre per hour, kilometers per hour, kilometer per hour",
            "0.2777777777777777777777777777777777777778",
        ),
        ("miles per hour", "mph, mile per hour", "0.44704"),
        ("knots", "kn, knot", "0.5144444444444444444444444444444444444444"),
    ),
    "area": (
        ("square metres", "m2, square metre, square meter, square meters", "1"),
        ("square kilometres", "km2, square kilometre, square kilometer, square kilometers", "1000000"),
        ("hectares", "ha, hectare", "10000"),
        ("square feet", "sq ft, square foot", "0.09290304"),
        ("acres", "acre", "4046.8564224"),
        ("square miles", "square mile", "2589988.110336"),
    ),
    "energy": (
        ("joules", "j, joule", "1"),
        ("kilojoules", "kj, kilojoule", "1000"),
        ("calories", "cal, calorie", "4.184"),
        ("kilocalories", "kcal, kilocalorie", "4184"),
        ("kilowatt hours", "kwh, kilowatt hour", "3600000"),
    ),
    "pressure": (
        ("pascals", "pa, pascal", "1"),
        ("kilopascals", "kpa, kilopascal", "1000"),
        ("bars", "bar", "100000"),
        ("psi", "pounds per square inch", "6894.757293168"),
        ("atmospheres", "atm, atmosphere", "101325"),
    ),
    "data": (
        ("bits", "bit", "0.125"),
        ("bytes", "byte", "1"),
        ("kilobytes", "kb, kilobyte", "1000"),
        ("megabytes", "mb, megabyte", "1000000"),
        ("gigabytes", "gb, gigabyte", "1000000000"),
        ("terabytes", "tb, terabyte", "1000000000000"),
        ("kibibytes", "kib, kibibyte", "1024"),
        ("mebibytes", "mib, mebibyte", "1048576"),
        ("gibibytes", "gib, gibibyte", "1073741824"),
    ),
}
_FIVE_NINTHS = Fraction(5, 9)
_ICE_POINT = Fraction(27315, 100)  # in kelvin
_TEMPERATURES = (
    (Unit("degrees Celsius", "temperature", Fraction(1), _ICE_POINT), "c, celsius, centigrade"),
    (Unit("degrees Fahrenheit", "temperature", _FIVE_NINTHS, _ICE_POINT - 32 * _FIVE_NINTHS), "f, fahrenheit"),
    (Unit("kelvin", "temperature", Fraction(1)), "kelvin, kelvins"),
)


def _by_name() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for quantity, rows in _TABLE.items():
        for name, others, factor in rows:
            for spelling in (name, *others.split(", ")):
                found[spelling] = Unit(name, quantity, Fraction(factor))
    for unit, names in _TEMPERATURES:
        for spelling in names.split(", "):
            for lead in ("", "degrees ", "degree ", "°"):
                found[lead + spelling] = unit
    return found


_UNITS = _by_name()


def find_unit(name: str) -> Unit | None:
    """A unit by any of its names, in singular or plural."""
    return _UNITS.get(" ".join(name.lower().replace(".", "").split()))


def convert(value: Fraction, source: str, target: str) -> tuple[Fraction, Unit, Unit]:
    """A value in another unit, and both units. Raises ToolError in words."""
    first, second = find_unit(source), find_unit(target)
    if first is None or second is None:
        raise ToolError(f"units: {source if first is None else target!r} is not a unit I know")
    if first.quantity != second.quantity:
        raise ToolError(f"units: {first.name} measure {first.quantity}, {second.name} measure {second.quantity}")
    base = value * first.factor + first.offset
    return (base - second.offset) / second.factor, first, second
