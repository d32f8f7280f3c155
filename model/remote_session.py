"""A session behind a socket that outlives its connection: when that breaks, it goes on over another one.

Imports no torch.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass

import numpy as np

from model import wire
from model.line import Line, LineCutError
from model.types import CapacityError, InputError, MicroTurnIn, MicroTurnOut, SessionLostError
from model.wire_errors import raise_answer

logger = logging.getLogger(__name__)

STEP_S = 30.0
CLOSE_S = 5.0
ATTEMPT_S = 1.0  # at most, for one of the attempts to connect again
RETRY_S = 0.1
Connect = Callable[[], AbstractAsyncContextManager[Line]]


@dataclass(frozen=True, slots=True)
class Patience:
    """With a server that says nothing, before it is taken for gone."""

    alive_s: float = 1.0  # until a ping asks whether anybody is there; and so long it has to answer
    resume_s: float = 5.0  # that a connection may be away


class UnreachableError(SessionLostError):
    """No connection just now; it may come back."""


class RemoteSession:
    """A `Session` behind a socket. After any SessionLostError it stays lost; close it and open another.

    Owns `line` and the `resources` behind it; `connect` makes another line to the same server.
    """

    def __init__(
        self, session_id: str, line: Line, resources: AsyncExitStack, connect: Connect, patience: Patience
    ) -> None:
        self.id = session_id
        self._line = line
        self._resources = resources
        self._connect, self._patience = connect, patience
        self._is_asking = False
        self._is_lost = False
        self._num_pings = 0
        self._answered = -1  # the last micro-turn whose answer came
        self.num_resumed = 0
        self.is_leaving = False  # its server shuts down: time to make another one ready

    async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        """Raises InputError and CapacityError for what the engine refuses now; the session lives on.

        Raises SessionMovedError when the server shuts down and another one can go on.
        """
        if not heard:
            raise InputError("step: no micro-turn")
        answer = await self._ask(wire.Step(heard), STEP_S)
        if not isinstance(answer, wire.Stepped):
            is_alive = isinstance(answer, wire.Refused) or (isinstance(answer, wire.Failed) and answer.code == "input")
            self._is_lost = not is_alive
            raise_answer(answer)
        if answer.out.index != heard[-1].index:
            self._is_lost = True
            raise SessionLostError(f"asked for micro-turn {heard[-1].index}, got {answer.out.index}")
        self._answered = answer.out.index
        return answer.out

    async def export(self) -> bytes:
        """The session as bytes, for `EngineClient.rebuild`; it goes on. Raises InputError when it cannot be had."""
        answer = await self._ask(wire.Export(), STEP_S)
        if not isinstance(answer, wire.Exported):
            self._is_lost = not (isinstance(answer, wire.Failed) and answer.code == "input")
            raise_answer(answer)
        return answer.record.tobytes()

    async def refresh(self, record: bytes) -> None:
        """Go on with a newer record of the same conversation. Raises InputError when it cannot be, SessionLostError."""
        answer = await self._ask(wire.Refresh(np.frombuffer(record, np.uint8)), STEP_S)
        if not isinstance(answer, wire.Refreshed):
            self._is_lost = not (isinstance(answer, wire.Failed) and answer.code == "input")
            raise_answer(answer)

    async def ping(self) -> None:
        """Return when the other side answered; raises SessionLostError when it does not."""
        self._num_pings += 1
        answer = await self._ask(wire.Ping(self._num_pings), CLOSE_S)
        if answer != wire.Pong(self._num_pings):
            self._is_lost = True
            raise_answer(answer)

    async def close(self) -> None:
        """Return when the engine's place is free again, or the connection is gone."""
        try:
            if not self._is_lost:  # a step in flight counts as lost: the server cancels it
                await self._ask(wire.Close(), CLOSE_S)
        except SessionLostError:
            pass  # gone before it was asked to go: the same end
        finally:
            self._is_lost = True
            await self._resources.aclose()

    async def _ask(self, message: wire.Message, timeout_s: float) -> wire.Message:
        if self._is_asking:
            raise InputError("session: one call at a time")
        if self._is_lost:
            raise SessionLostError("the session was lost or closed; open a new one")
        frame = wire.encode(message)
        self._is_asking = True
        self._is_lost = True  # until answered: after a wait cut short, a late answer would be the next one's
        try:
            answer = await self._answer_to(message, frame, timeout_s)
            self._is_lost = False
            return answer
        finally:
            self._is_asking = False

    async def _answer_to(self, message: wire.Message, frame: bytes, timeout_s: float) -> wire.Message:
        """The answer, over as many connections as it takes within `timeout_s`."""
        is_taken, until_s = False, time.monotonic() + timeout_s
        while True:
            try:
                if not is_taken:
                    await self._line.send_frame(frame)
                return await self._receive(message, until_s)
            except LineCutError as error:
                logger.info("session %.6s…: its connection broke (%s); it is resumed", self.id, error)
                taken = await self._resume()
                is_taken = isinstance(message, wire.Step) and taken >= message.heard[-1].index

    async def _receive(self, asked: wire.Message, until_s: float) -> wire.Message:
        """The answer; raises LineCutError when not even a ping is answered, SessionLostError at `until_s`."""
        is_pinging, alive_s = False, self._patience.alive_s
        while (left_s := until_s - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(alive_s):
                    answer = await self._line.receive(left_s + alive_s)
            except TimeoutError:
                if is_pinging:
                    raise LineCutError(f"no sign of life for {2 * alive_s:g} s") from None
                self._num_pings += 1
                await self._line.send(wire.Ping(self._num_pings))
                is_pinging = True
                continue
            if isinstance(answer, wire.Leaving):
                self.is_leaving = True
                continue
            if not isinstance(answer, wire.Pong) or (isinstance(asked, wire.Ping) and answer.number == asked.number):
                return answer
            is_pinging = False
        raise SessionLostError("the engine server is there and does not answer")

    async def _resume(self) -> int:
        """Connect again; the last micro-turn that the server has taken. Raises SessionLostError when it cannot be."""
        self._line.abort()
        resume_s = self._patience.resume_s
        until_s, attempt_s = time.monotonic() + resume_s, min(ATTEMPT_S, resume_s)
        while True:
            await self._resources.aclose()
            self._resources = AsyncExitStack()
            try:
                async with asyncio.timeout(attempt_s):
                    self._line = await self._resources.enter_async_context(self._connect())
                    await self._line.send(wire.Resume(self.id, self._answered))
                    answer = await self._line.receive(2 * attempt_s)
            except (UnreachableError, LineCutError, TimeoutError) as error:
                if time.monotonic() > until_s:
                    raise SessionLostError(f"its server was not reached for {resume_s:g} s: {error}") from error
                await asyncio.sleep(RETRY_S)
            except CapacityError as error:
                raise SessionLostError(f"its server does not take it back: {error}") from error
            else:
                if not isinstance(answer, wire.Resumed):
                    raise_answer(answer)
                self.num_resumed += 1
                return answer.index
