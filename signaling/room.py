"""One room: its seats, its agent's assignment, and what goes out to sockets. Plain state, changed by others."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from signaling.messages import AgentStatus, MediaState, Participant, Role, ServerMessage


@dataclass(frozen=True, slots=True)
class RoomLimits:
    """How many, and how long; durations in seconds."""

    max_rooms: int = 256
    max_people: int = 6
    max_bad_messages: int = 8
    max_held_messages: int = 64  # for one participant whose socket is away
    join_timeout_s: float = 10.0
    resume_grace_s: float = 30.0
    lost_agent_grace_s: float = 5.0  # when the agent's worker is gone too, its process probably died
    dispatch_timeout_s: float = 15.0
    dispatch_retry_s: float = 10.0
    empty_room_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Send:
    """Write `message` to `socket`."""

    socket: str
    message: ServerMessage


@dataclass(frozen=True, slots=True)
class Close:
    """Close `socket` after what was sent to it before."""

    socket: str
    code: int  # as RFC 6455 numbers them
    reason: str


Output = Send | Close
NORMAL, GOING_AWAY, POLICY = 1000, 1001, 1008


class Outbox:
    """Outputs of one input, in order."""

    def __init__(self) -> None:
        self._outputs: list[Output] = []

    def send(self, socket: str, message: ServerMessage) -> None:
        self._outputs.append(Send(socket, message))

    def close(self, socket: str, code: int, reason: str) -> None:
        self._outputs.append(Close(socket, code, reason))

    def take(self) -> tuple[Output, ...]:
        outputs, self._outputs = tuple(self._outputs), []
        return outputs


@dataclass(slots=True)
class Seat:
    """One participant's place in a room; it outlives a lost socket for a while."""

    id: str
    order: int
    name: str
    role: Role
    subject: str
    resume: str
    socket: str | None
    held: deque[ServerMessage]  # while the socket is away; drops the oldest when full
    media: MediaState = field(default_factory=MediaState)
    expires_at: float | None = None

    def seen(self) -> Participant:
        return Participant(self.id, self.order, self.name, self.role, self.media)


@dataclass(slots=True)
class Assignment:
    """A worker was sent to the room; `due` is None once its agent is there."""

    subject: str
    worker: str
    due: float | None


@dataclass(slots=True)
class Room:
    """Who is here, and how the search for an agent stands."""

    name: str
    seats: dict[str, Seat] = field(default_factory=dict[str, Seat])
    next_order: int = 1
    status: AgentStatus = field(default_factory=lambda: AgentStatus("unavailable"))
    assignment: Assignment | None = None
    refused_by: set[str] = field(default_factory=set[str])
    retry_at: float | None = None
    empty_at: float | None = None

    def people(self) -> list[Seat]:
        return [seat for seat in self.seats.values() if seat.role == "participant"]

    def agent(self) -> Seat | None:
        return next((seat for seat in self.seats.values() if seat.role == "agent"), None)

    def person(self, subject: str) -> Seat | None:
        return next((seat for seat in self.people() if seat.subject == subject), None)

    def others(self, seat: Seat) -> list[Seat]:
        return [other for other in self.seats.values() if other is not seat]
