"""A cast whose people all speak with Kokoro's voices, rendered as a scene asks for them. The agent keeps its own.

Kokoro needs half a second a second, so what it said is recorded in the bank and read from there the next time.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from model.studio.bank import KOKORO, Bank
from model.studio.kokoro_voices import TRAINING_VOICES, KokoroVoices
from model.studio.prerender import FASTEST, SLOWEST
from model.studio.stage import AGENT_VOICE, Clip


class KokoroCast:
    """`Cast` of model/studio/stage.py."""

    def __init__(self, bank: Bank, kokoro: KokoroVoices) -> None:
        self._bank, self._kokoro = bank, kokoro
        self._voices = [f"{KOKORO}{voice}" for voice in TRAINING_VOICES]
        self._said = {voice: set(bank.texts_of(voice)) for voice in self._voices}

    def user_voices(self) -> Sequence[str]:
        return self._voices

    def clip(self, voice: str, text: str, rng: random.Random) -> Clip:
        if voice != AGENT_VOICE and text not in self._said[voice]:
            clip = self._kokoro.say(voice.removeprefix(KOKORO), text, rng.uniform(SLOWEST, FASTEST))
            self._bank.record(voice, text, clip)
            self._said[voice].add(text)
        return self._bank.clip(voice, text, rng)
