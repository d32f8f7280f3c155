"""A conversation over one item through a real call: a WebRTC peer sends the item's sound and records what comes back.

What is sent and what is received lie on one 20 ms clock, so the take is as long as the item and every latency is that
of the received sound, with network, jitter buffer and codec in it. Words come from a recogniser; actions stay unseen.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from agent import aiortc_seam
from agent.bench.call_client import CallClient, Exchange, call, through_room
from agent.bench.item import Item
from agent.bench.product import started
from agent.bench.runner import Perform
from agent.bench.take import Take
from agent.bench.wav import resampled
from agent.errors import AgentError
from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, SPOKEN_RATE_HZ, SPOKEN_TICK_SAMPLES, Pcm

READY_TIMEOUT_S = 30.0
SETTLE_S = 1.0  # after the connection, before a foreign agent is spoken to
SPARE_ROOMS = 4  # a room is held for a while after its person left


class CallError(AgentError):
    """The agent did not come into the call, or has no session there."""


@asynccontextmanager
async def product(
    engine: str, arguments: Sequence[str], num_calls: int, options: Sequence[str] = ()
) -> AsyncGenerator[str]:
    """`alongside up` with an engine, silent until it is spoken to, and without background; yields its address.

    `arguments` are the engine's, `options` the command's own.
    """
    aiortc_seam.configure_ice()
    words = ["agent", "up", "--engine", engine, "--port", "0", "--greeting", "", "--background", "none"]
    words += ["--max-rooms", str(num_calls * SPARE_ROOMS), "--stop-words", "none"]  # no detector beside the engine
    words += [*(f"--engine-option={word}" for word in arguments), *options]
    async with started(*words) as running:
        yield running.origin


def through_call(origin: str) -> Perform:
    """Perform items in rooms of the product at `origin`, each item in a room of its own."""
    return through_exchange(lambda item: through_room(origin, room_of(item)), is_ours=True)


def through_exchange(
    reach: Callable[[Item], Exchange], waits_for_session: bool = True, is_ours: bool = False
) -> Perform:
    """Perform items over a peer connection of their own; a foreign agent tells nobody when it listens.

    Of our own product a take counts only when nothing held its voice back: etiquette `free` for all.
    """

    async def perform(item: Item, sound: Pcm) -> Take:
        return await _converse(reach(item), item, sound, waits_for_session, is_ours)

    return perform


def room_of(item: Item) -> str:
    """A room that nobody else is in."""
    return f"bench-{item.id[:40]}-{secrets.token_hex(3)}"


async def _converse(exchange: Exchange, item: Item, sound: Pcm, waits_for_session: bool, is_ours: bool) -> Take:
    spoken = resampled(sound, HEARD_RATE_HZ, SPOKEN_RATE_HZ)
    num_ticks = -(-spoken.size // SPOKEN_TICK_SAMPLES)
    async with call(exchange) as client:
        if waits_for_session:
            await _session(client, item)
        else:
            await asyncio.sleep(SETTLE_S)
        begin = len(client.recording.received)
        client.say(spoken)
        await client.said()
        if is_ours:
            check_manners(client.recording.messages)
        received = client.recording.received_pcm()[begin * HEARD_TICK_SAMPLES :][: num_ticks * HEARD_TICK_SAMPLES]
    return Take(resampled(received, HEARD_RATE_HZ, SPOKEN_RATE_HZ)[: spoken.size])


def check_manners(messages: Iterable[str]) -> None:
    """Raises CallError unless the call's last word on etiquette is that everybody may be spoken over."""
    kinds = [cast(dict[str, Any], json.loads(text)) for text in messages]
    states = [message for message in kinds if message.get("kind") == "etiquette-state"]
    modes = {str(states[-1].get("room")), *map(str, states[-1].get("people", {}).values())} if states else {"unknown"}
    if modes != {"free"}:
        raise CallError(f"etiquette was {', '.join(sorted(modes))}; a measured call must be free")


async def _session(client: CallClient, item: Item) -> None:
    try:
        async with asyncio.timeout(READY_TIMEOUT_S):
            await client.message(_is_listening)
    except TimeoutError:
        raise CallError(f"item {item.id}: the agent had no session after {READY_TIMEOUT_S:g} s") from None


def _is_listening(text: str) -> bool:
    message = cast(dict[str, Any], json.loads(text))
    return message.get("kind") == "agent-state" and message.get("state") in ("listening", "speaking")
