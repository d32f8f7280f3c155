"""The delegation protocol: what may happen to delegated work, in which order, and what the engine is told of it.

A pure state machine: events in, effects out; no I/O, no task, no clock. It promises, whatever the order of events:
a delegation starts once and is final once; its text is given to be said at most once, and never after a cancel;
a text that came while the work was wanted is never lost; what comes late, or after the agent was silenced while it
told of it, is offered instead of said.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Literal

from agent.delegation_state import Delegation, DelegationLimits, Effect, ShowCard, Start, Stop, Tell
from agent.wire_work import MAX_NOTE_CHARS, MAX_TITLE_CHARS, JobState
from model.types import BackgroundDelta

CUT = "\u2026"
TOO_MANY = "I have too much to do at once already. Ask me again in a moment."
OVERDUE = "That took too long, so I gave it up."
OFFER = 'I have an answer about "{task}". Say yes if you want it.'


class Delegations:
    """All delegations of one conversation."""

    def __init__(self, limits: DelegationLimits | None = None) -> None:
        self._limits = limits or DelegationLimits()
        self._all: OrderedDict[str, Delegation] = OrderedDict()  # by key, oldest first
        self._session = -1  # none has held the conversation yet
        self._utterances = 0

    @property
    def active(self) -> list[Delegation]:
        """What is still worked on, oldest first."""
        return [each for each in self._all.values() if not each.is_final]

    @property
    def all(self) -> list[Delegation]:
        """What is worked on and what lately ended, oldest first."""
        return list(self._all.values())

    def get(self, key: str) -> Delegation | None:
        return self._all.get(key)

    def begin_session(self) -> None:
        """Another engine session holds the conversation: it counts its ids from the start again."""
        self._session += 1

    def key_of(self, engine_id: str) -> str:
        """The key of a delegation that the present session named."""
        return engine_id if self._session <= 0 else f"{engine_id}-{self._session}"

    def delegate(self, engine_id: str, task: str, who: str, now: float) -> list[Effect]:
        """The engine hands over work. The same id again changes nothing."""
        key = self.key_of(engine_id)
        if key in self._all:
            return []
        if len(self.active) >= self._limits.max_active:
            return [Tell(BackgroundDelta(engine_id, TOO_MANY, True))]
        title = task.strip()[:MAX_TITLE_CHARS] or "a task"
        deadline = now + self._limits.deadline_s
        made = Delegation(key, engine_id, self._session, title, who, now, deadline, self._utterances)
        self._all[key] = made
        self._forget()
        return [Start(key, task), ShowCard(made.card)]

    def progress(self, key: str, progress: float | None, note: str) -> list[Effect]:
        """How far the work is, for the card."""
        work = self._open(key)
        if work is None:
            return []
        work.progress = None if progress is None else min(1.0, max(0.0, progress))
        work.note = note[:MAX_NOTE_CHARS]
        return [ShowCard(work.card)]

    def block(self, key: str, why: str) -> list[Effect]:
        """The work waits for a person."""
        return self._move(key, "running", "blocked", why)

    def unblock(self, key: str) -> list[Effect]:
        """The person answered."""
        return self._move(key, "blocked", "running", "")

    def deliver(self, key: str, text: str, kind: Literal["spoken", "silent"], now: float) -> list[Effect]:
        """A piece of the result. Stale ones are kept back until the work ends, and then offered."""
        work = self._open(key)
        room = self._limits.max_result_chars - work.num_chars if work else 0
        if work is None or not text.strip() or room <= 0:
            return []
        if len(text) > room:
            text = text[: room - 1] + CUT
        work.num_chars += len(text)
        if kind == "silent":
            work.silent.append(text)
            return [Tell(BackgroundDelta(self._told_id(work), text, False, "silent"))]
        if self._is_stale(work, now):
            work.kept.append(text)
            return []
        work.told.append(text)
        return [Tell(BackgroundDelta(self._told_id(work), text, False))]

    def finish(self, key: str, now: float) -> list[Effect]:
        """The work is done."""
        work = self._open(key)
        if work is None:
            return []
        work.state, work.progress, work.note = "done", 1.0, ""
        return [ShowCard(work.card), *self._tell_end(work, now)]

    def fail(self, key: str, words: str, now: float) -> list[Effect]:
        """The work cannot go on; `words` say so, for the card and to be said."""
        work = self._open(key)
        if work is None:
            return []
        work.state, work.note = "failed", words[:MAX_NOTE_CHARS]
        effects: list[Effect] = [ShowCard(work.card)]
        if self._is_stale(work, now):
            work.kept.append(words)
        else:
            work.told.append(words)
            effects.append(Tell(BackgroundDelta(self._told_id(work), words, False)))
        return effects + self._tell_end(work, now)

    def cancel(self, key: str, why: str = "cancelled") -> list[Effect]:
        """Somebody does not want it any more: its work stops, nothing more of it is said."""
        work = self._all.get(key)
        if work is None:
            return []
        if work.is_final:
            work.offered_until = None  # an offer can be declined too
            return []
        work.state, work.note = "cancelled", why[:MAX_NOTE_CHARS]
        work.kept.clear()
        silent = BackgroundDelta(self._told_id(work), f"({why})", True, "silent")
        return [Stop(key), ShowCard(work.card), Tell(silent)]

    def cancel_newest(self, why: str) -> list[Effect]:
        """By voice, where nobody names an id: what was asked for last."""
        active = self.active
        return self.cancel(active[-1].key, why) if active else []

    def cancel_of(self, who: str, why: str) -> list[Effect]:
        """Somebody hung up."""
        return [effect for work in self.active if work.who == who for effect in self.cancel(work.key, why)]

    def cancel_all(self, why: str) -> list[Effect]:
        """The conversation ends."""
        return [effect for work in self.active for effect in self.cancel(work.key, why)]

    def utterance(self) -> None:
        """Somebody said something whole: the talk moves on."""
        self._utterances += 1

    def silence(self) -> None:
        """Somebody silenced the agent: what it was telling of does not go on by itself, it is offered at its end."""
        for work in self.active:
            work.is_held = work.is_held or bool(work.told)

    def accept(self, now: float) -> list[Effect]:
        """Somebody said yes: the result that was offered last is said now."""
        for work in reversed(self._all.values()):
            if work.offered_until is not None and now <= work.offered_until:
                work.offered_until = None
                work.told += work.kept
                text, work.kept = " ".join(work.kept), []
                return [Tell(BackgroundDelta(f"{self._told_id(work)}.taken", text, True))]
        return []

    @property
    def has_offer(self) -> bool:
        """Whether a "yes" could mean an offered result."""
        return any(work.offered_until is not None for work in self._all.values())

    def expire(self, now: float) -> list[Effect]:
        """Give up what is over its deadline; call it at `next_deadline`."""
        effects: list[Effect] = []
        for work in self.active:
            if now >= work.deadline:
                effects += [Stop(work.key), *self.fail(work.key, OVERDUE, now)]
        for work in self._all.values():
            if work.offered_until is not None and now > work.offered_until:
                work.offered_until = None
        return effects

    @property
    def next_deadline(self) -> float | None:
        return min((work.deadline for work in self.active), default=None)

    def _open(self, key: str) -> Delegation | None:
        work = self._all.get(key)
        return None if work is None or work.is_final else work

    def _move(self, key: str, before: JobState, after: JobState, note: str) -> list[Effect]:
        work = self._open(key)
        if work is None or work.state != before:
            return []
        work.state, work.note = after, note[:MAX_NOTE_CHARS]
        return [ShowCard(work.card)]

    def _told_id(self, work: Delegation) -> str:
        """The engine's own id while its session lives; a later session must not take it for one of its own."""
        return work.engine_id if work.session == self._session else work.key

    def _is_stale(self, work: Delegation, now: float) -> bool:
        is_late = now - work.asked_at > self._limits.stale_after_s
        is_past = self._utterances - work.utterances_at >= self._limits.stale_after_utterances
        return work.is_held or (is_late and is_past)

    def _tell_end(self, work: Delegation, now: float) -> list[Effect]:
        id = self._told_id(work)
        end = Tell(BackgroundDelta(id, "", True, "spoken" if work.told or work.kept else "silent"))
        if not work.kept:
            return [end]
        work.offered_until = now + self._limits.offer_s
        known = Tell(BackgroundDelta(id, " ".join(work.kept), False, "silent"))
        return [known, end, Tell(BackgroundDelta(f"{id}.offer", OFFER.format(task=work.task), True))]

    def _forget(self) -> None:
        final = [key for key, work in self._all.items() if work.is_final]
        for key in final[: max(0, len(final) - self._limits.max_kept)]:
            del self._all[key]
