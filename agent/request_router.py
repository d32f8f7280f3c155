"""Obvious requests to the tool that does them, by rule: sure where a small language model guesses.

Takes what a person said (or the short label an engine gave) and names one tool call, or nothing. Knows no tools'
insides; what it does not know for sure it leaves to the background model.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from agent import request_call, request_shows, request_terms
from agent.durations import find_duration
from agent.number_words import digits
from agent.units import find_unit
from agent.wire_fields import Json

MAX_CHARS = 600  # a longer request is not an obvious one

_LEAD = re.compile(
    r"^(?:(?:hey|hi|hello|okay|ok|oh|no|actually|so|well|um+|uh+|and|now|then|great|thanks|thank you|alright|yes|"
    r"alongside)\b[\s,.!]*"
    r"|please\b[\s,]*|(?:can|could|would|will)\s+you\b[\s,]*(?:please\s+)?|i(?:'d| would) like you to\s+|"
    r"i (?:want|need) you to\s+|(?:i|we)(?:'ll| will)\s+|just\s+|quickly\s+)+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[\s,]*(?:(?:for me|please|thanks|thank you|alongside)[\s,.!?]*)+$|[\s.!?]+$", re.IGNORECASE)
_CANCEL = re.compile(
    r"(?:(?:cancel|abort|drop|forget|stop)(?:\s+(?:that|it|this|about it|about that|working|everything|"
    r"the (?:job|task|search|work|request)))?|never\s?mind(?:\s+that)?)",
    re.IGNORECASE,
)
_YES = re.compile(
    r"(?:yes|yeah|yep|sure|okay|ok|go ahead|go on|please do|tell me|let's hear it|what is it|i do|of course)"
    r"(?:[\s,]+(?:please|go ahead|tell me|sure|do|i do|let's hear it|what is it|the answer))*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RoutedCall:
    """The tool call that an obvious request means."""

    tool: str
    arguments: Json = field(default_factory=dict[str, object])


def route(said: str) -> RoutedCall | None:
    """The call that a request obviously means; None when it is not obvious."""
    if len(said) > MAX_CHARS:
        return None
    text = plain_request(said)
    for rule in _RULES:
        if found := rule(text):
            return RoutedCall(*found)
    return None


def is_cancel(said: str) -> bool:
    """Whether somebody wants the newest work stopped."""
    return _CANCEL.fullmatch(plain_request(said)) is not None


def is_yes(said: str) -> bool:
    """Whether somebody takes up an offer."""
    return _YES.fullmatch(_TAIL.sub("", said.strip())) is not None


def plain_request(said: str) -> str:
    """A request without politeness around it."""
    text = " ".join(said.split())
    return _TAIL.sub("", _LEAD.sub("", text) or text)


_TIMER = re.compile(
    r"\b(?:timer|alarm|count\s?down|remind(?:er)?|wake (?:me|us)|nudge (?:me|us))\b"
    r"|\b(?:tell|ping|call) (?:me|us) (?:in|after|when)\b|\blet (?:me|us) know (?:in|after|when)\b",
    re.IGNORECASE,
)
_TIMER_LABEL = re.compile(
    r"\b(?:to|about|that|called|named|for|of)\s+((?!(?:to|about|that|called|named|for|of)\b)\S.*)$", re.IGNORECASE
)
_TIMER_FILL = re.compile(
    r"\s*\b(?:in|from|after|for|of|with|when|have passed|are over|is over|is up|are up|from now)\s*$", re.IGNORECASE
)
_END_TIMER = re.compile(
    r"\b(?:cancel|stop|delete|end|remove|turn off|switch off)\b\s*(?:the|my|our|that|this|all)?\s*(.*?)\s*"
    r"\b(?:timer|alarm|countdown|reminder)s?\b",
    re.IGNORECASE,
)

Found = tuple[str, Json] | None


def _timer(text: str) -> Found:
    if end := _END_TIMER.search(text):
        return "cancel_timer", {"label": "" if find_duration(digits(end[1])) else end[1].strip()}
    plain = digits(text)
    duration = find_duration(plain)
    if duration is None or not _TIMER.search(plain):
        return None
    seconds, begin, stop = duration
    rest = f"{_TIMER_FILL.sub('', plain[:begin])} {plain[stop:]}"
    rest = " ".join(re.sub(r"\b(?:from now|timer|alarm|countdown|reminder)\b", " ", rest).split())
    label = _TIMER_LABEL.search(_TIMER_FILL.sub("", rest))
    return "set_timer", {"duration": f"{seconds:g} seconds", "label": label[1].strip(" ,.") if label else ""}


_ASKS_SUM = re.compile(
    r"^(?:what(?:'s| is| are)|how much (?:is|are)|calculate|compute|work out|evaluate|tell me|do the sum)?\s*(.+?)"
    r"(?:\s+(?:equals?|make|is))?$",
    re.IGNORECASE,
)
_SPOKEN_SUM = (
    (r"\b(?:the )?square root of\s*(\d+(?:\.\d+)?|\([^)]*\))", r"sqrt(\1)"),
    (r"\b(?:multiplied by|times)\b|(?<=\d)\s*[x\u00d7]\s*(?=[\d(])", "*"),
    (r"\b(?:divided by|over)\b|\u00f7", "/"),
    (r"\bplus\b", "+"),
    (r"\bminus\b|\u2212", "-"),
    (r"\b(?:to the power of|raised to|to the)\b", "^"),
    (r"\bsquared\b", "^2"),
    (r"\bcubed\b", "^3"),
    (r"\s*(?:percent|per cent|%)\s+of\b", "% *"),
    (r"\s*(?:percent|per cent)\b", "%"),
    (r"\bfactorial\b", "!"),
    (r"(?<=\d),(?=\d{3}\b)", ""),
)
_SUM = re.compile(r"(?:\d+(?:\.\d+)?|[-+*/^()%!.\s]|sqrt|pi)+")
_OPERATOR = re.compile(r"\d\s*[%!]?\s*[-+*/^]\s*[-(\d.s]|sqrt|\d\s*!")


def _sum(text: str) -> Found:
    asked = _ASKS_SUM.match(digits(text.replace("half of", "0.5 times")))
    expression = asked[1].lower() if asked else ""
    for spoken, sign in _SPOKEN_SUM:
        expression = re.sub(spoken, sign, expression)
    expression = " ".join(expression.split())
    if not _SUM.fullmatch(expression) or not _OPERATOR.search(expression):
        return None
    return "calculate", {"expression": expression}


_NUMBER = r"(-?\d+(?:\.\d+)?|an?)"
_UNITS = (
    re.compile(
        rf"(?:convert|change|turn|what(?:'s| is| are)|how much (?:is|are)|express)?\s*{_NUMBER}\s+(.+?)\s+"
        r"(?:in|to|into|as)\s+(.+)",
        re.IGNORECASE,
    ),
    re.compile(rf"how many\s+(.+?)\s+(?:are|is|in|make|go into|fit in)(?: there)?(?: in)?\s+{_NUMBER}\s+(.+)", re.I),
)


def _units(text: str) -> Found:
    plain = digits(text)
    if found := _UNITS[0].fullmatch(plain):
        number, source, target = found[1], found[2], found[3]
    elif found := _UNITS[1].fullmatch(plain):
        number, source, target = found[2], found[3], found[1]
    else:
        return None
    if find_unit(source) is None or find_unit(target) is None:
        return None
    value = 1.0 if number.lower() in ("a", "an") else float(number)
    return "convert_units", {"value": value, "source": source, "target": target}


_TIME = re.compile(
    r"(?:tell me )?(?:what(?:'s| is)? (?:the )?(?:current )?(?:time|date|day|today's date)(?: is it)?(?: today)?"
    r"|what (?:time|day) (?:is it|is today))(?:\s+(?:now|right now|today))?(?:\s+in\s+(.+))?",
    re.IGNORECASE,
)


def _clock(text: str) -> Found:
    found = _TIME.fullmatch(text)
    return ("clock", {"place": (found[1] or "").strip()}) if found else None


_RULES: tuple[Callable[[str], Found], ...] = (
    request_shows.note,
    request_shows.plot,
    request_shows.chart,
    request_shows.poll,
    request_shows.checklist,
    request_shows.form,
    request_shows.board,
    request_terms.term,
    request_terms.topic,
    request_call.summary,
    request_call.look,
    _timer,
    _units,
    _sum,
    _clock,
)
