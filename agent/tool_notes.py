"""The notes of a call: a list that everybody sees, that grows while people talk, and that anybody may shorten."""

from __future__ import annotations

from dataclasses import dataclass

from agent.errors import ToolError
from agent.surfaces import ROOT, Acted, Surfaces
from agent.tool import BuiltIn, Tool, ToolOutcome, ToolUse
from agent.tool_schema import describe
from agent.wire_fields import Json
from agent.wire_work import SurfaceAction

MAX_NOTES = 200
MAX_NOTE_CHARS = 1_000
SURFACE = "notes"


@dataclass(frozen=True, slots=True)
class NoteOfCall:
    """One line of the notes."""

    id: str
    text: str


class CallNotes:
    """All notes of one call."""

    def __init__(self, surfaces: Surfaces) -> None:
        self._surfaces = surfaces
        self._notes: dict[str, NoteOfCall] = {}
        self._num_made = 0

    @property
    def texts(self) -> list[str]:
        return [note.text for note in self._notes.values()]

    def add(self, text: str) -> NoteOfCall:
        """Write a line. Raises ToolError in words."""
        if not text.strip() or len(text) > MAX_NOTE_CHARS:
            raise ToolError(f"notes: expected 1 to {MAX_NOTE_CHARS} characters")
        if len(self._notes) >= MAX_NOTES:
            raise ToolError(f"notes: {MAX_NOTES} are kept already; remove some")
        self._num_made += 1
        note = NoteOfCall(f"n{self._num_made}", text.strip())
        self._notes[note.id] = note
        self.show()
        return note

    def remove(self, wanted: str) -> NoteOfCall:
        """Take out the newest line that holds these words. Raises ToolError."""
        for note in reversed(self._notes.values()):
            if note.id == wanted or wanted.lower() in note.text.lower():
                del self._notes[note.id]
                self.show()
                return note
        raise ToolError(f"notes: none says {wanted!r}")

    def show(self) -> None:
        """Let everybody see the notes."""
        items: list[Json] = [{"id": note.id, "text": note.text} for note in self._notes.values()]
        component: Json = {"id": ROOT, "component": "Notes", "title": "Notes of this call", "items": items}
        self._surfaces.show(SURFACE, "Notes", [component], self._act)

    def _act(self, who: str, action: SurfaceAction) -> Acted | None:
        if action.action != "remove" or not isinstance(action.value, str) or action.value not in self._notes:
            return None
        return Acted(f"removed the note {self.remove(action.value).text!r}")


@dataclass(frozen=True, slots=True)
class TakeNote:
    """Arguments of `take_note`."""

    text: str = describe("what to write down, word for word")


@dataclass(frozen=True, slots=True)
class RemoveNote:
    """Arguments of `remove_note`."""

    words: str = describe("words of the note that goes")


@dataclass(frozen=True, slots=True)
class ReadNotes:
    """`read_notes` has no arguments."""


def note_tools(notes: CallNotes) -> list[Tool]:
    """The tools that write, remove and read the notes of the call."""

    async def take(asked: TakeNote, use: ToolUse) -> ToolOutcome:
        note = notes.add(asked.text)
        return ToolOutcome(f"noted: {note.text}", "Noted.")

    async def remove(asked: RemoveNote, use: ToolUse) -> ToolOutcome:
        note = notes.remove(asked.words)
        return ToolOutcome(f"removed: {note.text}", "I took it out of the notes.")

    async def read(asked: ReadNotes, use: ToolUse) -> ToolOutcome:
        notes.show()
        if not notes.texts:
            return ToolOutcome("there are no notes yet", "There are no notes yet.")
        return ToolOutcome("\n".join(notes.texts), f"The notes say: {'; '.join(notes.texts)}.")

    return [
        BuiltIn("take_note", "Write a line into the notes of this call, which everybody sees.", TakeNote, take),
        BuiltIn("remove_note", "Take a line out of the notes.", RemoveNote, remove),
        BuiltIn("read_notes", "Show and read the notes of this call.", ReadNotes, read),
    ]
