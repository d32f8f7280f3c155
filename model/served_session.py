"""One session behind one line: steps in, answers out, one at a time. Knows no HTTP."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from contextlib import suppress

import numpy as np

from model import wire
from model.limits import Limits
from model.line import Line
from model.metrics import EngineMetrics
from model.types import CapacityError, InputError, MicroTurnIn, MovableSession, SeamError, Session, SessionLostError

logger = logging.getLogger(__name__)
MAX_REASON_CHARS = 1000


class ServedSession:
    """Reads a line and steps a session until the client closes it, breaks the contract or is gone."""

    def __init__(self, line: Line, session: Session, limits: Limits, metrics: EngineMetrics) -> None:
        self._line = line
        self._session = session
        self._limits = limits
        self._metrics = metrics
        self._is_stepping = False
        self._is_leaving = False

    def leave(self) -> None:
        """From now on the next step is answered with what another server needs to take the session over."""
        self._is_leaving = True

    async def run(self) -> None:
        """Return when the client closed; raises InputError or SessionLostError for any other end."""
        ending: SeamError | None = None
        async with asyncio.TaskGroup() as tasks:
            steps: asyncio.Queue[tuple[MicroTurnIn, ...]] = asyncio.Queue(maxsize=1)  # a second step is refused
            stepper = tasks.create_task(self._step_each(steps), name="step a session")
            try:
                await self._read(steps)
            except SeamError as error:
                ending = error  # raised below: a group would wrap it
            stepper.cancel()
        if ending is not None:
            raise ending

    async def _read(self, steps: asyncio.Queue[tuple[MicroTurnIn, ...]]) -> None:
        num_pings = 0
        while True:
            message = await self._line.receive(self._limits.idle_s)
            match message:
                case wire.Step(heard):
                    self._check(heard)
                    if self._is_leaving:
                        await self._hand_over()
                        return
                    num_pings = 0
                    self._is_stepping = True
                    steps.put_nowait(heard)
                case wire.Ping(number):
                    num_pings += 1
                    if num_pings > self._limits.max_pings:
                        raise InputError(f"{num_pings} pings without a step")
                    await self._line.send(wire.Pong(number))
                case wire.Export():
                    num_pings = 0
                    await self._export()
                case wire.Close():
                    return
                case _:
                    raise InputError(f"{type(message).__name__} does not belong in a session")

    async def _hand_over(self) -> None:
        if not isinstance(self._session, MovableSession):
            raise SessionLostError("the engine server shuts down")
        async with asyncio.timeout(self._limits.step_s):
            record = await self._session.export()
        await self._line.send(wire.Moved(np.frombuffer(record, np.uint8)))
        self._metrics.sessions_moved_total += 1

    async def _export(self) -> None:
        if self._is_stepping:
            raise InputError("a step is in flight; wait for its answer")
        if not isinstance(self._session, MovableSession):
            await self._line.send(wire.Failed("input", "sessions of this engine cannot be exported"))
            return
        async with asyncio.timeout(self._limits.step_s):
            record = await self._session.export()
        await self._line.send(wire.Exported(np.frombuffer(record, np.uint8)))

    def _check(self, heard: tuple[MicroTurnIn, ...]) -> None:
        if self._is_stepping:
            raise InputError("a step is in flight; wait for its answer")
        if not heard:
            raise InputError("Step.heard: no micro-turn")
        if any(later.index <= earlier.index for earlier, later in itertools.pairwise(heard)):
            raise InputError("Step.heard: micro-turns are not in order")

    async def _step_each(self, steps: asyncio.Queue[tuple[MicroTurnIn, ...]]) -> None:
        while True:
            heard = await steps.get()
            answer = await self._step(heard)
            self._is_stepping = False
            with suppress(SessionLostError):  # the client is gone: the reader notices too
                await self._line.send_frame(wire.encode(answer))
            if isinstance(answer, wire.Failed) and answer.code == "lost":
                await self._line.close()  # wakes the reader, which ends the session
                return

    async def _step(self, heard: tuple[MicroTurnIn, ...]) -> wire.Stepped | wire.Failed | wire.Refused:
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._limits.step_s):
                answer = wire.Stepped(await self._session.step(heard))
        except InputError as error:
            return wire.Failed("input", str(error)[:MAX_REASON_CHARS])
        except CapacityError as error:
            return wire.Refused(str(error)[:MAX_REASON_CHARS], error.retry_after_s)
        except SessionLostError as error:
            return wire.Failed("lost", str(error)[:MAX_REASON_CHARS])
        except Exception:
            self._metrics.sessions_lost_total += 1
            logger.exception("a session failed at micro-turn %s", heard[-1].index)
            return wire.Failed("lost", "the engine failed; its log says why")
        self._metrics.micro_turns_total += len(heard)
        self._metrics.engine_step_ms.add((time.monotonic() - started) * 1000)
        return answer
