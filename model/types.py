"""What crosses the seam between a call and an engine: plain frozen data and four protocols.

Knows nothing of torch, sockets or WebRTC. Shapes: S samples at 16 kHz heard, N samples at 24 kHz spoken.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

MICRO_TURN_MS = 200
TICK_MS = 20
TICKS_PER_MICRO_TURN = MICRO_TURN_MS // TICK_MS  # 10
HEARD_RATE_HZ = 16_000
SPOKEN_RATE_HZ = 24_000
HEARD_SAMPLES = HEARD_RATE_HZ * MICRO_TURN_MS // 1000  # 3200
SPOKEN_SAMPLES = SPOKEN_RATE_HZ * MICRO_TURN_MS // 1000  # 4800
HEARD_TICK_SAMPLES = HEARD_RATE_HZ * TICK_MS // 1000  # 320
SPOKEN_TICK_SAMPLES = SPOKEN_RATE_HZ * TICK_MS // 1000  # 480

Pcm = NDArray[np.float32]


class SeamError(Exception):
    """What can go wrong at the seam.

    SeamError
    ├── CapacityError      the engine takes no further session now
    ├── InputError         the caller sent something the seam does not allow (says what and where)
    └── SessionLostError   the session is gone: engine died, was drained, or the connection cannot be resumed
        └── SessionMovedError   it was drained, and `record` is all it takes to go on elsewhere
    """


class CapacityError(SeamError):
    """The engine is full; `retry_after_s` hints when to ask again."""

    def __init__(self, reason: str, retry_after_s: float) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class InputError(SeamError):
    """A value that crossed the seam breaks its contract."""


class SessionLostError(SeamError):
    """The session cannot go on; open a new one."""


class SessionMovedError(SessionLostError):
    """The engine shuts down; the step was not taken. `record` is for `MovableEngine.rebuild` of another one."""

    def __init__(self, reason: str, record: bytes) -> None:
        super().__init__(reason)
        self.record = record


def check_pcm(pcm: Pcm, num_samples: int, where: str) -> None:
    """Raise InputError unless `pcm` is (num_samples,) float32, all finite."""
    if pcm.dtype != np.float32 or pcm.shape != (num_samples,):
        raise InputError(f"{where}: expected ({num_samples},) float32, got {pcm.shape} {pcm.dtype}")
    if not np.isfinite(pcm).all():
        raise InputError(f"{where}: sample {int(np.argmin(np.isfinite(pcm)))} is not finite")


@dataclass(frozen=True, slots=True)
class TypedText:
    """A participant typed a message."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class LoudestChanged:
    """Another participant became the loudest; sent after it happened, never on silence."""

    who: str


@dataclass(frozen=True, slots=True)
class BackgroundDelta:
    """A piece of a delegation's result. `silent` results are known and not said.

    A `silent` one that is done withdraws the delegation: what was given before and not said yet stays unsaid.
    """

    id: str
    text: str
    is_done: bool
    kind: Literal["spoken", "silent"] = "spoken"


@dataclass(frozen=True, slots=True)
class ToolResult:
    """A tool finished; `text` is its result in words."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class UiAction:
    """A participant acted on generated interface."""

    who: str
    id: str
    value: str


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """A setting of the call changed while talking."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class TimeLost:
    """Micro-turns were dropped because the engine fell behind."""

    duration_s: float


@dataclass(frozen=True, slots=True)
class StandingNote:
    """A standing request kept as a note, re-inserted when it would leave the window."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Silenced:
    """Someone silenced the agent by click, key or stop word; what had not sounded counts as unsaid."""

    who: str


Event = (
    TypedText
    | LoudestChanged
    | BackgroundDelta
    | ToolResult
    | UiAction
    | SettingsChanged
    | TimeLost
    | StandingNote
    | Silenced
)
MAX_EVENT_TEXT_CHARS = 8192


@dataclass(frozen=True, slots=True)
class Delegate:
    """Hand work to the background model; `task` is a short label, the background reads the conversation."""

    id: str
    task: str


@dataclass(frozen=True, slots=True)
class CancelDelegation:
    """Stop the work of a delegation and its tools."""

    id: str


@dataclass(frozen=True, slots=True)
class Say:
    """Start to speak the text of event `id` by reference."""

    id: str


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop own speech now; sound that was not sent yet is dropped."""


@dataclass(frozen=True, slots=True)
class Note:
    """Keep a standing request."""

    text: str


@dataclass(frozen=True, slots=True)
class DropNote:
    """Forget a standing request."""

    id: str


@dataclass(frozen=True, slots=True)
class Show:
    """Put generated interface (one A2UI message as JSON text) into the page."""

    ui: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What the engine understood a person to have said, as caption and transcript.

    `is_final` False replaces the previous interim text of the same utterance.
    """

    text: str
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign of inner state for page and log, for example `working`, `looking`, `idle`."""

    kind: str


Action = Delegate | CancelDelegation | Say | Hush | Note | DropNote | Show | Heard | Mark


@dataclass(frozen=True, slots=True, eq=False)
class VideoFrame:
    """One decoded picture at the model's size, rgb (H, W, 3) uint8, with the micro-turn's source."""

    rgb: NDArray[np.uint8]  # (H, W, 3)
    tick: int  # on the conversation's clock
    source: str  # participant id and kind, for example "p3:screen"

    def __post_init__(self) -> None:
        if self.rgb.dtype != np.uint8 or self.rgb.ndim != 3 or self.rgb.shape[2] != 3 or self.rgb.size == 0:
            raise InputError(f"VideoFrame.rgb: expected (H, W, 3) uint8, got {self.rgb.shape} {self.rgb.dtype}")


@dataclass(frozen=True, slots=True, eq=False)
class MicroTurnIn:
    """What was heard, seen and reported during micro-turn `index`."""

    index: int
    pcm: Pcm  # (HEARD_SAMPLES,) 16 kHz: everyone but the agent
    own_pcm: Pcm | None = None  # (HEARD_SAMPLES,) 16 kHz: the agent's sound as really sent; None when silent
    frames: tuple[VideoFrame, ...] = ()
    events: tuple[Event, ...] = ()

    def __post_init__(self) -> None:
        if self.index < 0:
            raise InputError(f"MicroTurnIn.index: {self.index} is negative")
        check_pcm(self.pcm, HEARD_SAMPLES, "MicroTurnIn.pcm")
        if self.own_pcm is not None:
            check_pcm(self.own_pcm, HEARD_SAMPLES, "MicroTurnIn.own_pcm")


@dataclass(frozen=True, slots=True, eq=False)
class MicroTurnOut:
    """What the agent says and does in reply to the micro-turns of one step."""

    index: int
    pcm: Pcm | None = None  # (SPOKEN_SAMPLES,) 24 kHz; None when silent
    text: str = ""  # the words that sound in `pcm`
    actions: tuple[Action, ...] = ()

    def __post_init__(self) -> None:
        if self.pcm is not None:
            check_pcm(self.pcm, SPOKEN_SAMPLES, "MicroTurnOut.pcm")


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """How one conversation starts."""

    conversation: str  # id, for logs and resumption
    language: str = "en"
    greeting: str = ""  # spoken first when not empty
    instructions: str = ""  # what the agent is told about itself and the call
    extra: Mapping[str, str] = field(default_factory=dict[str, str])


class Session(Protocol):
    """One conversation's state in an engine."""

    async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        """Take micro-turns, oldest first, usually one; answer for the last. One call at a time."""
        ...

    async def close(self) -> None: ...


class Engine(Protocol):
    """Whatever can hold conversations."""

    async def open(self, settings: SessionSettings) -> Session:
        """Raises CapacityError with a reason and a retry hint."""
        ...


@runtime_checkable
class MovableSession(Session, Protocol):
    """A session that can go on in another engine."""

    async def export(self) -> bytes:
        """The conversation between two steps; the session goes on."""
        ...


@runtime_checkable
class RefreshableSession(MovableSession, Protocol):
    """A session that can be made ready elsewhere while the conversation still goes on where it is."""

    async def refresh(self, record: bytes) -> None:
        """Go on with what the conversation became meanwhile; raises InputError on a bad record, SessionLostError."""
        ...


@runtime_checkable
class MovableEngine(Engine, Protocol):
    """An engine that takes sessions over from others of its kind."""

    async def rebuild(self, record: bytes) -> MovableSession:
        """Raises CapacityError with a retry hint, InputError on a record that is damaged or of another kind."""
        ...


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised or spoken word; times from the start of its sound."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """Words of one utterance. A partial transcript replaces the one before it."""

    text: str
    language: str
    words: tuple[Word, ...] = ()
    is_final: bool = True


class Recogniser(Protocol):
    """16 kHz sound to words with times, partial and final."""

    def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncIterator[Transcript]:
        """Yield partial transcripts while sound arrives and one final transcript when it ends."""
        ...


@runtime_checkable
class IntoEnglish(Protocol):
    """A recogniser that can also say in English what is said in another language."""

    async def into_english(self, pcm: Pcm, language: str) -> str:
        """The English of (S,) samples at 16 kHz, at most 30 s; nothing when nothing is said."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class SpokenPiece:
    """A piece of synthesised speech; word times count from the start of the whole utterance."""

    pcm: Pcm  # (N,) 24 kHz
    words: tuple[Word, ...] = ()


class Voice(Protocol):
    """Text to sound at 24 kHz with word times, piece by piece."""

    def speak(self, text: AsyncIterator[str], language: str = "en", pace: float = 1.0) -> AsyncIterator[SpokenPiece]:
        """Speak clauses as they arrive; `pace` 1.25 is a quarter faster at the same pitch."""
        ...


class Spotter(Protocol):
    """Single words in one voice, told as they end; light enough for the call's own process."""

    @property
    def probability(self) -> float:
        """That one of the words ended just now."""
        ...

    def hear(self, pcm: Pcm) -> str | None:
        """Take (HEARD_TICK_SAMPLES,) at 16 kHz; the word that ended just now, or None."""
        ...

    def reset(self) -> None:
        """Forget what was heard: silence came before."""
        ...


MAX_TOPIC_CHARS = 200
MAX_NAMES = 16
MAX_NAME_CHARS = 80


@dataclass(frozen=True, slots=True)
class About:
    """What a translator may know of the conversation that a segment is from; each text is one line."""

    topic: str = ""
    names: tuple[str, ...] = ()  # of the people in it

    def __post_init__(self) -> None:
        if len(self.names) > MAX_NAMES:
            raise InputError(f"About.names: {len(self.names)} names, at most {MAX_NAMES}")
        texts = [("topic", self.topic, MAX_TOPIC_CHARS), *(("names", name, MAX_NAME_CHARS) for name in self.names)]
        for field_name, text, max_chars in texts:
            if len(text) > max_chars or text != "".join(text.splitlines()):
                raise InputError(f"About.{field_name}: expected one line of at most {max_chars} characters")


NOT_TOLD = About()


class Translator(Protocol):
    """Text of one segment to another language, streaming."""

    def translate(
        self,
        segment: str,
        source: str,
        target: str,
        context: tuple[str, ...],
        glossary: Mapping[str, str],
        about: About = NOT_TOLD,
    ) -> AsyncIterator[str]: ...
