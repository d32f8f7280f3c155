"""What the cascade hands to the background, and what comes back: which requests need work, and what waits to be said.

Pure decisions over words. The cascade's own language model only talks; tools and look-ups are the background's.
"""

from __future__ import annotations

import re
from collections import deque

from model.types import BackgroundDelta, ToolResult

MAX_WAITING = 32
OFFER_SUFFIX = ".offer"  # of the id under which a late result is offered
_NUMBER = (
    r"(?:\d[\d.,]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|million|half)"
)
_WORK = re.compile(
    "|".join(
        (
            r"\b(?:timer|alarm|countdown|count down|remind(?:er)?|wake (?:me|us))\b",
            rf"\b(?:tell|ping) (?:me|us) in {_NUMBER}\b|\blet (?:me|us) know in {_NUMBER}\b",
            r"\b(?:chart|graph|plot|diagram|histogram|spreadsheet)\b",
            r"\b(?:poll|survey|questionnaire)\b|\blet's vote\b|\b(?:make|start|take|have) a vote\b",
            r"\bask (?:everyone|everybody|us all|all of us|the (?:group|room|others|team))\b",
            r"\b(?:take|make|add) (?:a|another) note\b|\bnote (?:down|that)\b|\b(?:write|jot)(?: this| that)? down\b",
            r"\b(?:the|our|my) notes\b|\b(?:white\s?board|on the board)\b",
            r"\b(?:check\s?list|to-?\s?do list|shopping list|packing list|task list)\b|\b(?:a|the) form\b",
            rf"{_NUMBER} (?:plus|minus|times|multiplied by|divided by|over|percent of|to the power of) {_NUMBER}",
            r"\d\s*[-+*/x\u00d7^%]\s*\d|\bsquare root\b|\b(?:calculate|compute)\b|(?:%|\bpercent) of\b",
            r"\bconvert\b|\bhow many \w+(?: \w+)? (?:are|is|make)(?: there)? (?:in )?(?:an?|one|\d+)\b",
            rf"{_NUMBER} (?:degrees )?\w+ (?:in|to|into) (?:degrees )?(?:celsius|fahrenheit|\w*met(?:er|re)s|miles|"
            r"feet|inches|pounds|kilos|kilograms|grams|ounces|lit(?:er|re)s|gallons|cups)\b",
            r"\bwhat(?:'s| is) the (?:time|date)\b|\bwhat (?:time|day) is it\b|\btoday's date\b",
            r"\b(?:summar(?:y|ize|ise)|recap|sum up)\b",
            r"\bwhat did (?:we|i|he|she|they) (?:say|decide|agree|talk about)\b",
            r"\b(?:what do you see|look at (?:this|my|the)|on (?:my|the) (?:screen|camera)|this (?:web )?page)\b",
            r"\buse the \w+ tool\b|\bin the background\b",
        )
    ),
    re.IGNORECASE,
)
_LOOK_UP = re.compile(
    r"\b(?:weather|forecast|news|headlines|stock price|exchange rate|search (?:for|the web)|"
    r"look (?:it |that |this )?up|find out|google|who won|the score)\b",
    re.IGNORECASE,
)
_CANCEL = re.compile(
    r"(?:(?:no|oh|okay|ok|well|actually|alongside|hey|please)\b[\s,.!]*)*"
    r"(?:(?:cancel|abort|drop|forget|stop)(?:\s+(?:that|it|this|about (?:it|that)|everything|"
    r"the (?:job|task|search|work|request)))?|never\s?mind)(?:\s+please)?",
    re.IGNORECASE,
)
_YES = re.compile(r"(?:yes|yeah|yep|sure|okay|ok|go ahead|go on|tell me|please do|of course)\b.{0,20}", re.IGNORECASE)


def needs_work(text: str, can_look_up: bool) -> bool:
    """Whether a request is for the background: it wants a tool, or a look-up that somebody can do."""
    return bool(_WORK.search(text)) or (can_look_up and bool(_LOOK_UP.search(text)))


def takes_back(text: str) -> bool:
    """Whether somebody does not want what they asked for any more."""
    return _CANCEL.fullmatch(text.strip(" .!?")) is not None


def agrees(text: str) -> bool:
    """Whether somebody takes up an offer."""
    return _YES.fullmatch(text.strip(" .!?")) is not None


class Tidings:
    """What came from the background and waits for a moment to be said, oldest first; each is said at most once."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[str, str]] = deque(maxlen=MAX_WAITING)  # id and text; drops the oldest
        self._pending: set[str] = set()  # delegations that are not done

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def has_pending(self) -> bool:
        """Whether something is still worked on."""
        return bool(self._pending)

    def expect(self, id: str) -> None:
        """A delegation began."""
        self._pending.add(id)

    def put(self, event: BackgroundDelta | ToolResult) -> str:
        """Take in an event; returns what is to be known and not said."""
        if isinstance(event, ToolResult):
            self._waiting.append((event.id, event.text))
            return ""
        if event.is_done:
            self._pending.discard(event.id)
        if event.kind == "silent":
            if event.is_done:  # withdrawn: what was not said yet stays unsaid
                kept = [each for each in self._waiting if each[0] != event.id]
                self._waiting = deque(kept, maxlen=MAX_WAITING)
            return event.text
        if event.text:
            self._waiting.append((event.id, event.text))
        return ""

    def take(self) -> tuple[str, bool]:
        """Everything that waits as one text, and whether an offer is in it."""
        is_offer = any(id.endswith(OFFER_SUFFIX) for id, _ in self._waiting)
        text = " ".join(text for _, text in self._waiting)
        self._waiting.clear()
        return text, is_offer
