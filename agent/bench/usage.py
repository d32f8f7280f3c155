"""What a process on this machine has used: processor time and memory, as Linux counts them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class EngineProcess:
    """The engine's process; None where it is elsewhere, and then time is read from the clock."""

    pid: int | None

    @property
    def clock(self) -> str:
        """What `seconds` counts."""
        return "clock" if self.pid is None else "processor"

    def seconds(self) -> float:
        """Of processor time since it started, to a hundredth; what other programs take of the machine is not in it."""
        if self.pid is None:
            return time.monotonic()
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS  # proc(5): utime, stime

    def memory_mb(self) -> float | None:
        """Resident memory."""
        if self.pid is None:
            return None
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE_BYTES / 1e6
