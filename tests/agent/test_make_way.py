"""agent/make_way.py, with real processes that count: what stands still uses no processor, and comes back"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent.make_way import MAX_STILL_S, MakeWay, can_make_way

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the state of processes from /proc")
BUSY = "while True: pass"
OWNER = """
import os, signal, subprocess, sys, time
read = [sys.executable, "-c", "import sys; sys.stdin.read()"]  # as helpers do, it ends with its standard input
helper = subprocess.Popen(read, stdin=subprocess.PIPE, process_group=0)
os.kill(helper.pid, signal.SIGSTOP)
print(helper.pid, flush=True)
time.sleep(60)
"""


def state(pid: int) -> str:
    """R runs, S sleeps, T stands still, Z has ended; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # before it is looked at, or while
        return ""


async def until_state(pid: int, states: str) -> None:
    async with asyncio.timeout(10):
        while state(pid) not in states:  # noqa: ASYNC110  # a process sets no event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def helper() -> AsyncGenerator[int]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", BUSY)
    try:
        await until_state(process.pid, "R")
        yield process.pid
    finally:
        process.kill()
        await process.wait()


async def test_a_helper_stands_still_for_a_step_and_goes_on_after_it() -> None:
    async with helper() as pid:
        make_way = MakeWay(lambda: [pid])
        with make_way():
            await until_state(pid, "T")
        await until_state(pid, "RS")
        assert make_way.still_s_total > 0


async def test_overlapping_steps_keep_it_still_until_the_last_one_ends() -> None:
    async with helper() as pid:
        make_way = MakeWay(lambda: [pid])
        with make_way():
            with make_way():
                await until_state(pid, "T")
            assert state(pid) == "T"
        await until_state(pid, "RS")


async def test_a_step_that_fails_lets_it_go_on() -> None:
    async with helper() as pid:
        with pytest.raises(ValueError), MakeWay(lambda: [pid])():
            await until_state(pid, "T")
            raise ValueError("the engine is gone")
        await until_state(pid, "RS")


async def test_a_long_step_does_not_hold_it_and_it_gets_as_much_time_as_it_stood_still() -> None:
    async with helper() as pid:
        make_way = MakeWay(lambda: [pid])
        with make_way():
            await until_state(pid, "T")
            await asyncio.sleep(MAX_STILL_S)
            await until_state(pid, "RS")
            assert make_way.still_s_total >= MAX_STILL_S
        with make_way():
            assert state(pid) in "RS", "its share of the time comes first"
        await asyncio.sleep(2 * make_way.still_s_total)
        with make_way():
            await until_state(pid, "T")


async def test_a_helper_that_is_gone_troubles_nobody() -> None:
    async with helper() as pid:
        gone = pid
    async with helper() as pid:
        with MakeWay(lambda: [gone, pid])():
            await until_state(pid, "T")
        await until_state(pid, "RS")


async def test_one_that_stands_still_ends_with_its_owner_however_the_owner_ends() -> None:
    owner = await asyncio.create_subprocess_exec(sys.executable, "-c", OWNER, stdout=asyncio.subprocess.PIPE)
    assert owner.stdout is not None
    pid = int(await owner.stdout.readline())
    await until_state(pid, "T")
    owner.kill()
    await owner.wait()
    await until_state(pid, "Z")


def test_helpers_make_way_on_small_machines_alone() -> None:
    assert can_make_way(2) and not can_make_way(16)
