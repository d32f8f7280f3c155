"""A call with the native engine: random weights say nothing sensible, but they are heard, and the call lives on."""

from __future__ import annotations

import logging
import re

import aiohttp
import pytest

from agent.bench.call_client import call, through_room
from agent.bench.product import started
from model.types import MICRO_TURN_MS
from tests.office import tone, until

logger = logging.getLogger(__name__)

CALL_S = 8.0
NUM_MICRO_TURNS = int(CALL_S * 1000) // MICRO_TURN_MS  # 40


async def _metrics(origin: str) -> dict[str, float]:
    """Every sample of the process, by its name and labels."""
    async with aiohttp.ClientSession() as http, http.get(f"{origin}/metrics") as response:
        lines = re.findall(r"^alongside_agent_(\S+) (\S+)$", await response.text(), re.MULTILINE)
    return {name: float(value) for name, value in lines}


@pytest.mark.timeout(120)
async def test_a_call_with_random_weights_is_heard_and_counts_every_late_step() -> None:
    async with started("agent", "up", "--engine", "native", "--port", "0") as product:
        async with call(through_room(product.origin, "one", "Ada")) as ada:
            ada.say(tone(CALL_S))
            await ada.said()
            await until(lambda: any("metrics" in text for text in ada.recording.messages))
            during = await _metrics(product.origin)
        after = await _metrics(product.origin)
    steps, late = during["step_ms_count"], during["micro_turn_late_total"]
    in_time = during[f'step_ms_bucket{{le="{MICRO_TURN_MS}"}}']
    logger.info("%d steps, %d of them under %d ms, %d late", steps, in_time, MICRO_TURN_MS, late)
    assert steps >= NUM_MICRO_TURNS / 4, during  # late micro-turns are taken together, so there are fewer steps
    assert in_time > 0, during  # how many is this machine's business; what counts is that none is hidden
    assert late == steps - in_time
    assert after["lost_sessions_total"] == 0
    assert any(pcm.any() for pcm in ada.recording.received)
