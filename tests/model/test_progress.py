"""The bar moves where somebody looks, and says little where nobody does."""

from __future__ import annotations

import io

from model.progress import Progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_on_a_terminal_is_redrawn_in_place_at_most_ten_times_a_second() -> None:
    stream = _Terminal()
    clock = iter([0.0, 0.05, 0.2, 0.2, 0.21])
    progress = Progress(100_000_000, stream, lambda: next(clock))
    for _ in range(3):
        progress.add(25_000_000)
    progress.say("a line")
    progress.end()
    drawn = stream.getvalue()
    assert "50%" not in drawn and " 75%  75 MB of 100 MB" in drawn
    assert drawn.endswith("\r\x1b[Ka line\n\n")
