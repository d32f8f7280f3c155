"""What is known of one delegation, and what the state machine asks of the world. Knows no I/O and no clock.

`now` is seconds on any clock that only grows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.wire_work import JobCard, JobState
from model.types import BackgroundDelta

FINAL_STATES: tuple[JobState, ...] = ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class DelegationLimits:
    """How much work at once, how long, and when its result has become stale."""

    max_active: int = 16
    max_kept: int = 64  # final delegations that the context package still tells of
    deadline_s: float = 180.0
    stale_after_s: float = 20.0  # together with:
    stale_after_utterances: int = 2  # that people said since they asked
    offer_s: float = 90.0  # how long "yes" still takes up an offered result
    max_result_chars: int = 6_000  # of one delegation; what is over is cut and the model is told

    def __post_init__(self) -> None:
        for name in ("max_active", "max_kept", "deadline_s", "stale_after_s", "offer_s", "max_result_chars"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name}: {getattr(self, name)} is not above 0")


@dataclass(slots=True)
class Delegation:
    """One piece of work from its request to its end."""

    key: str  # unique in the conversation; the card's id and the prefix of the tools' idempotency keys
    engine_id: str  # as the engine named it
    session: int  # of the engine that asked
    task: str
    who: str  # participant id of who asked; empty when nobody did
    asked_at: float
    deadline: float
    utterances_at: int  # how many utterances people had made when they asked
    state: JobState = "running"
    progress: float | None = None
    note: str = ""
    told: list[str] = field(default_factory=list[str])  # given to the engine to be said
    kept: list[str] = field(default_factory=list[str])  # stale: to be offered at the end
    silent: list[str] = field(default_factory=list[str])  # known and not to be said
    num_chars: int = 0
    offered_until: float | None = None
    is_held: bool = False  # the agent was silenced while it told of it: what comes yet is offered

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES

    @property
    def card(self) -> JobCard:
        return JobCard(self.key, self.task, self.state, self.progress, self.note)

    @property
    def result(self) -> str:
        """Everything that came of it so far."""
        return " ".join([*self.told, *self.kept, *self.silent])


@dataclass(frozen=True, slots=True)
class Start:
    """Begin the work of a delegation."""

    key: str
    task: str


@dataclass(frozen=True, slots=True)
class Stop:
    """End the work of a delegation and its tools; what it still gives is not wanted."""

    key: str


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Let every page see how far it is."""

    card: JobCard


@dataclass(frozen=True, slots=True)
class Tell:
    """Let the engine know."""

    delta: BackgroundDelta


Effect = Start | Stop | ShowCard | Tell
