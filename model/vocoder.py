"""Mel frames to sound, each frame as it comes: causal convolutions, one inverse Fourier transform, overlap and add.

Frame t is heard from hop t on, over four hops, so a hop is finished by its own frame: no look ahead.

Shapes: B slots, T mel frames, M mel bins, C channels, K taps, F frequency bins, W window samples, S = T * hop samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.mel_frames import HOP_SAMPLES, NUM_BINS, NUM_MELS, WINDOW_SAMPLES
from model.norms import RMSNorm

_TAIL = WINDOW_SAMPLES - HOP_SAMPLES  # samples that later frames still add to
_MAX_LOG_MAGNITUDE = 7.0  # louder than any full-scale sound; keeps untrained weights finite


@dataclass(slots=True)
class VocoderState:
    """The last inputs of every convolution, and the sound that is not finished."""

    histories: list[Tensor]  # each (B, K - 1, channels)
    tail: Tensor  # (B, W - hop)

    def reset_(self, slots: Tensor) -> None:
        """Silence the masked slots (B,) bool."""
        for history in self.histories:
            history.masked_fill_(slots[:, None, None], 0)
        self.tail.masked_fill_(slots[:, None], 0)


class Vocoder(nn.Module):
    """About 1.7M parameters at width 256 with 4 blocks."""

    def __init__(self, width: int = 256, num_blocks: int = 4, taps: int = 7) -> None:
        super().__init__()
        self.taps = taps
        self.enter = nn.Conv1d(NUM_MELS, width, taps)
        self.blocks = nn.ModuleList(_Block(width, taps) for _ in range(num_blocks))
        self.norm = RMSNorm(width)
        self.leave = nn.Linear(width, 2 * NUM_BINS)

    def forward(self, mel: Tensor) -> Tensor:
        """(B, T, M) log-mel to (B, S), from silence."""
        return self.step_(mel, self.init_state(mel.shape[0]))

    def step_(self, mel: Tensor, state: VocoderState) -> Tensor:
        """The next frames (B, T, M) to their sound (B, S); `state` moves on."""
        x = self.enter(_after(state.histories[0], mel).mT).mT
        for block, history in zip(self.blocks, state.histories[1:], strict=True):
            x = block(x, history)
        return _overlap_add_(self._frames(self.leave(self.norm(x))), state.tail)

    def init_state(self, num_slots: int) -> VocoderState:
        weight = self.enter.weight
        widths = [NUM_MELS] + [weight.shape[0]] * len(self.blocks)
        return VocoderState(
            histories=[weight.new_zeros(num_slots, self.taps - 1, width) for width in widths],
            tail=weight.new_zeros(num_slots, _TAIL),
        )

    def _frames(self, x: Tensor) -> Tensor:
        """(B, T, 2F) log-magnitudes and phases to windowed sound (B, T, W)."""
        log_magnitude, phase = x.float().chunk(2, dim=-1)
        spectrum = torch.polar(log_magnitude.clamp(max=_MAX_LOG_MAGNITUDE).exp(), phase)
        return torch.fft.irfft(spectrum, n=WINDOW_SAMPLES) * torch.hann_window(WINDOW_SAMPLES, device=x.device)


class _Block(nn.Module):
    """A convolution over time in each channel, then an MLP over channels (arXiv 2201.03545, made causal)."""

    def __init__(self, width: int, taps: int) -> None:
        super().__init__()
        self.mix = nn.Conv1d(width, width, taps, groups=width)
        self.norm = RMSNorm(width)
        self.up = nn.Linear(width, 2 * width)
        self.down = nn.Linear(2 * width, width)

    def forward(self, x: Tensor, history: Tensor) -> Tensor:
        heard = self.mix(_after(history, x).mT).mT
        return x + self.down(functional.gelu(self.up(self.norm(heard))))


def _after(history: Tensor, x: Tensor) -> Tensor:
    """(B, K - 1 + T, C): x behind what came before it, which moves on in place."""
    longer = torch.cat((history, x.to(history.dtype)), dim=1)
    history.copy_(longer[:, -history.shape[1] :])
    return longer


def _overlap_add_(frames: Tensor, tail: Tensor) -> Tensor:
    """(B, T, W) to (B, S); what reaches beyond the last hop waits in `tail`."""
    num_slots, num_frames, _ = frames.shape
    length = (num_frames - 1) * HOP_SAMPLES + WINDOW_SAMPLES
    sound = functional.fold(frames.mT, (1, length), kernel_size=(1, WINDOW_SAMPLES), stride=(1, HOP_SAMPLES)).view(
        num_slots, length
    )
    sound = sound + functional.pad(tail, (0, length - _TAIL))
    tail.copy_(sound[:, -_TAIL:])
    return sound[:, : num_frames * HOP_SAMPLES]
