"""The `native` engine: our interaction model behind the seam. One thread owns the device, all sessions share it."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Generic, TypeVar

from model.native_core import NativeCore
from model.types import InputError, MicroTurnIn, MicroTurnOut, SeamError, SessionLostError, SessionSettings

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")
_Step = tuple[int, tuple[MicroTurnIn, ...], "_Reply[MicroTurnOut]"]
_Call = Callable[[NativeCore], None]


class NativeEngine:
    """`async with NativeEngine(core) as engine`. What waits when a batch begins shares it; nobody is waited for."""

    def __init__(self, core: NativeCore) -> None:
        self._core = core
        # One step a session in flight and one open or close a task: the slots bound it, and a full queue is our bug.
        self._inbox: queue.Queue[_Step | _Call | None] = queue.Queue(maxsize=4096)
        self._thread = threading.Thread(target=self._own_device, name="native engine", daemon=True)
        self._is_open = False

    async def __aenter__(self) -> NativeEngine:
        self._thread.start()
        self._is_open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_open = False
        self._inbox.put_nowait(None)
        await asyncio.to_thread(self._thread.join)

    async def open(self, settings: SessionSettings) -> NativeSession:
        """Raises CapacityError when every slot is taken, InputError on settings over their bounds."""
        return NativeSession(self, await self.call(lambda core: core.open(settings)))

    async def call(self, act: Callable[[NativeCore], Answer]) -> Answer:
        """Run `act` on the owner thread, between two batches."""
        reply = _Reply[Answer]()
        self._put(lambda core: reply.settle_by(lambda: act(core)))
        return await reply.future

    async def step(self, slot: int, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        """The slot's next micro-turns, in the next batch."""
        reply = _Reply[MicroTurnOut]()
        self._put((slot, heard, reply))
        return await reply.future

    def _put(self, item: _Step | _Call) -> None:
        if not self._is_open:
            raise SessionLostError("the native engine is closed")
        self._inbox.put_nowait(item)

    def _own_device(self) -> None:
        is_open = True
        while is_open:
            waiting = [self._inbox.get()]
            while not self._inbox.empty():
                waiting.append(self._inbox.get_nowait())
            is_open = None not in waiting
            steps: list[_Step] = []
            for item in waiting:
                if isinstance(item, tuple):
                    steps.append(item)
                elif item is not None:  # in order: a session's last step comes before its end
                    self._step(steps)
                    steps = []
                    item(self._core)
            self._step(steps)

    def _step(self, steps: list[_Step]) -> None:
        if not steps:
            return
        replies = {slot: reply for slot, _, reply in steps}
        outputs: Mapping[int, MicroTurnOut | SeamError]
        try:
            outputs = self._core.step({slot: heard for slot, heard, _ in steps})
        except Exception:
            # The state of every slot in the batch may be half written: these sessions end, the engine goes on.
            logger.exception("a batch of %d sessions failed", len(steps))
            lost = SessionLostError("the engine failed in this micro-turn; open a new session")
            outputs = dict.fromkeys(replies, lost)
        for slot, reply in replies.items():
            reply.settle(outputs[slot])


class NativeSession:
    """One slot of the engine."""

    def __init__(self, engine: NativeEngine, slot: int) -> None:
        self._engine = engine
        self._slot = slot
        self._is_closed = False
        self._is_stepping = False

    async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        """Raises InputError on a bad micro-turn, after which the session goes on, SessionLostError when it cannot."""
        if self._is_closed:
            raise SessionLostError("the session is closed")
        if self._is_stepping:
            raise InputError("step: another step of this session is in flight")
        self._is_stepping = True
        try:
            return await self._engine.step(self._slot, heard)
        except SessionLostError:
            await self.close()
            raise
        finally:
            self._is_stepping = False

    async def close(self) -> None:
        """Free the slot; the second time does nothing."""
        if not self._is_closed:
            self._is_closed = True
            with suppress(SessionLostError):  # the engine is closed: nothing left to free
                await self._engine.call(lambda core: core.close(self._slot))


class _Reply(Generic[Answer]):
    """A future that another thread settles; nobody minds when the one who asked is gone."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Answer] = self._loop.create_future()

    def settle(self, answer: Answer | Exception) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._settle, answer)

    def settle_by(self, act: Callable[[], Answer]) -> None:
        """The answer of `act`, or what it raises."""
        try:
            self.settle(act())
        except Exception as error:
            self.settle(error)

    def _settle(self, answer: Answer | Exception) -> None:
        if self.future.done():  # cancelled
            return
        if isinstance(answer, Exception):
            self.future.set_exception(answer)
        else:
            self.future.set_result(answer)
