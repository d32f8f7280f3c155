"""Rooms and who is in them: messages in, messages out. Knows nothing of sockets, clocks or how tokens are made.

Sockets are names here. Each input returns what must go out; `next_deadline` says when to call `tick`.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import assert_never

from signaling.alarms import Alarms
from signaling.claims import Authority, Claims
from signaling.dispatch import Dispatcher
from signaling.errors import ErrorCode, MessageError, TokenError
from signaling.messages import (
    Bye,
    CandidateFrom,
    CandidateTo,
    ClientMessage,
    Declined,
    DescriptionFrom,
    DescriptionTo,
    Error,
    Join,
    Joined,
    Leave,
    LeftReason,
    Media,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantUpdated,
    Register,
    Role,
    ServerMessage,
)
from signaling.room import GOING_AWAY, NORMAL, POLICY, Outbox, Output, Room, RoomLimits, Seat

FULL_RETRY_S = 5.0


@dataclass(slots=True)
class _Socket:
    """One connection: at first nobody, then a seat in a room or a worker, for good."""

    name: str
    has_origin: bool  # it is a page's; others need a token that is no guest's
    join_by: float
    place: tuple[Room, Seat] | None = None
    is_worker: bool = False
    num_bad: int = 0

    def has_entered(self) -> bool:
        return self.place is not None or self.is_worker


class _Refusal(Exception):
    """A join or registration that cannot be granted."""

    def __init__(self, code: ErrorCode, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.error = Error(code, message, retry_after_s)


class Rooms:
    """All rooms of one server."""

    def __init__(self, authority: Authority, limits: RoomLimits) -> None:
        self._authority = authority
        self._limits = limits
        self._outbox = Outbox()
        self._alarms = Alarms()
        self._dispatcher = Dispatcher(authority, limits, self._outbox, self._alarms)
        self._rooms: dict[str, Room] = {}
        self._sockets: dict[str, _Socket] = {}
        self._resumable: dict[str, tuple[Room, Seat]] = {}
        self.num_held_dropped = 0

    def connect(self, socket: str, has_origin: bool, now: float) -> tuple[Output, ...]:
        """A socket opened; it must join or register before `join_timeout_s` have passed."""
        join_by = now + self._limits.join_timeout_s
        self._sockets[socket] = _Socket(socket, has_origin, join_by)
        self._alarms.set(join_by, ("socket", socket))
        return self._outbox.take()

    def receive(self, socket: str, message: ClientMessage, now: float) -> tuple[Output, ...]:
        """A message came; one from a socket that was closed meanwhile is no matter."""
        state = self._sockets.get(socket)
        if state is None:
            return ()
        match message:
            case Join() | Register():
                self._enter(state, message, now)
            case Leave():
                self._leave(state, now)
            case Declined() if not state.is_worker:
                self._outbox.send(socket, Error("bad-message", "only a registered worker declines a room"))
            case Declined():
                self._dispatcher.declined(socket, message.room, message.reason, now)
            case Media() | DescriptionTo() | CandidateTo():
                self._pass_on(state, message)
            case _:
                assert_never(message)
        return self._outbox.take()

    def reject(self, socket: str, error: MessageError) -> tuple[Output, ...]:
        """A message could not be read: say so, and close after too many of them."""
        state = self._sockets.get(socket)
        if state is None:
            return ()
        if error.code == "version" and not state.has_entered():
            self._refuse(state, Error(error.code, str(error)))
            return self._outbox.take()
        self._outbox.send(socket, Error(error.code, str(error)))
        state.num_bad += 1
        if state.num_bad >= self._limits.max_bad_messages:
            self._outbox.close(socket, POLICY, "too many bad messages")
        return self._outbox.take()

    def disconnect(self, socket: str, now: float) -> tuple[Output, ...]:
        """A socket is gone; its participant keeps the seat for a while, and the others are not told."""
        state = self._sockets.pop(socket, None)
        if state is not None and state.is_worker:
            self._dispatcher.unregister(socket, now)
        elif state is not None and state.place is not None:
            room, seat = state.place
            orphan = seat.role == "agent" and self._dispatcher.is_orphan(room)
            grace_s = self._limits.lost_agent_grace_s if orphan else self._limits.resume_grace_s
            seat.socket = None
            seat.expires_at = now + grace_s
            self._alarms.set(seat.expires_at, ("room", room.name))
        return self._outbox.take()

    def tick(self, now: float) -> tuple[Output, ...]:
        """Do what is due."""
        for kind, name in self._alarms.due(now):
            if kind == "socket" and name in self._sockets:
                self._check_joined(self._sockets[name], now)
            elif kind == "room" and name in self._rooms:
                self._wake(self._rooms[name], now)
        return self._outbox.take()

    def next_deadline(self) -> float | None:
        """When `tick` has something to do, on the clock of the `now` that was passed in."""
        return self._alarms.next()

    def close(self, reason: str) -> tuple[Output, ...]:
        """Say goodbye to all."""
        for socket in list(self._sockets):
            self._dismiss(socket, reason, GOING_AWAY)
        self._rooms.clear()
        self._resumable.clear()
        return self._outbox.take()

    def counts(self) -> dict[str, int]:
        """How many there are of what, for the metrics."""
        seats = [seat for room in self._rooms.values() for seat in room.seats.values()]
        num_people = sum(seat.role == "participant" for seat in seats)
        return {
            "rooms": len(self._rooms),
            "people": num_people,
            "agents": len(seats) - num_people,
            "away": sum(seat.socket is None for seat in seats),
            "workers": self._dispatcher.num_workers,
            "waiting": self._dispatcher.num_waiting,
            "dispatches_total": self._dispatcher.num_dispatches,
            "held_dropped_total": self.num_held_dropped,
        }

    def _enter(self, state: _Socket, message: Join | Register, now: float) -> None:
        if state.has_entered():
            error = Error("already-joined", "this socket has joined; open another one to join again")
            self._outbox.send(state.name, error)
            return
        try:
            if isinstance(message, Register):
                self._register(state, message, now)
            elif message.resume in self._resumable and self._resumable[message.resume][0].name == message.room:
                self._resume(state, *self._resumable[message.resume])
            else:
                self._join(state, message, now)
        except _Refusal as refusal:
            self._refuse(state, refusal.error)

    def _register(self, state: _Socket, message: Register, now: float) -> None:
        try:
            claims = self._authority.verify(message.token)
        except TokenError as error:
            raise _Refusal("bad-token", str(error)) from None
        if claims.role != "worker":
            raise _Refusal("bad-token", f"registering needs a token of role worker, this one is {claims.role}")
        state.is_worker = True
        self._dispatcher.register(state.name, message.capacity, now)

    def _resume(self, state: _Socket, room: Room, seat: Seat) -> None:
        if seat.socket is not None:
            self._dismiss(seat.socket, "replaced", NORMAL)
        self._sit(state, room, seat, resumed=True)
        held, seat.held = seat.held, deque(maxlen=self._limits.max_held_messages)
        for message in held:
            self._outbox.send(state.name, message)
        if seat.role == "participant":
            self._outbox.send(state.name, room.status)

    def _join(self, state: _Socket, message: Join, now: float) -> None:
        claims = self._check_claims(state, message)
        role: Role = "agent" if claims.role == "agent" else "participant"
        room = self._rooms.get(message.room)
        if room is None:
            if len(self._rooms) >= self._limits.max_rooms:
                raise _Refusal("too-many-rooms", "this server has no room for another call now", FULL_RETRY_S)
            room = Room(message.room)
        self._make_place(room, role, claims.subject, now)
        self._rooms[room.name] = room
        seat = Seat(
            id=self._authority.new_id(),
            order=room.next_order,
            name=claims.name or message.name or f"Guest {room.next_order}",
            role=role,
            subject=claims.subject,
            resume=self._authority.new_id(),
            socket=None,
            held=deque(maxlen=self._limits.max_held_messages),
        )
        room.next_order += 1
        room.seats[seat.id] = seat
        self._resumable[seat.resume] = (room, seat)
        self._sit(state, room, seat, resumed=False)
        self._tell_others(room, seat, ParticipantJoined(seat.seen()))
        self._look_for_agent(room, seat, now)

    def _check_claims(self, state: _Socket, message: Join) -> Claims:
        try:
            claims = self._authority.verify(message.token)
        except TokenError as error:
            raise _Refusal("resume-expired" if message.resume else "bad-token", str(error)) from None
        if claims.role == "worker":
            raise _Refusal("bad-token", "a worker's token opens no room; join with the dispatched one")
        if claims.room != message.room:
            raise _Refusal("bad-token", "this token is for another room")
        if claims.is_guest and not state.has_origin:
            raise _Refusal("bad-token", "a guest token is for pages only; use one from your own server")
        return claims

    def _make_place(self, room: Room, role: Role, subject: str, now: float) -> None:
        """Raise _Refusal unless one more of `role` fits; who is away gives way to a newer self."""
        before = room.agent() if role == "agent" else room.person(subject)
        if before is not None and before.socket is None:
            self._remove(room, before, "replaced", now)
        elif before is not None and before.subject == subject:
            raise _Refusal("duplicate-tab", "you are in this call already, in another tab or window")
        elif before is not None:
            raise _Refusal("room-full", "an agent is in this room already")
        if role == "participant" and len(room.people()) >= self._limits.max_people:
            raise _Refusal("room-full", f"this room holds {self._limits.max_people} people", FULL_RETRY_S)

    def _sit(self, state: _Socket, room: Room, seat: Seat, resumed: bool) -> None:
        state.place = (room, seat)
        seat.socket = state.name
        seat.expires_at = None
        others = tuple(other.seen() for other in room.others(seat))
        servers = self._authority.ice_servers(seat.id)
        joined = Joined(seat.seen(), room.name, seat.resume, others, servers, resumed)
        self._outbox.send(state.name, joined)

    def _look_for_agent(self, room: Room, seat: Seat, now: float) -> None:
        if seat.role == "agent":
            self._dispatcher.arrived(room, seat.subject, now)
            self._note_empty(room, now)
            return
        room.empty_at = None
        known = room.status
        self._dispatcher.seek(room, now)
        if seat.socket is not None and room.status == known:  # else the change was announced to all
            self._outbox.send(seat.socket, known)

    def _pass_on(self, state: _Socket, message: Media | DescriptionTo | CandidateTo) -> None:
        if state.place is None:
            self._outbox.send(state.name, Error("not-joined", "join a room before sending anything else"))
            return
        room, seat = state.place
        if isinstance(message, Media):
            seat.media = message.media
            self._tell_others(room, seat, ParticipantUpdated(seat.seen()))
            return
        other = room.seats.get(message.to)
        if other is None or other is seat:
            self._outbox.send(state.name, Error("unknown-participant", f"nobody else here is {message.to}"))
        elif isinstance(message, DescriptionTo):
            self._deliver(other, DescriptionFrom(seat.id, message.connection, message.description))
        else:
            self._deliver(other, CandidateFrom(seat.id, message.connection, message.candidate))

    def _deliver(self, seat: Seat, message: ServerMessage) -> None:
        if seat.socket is not None:
            self._outbox.send(seat.socket, message)
            return
        self.num_held_dropped += len(seat.held) == seat.held.maxlen
        seat.held.append(message)

    def _tell_others(self, room: Room, seat: Seat, message: ServerMessage) -> None:
        for other in room.others(seat):
            if other.socket is not None:  # who is away reads it from `joined` on coming back
                self._outbox.send(other.socket, message)

    def _leave(self, state: _Socket, now: float) -> None:
        if state.is_worker:
            self._dispatcher.unregister(state.name, now)
        elif state.place is not None:
            self._remove(*state.place, "left", now)
        self._dismiss(state.name, "left", NORMAL)

    def _remove(self, room: Room, seat: Seat, reason: LeftReason, now: float) -> None:
        del room.seats[seat.id]
        del self._resumable[seat.resume]
        self._tell_others(room, seat, ParticipantLeft(seat.id, reason))
        if seat.role == "agent":
            self._dispatcher.departed(room, reason, now)
        self._note_empty(room, now)

    def _note_empty(self, room: Room, now: float) -> None:
        """A room without people waits a little for someone, then ends."""
        if room.people():
            return
        self._dispatcher.abandon(room, now)
        if not room.seats:
            self._rooms.pop(room.name, None)
            return
        room.empty_at = now + self._limits.empty_room_s
        self._alarms.set(room.empty_at, ("room", room.name))

    def _wake(self, room: Room, now: float) -> None:
        for seat in list(room.seats.values()):
            if seat.expires_at is not None and seat.expires_at <= now:
                self._remove(room, seat, "lost", now)
        self._dispatcher.wake(room, now)
        agent = room.agent()
        if agent is not None and room.empty_at is not None and room.empty_at <= now:
            socket = agent.socket
            self._remove(room, agent, "left", now)
            if socket is not None:
                self._dismiss(socket, "room-empty", NORMAL)

    def _check_joined(self, state: _Socket, now: float) -> None:
        if not state.has_entered() and state.join_by <= now:
            limit_s = self._limits.join_timeout_s
            self._refuse(state, Error("join-timeout", f"nothing joined within {limit_s:g} s of connecting"))

    def _refuse(self, state: _Socket, error: Error) -> None:
        """End a socket that has not entered."""
        del self._sockets[state.name]
        self._outbox.send(state.name, error)
        self._outbox.close(state.name, POLICY, error.code)

    def _dismiss(self, socket: str, reason: str, code: int) -> None:
        """End a socket from this side; it has no seat any more."""
        self._sockets.pop(socket, None)
        self._outbox.send(socket, Bye(reason))
        self._outbox.close(socket, code, reason)
