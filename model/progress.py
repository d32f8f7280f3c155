"""A progress bar on a terminal, a few lines in a log. Knows nothing of what progresses."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

BAR_CHARS = 24
REDRAW_S = 0.1
LINES_PER_RUN = 5  # where there is no terminal


class Progress:
    """Bytes done of bytes in all."""

    def __init__(self, total_bytes: int, stream: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        self._total = max(1, total_bytes)
        self._stream = stream
        self._now = now
        self._is_terminal = stream.isatty()
        self._done = 0
        self._drawn = 0.0
        self._next_line = 1

    def say(self, text: str) -> None:
        """A line of its own, above the bar."""
        self._stream.write(f"\r\x1b[K{text}\n" if self._is_terminal else f"{text}\n")
        self._stream.flush()

    def add(self, num_bytes: int) -> None:
        """`num_bytes` more are done; negative when some have to be done again."""
        self._done += num_bytes
        if self._is_terminal:
            if self._now() - self._drawn >= REDRAW_S or self._done >= self._total:
                self._drawn = self._now()
                self._stream.write(f"\r\x1b[K{self._bar()}")
                self._stream.flush()
        elif self._done * LINES_PER_RUN >= self._next_line * self._total:
            self._next_line = self._done * LINES_PER_RUN // self._total + 1
            self.say(self._bar())

    def end(self) -> None:
        """Leave the bar as it is and go to the next line."""
        if self._is_terminal:
            self._stream.write("\n")
            self._stream.flush()

    def _bar(self) -> str:
        part = min(1.0, self._done / self._total)
        filled = round(part * BAR_CHARS)
        bar = "█" * filled + "·" * (BAR_CHARS - filled)
        return f"  {bar} {int(part * 100):3d}%  {size(self._done)} of {size(self._total)}"


def size(num_bytes: int) -> str:
    """Bytes in words: 491 MB."""
    if num_bytes < 10_000_000:
        return f"{num_bytes / 1e6:.1f} MB"
    return f"{num_bytes / 1e6:.0f} MB" if num_bytes < 1e10 else f"{num_bytes / 1e9:.1f} GB"
