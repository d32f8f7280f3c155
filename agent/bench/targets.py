"""Agents that are not ours, by address: which kinds there are and how items are performed with each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agent import aiortc_seam
from agent.bench.call_client import through_room, through_whip
from agent.bench.in_time import TargetError
from agent.bench.item import Item
from agent.bench.runner import Perform
from agent.bench.target_command import through_command
from agent.bench.target_realtime import through_realtime
from agent.bench.through_call import room_of, through_exchange


@dataclass(frozen=True, slots=True)
class Target:
    """Where an agent is."""

    kind: str
    address: str


def parse_target(text: str) -> Target:
    """`KIND:ADDRESS`. Raises TargetError that says which kinds there are."""
    kind, _, address = text.partition(":")
    if kind not in KINDS or not address:
        raise TargetError(f"--target {text!r}: KIND:ADDRESS is needed; there is {', '.join(KINDS)}")
    if kind in ("whip", "room") and not address.startswith(("http://", "https://")):
        raise TargetError(f"--target {kind}: {address!r} is no http:// or https:// address")
    return Target(kind, address)


def through_target(target: Target, key: str | None = None) -> Perform:
    """Perform items with an agent; `key` is the bearer token where it wants one. Raises TargetError."""
    return KINDS[target.kind](target.address, key)


def _whip(url: str, key: str | None) -> Perform:
    aiortc_seam.configure_ice()
    return through_exchange(lambda _: through_whip(url, key), waits_for_session=False)


def _room(url: str, key: str | None) -> Perform:
    """A room of its own for each item; `URL#ROOM` names one that the agent is already in."""
    del key
    aiortc_seam.configure_ice()
    origin, _, room = url.rstrip("/").partition("#")

    def name(item: Item) -> str:
        return room or room_of(item)

    return through_exchange(lambda item: through_room(origin.rstrip("/"), name(item)), waits_for_session=not room)


KINDS: Mapping[str, Callable[[str, str | None], Perform]] = {
    "whip": _whip,
    "room": _room,
    "openai-realtime": through_realtime,
    "command": lambda command, _: through_command(command),
}
