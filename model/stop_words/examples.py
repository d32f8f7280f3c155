"""Sounds to learn stop words from: a phrase alone, before or after talk, or none; over an echo, in a room.

Shapes: S samples at 16 kHz, T steps of 20 ms.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.stop_words.features import columns_of
from model.stop_words.people import People
from model.stop_words.words import PHRASES, SENTENCES, STEMS, WORDS
from model.studio.bank import KOKORO, Bank, stretched
from model.studio.noises import KINDS, make_noise
from model.studio.sound_room import in_a_room
from model.studio.stage import AGENT_VOICE, Clip
from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, InputError, Pcm

SOUND_S = 3.6
NUM_SAMPLES = round(SOUND_S * HEARD_RATE_HZ)
NUM_STEPS = NUM_SAMPLES // HEARD_TICK_SAMPLES  # 180
SOUNDS_A_ROOM = 8
PHRASE_SHARE = 0.35
OTHERS_SHARE = 0.5  # of the talk, what is made to be mistaken; of the readings WORDS_SHARE are cut to a few words
SENTENCES_SHARE = 0.5  # of what is made to be mistaken, sentences with a stop word in them
WORDS_SHARE = 0.6
PEOPLE_SHARE = 0.25  # of the talk comes from recorded people
NEURAL_WEIGHT = 3  # Kokoro's voices are nearest to people's
ECHO_SHARE = 0.6  # of the sounds have the agent's own voice in them, as microphones bring it back
STRETCHES = ((1, 1), (1, 1), (17, 16), (14, 13), (9, 8), (16, 17), (13, 14), (8, 9))  # slower and lower, or the reverse
TURN_PAUSE_S = 0.25  # the least before a phrase: what is said without a pause is part of a sentence
MIN_CUT_SAMPLES, FADE_SAMPLES = HEARD_RATE_HZ // 10, HEARD_RATE_HZ // 100
KNOWN_S = 0.35  # the least after a phrase: in it the net has to show that it knows
_WANTED = (*WORDS, "stop", "stop")  # what people say most
_WORD_OF = {phrase: word for word, phrases in PHRASES.items() for phrase in phrases}


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One sound and where in it a stop word is."""

    columns: Pcm  # (T, FEATURES)
    word: int = 0  # 1 + its index in WORDS; 0 for none
    start_step: int = 0
    end_step: int = 0  # the step in which its sound ends


class Examples:
    """Draws examples from the clips of `render.py`, from readings of the studio's bank and from recorded people."""

    def __init__(self, bank: Bank, readings: Bank | None, voices: Sequence[str], people: People | None = None) -> None:
        self._bank, self._readings, self._people = bank, readings, people
        self._phrases: dict[str, list[str]] = {}
        self._others: dict[str, list[str]] = {}
        for voice in voices:
            texts = bank.texts_of(voice)
            phrases = [text for text in texts if text in _WORD_OF]
            others = [text for text in texts if text not in _WORD_OF]
            if phrases and others:
                self._phrases[voice], self._others[voice] = phrases, others
        if not self._phrases:
            raise InputError("stop words: the bank holds none; run python -m model.stop_words.render first")
        self._voices = [
            voice for voice in sorted(self._phrases) for _ in range(NEURAL_WEIGHT if KOKORO in voice else 1)
        ]
        self._talk: dict[str, list[str]] = {}
        for voice in readings.recorded_voices() if readings else []:
            assert readings is not None
            self._talk[voice] = [text for text in readings.texts_of(voice) if not _may_stop(text)]
        self._agent = [text for text in readings.texts_of(AGENT_VOICE) if not _may_stop(text)] if readings else []

    def draw(self, rng: random.Random) -> list[Example]:
        """Others each time; they share a room, which costs more than all else."""
        sounds = np.zeros((SOUNDS_A_ROOM, NUM_SAMPLES), np.float32)
        places = [self._place(sound, rng) for sound in sounds]
        if self._agent:
            sounds += self._echo(rng)
        if rng.random() < 0.85:
            heard = in_a_room(sounds.reshape(-1), rng).reshape(sounds.shape)
        else:
            heard = sounds * np.float32(rng.uniform(0.1, 2.0))
        return [
            Example(columns_of(sound), word, start // HEARD_TICK_SAMPLES, end // HEARD_TICK_SAMPLES)
            for sound, (word, start, end) in zip(heard, places, strict=True)
        ]

    def _place(self, sound: Pcm, rng: random.Random) -> tuple[int, int, int]:
        if rng.random() < PHRASE_SHARE:
            return self._place_phrase(sound, rng)
        self._place_talk(sound, rng)
        return 0, 0, 0

    def _place_phrase(self, sound: Pcm, rng: random.Random) -> tuple[int, int, int]:
        """Lays a phrase, perhaps with talk of the same voice around it: its word and where it is."""
        voice = rng.choice(self._voices)
        said = self._phrases[voice]
        text = rng.choice([each for each in PHRASES[rng.choice(_WANTED)] if each in said] or said)
        clip = self._said(voice, text, rng)
        earliest, latest = TURN_PAUSE_S * HEARD_RATE_HZ, NUM_SAMPLES - len(clip.pcm) - KNOWN_S * HEARD_RATE_HZ
        at = round(rng.uniform(earliest, latest))
        _add(sound, clip.pcm, at, 1.0)
        start = at + round(clip.words[0].start_s * HEARD_RATE_HZ)
        end = at + sounding_end(clip.pcm)
        if rng.random() < 0.3:  # somebody says something, then, after a pause, this
            before = self._talk_clip(voice, rng).pcm
            _add(sound, before, start - round(rng.uniform(TURN_PAUSE_S, 1.0) * HEARD_RATE_HZ) - len(before), 1.0)
        if rng.random() < 0.35:  # "stop. I meant …"
            after = self._talk_clip(voice, rng).pcm
            _add(sound, after, end + round(rng.uniform(0.2, 0.8) * HEARD_RATE_HZ), 1.0)
        return 1 + WORDS.index(_WORD_OF[text]), start, end

    def _place_talk(self, sound: Pcm, rng: random.Random) -> None:
        """Lays speech without a stop word, or a noise, or nothing."""
        kind = rng.random()
        if kind < 0.1:
            _add(sound, make_noise(rng.choice(KINDS), rng.uniform(0.3, SOUND_S), rng), rng.randrange(NUM_SAMPLES), 1.0)
        elif kind < 0.95:
            voice = rng.choice(self._voices)
            people = self._people if rng.random() < PEOPLE_SHARE else None
            at = rng.randrange(-HEARD_RATE_HZ, HEARD_RATE_HZ)
            while at < NUM_SAMPLES:
                pcm = people.say(rng) if people else self._talk_clip(voice, rng).pcm
                _add(sound, pcm, at, 1.0)
                at += len(pcm) + round(rng.uniform(0.0, 0.8) * HEARD_RATE_HZ)
                if rng.random() < 0.25:
                    break

    def _talk_clip(self, voice: str, rng: random.Random) -> Clip:
        """What sounds like a stop word, a sentence with one inside, any reading, or some words out of it alone."""
        if not self._talk or (self._others[voice] and rng.random() < OTHERS_SHARE):
            others = self._others[voice]
            sentences = [text for text in others if text in SENTENCES] if rng.random() < SENTENCES_SHARE else []
            return self._said(voice, rng.choice(sentences or others), rng)
        assert self._readings is not None
        reader = voice if voice in self._talk else rng.choice(sorted(self._talk))
        clip = self._readings.clip(reader, rng.choice(self._talk[reader]), rng)
        return _some_words(clip, rng) if rng.random() < WORDS_SHARE else clip

    def _said(self, voice: str, text: str, rng: random.Random) -> Clip:
        return stretched(self._bank.take(voice, text, 0), *rng.choice(STRETCHES))

    def _echo(self, rng: random.Random) -> Pcm:
        """The agent speaks all the time, as it does whenever the spotter listens: (sounds, S)."""
        assert self._readings is not None
        num_samples = SOUNDS_A_ROOM * NUM_SAMPLES
        echo, at = np.zeros(num_samples, np.float32), -rng.randrange(HEARD_RATE_HZ)
        while at < num_samples:
            clip = self._readings.clip(AGENT_VOICE, rng.choice(self._agent), rng)
            _add(echo, clip.pcm, at, 1.0)
            at += len(clip.pcm) + rng.randrange(HEARD_RATE_HZ // 4)
        gains = [10 ** (-rng.uniform(8, 35) / 20) * (rng.random() < ECHO_SHARE) for _ in range(SOUNDS_A_ROOM)]
        return echo.reshape(SOUNDS_A_ROOM, NUM_SAMPLES) * np.array(gains, np.float32)[:, None]


def sounding_end(pcm: Pcm) -> int:
    """The sample after the last 10 ms that are within 30 dB of the loudest."""
    hop = HEARD_RATE_HZ // 100
    power = np.mean(np.square(pcm[: len(pcm) // hop * hop].reshape(-1, hop), dtype=np.float64), axis=1)
    return (int(np.flatnonzero(power >= power.max() / 1000)[-1]) + 1) * hop


def _some_words(clip: Clip, rng: random.Random) -> Clip:
    """One to three words cut out of a reading, none of them a stop word, with soft edges; else the whole."""
    first = rng.randrange(len(clip.words))
    words = clip.words[first : first + rng.randint(1, 3)]
    start, end = (round(each * HEARD_RATE_HZ) for each in (words[0].start_s, words[-1].end_s))
    if end - start < MIN_CUT_SAMPLES or _may_stop(" ".join(word.text for word in words)):
        return clip
    pcm = clip.pcm[start:end].copy()
    fade = np.linspace(0, 1, FADE_SAMPLES, dtype=np.float32)
    pcm[:FADE_SAMPLES] *= fade
    pcm[-FADE_SAMPLES:] *= fade[::-1]
    return Clip(pcm, ())


def _may_stop(text: str) -> bool:
    """Whether a reading begins with a stop word, so that nobody can say whether it stops the agent."""
    words = text.lower().replace(",", " ").split()
    return any(word.strip(".!?") in STEMS for word in words[:3])


def _add(sound: Pcm, clip: Pcm, at: int, gain: float) -> None:
    """Mix a clip in at a sample; what lies outside is cut off."""
    first, last = max(0, at), min(len(sound), at + len(clip))
    if last > first:
        sound[first:last] += clip[first - at : last - at] * np.float32(gain)
