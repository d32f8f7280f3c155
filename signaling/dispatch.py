"""Which worker brings an agent to which room. Knows seats and workers, no sockets and no clock."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from signaling.alarms import Alarms
from signaling.claims import Authority
from signaling.messages import AgentStatus, Dispatch, LeftReason, Registered
from signaling.room import Assignment, Outbox, Room, RoomLimits

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Worker:
    socket: str
    capacity: int
    rooms: dict[str, Room] = field(default_factory=dict[str, Room])

    def load(self) -> float:
        return len(self.rooms) / self.capacity


class Dispatcher:
    """Sends the least loaded worker to each room that has people and no agent.

    A worker that declines, or whose agent does not come in time, is not asked again for that room before
    `dispatch_retry_s` have passed.
    """

    def __init__(self, authority: Authority, limits: RoomLimits, outbox: Outbox, alarms: Alarms) -> None:
        self._authority = authority
        self._limits = limits
        self._outbox = outbox
        self._alarms = alarms
        self._workers: dict[str, _Worker] = {}
        self._waiting: dict[str, Room] = {}  # rooms without an agent, longest first
        self.num_dispatches = 0

    @property
    def num_workers(self) -> int:
        return len(self._workers)

    @property
    def num_waiting(self) -> int:
        return len(self._waiting)

    def register(self, socket: str, capacity: int, now: float) -> None:
        """A worker offers to take `capacity` rooms."""
        self._workers[socket] = _Worker(socket, capacity)
        self._outbox.send(socket, Registered())
        self._serve_waiting(now)

    def unregister(self, socket: str, now: float) -> None:
        """A worker is gone: what it had not brought yet goes to others, what it brought gets a short grace."""
        worker = self._workers.pop(socket, None)
        for room in list(worker.rooms.values()) if worker else ():
            assignment, agent = room.assignment, room.agent()
            assert assignment is not None, room.name
            if assignment.due is not None:
                room.assignment = None
                self.seek(room, now)
            elif agent is not None and agent.expires_at is not None:
                agent.expires_at = min(agent.expires_at, now + self._limits.lost_agent_grace_s)
                self._alarms.set(agent.expires_at, ("room", room.name))

    def is_orphan(self, room: Room) -> bool:
        """Whether the worker that brought the room's agent is gone."""
        return room.assignment is not None and room.assignment.worker not in self._workers

    def seek(self, room: Room, now: float) -> None:
        """Send a worker to `room` unless it has an agent, expects one, or has no people."""
        if room.agent() or room.assignment or not room.people():
            return
        worker = self._least_loaded(room.refused_by)
        if worker is None:
            self._wait(room, now)
            return
        self._waiting.pop(room.name, None)
        room.retry_at = None
        due = now + self._limits.dispatch_timeout_s
        room.assignment = Assignment(self._authority.new_id(), worker.socket, due)
        worker.rooms[room.name] = room
        self._alarms.set(due, ("room", room.name))
        self.num_dispatches += 1
        token = self._authority.agent_token(room.name, room.assignment.subject)
        self._outbox.send(worker.socket, Dispatch(room.name, token))
        self._announce(room, AgentStatus("coming"))

    def declined(self, socket: str, room_name: str, reason: str, now: float) -> None:
        """A worker cannot take a room; one that has been taken from it meanwhile is no matter."""
        worker = self._workers.get(socket)
        room = worker.rooms.get(room_name) if worker else None
        if room is None or room.assignment is None or room.assignment.due is None:
            return
        logger.info("worker declined a room: %s", reason)
        room.refused_by.add(socket)
        self._release(room, now)
        self.seek(room, now)

    def wake(self, room: Room, now: float) -> None:
        """Look at the room's deadlines."""
        assignment = room.assignment
        if assignment is not None and assignment.due is not None and assignment.due <= now:
            logger.info("an agent did not come in time")
            room.refused_by.add(assignment.worker)
            self._release(room, now)
            self.seek(room, now)
        if room.retry_at is not None and room.retry_at <= now:
            room.retry_at = None
            room.refused_by.clear()
            self.seek(room, now)

    def arrived(self, room: Room, subject: str, now: float) -> None:
        """The agent `subject` took its seat; whoever else was on the way is no longer expected."""
        if room.assignment is not None and room.assignment.subject == subject:
            room.assignment.due = None
        else:
            self._release(room, now)
        self._waiting.pop(room.name, None)
        room.refused_by.clear()
        room.retry_at = None
        self._announce(room, AgentStatus("here"))

    def departed(self, room: Room, reason: LeftReason, now: float) -> None:
        """The agent's seat is free. One that left on purpose is asked again only when a person joins."""
        left_on_purpose = reason == "left" and not self.is_orphan(room)
        self._release(room, now)
        if left_on_purpose:
            self._announce(room, AgentStatus("unavailable", "the agent left"))
        elif reason != "replaced":  # then the next one is at the door already
            self.seek(room, now)

    def abandon(self, room: Room, now: float) -> None:
        """No people are left: nobody needs to come."""
        self._waiting.pop(room.name, None)
        room.retry_at = None
        if room.agent() is None:
            self._release(room, now)

    def _least_loaded(self, excluded: set[str]) -> _Worker | None:
        free = [
            worker
            for worker in self._workers.values()
            if worker.socket not in excluded and len(worker.rooms) < worker.capacity
        ]
        return min(free, key=_Worker.load, default=None)

    def _wait(self, room: Room, now: float) -> None:
        self._waiting[room.name] = room
        if room.refused_by and room.retry_at is None:
            room.retry_at = now + self._limits.dispatch_retry_s
            self._alarms.set(room.retry_at, ("room", room.name))
        reason = "no agent has room for another call now" if self._workers else "no agent is running"
        self._announce(room, AgentStatus("unavailable", reason))

    def _release(self, room: Room, now: float) -> None:
        """Give the worker its place back, and that place to a room that waits."""
        assignment, room.assignment = room.assignment, None
        worker = self._workers.get(assignment.worker) if assignment else None
        if worker is not None:
            del worker.rooms[room.name]
            self._serve_waiting(now)

    def _serve_waiting(self, now: float) -> None:
        for room in list(self._waiting.values()):
            self.seek(room, now)

    def _announce(self, room: Room, status: AgentStatus) -> None:
        if status == room.status:
            return
        room.status = status
        for seat in room.people():
            if seat.socket is not None:
                self._outbox.send(seat.socket, status)
