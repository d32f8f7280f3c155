"""Rooms for tests: an authority without secrets, sockets that remember, and a clock moved by hand."""

from __future__ import annotations

from itertools import count
from typing import TypeVar, cast, get_args

from signaling import messages as m
from signaling.claims import Claims, TokenRole
from signaling.errors import TokenError
from signaling.room import Close, Output, RoomLimits, Send
from signaling.rooms import Rooms
from signaling.values import IceServer

Kind = TypeVar("Kind")


class CountingAuthority:
    """Implements `signaling.claims.Authority`: a token is its claims written out, ids count up."""

    def __init__(self) -> None:
        self._ids = count(1)
        self.expired: set[str] = set()

    def token(self, room: str, subject: str, role: TokenRole = "participant", guest: bool = False) -> str:
        return f"{room} {role} {subject} {'guest' if guest else 'member'}"

    def verify(self, token: str) -> Claims:
        parts = token.split(" ")
        if token in self.expired or len(parts) != 4 or parts[1] not in get_args(TokenRole):
            raise TokenError("this token is no good")
        room, role, subject, kind = parts
        return Claims(room, cast(TokenRole, role), subject, is_guest=kind == "guest")

    def agent_token(self, room: str, subject: str) -> str:
        return self.token(room, subject, "agent")

    def new_id(self) -> str:
        return f"id-{next(self._ids)}"

    def ice_servers(self, participant: str) -> tuple[IceServer, ...]:
        return (IceServer(("turn:relay.example",), f"0:{participant}", "secret"),)


class Hall:
    """Rooms with sockets that remember what they were sent."""

    def __init__(self, limits: RoomLimits) -> None:
        self.authority = CountingAuthority()
        self.rooms = Rooms(self.authority, limits)
        self.now = 100.0
        self.inbox: dict[str, list[m.ServerMessage]] = {}
        self.closed: dict[str, str] = {}
        self.dropped: set[str] = set()

    def connect(self, socket: str, has_origin: bool = True) -> None:
        self.inbox[socket] = []
        self.apply(self.rooms.connect(socket, has_origin, self.now))

    def say(self, socket: str, message: m.ClientMessage) -> None:
        self.apply(self.rooms.receive(socket, message, self.now))

    def join(self, socket: str, room: str = "r", resume: str | None = None, **claims: str) -> m.Joined:
        self.connect(socket)
        token = self.authority.token(room, claims.get("subject", socket))
        self.say(socket, m.Join(room, token, claims.get("name"), resume))
        return self.last(socket, m.Joined)

    def work(self, socket: str, capacity: int = 1) -> None:
        self.connect(socket, has_origin=False)
        self.say(socket, m.Register(self.authority.token("*", socket, "worker"), capacity))

    def bring_agent(self, worker: str, socket: str) -> m.Joined:
        dispatch = self.last(worker, m.Dispatch)
        self.connect(socket, has_origin=False)
        self.say(socket, m.Join(dispatch.room, dispatch.token))
        return self.last(socket, m.Joined)

    def drop(self, socket: str) -> None:
        self.dropped.add(socket)
        self.apply(self.rooms.disconnect(socket, self.now))

    def wait(self, duration_s: float) -> None:
        """Let time pass as a server would: tick at each deadline on the way."""
        end = self.now + duration_s
        while (deadline := self.rooms.next_deadline()) is not None and deadline <= end:
            self.now = deadline
            self.apply(self.rooms.tick(self.now))
        self.now = end

    def apply(self, outputs: tuple[Output, ...]) -> None:
        for output in outputs:
            match output:
                case Send(socket, message):
                    assert socket not in self.closed, (socket, message)
                    self.inbox[socket].append(message)
                case Close(socket, _, reason):
                    self.closed[socket] = reason
                    self.apply(self.rooms.disconnect(socket, self.now))

    def all(self, socket: str, kind: type[Kind]) -> list[Kind]:
        return [message for message in self.inbox[socket] if isinstance(message, kind)]

    def last(self, socket: str, kind: type[Kind]) -> Kind:
        found = self.all(socket, kind)
        assert found, self.inbox[socket]
        return found[-1]
