"""How well a run of training hears: errors of the phones it reads off the sound, by kind of voice, near and in a room.

    python -m model.measure_hearing --folder runs/nano --clips 24

Greedy, without any language: the likeliest phone at each place, repeats and blanks left out. Fast voices read sentences
drawn anew; recorded voices read what they have on disk, which training may have heard.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from model.dmel import FRAMES_PER_CHUNK, dmel_of_clip
from model.interaction import InteractionModel
from model.sequence import NO_CLOCK, NUM_AUDIO, Marks
from model.studio.bank import KOKORO, Bank
from model.studio.batches import Batch, collate
from model.studio.composing import Call
from model.studio.espeak_voices import ESPEAK_VOICES
from model.studio.flite_voices import FLITE_VOICES
from model.studio.hibari_voices import HIBARI_VOICES
from model.studio.reading import readings
from model.studio.sound_room import in_a_room
from model.studio.stage import Clip, plain
from model.train import RECIPES
from model.train_losses import Learner, phone_chances
from model.train_state import load_averaged
from model.types import HEARD_RATE_HZ, HEARD_SAMPLES
from model.word_errors import num_errors

BEFORE_TURNS, AFTER_TURNS = 2, 4  # of silence


def heard_clip(clip: Clip, rng: random.Random | None) -> Batch:
    """A clip as silent micro-turns; with `rng` in a room."""
    silence = np.zeros(HEARD_SAMPLES, np.float32)
    padded = np.concatenate([silence] * BEFORE_TURNS + [clip.pcm] + [silence] * AFTER_TURNS)
    pcm = padded[: len(padded) // HEARD_SAMPLES * HEARD_SAMPLES].astype(np.float32)
    heard = dmel_of_clip(torch.from_numpy(pcm if rng is None else in_a_room(pcm, rng)), HEARD_RATE_HZ).numpy()
    num_turns = len(pcm) // HEARD_SAMPLES
    tokens = np.array(([int(Marks.AUDIO)] * NUM_AUDIO + [int(Marks.QUIET)]) * num_turns, np.int16)
    clock = np.full((num_turns, NUM_AUDIO + 1), NO_CLOCK, np.int32)
    clock[:, 0] = np.arange(num_turns)
    start = BEFORE_TURNS * FRAMES_PER_CHUNK
    words = tuple(
        (start + int(word.start_s * 20), start + int(word.end_s * 20), plain(word.text))
        for word in clip.words
        if plain(word.text)
    )
    heard = heard[: num_turns * FRAMES_PER_CHUNK]
    none = np.zeros(len(tokens), np.float16)
    return collate([Call(tokens, none, clock.reshape(-1), heard, np.zeros_like(heard), words)], len(tokens))


def likeliest_phones(chances: Tensor) -> list[int]:
    """(places, phones) log chances to phones: repeats are one, blanks none."""
    return [phone for phone, _ in groupby(chances.argmax(-1).tolist()) if phone]


@torch.inference_mode()
def understood(learner: Learner, batch: Batch) -> list[int]:
    """The phones read off one clip."""
    ears = batch.positions.tokens == Marks.AUDIO
    hidden = learner.model.backbone(learner.model.perceive(batch.positions))
    return likeliest_phones(phone_chances(learner.phones(hidden[ears]), ears)[0])


def phone_error_rate(learner: Learner, clips: Sequence[Clip], rng: random.Random | None) -> float:
    """Errors over phones said."""
    errors = phones = 0
    for clip in clips:
        batch = heard_clip(clip, rng)
        said = batch.phones[0, : int(batch.num_phones[0])].tolist()
        errors += num_errors(said, understood(learner, batch))
        phones += len(said)
    return errors / max(1, phones)


def clips_of(bank: Bank, voices: Sequence[str], count: int, rng: random.Random) -> Iterator[Clip]:
    """Clips of voices drawn from some: new sentences, or what a recorded voice has."""
    texts = readings(rng)
    for _ in range(count):
        voice = rng.choice(voices)
        yield bank.clip(voice, rng.choice(bank.texts_of(voice)) if voice.startswith(KOKORO) else next(texts), rng)


def main(folder: Path, bank: Bank, num_clips: int, seed: int) -> None:
    learner = Learner(InteractionModel(replace(RECIPES["nano"].model, speech=None))).eval()
    step = load_averaged(folder, learner)
    families = {
        "hibari": HIBARI_VOICES,
        "flite": FLITE_VOICES,
        "espeak-ng": ESPEAK_VOICES,
        "kokoro": bank.recorded_voices(),
    }
    for name, voices in families.items():
        if not voices:
            continue
        clips = list(clips_of(bank, voices, num_clips, random.Random(f"hearing {seed} {name}")))
        near, far = (phone_error_rate(learner, clips, rng) for rng in (None, random.Random(seed)))
        row = {"step": step, "voices": name, "near_pct": round(100 * near, 1), "room_pct": round(100 * far, 1)}
        sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/nano"))
    parser.add_argument("--bank", type=Path, default=Path("runs/bank"))
    parser.add_argument("--clips", type=int, default=24, help="of each kind of voice")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    main(options.folder, Bank(options.bank), options.clips, options.seed)
