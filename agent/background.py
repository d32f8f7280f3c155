"""The seam to whatever works in the background: an order and tools in, words streaming out. Knows no model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from agent.context_package import ContextPackage
from agent.tool import ToolSpec


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """What is to be done, with everything that was said before."""

    request: str
    context: ContextPackage
    image_jpeg: bytes | None = None  # a picture of the call, when the request is about one


class ToolAccess(Protocol):
    """The tools that one delegation may use."""

    @property
    def specs(self) -> Sequence[ToolSpec]: ...

    async def call(self, name: str, arguments: str) -> str:
        """Call a tool with JSON text; its result or, in words, why there is none. Never raises but for a cancel."""
        ...


class NoTools:
    """`ToolAccess` to nothing."""

    specs: Sequence[ToolSpec] = ()

    async def call(self, name: str, arguments: str) -> str:
        return f"{name}: there are no tools here"


class BackgroundEngine(Protocol):
    """Does a piece of work."""

    @property
    def sees(self) -> bool:
        """Whether it takes the picture of an order."""
        ...

    def work(self, order: WorkOrder, tools: ToolAccess) -> AsyncGenerator[str]:
        """Yield the answer in pieces as it comes. Raises BackgroundError with words for people."""
        ...
