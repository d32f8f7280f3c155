"""A browser and the product with the `echo` engine: the media path alone."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from agent.bench.product import started
from model.types import HEARD_RATE_HZ
from tests.e2e.browser import person

RATE_HZ = 48_000
TONE_HZ = 523.25


def write_wav(path: Path, pcm: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes((pcm * 32767).astype("<i2").tobytes())
    return path


@pytest.mark.timeout(120)
async def test_a_browser_hears_its_own_microphone_through_the_agent(tmp_path: Path) -> None:
    seconds = np.arange(30 * RATE_HZ) / RATE_HZ
    beeps = 0.5 * np.sin(2 * np.pi * TONE_HZ * seconds) * (seconds % 1.0 < 0.4)
    microphone = write_wav(tmp_path / "beeps.wav", beeps)
    async with started("agent", "up", "--engine", "echo", "--port", "0") as product:
        async with person(f"{product.origin}/?room=echo", microphone) as ada:
            await ada.join()
            await ada.start_recording()
            await ada.page.wait_for_timeout(5_000)
            heard = await ada.stop_recording()
            assert await ada.violations() == []
            assert ada.problems == []
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(heard.size)))
    assert abs(np.argmax(spectrum) * HEARD_RATE_HZ / heard.size - TONE_HZ) < 2
    blocks = heard[: heard.size // 1600 * 1600].reshape(-1, 1600)
    is_beep = np.sqrt(np.mean(blocks**2, axis=1)) > 0.02
    assert 0.2 < np.mean(is_beep) < 0.7, "beeps and pauses, as they were sent"
