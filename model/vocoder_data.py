"""Speech to learn a vocoder from: sentences made here, spoken by free voices, with the pulses behind the sound.

Voices: hibari (Apache-2.0; its own pitch and pulses are kept) and flite's slt, rms and awb (Carnegie Mellon's
permissive licence; their pitch is measured). Nothing here is spoken by a program whose licence binds its output.

Shapes: S samples at 24 kHz, T hops.
"""

from __future__ import annotations

import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from hibari import Hibari, dsp
from scipy.signal import resample_poly
from torch import Tensor

from model.mel_frames import HOP_SAMPLES
from model.pitch import measure_pitch
from model.sentences import sentences
from model.types import SPOKEN_RATE_HZ, Pcm
from model.vocoder import MIN_PITCH_HZ, pulse_hops

FLITE_VOICES = ("slt", "rms", "awb")
_FLITE_RATE_HZ = 16_000
_HIBARI_GAIN = 2.0  # as loud as people in calls
_UNVOICED_BELOW_HZ = 40.0  # hibari's own threshold
_SENTENCES_A_FILE = 12


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """One voice's sentences after each other, in whole hops."""

    pcm: Pcm  # (S,)
    pulses: Pcm  # (S,) the harmonics at amplitude one, or zero
    pitch_hz: Pcm  # (T,) at the start of each hop; 0 where there are no pulses
    is_exact: bool  # the pulses stand where the voice's own do

    def save(self, file: Path) -> None:
        pcm, pulses = self.pcm.astype(np.float16), self.pulses.astype(np.float16)
        np.savez(file, pcm=pcm, pulses=pulses, pitch_hz=self.pitch_hz, is_exact=np.array(self.is_exact))

    @classmethod
    def load(cls, file: Path) -> Speech:
        with np.load(file) as arrays:
            return cls(arrays["pcm"], arrays["pulses"], arrays["pitch_hz"], bool(arrays["is_exact"]))


def speech_of(voices: dict[str, float], folder: Path) -> dict[str, Speech]:
    """Minutes for each voice, spoken once and then read from `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Speech] = {}
    for voice, minutes in voices.items():
        file = folder / f"{voice}-{minutes:g}.npz"
        if not file.exists():
            speak: Callable[[str, float], Speech] = say_hibari if voice == "hibari" else say_flite
            speak(voice, minutes).save(file)
        found[voice] = Speech.load(file)
    return found


def say_hibari(voice: str, minutes: float) -> Speech:
    """At paces from 0.8 to 1.3; pulses and pitch as its synthesis used them."""
    rng, noise = random.Random(f"{voice} vocoder"), np.random.default_rng(0)
    hibari = Hibari(threads=1)
    pieces: list[Speech] = []
    for sentence in _until(minutes, pieces, sentences(rng)):
        for phonemes in hibari.phonemize(sentence):
            inputs = {"ids": np.array([hibari.ids(phonemes)]), "speed": np.array([rng.uniform(0.8, 1.3)], np.float32)}
            # Any: onnxruntime types its outputs as a union with kinds that this graph never gives
            spectra = cast(list[Any], hibari.sess.run(None, inputs))
            lh, theta, ln, lr, phi, f0 = (part[0] for part in spectra)
            pcm = dsp.synth(lh, theta, ln, lr, phi, f0, noise) * _HIBARI_GAIN
            voiced = np.where(f0 > _UNVOICED_BELOW_HZ, f0, 0)  # (T,) at the middle of each hop
            pieces.append(Speech(pcm.clip(-1, 1), dsp.pulses(f0), _at_starts(voiced), is_exact=True))
    return _joined(pieces)


def say_flite(voice: str, minutes: float) -> Speech:
    """flite speaks at 16 kHz: nothing above 8 kHz. Raises FileNotFoundError where flite is not installed."""
    rng = random.Random(f"{voice} vocoder")
    pieces: list[Speech] = []
    texts = sentences(rng)
    for first in _until(minutes, pieces, texts):
        text = " ".join([first, *(next(texts) for _ in range(_SENTENCES_A_FILE - 1))])
        pcm = flite_pcm(voice, text, stretch=rng.uniform(0.8, 1.2))
        pitch_hz = measure_pitch(torch.from_numpy(pcm))
        pieces.append(Speech(pcm, _pulses(pitch_hz), pitch_hz.numpy(), is_exact=False))
    return _joined(pieces)


def flite_pcm(voice: str, text: str, stretch: float = 1.0) -> Pcm:
    """(S,) at 24 kHz in whole hops."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "spoken.wav"
        command = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.2f}", "-t", text, "-o", str(file)]
        subprocess.run(command, check=True)
        header_bytes = 44
        spoken = np.frombuffer(file.read_bytes()[header_bytes:], np.int16) / 32768
    pcm = resample_poly(spoken, SPOKEN_RATE_HZ // 8000, _FLITE_RATE_HZ // 8000).astype(np.float32)
    return pcm[: len(pcm) // HOP_SAMPLES * HOP_SAMPLES].clip(-1, 1)


def _until(minutes: float, pieces: list[Speech], texts: Iterator[str]) -> Iterator[str]:
    """Texts while `pieces` grows to so many minutes."""
    num_samples, counted = 0, 0
    while num_samples < minutes * 60 * SPOKEN_RATE_HZ:
        yield next(texts)
        num_samples += sum(len(piece.pcm) for piece in pieces[counted:])
        counted = len(pieces)


def _at_starts(f0: Pcm) -> Pcm:
    """From the middles of hops to their starts: the mean of both sides, or the one that has a pitch."""
    before = np.concatenate([f0[:1], f0[:-1]])
    num_voiced = (before > 0).astype(np.float32) + (f0 > 0)
    return ((before + f0) / np.maximum(num_voiced, 1)).astype(np.float32)


def _pulses(pitch_hz: Tensor) -> Pcm:
    """(T,) at the starts of hops to (T * HOP_SAMPLES,)."""
    following = torch.cat((pitch_hz[1:], pitch_hz[-1:]))
    start = torch.where(pitch_hz > 0, pitch_hz, following)
    end = torch.where(following > 0, following, pitch_hz)
    phase = ((start + end).double() * (HOP_SAMPLES / SPOKEN_RATE_HZ / 2)).cumsum(0).roll(1)
    phase[0] = 0
    pairs = torch.stack((start, end), dim=1)  # (T, 2): each hop by itself
    voiced = torch.stack((pitch_hz, following), dim=1).gt(MIN_PITCH_HZ / 2).float()
    return pulse_hops(pairs, voiced, phase[:, None]).reshape(-1).numpy()


def _joined(pieces: list[Speech]) -> Speech:
    return Speech(
        np.concatenate([piece.pcm for piece in pieces]),
        np.concatenate([piece.pulses for piece in pieces]),
        np.concatenate([piece.pitch_hz for piece in pieces]),
        pieces[0].is_exact,
    )
