"""agent/bench/usage.py: what a process's children use is counted with it."""

from __future__ import annotations

import asyncio
import sys

from agent.bench.usage import EngineProcess

MIB = 1 << 20
_BUSY = """
import sys, time
held = bytearray(64 << 20)
while time.process_time() < 0.3: pass
print("done", flush=True)
sys.stdin.read()
"""
_PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"


async def test_what_a_child_computes_and_holds_is_its_owners() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PARENT, _BUSY), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None and process.stdin is not None
    assert await process.stdout.readline() == b"done\n"
    used = EngineProcess(process.pid)
    assert used.clock == "processor" and used.seconds() > 0.3
    memory_mb = used.memory_mb()
    assert memory_mb is not None and memory_mb * 1e6 > 64 * MIB
    process.stdin.close()
    assert await process.wait() == 0


def test_an_engine_elsewhere_is_measured_by_the_clock() -> None:
    elsewhere = EngineProcess(None)
    before = elsewhere.seconds()
    assert elsewhere.clock == "clock" and elsewhere.memory_mb() is None and elsewhere.seconds() >= before
