"""Whatever order things happen in, the rooms keep their promises."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from signaling import messages as m
from signaling.room import RoomLimits
from tests.signaling.hall import Hall

LIMITS = RoomLimits(max_rooms=2, max_people=2, max_held_messages=2)
ROOMS = ("red", "red", "red", "blue", "green")  # most of it happens in one room
OFFER = m.SessionDescription("offer", "v=0")


class RoomsMachine(RuleBasedStateMachine):
    """Random joins, drops, resumes, relays, workers and waits, seen only through what is sent."""

    sockets = Bundle("sockets")

    def __init__(self) -> None:
        super().__init__()
        self.hall = Hall(LIMITS)
        self.room_of_id: dict[str, str] = {}
        self.room_of_socket: dict[str, str] = {}
        self.num_sockets = 0

    def _connect(self) -> str:
        self.num_sockets += 1
        socket = f"s{self.num_sockets}"
        self.hall.connect(socket)
        return socket

    def _take_note(self, socket: str) -> m.Joined | None:
        joined = self.hall.all(socket, m.Joined)
        assert len(joined) <= 1, joined
        if joined:
            self.room_of_id[joined[0].you.id] = joined[0].room
            self.room_of_socket[socket] = joined[0].room
        return joined[0] if joined else None

    @rule(target=sockets)
    def connect(self) -> str:
        return self._connect()

    @rule(target=sockets, room=st.sampled_from(ROOMS), person=st.integers(0, 3), agent=st.booleans())
    def join(self, room: str, person: int, agent: bool) -> str:
        socket = self._connect()
        token = self.hall.authority.token(room, f"person {person}", "agent" if agent else "participant")
        self.hall.say(socket, m.Join(room, token.replace("person ", "person")))
        assert self._take_note(socket) or self.hall.last(socket, m.Error).code in (
            "room-full",
            "too-many-rooms",
            "duplicate-tab",
        )
        return socket

    @rule(target=sockets, before=sockets)
    def resume(self, before: str) -> object:
        joined = self.hall.all(before, m.Joined)
        if not joined:
            return multiple()
        socket = self._connect()
        self.hall.say(socket, m.Join(joined[0].room, "no token", resume=joined[0].resume))
        again = self._take_note(socket)
        assert (again and again.resumed) or self.hall.last(socket, m.Error).code == "resume-expired"
        return socket

    @rule(target=sockets, capacity=st.integers(0, 2))
    def register(self, capacity: int) -> str:
        socket = self._connect()
        self.hall.say(socket, m.Register(self.hall.authority.token("*", socket, "worker"), capacity))
        return socket

    @rule(target=sockets, socket=sockets)
    def follow_dispatch(self, socket: str) -> object:
        dispatches = self.hall.all(socket, m.Dispatch)
        if not dispatches:
            return multiple()
        agent = self._connect()
        self.hall.say(agent, m.Join(dispatches[-1].room, dispatches[-1].token))
        self._take_note(agent)
        return agent

    @rule(socket=sockets, room=st.sampled_from(ROOMS))
    def decline(self, socket: str, room: str) -> None:
        self.hall.say(socket, m.Declined(room, "busy"))

    @rule(sender=sockets, receiver=sockets)
    def relay(self, sender: str, receiver: str) -> None:
        joined = self.hall.all(receiver, m.Joined)
        target = joined[0].you.id if joined else "nobody"
        self.hall.say(sender, m.DescriptionTo(target, sender, OFFER))

    @rule(socket=sockets, media=st.builds(m.MediaState, st.booleans(), st.booleans(), st.booleans()))
    def change_media(self, socket: str, media: m.MediaState) -> None:
        self.hall.say(socket, m.Media(media))

    @rule(socket=sockets)
    def reject(self, socket: str) -> None:
        self.hall.apply(self.hall.rooms.reject(socket, m.MessageError("bad-message", "no")))

    @rule(socket=sockets)
    def leave(self, socket: str) -> None:
        self.hall.say(socket, m.Leave())

    @rule(socket=sockets)
    def drop(self, socket: str) -> None:
        self.hall.drop(socket)

    @rule(duration_s=st.sampled_from([0.5, 4.0, 6.0, 11.0, 31.0]))
    def wait(self, duration_s: float) -> None:
        self.hall.wait(duration_s)

    @invariant()
    def nobody_hears_of_another_room(self) -> None:
        for socket, inbox in self.hall.inbox.items():
            for message in inbox:
                for id_ in _ids_in(message):
                    assert self.room_of_id[id_] == self.room_of_socket[socket], (socket, message)

    @invariant()
    def everyone_here_agrees_on_who_is_here(self) -> None:
        """Each one ever seen is present or left: all views of a room are the same, and within the limits."""
        views: dict[str, set[frozenset[str]]] = {}
        for socket, room in self.room_of_socket.items():
            if not self._is_open(socket):
                continue
            present = _present(self.hall.inbox[socket])
            views.setdefault(room, set()).add(frozenset(present))
            roles = [participant.role for participant in present.values()]
            assert roles.count("participant") <= LIMITS.max_people, present
            assert roles.count("agent") <= 1, present
            assert len({participant.order for participant in present.values()}) == len(present)
        for room, seen in views.items():
            assert len(seen) == 1, (room, seen)
        assert len(views) <= LIMITS.max_rooms

    @invariant()
    def people_know_where_their_agent_is(self) -> None:
        for socket in filter(self._is_open, self.room_of_socket):
            inbox = self.hall.inbox[socket]
            if self.hall.last(socket, m.Joined).you.role == "participant":
                has_agent = any(seen.role == "agent" for seen in _present(inbox).values())
                assert (self.hall.last(socket, m.AgentStatus).status == "here") == has_agent, inbox

    @invariant()
    def nothing_stays_when_all_are_gone(self) -> None:
        counts = self.hall.rooms.counts()
        assert counts["waiting"] <= counts["rooms"] <= LIMITS.max_rooms
        assert counts["rooms"] <= counts["people"] + counts["agents"] <= 3 * LIMITS.max_rooms

    def teardown(self) -> None:
        for socket in self.hall.inbox:
            self.hall.drop(socket)
        self.hall.wait(120)
        counts = self.hall.rooms.counts()
        assert not any(counts[kind] for kind in ("rooms", "people", "agents", "away", "workers", "waiting")), counts
        assert self.hall.rooms.next_deadline() is None

    def _is_open(self, socket: str) -> bool:
        return socket not in self.hall.closed and socket not in self.hall.dropped


def _present(inbox: list[m.ServerMessage]) -> dict[str, m.Participant]:
    """Who is in the room, in the eyes of one who read all of `inbox`."""
    present: dict[str, m.Participant] = {}
    for message in inbox:
        match message:
            case m.Joined():
                present = {each.id: each for each in (*message.participants, message.you)}
            case m.ParticipantJoined(participant):
                assert participant.id not in present
                present[participant.id] = participant
            case m.ParticipantLeft(id_):
                del present[id_]
            case m.ParticipantUpdated(participant):
                assert participant.id in present
                present[participant.id] = participant
            case _:
                pass
    return present


def _ids_in(message: m.ServerMessage) -> list[str]:
    match message:
        case m.Joined():
            return [message.you.id, *(each.id for each in message.participants)]
        case m.ParticipantJoined(participant) | m.ParticipantUpdated(participant):
            return [participant.id]
        case m.ParticipantLeft(id_):
            return [id_]
        case m.DescriptionFrom(sender) | m.CandidateFrom(sender):
            return [sender]
        case _:
            return []


TestRooms = RoomsMachine.TestCase
TestRooms.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
