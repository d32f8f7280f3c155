"""A memory looked through in part, or taken over from another, is the same memory."""

from __future__ import annotations

import pytest
import torch

from tests.model.tiny_native import tiny_model


@torch.inference_mode()
@pytest.mark.parametrize("length", [3, 19, 70, 150])
def test_a_slot_goes_on_from_another_state_with_longer_chunks(length: int) -> None:
    backbone, generator = tiny_model().backbone, torch.Generator().manual_seed(length)
    x = torch.randn(2, length + 5, backbone.config.width, generator=generator)
    here = backbone.init_state(2, max_chunk=7)
    for part in x[:, :length].split(7, dim=1):
        backbone.step_(part, torch.tensor([part.shape[1]] * 2), here)
    moved, long = backbone.init_state(2, max_chunk=7), backbone.init_state(1, max_chunk=64, memory=length)
    for part in x[1:, :length].split(64, dim=1):
        backbone.step_(part, torch.tensor([part.shape[1]]), long)
    moved.take_over_(1, long)
    expected = backbone.step_(x[:, length:], torch.tensor([5, 5]), here)
    found = backbone.step_(x[:, length:], torch.tensor([0, 5]), moved)
    torch.testing.assert_close(found[1], expected[1], rtol=1e-4, atol=1e-5)


@torch.inference_mode()
@pytest.mark.parametrize("num_places", [16, 40, 64])
def test_a_narrow_view_gives_the_same_as_long_as_everything_lies_in_it(num_places: int) -> None:
    backbone, generator = tiny_model().backbone, torch.Generator().manual_seed(num_places)
    x = torch.randn(1, num_places + 20, backbone.config.width, generator=generator)
    whole, part = (backbone.init_state(1, max_chunk=7) for _ in range(2))
    view, num_done = part.narrowed(num_places), 0
    for chunk in x.split(5, dim=1):
        state = view if num_done + chunk.shape[1] < num_places else part
        num_valid = torch.tensor([chunk.shape[1]])
        expected, found = backbone.step_(chunk, num_valid, whole), backbone.step_(chunk, num_valid, state)
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
        num_done += chunk.shape[1]
    assert int(part.length) == int(whole.length) == num_places + 20
