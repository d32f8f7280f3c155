"""One conversation's place in SGLang: a streaming session, and how much of the conversation it has taken in.

It is thrown away and made again from what the conversation keeps: when it has grown long, when the server was started
again, when a request went wrong. Knows nothing of what is said.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress

from model.history import History, Stretch
from model.sglang.chunk import Chunk, in_pieces
from model.sglang.client import Reply, ServerError, SglangClient
from model.sglang.writing import Writing

PIECE_POSITIONS = 128  # of what a new session is primed with; others get their turns in between
_CHARS_PER_POSITION = 16


class Remote:
    """An open session. One call at a time, as SGLang wants it."""

    def __init__(self, client: SglangClient, id: str) -> None:
        self._client, self._id = client, id
        self._seen: Stretch | None = None
        self.num_positions = 0

    @classmethod
    async def opened(cls, client: SglangClient, max_positions: int) -> Remote:
        """A new session with room for so many positions; raises ServerError."""
        id = f"alongside-{secrets.token_hex(12)}"
        await client.open(id, max_positions * _CHARS_PER_POSITION)
        return cls(client, id)

    async def prime(self, stretches: Sequence[Stretch], history: History | None = None) -> None:
        """Take in what the conversation keeps, in pieces; then it has all of `history`. Raises ServerError."""
        for piece in in_pieces(stretches, PIECE_POSITIONS):
            self._took(piece, await self._client.append(self._id, Chunk.of(piece)))
        if history is not None:
            self._seen = _last(history)

    def has_all(self, history: History) -> bool:
        """Whether it has taken in all of it."""
        return self._seen is not None and self._seen is _last(history)

    async def answer(self, history: History, writing: Writing, temperature: float) -> Reply:
        """Take in what is missing, and write; raises ServerError."""
        missing = self._missing(history)
        reply = await self._client.answer(self._id, Chunk.of(missing), writing, temperature)
        self._took(missing, reply)
        return reply

    async def append(self, tokens: Sequence[int]) -> Reply:
        """Tokens that the model does not choose, after the last stretch; raises ServerError."""
        reply = await self._client.append(self._id, Chunk(tuple(tokens)))
        self.num_positions = reply.num_positions
        return reply

    async def close(self) -> None:
        """Whatever the server says to it."""
        with suppress(ServerError):
            await self._client.close(self._id)

    def _missing(self, history: History) -> list[Stretch]:
        """What was begun since; all that is kept, where this session has seen nothing of it."""
        kept = [*history.first, *history.last]
        seen = next((at for at, stretch in enumerate(kept) if stretch is self._seen), -1)
        return kept[seen + 1 :]

    def _took(self, stretches: list[Stretch], reply: Reply) -> None:
        self._seen = stretches[-1]
        self.num_positions = reply.num_positions


def _last(history: History) -> Stretch | None:
    kept = history.last or history.first
    return kept[-1] if kept else None
