"""A small real engine that does what it is told in typed text: refuses, fails, hangs, babbles."""

from __future__ import annotations

import asyncio

import numpy as np

from model.client import EngineClient, RemoteSession
from model.serve import EngineServer
from model.types import (
    HEARD_SAMPLES,
    SPOKEN_SAMPLES,
    CapacityError,
    Delegate,
    Heard,
    InputError,
    MicroTurnIn,
    MicroTurnOut,
    SessionLostError,
    SessionSettings,
    TypedText,
)

NOISE = np.random.default_rng(2).uniform(-1, 1, 3 * HEARD_SAMPLES).astype(np.float32)


class Scripted:
    """An engine whose sessions do what the typed text of a micro-turn says; counts who is in."""

    def __init__(self) -> None:
        self.num_open = 0
        self.closed = asyncio.Event()
        self.stepping = asyncio.Event()

    async def open(self, settings: SessionSettings) -> ScriptedSession:
        if settings.instructions == "refuse":
            raise CapacityError("no memory left", 7.5)
        if settings.instructions == "break":
            raise RuntimeError("the device fell over")
        self.num_open += 1
        return ScriptedSession(self)


class ScriptedSession:
    def __init__(self, engine: Scripted) -> None:
        self._engine = engine

    async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        said = [event.text for event in heard[-1].events if isinstance(event, TypedText)]
        match said:
            case ["refuse"]:
                raise InputError("micro-turn 3: not like this")
            case ["break"]:
                raise RuntimeError("the device fell over")
            case ["lose"]:
                raise SessionLostError("drained")
            case ["hang"]:
                self._engine.stepping.set()
                await asyncio.Event().wait()
            case ["busy"]:
                raise CapacityError("too much waits already", 0.5)
            case ["sing"]:
                return MicroTurnOut(heard[-1].index, NOISE[:SPOKEN_SAMPLES])
            case ["babble"]:
                return MicroTurnOut(heard[-1].index, text="\ud800")
            case ["elsewhen"]:
                return MicroTurnOut(12345)
            case _:
                pass
        return MicroTurnOut(heard[-1].index, text=f"{len(heard)}", actions=(Heard("hi", False), Delegate("d1", "task")))

    async def close(self) -> None:
        self._engine.num_open -= 1
        self._engine.closed.set()


def turn(index: int) -> MicroTurnIn:
    """A micro-turn of noise."""
    return MicroTurnIn(index, NOISE[index % 3 * HEARD_SAMPLES :][:HEARD_SAMPLES])


def say(index: int, text: str) -> tuple[MicroTurnIn, ...]:
    """A micro-turn in which someone types `text`."""
    return (MicroTurnIn(index, NOISE[:HEARD_SAMPLES], events=(TypedText("p1", text),)),)


async def opened(server: EngineServer, instructions: str = "") -> RemoteSession:
    """A session of that server."""
    return await EngineClient(server.url).open(SessionSettings("c", instructions=instructions))
