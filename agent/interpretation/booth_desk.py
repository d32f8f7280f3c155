"""Human interpreters in a call: what their pages ask for, and whose voice goes out in each language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from agent.interpretation.booths import Booths
from agent.interpretation.channel import LanguageChannel
from agent.interpretation.ear_voice_span import SpanGauge
from agent.interpretation.errors import InterpretationError
from agent.interpretation.human_span import HumanSpan
from agent.interpretation.language_voice import LanguageVoice
from agent.interpretation.room import Room
from agent.interpretation.upsample import Upsampler
from agent.loudest import level_dbfs
from agent.wire_interpretation import (
    BoothAsk,
    BoothMute,
    BoothNote,
    BoothSaid,
    BoothState,
    BoothStates,
    BoothStep,
    LagGauge,
)
from model.types import Pcm

SPEECH_DBFS = -45.0

BoothWish = BoothAsk | BoothMute | BoothNote


class Outlet(Protocol):
    """One language in use."""

    channel: LanguageChannel
    voice: LanguageVoice
    human_s: float


class BoothDesk:
    """One room's."""

    def __init__(self, room: Room, offered: Collection[str], outlets: Callable[[], Mapping[str, Outlet]]) -> None:
        self._room = room
        self._offered = offered
        self._outlets = outlets
        self._booths = Booths()
        self._streams: dict[str, Upsampler] = {}  # by language
        self._lags: dict[str, tuple[HumanSpan, SpanGauge]] = {}  # by language, of whoever interprets
        self._packets: dict[str, int] = {}  # by interpreter, at the last tick
        self._sent: BoothStates | None = None

    def sits(self, who: str) -> bool:
        """Whether somebody is in a booth: their words are no floor speech."""
        return self._booths.sits(who)

    @property
    def everybody(self) -> frozenset[str]:
        """Who sits in any booth."""
        return self._booths.everybody

    def partners(self, language: str) -> tuple[str, ...]:
        """Who sits in the booth of a language."""
        return self._booths.partners(language)

    def speaks(self, language: str) -> str | None:
        """Whose voice goes out in a language; None when it is the agent's."""
        return self._booths.speaks(language)

    def take(self, who: str, wish: BoothWish, now_s: float) -> None:
        """A page of an interpreter said something. Raises InterpretationError."""
        match wish:
            case BoothAsk(language, step):
                self._ask(who, language, step, now_s)
            case BoothMute(muted):
                self._booths.mute(who, muted)
            case BoothNote(text):
                self._tell_partners(who, text)
        self.settle(now_s)

    def leave(self, who: str, now_s: float) -> None:
        """Somebody is gone."""
        self._booths.leave(who)
        self._packets.pop(who, None)
        self.settle(now_s)

    def tick(self, sounds: Mapping[str, Pcm], now_s: float) -> bool:
        """Send what interpreters say; whether somebody else speaks for a language now."""
        if not self._booths.languages:
            return False
        changed = self._booths.tick(self._those_there(), now_s)
        if changed:
            self._lags.clear()  # somebody else is at work
        floor = (pcm for who, pcm in sounds.items() if not self._booths.sits(who))
        is_floor_loud = any(level_dbfs(pcm) > SPEECH_DBFS for pcm in floor)
        for language, outlet in self._outlets().items():
            who = self._booths.speaks(language)
            if who is not None and who in sounds:
                stream = self._streams.setdefault(language, Upsampler())
                outlet.channel.put(stream.resample(sounds[who]))
                is_loud = level_dbfs(sounds[who]) > SPEECH_DBFS
                if is_loud:
                    outlet.human_s = now_s
                self._gauge(language, is_floor_loud, is_loud, now_s)
        self.settle(now_s)
        return changed

    def settle(self, now_s: float) -> None:
        """Silence the agent where a human speaks, let it speak again where none does, and tell the pages."""
        for language, outlet in self._outlets().items():
            agent_speaks = self._booths.agent_speaks(language)
            if outlet.voice.is_muted == agent_speaks:
                self._streams.pop(language, None)
                self._lags.pop(language, None)
                outlet.channel.clear()
                if agent_speaks:
                    outlet.voice.unmute()
                else:
                    outlet.voice.mute()
        states = self._states(now_s)
        if states != self._sent:
            self._sent = states
            for who in self._room.names:
                self._room.tell_one(who, states)

    def greet(self, who: str) -> None:
        """Somebody came later: they are told who interprets."""
        if self._sent is not None:
            self._room.tell_one(who, self._sent)

    def _gauge(self, language: str, is_floor_loud: bool, is_human_loud: bool, now_s: float) -> None:
        """Tell the booth how late its human is."""
        span, gauge = self._lags.setdefault(language, (HumanSpan(), SpanGauge()))
        found = span.hear(is_floor_loud, is_human_loud, now_s)
        if found is None:
            return
        gauge.add(found)
        now = gauge.now
        assert now is not None, "a span was added"
        lag = LagGauge(language, round(now.start_lag_s, 2), round(now.end_lag_s, 2))
        for who in self._booths.partners(language):
            self._room.tell_one(who, lag)

    def _those_there(self) -> frozenset[str]:
        """Whose sound still arrives: a microphone that is muted sends silence, a lost connection nothing."""
        there: set[str] = set()
        for booth in self._booths.now.values():
            who = booth.interpreter
            num_packets = self._room.num_packets(who)
            if num_packets is not None and num_packets != self._packets.get(who):
                self._packets[who] = num_packets
                there.add(who)
        return frozenset(there)

    def _ask(self, who: str, language: str, step: BoothStep, now_s: float) -> None:
        if language not in self._offered:
            known = ", ".join(sorted(self._offered)) or "no language"
            raise InterpretationError(f"there is no booth for {language!r} here; there is {known}")
        match step:
            case "enter":
                self._booths.enter(who, language)
            case "take":
                self._booths.take(who, language, now_s)
            case "agree":
                self._booths.agree(who, language, now_s)
            case "release":
                self._booths.release(who, language)
            case "leave":
                self._booths.exit(who)

    def _states(self, now_s: float) -> BoothStates:
        there, found = self._room.names, list[BoothState]()
        for language in sorted(self._booths.languages):
            partners = tuple(who for who in self._booths.partners(language) if who in there)
            booth = self._booths.now.get(language)
            if booth is None:
                if partners:
                    found.append(BoothState(language, None, None, None, False, False, partners))
                continue
            left_s = booth.countdown_s(now_s)
            countdown = None if left_s is None else int(left_s) + 1
            state = (booth.interpreter, booth.asking, countdown, booth.is_covered, booth.is_muted)
            found.append(BoothState(language, *state, partners))
        return BoothStates(tuple(found))

    def _tell_partners(self, who: str, text: str) -> None:
        """A note goes to those in the same booth, and to nobody else. Raises InterpretationError."""
        partners = self._booths.partners_of(who)
        if len(partners) < 2:
            raise InterpretationError("nobody else sits in your booth; your note went to nobody")
        name = self._room.names.get(who, "Somebody")
        for each in partners:
            self._room.tell_one(each, BoothSaid(name, text))
