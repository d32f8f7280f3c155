"""Records kept in SQLite: only with consent, only for a while, gone on request.

Calls take milliseconds and block: make them from a thread. Each opens the file anew, so any thread may.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from agent.interpretation.errors import RecordError
from agent.interpretation.record import Entry, Record, entry_from_json, entry_to_json, in_order

MAX_RETENTION_DAYS = 3_650
_DAY_S = 86_400
_BUSY_S = 5.0
_TABLES = """
CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, room TEXT NOT NULL, ends_at_s INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS consents (
    record TEXT NOT NULL REFERENCES records(id) ON DELETE CASCADE, speaker TEXT NOT NULL, PRIMARY KEY (record, speaker)
);
CREATE TABLE IF NOT EXISTS entries (
    record TEXT NOT NULL REFERENCES records(id) ON DELETE CASCADE, speaker TEXT NOT NULL, entry TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS entries_of_speaker ON entries (record, speaker);
"""


class RecordStore:
    """Times are seconds since 1970, passed in; a record lives beyond the process and its clock."""

    def __init__(self, path: Path) -> None:
        """Open or make the file, readable by its owner only. Raises RecordError."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
        except OSError as error:
            raise RecordError(f"{path}: records cannot be kept there ({error}); name another place") from error
        with self._changing() as database:
            database.executescript(_TABLES)

    def begin(self, record: str, room: str, retention_days: int, now_s: float) -> None:
        """Start a record that goes after so many days. Raises RecordError."""
        if not 1 <= retention_days <= MAX_RETENTION_DAYS:
            raise RecordError(f"{retention_days} days: a record is kept 1 to {MAX_RETENTION_DAYS} days")
        with self._changing() as database:
            try:
                database.execute(
                    "INSERT INTO records VALUES (?, ?, ?)", (record, room, int(now_s) + retention_days * _DAY_S)
                )
            except sqlite3.IntegrityError as error:
                raise RecordError(f"record {record!r} is already there; take a new id for a new call") from error

    def consent(self, record: str, speaker: str) -> None:
        """From now on what this speaker says may be kept. Raises RecordError when there is no such record."""
        with self._changing() as database:
            self._need(database, record)
            database.execute("INSERT OR IGNORE INTO consents VALUES (?, ?)", (record, speaker))

    def withdraw(self, record: str, speaker: str) -> int:
        """Forget a speaker's consent and all they said; returns how many entries went."""
        with self._changing() as database:
            database.execute("DELETE FROM consents WHERE record = ? AND speaker = ?", (record, speaker))
            found = database.execute("DELETE FROM entries WHERE record = ? AND speaker = ?", (record, speaker))
            return found.rowcount

    def add(self, record: str, entries: Sequence[Entry]) -> int:
        """Keep entries of those who consented; returns how many were kept. Raises RecordError."""
        with self._changing() as database:
            self._need(database, record)
            rows = database.execute("SELECT speaker FROM consents WHERE record = ?", (record,))
            consented = {str(speaker) for (speaker,) in rows}
            kept = [entry for entry in entries if entry.speaker in consented]
            database.executemany(
                "INSERT INTO entries VALUES (?, ?, ?)",
                [(record, entry.speaker, entry_to_json(entry)) for entry in kept],
            )
            return len(kept)

    def read(self, record: str) -> Record:
        """A record with its entries in order. Raises RecordError when there is none or it is damaged."""
        with self._changing() as database:
            room = self._need(database, record)
            rows = database.execute("SELECT entry FROM entries WHERE record = ? ORDER BY rowid", (record,)).fetchall()
        return in_order(room, (entry_from_json(entry) for (entry,) in rows))

    def delete(self, record: str) -> bool:
        """Delete a record with all it holds; whether there was one."""
        with self._changing() as database:
            return database.execute("DELETE FROM records WHERE id = ?", (record,)).rowcount > 0

    def expire(self, now_s: float) -> int:
        """Delete what is over its retention time; returns how many records went."""
        with self._changing() as database:
            return database.execute("DELETE FROM records WHERE ends_at_s <= ?", (int(now_s),)).rowcount

    @contextmanager
    def _changing(self) -> Generator[sqlite3.Connection]:
        """One transaction. What is deleted is overwritten in the file. Raises RecordError."""
        try:
            with closing(sqlite3.connect(self._path, timeout=_BUSY_S)) as database, database:
                database.execute("PRAGMA foreign_keys = ON")
                database.execute("PRAGMA secure_delete = ON")
                yield database
        except sqlite3.Error as error:
            raise RecordError(f"{self._path}: {error}; is it a file of records, and is the disk full?") from error

    def _need(self, database: sqlite3.Connection, record: str) -> str:
        row = database.execute("SELECT room FROM records WHERE id = ?", (record,)).fetchone()
        if row is None:
            raise RecordError(f"there is no record {record!r}; it was deleted, or its time is over")
        return str(row[0])
