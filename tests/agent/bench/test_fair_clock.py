"""agent/bench/fair_clock.py"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from agent.bench.fair_clock import FairClock, Look, Thread, ThreadLook, process_tree

BUSY = "while True: pass"


def _looks(*seen: Mapping[int, Thread]) -> Look:
    each: Iterator[Mapping[int, Thread]] = iter(seen)
    return lambda: next(each)


def _clock(*looks: Thread) -> FairClock:
    """Looked at once a second."""
    times = iter([0.0, *map(float, range(1, len(looks)))])
    return FairClock(_looks(*({1: thread} for thread in looks)), lambda: next(times))


def test_a_thread_that_sleeps_lets_the_clock_go() -> None:
    clock = _clock(Thread(1, 5, False), Thread(1, 5, False), Thread(1.5, 5, False))
    assert [clock.now(), clock.now()] == [1.0, 2.0]


def test_a_thread_that_runs_lets_the_clock_go() -> None:
    clock = _clock(Thread(1, 0, True), Thread(2, 0, True), Thread(2.75, 0.25, True))
    assert [clock.now(), clock.now()] == [1.0, 1.75]


def test_a_wait_counts_while_it_lasts_and_not_again_when_the_kernel_tells() -> None:
    clock = _clock(Thread(0, 0, True), Thread(0, 0, True), Thread(0, 0, True), Thread(0.5, 2.5, True))
    assert [clock.now(), clock.now(), clock.now()] == [0.0, 0.0, 0.5]
    assert clock.stood_still_s == pytest.approx(2.5)


def test_a_thread_that_slept_and_runs_again_did_not_wait_all_the_while() -> None:
    clock = _clock(Thread(1, 0, True, 1), Thread(1.1, 0.25, True, 2))
    assert clock.now() == pytest.approx(0.75)


def test_what_the_kernel_tells_of_a_wait_between_two_looks_is_taken_out() -> None:
    clock = _clock(Thread(0, 0, False), Thread(0.2, 0.6, False), Thread(0.2, 0.6, False))
    assert [clock.now(), clock.now()] == pytest.approx([0.4, 1.4])


def test_of_threads_that_wait_together_the_longest_counts() -> None:
    waits = _looks(
        {1: Thread(0, 0, False), 2: Thread(0, 0, False)}, {1: Thread(0, 0.3, False), 2: Thread(0, 0.5, False)}
    )
    times = iter([0.0, 1.0])
    assert FairClock(waits, lambda: next(times)).now() == pytest.approx(0.5)


def test_a_busy_process_among_others_is_given_the_time_it_ran() -> None:
    """Three processes share the processors that are there; the clock of one shows what that one got."""
    command = [sys.executable, "-c", BUSY]
    busy = [subprocess.Popen(command) for _ in range((os.cpu_count() or 1) + 1)]
    try:
        look = ThreadLook(lambda: process_tree(busy[0].pid))
        time.sleep(0.1)  # the interpreter starts
        before = look()[busy[0].pid].ran_s
        clock = FairClock(look)
        shown = [clock.now() for _ in range(40) if time.sleep(0.02) is None]
        ran_s = look()[busy[0].pid].ran_s - before
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert look() == {}  # it ended
    look.close()
    assert shown == sorted(shown)
    assert shown[-1] == pytest.approx(ran_s, abs=0.08)
    assert clock.stood_still_s > 0.1


def test_who_looks_and_sleeps_between_lets_the_clock_go() -> None:
    """A thread runs whenever it looks: that alone is no wait for a processor."""
    counts = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
    look = ThreadLook(lambda: [os.getpid()])
    told, clock = int(counts.read_text().split()[1]), FairClock(look)
    for _ in range(25):
        time.sleep(0.02)
        clock.now()
    told = int(counts.read_text().split()[1]) - told
    look.close()
    assert clock.now() >= 0.5 - told * 1e-9 - 0.05
