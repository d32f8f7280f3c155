"""What pages ask of a call's record: consent, files, its end. Every answer is a message; nothing here waits."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Coroutine

from agent.interpretation.errors import InterpretationError, RecordError
from agent.interpretation.lane import HeardPart, Interpreted
from agent.interpretation.room import Room
from agent.interpretation.scribe import RecordConfig, Scribe
from agent.wire import ErrorMessage
from agent.wire_interpretation import AskExport, Consent, DeleteRecord, Export, RecordState

logger = logging.getLogger(__name__)

RecordWish = Consent | AskExport | DeleteRecord


class RecordDesk:
    """One room's; without a config every wish is refused in words."""

    def __init__(self, room: Room, config: RecordConfig | None, start: Callable[[Coroutine[None, None, None]], None]):
        """`start` lets work go on beside the call."""
        self._room = room
        self._scribe = Scribe(room.name, config, time.time) if config else None
        self._start = start

    @property
    def is_open(self) -> bool:
        """Whether somebody's words are kept, so that they have to be heard."""
        return self._scribe is not None and self._scribe.is_open

    def greet(self, who: str) -> None:
        """Somebody came: they read for how long words would be kept before they consent."""
        if self._scribe is not None:
            self._tell_one(self._scribe, who)

    def heard(self, who: str, part: HeardPart) -> None:
        if self._scribe is not None:
            self._scribe.heard(who, part)

    def rendered(self, who: str, interpreted: Interpreted) -> None:
        if self._scribe is not None:
            self._scribe.rendered(who, interpreted)

    def take(self, who: str, wish: RecordWish, on_change: Callable[[], None]) -> None:
        """Raises InterpretationError where records are not kept."""
        if self._scribe is None:
            raise InterpretationError("this agent keeps no records; its host can start it with --records FILE")
        self._start(self._do(self._scribe, who, wish, on_change))

    def settle(self, now_s: float) -> None:
        """Write what is complete. Called now and then."""
        if self._scribe is not None and self._scribe.is_open:
            self._start(self._write(self._scribe, now_s))

    async def close(self) -> None:
        """The call is over."""
        if self._scribe is not None:
            try:
                await self._scribe.close()
            except RecordError as error:
                logger.warning("%s: the record is not complete: %s", self._room.name, error)

    async def _do(self, scribe: Scribe, who: str, wish: RecordWish, on_change: Callable[[], None]) -> None:
        try:
            match wish:
                case Consent(given):
                    await scribe.consent(who, self._room.names.get(who, "Somebody"), given)
                case AskExport(format, language):
                    self._room.tell_one(who, Export(format, await scribe.export(format, language)))
                case DeleteRecord():
                    await scribe.delete()
        except RecordError as error:
            self._room.tell_one(who, ErrorMessage("record", str(error)))
        on_change()
        self._tell(scribe)

    async def _write(self, scribe: Scribe, now_s: float) -> None:
        try:
            if await scribe.settle(now_s):
                self._tell(scribe)
        except RecordError as error:
            logger.warning("%s: the record cannot be written: %s", self._room.name, error)

    def _tell(self, scribe: Scribe) -> None:
        for who in self._room.names:
            self._tell_one(scribe, who)

    def _tell_one(self, scribe: Scribe, who: str) -> None:
        self._room.tell_one(who, RecordState(scribe.keeps(who), scribe.num_entries, scribe.retention_days))
