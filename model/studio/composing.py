"""A play becomes what the model hears, and what it should write: sound, dMel columns and tokens of every micro-turn.

The host's side of a conversation (`NativeSlot`) is driven as in a real call, with the play's words in place of the
model's, so training sees exactly the sequences that serving makes. Knows nothing of scenes and of the model's weights.

Shapes: S samples at 16 kHz, A dMel columns, M mel bins, T tokens.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from model.dmel import FRAMES_PER_CHUNK, dmel_of_clip
from model.native_slot import NativeSlot
from model.sequence import MAX_WRITTEN_TOKENS, NO_CLOCK, NUM_SPEECH, SPEECH, Marks, encode_form, text_tokens
from model.studio.pictures_packed import pack, unpack
from model.studio.stage import HEARING_DELAY_S, AgentLine, Play, Seen, Sound, plain
from model.studio.staged_voice import StagedUtterance
from model.types import (
    HEARD_RATE_HZ,
    HEARD_SAMPLES,
    Event,
    Heard,
    Hush,
    MicroTurnIn,
    Pcm,
    SessionSettings,
    Silenced,
    VideoFrame,
)

MICRO_TURN_S = 0.2
TICKS_PER_S = 50
MEMORY = 16_384
FAR_WEIGHT, SPEECH_WEIGHT = 0.05, 0.3  # of QUIET: far from everything, while somebody speaks
LOOKING_WEIGHT = 0.15  # of QUIET while there is something to see
JPEG_QUALITIES = (35, 90)
QUICKEST_S = 0.1  # from the end of a word to its being written, where an answer follows at once
NEAR_TURNS = 3  # micro-turns around what the agent does, and after the end of words
_SILENCE = np.zeros(HEARD_SAMPLES, np.float32)

Room = Callable[[Pcm, random.Random], Pcm]  # the mix of a call to how it is heard
MakeNoise = Callable[[str, float, random.Random], Pcm]  # kind, seconds


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One call as training takes it."""

    tokens: NDArray[np.int16]  # (T,)
    weights: NDArray[np.float16]  # (T,) of predicting each token; 0 where the model does not choose it
    clock: NDArray[np.int32]  # (T,) the micro-turn at its first audio token, NO_CLOCK elsewhere
    heard: NDArray[np.uint8]  # (A, M)
    own: NDArray[np.uint8]  # (A, M)
    words: tuple[tuple[int, int, str], ...]  # first and last dMel column of each transcribed word, and the word
    pictures: tuple[bytes, ...] = ()  # of each micro-turn that has PATCH tokens, in order; `pictures_packed` unpacks


@dataclass(frozen=True, slots=True)
class Manner:
    """How a call is composed; drawn once a call."""

    own_delay_s: float  # from a decision's micro-turn to its sound
    echo_gain: float  # of the agent's sound in the people's microphones, 0 for none
    echo_delay_s: float

    @classmethod
    def draw(cls, rng: random.Random) -> Manner:
        has_echo = rng.random() < 0.3
        return cls(rng.uniform(0.05, 0.4), rng.uniform(0.02, 0.15) if has_echo else 0.0, rng.uniform(0.05, 0.3))


def compose(play: Play, rng: random.Random, room: Room, make_noise: MakeNoise) -> Call:
    """All micro-turns of a play."""
    num_turns = num_turns_of(play)
    manner = Manner.draw(rng)
    score = _Score(play, num_turns, rng.randint(*JPEG_QUALITIES) if play.seen else 0)
    script = score.play_through()
    own = _own_sound(score.sounded, num_turns, manner)
    mix = mix_of(play, rng, make_noise)
    if manner.echo_gain:
        lag = round(manner.echo_delay_s * HEARD_RATE_HZ)
        mix[lag:] += own[: len(own) - lag] * manner.echo_gain
    heard = dmel_of_clip(torch.from_numpy(room(mix, rng)), HEARD_RATE_HZ).numpy()
    return Call(
        np.array(script.tokens, np.int16),
        np.array(script.weights, np.float16),
        np.array(script.clock, np.int32),
        heard[: num_turns * FRAMES_PER_CHUNK],
        dmel_of_clip(torch.from_numpy(own), HEARD_RATE_HZ).numpy()[: num_turns * FRAMES_PER_CHUNK],
        _words(play),
        tuple(score.pictures),
    )


def mix_of(play: Play, rng: random.Random, make_noise: MakeNoise) -> Pcm:
    """What all people and things in a play sound like: (S,) of whole micro-turns."""
    mix = np.zeros(num_turns_of(play) * HEARD_SAMPLES, np.float32)
    for sound in play.sounds:
        _lay(mix, sound.pcm * sound.gain, round(sound.start_s * HEARD_RATE_HZ))
    for noise in play.noises:
        pcm = make_noise(noise.kind, noise.duration_s, rng) * noise.gain
        _lay(mix, pcm.astype(np.float32), round(noise.start_s * HEARD_RATE_HZ))
    return mix


def num_turns_of(play: Play) -> int:
    """Micro-turns of a play, with a moment of silence after it."""
    return turn_of(play.end_s) + 2


def turn_of(at: float) -> int:
    """The micro-turn that holds a time; a time on a border belongs to the one before it."""
    return max(0, int(np.ceil(at / MICRO_TURN_S - 1e-6)) - 1)


def written_form(text: str) -> str:
    """How the agent writes what it says: lower case after a space, as it writes down what it hears."""
    return f" {text.strip().lower()}"


@dataclass(slots=True)
class _Script:
    tokens: list[int] = field(default_factory=list[int])
    weights: list[float] = field(default_factory=list[float])
    clock: list[int] = field(default_factory=list[int])

    def add(self, tokens: list[int], weight: float, clock: list[int] | None = None) -> None:
        self.tokens += tokens
        self.weights += [weight] * len(tokens)
        self.clock += clock or [NO_CLOCK] * len(tokens)


class _Score:
    """What the agent writes, micro-turn by micro-turn."""

    def __init__(self, play: Play, num_turns: int, jpeg_quality: int) -> None:
        self.sounded: list[tuple[int, Pcm]] = []  # of each spoken micro-turn, its sound
        self.pictures: list[bytes] = []
        self._jpeg_quality = jpeg_quality
        self._seen = {turn_of(seen.times[-1]): seen for seen in play.seen}
        self._num_turns = num_turns
        self._utterance = StagedUtterance()
        settings = SessionSettings("staged", greeting=play.greeting, instructions=play.instructions)
        self._slot = NativeSlot(settings, 0, MEMORY, self._utterance)
        self._events: dict[int, list[Event]] = {}
        for told in play.told:
            self._events.setdefault(turn_of(told.at), []).append(told.event)
        self._deeds, self._hushed = _deeds(play)
        self._lines: dict[int, list[AgentLine]] = {}
        for line in play.lines:
            self._lines.setdefault(turn_of(line.at), []).append(line)
        self._interest = _interest(play, num_turns)
        self._forms: deque[int] = deque()  # tokens of actions under way
        self._text: deque[int] = deque()  # tokens of words under way

    def play_through(self) -> _Script:
        script = _Script()
        for turn in range(self._num_turns):
            self._turn(turn, script)
        return script

    def _turn(self, turn: int, script: _Script) -> None:
        events = tuple(self._events.get(turn, ()))
        nothing = torch.zeros(FRAMES_PER_CHUNK, 80, dtype=torch.uint8)
        frames = self._look(self._seen.get(turn))
        heard = (MicroTurnIn(turn, _SILENCE, frames=frames, events=events),)
        piece = self._slot.hear(heard, heard=nothing, own=nothing)
        script.add(piece.tokens, 0.0, piece.clock)
        if turn and piece.tokens[0] == Marks.QUIET:
            script.weights[-len(piece.tokens)] = float(self._interest[turn - 1])
        if turn in self._hushed:
            self._text.clear()
        for form in self._deeds.get(turn, ()):
            self._forms.extend(form)
        for line in self._lines.get(turn, ()):
            self._begin(line)
        self._write(script)
        self._close(turn, script)

    def _look(self, seen: Seen | None) -> tuple[VideoFrame, ...]:
        """The pictures of a micro-turn, as they are after their way."""
        if seen is None:
            return ()
        packed = pack([seen.view(at) for at in seen.times], self._jpeg_quality)
        self.pictures.append(packed)
        ticks = [round(at * TICKS_PER_S) for at in seen.times]
        return tuple(VideoFrame(rgb, tick, "camera") for rgb, tick in zip(unpack(packed), ticks, strict=True))

    def _begin(self, line: AgentLine) -> None:
        self._utterance.expect(line.clip)
        if not line.said_by:
            self._text.extend(text_tokens(written_form(line.text)))

    def _write(self, script: _Script) -> None:
        num_written = 0
        while num_written < MAX_WRITTEN_TOKENS:
            if given := self._slot.given(num_written):
                tokens, weight = given, 0.0
            elif self._forms:
                tokens, weight = [self._forms.popleft()], 1.0
            elif self._text and not self._slot.reader.is_inside and not self._utterance.is_full:
                tokens, weight = [self._text.popleft()], 1.0
            else:
                break
            script.add(tokens, weight)
            for token in tokens:
                self._slot.write(token)
            num_written += len(tokens)

    def _close(self, turn: int, script: _Script) -> None:
        is_speaking = self._utterance.has_sound_left
        if is_speaking:
            script.add([int(Marks.SPEAK)], 1.0 if self._interest[turn] == 1.0 else SPEECH_WEIGHT)
            script.add([int(mark) for mark in SPEECH], 0.0)
        self._slot.close_turn(is_speaking, num_fed=(1 + NUM_SPEECH) * is_speaking)
        if is_speaking:
            self._utterance.speak()
            if self._utterance.sound is not None:
                self.sounded.append((turn, self._utterance.sound))


def _deeds(play: Play) -> tuple[dict[int, list[list[int]]], set[int]]:
    """Tokens of the actions of each micro-turn in their order, with the words understood; and where it hushes."""
    timed = [(deed.at, deed.action) for deed in play.deeds]
    hushed = {turn_of(at) for at, action in timed if isinstance(action, Hush)}
    hushed |= {turn_of(told.at) for told in play.told if isinstance(told.event, Silenced)}
    words: dict[int, list[str]] = {}
    for turn, word in sorted(_written_words(play), key=lambda item: item[0]):
        words.setdefault(turn, []).append(word)
    deeds: dict[int, list[list[int]]] = {}
    for turn, some in words.items():
        deeds.setdefault(turn, []).append(encode_form(Heard("".join(f" {word}" for word in some))))
    for at, action in sorted(timed, key=lambda item: item[0]):
        deeds.setdefault(turn_of(at), []).append(encode_form(action))
    return deeds, hushed


def _written_words(play: Play) -> Iterator[tuple[int, str]]:
    """Each word understood, and the micro-turn that writes it down: soon after its end, before what answers it."""
    answers = sorted([line.at for line in play.lines] + [deed.at for deed in play.deeds])
    for sound in sorted(play.sounds, key=lambda sound: sound.start_s):
        if sound.spoken is None or not sound.is_transcribed:
            continue
        for word in sound.spoken.words:
            if text := plain(word.text):
                due_s = word.end_s + HEARING_DELAY_S
                after = bisect(answers, word.end_s + QUICKEST_S)
                yield turn_of(min([due_s, *answers[after : after + 1]])), text


def _interest(play: Play, num_turns: int) -> NDArray[np.float32]:
    """The weight of QUIET in each micro-turn: (num_turns,)."""
    interest = np.full(num_turns, FAR_WEIGHT, np.float32)
    for sound in play.sounds:
        interest[_span(sound.start_s, sound.start_s + len(sound.pcm) / HEARD_RATE_HZ)] = SPEECH_WEIGHT
    for seen in play.seen:
        turn = turn_of(seen.times[-1])
        interest[turn] = max(interest[turn], LOOKING_WEIGHT)
    decisive = [line.at for line in play.lines] + [deed.at for deed in play.deeds] + play.telling
    for sound in play.sounds:
        if sound.spoken is not None:
            ends = [word.end_s for word in sound.spoken.words]
            starts = [word.start_s for word in sound.spoken.words[1:]]
            decisive += [end for end, start in zip(ends, starts, strict=False) if start - end > 0.3] + ends[-1:]
    for at in decisive:
        turn = turn_of(at)
        interest[max(0, turn - 1) : turn + NEAR_TURNS] = 1.0
    return interest


def _span(start_s: float, end_s: float) -> slice:
    return slice(turn_of(start_s), turn_of(end_s) + 2)


def _own_sound(sounded: list[tuple[int, Pcm]], num_turns: int, manner: Manner) -> Pcm:
    own = np.zeros((num_turns + 4) * HEARD_SAMPLES, np.float32)
    delay = round((MICRO_TURN_S + manner.own_delay_s) * HEARD_RATE_HZ)
    for turn, pcm in sounded:
        _lay(own, pcm, turn * HEARD_SAMPLES + delay)
    return own[: num_turns * HEARD_SAMPLES]


def _lay(mix: Pcm, pcm: Pcm, start: int) -> None:
    room = mix[max(0, start) : start + len(pcm)]
    room += pcm[: len(room)]


def _words(play: Play) -> tuple[tuple[int, int, str], ...]:
    heard: list[Sound] = [sound for sound in play.sounds if sound.spoken is not None and sound.is_transcribed]
    columns_per_s = FRAMES_PER_CHUNK / MICRO_TURN_S
    words = [
        (int(word.start_s * columns_per_s), int(np.ceil(word.end_s * columns_per_s)), plain(word.text))
        for sound in heard
        if sound.spoken is not None
        for word in sound.spoken.words
    ]
    return tuple(sorted(word for word in words if word[2]))
