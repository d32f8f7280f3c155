"""The tools that read the call itself: what was said so far, what the page says, what the picture shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from agent.context_package import ContextPackage
from agent.tool import BuiltIn, Tool, ToolOutcome, ToolUse
from agent.tool_schema import describe

MAX_TRANSCRIPT_CHARS = 7_500


@dataclass(frozen=True, slots=True)
class ReadTranscript:
    """Arguments of `read_transcript`."""

    about: str = describe("only utterances with this word; empty is all", default="")


@dataclass(frozen=True, slots=True)
class ReadPage:
    """`read_page` has no arguments."""


@dataclass(frozen=True, slots=True)
class Look:
    """Arguments of `look_at_picture`."""

    question: str = describe("what to look for", default="What is there to see?")


def call_tools(
    package: Callable[[], ContextPackage],
    page_contexts: Callable[[], Mapping[str, str]],
    look: Callable[[str], Awaitable[str]],
) -> list[Tool]:
    """Transcript, page context and picture; `look` answers a question about the picture or raises ToolError."""

    async def read_transcript(asked: ReadTranscript, use: ToolUse) -> ToolOutcome:
        lines = [line for line in package().transcript if asked.about.lower() in line.lower()]
        text = "\n".join(lines)[-MAX_TRANSCRIPT_CHARS:]
        return ToolOutcome(text or "nothing was said about that")

    async def read_page(asked: ReadPage, use: ToolUse) -> ToolOutcome:
        return ToolOutcome("\n".join(page_contexts().values()) or "the page says nothing about itself")

    async def look_at_picture(asked: Look, use: ToolUse) -> ToolOutcome:
        return ToolOutcome(await look(asked.question))

    return [
        BuiltIn(
            "read_transcript", "What was said in this call so far, with who and when.", ReadTranscript, read_transcript
        ),
        BuiltIn("read_page", "What the web page around the call says about itself.", ReadPage, read_page),
        BuiltIn("look_at_picture", "Look at the camera or shared screen of the call.", Look, look_at_picture),
    ]
