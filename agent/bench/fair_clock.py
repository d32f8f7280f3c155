"""A clock for conversations in real time that stands still while the measured processes wait for a processor.

On a machine that others use too, an engine is late because of them. The kernel tells of each thread how long it ran and
how long it was ready without a processor (`/proc/PID/task/TID/schedstat`), the latter only once it runs again; until
then a thread that is ready (`R`) and did not run has waited. That time is taken out: what is left is time on the
processor and time in which nobody had work, which is what a machine of one's own would have needed.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LOOK_EVERY_S = 0.008  # at most: a look costs a millisecond where there are many threads
_NS = 1e-9
_MAX_BYTES = 512


@dataclass(frozen=True, slots=True)
class Thread:
    """What the kernel tells of a thread."""

    ran_s: float
    waited_s: float  # up to the last time it got a processor
    is_ready: bool  # it runs, or would if it had a processor
    num_turns: int = 0  # how often it got a processor


Look = Callable[[], Mapping[int, Thread]]  # thread id -> what it did so far


class FairClock:
    """Seconds since it was made. Of threads that wait together the longest wait counts, so it never runs slow."""

    def __init__(self, look: Look, now: Callable[[], float] = time.monotonic) -> None:
        self._look, self._monotonic = look, now
        self._before = look()
        self._ahead_s: dict[int, float] = {}  # of each thread, the wait taken out that the kernel has not told yet
        self._seen = now()
        self._fair_s = 0.0
        self._stood_still_s = 0.0

    def now(self) -> float:
        """Fair seconds; never goes back, and stands between two looks."""
        now = self._monotonic()
        elapsed_s = now - self._seen
        if elapsed_s < LOOK_EVERY_S:
            return self._fair_s
        threads = self._look()
        longest_s = max((self._waited_s(id, thread, elapsed_s) for id, thread in threads.items()), default=0.0)
        stood_still_s = min(longest_s, elapsed_s)
        self._stood_still_s += stood_still_s
        self._fair_s += elapsed_s - stood_still_s
        self._before, self._seen = threads, now
        return self._fair_s

    @property
    def stood_still_s(self) -> float:
        """What was taken out so far."""
        return self._stood_still_s

    def _waited_s(self, id: int, thread: Thread, elapsed_s: float) -> float:
        """How long a thread waited since the last look."""
        before = self._before.get(id)
        if before is None:
            return 0.0
        told_s = thread.waited_s - before.waited_s
        ahead_s = self._ahead_s.get(id, 0.0)
        fresh_s, ahead_s = max(0.0, told_s - ahead_s), max(0.0, ahead_s - told_s)
        live_s = 0.0
        if thread.is_ready and before.is_ready and thread.num_turns == before.num_turns:  # else it slept, or is told
            live_s = max(0.0, elapsed_s - (thread.ran_s - before.ran_s) - fresh_s)
        self._ahead_s[id] = ahead_s + live_s if thread.is_ready else 0.0
        return fresh_s + live_s


class ThreadLook:
    """A `Look` at every thread of some processes; those that ended are left out, all where the kernel does not count.

    Files stay open between looks, which is three times quicker than opening them; `close` when done.
    """

    def __init__(self, pids: Callable[[], Sequence[int]]) -> None:
        self._pids = pids
        self._files: dict[int, tuple[int, int]] = {}  # thread id -> descriptors of schedstat and stat

    def __call__(self) -> dict[int, Thread]:
        found: dict[int, Thread] = {}
        for pid in self._pids():
            try:
                ids = [int(id) for id in os.listdir(f"/proc/{pid}/task")]
            except OSError:
                continue
            found |= {id: thread for id in ids if (thread := self._thread(pid, id)) is not None}
        for id in self._files.keys() - found.keys():
            self._forget(id)
        return found

    def close(self) -> None:
        """Let go of all files."""
        for id in list(self._files):
            self._forget(id)

    def _thread(self, pid: int, id: int) -> Thread | None:
        try:
            if id not in self._files:
                self._files[id] = _opened(f"/proc/{pid}/task/{id}")
            counts, state = self._files[id]
            ran, waited, turns = os.pread(counts, _MAX_BYTES, 0).split()
            letter = os.pread(state, _MAX_BYTES, 0).rpartition(b")")[2].split()[0]
            # Of the thread that looks, which runs, all waiting is told; that it runs now says nothing of before.
            is_ready = letter == b"R" and id != threading.get_native_id()
            return Thread(int(ran) * _NS, int(waited) * _NS, is_ready, int(turns))
        except (OSError, IndexError, ValueError):  # the thread ended, or there are no such counts
            return None

    def _forget(self, id: int) -> None:
        for descriptor in self._files.pop(id):
            os.close(descriptor)


def threads_of(pids: Callable[[], Sequence[int]]) -> ThreadLook:
    """A look at the threads of some processes, for whoever keeps it as long as its own process."""
    return ThreadLook(pids)


def process_tree(pid: int) -> list[int]:
    """A process and its children, by id; nothing when it has ended."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in process_tree(int(child)))]


def _opened(folder: str) -> tuple[int, int]:
    counts = os.open(f"{folder}/schedstat", os.O_RDONLY)
    try:
        return counts, os.open(f"{folder}/stat", os.O_RDONLY)
    except OSError:
        os.close(counts)
        raise
