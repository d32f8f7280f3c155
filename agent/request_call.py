"""Spoken requests about the call itself, by rule: its summary, and what its pictures show. Knows no model."""

from __future__ import annotations

import re

from agent.wire_fields import Json

_CALL = r"(?:the|this|our) (?:call|meeting|conversation|discussion|talk|session)"
_SO_FAR = r"(?: (?:so far|until now|up to now|to this point))?"
_SUM_UP = re.compile(
    rf"(?:(?:summari[sz]e|sum up|recap)(?: {_CALL})?"
    r"|(?:give|make|show|write|tell|do)(?: me| us)? (?:an?|the) (?:short |brief |quick )?(?:summary|recap)"
    rf"(?: of {_CALL})?"
    rf"|what (?:did|have) we (?:talk(?:ed)? about|discuss(?:ed)?|sa(?:y|id))(?: in {_CALL})?){_SO_FAR}",
    re.IGNORECASE,
)
_DECIDED = re.compile(rf"what (?:did|have) we (?:decided?|agreed?(?: on)?)(?P<about> (?:about|on) .+?)?{_SO_FAR}", re.I)
_LOOK = re.compile(
    r"what (?:do|can) you see(?: (?:now|here|there|on (?:my|the) (?:screen|camera|picture)|in (?:my|the) picture))?"
    r"|(?:look at|describe) (?:this|that|(?:my|the) (?:screen|camera|picture|slide|video))"
    r"(?: (?:and|then) (?P<question>.+))?"
    r"|what(?:'s| is) (?:on|in) (?:my|the) (?:screen|camera|picture|slide)",
    re.IGNORECASE,
)


def summary(text: str) -> tuple[str, Json] | None:
    """ "sum up the call so far", "what did we decide about lunch" """
    if decided := _DECIDED.fullmatch(text):
        return "sum_up_call", {"about": f"what was decided{decided['about'] or ''}"}
    return ("sum_up_call", {"about": ""}) if _SUM_UP.fullmatch(text) else None


def look(text: str) -> tuple[str, Json] | None:
    """ "what do you see", "look at my screen and tell me what is wrong" """
    found = _LOOK.fullmatch(text)
    if found is None:
        return None
    question = found["question"] or text
    return "look_at_picture", {"question": f"{question[:1].upper()}{question[1:]}"}
