"""Training: it learns, goes on where it stopped, and leaves a file that can be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import torch

from model.measure_vocoder import griffin_lim, resynthesised, whole_hops
from model.mel_frames import mel_frames
from model.train_vocoder import TrainingConfig, main
from model.vocoder_data import say_hibari
from model.vocoder_weights import read_vocoder


def _config(out: Path, max_steps: int) -> TrainingConfig:
    return TrainingConfig(
        out,
        minutes=1.0,
        voices={"hibari": 0.1},
        num_crops=2,
        crop_hops=32,
        warm_up_steps=2,
        log_every_steps=1,
        max_steps=max_steps,
    )


def _losses(out: Path) -> list[float]:
    return [cast(float, json.loads(line)["loss"]) for line in (out / "metrics.jsonl").read_text().splitlines()]


def test_ten_steps_learn_and_two_more_go_on_from_them(tmp_path: Path) -> None:
    main(_config(tmp_path, max_steps=10))
    before = read_vocoder(tmp_path / "vocoder.safetensors").state_dict()
    main(_config(tmp_path, max_steps=12))
    losses = _losses(tmp_path)
    assert len(losses) == 12
    assert sum(losses[-3:]) < 0.9 * sum(losses[:3])
    after = read_vocoder(tmp_path / "vocoder.safetensors").state_dict()
    assert any(not torch.equal(now, before[name]) for name, now in after.items())


def test_what_training_leaves_makes_as_much_sound_as_it_is_given(tmp_path: Path) -> None:
    main(_config(tmp_path, max_steps=1))
    pcm = whole_hops(say_hibari("hibari", minutes=0.02).pcm)
    with torch.inference_mode():
        made = resynthesised(read_vocoder(tmp_path / "vocoder.safetensors"), pcm)
        assert made.shape == pcm.shape
        assert bool(made.isfinite().all())


def test_the_yardstick_gives_back_the_spectrum() -> None:
    pcm = whole_hops(say_hibari("hibari", minutes=0.02).pcm)
    mel = mel_frames(pcm)
    assert (mel_frames(griffin_lim(mel)) - mel).abs().mean() < 0.3
