"""A translation that a voice may begin to speak before its end is known. Knows no translator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from agent.interpretation.checked_translation import CheckedTranslation


class Underway:
    """`add` pieces or nothing, then `end` with the whole, or with None when it failed."""

    def __init__(self) -> None:
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()  # bounded by what a translator says to a segment
        self._has_begun = asyncio.Event()
        self._is_over = asyncio.Event()
        self._num_added = 0
        self._found: CheckedTranslation | None = None

    def add(self, piece: str) -> None:
        """Some of the text, to be spoken now; it is not taken back."""
        self._num_added += 1
        self._pieces.put_nowait(piece)
        self._has_begun.set()

    def end(self, found: CheckedTranslation | None) -> None:
        if found is not None and self._num_added == 0:
            self._pieces.put_nowait(found.text)
        self._found = found
        self._pieces.put_nowait(None)
        self._has_begun.set()
        self._is_over.set()

    async def begun(self) -> None:
        """There is something to speak, or never will be."""
        await self._has_begun.wait()

    async def text(self) -> AsyncIterator[str]:
        """The pieces; take them once."""
        while (piece := await self._pieces.get()) is not None:
            yield piece

    async def result(self) -> CheckedTranslation | None:
        """The whole, once it is there."""
        await self._is_over.wait()
        return self._found
