"""Real human speech for tests: Debian's Asterisk prompts, 16 kHz. S samples."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from model.types import Pcm

PROMPTS_DIR = Path("/usr/share/asterisk/sounds/en")
RATE_HZ = 16_000


def read_prompt(name: str) -> Pcm:
    """Return one prompt as (S,) float32; fails with the package to install when it is not there."""
    path = PROMPTS_DIR / f"{name}.g722"
    assert path.is_file(), f"{path} is missing: apt install asterisk-core-sounds-en-g722"
    with av.open(str(path), format="g722") as container:
        parts = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    pcm: Pcm = np.concatenate(parts).astype(np.float32) / np.float32(32768)
    return pcm


def speech(duration_s: float) -> Pcm:
    """Return that much speech, prompts one after the other and around again."""
    pcm = np.concatenate([read_prompt(name) for name in ("demo-congrats", "demo-instruct")])
    num_samples = int(duration_s * RATE_HZ)
    return np.resize(pcm, num_samples)
