"""What a tool is: a name, words and a schema for the model, and work that ends in words. Knows no particular tool."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol

from agent.tool_schema import Arguments, read_arguments, schema_of
from agent.wire_fields import Json

DEFAULT_TIMEOUT_S = 20.0
MAX_OUTCOME_CHARS = 8_000


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """How a model and a person know a tool."""

    name: str
    description: str
    schema: Json
    timeout_s: float = DEFAULT_TIMEOUT_S
    danger: str = ""  # in words, why a person must agree first; empty when nobody need


@dataclass(frozen=True, slots=True)
class ToolView:
    """A document that a tool wants shown, and what the document is told of the tool's call."""

    title: str
    html: str
    app: Json  # `arguments` and `result`
    find: Callable[[str], Tool | None] = lambda name: None  # of the tools that the document itself may use


@dataclass(frozen=True, slots=True)
class ToolPicture:
    """A picture that a tool gave."""

    src: str  # a data address of PNG or JPEG
    alt: str  # what it shows, for who cannot see it


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """What a tool gave: `text` for the model, `spoken` as a person would say it, the rest for the pages."""

    text: str
    spoken: str = ""
    view: ToolView | None = None
    pictures: tuple[ToolPicture, ...] = ()
    data: Json | None = None  # all of it, for a document of the tool's own maker

    @property
    def words(self) -> str:
        return self.spoken or self.text


@dataclass(frozen=True, slots=True)
class ToolUse:
    """One call of a tool, as the tool sees it."""

    key: str  # idempotency: the same key is the same call
    who: str = ""  # participant id of who asked
    report: Callable[[float | None, str], None] = field(default=lambda progress, note: None)  # for the job's card


class Tool(Protocol):
    """Anything that can be called by name."""

    @property
    def spec(self) -> ToolSpec: ...

    async def call(self, arguments: Json, use: ToolUse) -> ToolOutcome:
        """Do it. Raises ToolError with words for the model; may be cancelled at any await."""
        ...


class BuiltIn(Generic[Arguments]):
    """A tool of our own, whose arguments are a dataclass."""

    def __init__(
        self,
        name: str,
        description: str,
        arguments: type[Arguments],
        work: Callable[[Arguments, ToolUse], Awaitable[ToolOutcome]],
        timeout_s: float = DEFAULT_TIMEOUT_S,
    ) -> None:
        self.spec = ToolSpec(name, description, schema_of(arguments), timeout_s)
        self._arguments: type[Arguments] = arguments
        self._work = work

    async def call(self, arguments: Json, use: ToolUse) -> ToolOutcome:
        """Raises ToolError, also for arguments that do not fit the schema."""
        return await self._work(read_arguments(self._arguments, arguments), use)
