"""An item while it is written: people speak on a time line, and what is expected is put beside it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np

from agent.bench.item import Expected, Item, Meaning, Once, Scene, Span, Turn
from agent.bench.score_timed import tolerance_s
from agent.bench.sets.casting import Casting, Clip
from agent.bench.sets.phrases import Phrases
from model.types import HEARD_RATE_HZ, Pcm

FIRST_WORD_S = (0.6, 1.4)  # the first person speaks after a drawn silence


@dataclass(slots=True)
class Script:
    """What happens in one item. `now` is the end of what was last said."""

    split: str
    rng: random.Random
    phrases: Phrases
    casting: Casting
    voices: dict[str, str]  # person -> voice
    now: float = 0.0
    end_s: float = 0.0
    turns: list[Turn] = field(default_factory=list[Turn])
    sounds: list[tuple[float, Pcm, float]] = field(default_factory=list[tuple[float, Pcm, float]])  # start, pcm, gain
    expected: list[Expected] = field(default_factory=list[Expected])
    spans: list[Span] = field(default_factory=list[Span])
    answer: Meaning | None = None
    task: Meaning | None = None
    has_chosen_task: bool = False
    given_text: str = ""
    scene: Scene | None = None

    def says(
        self,
        text: str,
        after: float = 0.0,
        who: str = "user",
        is_addressed: bool = True,
        gain: float = 1.0,
        with_words: bool = False,
    ) -> tuple[Turn, Clip]:
        """Somebody speaks, `after` seconds from now; `now` becomes the end."""
        clip = self.casting.clip(self.voices[who], text, with_words)
        start_s = round(self.now + after, 3)
        turn = Turn(who, self.voices[who], text, start_s, round(start_s + clip.duration_s, 3), is_addressed)
        self.turns.append(turn)
        self.sounds.append((start_s, clip.pcm, gain))
        self.now = turn.end_s
        self.reach(self.now)
        return turn, clip

    def asks(self, text: str) -> Turn:
        """The first request."""
        return self.says(text, after=self.rng.uniform(*FIRST_WORD_S))[0]

    def sounds_at(self, at_s: float, pcm: Pcm, gain: float = 1.0) -> None:
        """A sound that is no speech."""
        self.sounds.append((at_s, pcm, gain))
        self.reach(at_s + pcm.size / HEARD_RATE_HZ)

    def expect_at(self, due_s: float, wait_s: float, meaning: Meaning) -> None:
        """An utterance due at a time, within the tolerance of its waiting time."""
        half = tolerance_s(wait_s)
        self.expected.append(Once(meaning, round(due_s - half, 3), round(due_s + half, 3)))
        self.reach(due_s + half)

    def reach(self, at_s: float) -> None:
        """The item lasts at least until then."""
        self.end_s = max(self.end_s, at_s)

    def mixed(self, duration_s: float) -> Pcm:
        """People and sounds together, (S,) at 16 kHz."""
        mix = np.zeros(round(duration_s * HEARD_RATE_HZ), np.float32)
        for start_s, pcm, gain in self.sounds:
            start = round(start_s * HEARD_RATE_HZ)
            part = pcm[: max(0, mix.size - start)]
            mix[start : start + part.size] += gain * part
        return mix

    def item(self, id: str, bench: str, category: str, seed: int, noise: str, duration_s: float) -> Item:
        """What was written, as an item."""
        return Item(
            id=id,
            bench=bench,
            category=category,
            split=self.split,
            seed=seed,
            noise=noise,
            duration_s=duration_s,
            turns=tuple(self.turns),
            expected=tuple(self.expected),
            spans=tuple(self.spans),
            answer=self.answer,
            task=self.task,
            has_chosen_task=self.has_chosen_task,
            given_text=self.given_text,
            scene=self.scene,
        )
