"""What happens to conversations when networks and engine servers fail: real server processes, real sockets."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp
import pytest

from agent.engine_pool import EnginePool
from agent.lasting_session import LastingSession
from agent.micro_turns import MAILBOX_SIZE, Mailbox
from model.checkpoint import save_checkpoint
from model.client import EngineClient
from model.echo import EchoEngine
from model.types import MICRO_TURN_MS, MicroTurnIn, MicroTurnOut, SessionLostError, SessionSettings, TimeLost
from tests.doubles import Relay
from tests.model.test_main import serving
from tests.model.test_poisoned import bitten, poisonous
from tests.model.tiny_native import MUTE_CONFIG, turn

pytestmark = pytest.mark.timeout(120)
SETTINGS = SessionSettings("c1")
AWAY_S = 3.0
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


@asynccontextmanager
async def _behind_a_relay() -> AsyncGenerator[tuple[asyncio.subprocess.Process, str, Relay]]:
    """A server process, its own address, and a relay to it."""
    async with serving(["--engine", "echo"]) as (process, url), Relay(int(url.rpartition(":")[2])) as relay:
        yield process, url, relay


async def _date(url: str) -> datetime:
    """The wall clock of a server, to the second."""
    async with aiohttp.ClientSession() as http, http.get(url.replace("ws:", "http:") + "/healthz") as answer:
        return parsedate_to_datetime(answer.headers["Date"])


async def _metric(url: str, name: str) -> int:
    async with aiohttp.ClientSession() as http, http.get(url.replace("ws:", "http:") + "/metrics") as answer:
        found = [line.split()[1] for line in (await answer.text()).splitlines() if line.startswith(f"{name} ")]
    return int(found[0])


class _Talk:
    """A conversation as the agent leads it: a micro-turn every 200 ms into the mailbox, what waits into each step."""

    def __init__(self, session: LastingSession) -> None:
        self._session = session
        self._mailbox = Mailbox()
        self.heard: list[tuple[MicroTurnIn, ...]] = []
        self.out: list[MicroTurnOut] = []

    async def hold(self, num_turns: int) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear(num_turns), name="hear")
            tasks.create_task(self._think(num_turns - 1), name="think")

    async def _hear(self, num_turns: int) -> None:
        start_s = time.monotonic()
        for index in range(num_turns):
            await asyncio.sleep(max(0.0, start_s + index * MICRO_TURN_MS / 1000 - time.monotonic()))
            self._mailbox.put(turn(index))

    async def _think(self, last: int) -> None:
        while not self.out or self.out[-1].index < last:
            heard = await self._mailbox.take()
            self.heard.append(heard)
            self.out.append(await self._session.step(heard))

    @property
    def lost_s(self) -> float:
        events = [event for heard in self.heard for each in heard for event in each.events]
        return sum(event.duration_s for event in events if isinstance(event, TimeLost))


@pytest.mark.parametrize("how", ["broken", "silent"])
async def test_a_network_away_for_three_seconds_costs_what_the_mailbox_does_not_hold_and_no_more(how: str) -> None:
    async with _behind_a_relay() as (_, url, relay):
        session = await EnginePool(f"ws://127.0.0.1:{relay.port}").open(SETTINGS)
        talk = _Talk(session)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(talk.hold(40), name="talk")
            await asyncio.sleep(1.0)
            relay.flows.clear()
            if how == "broken":
                relay.cut()
            await asyncio.sleep(AWAY_S)
            relay.flows.set()
        # Each step was answered once and for its own micro-turns, as by an engine that nothing parts from us.
        beside = await EchoEngine().open(SETTINGS)
        for heard, out in zip(talk.heard, talk.out, strict=True):
            there = await beside.step(heard)
            assert out.index == there.index
            assert (out.pcm is None) == (there.pcm is None)
            assert out.pcm is None or there.pcm is None or out.pcm.tobytes() == there.pcm.tobytes()
        taken = sum(len(heard) for heard in talk.heard)
        assert await _metric(url, "engine_micro_turns_total") == taken
        assert await _metric(url, "engine_sessions_opened_total") == 1
        assert await _metric(url, "engine_sessions_resumed_total") >= 1
        assert max(len(heard) for heard in talk.heard) == MAILBOX_SIZE
        assert taken + round(talk.lost_s * 1000 / MICRO_TURN_MS) == 40
        assert talk.lost_s < AWAY_S
        await session.close()
        assert await _metric(url, "engine_sessions_open") == 0


async def test_a_server_that_stands_still_for_three_seconds_goes_on_with_the_same_session() -> None:
    async with _behind_a_relay() as (process, url, _):
        session = await EnginePool(url).open(SETTINGS)
        talk = _Talk(session)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(talk.hold(30), name="talk")
            await asyncio.sleep(1.0)
            os.kill(process.pid, signal.SIGSTOP)
            await asyncio.sleep(AWAY_S)
            os.kill(process.pid, signal.SIGCONT)
        assert await _metric(url, "engine_micro_turns_total") == sum(len(heard) for heard in talk.heard)
        assert await _metric(url, "engine_sessions_opened_total") == 1
        await session.close()


async def test_a_wall_clock_that_jumps_is_nobodys_business(tmp_path: Path) -> None:
    if not FAKETIME:
        pytest.skip("needs Debian's libfaketime")
    jump = tmp_path / "jump"
    jump.write_text("+0")
    preload = {"LD_PRELOAD": str(FAKETIME[0]), "FAKETIME_TIMESTAMP_FILE": str(jump), "FAKETIME_NO_CACHE": "1"}
    async with serving(["--engine", "echo"], **preload, FAKETIME_DONT_FAKE_MONOTONIC="1") as (_, url):
        session, index = await EnginePool(url).open(SETTINGS), 0
        before = await _date(url)
        for hours in (24, -48):
            jump.write_text(f"{hours * 3600:+d}")
            assert abs((await _date(url) - before).total_seconds() - hours * 3600) < 100
            for _ in range(3):
                assert (await session.step((turn(index),))).index == index
                index += 1
        assert await _metric(url, "engine_sessions_opened_total") == 1
        assert await _metric(url, "engine_sessions_resumed_total") == 0
        await session.close()
        assert await _metric(url, "engine_sessions_open") == 0


@pytest.mark.timeout(240)  # an engine is loaded
async def test_a_conversation_that_turns_into_nan_is_lost_alone_and_its_place_is_sound(tmp_path: Path) -> None:
    checkpoint = tmp_path / "poisonous.safetensors"
    save_checkpoint(checkpoint, MUTE_CONFIG, poisonous(MUTE_CONFIG))
    words = ("--engine", "native", "--checkpoint", str(checkpoint), "--max-sessions", "2")
    async with serving(words) as (_, url):
        client = EngineClient(url)
        good, bad = await client.open(SETTINGS), await client.open(SETTINGS)
        for index in range(3):
            await good.step((turn(index),))
        with pytest.raises(SessionLostError, match="open a new session"):
            for index in range(3):
                await bad.step((bitten(index),))
        await bad.close()
        fresh = await client.open(SETTINGS)
        for index in range(3, 8):
            assert (await good.step((turn(index),))).index == index
            assert (await fresh.step((turn(index),))).index == index
        await good.close()
        await fresh.close()
