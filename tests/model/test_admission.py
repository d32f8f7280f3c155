"""As many conversations as are answered in time, by measured cost, and as there is memory for."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from model.admission import NUM_NEEDED, NUM_REMEMBERED, Admission
from model.native import NativeEngine
from model.native_core import NativeCore
from model.native_load import HOST_BYTES, MAX_MEMORY, NativeConfig, load_engine
from model.types import CapacityError, MicroTurnIn, MicroTurnOut, SeamError, SessionSettings
from tests.model.tiny_native import MUTE_CONFIG, SETTINGS, tiny_model, turn


def _taken(admission: Admission) -> int:
    """How many conversations it takes, one after another."""
    for count in range(1000):
        try:
            admission.check(count)
        except CapacityError:
            return count
    return 1000


@pytest.mark.parametrize(("cost_s", "taken"), [(0.0099, 16), (0.039, 4), (0.090, 1), (0.500, 1)])
def test_it_takes_what_fits_into_the_time_of_a_micro_turn(cost_s: float, taken: int) -> None:
    admission = Admission(max_load=0.8)  # 160 of 200 ms
    for _ in range(NUM_NEEDED):
        admission.add(cost_s, num_turns=1)
    assert _taken(admission) == taken


def test_it_judges_by_what_was_measured_and_not_before() -> None:
    admission = Admission()
    for _ in range(NUM_NEEDED - 1):
        admission.add(9.9, num_turns=1)
    assert _taken(admission) == 1000
    admission.add(9.9, num_turns=1)
    assert _taken(admission) == 1


def test_a_batch_and_late_micro_turns_count_by_the_micro_turn() -> None:
    alone, together = Admission(), Admission()
    for _ in range(40):
        alone.add(0.02, num_turns=1)
    for _ in range(10):
        together.add(0.08, num_turns=4)
    assert alone.load(3) == pytest.approx(together.load(3)) == pytest.approx(0.3)


def test_what_was_dear_long_ago_is_forgotten() -> None:
    admission = Admission()
    for cost_s in (5.0, *[0.01] * NUM_REMEMBERED):
        admission.add(cost_s, num_turns=1)
    assert admission.load(1) == pytest.approx(0.05)


async def test_an_engine_refuses_at_once_what_it_could_not_answer_in_time_and_those_it_holds_go_on() -> None:
    class Dear(NativeCore):
        """A core whose steps cost 90 ms of processor time and more."""

        def step(self, heard: Mapping[int, tuple[MicroTurnIn, ...]]) -> dict[int, MicroTurnOut | SeamError]:
            until = time.thread_time() + 0.09
            while time.thread_time() < until:
                pass
            return super().step(heard)

    cores = [Dear(tiny_model(MUTE_CONFIG), num_slots=1) for _ in range(3)]
    async with NativeEngine(*cores, admission=Admission()) as engine:
        first = await engine.open(SessionSettings("one"))
        for index in range(NUM_NEEDED):
            await first.step((turn(index),))
        with pytest.raises(CapacityError, match="would answer late") as refused:
            await engine.open(SessionSettings("two"))
        assert refused.value.retry_after_s > 0
        assert (await first.step((turn(NUM_NEEDED),))).index == NUM_NEEDED
        await first.close()
        second = await engine.open(SessionSettings("two"))  # alone it gets all there is
        await second.close()


async def test_an_engine_has_as_many_places_as_there_is_memory_for(caplog: pytest.LogCaptureFixture) -> None:
    model = tiny_model()
    place_bytes = NativeCore(model, 1).place_bytes + HOST_BYTES
    config = NativeConfig(max_sessions=5, is_timely=False)
    async with load_engine(config, model, free_on=lambda _: int(2.5 * place_bytes / MAX_MEMORY)) as engine:
        assert "enough for 2 of 5 conversations" in caplog.text
        for _ in range(2):
            await engine.open(SETTINGS)
        with pytest.raises(CapacityError, match="all 2 conversations"):
            await engine.open(SETTINGS)
