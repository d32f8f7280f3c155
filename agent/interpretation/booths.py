"""Which human interprets which language: taking it, handing it over with a countdown, dropping out. Knows no sound.

Partners sit in the booth of one language and are no part of the floor. A language that none of them has belongs to the
agent. One human has it; another asks, the first one agrees, and after a countdown the second has it. Times are seconds
on the call's clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.interpretation.errors import InterpretationError

COUNTDOWN_S = 3.0
COVER_S = 1.5  # of absence, after which the agent covers
FREE_S = 60.0  # of absence, after which the language is the agent's own again


@dataclass(slots=True)
class Booth:
    """One language's human."""

    interpreter: str
    seen_s: float  # when they were last there
    asking: str | None = None  # who wants to take over
    swap_s: float | None = None  # when they do
    is_covered: bool = False  # the agent speaks although the human has the language
    is_muted: bool = False

    def countdown_s(self, now_s: float) -> float | None:
        """How long until the hand-over; None when none is agreed."""
        return None if self.swap_s is None else max(0.0, self.swap_s - now_s)


class Booths:
    """All languages of a room."""

    def __init__(self) -> None:
        self._booths: dict[str, Booth] = {}
        self._seats: dict[str, str] = {}  # to the language of the booth somebody sits in, by participant

    @property
    def now(self) -> dict[str, Booth]:
        """The languages that humans have."""
        return dict(self._booths)

    @property
    def languages(self) -> frozenset[str]:
        """Of the booths in which somebody sits."""
        return frozenset((*self._booths, *self._seats.values()))

    @property
    def everybody(self) -> frozenset[str]:
        """Who sits in any booth."""
        return frozenset(self._seats)

    def sits(self, who: str) -> bool:
        """Whether somebody is in a booth, at work or not."""
        return who in self._seats

    def partners(self, language: str) -> tuple[str, ...]:
        """Who sits in the booth of a language, in the order they came."""
        return tuple(who for who, seat in self._seats.items() if seat == language)

    def partners_of(self, who: str) -> tuple[str, ...]:
        """Everybody in somebody's booth, themselves too."""
        return self.partners(self._seats[who]) if who in self._seats else ()

    def speaks(self, language: str) -> str | None:
        """Who is to be heard in a language; None when it is the agent, or a human who muted themselves."""
        booth = self._booths.get(language)
        return None if booth is None or booth.is_covered or booth.is_muted else booth.interpreter

    def agent_speaks(self, language: str) -> bool:
        """Whether the agent's voice is needed; a muted human leaves silence."""
        booth = self._booths.get(language)
        return booth is None or booth.is_covered

    def enter(self, who: str, language: str) -> None:
        """Sit down in the booth of a language without taking it. Raises InterpretationError."""
        if self._seats.get(who) == language:
            return
        if self._interpreted_by(who) is not None:
            raise InterpretationError(f"you interpret into {self._seats[who]!r} already; hand it back first")
        self.exit(who)
        self._seats[who] = language

    def exit(self, who: str) -> None:
        """Leave the booth, and with it the language."""
        language = self._seats.pop(who, None)
        if language is not None:
            self.release(who, language)

    def take(self, who: str, language: str, now_s: float) -> None:
        """Take a language that nobody has, or ask whoever has it. Raises InterpretationError."""
        self.enter(who, language)
        booth = self._booths.get(language)
        if booth is None or booth.is_covered:
            self._booths[language] = Booth(who, now_s)
        elif booth.interpreter != who:
            if booth.asking not in (None, who):
                raise InterpretationError("somebody else has asked for this language; wait for them")
            booth.asking = who

    def agree(self, who: str, language: str, now_s: float) -> None:
        """The interpreter gives way to whoever asked, after the countdown. Raises InterpretationError."""
        booth = self._booths.get(language)
        if booth is None or booth.interpreter != who or booth.asking is None:
            raise InterpretationError(f"nobody asked you for {language!r}")
        booth.swap_s = now_s + COUNTDOWN_S

    def release(self, who: str, language: str) -> None:
        """Hand a language back to the agent, or take one's question back."""
        booth = self._booths.get(language)
        if booth is not None and booth.interpreter == who:
            del self._booths[language]
        elif booth is not None and booth.asking == who:
            booth.asking = booth.swap_s = None

    def mute(self, who: str, is_muted: bool) -> None:
        """The mute or the cough button: nobody hears the interpreter, and the agent does not fill in."""
        for booth in self._booths.values():
            if booth.interpreter == who:
                booth.is_muted = is_muted

    def tick(self, there: frozenset[str], now_s: float) -> bool:
        """Time passes; `there` are those whose sound arrives. Whether anything changed."""
        changed = False
        for language, booth in list(self._booths.items()):
            if booth.swap_s is not None and now_s >= booth.swap_s and booth.asking is not None:
                self._booths[language] = Booth(booth.asking, now_s)
                changed = True
            elif booth.interpreter in there:
                booth.seen_s = now_s
                changed |= booth.is_covered
                booth.is_covered = False
            elif now_s - booth.seen_s >= FREE_S:
                self.exit(booth.interpreter)
                changed = True
            elif not booth.is_covered and now_s - booth.seen_s >= COVER_S:
                booth.is_covered = changed = True
        return changed

    def leave(self, who: str) -> None:
        """Somebody left the call: their question is gone; their language is covered in time, and free then."""
        if self._interpreted_by(who) is None:
            self._seats.pop(who, None)
        for booth in self._booths.values():
            if booth.asking == who:
                booth.asking = booth.swap_s = None

    def _interpreted_by(self, who: str) -> str | None:
        return next((language for language, booth in self._booths.items() if booth.interpreter == who), None)
