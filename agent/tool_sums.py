"""The tools that compute: calculator, units of measure, the clock. They show nothing and remember nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from agent.calculator import calculate, written
from agent.errors import ToolError
from agent.tool import BuiltIn, Tool, ToolOutcome, ToolUse
from agent.tool_schema import describe
from agent.units import convert


@dataclass(frozen=True, slots=True)
class Calculate:
    """Arguments of `calculate`."""

    expression: str = describe("for example (3 + 4) * 2^10, sqrt(2), 15% * 80")


@dataclass(frozen=True, slots=True)
class Convert:
    """Arguments of `convert_units`."""

    value: float = describe("how many")
    source: str = describe("the unit it is in, for example miles")
    target: str = describe("the unit wanted, for example km")


@dataclass(frozen=True, slots=True)
class Clock:
    """Arguments of `clock`."""

    place: str = describe("a city or time zone, for example Tokyo; empty is here", default="")


def sum_tools(wall_time: Callable[[], datetime]) -> list[Tool]:
    """Calculator, unit conversion and clock; `wall_time` is here and aware of its zone."""

    async def run_calculator(asked: Calculate, use: ToolUse) -> ToolOutcome:
        value = written(calculate(asked.expression))
        return ToolOutcome(f"{asked.expression} = {value}", f"That is {value}.")

    async def run_units(asked: Convert, use: ToolUse) -> ToolOutcome:
        value, source, target = convert(Fraction(str(asked.value)), asked.source, asked.target)
        given, found = written(Fraction(str(asked.value))), written(value, 2 if abs(value) >= 1 else 4)
        return ToolOutcome(f"{given} {source.name} = {found} {target.name}", f"That is {found} {target.name}.")

    async def run_clock(asked: Clock, use: ToolUse) -> ToolOutcome:
        now = wall_time()
        if asked.place:
            now = now.astimezone(_zone(asked.place))
        where = f" in {asked.place}" if asked.place else ""
        words = f"It is {now:%H:%M}{where} on {now:%A}, {now:%B} {now.day}, {now.year}."
        return ToolOutcome(f"{now.isoformat(timespec='seconds')} {now.tzname()}", words)

    return [
        BuiltIn("calculate", "Compute an arithmetic expression exactly.", Calculate, run_calculator),
        BuiltIn("convert_units", "Convert a quantity to another unit of measure.", Convert, run_units),
        BuiltIn("clock", "The date and time here or elsewhere.", Clock, run_clock),
    ]


@cache
def _zones() -> dict[str, str]:
    """Zone names by their last part in lower case: `tokyo` to `Asia/Tokyo`."""
    return {zone.rsplit("/", 1)[-1].replace("_", " ").lower(): zone for zone in sorted(available_timezones())}


def _zone(place: str) -> ZoneInfo:
    plain = place.strip().replace("_", " ").lower()
    name = _zones().get(plain) or next((zone for zone in _zones().values() if zone.lower() == plain), None)
    if name is None:
        raise ToolError(f"clock: no time zone is named after {place!r}; name a larger city nearby")
    return ZoneInfo(name)
