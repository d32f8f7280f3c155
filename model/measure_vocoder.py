"""How well a vocoder keeps the words and the sound of speech it was not trained on, and what it costs.

python -m model.measure_vocoder

Shapes: S samples at 24 kHz, T mel frames.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.signal import resample_poly
from torch import Generator, Tensor

from model import weights
from model.hibari import HibariVoice
from model.mel_filters import slaney_filters
from model.mel_frames import HOP_SAMPLES, NUM_BINS, NUM_MELS, WINDOW_SAMPLES, mel_frames
from model.train_vocoder import log_distance
from model.types import SPOKEN_RATE_HZ, SPOKEN_SAMPLES, Pcm
from model.vocoder import DELAY_HOPS, Vocoder
from model.vocoder_data import flite_pcm
from model.vocoder_weights import SHIPPED_VOCODER, read_vocoder
from model.whisper import Whisper
from model.word_errors import word_error_rate

# Written for this measure alone: training speaks none of these sentences, frames and names.
# Numbers above ten stand as whisper writes them.
HELD_OUT = (
    "Good morning, my name is Penelope and I am calling about order 62.",
    "Mister Kowalski paid 47 euros for the blue umbrella.",
    "The train to Edinburgh leaves from platform 12.",
    "Please write down these numbers: 38, 91 and 57.",
    "Doctor Fernandez can see you on Wednesday afternoon.",
    "Did Christopher really run the marathon in under four hours?",
    "My grandmother baked 18 loaves of bread yesterday.",
    "The password has five letters and three digits.",
    "I would rather walk than wait for the bus in this weather.",
    "Stephanie and Walter bought a house with six bedrooms.",
    "Turn left after 200 meters, then keep right.",
    "We need 20 more chairs for the wedding.",
    "The doctor said to drink a glass of water every hour.",
    "Captain Rodriguez has flown this route 50 times.",
    "Could somebody please close the door behind you?",
    "Her flight was delayed by 90 minutes because of fog.",
    "Yellow flowers grow along the southern side of the valley.",
    "The zoo has seven giraffes and one very old elephant.",
    "Matthew asked whether the meeting had already begun.",
    "It took us 13 days to cross the desert.",
    "Jennifer speaks Japanese, German and a little Swedish.",
    "Just a moment, I will look that up for you.",
    "The judge changed his opinion about the measure.",
    "Half of the sugar goes in first, the rest goes in later.",
)
VOICES = ("hibari", "slt", "rms")
_SENTENCES_OF_OTHERS = 10
_GRIFFIN_LIM_ROUNDS = 32
_TIMED_CHUNKS = 100


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one voice, or of the shipped chunking."""

    voice: str
    num_sentences: int
    wer_original_pct: float
    wer_vocoder_pct: float
    wer_griffin_lim_pct: float
    mel_l1: float  # natural logarithm
    mel_l1_griffin_lim: float
    log_spectrum_distance: float  # mean over three resolutions
    log_spectrum_distance_griffin_lim: float


def measure(vocoder: Vocoder, whisper: Whisper, voice: str, say: Callable[[str], Pcm]) -> Scores:
    sentences = HELD_OUT if voice == VOICES[0] else HELD_OUT[:_SENTENCES_OF_OTHERS]
    original, ours, theirs = list[Tensor](), list[Tensor](), list[Tensor]()
    for sentence in sentences:
        pcm = whole_hops(say(sentence))
        original.append(pcm)
        ours.append(resynthesised(vocoder, pcm))
        theirs.append(griffin_lim(mel_frames(pcm)))

    def wer(sounds: list[Tensor]) -> float:
        texts = (whisper.transcribe(at_whispers_rate(sound), "en").text for sound in sounds)
        return round(100 * word_error_rate(zip(sentences, texts, strict=True)), 2)

    return Scores(
        voice,
        len(sentences),
        wer(original),
        wer(ours),
        wer(theirs),
        _mean(_mel_l1, ours, original),
        _mean(_mel_l1, theirs, original),
        _mean(_spectrum_distance, ours, original),
        _mean(_spectrum_distance, theirs, original),
    )


def resynthesised(vocoder: Vocoder, pcm: Tensor) -> Tensor:
    """(1, S) to (1, S), taken in micro-turns as in a call, the delay taken out."""
    padded = torch.nn.functional.pad(pcm, (0, DELAY_HOPS * HOP_SAMPLES))
    state = vocoder.init_state(1)
    parts = mel_frames(padded).split(SPOKEN_SAMPLES // HOP_SAMPLES, dim=1)
    sound = torch.cat([vocoder.step_(part, state) for part in parts], dim=1)
    return sound[:, DELAY_HOPS * HOP_SAMPLES :].clamp(-1, 1)


def border_error(vocoder: Vocoder, pcm: Tensor) -> float:
    """Largest difference between sound made in micro-turns, frame by frame and whole, over the sound's RMS."""
    mel = mel_frames(pcm)
    whole = vocoder(mel)
    worst = 0.0
    for num_frames in (1, SPOKEN_SAMPLES // HOP_SAMPLES):
        state = vocoder.init_state(1)
        parts = torch.cat([vocoder.step_(part, state) for part in mel.split(num_frames, dim=1)], dim=1)
        worst = max(worst, float((parts - whole).abs().max() / whole.square().mean().sqrt()))
    return worst


def cost_ms(vocoder: Vocoder) -> dict[str, float]:
    """Median and 95th percentile of a micro-turn of one conversation."""
    mel = torch.randn(1, SPOKEN_SAMPLES // HOP_SAMPLES, NUM_MELS, generator=Generator().manual_seed(0)) * 2 - 5
    state, times = vocoder.init_state(1), list[float]()
    for _ in range(_TIMED_CHUNKS):
        started = time.perf_counter()
        vocoder.step_(mel, state)
        times.append(1000 * (time.perf_counter() - started))
    return {"p50": round(statistics.median(times), 2), "p95": round(statistics.quantiles(times, n=20)[-1], 2)}


def griffin_lim(mel: Tensor) -> Tensor:
    """(1, T, M) to (1, S): phases found by going back and forth (Griffin and Lim 1984), as a yardstick."""
    filters = slaney_filters(NUM_MELS, NUM_BINS, SPOKEN_RATE_HZ)
    magnitude = (mel.exp() @ torch.linalg.pinv(filters).T).clamp(min=0)[0].T  # (F, T)
    # The window of mel frame t ends with hop t; a centred transform of the whole begins a window earlier.
    past = WINDOW_SAMPLES - HOP_SAMPLES
    num_samples = past + mel.shape[1] * HOP_SAMPLES
    window = torch.hann_window(WINDOW_SAMPLES)

    def forth(sound: Tensor) -> Tensor:
        return torch.fft.rfft(sound.unfold(0, WINDOW_SAMPLES, HOP_SAMPLES) * window).T

    def back(spectrum: Tensor) -> Tensor:
        frames = torch.fft.irfft(spectrum.T, n=WINDOW_SAMPLES) * window
        fold = torch.nn.functional.fold
        shape, kernel = (1, num_samples), (1, WINDOW_SAMPLES)
        total = fold(frames.T, shape, kernel, stride=(1, HOP_SAMPLES)).flatten()
        weight = fold(window.square()[:, None].expand(-1, len(frames)), shape, kernel, stride=(1, HOP_SAMPLES))
        return total / weight.flatten().clamp(min=1e-2)

    turns = torch.rand(magnitude.shape, generator=Generator().manual_seed(0)) * 2 * torch.pi
    sound = back(torch.polar(magnitude, turns))
    for _ in range(_GRIFFIN_LIM_ROUNDS):
        sound = back(torch.polar(magnitude, forth(sound).angle()))
    return sound[None, past:].clamp(-1, 1)


def whole_hops(pcm: Pcm) -> Tensor:
    return torch.from_numpy(pcm[: len(pcm) // HOP_SAMPLES * HOP_SAMPLES].copy())[None]


def at_whispers_rate(sound: Tensor) -> Pcm:
    return resample_poly(sound[0].numpy(), 2, 3).astype(np.float32)


def _mel_l1(made: Tensor, original: Tensor) -> float:
    return float((mel_frames(made) - mel_frames(original)).abs().mean())


def _spectrum_distance(made: Tensor, original: Tensor) -> float:
    return statistics.mean(float(log_distance(made, original, transform)) for transform in (512, 1024, 2048))


def _mean(distance: Callable[[Tensor, Tensor], float], made: list[Tensor], original: list[Tensor]) -> float:
    return round(statistics.mean(distance(a, b) for a, b in zip(made, original, strict=True)), 3)


@torch.inference_mode()
def main(file: Path, out: Path | None) -> None:
    torch.set_num_threads(1)
    vocoder, whisper = read_vocoder(file), Whisper.read(weights.path("whisper-base"))
    hibari = HibariVoice()
    try:
        for voice in VOICES:
            say = (
                (lambda text: hibari.say(text).pcm) if voice == VOICES[0] else lambda text, v=voice: flite_pcm(v, text)
            )
            sys.stdout.write(json.dumps(asdict(measure(vocoder, whisper, voice, say))) + "\n")
            if out is not None:
                _write_examples(vocoder, say, out / voice)
        error = border_error(vocoder, whole_hops(hibari.say(HELD_OUT[0]).pcm))
    finally:
        hibari.close()
    sys.stdout.write(json.dumps({"border_error": error, "cost_ms": cost_ms(vocoder)}) + "\n")


def _write_examples(vocoder: Vocoder, say: Callable[[str], Pcm], stem: Path) -> None:
    """The first sentence as it was and as it became, to listen to: 16-bit PCM, 24 kHz."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    pcm = whole_hops(say(HELD_OUT[0]))
    for name, sound in (("original", pcm), ("vocoder", resynthesised(vocoder, pcm))):
        Path(f"{stem}-{name}.s16").write_bytes((sound[0].numpy() * 32767).astype(np.int16).tobytes())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, default=SHIPPED_VOCODER)
    parser.add_argument("--examples", type=Path, default=None, help="folder for sounds to listen to")
    arguments = parser.parse_args()
    main(arguments.weights, arguments.examples)
