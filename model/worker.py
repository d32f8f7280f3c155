"""One thread that does slow work in order, so that nothing slow runs where time matters."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from model.types import CapacityError

Result = TypeVar("Result")
_RETRY_AFTER_S = 1.0


class Works(Protocol):
    """Whatever does an organ's work in order: a thread, or a bench that counts what it costs."""

    def submit(self, job: Callable[[], Result]) -> Future[Result]: ...
    def idle(self) -> Future[None]: ...
    def close(self) -> None: ...


class Worker:
    """Runs jobs one after another. At most `max_waiting` wait; one more is refused, never dropped silently."""

    def __init__(self, name: str, max_waiting: int) -> None:
        self.name = name
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue(max_waiting + 1)  # and the end mark
        self._slots = threading.BoundedSemaphore(max_waiting)
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[], Result]) -> Future[Result]:
        """Queue a job. Raises CapacityError when too many wait or the worker is closed."""
        if self._is_closed or not self._slots.acquire(blocking=False):
            why = "is closed" if self._is_closed else "has too many jobs waiting"
            raise CapacityError(f"{self.name} {why}", _RETRY_AFTER_S)
        future: Future[Result] = Future()

        def run() -> None:
            self._slots.release()
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = job()
            except BaseException as error:  # whoever waits for the future decides
                future.set_exception(error)
            else:
                future.set_result(result)

        self._jobs.put_nowait(run)
        return future

    def idle(self) -> Future[None]:
        """Done when all jobs submitted before are done. Raises CapacityError."""
        return self.submit(_nothing)

    def close(self) -> None:
        """Finish the jobs that wait, then end the thread. Safe to call twice."""
        if not self._is_closed:
            self._is_closed = True
            self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


def _nothing() -> None:
    """The job that marks a place in the queue."""
