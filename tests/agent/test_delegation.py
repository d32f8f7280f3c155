"""agent/delegation.py: the protocol's promises, whatever the order of results, cancels, talk and hang-ups."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.delegation import Delegations
from agent.delegation_state import DelegationLimits, Effect, ShowCard, Start, Stop, Tell
from agent.wire_work import MAX_NOTE_CHARS
from model.types import BackgroundDelta

LIMITS = DelegationLimits(max_active=3, max_kept=4, deadline_s=100, stale_after_s=10, max_result_chars=400)


def told(effects: list[Effect]) -> list[BackgroundDelta]:
    return [effect.delta for effect in effects if isinstance(effect, Tell)]


def spoken(effects: list[Effect]) -> list[str]:
    return [delta.text for delta in told(effects) if delta.kind == "spoken" and delta.text]


def test_work_starts_shows_a_card_and_its_result_is_said_piece_by_piece() -> None:
    machine = Delegations()
    assert machine.delegate("d1", "a chart", "p1", 0)[0] == Start("d1", "a chart")
    assert told(machine.deliver("d1", "Two so far.", "spoken", 1)) == [BackgroundDelta("d1", "Two so far.", False)]
    effects = machine.finish("d1", 2)
    assert told(effects) == [BackgroundDelta("d1", "", True)]
    assert [effect.card.state for effect in effects if isinstance(effect, ShowCard)] == ["done"]


def test_the_same_id_again_starts_nothing() -> None:
    machine = Delegations()
    machine.delegate("d1", "a chart", "p1", 0)
    assert machine.delegate("d1", "another chart", "p1", 1) == []


def test_a_new_session_may_count_its_ids_from_the_start() -> None:
    machine = Delegations()
    machine.begin_session()
    machine.delegate("d1", "a chart", "p1", 0)
    machine.begin_session()
    assert machine.delegate("d1", "a poll", "p1", 1)[0] == Start("d1-1", "a poll")
    assert told(machine.deliver("d1", "The chart is there.", "spoken", 2))[0].id == "d1"
    assert told(machine.deliver("d1-1", "The poll is there.", "spoken", 2))[0].id == "d1"


def test_after_a_cancel_nothing_is_said_and_the_work_is_stopped_once() -> None:
    machine = Delegations()
    machine.delegate("d1", "a chart", "p1", 0)
    effects = machine.cancel("d1", "cancelled by Ada")
    assert effects[0] == Stop("d1") and told(effects)[0].kind == "silent" and told(effects)[0].is_done
    assert machine.deliver("d1", "Here it is.", "spoken", 1) == []
    assert machine.finish("d1", 1) == machine.fail("d1", "broken", 1) == machine.cancel("d1") == []


def test_a_late_result_is_offered_and_said_only_after_a_yes() -> None:
    machine = Delegations(LIMITS)
    machine.delegate("d1", "the weather", "p1", 0)
    machine.utterance()
    machine.utterance()
    assert machine.deliver("d1", "It will rain.", "spoken", 11) == []
    deltas = told(machine.finish("d1", 12))
    assert [delta.kind for delta in deltas if "rain" in delta.text] == ["silent"]
    assert [delta.id for delta in deltas if "the weather" in delta.text] == ["d1.offer"]
    assert spoken(machine.accept(13)) == ["It will rain."]
    assert machine.accept(14) == []


def test_who_silences_it_is_offered_the_rest_of_what_it_was_telling_of() -> None:
    machine = Delegations(LIMITS)
    machine.begin_session()
    for id in ("d1", "d2"):
        machine.delegate(id, f"task of {id}", "p1", 0)
    machine.deliver("d1", "Two so far.", "spoken", 1)
    machine.silence()
    assert machine.deliver("d1", "And a third.", "spoken", 2) == []
    assert spoken(machine.deliver("d2", "Another thing.", "spoken", 2)) == ["Another thing."], "nobody silenced that"
    assert "Say yes" in spoken(machine.finish("d1", 3))[-1]
    assert spoken(machine.accept(4)) == ["And a third."]


def test_a_result_in_a_quiet_room_is_not_stale_however_long_it_took() -> None:
    machine = Delegations(LIMITS)
    machine.delegate("d1", "the weather", "p1", 0)
    machine.utterance()
    assert spoken(machine.deliver("d1", "It will rain.", "spoken", 90)) == ["It will rain."]


def test_an_offer_that_nobody_takes_up_lapses() -> None:
    machine = Delegations(LIMITS)
    machine.delegate("d1", "the weather", "p1", 0)
    machine.utterance()
    machine.utterance()
    machine.deliver("d1", "It will rain.", "spoken", 11)
    machine.finish("d1", 12)
    assert machine.accept(12 + LIMITS.offer_s + 1) == []


def test_over_its_deadline_work_is_stopped_and_said_to_be() -> None:
    machine = Delegations(LIMITS)
    machine.delegate("d1", "the weather", "p1", 5)
    assert machine.next_deadline == 105 and machine.expire(104) == []
    effects = machine.expire(105)
    assert effects[0] == Stop("d1") and len(spoken(effects)) == 1
    assert machine.next_deadline is None


def test_one_more_than_the_bound_is_refused_in_words() -> None:
    machine = Delegations(LIMITS)
    for number in range(LIMITS.max_active):
        machine.delegate(f"d{number}", "work", "p1", 0)
    effects = machine.delegate("d9", "work", "p1", 0)
    assert not any(isinstance(effect, Start) for effect in effects) and len(spoken(effects)) == 1


def test_who_hangs_up_takes_only_their_own_work_along() -> None:
    machine = Delegations()
    machine.delegate("d1", "a chart", "p1", 0)
    machine.delegate("d2", "a poll", "p2", 0)
    assert [effect for effect in machine.cancel_of("p1", "Ada left") if isinstance(effect, Stop)] == [Stop("d1")]
    assert [work.key for work in machine.active] == ["d2"]


def test_a_result_is_cut_at_its_bound() -> None:
    machine = Delegations(LIMITS)
    machine.delegate("d1", "a book", "p1", 0)
    machine.deliver("d1", "x" * 399, "spoken", 1)
    assert told(machine.deliver("d1", "yes", "spoken", 1))[0].text == "\u2026"
    assert machine.deliver("d1", "more", "spoken", 1) == []


def test_a_bad_limit_is_named() -> None:
    with pytest.raises(ValueError, match="deadline_s"):
        DelegationLimits(deadline_s=0)


STEPS = (
    "delegate",
    "deliver",
    "silent",
    "finish",
    "fail",
    "cancel",
    "newest",
    "progress",
    "block",
    "unblock",
    "utterance",
    "silence",
    "accept",
    "leave",
    "session",
    "wait",
)


@dataclass
class Play:
    """Plays random steps on the machine and writes down what it asked for."""

    machine: Delegations = field(default_factory=lambda: Delegations(LIMITS))
    now: float = 0.0
    num_texts: int = 0
    wanted: dict[str, str] = field(default_factory=dict[str, str])  # text to key, given while the work was open
    held: set[str] = field(default_factory=set[str])  # the agent was silenced while it told of these
    ended: Counter[str] = field(default_factory=Counter[str])
    started: Counter[str] = field(default_factory=Counter[str])
    stopped: Counter[str] = field(default_factory=Counter[str])
    said: Counter[str] = field(default_factory=Counter[str])
    known: Counter[str] = field(default_factory=Counter[str])

    def step(self, name: str, key: str) -> None:
        self.now += 1
        work = self.machine.get(key)
        is_open = work is not None and not work.is_final
        text = f"<{self.num_texts}>"
        match name:
            case "delegate":
                effects = self.machine.delegate(key.split("-")[0], "work", "p1", self.now)
            case "deliver" | "silent":
                self.num_texts += 1
                if is_open:
                    self.wanted[text] = key
                kind = "silent" if name == "silent" else "spoken"
                effects = self.machine.deliver(key, text, kind, self.now)
            case "finish":
                effects = self.machine.finish(key, self.now)
            case "fail":
                effects = self.machine.fail(key, "broken", self.now)
            case "cancel":
                effects = self.machine.cancel(key)
            case "newest":
                effects = self.machine.cancel_newest("never mind")
            case "progress":
                effects = self.machine.progress(key, 0.5, "x" * (MAX_NOTE_CHARS + 1))
            case "block":
                effects = self.machine.block(key, "asks")
            case "unblock":
                effects = self.machine.unblock(key)
            case "accept":
                effects = self.machine.accept(self.now)
            case "leave":
                effects = self.machine.cancel_of("p1", "left")
            case _:
                effects = self._passage(name)
        self.note(effects)

    def _passage(self, name: str) -> list[Effect]:
        if name == "utterance":
            self.machine.utterance()
        elif name == "silence":
            self.held |= {work.key for work in self.machine.active if work.told}
            self.machine.silence()
        elif name == "session":
            self.machine.begin_session()
        else:
            self.now += 12
            return self.machine.expire(self.now)
        return []

    def note(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Start(key):
                    self.started[key] += 1
                case Stop(key):
                    self.stopped[key] += 1
                case ShowCard(card):
                    assert self.ended[card.id] == 0, "a final card never changes"
                    self.ended[card.id] += card.state in ("done", "failed", "cancelled")
                case Tell(delta):
                    texts = [part for part in delta.text.split() if part.startswith("<")]
                    (self.said if delta.kind == "spoken" else self.known).update(texts)


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(["d1", "d2", "d3", "d4", "d1-1", "d2-1"]))))
def test_whatever_happens_nothing_is_said_twice_lost_or_run_after_its_end(steps: list[tuple[str, str]]) -> None:
    play = Play()
    for name, key in steps:
        cancelled = {work.key for work in play.machine.all if work.state == "cancelled"}
        before, held = play.said.copy(), play.held.copy()
        play.step(name, key)
        fresh = play.said - before
        assert name == "accept" or all(play.wanted[text] not in held for text in fresh), "blurted after a silence"
        assert all(play.wanted[text] not in cancelled for text in fresh), "said after its cancel"
    for work in play.machine.all:  # before the end: nothing that was wanted is lost
        if work.state in ("done", "failed"):
            texts = [text for text, key in play.wanted.items() if key == work.key]
            assert all(play.said[text] or play.known[text] for text in texts)
    play.note(play.machine.cancel_all("the call ended"))
    assert max(play.said.values(), default=0) <= 1 and max(play.started.values(), default=0) <= 1
    assert max(play.stopped.values(), default=0) <= 1 and set(play.stopped) <= set(play.started)
    assert all(count == 1 for key, count in play.ended.items() if play.started[key])
    assert not play.machine.active and set(play.ended) >= set(play.started)
