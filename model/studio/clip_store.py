"""Clips on disk: one SQLite file that several processes read and write. Knows nothing of voices."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import numpy as np

from model.studio.stage import Clip
from model.types import HEARD_RATE_HZ, Word

_FULL_SCALE = 32767
_BUSY_S = 60.0
_TABLES = """
create table if not exists clips (
    voice text, text text, take integer, words text not null, pcm blob not null,
    primary key (voice, text, take)
) without rowid
"""


class ClipStore:
    """Keeps a clip for each (voice, text, take). One store a process and thread; forks open their own connection.

    Over `max_bytes` on disk nothing more is kept.
    """

    def __init__(self, file: Path, max_bytes: int) -> None:
        self._file, self._max_bytes = file, max_bytes
        self._connection: sqlite3.Connection | None = None
        self._opened_by = 0
        self._is_full = False

    def find(self, voice: str, text: str, take: int) -> Clip | None:
        found = self._open().execute(
            "select words, pcm from clips where voice = ? and text = ? and take = ?", (voice, text, take)
        )
        row: tuple[str, bytes] | None = found.fetchone()
        if row is None:
            return None
        words = tuple(Word(text, start_s, end_s) for text, start_s, end_s in json.loads(row[0]))
        return Clip((np.frombuffer(row[1], np.int16) / _FULL_SCALE).astype(np.float32), words)

    def keep(self, voice: str, text: str, take: int, clip: Clip) -> None:
        """A clip that another process kept meanwhile stays."""
        if self._is_full:
            return
        words = json.dumps([[w.text, round(w.start_s, 4), round(w.end_s, 4)] for w in clip.words])
        pcm = np.round(clip.pcm.clip(-1, 1) * _FULL_SCALE).astype(np.int16).tobytes()
        with self._open() as transaction:
            transaction.execute("insert or ignore into clips values (?, ?, ?, ?, ?)", (voice, text, take, words, pcm))
        self._is_full = self._file.stat().st_size > self._max_bytes

    def voices(self) -> list[str]:
        """Who has something here, sorted."""
        return [voice for (voice,) in self._open().execute("select distinct voice from clips order by voice")]

    def texts_of(self, voice: str) -> list[str]:
        """What is kept of a voice, sorted."""
        rows = self._open().execute("select distinct text from clips where voice = ? order by text", (voice,))
        return [text for (text,) in rows]

    def seconds_of(self, voice: str) -> float:
        """How much sound is kept of a voice."""
        found = self._open().execute("select coalesce(sum(length(pcm)), 0) from clips where voice = ?", (voice,))
        return found.fetchone()[0] / 2 / HEARD_RATE_HZ

    def _open(self) -> sqlite3.Connection:
        if self._connection is None or self._opened_by != os.getpid():
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self._file, timeout=_BUSY_S)
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma synchronous = off")  # everything here can be rendered again
            self._connection.execute(_TABLES)
            self._opened_by = os.getpid()
        return self._connection
