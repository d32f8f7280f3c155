"""Glossary and topic as tools of the conversation: they are edited by voice. Knows no pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agent.errors import ToolError
from agent.interpretation.errors import GlossaryError
from agent.interpretation.glossary import GlossaryBook
from agent.tool import BuiltIn, Tool, ToolOutcome, ToolUse
from agent.tool_schema import describe


@dataclass(frozen=True, slots=True)
class AddTerm:
    """Arguments of `add_term`."""

    term: str = describe("the word or name as it is said in this call")
    wording: str = describe("what it is to be in the other language; empty for a name that is never translated", "")
    language: str = describe("two letters of the other language, such as es; empty for a name", "")


@dataclass(frozen=True, slots=True)
class RemoveTerm:
    """Arguments of `remove_term`."""

    term: str = describe("the word or name as it is said in this call")


@dataclass(frozen=True, slots=True)
class SetTopic:
    """Arguments of `set_topic`."""

    topic: str = describe("what this call is about, in a few words; empty to forget it")


def glossary_tools(book: GlossaryBook, spoken: str, changed: Callable[[], None]) -> list[Tool]:
    """Tools that edit a glossary in a call whose language is `spoken`; `changed` is called after each edit."""

    async def add_term(asked: AddTerm, use: ToolUse) -> ToolOutcome:
        if bool(asked.wording) != bool(asked.language):
            raise ToolError("add_term: wording and language go together; both are empty for a name")
        wordings = {spoken: asked.term}
        if asked.wording:
            wordings[asked.language] = asked.wording
        if asked.language == spoken:
            raise ToolError(f"add_term: the call is in {spoken!r} already; say how it is in another language")
        edit_book(lambda: book.add(wordings))
        how = f"{asked.wording!r} in {asked.language}" if asked.wording else "the same in every language"
        return ToolOutcome(f"from the next sentence on {asked.term!r} is {how}")

    async def remove_term(asked: RemoveTerm, use: ToolUse) -> ToolOutcome:
        edit_book(lambda: book.remove(spoken, asked.term))
        return ToolOutcome(f"{asked.term!r} is no longer in the glossary")

    def edit_book(edit: Callable[[], None]) -> None:
        _edit(edit)
        changed()

    what = "How a word is to be interpreted in this call; a name may stay as it is."
    return [
        BuiltIn("add_term", what, AddTerm, add_term),
        BuiltIn("remove_term", "Take a word out of the glossary of this call.", RemoveTerm, remove_term),
    ]


def topic_tool(book: GlossaryBook, changed: Callable[[], None]) -> Tool:
    """The tool that sets what a call is about; `changed` is called after each edit."""

    async def set_topic(asked: SetTopic, use: ToolUse) -> ToolOutcome:
        _edit(lambda: book.set_topic(asked.topic))
        changed()
        told = f"from the next sentence on it is known that this call is about {book.topic!r}"
        return ToolOutcome(told if book.topic else "this call has no topic any more")

    return BuiltIn("set_topic", "What this call is about, for whoever interprets it.", SetTopic, set_topic)


def _edit(edit: Callable[[], None]) -> None:
    try:
        edit()
    except GlossaryError as error:
        raise ToolError(str(error)) from error
