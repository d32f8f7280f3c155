"""A call's record while it goes on: what those who consented said, with every rendering, on its way to the store.

The store's calls block, so they run in threads, one after the other. Knows no pages.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from agent.interpretation.errors import RecordError
from agent.interpretation.lane import HeardPart, Interpreted, SourceSegment
from agent.interpretation.record import Entry, Record, Rendering, to_json
from agent.interpretation.record_exports import to_srt, to_text, to_webvtt
from agent.interpretation.record_store import RecordStore
from agent.wire_interpretation import MAX_EXPORT_CHARS, ExportFormat

SETTLED_S = 30.0  # after its end no rendering of an utterance is expected any more
MAX_OPEN = 200  # utterances that wait for renderings; the oldest is written as it is


@dataclass(frozen=True, slots=True)
class RecordConfig:
    """Where records are kept and for how long; the file is made when somebody consents."""

    file: Path
    retention_days: int = 30


@dataclass(slots=True)
class _Open:
    """An utterance that may still get renderings."""

    speaker: str  # as the record calls them
    part: HeardPart
    renderings: dict[str, Rendering] = field(default_factory=dict[str, Rendering])

    @property
    def end_s(self) -> float:
        return self.part.start_s + self.part.heard_s


class Scribe:
    """One call. `wall_s` tells seconds since 1970, as a record outlives the call's clock."""

    def __init__(self, room: str, config: RecordConfig, wall_s: Callable[[], float]) -> None:
        self._room = room
        self._config = config
        self._wall_s = wall_s
        self._id = f"{room}-{secrets.token_hex(8)}"
        self._store: RecordStore | None = None  # once the record has begun
        self._names: dict[str, str] = {}  # of those who consented, by participant id
        self._open: dict[tuple[str, float], _Open] = {}  # by participant and start
        self._writing = asyncio.Lock()
        self.num_entries = 0

    @property
    def retention_days(self) -> int:
        return self._config.retention_days

    @property
    def is_open(self) -> bool:
        """Whether somebody's words are kept."""
        return bool(self._names)

    def keeps(self, who: str) -> bool:
        """Whether this participant consented."""
        return who in self._names

    async def consent(self, who: str, name: str, given: bool) -> None:
        """Keep what somebody says from now on, or forget all they said. Raises RecordError."""
        if not given:
            speaker = self._names.pop(who, None)
            self._open = {key: each for key, each in self._open.items() if key[0] != who}
            async with self._writing:
                if speaker is not None and self._store is not None:
                    self.num_entries -= await asyncio.to_thread(self._store.withdraw, self._id, speaker)
            return
        speaker = name if name not in self._names.values() else f"{name} ({who})"
        async with self._writing:
            self._store = self._store or await asyncio.to_thread(self._begin)
            await asyncio.to_thread(self._store.consent, self._id, speaker)
        self._names[who] = speaker

    def heard(self, who: str, part: HeardPart) -> None:
        """A hypothesis; the last of an utterance counts."""
        speaker = self._names.get(who)
        if speaker is None or not part.transcript.text:
            return
        known = self._open.setdefault((who, part.start_s), _Open(speaker, part))
        known.part = part

    def rendered(self, who: str, interpreted: Interpreted) -> None:
        """A segment of an utterance in another language."""
        of = self._utterance(who, interpreted.source)
        if of is None:
            return
        found, span = interpreted.translation, interpreted.span
        before = of.renderings.get(found.language)
        if before is None:
            of.renderings[found.language] = Rendering(found.text, found.is_doubtful, span)
            return
        is_doubtful = before.is_doubtful or found.is_doubtful
        if before.span is not None and span is not None:
            span = replace(before.span, end_lag_s=span.end_lag_s)
        of.renderings[found.language] = Rendering(f"{before.text} {found.text}", is_doubtful, span or before.span)

    async def settle(self, now_s: float) -> bool:
        """Write what is complete at that time of the call; whether anything was. Raises RecordError."""
        done = [key for key, each in self._open.items() if each.end_s + SETTLED_S < now_s]
        over = len(self._open) - len(done) - MAX_OPEN
        done += [key for key in self._open if key not in done][: max(0, over)]
        return await self._write(done)

    async def export(self, format: ExportFormat, language: str | None) -> str:
        """The record so far as a file. Raises RecordError when nothing is kept or it is too long for a message."""
        await self._write(list(self._open))
        async with self._writing:
            if self._store is None:
                raise RecordError("there is no record: nobody consented to one")
            record = await asyncio.to_thread(self._store.read, self._id)
        text = _FORMATS[format](record, language)
        if len(text) > MAX_EXPORT_CHARS:
            raise RecordError(f"the record has {len(text)} characters; ask for one language, or read it from the store")
        return text

    async def delete(self) -> None:
        """Forget everything that was kept of this call; consents are taken back. Raises RecordError."""
        self._names.clear()
        self._open.clear()
        async with self._writing:
            if self._store is not None:
                await asyncio.to_thread(self._store.delete, self._id)
            self._store = None
            self.num_entries = 0

    async def close(self) -> None:
        """The call is over. Raises RecordError."""
        await self._write(list(self._open))

    async def _write(self, keys: list[tuple[str, float]]) -> bool:
        entries = [_entry(self._open.pop(key)) for key in keys]
        async with self._writing:
            if not entries or self._store is None:
                return False
            self.num_entries += await asyncio.to_thread(self._store.add, self._id, entries)
            return True

    def _begin(self) -> RecordStore:
        """On a thread: open the file, let go of what is over its time, and start this call's record."""
        store, now_s = RecordStore(self._config.file), self._wall_s()
        store.expire(now_s)
        store.begin(self._id, self._room, self.retention_days, now_s)
        return store

    def _utterance(self, who: str, source: SourceSegment) -> _Open | None:
        """The one that a segment is of: the last that began before it."""
        begun = [key for key in self._open if key[0] == who and key[1] <= source.start_s + 0.001]
        return self._open[max(begun)] if begun else None


def _entry(each: _Open) -> Entry:
    start_ms = round(each.part.start_s * 1000)
    words = each.part.transcript.words
    end_s = each.part.start_s + words[-1].end_s if words else each.end_s
    transcript = each.part.transcript
    end_ms = max(start_ms, round(end_s * 1000))
    return Entry(each.speaker, transcript.language, transcript.text, start_ms, end_ms, each.renderings)


def _json(record: Record, language: str | None) -> str:
    return to_json(record)


_FORMATS: dict[ExportFormat, Callable[[Record, str | None], str]] = {
    "vtt": to_webvtt,
    "srt": to_srt,
    "txt": to_text,
    "json": _json,
}
