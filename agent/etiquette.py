"""Who may be interrupted, and how loud the agent may be over whom. Pure: levels and words in, a gain out.

Etiquette can lower or silence what the agent says, never invent it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np

from agent.floor_level import SpeechLevel
from agent.wire_work import WHOLE_ROOM, EtiquetteMode, EtiquetteState, PushToTalk, SetEtiquette
from model.types import Pcm

UNDERTONE_DB = -12.0  # under whoever holds the floor
ECHO_DB = -20.0  # what comes back this far under the agent's own sound is its echo, not a person
RISE_DB = 1.0  # a tick: back at full level half a second after the floor is free
USUAL_LKFS = -20.0  # the agent's level at full gain, until it was measured
MEASURABLE = 0.03  # below this gain the sound as sent says nothing about the level at full gain
MAX_PEOPLE = 64
_LOUDEST, _SILENT = 1.0, 0.0

_SAID: tuple[tuple[EtiquetteMode, re.Pattern[str]], ...] = (
    (
        "quiet",
        re.compile(
            r"(?:please )?(?:be|stay|keep) (?:quiet|silent)(?: (?:from now on|for now|please))?"
            r"|(?:please )?mute yourself"
            r"|don't (?:speak|talk|say anything)(?: any ?more| for now| until i say so)?|only (?:captions|write)",
            re.IGNORECASE,
        ),
    ),
    (
        "undertone",
        re.compile(
            r"(?:please )?(?:speak|talk) (?:quietly|softly|under (?:me|us|your breath)|in an undertone|more quietly)"
            r"|(?:whisper|lower your voice)(?: please)?",
            re.IGNORECASE,
        ),
    ),
    (
        "invited",
        re.compile(
            r"(?:please )?(?:only|just) (?:speak|talk|answer)(?: up)? when (?:i|we) (?:ask|say so|call you)(?: you)?"
            r"|(?:please )?(?:speak|talk) only when (?:i|we) ask(?: you)?"
            r"|(?:please )?don't interrupt(?: me| us| anyone)?",
            re.IGNORECASE,
        ),
    ),
    (
        "free",
        re.compile(
            r"(?:you (?:can|may) )?(?:speak|talk) (?:freely|normally|again|up again|up)(?: now| again)?|unmute yourself"
            r"|you (?:can|may) (?:speak|talk|interrupt)(?: me| us)?(?: again| now)?",
            re.IGNORECASE,
        ),
    ),
)


_LEAD = re.compile(r"^(?:hey |okay |ok |alongside|[\s,])+", re.IGNORECASE)
_WHILE_I_SPEAK = re.compile(r"\s+(?:when|while|whenever)\s+i(?:'m| am)?\s+(?:speak|talk)(?:ing)?$", re.IGNORECASE)
_TO_ME = re.compile(r"\s+(?:for|to|towards|with|over)\s+me$", re.IGNORECASE)
_ABOUT_ME = re.compile(r"\b(?:under|interrupt) me$", re.IGNORECASE)


def etiquette_asked(text: str, who: str) -> SetEtiquette | None:
    """The mode that `who` asks for by voice, for everybody or towards themselves; None for any other words."""
    plain = _LEAD.sub("", text.strip(" .!?")).strip(" ,.!")
    if (rest := _WHILE_I_SPEAK.sub("", plain)) != plain:
        mode = _mode_of(rest)
        return SetEtiquette(who, "invited" if mode == "quiet" else mode) if mode else None
    rest = _TO_ME.sub("", plain)
    mode = _mode_of(rest)
    is_own = rest != plain or _ABOUT_ME.search(plain) is not None
    return SetEtiquette(who if is_own else WHOLE_ROOM, mode) if mode else None


def _mode_of(words: str) -> EtiquetteMode | None:
    return next((mode for mode, pattern in _SAID if pattern.fullmatch(words)), None)


class Etiquette:
    """The modes of one call, and the gain they allow now."""

    def __init__(self, room: EtiquetteMode = "free") -> None:
        self._room: EtiquetteMode = room
        self._people: dict[str, EtiquetteMode] = {}
        self._unheard: set[str] = set()  # push-to-talk is on and the button is up
        self._levels: dict[str, SpeechLevel] = {}
        self._own = SpeechLevel()
        self._gain = _LOUDEST

    @property
    def state(self) -> EtiquetteState:
        return EtiquetteState(self._room, dict(self._people))

    @property
    def is_muted(self) -> bool:
        """Nobody hears the agent."""
        return self._room == "quiet"

    @property
    def unheard(self) -> frozenset[str]:
        """Whom the agent does not hear now."""
        return frozenset(self._unheard)

    def hears_agent(self, who: str) -> bool:
        """Whether this participant gets the agent's voice."""
        return self._people.get(who, self._room) != "quiet"

    def set(self, asked: SetEtiquette) -> bool:
        """Change a mode; whether that changed anything. A room's mode replaces nobody's own; who asks for the room's
        has none of their own any more.
        """
        before = self.state
        if asked.who == WHOLE_ROOM:
            self._room = asked.mode
        elif asked.mode == self._room:
            self._people.pop(asked.who, None)
        elif asked.who in self._people or len(self._people) < MAX_PEOPLE:
            self._people[asked.who] = asked.mode
        return self.state != before

    def push_to_talk(self, who: str, pushed: PushToTalk) -> bool:
        """The button of a participant; whether they took the floor with it."""
        was_unheard = who in self._unheard
        if pushed.on and not pushed.held:
            self._unheard.add(who)
            return False
        self._unheard.discard(who)
        return pushed.on and was_unheard

    def forget(self, who: str) -> bool:
        """Somebody left; whether that changed the modes."""
        self._unheard.discard(who)
        self._levels.pop(who, None)
        return self._people.pop(who, None) is not None

    def next_gain(self, sounds: Mapping[str, Pcm], own: Pcm | None, has_invitation: bool) -> float:
        """The gain for the next tick, from this tick's sounds at 16 kHz; `own` is the agent's as sent."""
        if own is None:
            self._own.add(None)
        elif self._gain >= MEASURABLE:  # else what it would be at full level is what it was
            self._own.add(own / np.float32(self._gain))
        for who, pcm in sounds.items():
            self._levels.setdefault(who, SpeechLevel()).add(pcm)
        allowed = self._allowed(own is not None, has_invitation)
        if allowed > self._gain:  # it falls at once and comes back slowly
            allowed = min(allowed, max(self._gain, MEASURABLE) * 10 ** (RISE_DB / 20))
        self._gain = allowed
        return allowed

    def _allowed(self, is_sounding: bool, has_invitation: bool) -> float:
        if self.is_muted:
            return _SILENT
        full_db = self._own.level_lkfs
        full_db = USUAL_LKFS if full_db is None else full_db
        echo_db = full_db + 20 * math.log10(max(self._gain, MEASURABLE)) + ECHO_DB if is_sounding else -120.0
        gains = [
            self._gain_over(who, level.level_lkfs - full_db, has_invitation)
            for who, level in self._levels.items()
            if level.is_speaking and level.level_lkfs is not None and level.level_lkfs > echo_db
        ]
        return min([_LOUDEST, *gains])

    def _gain_over(self, who: str, level_db: float, has_invitation: bool) -> float:
        """The gain over one who speaks `level_db` louder than the agent would."""
        mode = self._people.get(who, self._room)
        if mode == "quiet" or (mode == "invited" and not has_invitation):
            return _SILENT
        return _LOUDEST if mode == "free" else min(_LOUDEST, 10 ** ((level_db + UNDERTONE_DB) / 20))
