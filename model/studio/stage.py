"""The stage on which a scene plays: who says what when, and what the agent should then say and do.

A scene is a function of a `Stage`. It lays things on the call's time in seconds; `model/studio/composing.py` makes
sound and micro-turns of them. Knows nothing of tokens, mixing or voices; a `Cast` renders the words.

Time runs in seconds from the call's start. What the agent does `at` a time it decides at the end of the micro-turn that
holds this time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.types import Action, Event, Mark, Pcm, Say, Word

HEARING_DELAY_S = 0.3  # from the end of a word to the agent having understood it
REACTION_S = 0.15  # from the end of a turn, told by its melody, to the agent's decision
SEEING_DELAY_S = 0.3  # from something that can be seen to the agent having understood it
PAIR_S, PAIR_GAP_S = 0.2, 0.1  # pictures come in pairs, one in each micro-turn
LOST_PAIR, LOST_PICTURE = 0.02, 0.04  # of what a camera sends: both pictures of a pair, one of them

View = Callable[[float], NDArray[np.uint8]]  # the picture (H, W, 3) that arrives at a time


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Rendered speech."""

    pcm: Pcm  # (S,) float32 at 16 kHz
    words: tuple[Word, ...]  # times from the clip's start

    @property
    def duration_s(self) -> float:
        return len(self.pcm) / 16_000


class Cast(Protocol):
    """Voices that speak."""

    def user_voices(self) -> Sequence[str]:
        """Names of the voices people may have."""
        ...

    def clip(self, voice: str, text: str, rng: random.Random) -> Clip:
        """`text` in a voice of `user_voices`, or in `AGENT_VOICE`. Numbers are written as words."""
        ...


AGENT_VOICE = "agent"
GREETING = "greeting"  # what says the words a call opens with


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """Words on the call's time."""

    text: str
    start_s: float
    end_s: float  # of the last word
    words: tuple[Word, ...]  # times of the call

    def end_of(self, word: str) -> float:
        """When a word (lower case, no punctuation) was over; its first time."""
        return next(w.end_s for w in self.words if plain(w.text) == word)


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A piece of sound in the room or of a person, as it goes into the mix."""

    start_s: float
    pcm: Pcm  # (S,) float32 at 16 kHz
    gain: float = 1.0
    person: str = ""  # whose, "" for the room's
    spoken: Spoken | None = None
    is_transcribed: bool = True  # the agent should write down its words


@dataclass(frozen=True, slots=True)
class NonSpeech:
    """A sound that is no speech, made by the composer: a kind of `model/studio/noises.py`."""

    kind: str
    start_s: float
    duration_s: float
    gain: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class AgentLine:
    """Words the agent writes `at` a time; they sound until they are over or the agent hushes."""

    text: str
    at: float
    clip: Clip
    hushed_at: float | None = None
    said_by: str = ""  # id of the event whose text this is: the agent writes `Say` of it, not the words


@dataclass(frozen=True, slots=True)
class AgentDeed:
    """An action the agent writes `at` a time."""

    action: Action
    at: float


@dataclass(frozen=True, slots=True)
class Told:
    """An event the engine is told in the micro-turn that holds `at`."""

    event: Event
    at: float


@dataclass(frozen=True, slots=True)
class Seen:
    """One or two pictures of a view, at their times, in the micro-turn that holds the last."""

    view: View
    times: tuple[float, ...]


@dataclass(slots=True)
class Play:
    """Everything that happens in a call."""

    sounds: list[Sound] = field(default_factory=list[Sound])
    noises: list[NonSpeech] = field(default_factory=list[NonSpeech])
    lines: list[AgentLine] = field(default_factory=list[AgentLine])
    deeds: list[AgentDeed] = field(default_factory=list[AgentDeed])
    told: list[Told] = field(default_factory=list[Told])
    seen: list[Seen] = field(default_factory=list[Seen])
    telling: list[float] = field(default_factory=list[float])  # when it can be seen that nothing is to be said
    greeting: str = ""
    instructions: str = ""
    end_s: float = 0.0


class Stage:
    """Where a scene plays. `now` is the end of what was last laid down; scenes may move it."""

    def __init__(self, cast: Cast, rng: random.Random) -> None:
        self.rng, self.now, self.play = rng, 0.0, Play()
        self.agent = Agent(self)
        self._cast = cast
        self._people: dict[str, Person] = {}

    @property
    def user(self) -> Person:
        """The person who speaks with the agent."""
        return self.person("user")

    def person(self, name: str) -> Person:
        """A person by name; each has a voice of their own."""
        if name not in self._people:
            taken = {person.voice for person in self._people.values()}
            free = [voice for voice in self._cast.user_voices() if voice not in taken]
            self._people[name] = Person(self, name, self.rng.choice(free))
        return self._people[name]

    def render(self, voice: str, text: str) -> Clip:
        return self._cast.clip(voice, text, self.rng)

    def wait(self, seconds: float) -> float:
        """Nothing for a while; the new `now`."""
        self.reach(self.now + seconds)
        return self.now

    def reach(self, at: float) -> None:
        """`now` is at least `at`, and the call lasts until then."""
        self.now = max(self.now, at)
        self.play.end_s = max(self.play.end_s, self.now)

    def tell(self, event: Event, at: float) -> None:
        """The engine is told an event."""
        self.play.told.append(Told(event, at))

    def noise(self, kind: str, at: float, duration_s: float = 1.0, gain: float = 1.0) -> None:
        """A sound that is no speech."""
        self.play.noises.append(NonSpeech(kind, at, duration_s, gain))

    def shows(self, view: View, start_s: float, end_s: float) -> None:
        """The agent looks from a time to another: a pair of pictures in each micro-turn, few of them lost."""
        late_s = self.rng.uniform(0.0, PAIR_S - PAIR_GAP_S - 0.01)
        for index in range(int(start_s / PAIR_S), int(end_s / PAIR_S)):
            first = index * PAIR_S + late_s + 0.005
            chance = self.rng.random()
            if chance >= LOST_PAIR:
                times = (first, first + PAIR_GAP_S) if chance >= LOST_PAIR + LOST_PICTURE else (first + PAIR_GAP_S,)
                self.play.seen.append(Seen(view, times))
        self.play.end_s = max(self.play.end_s, end_s)


class Person:
    """A human in the call."""

    def __init__(self, stage: Stage, name: str, voice: str) -> None:
        self._stage, self.name, self.voice = stage, name, voice

    def says(
        self,
        text: str,
        at: float | None = None,
        after: float = 0.0,
        gain: float = 1.0,
        is_transcribed: bool = True,
    ) -> Spoken:
        """Speak `text`, its numbers as words, `after` seconds from now or `at` a time; `now` becomes its end."""
        stage = self._stage
        start_s = stage.now + after if at is None else at
        clip = stage.render(self.voice, text)
        spoken = placed(text, clip, start_s)
        stage.play.sounds.append(Sound(start_s, clip.pcm, gain, self.name, spoken, is_transcribed))
        stage.reach(spoken.end_s)
        return spoken


class Agent:
    """What the model should do."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def says(self, text: str, at: float) -> Spoken:
        """Write `text` at a time and speak it; when it sounds is known roughly, engine and network decide."""
        return self._speaks(text, at, said_by="")

    def says_event(self, event_id: str, text: str, at: float) -> Spoken:
        """Say the text of an event by reference: the engine writes the words itself."""
        self.does(Say(event_id), at)
        return self._speaks(text, at, said_by=event_id)

    def greets(self, text: str) -> Spoken:
        """Open the call with words given to it."""
        self._stage.play.greeting = text
        return self._speaks(text, 0.0, said_by=GREETING)

    def does(self, action: Action, at: float) -> None:
        """Act at a time."""
        self._stage.play.deeds.append(AgentDeed(action, at))
        self._stage.play.end_s = max(self._stage.play.end_s, at)

    def hushes(self, at: float) -> None:
        """Stop what it is saying at a time; what has not sounded stays unsaid."""
        lines = self._stage.play.lines
        for index, line in enumerate(lines):
            if line.hushed_at is None and line.at < at < line.at + 0.3 + line.clip.duration_s:
                lines[index] = replace(line, hushed_at=at)

    def counts_down(
        self, label: str, origin_s: float, total_s: int, first_at: float, until: float | None = None
    ) -> float:
        """Keep time for itself: a mark with what is left, each second from `first_at`; when it is over.

        The marks are the model's own memory of a wait, so that it need not measure long times at once. `until` ends it
        early.
        """
        end_s = origin_s + total_s
        last = end_s if until is None else min(until, end_s)
        self.does(Mark(f"{label}{total_s}"), first_at)
        for passed in range(1, total_s):
            at = origin_s + passed
            if first_at + 0.2 < at <= last:
                self.does(Mark(f"{label}{total_s - passed}"), at)
        return end_s

    def _speaks(self, text: str, at: float, said_by: str) -> Spoken:
        stage = self._stage
        clip = stage.render(AGENT_VOICE, text)
        stage.play.lines.append(AgentLine(text, at, clip, said_by=said_by))
        spoken = placed(text, clip, at + 0.3)
        stage.play.end_s = max(stage.play.end_s, spoken.end_s)
        return spoken


Scene = Callable[[Stage], None]


def placed(text: str, clip: Clip, start_s: float) -> Spoken:
    """A clip's words on the call's time."""
    words = tuple(Word(w.text, w.start_s + start_s, w.end_s + start_s) for w in clip.words)
    end_s = words[-1].end_s if words else start_s + clip.duration_s
    return Spoken(text, start_s, end_s, words)


def plain(word: str) -> str:
    """A word as the agent writes it down: lower case, without punctuation around it."""
    straight = word.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return "".join(letter for letter in straight if letter.isalnum() or letter in "'-").strip("-'")
