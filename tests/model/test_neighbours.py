"""What runs beside an engine that is measured really runs, really works, and says why when it cannot."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.neighbours import NeighbourError, busy_neighbours
from model.types import SPOKEN_RATE_HZ
from tests.model.spoken import weights_or_skip
from tests.office import until


@pytest.mark.weights
@pytest.mark.timeout(240)  # two models are read from the disk
async def test_both_are_at_work_without_a_pause_until_the_exit() -> None:
    weights_or_skip("whisper-base")
    weights_or_skip("qwen2.5-coder-0.5b-instruct")
    speech = np.random.default_rng(0).normal(0, 0.05, SPOKEN_RATE_HZ).astype(np.float32)
    async with busy_neighbours(speech) as work:
        await until(lambda: work.heard_s >= 2.0 and work.num_pieces >= 2, 200.0)
    done = replace(work)
    await asyncio.sleep(1.0)
    assert work == done


async def test_one_that_does_not_start_is_named_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALONGSIDE_CACHE", str(tmp_path))
    with pytest.raises(NeighbourError, match=r"model\.hearing did not start; its last words: .*whisper"):
        async with busy_neighbours(np.zeros(SPOKEN_RATE_HZ, np.float32)):
            pass
