"""What a room does with each message, by a clock moved by hand."""

from __future__ import annotations

import pytest

from signaling import messages as m
from signaling.room import RoomLimits
from tests.signaling.hall import Hall

OFFER = m.SessionDescription("offer", "v=0")


@pytest.fixture
def hall() -> Hall:
    return Hall(RoomLimits(max_rooms=3))


def test_who_joins_sees_the_others_and_is_seen_by_them(hall: Hall) -> None:
    ada = hall.join("ada", name="Ada").you
    ben = hall.join("ben")
    assert ben.participants == (ada,)
    assert hall.last("ada", m.ParticipantJoined).participant == ben.you
    assert ben.you.order > ada.order
    assert ben.ice_servers[0].username == f"0:{ben.you.id}"


def test_a_description_and_a_candidate_reach_only_the_one_they_are_for(hall: Hall) -> None:
    ada, ben, _ = hall.join("ada"), hall.join("ben"), hall.join("cleo")
    hall.say("ada", m.DescriptionTo(ben.you.id, "c1", OFFER))
    hall.say("ada", m.CandidateTo(ben.you.id, "c1", None))
    assert hall.last("ben", m.DescriptionFrom) == m.DescriptionFrom(ada.you.id, "c1", OFFER)
    assert hall.last("ben", m.CandidateFrom) == m.CandidateFrom(ada.you.id, "c1", None)
    assert not hall.all("cleo", m.DescriptionFrom)
    assert not hall.all("ada", m.DescriptionFrom)


def test_nobody_reaches_into_another_room(hall: Hall) -> None:
    hall.join("ada")
    zoe = hall.join("zoe", room="other")
    hall.say("ada", m.DescriptionTo(zoe.you.id, "c1", OFFER))
    assert hall.last("ada", m.Error).code == "unknown-participant"
    assert not hall.all("zoe", m.DescriptionFrom)


def test_what_one_sends_is_told_to_the_others_and_to_who_comes_later(hall: Hall) -> None:
    hall.join("ada")
    hall.join("ben")
    hall.say("ada", m.Media(m.MediaState(microphone=True)))
    assert hall.last("ben", m.ParticipantUpdated).participant.media.microphone
    assert hall.join("cleo").participants[0].media.microphone


def test_the_seventh_person_is_refused_and_the_room_lives_on(hall: Hall) -> None:
    for index in range(6):
        hall.join(f"p{index}")
    hall.connect("p6")
    hall.say("p6", m.Join("r", hall.authority.token("r", "p6")))
    assert hall.last("p6", m.Error).code == "room-full"
    assert "p6" in hall.closed
    hall.say("p0", m.Leave())
    assert len(hall.join("p7").participants) == 5


def test_one_room_too_many_is_refused_with_a_hint_when_to_retry(hall: Hall) -> None:
    for index in range(3):
        hall.join(f"p{index}", room=f"r{index}")
    hall.connect("p3")
    hall.say("p3", m.Join("r3", hall.authority.token("r3", "p3")))
    error = hall.last("p3", m.Error)
    assert error.code == "too-many-rooms"
    assert error.retry_after_s


@pytest.mark.parametrize("token", ["", "r worker ada member", "other participant ada member"])
def test_a_token_that_does_not_fit_is_refused(hall: Hall, token: str) -> None:
    hall.connect("ada")
    hall.say("ada", m.Join("r", token))
    assert hall.last("ada", m.Error).code == "bad-token"
    assert "ada" in hall.closed


def test_a_guest_token_is_refused_from_what_is_no_page(hall: Hall) -> None:
    token = hall.authority.token("r", "ada", guest=True)
    hall.connect("script", has_origin=False)
    hall.say("script", m.Join("r", token))
    assert hall.last("script", m.Error).code == "bad-token"
    hall.connect("page", has_origin=True)
    hall.say("page", m.Join("r", token))
    assert hall.last("page", m.Joined)


def test_an_early_message_is_answered_and_joining_still_works(hall: Hall) -> None:
    hall.connect("ada")
    hall.say("ada", m.Media(m.MediaState()))
    assert hall.last("ada", m.Error).code == "not-joined"
    hall.say("ada", m.Join("r", hall.authority.token("r", "ada")))
    assert hall.last("ada", m.Joined)
    hall.say("ada", m.Join("r", hall.authority.token("r", "ada")))
    assert hall.last("ada", m.Error).code == "already-joined"
    assert "ada" not in hall.closed


def test_a_late_message_after_leaving_is_ignored(hall: Hall) -> None:
    ada, _ = hall.join("ada"), hall.join("ben")
    hall.say("ada", m.Leave())
    hall.say("ada", m.Media(m.MediaState(camera=True)))
    assert hall.last("ben", m.ParticipantLeft) == m.ParticipantLeft(ada.you.id, "left")
    assert not hall.all("ben", m.ParticipantUpdated)


def test_a_socket_that_does_not_join_in_time_is_closed(hall: Hall) -> None:
    hall.connect("slow")
    hall.wait(9.9)
    assert "slow" not in hall.closed
    hall.wait(0.2)
    assert hall.last("slow", m.Error).code == "join-timeout"
    assert "slow" in hall.closed


def test_a_joined_socket_outlives_the_join_timeout(hall: Hall) -> None:
    hall.join("ada")
    hall.wait(1000)
    assert "ada" not in hall.closed


def test_bad_messages_are_answered_and_the_eighth_closes_the_socket_but_not_the_seat(hall: Hall) -> None:
    ada, _ = hall.join("ada"), hall.join("ben")
    for _ in range(7):
        hall.apply(hall.rooms.reject("ada", m.MessageError("bad-message", "no")))
    assert "ada" not in hall.closed
    hall.apply(hall.rooms.reject("ada", m.MessageError("bad-message", "no")))
    assert len(hall.all("ada", m.Error)) == 8
    assert "ada" in hall.closed
    assert not hall.all("ben", m.ParticipantLeft)
    assert hall.join("ada again", resume=ada.resume).you.id == ada.you.id


def test_a_lost_socket_resumes_the_same_seat_and_nobody_else_notices(hall: Hall) -> None:
    ada, ben = hall.join("ada"), hall.join("ben")
    seen = list(hall.inbox["ben"])
    hall.drop("ada")
    hall.say("ben", m.DescriptionTo(ada.you.id, "c1", OFFER))
    hall.wait(29)
    back = hall.join("ada again", resume=ada.resume)
    assert back.resumed
    assert back.you == ada.you
    assert hall.last("ada again", m.DescriptionFrom) == m.DescriptionFrom(ben.you.id, "c1", OFFER)
    assert hall.inbox["ben"] == seen
    hall.wait(1000)
    assert not hall.all("ben", m.ParticipantLeft)


def test_a_resume_needs_no_fresh_join_token(hall: Hall) -> None:
    ada = hall.join("ada")
    hall.drop("ada")
    hall.authority.expired.add(hall.authority.token("r", "ada again"))
    assert hall.join("ada again", resume=ada.resume).resumed


def test_who_does_not_come_back_is_lost_after_the_grace(hall: Hall) -> None:
    ada, _ = hall.join("ada"), hall.join("ben")
    hall.drop("ada")
    hall.wait(30)
    assert hall.last("ben", m.ParticipantLeft) == m.ParticipantLeft(ada.you.id, "lost")


def test_a_resume_after_the_grace_joins_afresh_with_a_good_token_only(hall: Hall) -> None:
    ada, _ = hall.join("ada"), hall.join("ben")
    hall.drop("ada")
    hall.wait(31)
    hall.connect("late")
    hall.say("late", m.Join("r", "expired", resume=ada.resume))
    assert hall.last("late", m.Error).code == "resume-expired"
    again = hall.join("again", resume=ada.resume)
    assert not again.resumed
    assert again.you.id != ada.you.id


def test_a_resume_token_of_another_room_opens_nothing(hall: Hall) -> None:
    ada = hall.join("ada")
    hall.connect("spy")
    hall.say("spy", m.Join("other", "nothing", resume=ada.resume))
    assert hall.last("spy", m.Error).code == "resume-expired"
    assert "ada" not in hall.closed


def test_a_resuming_socket_replaces_the_open_one(hall: Hall) -> None:
    ada, _ = hall.join("ada"), hall.join("ben")
    assert hall.join("other tab", resume=ada.resume).you.id == ada.you.id
    assert hall.last("ada", m.Bye).reason == "replaced"
    hall.wait(1000)
    assert not hall.all("ben", m.ParticipantLeft)


def test_the_same_person_in_a_second_tab_is_told_so(hall: Hall) -> None:
    hall.join("first", subject="ada")
    hall.connect("second")
    hall.say("second", m.Join("r", hall.authority.token("r", "ada")))
    assert hall.last("second", m.Error).code == "duplicate-tab"
    assert "first" not in hall.closed


def test_a_newer_self_takes_the_place_of_one_that_is_away(hall: Hall) -> None:
    old, _ = hall.join("first", subject="ada"), hall.join("ben")
    hall.drop("first")
    hall.join("second", subject="ada")
    assert hall.last("ben", m.ParticipantLeft) == m.ParticipantLeft(old.you.id, "replaced")


def test_messages_for_one_who_is_away_are_bounded_and_the_oldest_dropped() -> None:
    hall = Hall(RoomLimits(max_held_messages=3))
    ada, _ = hall.join("ada"), hall.join("ben")
    hall.drop("ada")
    for index in range(5):
        hall.say("ben", m.CandidateTo(ada.you.id, f"c{index}", None))
    hall.join("ada again", resume=ada.resume)
    assert [held.connection for held in hall.all("ada again", m.CandidateFrom)] == ["c2", "c3", "c4"]
    assert hall.rooms.counts()["held_dropped_total"] == 2


def test_closing_says_goodbye_to_everyone(hall: Hall) -> None:
    hall.join("ada")
    hall.work("worker")
    hall.connect("silent")
    hall.apply(hall.rooms.close("shutdown"))
    for socket in ("ada", "worker", "silent"):
        assert hall.last(socket, m.Bye).reason == "shutdown"
        assert socket in hall.closed


def test_a_room_that_everybody_left_is_forgotten(hall: Hall) -> None:
    hall.join("ada")
    hall.say("ada", m.Leave())
    hall.join("ben", room="other")
    hall.drop("ben")
    hall.wait(31)
    assert hall.rooms.counts()["rooms"] == 0
    hall.wait(1000)
    assert hall.rooms.next_deadline() is None
