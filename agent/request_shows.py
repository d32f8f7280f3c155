"""The rules of obvious requests to show something: charts, polls, notes, lists, forms, the whiteboard.

Each takes a request without politeness and gives a tool's name and arguments, or None.
"""

from __future__ import annotations

import re

from agent.number_words import digits
from agent.wire_fields import Json

Found = tuple[str, Json] | None
_ITEM_ENDS = re.compile(r"\s*[,;]\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+", re.IGNORECASE)


def split_items(text: str) -> list[str]:
    """The items of "a, b and c"."""
    return [item for each in _ITEM_ENDS.split(text) if (item := each.strip(" .:"))]


_CHART = re.compile(r"\b(?:(bar|line|pie)\s*)?(?:chart|graph|plot|diagram)\b", re.IGNORECASE)
_DRAW = re.compile(r"^(?:plot|draw|chart|graph)\b()(?=.*\d)", re.IGNORECASE)
_CHART_DATA = re.compile(r"\b(?:of|for|with|from|showing|about|using|plot|chart|graph|draw)\b[\s:]*", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LABEL_FILL = re.compile(
    r"^(?:(?:the|a|of|with|for|at|in|to|is|are|was|were|has|had|numbers?|values?|data|on)\b\s*)+"
    r"|\s*\b(?:of|with|for|at|in|to|is|are|was|were|has|had|on|[:=])\s*$",
    re.IGNORECASE,
)


def chart(text: str) -> Found:
    """ "make a pie chart of apples 3, pears 5 and plums 8" """
    plain = digits(text)
    named = _CHART.search(plain) or _DRAW.search(plain)
    if named is None:
        return None
    data = plain[named.end() :] if _NUMBER.search(plain[named.end() :]) else plain[: named.start()]
    lead, colon, listed = _CHART_DATA.sub(" ", data, count=1).rpartition(":")
    has_title = bool(colon) and not _NUMBER.search(lead)
    values, labels = list[float](), list[str]()
    title = _LABEL_FILL.sub("", lead.strip()) if has_title else ""
    for item in split_items(listed if has_title else f"{lead} {listed}"):
        numbers = _NUMBER.findall(item)
        words = _LABEL_FILL.sub("", _NUMBER.sub(" ", item).strip())
        words = " ".join(_LABEL_FILL.sub("", words).split())
        if not numbers and not values:
            title = words
            continue
        if not numbers or (len(numbers) > 1 and words):
            return None
        values += [float(number) for number in numbers]
        labels += [words] * len(numbers)
    if len(values) < 2:
        return None
    arguments: Json = {"type": (named[1] or "bar").lower(), "series": [{"values": values}], "title": _capital(title)}
    has_labels = all(labels) and len(set(labels)) == len(labels)
    return "show_chart", {**arguments, "labels": labels} if has_labels else arguments


_PLOT = re.compile(
    r"(?:make|draw|show|plot|create|give|do)\s+(?:me |us )?(?:an?|the)\s+(histogram|box\s?plot)\s+"
    r"(?:of|for|with|from|:)?\s*(.+)",
    re.IGNORECASE,
)


def plot(text: str) -> Found:
    """ "make a histogram of 3, 5, 5 and 8" """
    found = _PLOT.fullmatch(digits(text))
    items = split_items(found[2]) if found else []
    if found is None or len(items) < 2 or not all(_NUMBER.fullmatch(item) for item in items):
        return None
    kind = "histogram" if found[1].lower() == "histogram" else "box"
    return "show_plot", {"type": kind, "series": [{"values": [float(item) for item in items]}]}


_EVERYBODY = r"(?:everyone|everybody|us all|all of us|us|the (?:group|room|others|team|people)|people|the call)"
_ASK_WHETHER = re.compile(rf"(?:ask|poll) {_EVERYBODY}[\s,]+(?:whether|if)\s+(.+)", re.IGNORECASE)
_ASK_OPEN = re.compile(rf"ask {_EVERYBODY}[\s,]+((?:what|which|who|when|where|how|for|to)\b.+)", re.IGNORECASE)
_POLL = re.compile(
    r"(?:make|start|create|do|run|show|set up|open|have|take|let's have|give us)\s+(?:us\s+)?(?:an?|the)?\s*(?:quick )?"
    r"(?:poll|vote|survey)\b[\s:,]*(.*)|let(?:'s| us) vote\s*(.*)|(?:poll|vote)\b[\s:,]*(.+)",
    re.IGNORECASE,
)
_POLL_OPTIONS = re.compile(
    r"[\s,.?]*(?:\b(?:with|and)\s+(?:the\s+)?(?:options|choices|answers)\b[\s:]*|\bbetween\s+|\boptions\b[\s:]*)(.+)$",
    re.IGNORECASE,
)
_POLL_LEAD = re.compile(r"^(?:(?:on|about|asking|for|that asks|to decide|to ask)\b[\s,:]*)+", re.IGNORECASE)
_SUBJECT_VERB = re.compile(r"(we|you|they|i)\s+(should|can|could|will|would|must|may|are|were|have|do)\s+(.+)", re.I)
_SUBJECT = re.compile(r"(we|you|they)\s+(.+)", re.IGNORECASE)


def poll(text: str) -> Found:
    """ "ask everyone whether we break now", "make a poll about lunch with options pizza, soup and salad" """
    if whether := _ASK_WHETHER.fullmatch(text):
        return "ask_poll", {"question": question_of(whether[1])}
    if wanted := _ASK_OPEN.fullmatch(text):
        asked = re.sub(r"\b(?:they|you)\s+(?=want|need|like|think|prefer|have)", "do you ", wanted[1].rstrip("?"))
        question = f"{_capital(asked)}?"
        field: Json = {"name": "answer", "label": question, "type": "text", "required": True}
        return "show_form", {"title": question, "fields": [field]}
    found = _POLL.fullmatch(text)
    about = next((group for group in found.groups() if group), "") if found else ""
    if not about:
        return None
    options = _POLL_OPTIONS.search(about)
    question = _POLL_LEAD.sub("", about[: options.start()] if options else about).strip(" ,:?")
    items = split_items(options[1]) if options else []
    if len(items) < 2:
        return "ask_poll", {"question": question_of(question)} if question else {}
    return "ask_poll", {"question": f"{_capital(question or 'Which one')}?", "options": items}


def question_of(clause: str) -> str:
    """The question in "whether we break now": "Shall we break now?"."""
    clause = re.sub(r"^(?:whether|if)\s+", "", clause.strip().rstrip("?."), flags=re.IGNORECASE)
    if inverted := _SUBJECT_VERB.fullmatch(clause):
        return f"{inverted[2].capitalize()} {_subject(inverted[1])} {inverted[3]}?"
    if plain := _SUBJECT.fullmatch(clause):
        lead = "Shall" if plain[1].lower() == "we" and not plain[2].startswith(("want", "need", "like")) else "Do"
        return f"{lead} {_subject(plain[1])} {plain[2]}?"
    return f"{_capital(clause)}?"


def _subject(word: str) -> str:
    """Everybody is asked: "they" are "you"."""
    return {"i": "I", "they": "you"}.get(word.lower(), word.lower())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_NOTE = (
    re.compile(r"(?:take|make|write|add) (?:a|another) note[\s:,]*(?:that|of|saying|about|down)?[\s:,]*(.+)", re.I),
    re.compile(r"(?:take|make) note (?:that|of)\s+(.+)", re.IGNORECASE),
    re.compile(r"note (?:down[\s:,]*)?(?:that\s+)?(.+)", re.IGNORECASE),
    re.compile(r"(?:write|jot)(?: this| that)? down[\s:,]*(?:that\s+)?(.+)", re.IGNORECASE),
    re.compile(r"(?:put|add|write|save) (.+?) (?:in|into|on|to) (?:the|our|my) notes(?: of this call)?", re.I),
)
_READ_NOTES = re.compile(
    r"(?:show|read|open|see|what(?:'s| is| are) (?:in |on )?|what do)\s*(?:me |us |out )?(?:the|our|my) notes"
    r"(?: of this call| say| so far| to (?:me|us)| out)*",
    re.IGNORECASE,
)
_DROP_NOTE = re.compile(
    r"(?:remove|delete|take) (?:the note (?:about|that says|with) (.+)|(.+?) (?:from|out of|off) (?:the|our|my) notes)",
    re.I,
)


def note(text: str) -> Found:
    """ "note down that we need milk", "show the notes", "remove milk from the notes" """
    if _READ_NOTES.fullmatch(text):
        return "read_notes", {}
    if dropped := _DROP_NOTE.fullmatch(text):
        return "remove_note", {"words": dropped[1] or dropped[2]}
    for pattern in _NOTE:
        if found := pattern.fullmatch(text):
            return "take_note", {"text": _capital(found[1].strip(" ."))}
    return None


_LIST = re.compile(
    r"(?:make|show|create|write|start|give) (?:me |us )?(?:an?|the) "
    r"((?:check\s?|to-?\s?do |shopping |packing |task )list)(?: for (.+?))?\s*(?:\bof\b|\bwith\b|:|,)\s*(.+)",
    re.IGNORECASE,
)


def checklist(text: str) -> Found:
    """ "make a shopping list with milk, bread and eggs" """
    found = _LIST.fullmatch(text)
    items = split_items(found[3]) if found else []
    if found is None or not items:
        return None
    title = _capital(found[2] or found[1].lower())
    return "show_checklist", {"title": title, "items": [_capital(item) for item in items]}


_FORM = re.compile(
    r"(?:make|show|create|open|give) (?:me |us )?(?:an?|the) form(?: (?:for|about) (.+?))?\s*"
    r"(?:\bwith\b|\basking for\b|\bthat asks for\b|\bto collect\b|:)\s*(?:the |fields? )*(.+)",
    re.IGNORECASE,
)
_FIELD_FILL = re.compile(r"^(?:(?:an?|the|your|their|people's|fields? for)\s+)+", re.IGNORECASE)
_NUMBER_FIELD = re.compile(r"\b(?:number|age|size|count|how many|amount|price)\b", re.IGNORECASE)
_DATE_FIELD = re.compile(r"\b(?:date|birthday|day of)\b", re.IGNORECASE)


def form(text: str) -> Found:
    """ "make a form for lunch with name and number of guests" """
    found = _FORM.fullmatch(text)
    labels = [_FIELD_FILL.sub("", item) for item in split_items(found[2])] if found else []
    if found is None or not labels:
        return None
    fields = [{"name": label.lower(), "label": _capital(label), "type": _field_type(label)} for label in labels]
    return "show_form", {"title": _capital(_FIELD_FILL.sub("", found[1] or "form")), "fields": fields}


def _field_type(label: str) -> str:
    if _DATE_FIELD.search(label):
        return "date"
    return "number" if _NUMBER_FIELD.search(label) else "text"


_BOARD = re.compile(
    r"(?:write|put|add|draw) (.+?) (?:on|onto|to|at) (?:the|our|a) (?:white\s?board|board)"
    r"|(clear|wipe|erase|clean) (?:the|our) (?:white\s?board|board)",
    re.IGNORECASE,
)


def board(text: str) -> Found:
    """ "write agenda on the whiteboard", "clear the board" """
    found = _BOARD.fullmatch(text)
    if found is None:
        return None
    return ("clear_board", {}) if found[2] else ("write_on_board", {"text": _capital(found[1])})
