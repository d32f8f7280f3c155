"""Spoken requests about how something is to be interpreted, and the topic, by rule. Knows no glossary."""

from __future__ import annotations

import re

from agent.wire_fields import Json

_LANGUAGES = {"english": "en", "spanish": "es", "french": "fr", "italian": "it", "portuguese": "pt", "chinese": "zh"}
_IN = rf"(?:in|into|to)\s+(?P<language>{'|'.join(_LANGUAGES)})"
_TERM, _WORDING = r"(?:the (?:term|word|name)\s+)?(?P<term>.+?)", r"(?P<wording>.+?)"
_LED = r"(?:to (?:the|our) glossary(?: that)?[\s,:]+)?"
_TO_GLOSSARY = r"(?:\s+to (?:the|our) glossary)?"
_ADD = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"translate\s+{_TERM}\s+(?:as|with)\s+{_WORDING}\s+{_IN}",
        rf"translate\s+{_TERM}\s+{_IN}\s+(?:as|with)\s+{_WORDING}",
        rf"add\s+{_LED}{_TERM}\s+(?:is|as|means|equals)\s+{_WORDING}\s+{_IN}{_TO_GLOSSARY}",
        rf"say\s+{_WORDING}\s+for\s+{_TERM}\s+{_IN}",
    )
)
_KEEP = re.compile(rf"(?:do not|don't|never)\s+translate\s+{_TERM}", re.IGNORECASE)
_REMOVE = re.compile(
    rf"(?:remove|delete|take|drop)\s+{_TERM}\s+(?:from|out of|off)\s+(?:the|our) glossary", re.IGNORECASE
)
_MEETING = r"(?:this|the|our|today's)\s+(?:call|meeting|conversation|discussion|session)"
_TOPIC = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_MEETING}\s+(?:is|will be)\s+(?:all\s+)?about\s+(?P<topic>.+)",
        rf"(?:the|our|today's)\s+topic(?:\s+(?:of|for)\s+(?:{_MEETING}|today))?\s+(?:is|will be)\s+(?P<topic>.+)",
        r"(?:set|change)\s+the\s+topic\s+to\s+(?P<topic>.+)",
    )
)
_NO_TOPIC = re.compile(rf"(?:forget|clear|remove|delete|drop)\s+the\s+topic(?:\s+of\s+{_MEETING})?", re.IGNORECASE)
_NO_SUBJECT = re.compile(  # about to end, about over; the topic is closed, very hard, what we ask
    r"(?:to|over|done|finished|closed|settled|clear|open|important|interesting|difficult|hard|boring|not|still|too|very"
    r"|so|really|quite|as|what|which|who|whether|how|why)\b.*",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"(?:it|this|that|me|us|him|her|them|everything|anything)", re.IGNORECASE)


def term(text: str) -> tuple[str, Json] | None:
    """The tool call that adds, keeps or removes a term; None when nothing of the kind is asked."""
    for pattern in _ADD:
        found = pattern.fullmatch(text)
        if found and not _VAGUE.fullmatch(found["term"]):
            said = {"term": _plain(found["term"]), "wording": _plain(found["wording"])}
            return "add_term", {**said, "language": _LANGUAGES[found["language"].lower()]}
    found = _KEEP.fullmatch(text)
    if found and not _VAGUE.fullmatch(found["term"]):
        return "add_term", {"term": _plain(found["term"])}
    found = _REMOVE.fullmatch(text)
    return ("remove_term", {"term": _plain(found["term"])}) if found else None


def topic(text: str) -> tuple[str, Json] | None:
    """The tool call that sets or forgets what the call is about; None when nothing of the kind is said."""
    if _NO_TOPIC.fullmatch(text):
        return "set_topic", {"topic": ""}
    for pattern in _TOPIC:
        found = pattern.fullmatch(text)
        if found and not _VAGUE.fullmatch(found["topic"]) and not _NO_SUBJECT.fullmatch(found["topic"]):
            return "set_topic", {"topic": _plain(found["topic"])}
    return None


def _plain(said: str) -> str:
    return said.strip(" ,.;:\"'\u201c\u201d")
