"""What an engine's processes on this machine have used: processor time and memory, as Linux counts them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_OF_A_PROCESS = 2  # clock_getcpuclockid(3): the scheduler's count of all threads of the process in the upper bits


@dataclass(frozen=True, slots=True)
class EngineProcess:
    """The engine's process with all that it started; None where it is elsewhere, and then the clock tells the time."""

    pid: int | None

    @property
    def clock(self) -> str:
        """What `seconds` counts."""
        return "clock" if self.pid is None else "processor"

    def seconds(self) -> float:
        """Of processor time since it started, of the processes that run; what other programs take is not in it."""
        if self.pid is None:
            return time.monotonic()
        return sum(_processor_s(pid) for pid in _family(self.pid))

    def memory_mb(self) -> float | None:
        """Resident memory; what processes share is counted with each of them."""
        return None if self.pid is None else round(sum(_resident_bytes(pid) for pid in _family(self.pid)) / 1e6, 1)


def _family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended
            for child in thread.read_text().split():
                yield from _family(int(child))


def _processor_s(pid: int) -> float:
    try:
        return time.clock_gettime((~pid << 3) | _OF_A_PROCESS)
    except OSError:  # it has ended
        return 0.0


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0
