"""agent/engine_process.py with the real `alongside serve`"""

from __future__ import annotations

import asyncio
import logging
import os
import signal

import numpy as np
import pytest

from agent.engine_process import EngineProcess, EngineProcessError, engine_process
from model.client import EngineClient
from model.types import HEARD_SAMPLES, MicroTurnIn, SessionLostError, SessionSettings

pytestmark = pytest.mark.timeout(60)
SILENCE = np.zeros(HEARD_SAMPLES, dtype=np.float32)


async def test_an_engine_that_is_killed_comes_back_at_the_same_address() -> None:
    async with engine_process(["--engine", "echo"], {}) as process:
        url, pid = process.url, process.pid
        session = await EngineClient(url).open(SessionSettings("one"))
        assert (await session.step((MicroTurnIn(0, SILENCE),))).index == 0
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(SessionLostError):
            await session.step((MicroTurnIn(1, SILENCE),))
        await session.close()
        async with asyncio.timeout(30):
            while process.pid in (None, pid):  # noqa: ASYNC110  # a process sets no event
                await asyncio.sleep(0.05)
        await process.listening.wait()
        assert process.url == url and process.restarts_total == 1
        again = await EngineClient(url).open(SessionSettings("one"))
        assert (await again.step((MicroTurnIn(0, SILENCE),))).index == 0
        await again.close()


async def test_what_the_engine_warns_of_reaches_the_terminal(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        async with engine_process(
            ["--engine", "native", "--checkpoint", "random", "--max-sessions", "1"], {"OMP_NUM_THREADS": "1"}
        ):
            pass
    said = {record.getMessage(): record.levelno for record in caplog.records}
    assert [level for line, level in said.items() if "random weights, untrained" in line] == [logging.WARNING]
    assert [level for line, level in said.items() if "listening on" in line] == [logging.INFO]


async def test_what_does_not_start_is_told_with_its_last_words() -> None:
    with pytest.raises(EngineProcessError, match="--max-sessions"):
        await EngineProcess(["--engine", "echo", "--max-sessions", "0"], {}).start()


async def test_the_engine_ends_with_its_owner() -> None:
    async with engine_process(["--engine", "echo"], {}) as process:
        pid = process.pid
        assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
