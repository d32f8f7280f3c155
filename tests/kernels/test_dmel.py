"""The dMel kernel gives the formula's levels except on a border, and the model's own front end is that formula."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from alongside_kernels.dmel import Tables, dmel_, kernel, reference
from alongside_kernels.errors import ShapeError
from model.dmel import HOP_SAMPLES, NUM_MELS, WINDOW_SAMPLES, Dmel
from model.mel_filters import slaney_filters
from model.types import HEARD_RATE_HZ, HEARD_SAMPLES
from tests.kernels.drawn import DEVICE, normal, poisoned_outputs, sizes

BORDER = 1e-4  # as near to the middle between two levels float32 may fall on either side
STEP = 0.6


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables.of_filters(slaney_filters(NUM_MELS, WINDOW_SAMPLES // 2 + 1, HEARD_RATE_HZ).T.contiguous().to(DEVICE))


def _sounds(num_sessions: int, num_samples: int) -> Tensor:
    """From silence to full scale: noise, a chirp, an impulse, each session another loudness."""
    time = torch.arange(num_samples, device=DEVICE) / HEARD_RATE_HZ
    chirp = (2 * torch.pi * (100 + 9000 * time) * time).sin()
    noise = normal(num_sessions, num_samples, seed=1)
    loudness = torch.logspace(-6, 0, num_sessions, device=DEVICE)[:, None]
    sound = (noise * 0.3 + chirp).clamp(-1, 1) * loudness
    sound[0] = 0
    sound[-1, num_samples // 2 :] = 0
    sound[-1, 3 * num_samples // 4] = 1
    return sound


@pytest.mark.parametrize(("num_sessions", "num_hops"), list(zip(sizes(21, 3, 3), (1, 3, 2), strict=True)))
def test_kernel_gives_the_formulas_levels_except_on_a_border(tables: Tables, num_sessions: int, num_hops: int) -> None:
    sound = _sounds(num_sessions, (num_hops + 1) * HOP_SAMPLES)
    past, pcm = sound[:, :HOP_SAMPLES], sound[:, HOP_SAMPLES:]
    kept = past.clone()
    with poisoned_outputs():
        levels = kernel.dmel_(pcm, kept, tables)
    assert torch.equal(kept, pcm[:, -HOP_SAMPLES:])
    log_mel = reference.log_mel(pcm, past, tables)
    to_border = ((log_mel - reference.LOWEST) / STEP % 1 - 0.5).abs() * STEP
    differs = levels != reference.dmel(pcm, past, tables)
    assert not bool((differs & (to_border > BORDER)).any())
    assert int(differs.sum()) <= max(1, differs.numel() // 1000), (
        f"{int(differs.sum())} of {differs.numel()} on a border"
    )


def test_the_formula_is_the_models_front_end_in_a_stream(tables: Tables) -> None:
    sound = _sounds(3, 3 * HEARD_SAMPLES)
    past = torch.zeros(3, HOP_SAMPLES, device=DEVICE)
    ears = [Dmel() for _ in range(3)]
    for chunk in sound.split(HEARD_SAMPLES, dim=1):
        levels = dmel_(chunk, past, tables).cpu()
        expected = torch.stack([ear.step_(pcm) for ear, pcm in zip(ears, chunk.cpu(), strict=True)])
        assert int((levels != expected).sum()) <= 1  # a batched product may round another way on a border
        assert torch.equal(past, chunk[:, -HOP_SAMPLES:])


def test_a_session_has_the_same_levels_in_any_company_and_in_any_pieces(tables: Tables) -> None:
    sound = _sounds(3, 3 * HOP_SAMPLES)
    whole = kernel.dmel_(sound, torch.zeros(3, HOP_SAMPLES, device=DEVICE), tables)
    pasts = torch.zeros(HOP_SAMPLES, 1, device=DEVICE).T  # rows that do not lie as the kernel wants them
    pieces = [kernel.dmel_(piece, pasts, tables) for piece in sound[1:2].split([HOP_SAMPLES, 2 * HOP_SAMPLES], dim=1)]
    assert torch.equal(torch.cat(pieces, dim=1), whole[1:2])


def test_half_a_hop_is_named(tables: Tables) -> None:
    with pytest.raises(ShapeError, match=r"pcm: expected \(B, S\) float32 with S a multiple of 800, got \(1, 400\)"):
        dmel_(torch.zeros(1, 400), torch.zeros(1, HOP_SAMPLES), tables)
