"""The speech decoder's micro-turn as one graph: four steps, each with its flow, and the vocoder, in a single launch.

On a processor the same steps are made one after the other. Shapes: as in model/speech_decoder.py.
"""

from __future__ import annotations

import torch
from torch import Tensor

from alongside_kernels.recorded import Recorded
from model.mel_frames import BLOCK_SIZE, BLOCKS_PER_MICRO_TURN
from model.speech_decoder import MAX_WORDS, SpeechDecoder, Words


class RecordedSpeech:
    """`SpeechDecoder.speak_` for a number of slots that stays; its state is its own."""

    def __init__(self, speech: SpeechDecoder, num_slots: int, num_flow_steps: int) -> None:
        weight = speech.hidden.weight
        self.state = speech.init_state(num_slots)
        self._speech, self._num_flow_steps = speech, num_flow_steps
        tokens = torch.zeros(num_slots, 1, MAX_WORDS, dtype=torch.int64, device=weight.device)
        self._words = Words(tokens, torch.zeros_like(tokens))
        self._hidden = weight.new_zeros(num_slots, BLOCKS_PER_MICRO_TURN, weight.shape[1])
        self._noise = weight.new_zeros(num_slots, BLOCKS_PER_MICRO_TURN, BLOCK_SIZE)
        self._recorded = Recorded(self._speak, weight.device, changed=self.state.tensors)

    def speak_(self, hidden: Tensor, words: Words, noise: Tensor) -> Tensor:
        """(B, 4, C), words (B, 1, W) and noise (B, 4, X) to (B, SPOKEN_SAMPLES), which the next call overwrites."""
        self._hidden.copy_(hidden)
        self._noise.copy_(noise)
        self._words.tokens.copy_(words.tokens)
        self._words.offsets.copy_(words.offsets)
        return self._recorded()

    @torch.inference_mode()
    def _speak(self) -> Tensor:
        return self._speech.speak_(self._hidden, self._words, self._noise, self.state, self._num_flow_steps)
