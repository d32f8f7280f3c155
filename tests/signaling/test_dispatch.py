"""An agent comes to every room with people as long as a worker can bring one."""

from __future__ import annotations

import pytest

from signaling import messages as m
from signaling.room import RoomLimits
from tests.signaling.hall import Hall


@pytest.fixture
def hall() -> Hall:
    return Hall(RoomLimits())


def test_the_first_person_calls_an_agent_and_sees_it_come(hall: Hall) -> None:
    hall.work("worker")
    hall.join("ada")
    assert hall.last("ada", m.AgentStatus).status == "coming"
    agent = hall.bring_agent("worker", "agent")
    assert agent.you.role == "agent"
    assert hall.last("ada", m.AgentStatus).status == "here"
    assert hall.last("ada", m.ParticipantJoined).participant == agent.you
    hall.join("ben")
    assert hall.last("ben", m.AgentStatus).status == "here"
    assert len(hall.all("worker", m.Dispatch)) == 1


def test_without_a_worker_the_room_is_told_and_served_when_one_comes(hall: Hall) -> None:
    hall.join("ada")
    status = hall.last("ada", m.AgentStatus)
    assert status.status == "unavailable"
    assert status.reason
    hall.work("worker")
    assert hall.last("worker", m.Dispatch).room == "r"
    assert hall.last("ada", m.AgentStatus).status == "coming"


def test_the_least_loaded_worker_is_sent(hall: Hall) -> None:
    hall.work("small", capacity=1)
    hall.work("large", capacity=4)
    for index in range(5):
        hall.join(f"p{index}", room=f"r{index}")
    assert len(hall.all("small", m.Dispatch)) == 1
    assert len(hall.all("large", m.Dispatch)) == 4


def test_a_full_worker_serves_the_waiting_room_when_a_call_ends(hall: Hall) -> None:
    hall.work("worker", capacity=1)
    hall.join("ada", room="first")
    hall.bring_agent("worker", "agent")
    hall.join("ben", room="second")
    assert hall.last("ben", m.AgentStatus).status == "unavailable"
    hall.say("ada", m.Leave())
    hall.say("agent", m.Leave())
    assert hall.last("worker", m.Dispatch).room == "second"
    assert hall.last("ben", m.AgentStatus).status == "coming"


def test_a_declined_room_goes_to_another_worker(hall: Hall) -> None:
    hall.work("full")
    hall.work("free")
    hall.join("ada")
    hall.say("full", m.Declined("r", "no memory"))
    assert hall.last("free", m.Dispatch).room == "r"
    assert hall.last("ada", m.AgentStatus).status == "coming"


def test_a_room_that_all_declined_is_offered_again_later(hall: Hall) -> None:
    hall.work("full")
    hall.join("ada")
    hall.say("full", m.Declined("r", "busy"))
    assert hall.last("ada", m.AgentStatus).status == "unavailable"
    assert len(hall.all("full", m.Dispatch)) == 1
    hall.wait(10)
    assert len(hall.all("full", m.Dispatch)) == 2
    assert hall.last("ada", m.AgentStatus).status == "coming"


def test_declining_a_room_one_was_not_sent_to_changes_nothing(hall: Hall) -> None:
    hall.work("worker")
    hall.join("ada")
    hall.work("other")
    hall.say("other", m.Declined("r", "busy"))
    hall.say("ada", m.Declined("r", "busy"))
    assert hall.last("ada", m.Error).code == "bad-message"
    hall.bring_agent("worker", "agent")
    assert hall.last("ada", m.AgentStatus).status == "here"


def test_an_agent_that_does_not_come_in_time_is_replaced(hall: Hall) -> None:
    hall.work("slow")
    hall.work("quick")
    hall.join("ada")
    hall.wait(15)
    hall.bring_agent("quick", "agent")
    assert hall.last("ada", m.AgentStatus).status == "here"
    late = hall.last("slow", m.Dispatch)
    hall.connect("late", has_origin=False)
    hall.say("late", m.Join("r", late.token))
    assert hall.last("late", m.Error).code == "room-full"


def test_a_lost_worker_is_replaced_before_its_agent_came(hall: Hall) -> None:
    hall.work("first")
    hall.work("second")
    hall.join("ada")
    hall.drop("first")
    assert hall.last("second", m.Dispatch).room == "r"


@pytest.mark.parametrize("order", [("worker", "agent"), ("agent", "worker")])
def test_a_killed_agent_process_is_replaced_within_seconds(hall: Hall, order: tuple[str, str]) -> None:
    hall.work("worker")
    hall.join("ada")
    agent = hall.bring_agent("worker", "agent")
    hall.work("spare")
    for socket in order:
        hall.drop(socket)
    hall.wait(5)
    assert hall.last("ada", m.ParticipantLeft) == m.ParticipantLeft(agent.you.id, "lost")
    hall.bring_agent("spare", "agent 2")
    assert hall.last("ada", m.AgentStatus).status == "here"


def test_an_agent_resumes_its_seat_when_only_its_socket_broke(hall: Hall) -> None:
    hall.work("worker")
    hall.join("ada")
    agent = hall.bring_agent("worker", "agent")
    hall.drop("agent")
    hall.wait(20)
    hall.connect("agent again", has_origin=False)
    hall.say("agent again", m.Join("r", "expired", resume=agent.resume))
    assert hall.last("agent again", m.Joined).resumed
    assert not hall.all("ada", m.ParticipantLeft)
    assert len(hall.all("worker", m.Dispatch)) == 1


def test_an_agent_stays_in_the_call_when_only_its_worker_socket_broke(hall: Hall) -> None:
    hall.work("worker")
    hall.join("ada")
    hall.bring_agent("worker", "agent")
    hall.drop("worker")
    hall.wait(100)
    assert hall.last("ada", m.AgentStatus).status == "here"
    assert "agent" not in hall.closed


def test_an_agent_that_leaves_on_purpose_comes_back_only_with_the_next_person(hall: Hall) -> None:
    hall.work("worker")
    hall.join("ada")
    hall.bring_agent("worker", "agent")
    hall.say("agent", m.Leave())
    assert hall.last("ada", m.AgentStatus) == m.AgentStatus("unavailable", "the agent left")
    hall.wait(100)
    assert len(hall.all("worker", m.Dispatch)) == 1
    hall.join("ben")
    assert len(hall.all("worker", m.Dispatch)) == 2


def test_a_worker_that_drains_hands_its_rooms_over(hall: Hall) -> None:
    hall.work("old")
    hall.join("ada")
    hall.bring_agent("old", "agent")
    hall.work("new")
    hall.say("old", m.Leave())
    assert "agent" not in hall.closed
    hall.say("agent", m.Leave())
    assert hall.last("new", m.Dispatch).room == "r"


def test_an_agent_is_sent_away_from_a_room_nobody_came_back_to(hall: Hall) -> None:
    hall.work("worker")
    hall.join("ada")
    hall.bring_agent("worker", "agent")
    hall.say("ada", m.Leave())
    hall.wait(29)
    assert "agent" not in hall.closed
    hall.wait(1)
    assert hall.last("agent", m.Bye).reason == "room-empty"
    assert hall.rooms.counts()["rooms"] == 0
    hall.join("ben")
    assert len(hall.all("worker", m.Dispatch)) == 2


def test_an_agent_keeps_waiting_when_someone_came_back(hall: Hall) -> None:
    hall.work("worker")
    hall.join("ada")
    hall.bring_agent("worker", "agent")
    hall.say("ada", m.Leave())
    hall.wait(20)
    hall.join("ben")
    hall.wait(100)
    assert "agent" not in hall.closed


def test_an_agent_nobody_sent_may_join_and_spares_the_dispatch(hall: Hall) -> None:
    hall.work("worker", capacity=1)
    hall.join("ada")
    hall.connect("own agent", has_origin=False)
    hall.say("own agent", m.Join("r", hall.authority.token("r", "own", "agent")))
    assert hall.last("ada", m.AgentStatus).status == "here"
    hall.join("ben", room="other")
    assert hall.last("worker", m.Dispatch).room == "other"


def test_registering_needs_a_workers_token(hall: Hall) -> None:
    hall.connect("impostor", has_origin=False)
    hall.say("impostor", m.Register(hall.authority.token("r", "impostor"), 1))
    assert hall.last("impostor", m.Error).code == "bad-token"
    assert "impostor" in hall.closed


def test_a_worker_without_capacity_is_never_sent(hall: Hall) -> None:
    hall.work("idle", capacity=0)
    hall.join("ada")
    assert not hall.all("idle", m.Dispatch)
    assert hall.last("ada", m.AgentStatus).status == "unavailable"
