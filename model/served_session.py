"""One session and whoever is connected to it now: steps in, answers out, one at a time. Knows no HTTP.

A connection that breaks without a goodbye leaves the session as it is, a step in flight included. Whoever names its id
in time goes on with it over another connection; the last answer is kept for who has not got it.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
import time

import numpy as np

from model import wire
from model.limits import Limits
from model.line import Line, LineCutError
from model.metrics import EngineMetrics
from model.types import (
    CapacityError,
    InputError,
    MicroTurnIn,
    MovableSession,
    RefreshableSession,
    SeamError,
    Session,
    SessionLostError,
)

logger = logging.getLogger(__name__)
MAX_REASON_CHARS = 1000
NOTHING_TAKEN = -1


class ServedSession:
    """Steps a session until its client closes it, breaks the contract or stays away."""

    def __init__(self, session: Session, limits: Limits, metrics: EngineMetrics) -> None:
        self.id = secrets.token_hex(16)  # whoever knows it may go on with the session
        self.closed = asyncio.Event()
        self._session = session
        self._limits = limits
        self._metrics = metrics
        self._line: Line | None = None
        self._reading: asyncio.Task[SeamError | None] | None = None
        self._changed = asyncio.Event()  # another line, or the end
        self._has_ended = False
        self._steps: asyncio.Queue[tuple[MicroTurnIn, ...]] = asyncio.Queue(maxsize=1)  # a second step is refused
        self._is_stepping = False
        self._leaves_at_s: float | None = None
        self._has_told = False  # that it leaves
        self._taken = self._taken_before = NOTHING_TAKEN  # the last micro-turn that was answered or is being answered
        self._answer = b""  # to the last step

    def leave(self, now_s: float) -> None:
        """Tell the client at its next step; `move_s` from now, a step gets what another server needs instead."""
        self._leaves_at_s = now_s + self._limits.move_s

    def end(self) -> None:
        """Stop stepping and close the session, whoever is connected."""
        self._finish()
        self._release()

    async def hold(self, line: Line) -> None:
        """Open it to `line`, step what comes over that and the lines after it until it has ended, then close it.

        Raises InputError or SessionLostError when the client of `line` ended it otherwise than by Close.
        """
        ending: SeamError | None = None
        try:
            await line.send(wire.Opened(self.id))
            async with asyncio.TaskGroup() as tasks:
                self._line = line
                stepper = tasks.create_task(self._step_each(), name="step a session")
                ending = await self._attend(line)  # raised below: a group would wrap it
                if not self._has_ended:
                    await line.close()
                await self._until_ended()
                stepper.cancel()
        finally:
            self._has_ended = True
            try:
                await self._session.close()
            finally:
                self.closed.set()
        if ending is not None:
            raise ending

    async def resume(self, line: Line, index: int) -> None:
        """Go on over `line`, whose client has the answer to micro-turn `index`, until that line is done with.

        Returns before the session is closed. Raises as `hold` does.
        """
        if index > self._taken:
            raise InputError(f"Resume.index: micro-turn {index}, the last one taken is {self._taken}")
        self._release()
        taken = self._taken
        await line.send(wire.Resumed(taken))
        self._line = line
        self._changed.set()
        self._metrics.sessions_resumed_total += 1
        if taken > index and not self._is_stepping:
            await self._send(self._answer)
        ending = await self._attend(line)
        if ending is not None:
            raise ending

    @property
    def has_ended(self) -> bool:
        return self._has_ended

    def _finish(self) -> None:
        self._has_ended = True
        self._changed.set()

    def _release(self) -> None:
        """Have no line, and begin to wait for another one."""
        self._line = None
        self._changed.set()
        if self._reading is not None:
            self._reading.cancel()

    async def _until_ended(self) -> None:
        while not self._has_ended:
            self._changed.clear()
            try:
                async with asyncio.timeout(self._limits.resume_s if self._line is None else None):
                    await self._changed.wait()
            except TimeoutError:
                logger.info("a session whose connection broke is closed: nobody came back to it")
                self._finish()

    async def _attend(self, line: Line) -> SeamError | None:
        """Read `line` until it breaks, is replaced, or the session ends; what its client did wrong."""
        async with asyncio.TaskGroup() as tasks:
            self._reading = reading = tasks.create_task(self._read_to_the_end(line), name="read a session's line")
        return None if reading.cancelled() else reading.result()

    async def _read_to_the_end(self, line: Line) -> SeamError | None:
        try:
            await self._read(line)
        except LineCutError as error:
            logger.info("a session's connection is gone: %s", error)
            self._line = None
            self._changed.set()
            return None
        except SeamError as error:
            self._finish()
            return error
        except Exception:
            self._finish()
            raise
        self._finish()
        return None

    async def _read(self, line: Line) -> None:
        """Return when the client closed or the session was handed over."""
        num_pings = 0
        while True:
            message = await line.receive(self._limits.idle_s)
            match message:
                case wire.Step(heard):
                    self._check(heard)
                    if self._leaves_at_s is not None and not await self._still_steps(line, self._leaves_at_s):
                        return
                    num_pings = 0
                    self._is_stepping = True
                    self._taken_before, self._taken = self._taken, heard[-1].index
                    self._steps.put_nowait(heard)
                case wire.Ping(number):
                    num_pings += 1
                    if num_pings > self._limits.max_pings:
                        raise InputError(f"{num_pings} pings without a step")
                    await line.send(wire.Pong(number))
                case wire.Export():
                    num_pings = 0
                    await self._export(line)
                case wire.Refresh(record):
                    num_pings = 0
                    await self._refresh(line, record.tobytes())
                case wire.Close():
                    return
                case _:
                    raise InputError(f"{type(message).__name__} does not belong in a session")

    async def _still_steps(self, line: Line, until_s: float) -> bool:
        """Whether a session that leaves takes this step; its client is told before, or handed the session over."""
        if not isinstance(self._session, MovableSession):
            raise SessionLostError("the engine server shuts down")
        if time.monotonic() >= until_s:
            await self._hand_over(line, self._session)
            return False
        if not self._has_told:
            self._has_told = True
            await line.send(wire.Leaving())
        return True

    async def _hand_over(self, line: Line, session: MovableSession) -> None:
        async with asyncio.timeout(self._limits.step_s):
            record = await session.export()
        await line.send(wire.Moved(np.frombuffer(record, np.uint8)))
        self._metrics.sessions_moved_total += 1

    async def _export(self, line: Line) -> None:
        if self._is_stepping:
            raise InputError("a step is in flight; wait for its answer")
        if not isinstance(self._session, MovableSession):
            await line.send(wire.Failed("input", "sessions of this engine cannot be exported"))
            return
        async with asyncio.timeout(self._limits.step_s):
            record = await self._session.export()
        await line.send(wire.Exported(np.frombuffer(record, np.uint8)))

    async def _refresh(self, line: Line, record: bytes) -> None:
        if self._is_stepping:
            raise InputError("a step is in flight; wait for its answer")
        if not isinstance(self._session, RefreshableSession):
            await line.send(wire.Failed("input", "sessions of this engine cannot be refreshed"))
            return
        try:
            async with asyncio.timeout(self._limits.step_s):
                await self._session.refresh(record)
        except InputError as error:
            await line.send(wire.Failed("input", str(error)[:MAX_REASON_CHARS]))
            return
        await line.send(wire.Refreshed())

    def _check(self, heard: tuple[MicroTurnIn, ...]) -> None:
        if self._is_stepping:
            raise InputError("a step is in flight; wait for its answer")
        if not heard:
            raise InputError("Step.heard: no micro-turn")
        if any(later.index <= earlier.index for earlier, later in itertools.pairwise(heard)):
            raise InputError("Step.heard: micro-turns are not in order")

    async def _step_each(self) -> None:
        while True:
            answer = await self._step(await self._steps.get())
            try:
                frame = wire.encode(answer)
            except InputError:  # the engine's answer breaks the seam: its fault, not the client's
                answer = self._failure()
                frame = wire.encode(answer)
            if not isinstance(answer, wire.Stepped):
                self._taken = self._taken_before  # it may come again, corrected
            self._answer, self._is_stepping = frame, False
            await self._send(frame)
            if isinstance(answer, wire.Failed) and answer.code == "lost":
                self.end()
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
            return self._failure()
        self._metrics.micro_turns_total += len(heard)
        self._metrics.engine_step_ms.add((time.monotonic() - started) * 1000)
        return answer

    async def _send(self, frame: bytes) -> None:
        """Send an answer to whoever is connected; nobody loses it who comes back in time."""
        line = self._line
        if line is None:
            return
        try:
            await line.send_frame(frame)
        except LineCutError as error:
            logger.info("an answer was not taken: %s", error)
            if self._line is line:
                self._release()

    def _failure(self) -> wire.Failed:
        """What to tell of an error that is the engine's; to be called where it is caught."""
        self._metrics.sessions_lost_total += 1
        logger.exception("a session failed at micro-turn %s", self._taken)
        return wire.Failed("lost", "the engine failed; its log says why")
