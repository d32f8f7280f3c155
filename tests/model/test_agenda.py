"""Whose answer is due first is stepped first, and long work lets them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from model.agenda import MICRO_TURN_S, Agenda, LongWork, deadline

COST_S = 0.02


@dataclass(frozen=True)
class _Step:
    owner: int
    batch: int
    deadline_s: float


def _owed(owner: int, asked_s: float, num_turns: int = 1, batch: int | None = None) -> _Step:
    return _Step(owner, owner if batch is None else batch, deadline(asked_s, num_turns))


def _answered_after(asked: dict[int, float]) -> dict[int, float]:
    """How long each conversation waits, on a device that takes COST_S for each step; its clock is moved by hand."""
    agenda, waiting, waited = Agenda[_Step](), sorted(asked, key=lambda owner: asked[owner]), dict[int, float]()
    now_s = 0.0
    while waiting or len(agenda):
        if not len(agenda):
            now_s = max(now_s, asked[waiting[0]])
        while waiting and asked[waiting[0]] <= now_s:
            agenda.add(_owed(waiting[0], asked[waiting.pop(0)]))
        batch = agenda.next()
        assert isinstance(batch, list)
        now_s += COST_S
        waited |= {step.owner: now_s - asked[step.owner] for step in batch}
    return waited


def test_who_is_late_comes_before_who_asked_earlier() -> None:
    agenda = Agenda[_Step]()
    steps = [_owed(1, 10.0), _owed(2, 10.1, num_turns=3), _owed(3, 9.95)]
    for step in steps:
        agenda.add(step)
    order = [agenda.next() for _ in steps]
    assert order == [[steps[1]], [steps[2]], [steps[0]]]
    assert agenda.next() is None


def test_a_batch_goes_when_the_first_of_it_is_due() -> None:
    agenda = Agenda[_Step]()
    steps = [_owed(1, 10.2, batch=7), _owed(2, 10.1, batch=8), _owed(3, 10.0, batch=7)]
    for step in steps:
        agenda.add(step)
    assert agenda.next() == [steps[0], steps[2]]
    assert agenda.next() == [steps[1]]


def test_conversations_spread_over_the_micro_turn_wait_for_nobody() -> None:
    count = 8  # at once they take 160 of 200 ms
    together = _answered_after(dict.fromkeys(range(count), 0.0))
    spread = _answered_after({owner: owner * MICRO_TURN_S / count for owner in range(count)})
    assert max(together.values()) > 0.99 * count * COST_S
    assert max(spread.values()) < 1.01 * COST_S


def test_long_work_runs_while_nothing_is_due_sooner_and_never_waits_for_ever() -> None:
    agenda, done = Agenda[_Step](), list[int]()

    def pieces() -> Iterator[None]:
        for index in range(3):
            done.append(index)
            yield

    work = LongWork("rebuild", pieces(), 10.5)
    agenda.add_long(work)
    assert agenda.next() is work  # nothing else waits
    next(work.pieces)
    agenda.add(_owed(1, 10.0))
    assert agenda.next() == [_owed(1, 10.0)]
    agenda.add(_owed(1, 10.4))
    assert agenda.next() is work  # due at 10.5, and the step at 10.6
    agenda.done(work)
    assert agenda.next() == [_owed(1, 10.4)] and not len(agenda)


def test_what_waits_for_a_conversation_that_ended_is_forgotten() -> None:
    agenda = Agenda[_Step]()
    agenda.add(_owed(1, 10.0))
    agenda.add(_owed(2, 10.1))
    agenda.add_long(LongWork(1, iter(()), 1.0))
    agenda.drop(1)
    assert agenda.next() == [_owed(2, 10.1)] and not len(agenda)
