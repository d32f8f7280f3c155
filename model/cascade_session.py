"""One conversation of the cascade: what is heard becomes trials, a trial becomes the answer, the answer sounds.

A step reads what the organs' threads have ready and never waits for them. While a person's pause may still be only
a pause, the answer is already made on trial, and dropped when the person goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from model.cascade_answer import Answer, AnswerPlan, Organs
from model.cascade_delegation import Tidings, agrees, needs_work, takes_back
from model.cascade_ear import Ear
from model.cascade_speech import Speech
from model.cascade_turns import TurnEvent, is_backchannel, looks_unfinished
from model.conversation import Conversation, asked
from model.hibari import MAX_PACE, MIN_PACE
from model.types import (
    Action,
    BackgroundDelta,
    CapacityError,
    Delegate,
    Event,
    Heard,
    Hush,
    InputError,
    Mark,
    MicroTurnIn,
    MicroTurnOut,
    Pcm,
    SettingsChanged,
    Silenced,
    SpokenPiece,
    ToolResult,
    Transcript,
    TypedText,
    UiAction,
)

logger = logging.getLogger(__name__)

PATIENCE_MICRO_TURNS = 7  # without a word from the background; then the agent says that it takes a moment
AUDIBLE_FOR_MICRO_TURNS = 2  # after its last sound the agent still counts as heard: playout takes time
RETELL_TIME_AFTER = timedelta(minutes=1)
RETELL_MAX_CHARS = 1200  # a longer conversation is not read again only to know the time


@dataclass(frozen=True, slots=True)
class Seat:
    """What the engine lends to a session."""

    slot: int  # of the language model's KV cache
    language: str
    now: Callable[[], datetime]
    give_back: Callable[[], None]
    has_background: bool = False  # somebody takes delegations
    can_look_up: bool = False  # … and has tools that look things up


class CascadeSession:
    """`Session` of model/types.py."""

    def __init__(self, organs: Organs, ear: Ear, conversation: Conversation, seat: Seat) -> None:
        self._organs = organs
        self._ear = ear
        self._conversation = conversation
        self._seat = seat
        self._speech = Speech()
        self._pace = 1.0
        self._parts: list[Future[Transcript]] = []  # of a long utterance, recognised already
        self._trial: Answer | None = None  # to the utterance so far
        self._is_trial_told = False
        self._whole: Answer | None = None  # to an utterance that ended, until its words are known
        self._answer: Answer | None = None  # being thought or spoken
        self._probe: Future[Transcript] | None = None  # what someone says over the agent
        self._silent_for = AUDIBLE_FOR_MICRO_TURNS  # micro-turns since the agent's last sound
        self._is_working = False
        self._actions: list[Action] = []
        self._told_at = seat.now()
        self._is_closed = False
        self._can_look_up = seat.can_look_up
        self._tidings = Tidings()
        self._num_delegated = 0
        self._asked_for = 0  # micro-turns since work was handed over and nothing came back
        self._is_offering = False

    @property
    def conversation(self) -> Conversation:
        """What was said so far, as the language model knows it."""
        return self._conversation

    @property
    def _is_audible(self) -> bool:
        return self._silent_for < AUDIBLE_FOR_MICRO_TURNS

    def greet(self, text: str, spoken: SpokenPiece) -> None:
        """Let the greeting sound from the first micro-turn on."""
        self._answer = Answer(self._organs, self._plan())
        self._answer.have(text, spoken)

    def read_ahead(self) -> None:
        """Let the language model read the conversation so far while nobody waits for it."""
        messages = asked(self._conversation.messages(), "Hi")
        try:
            self._organs.language_model.submit(
                messages, self._seat.slot, _ignore, lambda: self._is_closed, max_tokens=1
            )
        except CapacityError:
            logger.info("language model busy, conversation not read ahead")

    async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        """Take micro-turns, oldest first; answer for the last. Raises InputError after `close` or without any."""
        if self._is_closed or not heard:
            raise InputError("step: the session is closed" if self._is_closed else "step: no micro-turn")
        self._actions = []
        for turn in heard:
            for event in turn.events:
                self._on_event(event)
            for change in self._ear.hear(turn, self._is_audible or self._answer is not None):
                self._on_turn(change)
            if self._ear.is_full:
                self._attempt(self._recognise_part)
        self._look()
        self._tell()
        pcm, text = self._sound()
        return MicroTurnOut(heard[-1].index, pcm, text, tuple(self._actions))

    async def close(self) -> None:
        """Cancel all work and give the slot back. Safe to call twice."""
        if not self._is_closed:
            self._is_closed = True
            for answer in (self._trial, self._whole, self._answer):
                if answer is not None:
                    answer.cancel()
            self._seat.give_back()

    def _on_event(self, event: Event) -> None:
        match event:
            case TypedText():
                self._cut()
                answer = Answer(self._organs, self._plan())  # made before the text is in the conversation
                self._conversation.add_user(event.text)
                if not self._hand_over(event.text):
                    self._attempt(lambda: answer.think(event.text))
                    self._take_up(answer)
            case BackgroundDelta() | ToolResult():
                if known := self._tidings.put(event):
                    self._conversation.add_user(f"({known})")
            case UiAction(who, _, value):
                self._conversation.add_user(f"({who} {value})")
            case SettingsChanged(key="lookup"):
                self._can_look_up = event.value == "yes"
            case Silenced():
                self._cut()
            case SettingsChanged(key="pace"):
                self._pace = min(max(_number(event.value, self._pace), MIN_PACE), MAX_PACE)
            case _:
                logger.debug("the cascade does nothing with %s", type(event).__name__)

    def _on_turn(self, change: TurnEvent) -> None:
        match change:
            case TurnEvent.STARTED:
                logger.debug("someone speaks")
            case TurnEvent.PAUSED:
                self._begin_trial()
            case TurnEvent.RESUMED:
                self._drop_trial()
            case TurnEvent.ENDED:
                self._ear.take_utterance()
                self._whole, self._trial = self._trial, None
            case TurnEvent.CHALLENGED if self._is_audible:
                self._attempt(self._ask_probe)
            case TurnEvent.CHALLENGED | TurnEvent.INTERRUPTED:
                self._give_way()

    def _begin_trial(self) -> None:
        if self._whole is not None:  # spoke on before it was known what was said: one utterance after all
            self._whole.cancel()
            self._parts += [self._whole.words] if self._whole.words is not None else []
            self._whole = None
        is_over_agent = self._answer is not None
        trial = Answer(self._organs, self._plan(is_over_agent))
        self._trial, self._is_trial_told = trial, False
        self._attempt(lambda: trial.hear(self._ear.utterance()))

    def _drop_trial(self) -> None:
        if self._trial is not None:
            self._trial.cancel()
            self._trial = None

    def _ask_probe(self) -> None:
        self._probe = self._organs.recogniser.submit(self._ear.utterance(), self._seat.language)

    def _recognise_part(self) -> None:
        part = self._ear.take_utterance()
        self._parts.append(self._organs.recogniser.submit(part, self._seat.language))

    def _plan(self, is_over_agent: bool = False) -> AnswerPlan:
        said = self._speech.sounded if is_over_agent else ""
        before = self._conversation.messages(said)
        parts = list(self._parts)
        return AnswerPlan(
            slot=self._seat.slot,
            language=self._seat.language,
            pace=self._pace,
            messages=lambda text: asked(before, _joined(parts, text)),
            wants_answer=lambda text: (
                not (is_over_agent and is_backchannel(text)) and not self._is_for_background(_joined(parts, text))
            ),
        )

    def _look(self) -> None:
        """Take up what the organs have ready."""
        if self._probe is not None and self._probe.done():
            probe, self._probe = self._probe, None
            is_known = not probe.cancelled() and probe.exception() is None
            if is_known and probe.result().text and not is_backchannel(probe.result().text):
                self._give_way()
        if self._trial is not None and self._trial.transcript is not None and not self._is_trial_told:
            text = _joined(self._parts, self._trial.transcript.text)
            self._is_trial_told = True
            self._ear.expect_more(looks_unfinished(text))
            if text:
                self._actions.append(Heard(text, is_final=False))
        if self._whole is not None and (self._whole.transcript is not None or self._whole.is_finished):
            whole, self._whole = self._whole, None
            self._settle(whole)

    def _settle(self, whole: Answer) -> None:
        """The utterance is whole and its words are known: answer it, or let it pass."""
        text = _joined(self._parts, whole.transcript.text if whole.transcript is not None else "")
        self._parts = []
        if whole.failure is not None:
            logger.error("an utterance could not be recognised", exc_info=whole.failure)
        if not text:
            whole.cancel()
            return
        self._actions.append(Heard(text))
        if self._answer is not None and is_backchannel(text):
            whole.cancel()
            return
        self._cut()
        self._conversation.add_user(text)
        if self._hand_over(text):
            whole.cancel()
        else:
            self._take_up(whole)

    def _is_for_background(self, text: str) -> bool:
        if not self._seat.has_background:
            return False
        is_reply = (self._is_offering and agrees(text)) or (self._tidings.has_pending and takes_back(text))
        return is_reply or needs_work(text, self._can_look_up)

    def _hand_over(self, text: str) -> bool:
        """Leave what somebody said to the background, where it belongs there; whether it does."""
        if not self._is_for_background(text):
            self._is_offering = False
            return False
        if self._is_offering and agrees(text):
            self._is_offering = False  # what was offered comes by itself
        elif self._tidings.has_pending and takes_back(text):
            self._say("Okay.")
        else:
            self._num_delegated += 1
            self._actions.append(Delegate(f"d{self._num_delegated}", text))
            self._tidings.expect(f"d{self._num_delegated}")
            self._asked_for = 1
        return True

    def _say(self, text: str) -> None:
        answer = Answer(self._organs, self._plan())
        answer.say(text)
        self._answer = answer

    def _tell(self) -> None:
        """Say what came from the background when nobody speaks; that it takes a moment, when nothing comes."""
        if self._asked_for:
            self._asked_for += 1
        is_free = self._answer is None and self._trial is None and self._whole is None
        if not is_free or self._ear.is_hearing_someone or self._is_audible:
            return
        if len(self._tidings):
            text, self._is_offering = self._tidings.take()
            self._asked_for = 0
            self._say(text)
        elif self._asked_for > PATIENCE_MICRO_TURNS:
            self._asked_for = 0
            if self._tidings.has_pending:
                self._say("One moment.")

    def _take_up(self, answer: Answer) -> None:
        self._answer = answer
        self._is_working = True
        self._actions.append(Mark("working"))

    def _give_way(self) -> None:
        """Stop for a person who goes on speaking; the model reads what changed in the meantime."""
        if self._answer is not None:
            self._cut()
            self.read_ahead()

    def _cut(self) -> None:
        """Stop speech and work; only what sounded stays in the conversation."""
        if self._answer is None:
            return
        self._answer.cancel()
        if self._is_audible:
            self._actions.append(Hush())
        self._conversation.add_agent(self._speech.sounded, was_cut=True)
        self._speech.clear()
        self._silent_for = AUDIBLE_FOR_MICRO_TURNS
        self._end_answer()

    def _sound(self) -> tuple[Pcm | None, str]:
        answer = self._answer
        is_finished = answer is not None and answer.is_finished  # read before `take`: nothing comes after it
        if answer is not None:
            for piece in answer.take():
                self._speech.append(piece)
        pcm, text = self._speech.take()
        self._silent_for = 0 if pcm is not None else self._silent_for + 1
        if pcm is not None:
            self._stop_working()
        if answer is not None and is_finished and self._speech.is_empty and not self._is_audible:
            if answer.failure is not None:
                logger.error("an answer failed", exc_info=answer.failure)
            self._conversation.add_agent(answer.text if answer.failure is None else self._speech.sounded)
            self._speech.clear()
            self._end_answer()
            self._retell_time()
            self.read_ahead()
        return pcm, text

    def _end_answer(self) -> None:
        self._answer = None
        self._stop_working()

    def _stop_working(self) -> None:
        if self._is_working:
            self._is_working = False
            self._actions.append(Mark("idle"))

    def _retell_time(self) -> None:
        now = self._seat.now()
        if now - self._told_at >= RETELL_TIME_AFTER and self._conversation.num_chars <= RETELL_MAX_CHARS:
            self._told_at = now
            self._conversation.tell_time(now)

    def _attempt(self, work: Callable[[], None]) -> None:
        """Hand work to an organ; when it has too much to do the conversation goes on without."""
        try:
            work()
        except CapacityError as error:
            logger.warning("organ overloaded: %s", error)


def _joined(parts: list[Future[Transcript]], text: str) -> str:
    """Words of a long utterance's parts and of its end; the recogniser has done the parts before."""
    known = [p.result().text for p in parts if p.done() and not p.cancelled() and p.exception() is None]
    return " ".join([*known, text]).strip()


def _number(text: str, otherwise: float) -> float:
    try:
        return float(text)
    except ValueError:
        return otherwise


def _ignore(_: str) -> None:
    """Text that nobody waits for."""
