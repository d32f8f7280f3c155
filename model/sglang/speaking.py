"""The speech decoder beside the server, with a state of its own for each conversation.

Shapes: C channels of the backbone.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.mel_frames import BLOCK_SIZE, BLOCKS_PER_MICRO_TURN
from model.native_core import Choice
from model.native_slot import NativeSlot
from model.speech_decoder import MAX_WORDS, NO_WORD, SpeechDecoder, Words
from model.types import Pcm


class Mouth:
    """Speaks one conversation; to be called by the thread that owns torch."""

    def __init__(self, decoder: SpeechDecoder, choice: Choice) -> None:
        self._decoder, self._choice = decoder, choice
        self._state = decoder.init_state(1)

    @torch.inference_mode()
    def speak_(self, states: NDArray[np.float32], slot: NativeSlot) -> Pcm:
        """One micro-turn of sound from the hidden states (NUM_SPEECH, C) of its speech positions."""
        if not slot.was_speaking:
            self._state.reset_(torch.ones(1, dtype=torch.bool))
        noise = torch.zeros(1, BLOCKS_PER_MICRO_TURN, BLOCK_SIZE)
        noise[0].normal_(generator=slot.generator)
        hidden = torch.from_numpy(states.copy())[None]
        scaled = noise * self._choice.noise_scale
        spoken = self._decoder.speak_(hidden, _words(slot), scaled, self._state, self._choice.num_flow_steps)
        return spoken[0].float().numpy().copy()


def _words(slot: NativeSlot) -> Words:
    tokens: Tensor = torch.full((1, 1, MAX_WORDS), NO_WORD)
    offsets = torch.zeros_like(tokens)
    for at, (token, offset) in enumerate(slot.utterance.in_view()):
        tokens[0, 0, at], offsets[0, 0, at] = token, offset
    return Words(tokens, offsets)
