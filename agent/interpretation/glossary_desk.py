"""Glossary and topic of a room: edited from pages and by voice, and told to every page. Knows no lanes."""

from __future__ import annotations

from agent.interpretation.glossary import GlossaryBook
from agent.interpretation.glossary_csv import read_glossary, write_glossary
from agent.interpretation.glossary_tools import glossary_tools, topic_tool
from agent.interpretation.room import Room
from agent.wire_interpretation import EditGlossary, EditTopic, GlossaryNow, TopicNow, UploadGlossary


class GlossaryDesk:
    """Everything is called on the event loop."""

    def __init__(self, room: Room, spoken: str) -> None:
        """`spoken` is the language of the call."""
        self._room = room
        self.book = GlossaryBook()
        self.tools = [*glossary_tools(self.book, spoken, self._tell_glossary), topic_tool(self.book, self._tell_topic)]

    def greet(self, who: str) -> None:
        """Tell who has just come what was agreed on."""
        if self.book.now.terms:
            self._room.tell_one(who, self._glossary_now())
        if self.book.topic:
            self._room.tell_one(who, TopicNow(self.book.topic))

    def take(self, message: EditGlossary | UploadGlossary | EditTopic) -> None:
        """A page edits. Raises GlossaryError."""
        match message:
            case EditGlossary(wordings, True):
                language, wording = next(iter(wordings.items()))
                self.book.remove(language, wording)
                self._tell_glossary()
            case EditGlossary(wordings, _):
                self.book.add(wordings)
                self._tell_glossary()
            case UploadGlossary(csv):
                self.book.replace(read_glossary(csv.encode()))
                self._tell_glossary()
            case EditTopic(text):
                self.book.set_topic(text)
                self._tell_topic()

    def _glossary_now(self) -> GlossaryNow:
        return GlossaryNow(write_glossary(self.book.now).decode(), self.book.num_violations)

    def _tell_glossary(self) -> None:
        now = self._glossary_now()
        for who in self._room.names:
            self._room.tell_one(who, now)

    def _tell_topic(self) -> None:
        for who in self._room.names:
            self._room.tell_one(who, TopicNow(self.book.topic))
