"""The sequence of one conversation: its marks, its bounds, and what stands where. The one place for all three.

Micro-turn n is: 4 audio tokens · a token for each patch · event tokens · what the model writes · QUIET, or SPEAK and 4
speech tokens. Events and actions are forms: a mark, flags, texts, an end. A form too long for one micro-turn goes on in
the next. Encoders and parsers here are inverse of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from model import types
from model.types import MAX_EVENT_TEXT_CHARS, InputError
from model.vocabulary import TextReader, decode_text, encode_text

NUM_TOKENS = 4096
NUM_MARKS = 64  # the first ids; text tokens follow
NUM_AUDIO = 4  # 50 ms each
NUM_SPEECH = 4
MAX_PATCHES = 15  # one 160x120 frame pair
MAX_EVENT_TOKENS = 32  # of a micro-turn; more wait
MAX_WRITTEN_TOKENS = 8  # K
NO_CLOCK = -1  # in place of a micro-turn's index, where no time is shown
MAX_ACTION_TOKENS = 2048  # of one action; the grammar then asks for its end


class Marks(IntEnum):
    """Tokens that are no text. Their numbers are in checkpoints: add, never renumber."""

    PAD = 0
    AUDIO = 1
    PATCH = 2
    SPEECH_0 = 3  # four tokens, so that each has its own learned input
    SPEECH_1 = 4
    SPEECH_2 = 5
    SPEECH_3 = 6
    QUIET = 7
    SPEAK = 8
    FIELD = 9  # between two texts of a form
    END = 10
    DONE = 11
    SILENT = 12
    INTERIM = 13
    MORE = 14  # the event goes on in the next micro-turn
    OPENING = 16
    CUT = 17
    TYPED = 18
    LOUDEST = 19
    BACKGROUND = 20
    TOOL = 21
    UI_ACTION = 22
    SETTING = 23
    TIME_LOST = 24
    STANDING_NOTE = 25
    SILENCED = 26
    RECALLED = 27
    DELEGATE = 40
    CANCEL = 41
    SAY = 42
    HUSH = 43
    NOTE = 44
    DROP_NOTE = 45
    SHOW = 46
    HEARD = 47
    MARK = 48


SPEECH = (Marks.SPEECH_0, Marks.SPEECH_1, Marks.SPEECH_2, Marks.SPEECH_3)


class SequenceError(ValueError):
    """Tokens that no encoder here makes; says where."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the agent is told before the first micro-turn."""

    language: str
    greeting: str
    instructions: str


@dataclass(frozen=True, slots=True)
class Cut:
    """The utterance was cut short; its last `num_unsaid` text tokens never sounded."""

    num_unsaid: int

    def __post_init__(self) -> None:
        if self.num_unsaid < 0:
            raise InputError(f"Cut.num_unsaid: {self.num_unsaid} is negative")


@dataclass(frozen=True, slots=True)
class Recalled:
    """The agent has begun to speak: what it wrote down of the others since it last began, in one piece.

    Its words stand far apart where they were heard; here each stands behind the one before it, to be copied.
    """

    text: str


PerceivedEvent = types.Event | Opening | Cut | Recalled
Formed = PerceivedEvent | types.Action


@dataclass(frozen=True, slots=True)
class MicroTurnTokens:
    """One micro-turn of the sequence, taken apart."""

    num_patches: int
    events: tuple[int, ...]
    written: tuple[int, ...]
    is_speaking: bool

    def __post_init__(self) -> None:
        for name, count, bound in (
            ("patches", self.num_patches, MAX_PATCHES),
            ("event tokens", len(self.events), MAX_EVENT_TOKENS),
            ("written tokens", len(self.written), MAX_WRITTEN_TOKENS),
        ):
            if count > bound:
                raise SequenceError(f"{count} {name} in a micro-turn, {bound} is the bound")


def join(turns: Iterable[MicroTurnTokens]) -> list[int]:
    """Micro-turns to the sequence."""
    tokens: list[int] = []
    for turn in turns:
        tokens += [Marks.AUDIO] * NUM_AUDIO + [Marks.PATCH] * turn.num_patches
        tokens += [*turn.events, *turn.written, *closing(turn.is_speaking)]
    return tokens


def closing(is_speaking: bool) -> tuple[int, ...]:
    """What ends a micro-turn."""
    return (Marks.SPEAK, *SPEECH) if is_speaking else (Marks.QUIET,)


def split(tokens: Iterable[int]) -> list[MicroTurnTokens]:
    """The sequence to micro-turns; it must end with one that is closed."""
    cursor, turns = _Cursor(list(tokens)), list[MicroTurnTokens]()
    in_event, in_action = False, False
    while not cursor.is_at_end:
        cursor.take_run(Marks.AUDIO, exactly=NUM_AUDIO)
        num_patches = cursor.take_run(Marks.PATCH)
        events, in_event = cursor.take_forms(_EVENT_MARKS, in_event)
        if in_event and (not events or events[-1] != Marks.MORE):
            raise SequenceError(f"micro-turn {len(turns)}: an event stops without END or MORE")
        written, in_action = cursor.take_forms(_ACTION_MARKS, in_action, with_text=True)
        is_speaking = cursor.take_closing()
        try:
            turns.append(MicroTurnTokens(num_patches, events, written, is_speaking))
        except SequenceError as error:
            raise SequenceError(f"micro-turn {len(turns)}: {error}") from error
    return turns


def clock_of(tokens: Iterable[int], first_micro_turn: int = 0) -> list[int]:
    """The micro-turn's index at its first audio token, NO_CLOCK elsewhere."""
    clock, index, before = list[int](), first_micro_turn - 1, int(Marks.PAD)
    for token in tokens:
        is_first = token == Marks.AUDIO and before != Marks.AUDIO
        index += is_first
        clock.append(index if is_first else NO_CLOCK)
        before = token
    return clock


def text_tokens(text: str) -> list[int]:
    """Text as tokens of the sequence."""
    return [NUM_MARKS + i for i in encode_text(text)]


def is_text(token: int) -> bool:
    return NUM_MARKS <= token < NUM_TOKENS


def encode_form(formed: Formed) -> list[int]:
    """An event or an action to tokens; raises InputError when a text is over its bound."""
    form = _FORM_OF[type(formed)]
    if not form.texts:
        return [form.mark]
    flags = [mark for mark, name, value in form.flags if getattr(formed, name) == value]
    tokens: list[int] = [form.mark, *flags]
    for index, name in enumerate(form.texts):
        text = form.write(getattr(formed, name))
        if len(text) > MAX_EVENT_TEXT_CHARS:
            where = f"{type(formed).__name__}.{name}"
            raise InputError(f"{where}: {len(text)} characters, {MAX_EVENT_TEXT_CHARS} is the bound; shorten it")
        tokens += [Marks.FIELD] * (index > 0) + text_tokens(text)
    return [*tokens, Marks.END]


class FormReader:
    """Reads a stream of forms token by token, across micro-turns; with `with_text` also the text between them."""

    def __init__(self, marks: Iterable[int], with_text: bool = False) -> None:
        self._forms = {mark: _FORM_BY_MARK[mark] for mark in marks}
        self._with_text = with_text
        self._text = TextReader()
        self._open: _OpenForm | None = None

    @property
    def is_inside(self) -> bool:
        """Whether a form is open."""
        return self._open is not None

    def read(self, tokens: Iterable[int]) -> list[str | Formed]:
        """What these tokens completed, in order; text comes in pieces."""
        out: list[str | Formed] = []
        for token in tokens:
            out += self._read_one(token)
        return out

    def allowed_marks(self) -> tuple[int, ...]:
        """The marks that may come next."""
        return tuple(self._forms) if self._open is None else self._open.allowed_marks()

    @property
    def allows_text(self) -> bool:
        return self._with_text if self._open is None else self._open.num_tokens < MAX_ACTION_TOKENS

    def _read_one(self, token: int) -> list[str | Formed]:
        if self._open is None:
            return self._read_outside(token)
        if token == Marks.MORE:
            return []
        formed = self._open.read(token)
        if formed is None:
            return []
        self._open = None
        return [formed]

    def _read_outside(self, token: int) -> list[str | Formed]:
        if is_text(token) and self._with_text:
            return [piece] if (piece := self._text.read([token - NUM_MARKS])) else []
        form = self._forms.get(token)
        if form is None:
            raise SequenceError(f"{_name(token)} opens no form here")
        before: list[str | Formed] = [left] if (left := self._text.end()) else []
        if not form.texts:
            return [*before, form.kind()]
        self._open = _OpenForm(form)
        return before


def event_reader() -> FormReader:
    return FormReader(_EVENT_MARKS)


def written_reader() -> FormReader:
    """For what the model writes: its words, and actions among them."""
    return FormReader(_ACTION_MARKS, with_text=True)


@dataclass(frozen=True, slots=True)
class _Form:
    mark: Marks
    kind: Callable[..., Formed]
    texts: tuple[str, ...] = ()
    flags: tuple[tuple[Marks, str, object], ...] = ()  # mark, field, the value it stands for
    unset: tuple[object, ...] = ()  # the value of each flag's field without it
    write: Callable[[Any], str] = str  # Any: whatever the field holds
    read: Callable[[str], object] = str


class _OpenForm:
    """A form of which the end has not come yet."""

    def __init__(self, form: _Form) -> None:
        self._form = form
        self._flags: list[int] = []
        self._texts: list[list[int]] = [[]]
        self.num_tokens = 1

    def allowed_marks(self) -> tuple[int, ...]:
        is_last = len(self._texts) == len(self._form.texts)
        ends = (int(Marks.END if is_last else Marks.FIELD),)
        flags = [int(mark) for mark, _, _ in self._form.flags if self.num_tokens == 1 + len(self._flags)]
        after = [mark for mark in flags if not self._flags or mark > self._flags[-1]]
        return (*ends, *after)

    def read(self, token: int) -> Formed | None:
        if is_text(token):
            self._texts[-1].append(token - NUM_MARKS)
        elif token not in self.allowed_marks():
            raise SequenceError(f"{_name(token)} inside {self._form.mark.name}")
        elif token == Marks.FIELD:
            self._texts.append([])
        elif token != Marks.END:
            self._flags.append(token)
        self.num_tokens += 1
        return self._close() if token == Marks.END else None

    def _close(self) -> Formed:
        form = self._form
        flags = {
            name: value if mark in self._flags else unset
            for (mark, name, value), unset in zip(form.flags, form.unset, strict=True)
        }
        try:
            texts = {name: form.read(decode_text(ids)) for name, ids in zip(form.texts, self._texts, strict=True)}
            return form.kind(**texts, **flags)
        except ValueError as error:  # a number that is none
            raise SequenceError(f"{form.mark.name}: {error}") from error


class _Cursor:
    def __init__(self, tokens: list[int]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def is_at_end(self) -> bool:
        return self._at == len(self._tokens)

    def take_run(self, mark: Marks, exactly: int | None = None) -> int:
        start = self._at
        while not self.is_at_end and self._tokens[self._at] == mark:
            self._at += 1
        if exactly is not None and self._at - start != exactly:
            raise SequenceError(f"token {start}: {self._at - start} of {mark.name} where {exactly} belong")
        return self._at - start

    def take_forms(
        self, opening: frozenset[int], is_inside: bool, with_text: bool = False
    ) -> tuple[tuple[int, ...], bool]:
        """Tokens of whole or continued forms, and whether the last goes on in the next micro-turn."""
        start = self._at
        while not self.is_at_end:
            token = self._tokens[self._at]
            if is_inside:
                if token not in _INSIDE and not is_text(token):
                    break
                is_inside = token != Marks.END
                if token == Marks.MORE:
                    self._at += 1
                    break
            elif token in opening:
                is_inside = bool(_FORM_BY_MARK[token].texts)
            elif not (with_text and is_text(token)):
                break
            self._at += 1
        return tuple(self._tokens[start : self._at]), is_inside

    def take_closing(self) -> bool:
        for is_speaking in (False, True):
            expected = closing(is_speaking)
            if tuple(self._tokens[self._at : self._at + len(expected)]) == expected:
                self._at += len(expected)
                return is_speaking
        found = "the end" if self.is_at_end else _name(self._tokens[self._at])
        raise SequenceError(f"token {self._at}: {found} where QUIET, or SPEAK and its speech, belongs")


def _name(token: int) -> str:
    known = token in Marks._value2member_map_
    return Marks(token).name if known else "text" if is_text(token) else f"unknown token {token}"


_FORMS = (
    _Form(Marks.OPENING, Opening, ("language", "greeting", "instructions")),
    _Form(Marks.CUT, Cut, ("num_unsaid",), read=int),
    _Form(Marks.RECALLED, Recalled, ("text",)),
    _Form(Marks.TYPED, types.TypedText, ("who", "text")),
    _Form(Marks.LOUDEST, types.LoudestChanged, ("who",)),
    _Form(
        Marks.BACKGROUND,
        types.BackgroundDelta,
        ("id", "text"),
        flags=((Marks.DONE, "is_done", True), (Marks.SILENT, "kind", "silent")),
        unset=(False, "spoken"),
    ),
    _Form(Marks.TOOL, types.ToolResult, ("id", "text")),
    _Form(Marks.UI_ACTION, types.UiAction, ("who", "id", "value")),
    _Form(Marks.SETTING, types.SettingsChanged, ("key", "value")),
    _Form(Marks.TIME_LOST, types.TimeLost, ("duration_s",), write=repr, read=float),
    _Form(Marks.STANDING_NOTE, types.StandingNote, ("id", "text")),
    _Form(Marks.SILENCED, types.Silenced, ("who",)),
    _Form(Marks.DELEGATE, types.Delegate, ("id", "task")),
    _Form(Marks.CANCEL, types.CancelDelegation, ("id",)),
    _Form(Marks.SAY, types.Say, ("id",)),
    _Form(Marks.HUSH, types.Hush),
    _Form(Marks.NOTE, types.Note, ("text",)),
    _Form(Marks.DROP_NOTE, types.DropNote, ("id",)),
    _Form(Marks.SHOW, types.Show, ("ui",)),
    _Form(Marks.HEARD, types.Heard, ("text",), flags=((Marks.INTERIM, "is_final", False),), unset=(True,)),
    _Form(Marks.MARK, types.Mark, ("kind",)),
)
_FORM_BY_MARK: dict[int, _Form] = {form.mark: form for form in _FORMS}
_FORM_OF: dict[Any, _Form] = {form.kind: form for form in _FORMS}  # Any: a class of Formed
_EVENT_MARKS = frozenset(int(mark) for mark in Marks if Marks.OPENING <= mark < Marks.DELEGATE)
_ACTION_MARKS = frozenset(int(mark) for mark in Marks if mark >= Marks.DELEGATE)
_INSIDE = frozenset(int(mark) for mark in (Marks.FIELD, Marks.END, Marks.DONE, Marks.SILENT, Marks.INTERIM, Marks.MORE))
