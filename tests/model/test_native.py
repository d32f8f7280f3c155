"""The native engine keeps the seam's promises, one thread to a device."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from torch import Tensor

from model import prefill
from model.client import EngineClient
from model.config import ModelConfig
from model.echo import EchoEngine
from model.interaction import InteractionModel, Positions
from model.kv_cache import BackboneState
from model.limits import Limits
from model.native import NativeEngine, NativeSession
from model.native_core import NativeCore
from model.serve import EngineServer
from model.types import (
    HEARD_SAMPLES,
    CapacityError,
    InputError,
    MicroTurnIn,
    MicroTurnOut,
    SeamError,
    SessionLostError,
    SessionSettings,
    TypedText,
    VideoFrame,
)
from tests.doubles import Relay
from tests.model.tiny_native import CONFIG, SETTINGS, tiny_model, turn
from tests.office import until


class _WatchedCore(NativeCore):
    """A real core that notes who called it and how many slots shared each batch, and fails when told to."""

    def __init__(self, num_slots: int) -> None:
        super().__init__(tiny_model(), num_slots)
        self.threads = set[int]()
        self.batches: list[int] = []
        self.fails = False

    def step(self, heard: Mapping[int, tuple[MicroTurnIn, ...]]) -> dict[int, MicroTurnOut | SeamError]:
        self.threads.add(threading.get_ident())
        self.batches.append(len(heard))
        if self.fails:
            raise ZeroDivisionError
        return super().step(heard)


async def _talk(session: NativeSession, num_turns: int) -> list[MicroTurnOut]:
    return [await session.step((turn(index),)) for index in range(num_turns)]


async def test_sessions_share_batches_on_one_thread_that_is_not_the_loops() -> None:
    core = _WatchedCore(num_slots=3)
    async with NativeEngine(core) as engine:
        sessions = [await engine.open(SETTINGS) for _ in range(3)]
        outputs = await asyncio.gather(*[_talk(session, 6) for session in sessions])
    assert all([out.index for out in said] == list(range(6)) for said in outputs)
    assert len(core.threads) == 1
    assert threading.get_ident() not in core.threads
    assert sum(core.batches) == 18
    assert max(core.batches) > 1


class _GuardedModel(InteractionModel):
    """Notes who computes with it."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.threads = set[int]()

    def step_(self, chunk: Positions, state: BackboneState) -> Tensor:
        self.threads.add(threading.get_ident())
        return super().step_(chunk, state)

    def take_in_(self, chunk: Positions, state: BackboneState) -> None:
        self.threads.add(threading.get_ident())
        super().take_in_(chunk, state)


async def test_whatever_is_asked_one_thread_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps, a conversation that is rebuilt, and one that is brought up to date."""
    monkeypatch.setattr(prefill, "PREFILL_LENGTH", 64)
    model = _GuardedModel(CONFIG)
    model.load_state_dict(tiny_model().state_dict())
    async with NativeEngine(NativeCore(model, num_slots=2)) as engine:
        session = await engine.open(SETTINGS)
        await _talk(session, 8)
        rebuilt = await engine.rebuild(await session.export())
        await session.step((turn(8),))
        await rebuilt.refresh(await session.export())
        await asyncio.gather(session.step((turn(9),)), rebuilt.step((turn(9),)))
        owner = await engine.call(threading.get_ident)
    assert model.threads == {owner} and owner != threading.get_ident()


class _OrderedCores:
    """Cores of one slot that note whose step the device takes, and a device that can be held."""

    def __init__(self, count: int) -> None:
        self.order: list[int] = []
        self.cores = [self._core(number) for number in range(count)]
        self.held, self._entered = threading.Event(), threading.Event()

    def _core(self, number: int) -> NativeCore:
        order = self.order

        class Noting(NativeCore):
            def step(self, heard: Mapping[int, tuple[MicroTurnIn, ...]]) -> dict[int, MicroTurnOut | SeamError]:
                order.append(number)
                return super().step(heard)

        return Noting(tiny_model(), num_slots=1)

    def hold(self) -> None:
        self._entered.set()
        self.held.wait()

    async def is_held(self) -> None:
        await asyncio.to_thread(self._entered.wait)


async def test_whose_answer_is_due_first_is_stepped_first() -> None:
    device = _OrderedCores(3)
    async with NativeEngine(*device.cores) as engine, asyncio.TaskGroup() as tasks:
        sessions = [await engine.open(SETTINGS) for _ in device.cores]
        tasks.create_task(engine.call(device.hold), name="hold the device")
        await device.is_held()
        turns = ((turn(0),), (turn(0),), (turn(0), turn(1), turn(2)))  # the last one is 400 ms behind
        asked = [tasks.create_task(each.step(heard)) for each, heard in zip(sessions, turns, strict=True)]
        await asyncio.sleep(0)  # each has asked
        device.held.set()
        await asyncio.wait(asked)
    assert device.order == [2, 0, 1]


async def test_who_talks_is_answered_while_another_conversation_is_rebuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefill, "PREFILL_LENGTH", 64)  # so that there is much to do
    device = _OrderedCores(2)
    async with NativeEngine(*device.cores) as engine, asyncio.TaskGroup() as tasks:
        talking = await engine.open(SETTINGS)
        await _talk(talking, 12)
        record = await talking.export()
        rebuilding = tasks.create_task(engine.rebuild(record), name="rebuild")
        num_answers = 0
        while not rebuilding.done():
            await talking.step((turn(12 + num_answers),))
            num_answers += 1
        moved = rebuilding.result()
        assert num_answers > 1
        assert (await moved.step((turn(12),))).index == 12


async def test_a_full_engine_refuses_and_has_room_after_a_close() -> None:
    async with NativeEngine(_WatchedCore(num_slots=1)) as engine:
        session = await engine.open(SETTINGS)
        with pytest.raises(CapacityError):
            await engine.open(SETTINGS)
        await session.close()
        await session.close()
        with pytest.raises(SessionLostError, match="the session is closed"):
            await session.step((turn(0),))
        await engine.open(SETTINGS)


async def test_bad_input_is_refused_and_the_session_goes_on() -> None:
    async with NativeEngine(_WatchedCore(num_slots=1)) as engine:
        with pytest.raises(InputError, match=r"Opening\.instructions"):
            await engine.open(SessionSettings("c", instructions="x" * 9000))
        session = await engine.open(SETTINGS)
        await _talk(session, 2)
        with pytest.raises(InputError, match="micro-turn 1 after 1"):
            await session.step((turn(1),))
        assert (await session.step((turn(2),))).index == 2


def _sound(size: int = HEARD_SAMPLES, value: float = 0.0) -> MicroTurnIn:
    return MicroTurnIn(2, np.full(size, value, np.float32))


def _picture(height: int, width: int) -> MicroTurnIn:
    return turn(2, frames=(VideoFrame(np.zeros((height, width, 3), np.uint8), tick=20, source="p1:camera"),))


BAD: tuple[tuple[Callable[[], MicroTurnIn], str], ...] = (
    (lambda: _sound(HEARD_SAMPLES * 3), r"MicroTurnIn\.pcm: expected \(3200,\) float32, got \(9600,\)"),  # 48 kHz
    (lambda: _sound(value=np.nan), r"MicroTurnIn\.pcm: sample 0 is not finite"),
    (lambda: _picture(0, 0), r"VideoFrame\.rgb: expected \(H, W, 3\) uint8, got \(0, 0, 3\)"),
    (lambda: _picture(600, 800), "picture: 800x600 makes 315 patches .* scale it to 160x120"),
    (lambda: _picture(2000, 3000), "frame: 18012962 bytes, at most 8388608"),
    (lambda: turn(2, TypedText("ana", "x" * 8193)), r"events\[0\]\.text: 8193 characters, at most 8192"),
)


@pytest.mark.parametrize(("heard", "why"), BAD)
async def test_what_breaks_the_seam_is_named_over_the_socket_and_the_session_goes_on(
    heard: Callable[[], MicroTurnIn], why: str
) -> None:
    async with NativeEngine(NativeCore(tiny_model(), num_slots=1)) as engine, EngineServer(engine=engine) as server:
        session = await EngineClient(server.url).open(SETTINGS)
        for index in range(2):
            await session.step((turn(index),))
        with pytest.raises(InputError, match=why):
            await session.step((heard(),))
        assert (await session.step((turn(2),))).index == 2
        await session.close()


async def test_a_second_step_in_flight_is_refused() -> None:
    async with NativeEngine(_WatchedCore(num_slots=1)) as engine:
        session = await engine.open(SETTINGS)
        answers = await asyncio.gather(session.step((turn(0),)), session.step((turn(0),)), return_exceptions=True)
    assert isinstance(answers[0], MicroTurnOut)
    assert isinstance(answers[1], InputError)


async def test_a_failed_batch_ends_its_sessions_and_not_the_engine(caplog: pytest.LogCaptureFixture) -> None:
    core = _WatchedCore(num_slots=1)
    async with NativeEngine(core) as engine:
        session = await engine.open(SETTINGS)
        core.fails = True
        with pytest.raises(SessionLostError, match="open a new session"):
            await session.step((turn(0),))
        core.fails = False
        another = await engine.open(SETTINGS)  # in the only slot: the lost session freed it
        assert (await another.step((turn(0),))).index == 0
    assert "ZeroDivisionError" in caplog.text


async def test_who_is_gone_in_the_middle_of_a_step_leaves_a_free_slot() -> None:
    async with NativeEngine(_WatchedCore(num_slots=1)) as engine:
        session = await engine.open(SETTINGS)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await session.step((turn(0),))
        await session.close()
        again = await engine.open(SETTINGS)
        assert (await again.step((turn(0),))).index == 0
    with pytest.raises(SessionLostError, match="the native engine is closed"):
        await again.step((turn(1),))
    await again.close()


async def test_who_gives_up_while_it_opens_leaves_no_slot_taken() -> None:
    core = _WatchedCore(num_slots=1)
    async with NativeEngine(core) as engine:
        held, entered = threading.Event(), threading.Event()

        def hold() -> None:
            entered.set()
            held.wait()

        holding = asyncio.create_task(engine.call(hold))
        await asyncio.to_thread(entered.wait)
        opening = asyncio.create_task(engine.open(SETTINGS))
        await asyncio.sleep(0)  # it waits for the owner thread now
        opening.cancel()
        held.set()
        await holding
        with pytest.raises(asyncio.CancelledError):
            await opening
        session = await engine.open(SETTINGS)
        assert (await session.step((turn(0),))).index == 0


async def test_a_lost_session_is_told_over_the_socket_and_its_slot_is_free_again() -> None:
    core = _WatchedCore(num_slots=1)
    async with NativeEngine(core) as engine, EngineServer(engine=engine) as server:
        client = EngineClient(server.url)
        session = await client.open(SETTINGS)
        await session.step((turn(0),))
        core.fails = True
        with pytest.raises(SessionLostError, match="open a new session"):
            await session.step((turn(1),))
        core.fails = False
        await session.close()
        another = await client.open(SETTINGS)
        assert (await another.step((turn(2),))).index == 2
        await another.close()
        assert core.num_used == server.metrics.sessions_open == 0


async def test_clients_that_die_in_a_step_leave_a_free_slot() -> None:
    core = _WatchedCore(num_slots=1)
    async with (
        NativeEngine(core) as engine,
        EngineServer(engine=engine, limits=Limits(max_sessions=1)) as server,
        Relay(int(server.url.rpartition(":")[2])) as relay,
    ):
        for _ in range(3):
            doomed = await EngineClient(f"ws://127.0.0.1:{relay.port}").open(SETTINGS)
            stepping = asyncio.create_task(doomed.step((turn(0),)))
            await until(lambda: bool(core.batches), 5)
            relay.cut()
            await asyncio.wait([stepping])
            await doomed.close()
            await until(lambda: core.num_used == server.metrics.sessions_open == 0, 5)
            core.batches.clear()
        session = await EngineClient(server.url).open(SETTINGS)
        assert (await session.step((turn(0),))).index == 0
        await session.close()


async def test_a_session_moves_to_another_engine_over_the_socket() -> None:
    async with (
        NativeEngine(NativeCore(tiny_model(), num_slots=1)) as engine,
        NativeEngine(NativeCore(tiny_model(), num_slots=1)) as another,
        EngineServer(engine=engine) as here,
        EngineServer(engine=another) as there,
    ):
        session = await EngineClient(here.url).open(SETTINGS)
        said = (await session.step((turn(0),))).text
        record = await session.export()
        await session.close()
        moved = await EngineClient(there.url).rebuild(record)
        with pytest.raises(InputError, match="micro-turn 0 after 0"):
            await moved.step((turn(0),))
        for index in range(1, 30):
            said += (await moved.step((turn(index),))).text
        with pytest.raises(CapacityError):
            await EngineClient(there.url).rebuild(record)
        await moved.close()
        assert said.startswith(SETTINGS.greeting)
        with pytest.raises(InputError, match="record: damaged on its way"):
            await EngineClient(there.url).rebuild(record[:-1])


async def test_a_conversation_whose_clock_jumps_ahead_goes_on_and_one_that_goes_back_is_told() -> None:
    async with NativeEngine(NativeCore(tiny_model(), num_slots=1)) as engine, EngineServer(engine=engine) as server:
        session = await EngineClient(server.url).open(SETTINGS)
        for index in (0, 1, 18_000, 18_001):  # an hour, as when a laptop sleeps
            assert (await session.step((turn(index),))).index == index
        with pytest.raises(InputError, match="micro-turn 5 after 18001"):
            await session.step((turn(5),))
        assert (await session.step((turn(18_002),))).index == 18_002
        await session.close()


async def test_an_engine_that_cannot_move_sessions_says_so_and_the_session_goes_on() -> None:
    async with EngineServer(engine=EchoEngine()) as server:
        session = await EngineClient(server.url).open(SETTINGS)
        with pytest.raises(InputError, match="cannot be exported"):
            await session.export()
        assert (await session.step((turn(0),))).index == 0
        await session.close()
        with pytest.raises(InputError, match="takes no exported sessions"):
            await EngineClient(server.url).rebuild(b"ALSR")


async def test_it_talks_over_the_engine_socket() -> None:
    async with NativeEngine(NativeCore(tiny_model(), num_slots=2)) as engine, EngineServer(engine=engine) as server:
        session = await EngineClient(server.url).open(SETTINGS)
        outputs = [await session.step((turn(index),)) for index in range(30)]
        await session.close()
    assert [out.index for out in outputs] == list(range(30))
    assert any(out.pcm is not None for out in outputs)
    assert "".join(out.text for out in outputs).startswith(SETTINGS.greeting)
