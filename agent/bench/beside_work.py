"""Whether background work holds the conversation up: `python -m agent.bench.beside_work --engine native`.

One call, one engine, the background model of the product. Spans without delegations, with one and with ten follow one
another in turn, so that whatever else the machine does falls on all of them; each step of the engine is timed.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from agent.audio_receiver import RtpAudioPacket
from agent.background import NoTools, WorkOrder
from agent.background_setup import LOCAL, BackgroundConfig, background
from agent.bench.hosts import measured_engine
from agent.bench.media import speech_like
from agent.bench.result import Row, machine, table
from agent.config import AgentConfig
from agent.context_package import ContextPackage
from agent.conversation import Conversation, Person
from agent.errors import AgentError, BackgroundError
from agent.metrics import AgentMetrics
from agent.opus import OpusEncoder
from agent.thinking import think
from agent.voice_track import RTP_TICK_SAMPLES
from agent.wire import Text, ToPage
from agent.work import WorkSetup
from model.types import (
    MICRO_TURN_MS,
    SPOKEN_RATE_HZ,
    SPOKEN_TICK_SAMPLES,
    TICK_MS,
    Action,
    CancelDelegation,
    Delegate,
    Engine,
    MicroTurnIn,
    MicroTurnOut,
    Session,
    SessionSettings,
)

NUM_JOBS = (0, 1, 10)
SPAN_S, SETTLE_S = 10.0, 1.0  # a span, and what of it is not counted: jobs start, the last ones end
START_TIMEOUT_S = 300.0
RETRY_S = 2.0
MAX_RATIO = 1.2  # of the p99 with ten delegations to that without
ASKED = "What is a good way to learn to swim?"  # so that the engine also speaks, once a span
LONG_TASKS = tuple(
    f"Explain in detail how {what} came to be"
    for what in "tides bridges clocks maps sails glass paper canals bells kites".split()
)


@dataclass(slots=True)
class Watched:
    """An engine and its session, whose steps are timed and to whose answers actions are added."""

    engine: Engine
    pid: int | None = None  # of its process, where it was started here
    session: Session | None = None
    num_jobs: int | None = None  # of the span that is measured now
    steps_ms: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    used_ms: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))  # of processor time
    actions: list[Action] = field(default_factory=list[Action])
    has_stepped: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self, settings: SessionSettings) -> Watched:
        """As the engine's own; one session at a time."""
        self.session = await self.engine.open(settings)
        return self

    async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        """As the session's own, and what was asked for besides."""
        assert self.session is not None, "step before open"
        num_jobs, used_before, began = self.num_jobs, processor_s(self.pid), time.monotonic()
        out = await self.session.step(heard)
        if num_jobs is not None:
            self.steps_ms[num_jobs].append((time.monotonic() - began) * 1000)
            self.used_ms[num_jobs].append((processor_s(self.pid) - used_before) * 1000)
        self.has_stepped.set()
        added, self.actions = tuple(self.actions), []
        return replace(out, actions=(*out.actions, *added))

    async def close(self) -> None:
        """Give the engine's place back."""
        if self.session is not None:
            await self.session.close()


@dataclass(frozen=True, slots=True)
class Order:
    """What is measured, from flags."""

    engine: str = "native"
    arguments: tuple[str, ...] = ()
    where: str = LOCAL
    makes_way: bool = True  # background model and recogniser stand still while the engine steps
    rounds: int = 6
    num_jobs: tuple[int, ...] = NUM_JOBS  # in every round; the first is 0


async def measure(order: Order) -> list[Row]:
    """A row for each number of delegations. Raises AgentError when an engine or the background model does not start."""
    config = BackgroundConfig(order.where, has_transcript=order.engine != "native", is_beside_engine=order.makes_way)
    async with (
        measured_engine(order.engine, "", order.arguments, 1, ()) as measured,
        background(config, os.environ) as setup,
    ):
        await _until_it_works(setup)
        watched = Watched(measured.engine, measured.pid)
        with ThreadPoolExecutor(1, thread_name_prefix="media") as media_thread:
            call = AgentConfig("ws://localhost/ws", "none", engine_name=order.engine, greeting="")
            conversation = Conversation("beside", call, media_thread, AgentMetrics(), setup)
            conversation.join(Person("p1", "Bench", _nothing))
            settings = SessionSettings("beside", extra={"background": "yes"})
            async with asyncio.TaskGroup() as tasks:
                living = [
                    tasks.create_task(conversation.run_clock(), name="clock"),
                    tasks.create_task(conversation.work.run(), name="work"),
                    tasks.create_task(think(conversation, watched, settings, lambda: None), name="think"),
                    tasks.create_task(_talk(conversation), name="talk"),
                ]
                async with asyncio.timeout(START_TIMEOUT_S):
                    await watched.has_stepped.wait()
                for index, num_jobs in enumerate(order.num_jobs * order.rounds):
                    await _span(conversation, watched, num_jobs, index)
                for task in living:
                    task.cancel()
    return rows(watched.steps_ms, watched.used_ms)


def processor_s(pid: int | None) -> float:
    """What all threads of a process on this machine have used so far; 0 where that is not known."""
    if pid is None or sys.platform != "linux":
        return 0.0
    try:
        return time.clock_gettime(~pid << 3 | 2)  # the clock of another process, as clock_getcpuclockid(3) has it
    except OSError:  # it ended
        return 0.0


def rows(steps_ms: dict[int, list[float]], used_ms: dict[int, list[float]]) -> list[Row]:
    """Percentiles of the steps by the number of delegations beside them, and their ratio to those without.

    What a step used of the processor more than alone it lost to caches and memory, or had more to do; what it took
    more than it used, it waited.
    """
    alone = np.percentile(steps_ms[0], 99) if steps_ms.get(0) else float("nan")
    found: list[Row] = []
    for num_jobs, times in sorted(steps_ms.items()):
        p50, p95, p99 = (float(each) for each in np.percentile(times, (50, 95, 99)))
        found.append(
            {
                "delegations": num_jobs,
                "steps": len(times),
                "p50_ms": round(p50, 1),
                "p95_ms": round(p95, 1),
                "p99_ms": round(p99, 1),
                "p99_over_none": round(p99 / float(alone), 3),
                "used_p50_ms": round(float(np.percentile(used_ms[num_jobs], 50)), 1),
                "used_p99_ms": round(float(np.percentile(used_ms[num_jobs], 99)), 1),
                "over_200_ms": sum(each > MICRO_TURN_MS for each in times),
            }
        )
    return found


async def _span(conversation: Conversation, watched: Watched, num_jobs: int, index: int) -> None:
    ids = [f"b{index}-{number}" for number in range(num_jobs)]
    watched.actions += [Delegate(each, task) for each, task in zip(ids, LONG_TASKS, strict=False)]
    conversation.take("p1", Text(ASKED))
    await asyncio.sleep(SETTLE_S)
    watched.num_jobs = num_jobs
    await asyncio.sleep(SPAN_S)
    watched.num_jobs = None
    watched.actions += [CancelDelegation(each) for each in ids]
    await asyncio.sleep(SETTLE_S)


async def _until_it_works(setup: WorkSetup) -> None:
    """Ask the background model something small until it answers: its first start takes a while."""
    assert setup.engine is not None
    order = WorkOrder("Say yes.", ContextPackage((), (), (), (), ()))
    async with asyncio.timeout(START_TIMEOUT_S):
        while True:
            try:
                async for _ in setup.engine.work(order, NoTools()):
                    pass
                return
            except BackgroundError as error:
                sys.stderr.write(f"waiting for the background model: {error}\n")
                await asyncio.sleep(RETRY_S)


async def _talk(conversation: Conversation) -> None:
    """Somebody speaks for three seconds of every ten."""
    encoder, sound = OpusEncoder(rate_hz=SPOKEN_RATE_HZ), speech_like(3.0, seed=1)
    silence = np.zeros(SPOKEN_TICK_SAMPLES, np.float32)
    began = time.monotonic()
    for number in itertools.count():
        at = number * SPOKEN_TICK_SAMPLES % (10 * SPOKEN_RATE_HZ)
        tick = sound[at : at + SPOKEN_TICK_SAMPLES] if at + SPOKEN_TICK_SAMPLES <= len(sound) else silence
        packet = RtpAudioPacket(number % 65_536, number * RTP_TICK_SAMPLES, encoder.encode(tick), False, None)
        conversation.hear("p1", packet, time.monotonic())
        await asyncio.sleep(began + (number + 1) * TICK_MS / 1000 - time.monotonic())


def _nothing(message: ToPage, lossy: bool) -> None:
    """A page that nobody looks at."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; the exit status says whether ten delegations stay under the bound."""
    usual = Order()
    parser = argparse.ArgumentParser(description="Times the engine's steps with and without background work, in turn.")
    parser.add_argument("--engine", default=usual.engine, help="of `alongside serve` (default: %(default)s)")
    parser.add_argument("--engine-option", action="append", default=[], metavar="FLAG", help="passed to it")
    parser.add_argument("--background", default=usual.where, help="local, or an address (default: %(default)s)")
    parser.add_argument("--in-the-way", action="store_true", help="nothing stands still while the engine steps")
    parser.add_argument("--rounds", type=int, default=usual.rounds, help="each takes 36 s (default: %(default)s)")
    given = parser.parse_args(arguments)
    order = Order(
        given.engine, tuple(given.engine_option), given.background, not given.in_the_way, max(1, given.rounds)
    )
    try:
        found = asyncio.run(measure(order))
    except (AgentError, TimeoutError) as error:
        sys.stderr.write(f"beside_work: {error or 'the engine or the background model did not start in time'}\n")
        return 2
    ratio = float(found[-1]["p99_over_none"])
    way = "making way" if order.makes_way else "in the way"
    sys.stdout.write(f"{machine()}, engine {order.engine}, background {order.where} {way}\n{table(found)}\n")
    sys.stdout.write(f"p99 with {NUM_JOBS[-1]} delegations is {ratio:.2f} of that without; the bound is {MAX_RATIO}\n")
    return int(ratio > MAX_RATIO)


if __name__ == "__main__":
    raise SystemExit(main())
