"""How a checkpoint behaves when it runs free: what it understands, and whether it acts when it should.

    python -m model.measure_native --checkpoint runs/nano/nano10.safetensors --calls 40

Plays that training never drew go through the engine micro-turn by micro-turn, with its own sound fed back. Words:
errors of what it wrote down against what was said. Onsets: it began to speak where the play says, 0.3 s before to 0.7 s
after. False starts: onsets that belong to no line, a minute. It is how checkpoints are chosen.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from model.hibari import HibariVoice
from model.in_step_voice import InStepVoice
from model.native_core import Choice, NativeCore
from model.native_load import NativeConfig, load_model
from model.studio.bank import Bank
from model.studio.composing import MICRO_TURN_S, mix_of, num_turns_of
from model.studio.noises import make_noise
from model.studio.scenes import SCENES, play_scene
from model.studio.sound_room import in_a_room
from model.studio.stage import Play, plain
from model.types import HEARD_SAMPLES, SPOKEN_SAMPLES, Heard, MicroTurnIn, MicroTurnOut, Pcm, SeamError, SessionSettings
from model.word_errors import num_errors

EARLY_S, LATE_S = 0.3, 0.7
OWN_DELAY_TURNS = 2


@dataclass(slots=True)
class Score:
    """Counts of some plays; `add` them up."""

    minutes: float = 0.0
    num_words: int = 0
    num_errors: int = 0
    num_lines: int = 0
    num_hits: int = 0
    num_onsets: int = 0
    delays_s: list[float] = field(default_factory=list[float])

    def add(self, other: Score) -> None:
        self.minutes += other.minutes
        self.num_words += other.num_words
        self.num_errors += other.num_errors
        self.num_lines += other.num_lines
        self.num_hits += other.num_hits
        self.num_onsets += other.num_onsets
        self.delays_s += other.delays_s

    def numbers(self) -> dict[str, float]:
        precision, recall = self.num_hits / max(1, self.num_onsets), self.num_hits / max(1, self.num_lines)
        return {
            "minutes": round(self.minutes, 1),
            "word_error_rate_pct": round(100 * self.num_errors / max(1, self.num_words), 1),
            "onset_precision": round(precision, 3),
            "onset_recall": round(recall, 3),
            "onset_f1": round(2 * precision * recall / max(1e-9, precision + recall), 3),
            "false_starts_per_minute": round((self.num_onsets - self.num_hits) / max(1e-9, self.minutes), 2),
        }


def run_play(core: NativeCore, play: Play, rng: random.Random) -> list[MicroTurnOut]:
    """All outputs of the engine in a play."""
    mix = in_a_room(mix_of(play, rng, make_noise), rng)
    slot = core.open(SessionSettings("measured", greeting=play.greeting, instructions=play.instructions))
    outputs: list[MicroTurnOut] = []
    try:
        for turn in range(num_turns_of(play)):
            start = turn * HEARD_SAMPLES
            events = tuple(told.event for told in play.told if int(told.at / MICRO_TURN_S) == turn)
            spoken = outputs[turn - OWN_DELAY_TURNS].pcm if turn >= OWN_DELAY_TURNS else None
            own = None if spoken is None else heard_rate(spoken)
            heard = MicroTurnIn(turn, mix[start : start + HEARD_SAMPLES].astype(np.float32), own, events=events)
            out = core.step({slot: (heard,)})[slot]
            if isinstance(out, SeamError):
                raise out
            outputs.append(out)
    finally:
        core.close(slot)
    return outputs


def score_play(play: Play, outputs: Sequence[MicroTurnOut]) -> Score:
    """What of a play it understood and did."""
    said = [word for sound in play.sounds if sound.spoken and sound.is_transcribed for word in sound.spoken.words]
    reference = [plain(word.text) for word in sorted(said, key=lambda word: word.end_s) if plain(word.text)]
    understood = understood_words(outputs)
    onsets = [i * MICRO_TURN_S for i in range(len(outputs)) if is_onset(outputs, i)]
    score = Score(
        minutes=len(outputs) * MICRO_TURN_S / 60,
        num_words=len(reference),
        num_errors=num_errors(reference, understood),
        num_lines=len(play.lines),
        num_onsets=len(onsets),
    )
    left = list(onsets)
    for line in sorted(play.lines, key=lambda line: line.at):
        begun = line.at + MICRO_TURN_S / 2
        if found := [onset for onset in left if -EARLY_S <= onset - begun <= LATE_S]:
            left.remove(found[0])
            score.num_hits += 1
            score.delays_s.append(found[0] - begun)
    return score


def understood_words(outputs: Sequence[MicroTurnOut]) -> list[str]:
    """All words it wrote down."""
    heard = [action for out in outputs for action in out.actions if isinstance(action, Heard)]
    texts = [action.text for action in heard if action.is_final]
    texts += [heard[-1].text] if heard and not heard[-1].is_final else []
    return " ".join(texts).split()


def is_onset(outputs: Sequence[MicroTurnOut], index: int) -> bool:
    """Whether sound begins here, after a micro-turn without."""
    return outputs[index].pcm is not None and (index == 0 or outputs[index - 1].pcm is None)


def heard_rate(pcm: Pcm) -> Pcm:
    """24 kHz to 16 kHz: for the ear's own sound a look-up of neighbours is enough."""
    places = np.linspace(0, SPOKEN_SAMPLES - 1, HEARD_SAMPLES)
    return np.interp(places, np.arange(SPOKEN_SAMPLES), pcm).astype(np.float32)


def main(checkpoint: Path, bank: Path, num_calls: int, seed: int, temperature: float, names: Sequence[str]) -> None:
    torch.set_num_threads(1)
    model = load_model(NativeConfig(checkpoint)).eval()
    core = NativeCore(model, 1, Choice(temperature=temperature), InStepVoice(HibariVoice()))
    cast = Bank(bank)
    by_behaviour: dict[str, Score] = {}
    for number in range(num_calls):
        rng = random.Random(f"measured {seed} {number}")
        kinds = [name for name in SCENES if not names or name in names or SCENES[name].behaviour in names]
        name = rng.choices(kinds, [SCENES[kind].weight for kind in kinds])[0]
        play = play_scene(name, cast, rng)
        score = score_play(play, run_play(core, play, rng))
        for key in (SCENES[name].behaviour, "all"):
            by_behaviour.setdefault(key, Score()).add(score)
    for key, score in sorted(by_behaviour.items()):
        sys.stdout.write(json.dumps({"behaviour": key, **score.numbers()}) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--bank", type=Path, default=Path("runs/bank"))
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--temperature", type=float, default=0.0)
    parser.add_argument("--only", nargs="*", default=[], help="scenes or behaviours")
    options = parser.parse_args()
    main(options.checkpoint, options.bank, options.calls, options.seed, options.temperature, options.only)
