"""A conversation's session that goes on at another server when its own ends.

A server that drains says so and answers on: another one is made ready meanwhile from the session's record, brought up
to date with a newer one between two steps, and nobody hears it. Against servers that die, it asks for the record every
few seconds and keeps what was heard since: the voice may repeat or lose what falls between; the caller hears a pause.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.client import RemoteSession
from model.types import CapacityError, InputError, MicroTurnIn, MicroTurnOut, SessionLostError, SessionMovedError

if TYPE_CHECKING:
    from agent.engine_pool import EnginePool

logger = logging.getLogger(__name__)

RECORD_TURNS = 50  # micro-turns between two records: ten seconds
MAX_TURNS_AT_ONCE = 10  # that an engine takes in one step
MOVE_S = 2.0  # to find another server while the caller waits; after that the conversation is silent until one is there
RETRY_S = 0.1
CLOSE_S = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A conversation without a server: its last record and the micro-turns since, oldest first."""

    record: bytes
    since: tuple[MicroTurnIn, ...]


class LastingSession:
    """A `Session` over the servers of a pool."""

    def __init__(self, pool: EnginePool, conversation: str, session: RemoteSession, kept: Kept | None = None) -> None:
        self._pool = pool
        self._conversation = conversation
        self._session = session
        self._record: bytes | None = None
        self._since: deque[MicroTurnIn] = deque(maxlen=2 * RECORD_TURNS)
        self._to_catch_up = kept.since if kept is not None else ()
        self._num_steps = 0
        self._is_movable = True
        self._ready: asyncio.Task[RemoteSession] | None = (
            None  # at another server; ends with this session at the latest
        )

    async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        """Raises InputError and CapacityError as the engine does; SessionLostError when no server takes it over."""
        try:
            await self._catch_up()
            await self._leave()
            out = await self._session.step(heard)
        except SessionMovedError as error:
            out = await self._go_on(Kept(error.record, ()), heard)
        except SessionLostError:
            record, self._record = self._record, None  # used once: what ends two servers is in the record
            if record is None:
                raise
            out = await self._go_on(Kept(record, tuple(self._since)), heard)
        self._since.extend(heard)
        await self._keep_record()
        return out

    async def export(self) -> bytes:
        """The conversation as bytes; it goes on. Raises InputError when it cannot be had, SessionLostError."""
        return await self._session.export()

    async def close(self) -> None:
        """End it where it is, and where it would have gone."""
        try:
            await self._forget_ready()
        finally:
            await self._session.close()

    async def _leave(self) -> None:
        """Make another server ready for a session whose server shuts down, and go there once it is.

        Tried once; what fails here is done when this server ends the session. Raises SessionLostError.
        """
        if not self._session.is_leaving:
            return
        if self._ready is None:
            try:
                record = await self._session.export()
            except InputError as error:
                logger.warning("%s: stays until its server ends: %s", self._conversation, error)
                self._session.is_leaving = False
                return
            # not in a group: it begins in one step and ends in another, or in `close`
            self._ready = asyncio.get_running_loop().create_task(
                self._pool.rebuild(record), name=f"make a server ready for {self._conversation}"
            )
        elif self._ready.done():
            await self._go_to(self._ready)

    async def _go_to(self, ready: asyncio.Task[RemoteSession]) -> None:
        self._ready = None
        try:
            there = ready.result()
        except (SessionLostError, CapacityError, InputError) as error:
            logger.warning("%s: no other engine server is ready: %s", self._conversation, error)
            self._session.is_leaving = False
            return
        try:
            record = await self._session.export()
        except (InputError, SessionLostError):
            await self._close_quietly(there)
            raise
        try:
            await there.refresh(record)
        except (InputError, CapacityError, SessionLostError) as error:
            logger.warning("%s: stays until its server ends: %s", self._conversation, error)
            self._session.is_leaving = False
            await self._close_quietly(there)
            return
        before, self._session = self._session, there
        self._num_steps = 0  # a record soon: until then it cannot move again
        logger.info("%s: went to another engine server", self._conversation)
        await self._close_quietly(before)

    async def _forget_ready(self) -> None:
        ready, self._ready = self._ready, None
        if ready is None:
            return
        ready.cancel()
        await asyncio.wait([ready])
        if not ready.cancelled() and ready.exception() is None:
            await self._close_quietly(ready.result())

    async def _close_quietly(self, session: RemoteSession) -> None:
        with contextlib.suppress(SessionLostError, OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await session.close()

    async def _go_on(self, kept: Kept, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        """The answer to `heard` from another server, or from the same when it is back."""
        logger.warning("%s: moves to another engine server", self._conversation)
        await self._forget_ready()
        await self._close_quietly(self._session)
        try:
            async with asyncio.timeout(MOVE_S):
                self._session = await self._taken_over(kept.record)
        except TimeoutError:
            self._pool.keep(self._conversation, Kept(kept.record, (*kept.since, *heard)[-2 * RECORD_TURNS :]))
            raise SessionLostError(f"no engine server took the conversation over within {MOVE_S:g} s") from None
        except InputError as error:
            raise SessionLostError(f"its record is refused: {error}") from error
        self._to_catch_up = kept.since
        self._num_steps = 0  # a record soon: until then it cannot move again
        await self._catch_up()
        return await self._session.step(heard)

    async def _taken_over(self, record: bytes) -> RemoteSession:
        while True:
            try:
                return await self._pool.rebuild(record)
            except (SessionLostError, CapacityError) as error:
                logger.info("%s: not yet taken over: %s", self._conversation, error)
                await asyncio.sleep(RETRY_S)

    async def _catch_up(self) -> None:
        """Let the engine hear what it missed; what it would have said then is past."""
        missed, self._to_catch_up = self._to_catch_up, ()
        for start in range(0, len(missed), MAX_TURNS_AT_ONCE):
            await self._session.step(missed[start : start + MAX_TURNS_AT_ONCE])

    async def _keep_record(self) -> None:
        is_due = self._num_steps % RECORD_TURNS == 0
        self._num_steps += 1
        if not self._is_movable or not is_due:
            return
        try:
            self._record = await self._session.export()
            self._since.clear()
        except InputError:
            self._is_movable = False  # an engine whose sessions cannot be exported
        except SessionLostError:
            pass  # the next step says so, and goes on from the record before
