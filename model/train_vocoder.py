"""Trains the vocoder on speech made here; goes on from its last checkpoint.

python -m model.train_vocoder --minutes 30 --out runs/vocoder

Shapes: B crops, T mel frames, S samples, F frequency bins.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from model.init_weights import init_weights_
from model.mel_frames import HOP_SAMPLES, WINDOW_SAMPLES, mel_frames
from model.vocoder import DELAY_HOPS, Filters, Vocoder, filtered, noise_, overlap_add_, pitches
from model.vocoder_data import Speech, speech_of
from model.vocoder_weights import save_vocoder

_CONTEXT_HOPS = WINDOW_SAMPLES // HOP_SAMPLES - 1  # before a crop, so that its first mel frame is a whole one
_WARM_UP_HOPS = 10  # at a crop's start, not judged: the network has not heard enough yet
_QUIETEST_DB, _LOUDEST_DB = -18.0, 5.0  # how much louder or quieter a crop is made
_QUIET_MEL = -9.0  # mean of a mel frame below which its pitch is not judged
_TRANSFORMS = (512, 1024, 2048)  # of the spectra that are compared; hops are a quarter
_FLOOR = 3e-4
_PITCH_SPREAD = 0.04  # octaves around the true pitch that count as met


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    out: Path
    minutes: float
    voices: Mapping[str, float] = field(  # minutes of each
        default_factory=lambda: {"hibari": 60.0, "slt": 12.0, "rms": 12.0, "awb": 8.0}
    )
    first_voice_share: float = 0.7  # of the crops; the others share the rest
    num_crops: int = 8
    crop_hops: int = 96
    learning_rate: float = 2e-3
    warm_up_steps: int = 200
    flat_steps: int = 1500  # then the rate falls with the root of the steps
    average: float = 0.998  # of the weights, for the file that is kept
    save_every_steps: int = 200
    log_every_steps: int = 25
    max_steps: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Crops:
    mel: Tensor  # (B, T, M)
    pulses: Tensor  # (B, T + 1, H), what the T frames filter
    sound: Tensor  # (B, S), what should come out
    pitch_hz: Tensor  # (B, T), 0 where there are no pulses
    is_exact: Tensor  # (B,) bool


def main(config: TrainingConfig) -> None:
    config.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config.seed)
    speech = list(speech_of(dict(config.voices), config.out / "speech").values())
    vocoder = Vocoder()
    init_weights_(vocoder, Generator().manual_seed(config.seed))
    average = AveragedModel(vocoder, multi_avg_fn=get_ema_multi_avg_fn(config.average))
    optimizer = torch.optim.AdamW(vocoder.parameters(), lr=config.learning_rate, betas=(0.8, 0.99), weight_decay=0.01)
    step, trained_s = _resume_(config, vocoder, average, optimizer)
    rng = np.random.default_rng((config.seed, step))
    started = time.monotonic()
    before_s = trained_s
    while time.monotonic() - started < config.minutes * 60 and step != config.max_steps:
        for group in optimizer.param_groups:
            group["lr"] = config.learning_rate * _rate(step, config)
        losses = crop_losses(vocoder, draw(speech, config, rng))
        total = sum(losses.values(), start=torch.zeros(()))
        optimizer.zero_grad()
        total.backward()
        norm = torch.nn.utils.clip_grad_norm_(vocoder.parameters(), 5.0)
        optimizer.step()
        average.update_parameters(vocoder)
        step += 1
        trained_s = before_s + time.monotonic() - started
        if step % config.log_every_steps == 0:
            shown = {name: float(value.detach()) for name, value in {"norm": norm, "loss": total, **losses}.items()}
            _log(config.out, {"step": step, "minutes": trained_s / 60, **shown})
        if step % config.save_every_steps == 0:
            _save(config, vocoder, average, optimizer, step, trained_s)
    _save(config, vocoder, average, optimizer, step, trained_s)


def draw(speech: list[Speech], config: TrainingConfig, rng: np.random.Generator) -> Crops:
    """Crops of random voices at random loudness."""
    others = (1 - config.first_voice_share) / max(len(speech) - 1, 1)
    shares = np.array([config.first_voice_share] + [others] * (len(speech) - 1))
    num_hops = _CONTEXT_HOPS + config.crop_hops
    chosen = [speech[i] for i in rng.choice(len(speech), config.num_crops, p=shares / shares.sum())]
    starts = [int(rng.integers(len(voice.pitch_hz) - num_hops)) for voice in chosen]
    pcm = torch.from_numpy(np.stack([_hops(v.pcm, s, num_hops) for v, s in zip(chosen, starts, strict=True)]))
    pulses = torch.from_numpy(np.stack([_hops(v.pulses, s, num_hops) for v, s in zip(chosen, starts, strict=True)]))
    pitch_hz = np.stack([v.pitch_hz[s + _CONTEXT_HOPS : s + num_hops] for v, s in zip(chosen, starts, strict=True)])
    pcm *= torch.from_numpy(10 ** (rng.uniform(_QUIETEST_DB, _LOUDEST_DB, (config.num_crops, 1)) / 20)).float()
    first = _CONTEXT_HOPS - DELAY_HOPS  # hop of the recording that the first frame's hop stands for
    return Crops(
        mel=mel_frames(pcm)[:, _CONTEXT_HOPS:],
        pulses=pulses.unflatten(1, (-1, HOP_SAMPLES))[:, first : first + config.crop_hops + 1],
        sound=pcm[:, first * HOP_SAMPLES : (first + config.crop_hops) * HOP_SAMPLES],
        pitch_hz=torch.from_numpy(pitch_hz),
        is_exact=torch.tensor([voice.is_exact for voice in chosen]),
    )


def crop_losses(vocoder: Vocoder, crops: Crops) -> dict[str, Tensor]:
    """What to add up. The pulses are the recording's own, so that pitch and filters are learned apart."""
    state = vocoder.init_state(crops.mel.shape[0])
    filters = vocoder.filters_(crops.mel, state)
    state.noise_hop.random_()
    harmonic = overlap_add_(filtered(filters.harmonic, crops.pulses), state.tail)
    noise = overlap_add_(filtered(filters.noise, noise_(crops.mel.shape[1] + 1, state)), torch.zeros_like(state.tail))
    start = _WARM_UP_HOPS * HOP_SAMPLES
    made, harmonic, sound = ((harmonic + noise)[:, start:], harmonic[:, start:], crops.sound[:, start:])
    return {
        **_spectral_losses(made, sound),
        "phase": 2 * _phase_loss(harmonic[crops.is_exact], sound[crops.is_exact]),
        **_pitch_losses(filters, crops),
    }


def spectrum(sound: Tensor, transform: int) -> Tensor:
    """(B, S) to complex (B, F, windows)."""
    window = torch.hann_window(transform, device=sound.device)
    return torch.stft(sound, transform, transform // 4, window=window, center=False, return_complex=True)


def log_distance(made: Tensor, sound: Tensor, transform: int) -> Tensor:
    """Mean distance of the logarithms of two sounds' spectra, quiet noise aside."""
    ours, theirs = (spectrum(x, transform).abs().clamp(min=_FLOOR * transform**0.5).log() for x in (made, sound))
    return (ours - theirs).abs().mean()


def _spectral_losses(made: Tensor, sound: Tensor) -> dict[str, Tensor]:
    logarithms, shares = torch.zeros(()), torch.zeros(())
    for transform in _TRANSFORMS:
        ours, theirs = (spectrum(x, transform).abs() for x in (made, sound))
        floor = _FLOOR * transform**0.5
        logarithms = logarithms + ((ours + floor).log() - (theirs + floor).log()).abs().mean()
        apart, whole = (ours - theirs).square().sum((1, 2)), theirs.square().sum((1, 2))
        shares = shares + (apart / (whole + 1e-3)).sqrt().mean()
    return {"log": logarithms, "share": shares / 2}


def _phase_loss(harmonic: Tensor, sound: Tensor) -> Tensor:
    """Distance of complex spectra over their size: only what the pulses make can be met in phase."""
    if not len(sound):
        return torch.zeros(())
    ours, theirs = spectrum(harmonic, 1024), spectrum(sound, 1024)
    apart = torch.view_as_real(ours - theirs).square().sum(-1).add(1e-8).sqrt().sum((1, 2))
    return (apart / (theirs.abs().sum((1, 2)) + 1.0)).mean()


def _pitch_losses(filters: Filters, crops: Crops) -> dict[str, Tensor]:
    is_voiced = crops.pitch_hz > 0
    loud = crops.mel.mean(2) > _QUIET_MEL
    octaves = crops.pitch_hz.clamp(min=1).log2()[..., None]
    wanted = (-(octaves - pitches(octaves.device)).square() / (2 * _PITCH_SPREAD**2)).softmax(-1)
    surprise = -(wanted * filters.pitch_logits.log_softmax(-1)).sum(-1)
    judged = is_voiced & loud
    voicing = functional.binary_cross_entropy_with_logits(filters.voicing, is_voiced.float(), reduction="none")
    return {
        "pitch": 0.3 * (surprise * judged).sum() / judged.sum().clamp(min=1),
        "voicing": 0.5 * (voicing * loud).sum() / loud.sum().clamp(min=1),
    }


def _hops(sound: np.ndarray, start: int, num_hops: int) -> np.ndarray:
    return sound[start * HOP_SAMPLES : (start + num_hops) * HOP_SAMPLES].astype(np.float32)


def _rate(step: int, config: TrainingConfig) -> float:
    return min((step + 1) / config.warm_up_steps, 1.0) * max(step / config.flat_steps, 1.0) ** -0.5


def _resume_(
    config: TrainingConfig, vocoder: Vocoder, average: AveragedModel, optimizer: torch.optim.Optimizer
) -> tuple[int, float]:
    """Steps and seconds trained so far."""
    file = config.out / "last.pt"
    if not file.exists():
        return 0, 0.0
    last = torch.load(file)
    vocoder.load_state_dict(last["vocoder"])
    average.load_state_dict(last["average"])
    optimizer.load_state_dict(last["optimizer"])
    return last["step"], last["trained_s"]


def _save(
    config: TrainingConfig,
    vocoder: Vocoder,
    average: AveragedModel,
    optimizer: torch.optim.Optimizer,
    step: int,
    trained_s: float,
) -> None:
    """What training goes on from, and the averaged weights as a model is shipped."""
    last = {
        "vocoder": vocoder.state_dict(),
        "average": average.state_dict(),
        "optimizer": optimizer.state_dict(),
        "step": step,
        "trained_s": trained_s,
    }
    partial = config.out / "last.partial"
    torch.save(last, partial)
    partial.replace(config.out / "last.pt")
    assert isinstance(average.module, Vocoder), type(average.module)
    save_vocoder(config.out / "vocoder.safetensors", average.module)


def _log(out: Path, values: Mapping[str, float]) -> None:
    with (out / "metrics.jsonl").open("a") as file:
        file.write(json.dumps({name: round(value, 5) for name, value in values.items()}) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long to train now")
    parser.add_argument("--out", type=Path, default=Path("runs/vocoder"))
    main(TrainingConfig(**vars(parser.parse_args())))
