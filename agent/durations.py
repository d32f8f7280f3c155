"""How long, as people say it: "ten seconds", "an hour and a half", "1:30". Knows nothing of timers."""

from __future__ import annotations

import re

from agent.number_words import digits

_SECONDS = {
    **dict.fromkeys(("second", "sec", "s"), 1.0),
    **dict.fromkeys(("minute", "min", "m"), 60.0),
    **dict.fromkeys(("hour", "hr", "h"), 3600.0),
    "day": 86_400.0,
}
_UNIT = r"(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?)"
_PART = re.compile(
    rf"(\d+(?:\.\d+)?|an?)[\s-]*{_UNIT}\b(?:\s+and\s+(?:a\s+)?(0\.\d+)(?!\s*-?\s*{_UNIT}))?", re.IGNORECASE
)
_CLOCK = re.compile(r"\b(\d{1,2}):([0-5]\d)(?::([0-5]\d))?\b")


def find_duration(text: str) -> tuple[float, int, int] | None:
    """The first duration in a text with digits: seconds, and where it begins and ends; None when there is none."""
    parts = list(_PART.finditer(text))
    if not parts:
        clock = _CLOCK.search(text)
        return None if clock is None else (_clock_seconds(clock), clock.start(), clock.end())
    total_s, begin, end = 0.0, parts[0].start(), parts[0].end()
    for index, part in enumerate(parts):
        if index and not re.fullmatch(r"[\s,]*(and\s*)?", text[end : part.start()]):
            break
        count = 1.0 if part[1].lower() in ("a", "an") else float(part[1])
        unit = part[2].lower()
        unit_s = _SECONDS[unit if unit in _SECONDS else unit.removesuffix("s")]
        total_s += (count + float(part[3] or 0)) * unit_s
        end = part.end()
    return total_s, begin, end


def read_duration(text: str) -> float | None:
    """The seconds of a text that is a duration, number words included."""
    found = find_duration(digits(text))
    return None if found is None else found[0]


def _clock_seconds(clock: re.Match[str]) -> float:
    """ "1:30" is a minute and a half, "1:00:00" an hour."""
    first, second, third = int(clock[1]), int(clock[2]), clock[3]
    return first * 60 + second if third is None else first * 3600 + second * 60 + int(third)
