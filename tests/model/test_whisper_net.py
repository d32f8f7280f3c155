"""The network on small random weights: shapes, and one token at a time equals all at once."""

import pytest
import torch

from model.whisper_net import WhisperNet, expected_shapes
from model.whisper_weights import BrokenWeights, WhisperSizes

SIZES = WhisperSizes(
    width=64,
    num_heads=4,
    num_encoder_layers=2,
    num_decoder_layers=2,
    num_mels=16,
    num_audio_positions=60,
    num_text_positions=32,
    vocabulary=100,
)


def small_net() -> WhisperNet:
    generator = torch.Generator().manual_seed(0)
    shapes = expected_shapes(SIZES)
    tensors = {name: torch.randn(shape, generator=generator) * 0.2 for name, shape in shapes.items()}
    return WhisperNet(tensors, SIZES, alignment_heads=((0, 1), (1, 3)))


def test_the_encoder_halves_the_frames_and_takes_any_window() -> None:
    net = small_net()
    for num_frames in (20, 60, 120):
        assert net.encode(torch.zeros(16, num_frames)).shape == (num_frames // 2, 64)


def test_a_short_window_is_not_the_start_of_a_long_one() -> None:
    """Attention sees the whole window, so its length matters; only the shape is shared."""
    net, mel = small_net(), torch.randn(16, 80, generator=torch.Generator().manual_seed(1))
    assert not torch.allclose(net.encode(mel)[:20], net.encode(mel[:, :40]))


def test_token_by_token_equals_all_at_once() -> None:
    net = small_net()
    encoded = net.encode(torch.randn(16, 80, generator=torch.Generator().manual_seed(1)))
    tokens = [3, 14, 15, 92, 65, 35]
    at_once = net.decode_(tokens, net.init_state(encoded))
    state = net.init_state(encoded)
    one_by_one = torch.cat([net.decode_(part, state) for part in (tokens[:2], [tokens[2]], tokens[3:])])
    torch.testing.assert_close(one_by_one, at_once, atol=0.15, rtol=0.05)  # bfloat16
    assert at_once.shape == (6, 100)
    assert state.num_filled == 6


def test_alignment_weights_are_kept_for_each_token() -> None:
    net = small_net()
    state = net.init_state(net.encode(torch.zeros(16, 80)))
    net.decode_([1, 2, 3], state)
    (looked,) = state.alignment
    assert looked.shape == (2, 3, 40)
    torch.testing.assert_close(looked.sum(-1), torch.ones(2, 3))


def test_a_missing_weight_is_named() -> None:
    tensors = {name: torch.zeros(shape) for name, shape in expected_shapes(SIZES).items()}
    del tensors["decoder/layer_1/ffn/linear_0/bias"]
    with pytest.raises(BrokenWeights, match="decoder/layer_1/ffn/linear_0/bias"):
        WhisperNet(tensors, SIZES)
