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
    SessionMovedError,
)

logger = logging.getLogger(__name__)
MAX_REASON_CHARS = 1000
NOTHING_TAKEN = -1
Work = wire.Step | wire.Export | wire.Refresh


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
        self._asked: asyncio.Queue[Work] = asyncio.Queue(maxsize=1)  # a second one is refused
        self._working_on: Work | None = None
        self._is_idle = asyncio.Event()
        self._long_at_s = time.monotonic() + limits.long_s
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
                worker = tasks.create_task(self._work(), name="work for a session")
                ending = await self._attend(line)  # raised below: a group would wrap it
                if not self._has_ended:
                    await line.close()
                await self._until_ended()
                worker.cancel()
        finally:
            self._has_ended, self._working_on = True, None
            self._is_idle.set()
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
        while self._working_on is not None and not isinstance(self._working_on, wire.Step):
            self._is_idle.clear()
            await self._is_idle.wait()  # what it was asked besides steps, it is asked again
        if self._has_ended:
            raise SessionLostError("the session has ended; open a new one")
        taken = self._taken
        await line.send(wire.Resumed(taken))
        self._line = line
        self._changed.set()
        self._metrics.sessions_resumed_total += 1
        if taken > index and self._working_on is None:
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
        """Return when the client closed. Never works: a ping is answered whatever takes its time."""
        num_pings = 0
        while True:
            message = await line.receive(self._limits.idle_s)
            match message:
                case wire.Step() | wire.Export() | wire.Refresh():
                    self._check(message)
                    num_pings = 0
                    self._working_on = message
                    if isinstance(message, wire.Step):
                        self._taken_before, self._taken = self._taken, message.heard[-1].index
                    self._asked.put_nowait(message)
                case wire.Ping(number):
                    num_pings += 1
                    if num_pings > self._limits.max_pings:
                        raise InputError(f"{num_pings} pings without a step")
                    await line.send(wire.Pong(number))
                case wire.Close():
                    return
                case _:
                    raise InputError(f"{type(message).__name__} does not belong in a session")

    def _check(self, asked: Work) -> None:
        if self._working_on is not None:
            raise InputError("a step is in flight; wait for its answer")
        if not isinstance(asked, wire.Step):
            return
        if not asked.heard:
            raise InputError("Step.heard: no micro-turn")
        if any(later.index <= earlier.index for earlier, later in itertools.pairwise(asked.heard)):
            raise InputError("Step.heard: micro-turns are not in order")

    async def _work(self) -> None:
        """Answer what is asked, one after another, until the session ends by itself."""
        while True:
            asked = await self._asked.get()
            answer = await self._answer_to(asked)
            try:
                frame = wire.encode(answer)
            except InputError:  # the engine's answer breaks the seam: its fault, not the client's
                answer = self._failure()
                frame = wire.encode(answer)
            if isinstance(asked, wire.Step):
                self._answer = frame
                if not isinstance(answer, wire.Stepped):
                    self._taken = self._taken_before  # it may come again, corrected
            self._working_on = None
            self._is_idle.set()
            await self._send(frame)
            if isinstance(answer, wire.Moved) or (isinstance(answer, wire.Failed) and answer.code == "lost"):
                self.end()
                return

    async def _answer_to(self, asked: Work) -> wire.Message:
        try:
            async with asyncio.timeout(self._limits.step_s):
                match asked:
                    case wire.Step(heard):
                        return await self._step(heard)
                    case wire.Export():
                        return await self._export()
                    case wire.Refresh(record):
                        return await self._refresh(record.tobytes())
        except InputError as error:
            return wire.Failed("input", str(error)[:MAX_REASON_CHARS])
        except CapacityError as error:
            return wire.Refused(str(error)[:MAX_REASON_CHARS], error.retry_after_s)
        except SessionMovedError as error:
            return self._moved(error.record)
        except SessionLostError as error:
            return wire.Failed("lost", str(error)[:MAX_REASON_CHARS])
        except Exception:
            return self._failure()

    async def _step(self, heard: tuple[MicroTurnIn, ...]) -> wire.Stepped | wire.Moved:
        """The answer, or what another server needs: a session that leaves is told so, and later steps no more."""
        if self._leaves_at_s is None and time.monotonic() >= self._long_at_s:
            self.leave(time.monotonic())
        if self._leaves_at_s is not None:
            if not isinstance(self._session, MovableSession):
                is_long = time.monotonic() >= self._long_at_s
                raise SessionLostError("the session has lasted long" if is_long else "the engine server shuts down")
            if time.monotonic() >= self._leaves_at_s:
                return self._moved(await self._session.export())
            if not self._has_told:
                self._has_told = True
                await self._send(wire.encode(wire.Leaving()))
        started = time.monotonic()
        answer = wire.Stepped(await self._session.step(heard))
        self._metrics.micro_turns_total += len(heard)
        self._metrics.engine_step_ms.add((time.monotonic() - started) * 1000)
        return answer

    def _moved(self, record: bytes) -> wire.Moved:
        """The client takes the conversation to another server."""
        self._metrics.sessions_moved_total += 1
        return wire.Moved(np.frombuffer(record, np.uint8))

    async def _export(self) -> wire.Exported:
        if not isinstance(self._session, MovableSession):
            raise InputError("sessions of this engine cannot be exported")
        return wire.Exported(np.frombuffer(await self._session.export(), np.uint8))

    async def _refresh(self, record: bytes) -> wire.Refreshed:
        if not isinstance(self._session, RefreshableSession):
            raise InputError("sessions of this engine cannot be refreshed")
        await self._session.refresh(record)
        return wire.Refreshed()

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
