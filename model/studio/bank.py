"""The bank of clips: every voice of the studio behind one `Cast`, rendered once and then read from disk.

Fast voices speak any text. Recorded voices (Kokoro, and people) speak only what `texts_of` lists; prerender.py and
prompts.py put it there.
"""

from __future__ import annotations

import random
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from model.hibari import HibariVoice
from model.studio.clip_store import ClipStore
from model.studio.espeak_voices import ESPEAK_VOICES, say_with_espeak
from model.studio.flite_voices import FLITE_VOICES, say_with_flite
from model.studio.hibari_voices import HIBARI_VOICES, say_as, say_as_agent, speaker, varied
from model.studio.kokoro_voices import TRAINING_VOICES
from model.studio.stage import AGENT_VOICE, Clip
from model.types import HEARD_RATE_HZ, InputError, Pcm, Word

FAST_VOICES = HIBARI_VOICES + FLITE_VOICES + ESPEAK_VOICES
# Of those in calls: voices made by rule are as hard to learn as people's, and nobody speaks so.
CALL_VOICES = HIBARI_VOICES + FLITE_VOICES[::3] + ESPEAK_VOICES[::8]
KOKORO = "kokoro-"
RECORDED_VOICES = tuple(f"{KOKORO}{name}" for name in TRAINING_VOICES)
TAKES = 3  # times a person says the same words differently
SPEECH_LEVEL = 0.08  # RMS of what sounds
_STRETCHES = ((1, 1), (17, 16), (16, 15), (14, 13), (16, 17), (15, 16), (13, 14))  # of recordings: slower and lower, …
_LEVEL_HOP = HEARD_RATE_HZ // 50
_MAX_BYTES = 12_000_000_000
_REMEMBERED_S = 600.0


class Bank:
    """`Cast` of model/studio/stage.py. Processes share the folder; each has a bank of its own."""

    def __init__(self, folder: Path, seed: int = 0, max_bytes: int = _MAX_BYTES) -> None:
        self._clips = ClipStore(folder / "clips.sqlite", max_bytes)
        self._recordings = ClipStore(folder / "recordings.sqlite", max_bytes)  # takes long to make again
        self._seed = seed
        self._remembered: OrderedDict[tuple[str, str, int], Clip] = OrderedDict()
        self._remembered_s = 0.0

    def user_voices(self) -> Sequence[str]:
        """Those that speak any text."""
        return CALL_VOICES

    def recorded_voices(self) -> Sequence[str]:
        """Those that speak what `texts_of` lists, as far as there is something."""
        return [voice for voice in self._recordings.voices() if voice in RECORDED_VOICES]

    def texts_of(self, voice: str) -> list[str]:
        """What is on disk of a voice, sorted: all that a recorded voice can say."""
        return self._store_of(voice).texts_of(voice)

    def clip(self, voice: str, text: str, rng: random.Random) -> Clip:
        """One of a few takes of `text`. Raises InputError for what a voice cannot say."""
        if voice in RECORDED_VOICES:
            return stretched(self.take(voice, text, 0), *rng.choice(_STRETCHES))
        return self.take(voice, text, 0 if voice == AGENT_VOICE else rng.randrange(TAKES))

    def take(self, voice: str, text: str, take: int) -> Clip:
        """The same clip each time, from memory, from disk, or rendered and kept."""
        key = (voice, text, take)
        if key in self._remembered:
            self._remembered.move_to_end(key)
            return self._remembered[key]
        clip = self._store_of(voice).find(*key)
        if clip is None:
            clip = self._render(voice, text, take)
            self._clips.keep(*key, clip)
        self._remember(key, clip)
        return clip

    def record(self, voice: str, text: str, clip: Clip) -> None:
        """From now on the recorded voice can say `text`. Raises InputError for other voices, the held-out ones too."""
        if voice not in RECORDED_VOICES:
            raise InputError(f"voice: {voice!r} is none of the recorded voices: {', '.join(RECORDED_VOICES)}")
        self._recordings.keep(voice, text, 0, levelled(clip))

    def seconds_of(self, voice: str) -> float:
        """How much sound is on disk."""
        return self._store_of(voice).seconds_of(voice)

    def close(self) -> None:
        if "_hibari" in self.__dict__:
            self._hibari.close()

    def _store_of(self, voice: str) -> ClipStore:
        return self._recordings if voice in RECORDED_VOICES else self._clips

    def _render(self, voice: str, text: str, take: int) -> Clip:
        rng = random.Random(zlib.crc32(f"{self._seed} {voice} {text} {take}".encode()))
        if voice == AGENT_VOICE:
            clip = say_as_agent(self._hibari, text)
        elif voice in HIBARI_VOICES:
            clip = levelled(say_as(self._hibari, varied(speaker(voice), rng), text, rng))
        elif voice in FLITE_VOICES:
            clip = levelled(say_with_flite(voice, text, rng))
        elif voice in ESPEAK_VOICES:
            clip = levelled(say_with_espeak(voice, text, rng))
        elif voice in RECORDED_VOICES:
            raise InputError(f"text: {text!r} is not recorded in {voice}; take one of texts_of, or a fast voice")
        else:
            raise InputError(f"voice: no voice {voice!r}; there are: {', '.join(FAST_VOICES)}")
        if not clip.words:
            raise InputError(f"text: {text!r} has nothing to say in voice {voice!r}; give it words")
        return clip

    def _remember(self, key: tuple[str, str, int], clip: Clip) -> None:
        self._remembered[key] = clip
        self._remembered_s += clip.duration_s
        while self._remembered_s > _REMEMBERED_S:
            self._remembered_s -= self._remembered.popitem(last=False)[1].duration_s

    @cached_property
    def _hibari(self) -> HibariVoice:
        return HibariVoice()


def levelled(clip: Clip) -> Clip:
    """What sounds has SPEECH_LEVEL; the highest peaks are rounded off."""
    level = sounding_level(clip.pcm)
    if level == 0:
        return clip
    pcm = clip.pcm * np.float32(SPEECH_LEVEL / level)
    return Clip(np.where(np.abs(pcm) > 0.5, np.sign(pcm) * (0.5 + 0.5 * np.tanh(2 * np.abs(pcm) - 1)), pcm), clip.words)


def stretched(clip: Clip, up: int, down: int) -> Clip:
    """Played at another speed: `up / down` times as long, and that much lower."""
    if up == down:
        return clip
    words = tuple(Word(w.text, w.start_s * up / down, w.end_s * up / down) for w in clip.words)
    return Clip(resample_poly(clip.pcm, up, down).astype(np.float32), words)


def sounding_level(pcm: Pcm) -> float:
    """RMS over the 20 ms pieces within 30 dB of the loudest."""
    whole = pcm[: len(pcm) // _LEVEL_HOP * _LEVEL_HOP].reshape(-1, _LEVEL_HOP)
    if len(whole) == 0:
        return 0.0
    power = np.mean(np.square(whole, dtype=np.float64), axis=1)
    return float(np.sqrt(power[power >= power.max() / 1000].mean()))
