"""The `native` engine: our interaction model behind the seam. One thread owns the device, all sessions share it.

Sessions of one core step in one batch; of the batches that wait, the one in which an answer is due first comes next.
On a processor a core of one slot is quickest, because a batch costs its empty rows too; on a GPU one core takes all.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, TypeVar

from model.admission import Admission
from model.agenda import Agenda, LongWork, deadline
from model.native_core import NativeCore
from model.session_record import decode_record, encode_record
from model.types import (
    CapacityError,
    InputError,
    MicroTurnIn,
    MicroTurnOut,
    SeamError,
    SessionLostError,
    SessionSettings,
)

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")
RETRY_AFTER_S = 5.0
LONG_WORK_S = 0.5  # after which a rebuild goes before steps that are due later
_Call = Callable[[], None]
_DONE = object()


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """What a session asks of its slot."""

    core: NativeCore
    slot: int
    heard: tuple[MicroTurnIn, ...]
    reply: _Reply[MicroTurnOut]
    deadline_s: float

    @property
    def batch(self) -> NativeCore:
        return self.core

    @property
    def owner(self) -> tuple[NativeCore, int]:
        return self.core, self.slot


class NativeEngine:
    """`async with NativeEngine(core, …) as engine`. What waits when a batch begins shares it; nobody is waited for."""

    def __init__(
        self,
        *cores: NativeCore,
        admission: Admission | None = None,
        clock_s: Callable[[], float] = time.thread_time,
    ) -> None:
        """Without `admission` every slot is given away; `clock_s` is read on the thread that owns the device."""
        self._cores = cores
        self._agenda = Agenda[_Step]()  # the owner thread's
        self._admission, self._clock_s = admission, clock_s
        # One step a session in flight and one open or close a task: the slots bound it, and a full queue is our bug.
        self._inbox: queue.Queue[_Step | _Call | None] = queue.Queue(maxsize=4096)
        self._thread = threading.Thread(target=self._own_device, name="native engine", daemon=True)
        self._is_open = False

    async def __aenter__(self) -> NativeEngine:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def start(self) -> None:
        """Begin to take sessions; once, before anything else."""
        self._thread.start()
        self._is_open = True

    async def close(self) -> None:
        """Answer what waits and end the thread."""
        self._is_open = False
        self._inbox.put_nowait(None)
        await asyncio.to_thread(self._thread.join)

    async def open(self, settings: SessionSettings) -> NativeSession:
        """Raises CapacityError when every slot is taken or it would answer late, InputError on settings over bounds."""
        return await self._take(lambda core: (core.open(settings), None))

    async def rebuild(self, record: bytes) -> NativeSession:
        """Go on with an exported conversation; raises CapacityError, and InputError on a bad record."""
        kept = await asyncio.to_thread(decode_record, record)
        return await self._take(lambda core: core.begin_rebuild(kept))

    async def call(self, act: Callable[[], Answer]) -> Answer:
        """Run `act` on the owner thread, between two batches."""
        reply = _Reply[Answer]()
        self._put(lambda: reply.settle_by(act))
        return await reply.future

    async def step(self, core: NativeCore, slot: int, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        """The slot's next micro-turns, in a batch of its core, before whatever is due later."""
        reply = _Reply[MicroTurnOut]()
        self._put(_Step(core, slot, heard, reply, deadline(time.monotonic(), len(heard))))
        return await reply.future

    async def work(self, core: NativeCore, slot: int, begin: Callable[[], Iterator[None]]) -> None:
        """Do what `begin` returns for a slot, piece by piece between the steps of others; raises what it raises."""
        reply, due_s = _Reply[None](), time.monotonic() + LONG_WORK_S
        self._put(lambda: self._agenda.add_long(LongWork((core, slot), reply.settle_after(begin), due_s)))
        await reply.future

    async def release(self, core: NativeCore, slot: int) -> None:
        """Free a slot, and forget what waits for it."""
        await self.call(lambda: self._release(core, slot))

    async def _take(self, begin: Callable[[NativeCore], tuple[int, Iterator[None] | None]]) -> NativeSession:
        """A session in a core with room, in the slot in which `begin` begins it; what that leaves to do is done."""
        taken: list[tuple[NativeCore, int, Iterator[None] | None]] = []

        def take() -> None:
            core = self._core_with_room()
            taken.append((core, *begin(core)))

        try:
            await self.call(take)
            [(core, slot, pieces)] = taken
            if pieces is not None:
                await self.work(core, slot, lambda: pieces)
        except BaseException:
            with suppress(SessionLostError):  # the engine is closed: nothing left to free
                self._put(lambda: self._give_back(taken))  # after `take`, which may have been on its way
            raise
        return NativeSession(self, core, slot)

    def _give_back(self, taken: list[tuple[NativeCore, int, Iterator[None] | None]]) -> None:
        for core, slot, _ in taken:
            self._release(core, slot)

    def _release(self, core: NativeCore, slot: int) -> None:
        self._agenda.drop((core, slot))
        core.close(slot)

    def _core_with_room(self) -> NativeCore:
        if self._admission is not None:
            self._admission.check(sum(core.num_used for core in self._cores))
        for core in self._cores:
            if core.num_used < core.num_slots:
                return core
        num_slots = sum(core.num_slots for core in self._cores)
        raise CapacityError(f"all {num_slots} conversations of this engine are taken", RETRY_AFTER_S)

    def _put(self, item: _Step | _Call) -> None:
        if not self._is_open:
            raise SessionLostError("the native engine is closed")
        self._inbox.put_nowait(item)

    def _own_device(self) -> None:
        is_open = True
        while is_open or len(self._agenda):
            is_open = is_open and self._take_in()
            match self._agenda.next():
                case None:
                    pass
                case LongWork() as work:
                    if next(work.pieces, _DONE) is _DONE:
                        self._agenda.done(work)
                case batch:
                    self._step(batch)

    def _take_in(self) -> bool:
        """Put what came on the agenda, and wait for it only where that is empty; whether more may come."""
        while not len(self._agenda) or not self._inbox.empty():
            item = self._inbox.get()
            if item is None:
                return False
            if isinstance(item, _Step):
                self._agenda.add(item)
            else:
                item()
        return True

    def _step(self, batch: list[_Step]) -> None:
        started_s = self._clock_s()
        _step_batch(batch[0].core, batch)
        if self._admission is not None:
            self._admission.add(self._clock_s() - started_s, sum(len(step.heard) for step in batch))


def _step_batch(core: NativeCore, batch: list[_Step]) -> None:
    outputs: Mapping[int, MicroTurnOut | SeamError]
    try:
        outputs = core.step({step.slot: step.heard for step in batch})
    except Exception:
        # The state of every slot in the batch may be half written: these sessions end, the engine goes on.
        logger.exception("a batch of %d sessions failed", len(batch))
        core.scrub([step.slot for step in batch])
        lost = SessionLostError("the engine failed in this micro-turn; open a new session")
        outputs = dict.fromkeys((step.slot for step in batch), lost)
    for step in batch:
        step.reply.settle(outputs[step.slot])


class NativeSession:
    """One slot of the engine."""

    def __init__(self, engine: NativeEngine, core: NativeCore, slot: int) -> None:
        self._engine = engine
        self._core, self._slot = core, slot
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
            return await self._engine.step(self._core, self._slot, heard)
        except SessionLostError:
            await self.close()
            raise
        finally:
            self._is_stepping = False

    async def export(self) -> bytes:
        """The conversation as bytes, to be rebuilt elsewhere; it goes on here too. Raises SessionLostError."""
        self._check_idle("export")
        record = await self._engine.call(lambda: self._core.record(self._slot))
        return await asyncio.to_thread(encode_record, record)  # the device does not wait for the compression

    async def refresh(self, record: bytes) -> None:
        """Go on with what the conversation became elsewhere; only what is not known here is read.

        Raises InputError on a bad record, after which the session is as it was, and SessionLostError.
        """
        self._check_idle("refresh")
        kept = await asyncio.to_thread(decode_record, record)
        self._is_stepping = True
        try:
            await self._engine.work(self._core, self._slot, lambda: self._core.begin_refresh(self._slot, kept))
        finally:
            self._is_stepping = False

    async def close(self) -> None:
        """Free the slot; the second time does nothing."""
        if not self._is_closed:
            self._is_closed = True
            with suppress(SessionLostError):  # the engine is closed: nothing left to free
                await self._engine.release(self._core, self._slot)

    def _check_idle(self, what: str) -> None:
        if self._is_closed:
            raise SessionLostError("the session is closed")
        if self._is_stepping:
            raise InputError(f"{what}: a step of this session is in flight")


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

    def settle_after(self: _Reply[None], begin: Callable[[], Iterator[None]]) -> Iterator[None]:
        """The pieces of long work; when they are done, or one raises, it is settled."""
        try:
            yield from begin()
        except Exception as error:
            self.settle(error)
        else:
            self.settle(None)

    def _settle(self, answer: Answer | Exception) -> None:
        if self.future.done():  # cancelled
            return
        if isinstance(answer, Exception):
            self.future.set_exception(answer)
        else:
            self.future.set_result(answer)
