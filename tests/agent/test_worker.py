"""agent/worker.py, agent/mesh.py and agent/peer.py: real signaling, real peers, the echo engine, one event loop"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import threading

import aiohttp
import numpy as np
import pytest

from agent.bench.call_client import call, through_room
from agent.loudest import level_dbfs
from model.types import Heard, MicroTurnIn, MicroTurnOut, TypedText
from signaling.messages import DescriptionTo, Join, Joined, SessionDescription, parse_server
from tests.doubles import ScriptedEngine
from tests.office import is_heard, office, tone, until

pytestmark = pytest.mark.timeout(40)
TONE = tone(60)


def held() -> tuple[int, int, int]:
    """Tasks, threads and open files of this process."""
    gc.collect()
    return len(asyncio.all_tasks()), threading.active_count(), len(os.listdir("/proc/self/fd"))


async def test_people_of_one_room_are_heard_together_and_rooms_apart() -> None:
    async with office() as here, contextlib.AsyncExitStack() as stack:
        ada = await stack.enter_async_context(call(through_room(here.origin, "one", "Ada")))
        bob = await stack.enter_async_context(call(through_room(here.origin, "one", "Bob")))
        cy = await stack.enter_async_context(call(through_room(here.origin, "two", "Cy")))
        ada.say(TONE)
        await until(lambda: is_heard(ada) and is_heard(bob))
        assert not is_heard(cy)
        assert here.worker.metrics.rooms == 2 and here.worker.metrics.peers == 3


async def test_one_leaving_breaks_nobody_elses_call() -> None:
    async with office() as here, call(through_room(here.origin, "one", "Ada")) as ada:
        ada.say(TONE)
        async with call(through_room(here.origin, "one", "Bob")) as bob:
            await until(lambda: is_heard(bob))
        await until(lambda: here.worker.metrics.peers == 1)
        ada.recording.received.clear()
        await until(lambda: is_heard(ada))


async def test_calls_leave_no_task_thread_or_socket_behind() -> None:
    async with office() as here:
        async with call(through_room(here.origin, "warm", "Ada")) as ada:
            ada.say(TONE)
            await until(lambda: is_heard(ada))
        await until(lambda: here.worker.metrics.rooms == 0)
        before = held()
        for number in range(3):
            async with call(through_room(here.origin, f"room{number}", "Ada")) as ada:
                ada.say(TONE)
                await until(lambda: is_heard(ada))
            await until(lambda: here.worker.metrics.rooms == 0)
        await until(lambda: held()[0] <= before[0])
        after = held()
        assert after[1] <= before[1] + 1, (before, after)  # asyncio's resolver pool may start one thread more
        assert after[2] <= before[2], (before, after)


async def test_a_person_who_comes_back_finds_the_conversation_as_it_was() -> None:
    def answer(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        typed = [event.text for turn in heard for event in turn.events if isinstance(event, TypedText)]
        return MicroTurnOut(heard[-1].index, actions=tuple(Heard(text) for text in typed))

    engine = ScriptedEngine(answer)
    async with office(empty_room_s=5.0, engine=engine) as here:
        async with call(through_room(here.origin, "one", "Ada")) as ada:
            await ada.send('{"v":1,"kind":"text","text":"remember me"}')
            await until(lambda: any("remember me" in text for text in ada.recording.messages))
        async with call(through_room(here.origin, "one", "Ada")) as ada:
            await until(lambda: any("remember me" in text for text in ada.recording.messages))
            assert '"kind":"welcome"' in next(iter(ada.recording.messages))
    assert len(engine.settings) == 1


async def test_a_malformed_message_is_answered_in_words_and_the_call_goes_on() -> None:
    async with office() as here, call(through_room(here.origin, "one", "Ada")) as ada:
        await ada.send("no json")
        await until(lambda: any('"kind":"error"' in text and "not JSON" in text for text in ada.recording.messages))
        ada.say(TONE)
        await until(lambda: is_heard(ada))


async def test_an_offer_that_cannot_be_answered_ends_only_that_peer() -> None:
    async with office() as here, call(through_room(here.origin, "one", "Ada")) as ada:
        ada.say(TONE)
        await until(lambda: is_heard(ada))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await _offer_garbage(here.origin)
        await until(lambda: here.worker.metrics.failed_peers_total == 1)
        ada.recording.received.clear()
        await until(lambda: is_heard(ada))


async def _offer_garbage(origin: str) -> None:
    async with aiohttp.ClientSession(headers={"Origin": origin}) as http:
        async with http.post(f"{origin}/api/guest-token", json={"room": "one", "name": "Eve"}) as response:
            token = (await response.json())["token"]
        async with http.ws_connect(f"{origin.replace('http', 'ws', 1)}/ws") as socket:
            await socket.send_str(Join("one", token, "Eve").to_json())
            async for message in socket:
                joined = parse_server(message.data)
                if isinstance(joined, Joined):
                    agent = next(each.id for each in joined.participants if each.role == "agent")
                    garbage = SessionDescription("offer", "v=0\r\nm=audio x y z\r\n")
                    await socket.send_str(DescriptionTo(agent, "c1", garbage).to_json())


async def test_a_cut_signaling_socket_is_resumed_and_the_sound_goes_on() -> None:
    async with office() as here, call(through_room(here.origin, "one", "Ada")) as ada:
        ada.say(TONE)
        await until(lambda: is_heard(ada))
        accepted, heard = here.relay.num_accepted, len(ada.recording.received)
        here.worker.registered.clear()
        here.relay.cut()
        await here.worker.registered.wait()
        await until(lambda: here.relay.num_accepted == accepted + 2)  # the worker's own socket, and the room's
        during = list(ada.recording.received)[heard:]
        assert all(level_dbfs(np.concatenate(during[at : at + 10])) > -30 for at in range(0, len(during) - 10, 10))
        async with call(through_room(here.origin, "one", "Bob")) as bob:
            await until(lambda: is_heard(bob))
        assert here.worker.metrics.lost_sessions_total == 0
