"""The messages of background work, generated interface, tools and etiquette, part of `agent/wire.py`'s version 1.

Knows nothing of channels, of what draws a surface, or of who works.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from agent import wire_fields as read
from agent.errors import MessageError
from agent.wire_fields import Json

JobState = Literal["running", "blocked", "done", "failed", "cancelled"]
ApprovalState = Literal["asked", "approved", "denied", "expired"]
EtiquetteMode = Literal["quiet", "undertone", "invited", "free"]
ETIQUETTE_MODES: tuple[EtiquetteMode, ...] = ("quiet", "undertone", "invited", "free")
WHOLE_ROOM = "room"  # in place of a participant's id
MAX_NOTE_CHARS = 500
MAX_TITLE_CHARS = 120
MAX_COMPONENTS = 500
MAX_HTML_CHARS = 200_000
MAX_PAGE_CONTEXT_CHARS = 8_000
_TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class JobCard:
    """What a delegation does now; the same id replaces."""

    id: str
    title: str
    state: JobState
    progress: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShowSurface:
    """Generated interface: A2UI components as a flat list whose tree begins at `root`; changes a known surface."""

    surface_id: str
    title: str
    components: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class ShowHtml:
    """A document for the sandboxed frame; the same id replaces.

    `app` is there when the document is the view of a tool: the `arguments` and the `result` of its call.
    """

    surface_id: str
    title: str
    html: str
    app: Json | None = None


@dataclass(frozen=True, slots=True)
class RemoveSurface:
    """A surface goes."""

    surface_id: str


@dataclass(frozen=True, slots=True)
class SurfaceResult:
    """What came of the tool that a surface's document used: `result`, or in words why nothing."""

    surface_id: str
    id: str
    result: Json | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ApprovalCard:
    """A tool that wants somebody's leave; the same id replaces."""

    id: str
    tool: str
    arguments: Json
    reason: str
    state: ApprovalState


@dataclass(frozen=True, slots=True)
class CallPageTool:
    """Call a tool that this page registered."""

    id: str
    name: str
    arguments: Json


@dataclass(frozen=True, slots=True)
class CancelPageTool:
    """The answer to a call is no longer wanted."""

    id: str


@dataclass(frozen=True, slots=True)
class EtiquetteState:
    """Who may be interrupted, and how; people with a mode of their own by their id."""

    room: EtiquetteMode
    people: Mapping[str, EtiquetteMode] = field(default_factory=dict[str, EtiquetteMode])


@dataclass(frozen=True, slots=True)
class CancelJob:
    """Stop the work of a card."""

    id: str


@dataclass(frozen=True, slots=True)
class SurfaceAction:
    """Somebody acted on a component of a surface."""

    surface_id: str
    component_id: str
    action: str
    value: object


@dataclass(frozen=True, slots=True)
class AnswerApproval:
    """Somebody answered an approval card."""

    id: str
    approve: bool
    remember: bool


@dataclass(frozen=True, slots=True)
class RegisterTool:
    """The embedding page offers a tool."""

    name: str
    description: str
    schema: Json


@dataclass(frozen=True, slots=True)
class UnregisterTool:
    """The embedding page takes a tool back."""

    name: str


@dataclass(frozen=True, slots=True)
class PageToolResult:
    """What a tool of the page gave: `result`, or in words why not."""

    id: str
    result: object = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class PageContext:
    """What the embedding page wants known."""

    text: str


@dataclass(frozen=True, slots=True)
class SetEtiquette:
    """Change the mode of a participant or of the whole room."""

    who: str
    mode: EtiquetteMode


@dataclass(frozen=True, slots=True)
class PushToTalk:
    """While on, this person is heard only while the button is held."""

    on: bool
    held: bool


WorkToPage = (
    JobCard
    | ShowSurface
    | ShowHtml
    | RemoveSurface
    | SurfaceResult
    | ApprovalCard
    | CallPageTool
    | CancelPageTool
    | EtiquetteState
)
WorkFromPage = (
    CancelJob
    | SurfaceAction
    | AnswerApproval
    | RegisterTool
    | UnregisterTool
    | PageToolResult
    | PageContext
    | SetEtiquette
    | PushToTalk
)

KINDS: dict[type, str] = {
    JobCard: "job",
    ShowSurface: "ui",
    ShowHtml: "ui-html",
    RemoveSurface: "ui-remove",
    SurfaceResult: "ui-result",
    ApprovalCard: "approval",
    CallPageTool: "tool-call",
    CancelPageTool: "tool-cancel",
    EtiquetteState: "etiquette-state",
    CancelJob: "job-cancel",
    SurfaceAction: "ui-action",
    AnswerApproval: "approval-answer",
    RegisterTool: "tool-register",
    UnregisterTool: "tool-unregister",
    PageToolResult: "tool-result",
    PageContext: "page-context",
    SetEtiquette: "etiquette",
    PushToTalk: "push-to-talk",
}
WIRE_NAMES = {"surface_id": "surfaceId", "component_id": "componentId"}  # as A2UI writes them


def _action(message: Json) -> SurfaceAction:
    return SurfaceAction(
        read.name(message, "surfaceId"),
        read.name(message, "componentId"),
        read.name(message, "action"),
        read.value(message, "value"),
    )


def _register(message: Json) -> RegisterTool:
    schema = read.fields(message, "schema")
    if schema.get("type") != "object":
        raise MessageError("bad-message", 'schema: expected a JSON Schema with "type": "object"')
    return RegisterTool(read.matching(message, "name", _TOOL_NAME), read.string(message, "description", 1_000), schema)


def _result(message: Json) -> PageToolResult:
    if ("result" in message) == ("error" in message):
        raise MessageError("bad-message", "result: expected either result or error")
    if "error" in message:
        return PageToolResult(read.name(message, "id"), None, read.string(message, "error", 1_000))
    return PageToolResult(read.name(message, "id"), read.value(message, "result"))


def _etiquette(message: Json) -> SetEtiquette:
    mode = read.one_of(message, "mode", ETIQUETTE_MODES)
    return SetEtiquette(read.name(message, "who"), cast(EtiquetteMode, mode))


PARSERS: dict[str, Callable[[Json], WorkFromPage]] = {
    "job-cancel": lambda message: CancelJob(read.name(message, "id")),
    "ui-action": _action,
    "approval-answer": lambda message: AnswerApproval(
        read.name(message, "id"), read.flag(message, "approve"), read.flag(message, "remember")
    ),
    "tool-register": _register,
    "tool-unregister": lambda message: UnregisterTool(read.matching(message, "name", _TOOL_NAME)),
    "tool-result": _result,
    "page-context": lambda message: PageContext(read.string(message, "text", MAX_PAGE_CONTEXT_CHARS, 0)),
    "etiquette": _etiquette,
    "push-to-talk": lambda message: PushToTalk(read.flag(message, "on"), read.flag(message, "held")),
}
