"""The messages of interpretation, part of `agent/wire.py`'s version 1. Knows no channel and no interpreter."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from agent import wire_fields as read
from agent.errors import MessageError
from agent.wire_fields import Json
from model.types import MAX_TOPIC_CHARS

MAX_CSV_CHARS = 200_000
MAX_EXPORT_CHARS = 900_000
MAX_WORDINGS = 16
MAX_NOTE_CHARS = 500
BoothStep = Literal["enter", "take", "agree", "release", "leave"]
BOOTH_STEPS: tuple[BoothStep, ...] = get_args(BoothStep)
EXPORT_FORMATS = ("vtt", "srt", "txt", "json")
LANGUAGE = re.compile(r"[a-z]{2,3}")

ExportFormat = Literal["vtt", "srt", "txt", "json"]


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """What this participant wants to hear the others in; None is the original."""

    language: str | None


@dataclass(frozen=True, slots=True)
class EditGlossary:
    """One term in each language it has a wording in; a single wording is a name that stays. `remove` forgets it."""

    wordings: Mapping[str, str]
    remove: bool


@dataclass(frozen=True, slots=True)
class UploadGlossary:
    """A whole glossary in place of the one before."""

    csv: str


@dataclass(frozen=True, slots=True)
class EditTopic:
    """What the conversation is about; empty forgets it."""

    text: str


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether what this participant says may be kept in the record."""

    given: bool


@dataclass(frozen=True, slots=True)
class AskExport:
    """The record so far, in one language or, with None, in all."""

    format: ExportFormat
    language: str | None


@dataclass(frozen=True, slots=True)
class DeleteRecord:
    """Forget everything that was kept of this call."""


@dataclass(frozen=True, slots=True)
class BoothAsk:
    """An interpreter sits down in a booth, takes its language or asks whoever has it, agrees to hand it over, gives it
    back, or leaves the booth."""

    language: str
    step: BoothStep


@dataclass(frozen=True, slots=True)
class BoothMute:
    """The mute or cough button: nobody hears this interpreter."""

    muted: bool


@dataclass(frozen=True, slots=True)
class BoothNote:
    """A private word to the partners in the booth."""

    text: str


@dataclass(frozen=True, slots=True)
class BoothState:
    """One language's booth: ids of who interprets (None: the agent), who asked and who sits there; whether the agent
    covers."""

    language: str
    interpreter: str | None
    asking: str | None
    countdown_s: int | None
    covered: bool
    muted: bool
    partners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoothStates:
    """Every booth in which somebody sits."""

    booths: tuple[BoothState, ...]


@dataclass(frozen=True, slots=True)
class BoothSaid:
    """A partner's private word."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    """How this participant is interpreted for; sent whenever it changes."""

    offered: tuple[str, ...]
    language: str | None  # theirs
    track: str | None  # what carries it
    listening: Mapping[str, int]  # how many listen in each language
    foreign: tuple[str, ...]  # ids of those who speak another language than theirs
    sounding: tuple[str, ...]  # languages whose interpretation is being spoken now
    status: Literal["off", "starting", "ready", "failed"]
    problem: str


@dataclass(frozen=True, slots=True)
class LagGauge:
    """The ear-voice span of a language: medians over the last segments."""

    language: str
    start_lag_s: float
    end_lag_s: float


@dataclass(frozen=True, slots=True)
class GlossaryNow:
    """The glossary as it counts from the next segment on."""

    csv: str
    violations: int


@dataclass(frozen=True, slots=True)
class TopicNow:
    """What the conversation is about, as translators are told from the next segment on."""

    text: str


@dataclass(frozen=True, slots=True)
class RecordState:
    """Whether this participant's words are kept, how many entries there are, and for how long."""

    consent: bool
    entries: int
    retention_days: int


@dataclass(frozen=True, slots=True)
class Export:
    """The record as a file."""

    format: ExportFormat
    text: str


InterpretationToPage = (
    Interpretation | LagGauge | GlossaryNow | TopicNow | RecordState | Export | BoothStates | BoothSaid
)
InterpretationFromPage = (
    ChooseLanguage
    | EditGlossary
    | UploadGlossary
    | EditTopic
    | Consent
    | AskExport
    | DeleteRecord
    | BoothAsk
    | BoothMute
    | BoothNote
)

KINDS: dict[type, str] = {
    ChooseLanguage: "choose-language",
    EditGlossary: "glossary-edit",
    UploadGlossary: "glossary-upload",
    EditTopic: "topic-edit",
    Consent: "record-consent",
    AskExport: "record-export",
    DeleteRecord: "record-delete",
    BoothAsk: "booth-ask",
    BoothMute: "booth-mute",
    BoothNote: "booth-note",
    BoothStates: "booths",
    BoothSaid: "booth-said",
    Interpretation: "interpretation",
    LagGauge: "lag",
    GlossaryNow: "glossary",
    TopicNow: "topic",
    RecordState: "record",
    Export: "record-file",
}


def _language(message: Json) -> str | None:
    if "language" not in message:
        raise MessageError("bad-message", "language: expected a language code such as es, or null")
    return None if message["language"] is None else read.matching(message, "language", LANGUAGE)


def _wordings(message: Json) -> dict[str, str]:
    found = read.fields(message, "wordings")
    if not 1 <= len(found) <= MAX_WORDINGS:
        raise MessageError("bad-message", f"wordings: expected 1 to {MAX_WORDINGS} languages")
    return {key: read.string(found, key, 80) for key in found}


PARSERS: dict[str, Callable[[Json], InterpretationFromPage]] = {
    "choose-language": lambda message: ChooseLanguage(_language(message)),
    "glossary-edit": lambda message: EditGlossary(_wordings(message), read.flag(message, "remove")),
    "glossary-upload": lambda message: UploadGlossary(read.string(message, "csv", MAX_CSV_CHARS, 0)),
    "topic-edit": lambda message: EditTopic(read.string(message, "text", MAX_TOPIC_CHARS, 0)),
    "record-consent": lambda message: Consent(read.flag(message, "given")),
    "record-export": lambda message: AskExport(
        cast(ExportFormat, read.one_of(message, "format", EXPORT_FORMATS)), _language(message)
    ),
    "record-delete": lambda message: DeleteRecord(),
    "booth-ask": lambda message: BoothAsk(
        read.matching(message, "language", LANGUAGE),
        cast(BoothStep, read.one_of(message, "step", BOOTH_STEPS)),
    ),
    "booth-mute": lambda message: BoothMute(read.flag(message, "muted")),
    "booth-note": lambda message: BoothNote(read.string(message, "text", MAX_NOTE_CHARS)),
}
