"""Times from attention: the path never goes back and follows clear evidence."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.whisper_align import POSITION_S, monotonic_starts, token_times


@given(st.integers(1, 12), st.integers(1, 40), st.integers(0, 1000))
def test_starts_never_fall_and_stay_inside(num_rows: int, num_positions: int, seed: int) -> None:
    evidence = np.random.default_rng(seed).standard_normal((num_rows, num_positions)).astype(np.float32)
    starts = monotonic_starts(evidence)
    assert len(starts) == num_rows
    assert all(0 <= start < num_positions for start in starts)
    assert starts == sorted(starts)


def test_tokens_lie_where_the_heads_look() -> None:
    spoken_at = [(0, 20), (20, 35), (35, 70), (70, 100)]
    looked = torch.full((3, 4, 150), 1e-3)
    for row, (first, last) in enumerate(spoken_at):
        looked[:, row, first:last] = 1.0
    looked = looked / looked.sum(-1, keepdim=True)
    times = token_times(looked, duration_s=2.0)
    expected = [first * POSITION_S for first, _ in spoken_at]
    np.testing.assert_allclose(times, expected, atol=3 * POSITION_S)


def test_no_token_starts_after_the_sound() -> None:
    looked = torch.rand(2, 5, 500, generator=torch.Generator().manual_seed(0))
    assert max(token_times(looked, duration_s=1.2)) <= 1.2
