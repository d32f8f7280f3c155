"""Polls and forms: questions to everybody in the call that are answered with a click, counted and told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from agent.errors import ToolError
from agent.surfaces import ROOT, Acted, Surfaces
from agent.tool import BuiltIn, Tool, ToolOutcome, ToolUse
from agent.tool_schema import describe
from agent.wire_fields import Json
from agent.wire_work import SurfaceAction

MAX_OPTIONS = 12
MAX_FIELDS = 20
MAX_LABEL_CHARS = 200


@dataclass(slots=True)
class Poll:
    """A question with options; one vote a person, which they may change."""

    id: str
    question: str
    options: tuple[str, ...]
    votes: dict[str, int] = field(default_factory=dict[str, int])  # participant id to option

    def component(self, names: Mapping[str, str]) -> Json:
        options = [
            {"id": f"o{index}", "label": label, "votes": list(self.votes.values()).count(index)}
            for index, label in enumerate(self.options)
        ]
        voters = {
            f"o{index}": [names.get(who, "Somebody") for who, vote in self.votes.items() if vote == index]
            for index in range(len(self.options))
        }
        shown: Json = {"id": ROOT, "component": "Poll", "question": self.question, "isOpen": True}
        return {**shown, "options": options, "voters": voters}

    def result(self) -> str:
        """The count in words, most votes first."""
        counts = [(list(self.votes.values()).count(index), label) for index, label in enumerate(self.options)]
        ranked = sorted(counts, key=lambda each: -each[0])
        return ", ".join(f"{label}: {count}" for count, label in ranked)


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form."""

    name: str = describe("its key in the answers")
    label: str = describe("what people read")
    type: Literal["text", "number", "choice", "choices", "checkbox", "date"] = describe("what goes in", default="text")
    required: bool = describe("whether it must be filled in", default=False)
    options: tuple[str, ...] = describe("for choice and choices", default=())

    def __post_init__(self) -> None:
        if not self.name or len(self.label) > MAX_LABEL_CHARS:
            raise ValueError(f"fields: expected a name, and a label of at most {MAX_LABEL_CHARS} characters")
        if self.type in ("choice", "choices") and not self.options:
            raise ValueError(f"fields: {self.name} is a choice without options")

    def component(self) -> Json:
        shown: Json = {"name": self.name, "label": self.label, "type": self.type, "required": self.required}
        return {**shown, "options": list(self.options)} if self.options else shown


class Polls:
    """The polls and forms of a call. `names` are the people there now by id."""

    def __init__(
        self, surfaces: Surfaces, names: Callable[[], Mapping[str, str]], announce: Callable[[str, str], None]
    ) -> None:
        self._surfaces = surfaces
        self._names = names
        self._announce = announce

    def ask(self, question: str, options: tuple[str, ...]) -> Poll:
        """Show a poll. Raises ToolError in words."""
        if not question.strip() or not 2 <= len(options) <= MAX_OPTIONS:
            raise ToolError(f"poll: expected a question and 2 to {MAX_OPTIONS} options")
        poll = Poll(self._surfaces.new_id("poll"), question.strip(), options)
        self._show(poll)
        return poll

    def form(self, title: str, fields: tuple[FormField, ...]) -> str:
        """Show a form and return its surface's id. Raises ToolError in words."""
        if not 1 <= len(fields) <= MAX_FIELDS or len({each.name for each in fields}) < len(fields):
            raise ToolError(f"form: expected 1 to {MAX_FIELDS} fields, each with a name of its own")
        id = self._surfaces.new_id("form")

        def on_action(who: str, action: SurfaceAction) -> Acted | None:
            if action.action != "submit" or not isinstance(action.value, dict):
                return None
            answers = _answers(fields, cast(Json, action.value))
            name = self._names().get(who, "Somebody")
            self._announce(id, f"{name} filled in {title or 'the form'}: {answers}.")
            return Acted(f"sent the form {title!r}: {answers}")

        component: Json = {"id": ROOT, "component": "Form", "title": title, "submitLabel": "Send"}
        self._surfaces.show(id, title, [{**component, "fields": [each.component() for each in fields]}], on_action)
        return id

    def _show(self, poll: Poll) -> None:
        def on_action(who: str, action: SurfaceAction) -> Acted | None:
            chosen = str(action.value).removeprefix("o")
            if action.action != "vote" or not chosen.isdecimal() or int(chosen) >= len(poll.options):
                return None
            is_new = who not in poll.votes
            poll.votes[who] = int(chosen)
            self._show(poll)
            if is_new and poll.votes.keys() >= self._names().keys():
                self._announce(poll.id, f"Everybody has voted on {poll.question!r}: {poll.result()}.")
            return Acted(f"voted for {poll.options[int(chosen)]!r} in {poll.question!r}")

        self._surfaces.show(poll.id, "Poll", [poll.component(self._names())], on_action)


def _answers(fields: tuple[FormField, ...], given: Json) -> str:
    """What was filled in, in the form's order; keys that the form has not are left out."""
    parts: list[str] = []
    for each in fields:
        value: object = given.get(each.name)
        if isinstance(value, list):
            value = ", ".join(str(item) for item in cast(list[object], value)[:MAX_OPTIONS])
        elif isinstance(value, bool):
            value = "yes" if value else "no"
        if isinstance(value, str | int | float) and str(value):
            parts.append(f"{each.label}: {str(value)[:MAX_LABEL_CHARS]}")
    return "; ".join(parts) or "nothing"


@dataclass(frozen=True, slots=True)
class AskPoll:
    """Arguments of `ask_poll`."""

    question: str = describe("what everybody is asked")
    options: tuple[str, ...] = describe("what they can choose from", default=("Yes", "No"))


@dataclass(frozen=True, slots=True)
class ShowForm:
    """Arguments of `show_form`."""

    title: str = describe("what the form is for")
    fields: tuple[FormField, ...] = describe("what people fill in")


def poll_tools(polls: Polls) -> list[Tool]:
    """The tools that ask everybody something."""

    async def ask(asked: AskPoll, use: ToolUse) -> ToolOutcome:
        poll = polls.ask(asked.question, asked.options)
        options = ", ".join(poll.options)
        return ToolOutcome(f"poll {poll.id} is shown: {poll.question} ({options})", f"I am asking: {poll.question}")

    async def form(asked: ShowForm, use: ToolUse) -> ToolOutcome:
        id = polls.form(asked.title, asked.fields)
        return ToolOutcome(f"form {id} is shown; what people send comes later", "The form is there, please fill it in.")

    return [
        BuiltIn("ask_poll", "Ask everybody in the call and count their votes.", AskPoll, ask),
        BuiltIn("show_form", "Ask people to fill in a form; the answers come by themselves.", ShowForm, form),
    ]
