"""Mel frames to sound, each as it comes: pulses at the predicted pitch, and noise, through filters a network gives.

The network never makes a wave itself, so it learns in minutes: a filter is the mel frame's own envelope, corrected,
with the minimum phase that envelope implies, corrected (the source-filter idea; arXiv 1904.12088, 2001.04643).

The centre of mel frame t lies at the start of hop t - 1, and so does the centre of what is made from it: hop t of the
output is hop t - DELAY_HOPS of the sound that the mel frames were taken from. Nothing waits for a later frame.

Shapes: B slots, T mel frames, M mel bins, C channels, K taps, E envelope points, F frequency bins, W transform length,
P pitches, H hop samples, S = T * H samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.mel_filters import slaney_filters
from model.mel_frames import HOP_SAMPLES, NUM_BINS, NUM_MELS, SILENCE, WINDOW_SAMPLES
from model.norms import RMSNorm
from model.types import SPOKEN_RATE_HZ

DELAY_HOPS = 2  # 25 ms
MIN_PITCH_HZ, MAX_PITCH_HZ = 55.0, 480.0
NUM_PITCHES = 90  # an octave holds 28
_GRAIN = 2 * HOP_SAMPLES  # samples of the sources that one frame filters; windows of this length add up to one
_TAIL = WINDOW_SAMPLES - HOP_SAMPLES  # samples that later frames still add to: a filter may ring for 25 ms
_NUM_POINTS = 151  # of an envelope, 80 Hz apart
_PITCH_REACH = 3  # pitches to each side of the likeliest that the answer is the mean of
_NUM_FINE_MELS, _SMOOTHED_MELS = 40, 7  # the lower bins, where harmonics stand apart, and what tells them from it
_TOP_HZ = 11_000.0  # no harmonic above
_MEL_SCALE = 0.2  # of log-mel above silence, so that the network sees numbers around one
_HARMONIC_OFFSET, _NOISE_OFFSET = -2.0, -3.0  # from log-mel to the logarithm of a harmonic's and the noise's amplitude
_MAX_LOG_MAGNITUDE = 4.0  # louder than any full-scale sound; keeps untrained weights finite
_NOISE_HOPS = 512  # 6.4 s until the noise comes again


@dataclass(slots=True)
class VocoderState:
    """The last inputs of every convolution, where the sources stand, and the sound that is not finished."""

    histories: list[Tensor]  # each (B, K - 1, channels)
    pitch_hz: Tensor  # (B,) float32, at the end of the pulses made so far
    voicing: Tensor  # (B,) float32, their amplitude there
    phase: Tensor  # (B,) float64, in periods
    pulses: Tensor  # (B, H) the last hop of them
    noise_hop: Tensor  # (B,) int64, how much of the noise was used
    tail: Tensor  # (B, W - H)

    @property
    def tensors(self) -> list[Tensor]:
        """All of it, slots first."""
        numbers = [self.pitch_hz, self.voicing, self.phase, self.noise_hop]
        return [*self.histories, *numbers, self.pulses, self.tail]

    def reset_(self, slots: Tensor) -> None:
        """Silence the masked slots (B,) bool."""
        for history in self.histories:
            history.masked_fill_(slots[:, None, None], 0)
        for rows in (self.pulses, self.tail):
            rows.masked_fill_(slots[:, None], 0)
        for numbers in (self.pitch_hz, self.voicing, self.phase, self.noise_hop):
            numbers.masked_fill_(slots, 0)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the network says about each mel frame."""

    harmonic: Tensor  # (B, T, F) complex64, what the pulses go through
    noise: Tensor  # (B, T, F) complex64, what the noise goes through
    pitch_hz: Tensor  # (B, T) at the end of hop t - DELAY_HOPS + 1, the later of the two that frame t filters
    pitch_logits: Tensor  # (B, T, P)
    voicing: Tensor  # (B, T) logits: are there pulses?


class Vocoder(nn.Module):
    """About 0.9M parameters."""

    def __init__(self, width: int = 192, num_blocks: int = 4, taps: int = 7) -> None:
        super().__init__()
        self.sizes = {"width": width, "num_blocks": num_blocks, "taps": taps}
        self.taps = taps
        self.enter = nn.Conv1d(NUM_MELS + _NUM_FINE_MELS, width, taps)
        self.blocks = nn.ModuleList(_Block(width, taps) for _ in range(num_blocks))
        self.norm = RMSNorm(width)
        self.leave = nn.Linear(width, 3 * _NUM_POINTS + NUM_PITCHES + 1)

    def forward(self, mel: Tensor) -> Tensor:
        """(B, T, M) log-mel to (B, S), from silence."""
        return self.step_(mel, self.init_state(mel.shape[0]))

    def step_(self, mel: Tensor, state: VocoderState) -> Tensor:
        """The next frames (B, T, M) to their sound (B, S) float32; `state` moves on."""
        return sound_(self.filters_(mel, state), state)

    def filters_(self, mel: Tensor, state: VocoderState) -> Filters:
        """(B, T, M) log-mel to filters; moves the convolutions' part of `state` on."""
        x = self.enter(_after(state.histories[0], _features(mel)).mT).mT
        for block, history in zip(self.blocks, state.histories[1:], strict=True):
            x = block(x, history)
        return _filters(self.leave(self.norm(x)).float(), mel.float())

    def init_state(self, num_slots: int) -> VocoderState:
        weight = self.enter.weight
        widths = [NUM_MELS + _NUM_FINE_MELS] + [weight.shape[0]] * len(self.blocks)
        numbers = torch.zeros(num_slots, device=weight.device)
        return VocoderState(
            histories=[weight.new_zeros(num_slots, self.taps - 1, width) for width in widths],
            pitch_hz=numbers.clone(),
            voicing=numbers.clone(),
            phase=numbers.double(),
            pulses=numbers.new_zeros(num_slots, HOP_SAMPLES),
            noise_hop=numbers.long(),
            tail=numbers.new_zeros(num_slots, _TAIL),
        )


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


def sound_(filters: Filters, state: VocoderState) -> Tensor:
    """T frames' filters to (B, S); moves the sources' part of `state` on."""
    pulses = torch.cat((state.pulses[:, None], _pulses_(filters, state)), dim=1)
    state.pulses.copy_(pulses[:, -1])
    noise = noise_(filters.noise.shape[1] + 1, state)
    return overlap_add_(filtered(filters.harmonic, pulses) + filtered(filters.noise, noise), state.tail)


def filtered(filters: Tensor, source: Tensor) -> Tensor:
    """Filters (B, T, F) over a source of one hop more (B, T + 1, H) to frames of sound (B, T, W)."""
    grains = torch.cat((source[:, :-1], source[:, 1:]), dim=2) * torch.hann_window(_GRAIN, device=source.device)
    return torch.fft.irfft(torch.fft.rfft(grains, n=WINDOW_SAMPLES) * filters, n=WINDOW_SAMPLES)


def noise_(num_hops: int, state: VocoderState) -> Tensor:
    """(B, num_hops, H) white noise of variance one; the next call begins with the hop this one ends with."""
    steps = torch.arange(num_hops, device=state.noise_hop.device)
    rows = (state.noise_hop[:, None] + steps) % _NOISE_HOPS
    state.noise_hop.add_(num_hops - 1)
    return _noise(state.noise_hop.device)[rows]


def overlap_add_(frames: Tensor, tail: Tensor) -> Tensor:
    """(B, T, W) to (B, S); what reaches beyond the last hop waits in `tail`."""
    num_slots, num_frames, _ = frames.shape
    length = (num_frames - 1) * HOP_SAMPLES + WINDOW_SAMPLES
    sound = functional.fold(frames.mT, (1, length), kernel_size=(1, WINDOW_SAMPLES), stride=(1, HOP_SAMPLES)).view(
        num_slots, length
    )
    sound = sound + functional.pad(tail, (0, length - _TAIL))
    tail.copy_(sound[:, -_TAIL:].detach())
    return sound[:, : num_frames * HOP_SAMPLES]


def pulse_hops(pitch_hz: Tensor, amplitude: Tensor, phase: Tensor) -> Tensor:
    """T + 1 values of pitch and amplitude (B, T + 1), and phases (B, T) where hops start, to T hops (B, T, H).

    All harmonics below 11 kHz at amplitude one, summed in closed form (Dirichlet's kernel).
    """
    along = torch.arange(HOP_SAMPLES, device=pitch_hz.device) / HOP_SAMPLES  # (H,)
    start, change = pitch_hz[:, :-1, None], pitch_hz.diff(dim=1)[..., None]
    turned = (start * along + change * along.square() / 2) * (HOP_SAMPLES / SPOKEN_RATE_HZ)
    periods = (phase % 1).float()[..., None] + turned
    periods = periods - periods.round()  # in -0.5..0.5, precise where the pulse is
    num_harmonics = (_TOP_HZ / torch.maximum(pitch_hz[:, :-1], pitch_hz[:, 1:]).clamp(min=MIN_PITCH_HZ)).floor()
    half_turn = torch.sin(math.pi * periods)
    at_pulse = half_turn.abs() < 1e-5
    kernel = torch.sin((num_harmonics[..., None] + 0.5) * (2 * math.pi) * periods) / (
        2 * half_turn.masked_fill(at_pulse, 1.0)
    )
    pulses = torch.where(at_pulse, num_harmonics[..., None], kernel - 0.5)
    return pulses * torch.lerp(amplitude[:, :-1, None], amplitude[:, 1:, None], along)


def _pulses_(filters: Filters, state: VocoderState) -> Tensor:
    """(B, T, H), going on where the last ones ended."""
    pitch_hz = torch.cat((state.pitch_hz[:, None], filters.pitch_hz), dim=1)
    # A ramp rather than a switch, so that a rounding does not change the sound.
    voicing = torch.cat((state.voicing[:, None], (filters.voicing + 0.5).clamp(0, 1)), dim=1)
    turned = (pitch_hz[:, :-1] + pitch_hz[:, 1:]).double() * (HOP_SAMPLES / SPOKEN_RATE_HZ / 2)
    phase = torch.cat((state.phase[:, None], turned), dim=1).cumsum(1)  # (B, T + 1)
    state.pitch_hz.copy_(pitch_hz[:, -1])
    state.voicing.copy_(voicing[:, -1])
    state.phase.copy_(phase[:, -1] % 1)
    return pulse_hops(pitch_hz, voicing, phase[:, :-1])


def _filters(heads: Tensor, mel: Tensor) -> Filters:
    """(B, T, 3E + P + 1) of the network and (B, T, M) log-mel to filters."""
    harmonic, noise, turn, pitch, voicing = heads.split([_NUM_POINTS] * 3 + [NUM_PITCHES, 1], dim=-1)
    points_of_mel, bins_of_points, phase_of_points = _maps(mel.device)
    envelope = mel @ points_of_mel  # (B, T, E)
    harmonic = (envelope + harmonic + _HARMONIC_OFFSET).clamp(max=_MAX_LOG_MAGNITUDE)
    noise = (envelope + noise + _NOISE_OFFSET).clamp(max=_MAX_LOG_MAGNITUDE)
    return Filters(
        harmonic=torch.polar((harmonic @ bins_of_points).exp(), harmonic @ phase_of_points + turn @ bins_of_points),
        noise=torch.polar((noise @ bins_of_points).exp(), noise @ phase_of_points),
        pitch_hz=_likeliest_hz(pitch),
        pitch_logits=pitch,
        voicing=voicing[..., 0],
    )


def pitches(device: torch.device) -> Tensor:
    """(P,) octaves above 1 Hz that pitch is looked for at."""
    return torch.linspace(math.log2(MIN_PITCH_HZ), math.log2(MAX_PITCH_HZ), NUM_PITCHES, device=device)


def _likeliest_hz(logits: Tensor) -> Tensor:
    """(B, T, P) to (B, T): the mean around the highest, finer than the pitches are apart."""
    apart = torch.arange(NUM_PITCHES, device=logits.device) - logits.argmax(-1, keepdim=True)
    near = logits.masked_fill(apart.abs() > _PITCH_REACH, -torch.inf).softmax(-1)
    return (near @ pitches(logits.device)).exp2()


def _features(mel: Tensor) -> Tensor:
    """(B, T, M) log-mel to the network's input: zero for silence, and the harmonics lifted out of the lower bins."""
    above = mel - SILENCE
    low, reach = above[..., :_NUM_FINE_MELS], _SMOOTHED_MELS // 2
    smooth = functional.avg_pool1d(functional.pad(low, (reach, reach), mode="replicate"), _SMOOTHED_MELS, stride=1)
    return torch.cat((above * _MEL_SCALE, low - smooth), dim=-1)


def _after(history: Tensor, x: Tensor) -> Tensor:
    """(B, K - 1 + T, C): x behind what came before it, which moves on in place."""
    longer = torch.cat((history, x.to(history.dtype)), dim=1)
    history.copy_(longer[:, -history.shape[1] :].detach())
    return longer


@cache
@torch.inference_mode(False)  # what is kept must also serve training
def _noise(device: torch.device) -> Tensor:
    """(hops, H), the same everywhere and always: which noise it is cannot be heard, that chunks agree can."""
    return torch.randn(_NOISE_HOPS, HOP_SAMPLES, generator=torch.Generator().manual_seed(0)).to(device)


@cache
@torch.inference_mode(False)  # what is kept must also serve training
def _maps(device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Linear maps: log-mel to envelope points (M, E), those to bins (E, F), those to the minimum phase (E, F)."""
    step = (NUM_BINS - 1) // (_NUM_POINTS - 1)
    triangles = slaney_filters(NUM_MELS, NUM_BINS, SPOKEN_RATE_HZ)[:, ::step].clone()  # (M, E)
    triangles[0, 0] = triangles[-1, -1] = 1  # the ends lie outside every triangle
    points_of_mel = triangles / triangles.sum(0)
    bins = torch.arange(NUM_BINS) / step
    bins_of_points = (1 - (bins - torch.arange(_NUM_POINTS)[:, None]).abs()).clamp(min=0)  # (E, F)
    # The phase of a minimum-phase filter: the cepstrum of its log magnitude, folded onto positive times.
    cepstrum = torch.fft.irfft(bins_of_points.double(), n=WINDOW_SAMPLES)
    cepstrum[:, 1 : WINDOW_SAMPLES // 2] *= 2
    cepstrum[:, WINDOW_SAMPLES // 2 + 1 :] = 0
    phase_of_points = torch.fft.rfft(cepstrum).imag.float()
    return points_of_mel.to(device), bins_of_points.to(device), phase_of_points.to(device)
