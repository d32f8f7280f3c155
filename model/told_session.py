"""A true conversation of the native engine for measuring: a model with random weights that is told what to say.

Everything is as in a call, core, slot, memory and voice; only what to write next is added to the model's own scores,
because random weights would write all they may in every micro-turn. What is said repeats: a sentence, then silence.
Knows nothing of clocks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import replace
from functools import cache

import numpy as np
import torch
from torch import Tensor

from model.config import ModelConfig
from model.in_step_voice import SaysNow
from model.init_weights import init_weights_
from model.interaction import InteractionModel
from model.native_core import Choice, NativeCore
from model.native_load import quick_memory
from model.native_voice import ClauseVoice
from model.sequence import Marks, text_tokens
from model.types import HEARD_SAMPLES, MicroTurnIn, MicroTurnOut, SessionSettings, SpokenPiece, TypedText, VideoFrame
from model.utterance import MAX_AHEAD

WORDS_A_TURN = 2  # text tokens written in a micro-turn while a sentence is written: as fast as people speak, and more
TURNS_A_SENTENCE = 50  # micro-turns from one beginning to the next: it speaks for some two thirds of the time
TURNS_A_PICTURE = 4
TURNS_A_MESSAGE = 75
SENTENCES = (
    "The library opens at nine, and the reading room is on the second floor, next to the stairs.",
    "I have looked at it, and there are three trains before noon, the first one leaves at eight.",
    "That makes forty two pounds and ten pence, so each of you pays fourteen pounds, give or take.",
)
SILENT, PICTURE, SPEAKING, SPEAKING_PICTURE = "silent", "picture", "speaking", "speaking, picture"
KINDS = (SILENT, PICTURE, SPEAKING, SPEAKING_PICTURE)


class ToldModel(InteractionModel):
    """Scores what it was told to write over everything else, token by token; QUIET when nothing is left."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self._told: deque[int] = deque()

    def tell(self, tokens: Iterable[int]) -> None:
        """What to write in the next micro-turn, with what closes it."""
        self._told = deque(tokens)

    def logits(self, hidden: Tensor) -> Tensor:
        scores = super().logits(hidden)
        scores[..., self._told.popleft() if self._told else int(Marks.QUIET)] += 1e4
        return scores


class ToldSession:
    """One conversation, micro-turn by micro-turn: `listen`, then let the core step, then `kind_of` its output."""

    def __init__(self, config: ModelConfig, voice: ClauseVoice, seed: int = 0) -> None:
        self._model = ToldModel(replace(config, speech=None))
        init_weights_(self._model, torch.Generator().manual_seed(seed))
        memory = quick_memory(torch.device("cpu"))
        self.core = NativeCore(self._model, 1, Choice(seed=seed), voice, memory)
        self.slot = self.core.open(SessionSettings("told", instructions="Be brief."))
        self._random = np.random.default_rng(seed)
        self._index = 0
        self._to_say: deque[int] = deque()

    @property
    def num_positions(self) -> int:
        """Of its sequence so far."""
        return self.core.slot(self.slot).length

    def listen(self, num_turns: int = 1) -> tuple[MicroTurnIn, ...]:
        """The next micro-turns, several where they come late; the model knows what to do in them."""
        turns = tuple(self._turn(index) for index in range(self._index, self._index + num_turns))
        self._index += num_turns
        self._model.tell(self._next_tokens())
        return turns

    def kind_of(self, heard: MicroTurnIn, out: MicroTurnOut) -> str:
        """What sort of micro-turn it was."""
        has_picture, is_speaking = bool(heard.frames), self.core.slot(self.slot).was_speaking
        assert out.index == heard.index, (out.index, heard.index)
        if is_speaking:
            return SPEAKING_PICTURE if has_picture else SPEAKING
        return PICTURE if has_picture else SILENT

    def _turn(self, index: int) -> MicroTurnIn:
        pcm = self._random.normal(0, 0.1, HEARD_SAMPLES).astype(np.float32)
        was_speaking = self.core.slot(self.slot).was_speaking
        pixels = self._random.integers(0, 256, (120, 160, 3), dtype=np.uint8)
        frames = tuple(VideoFrame(pixels, tick=10 * index + half, source="p1:camera") for half in (0, 5))
        events = () if index % TURNS_A_MESSAGE else (TypedText("ana", "Which one of them is open on Sundays?"),)
        return MicroTurnIn(
            index, pcm, pcm[::-1].copy() if was_speaking else None, () if index % TURNS_A_PICTURE else frames, events
        )

    def _next_tokens(self) -> list[int]:
        if not self._index % TURNS_A_SENTENCE and not self._to_say:
            self._to_say.extend(text_tokens(SENTENCES[self._index // TURNS_A_SENTENCE % len(SENTENCES)]))
        utterance = self.core.slot(self.slot).utterance
        room = min(WORDS_A_TURN, MAX_AHEAD - utterance.num_unsaid, len(self._to_say))
        words = [self._to_say.popleft() for _ in range(max(room, 0))]
        return [*words, Marks.SPEAK if words or utterance.has_sound_left else Marks.QUIET]


class RememberingVoice:
    """`ClauseVoice` that speaks each clause once and knows it from then on, so that in fast time it costs nothing."""

    def __init__(self, voice: SaysNow) -> None:
        self._say = cache(voice.say)

    def submit(self, clause: str) -> Future[SpokenPiece]:
        """Done at once."""
        spoken: Future[SpokenPiece] = Future()
        spoken.set_result(self._say(clause))
        return spoken
