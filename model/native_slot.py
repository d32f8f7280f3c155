"""One conversation beside the device: what it hears as tokens, and what its tokens mean. Knows nothing of batches.

Shapes: A dMel columns, M mel bins, P patches.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from torch import Generator, Tensor

from model.dmel import Dmel
from model.event_queue import MAX_WAITING_TOKENS, EventQueue
from model.heard_text import HeardText
from model.history import History, Stretch
from model.hmlp import PATCH_PIXELS, num_patches, patches_of
from model.recollection import Recollection
from model.sequence import (
    MAX_PATCHES,
    MAX_WRITTEN_TOKENS,
    NUM_AUDIO,
    NUM_MARKS,
    NUM_TOKENS,
    Cut,
    Marks,
    Opening,
    Recalled,
    SequenceError,
    clock_of,
    closing,
    encode_form,
    is_text,
    text_tokens,
    written_reader,
)
from model.session_record import (
    Bytes,
    HostRecord,
    KeptNote,
    Sayable,
    frames_of,
    packed_numbers,
    picture_of,
    unpacked_numbers,
)
from model.true_case import TrueCase
from model.types import (
    HEARD_SAMPLES,
    MAX_EVENT_TEXT_CHARS,
    Action,
    BackgroundDelta,
    DropNote,
    Event,
    Heard,
    Hush,
    InputError,
    LoudestChanged,
    MicroTurnIn,
    Note,
    Pcm,
    Say,
    SessionSettings,
    Silenced,
    StandingNote,
    ToolResult,
    TypedText,
    VideoFrame,
)
from model.utterance import MAX_AHEAD, SlotUtterance, Utterance
from model.vocabulary import decode_text

MAX_WAITING_TURNS = 10
MAX_WAITING_PICTURES = 2
MAX_SAYABLE = 32
MAX_SAYABLE_CHARS = 8192  # of one result, some eight minutes of speech
MAX_SAID_BEFORE = 16  # characters; enough to tell whether a sentence starts
MAX_WORD_TOKENS = 8  # ahead of what sounds; enough to tell how its last word ends
MAX_NOTES = 16
_NO_PATCHES = torch.zeros(0, 2, PATCH_PIXELS, PATCH_PIXELS, 3)
MAX_NOTE_CHARS = 512  # of what is read out again; a standing request is a sentence


@dataclass(frozen=True, slots=True)
class Piece:
    """The next tokens of a conversation, with what was heard and seen at them."""

    tokens: list[int]
    clock: list[int]
    heard: Tensor  # (A, M) uint8
    own: Tensor  # (A, M) uint8
    patches: Tensor  # (P, 2, 40, 40, 3)


class NativeSlot:
    """What a conversation remembers outside the model; the model's part is a row of tensors."""

    def __init__(
        self,
        settings: SessionSettings,
        seed: int,
        memory: int,
        utterance: SlotUtterance | None = None,
        num_first: int = 0,
    ) -> None:
        self.generator = Generator().manual_seed(seed)
        self.reader = written_reader()
        self.utterance: SlotUtterance = utterance or Utterance()
        self._case = TrueCase()
        self.heard = HeardText(self._case)
        self.was_speaking = False
        self.num_dropped_pictures = 0
        self._memory = memory
        self._heard, self._own = _Listener(), _Listener()
        self._events = EventQueue()
        self._pictures: deque[Tensor] = deque(maxlen=MAX_WAITING_PICTURES)  # (1 or 2, H, W, 3) uint8 each
        self._closing: list[int] = []  # of the micro-turn before, where nothing has fed it yet
        self._to_say: deque[int] = deque(text_tokens(settings.greeting))
        self._sayable: OrderedDict[str, str] = OrderedDict()
        self._notes: OrderedDict[str, tuple[str, int]] = OrderedDict()  # text, and where it was last read out
        self._num_notes = 0
        self._length = 0
        self._last_index = -1
        self._open_form: list[int] = []  # what was written of an action that has not ended
        self._words: deque[int] = deque(maxlen=MAX_AHEAD)  # the last ones written
        self._said_before = ""  # the end of what sounded of the sentence that goes on
        self._recollection = Recollection()
        self.history = History(num_first)
        self._events.put(Opening(settings.language, settings.greeting, settings.instructions))
        self._case.learn_from(settings.instructions)

    def hear(self, turns: tuple[MicroTurnIn, ...], heard: Tensor | None = None, own: Tensor | None = None) -> Piece:
        """Micro-turns, oldest first, as tokens. Raises InputError, before anything is remembered, on a bad one.

        `heard` and `own`, (A, M) uint8, are taken as they are in the place of the turns' sound: for training, where
        the columns were made before. Then a conversation gets all of that sound so, because an ear remembers 50 ms.
        """
        self._check(turns)
        tokens = list(self._closing)
        for turn in turns:
            if turn is not turns[0]:
                tokens.append(Marks.QUIET)  # a step too late: nothing was said then
            tokens += [Marks.AUDIO] * NUM_AUDIO
            self._see(turn.frames)
            for event in turn.events:
                self._perceive(event)
        self._remind()
        frames = self._pictures.popleft() if self._pictures else None
        patches = _NO_PATCHES if frames is None else patches_of(frames)
        tokens += [Marks.PATCH] * len(patches) + self._events.take()
        clock = clock_of(tokens, first_micro_turn=turns[0].index)
        self._last_index = turns[-1].index
        self._length += len(tokens)
        heard = self._heard.columns_([turn.pcm for turn in turns]) if heard is None else heard
        own = self._own.columns_([turn.own_pcm for turn in turns]) if own is None else own
        self.history.begin(Stretch([int(token) for token in tokens], list(clock), heard, own, frames))
        return Piece(tokens, clock, heard, own, patches)

    def given(self, num_written: int) -> list[int]:
        """Words said by reference, which come next and are not the model's to choose."""
        if self.reader.is_inside:
            return []
        room = min(MAX_WRITTEN_TOKENS - num_written, MAX_AHEAD - self.utterance.num_unsaid)
        return list(islice(self._to_say, max(room, 0)))

    def may_write(self, num_written: int) -> Tensor:
        """Which tokens may come next: (NUM_TOKENS,) bool. QUIET may, except before given words.

        It pauses the voice where words wait, and SPEAK goes on; SPEAK may not where nothing is left to sound.
        """
        allowed = torch.zeros(NUM_TOKENS, dtype=torch.bool)
        if given := self.given(num_written):
            allowed[given[0]] = True
            return allowed
        if num_written < MAX_WRITTEN_TOKENS:
            is_full = self.utterance.is_full and not self.reader.is_inside
            allowed[list(self.reader.allowed_marks())] = True
            allowed[NUM_MARKS:] = self.reader.allows_text and not is_full
        allowed[Marks.QUIET] = True
        allowed[Marks.SPEAK] = self.utterance.has_sound_left
        return allowed

    def write(self, token: int) -> list[Action]:
        """Take in a token that the model wrote; the actions it completed."""
        self._length += 1
        self.history.add([token])
        is_word = is_text(token) and not self.reader.is_inside
        if is_word:
            self._words.append(token)
            self.utterance.write(token)
            if self._to_say and self._to_say[0] == token:
                self._to_say.popleft()
        actions = [item for item in self.reader.read([token]) if not isinstance(item, str)]
        self._open_form = [*self._open_form, int(token)] if self.reader.is_inside else []
        done: list[Action] = []
        for action in actions:
            assert not isinstance(action, Event | Opening | Cut | Recalled), action
            self._act(action)
            done.append(action)
        return done

    def speak(self) -> str:
        """One micro-turn sounds; the text whose words begin in it, with capitals for those who read it."""
        said = self.utterance.speak()
        ahead = list(self._words)[len(self._words) - self.utterance.num_unsaid :][:MAX_WORD_TOKENS]
        text = self._case.apply(said, self._said_before, decode_text(token - NUM_MARKS for token in ahead))
        self._said_before = (self._said_before + text)[-MAX_SAID_BEFORE:] if self.utterance.has_sound_left else ""
        return text

    def close_turn(self, is_speaking: bool, num_fed: int) -> None:
        """The micro-turn ends; `num_fed` of its closing tokens went through the model, the others come next."""
        tokens = [int(token) for token in closing(is_speaking)]
        self._closing = tokens[num_fed:]
        self._length += num_fed
        if num_fed:
            self.history.add(tokens[:num_fed])
        if recalled := self._recollection.close_turn(is_speaking):
            self._events.put(recalled)
        self.was_speaking = is_speaking

    @property
    def length(self) -> int:
        """Positions of its sequence so far, also those that are on their way to the model."""
        return self._length

    def export(self) -> HostRecord:
        """What it holds beside the model. Sound that has begun is not part of it: its words count as said."""
        events, has_begun = self._events.waiting
        heard_text, heard_quiet = self.heard.under_way
        words = list(self._words)
        return HostRecord(
            last_index=self._last_index,
            closing=packed_numbers(self._closing),
            to_say=packed_numbers(list(self._to_say)),
            unsaid=packed_numbers(words[len(words) - self.utterance.num_unsaid :]),
            timing=self.utterance.timing() if isinstance(self.utterance, Utterance) else (),
            said_before=self._said_before,
            open_form=packed_numbers(self._open_form),
            heard_text=heard_text,
            heard_quiet=heard_quiet,
            unrecalled=self._recollection.text,
            is_speaking=self._recollection.is_speaking,
            names=self._case.names,
            events=tuple(packed_numbers(list(form)) for form in events),
            has_begun=has_begun,
            pictures=tuple(picture_of(frames) for frames in self._pictures),
            sayables=tuple(Sayable(id, text) for id, text in self._sayable.items()),
            notes=tuple(KeptNote(id, text, read_at) for id, (text, read_at) in self._notes.items()),
            num_notes=self._num_notes,
            heard_past=self._heard.past,
            own_past=self._own.past,
            generator=self.generator.get_state().numpy(),
        )

    def restore(self, record: HostRecord, history: History) -> None:
        """Go on from another one's export; this one is new. Raises InputError when the record makes no sense."""
        self.history, self._length = history, history.length
        self._last_index, self._num_notes = record.last_index, record.num_notes
        self._closing = _tokens(record.closing, "closing")
        self._to_say = deque(_texts(record.to_say, "to_say"))
        self._events.restore([_tokens(form, "events") for form in record.events], record.has_begun)
        self._pictures.extend(frames_of(picture) for picture in record.pictures)
        self._sayable = OrderedDict((sayable.id, sayable.text) for sayable in record.sayables)
        self._notes = OrderedDict((note.id, (note.text, note.read_at)) for note in record.notes)
        self._heard.restore_(record.heard_past)
        self._own.restore_(record.own_past)
        self._open_form = _tokens(record.open_form, "open_form")
        self._said_before = record.said_before[-MAX_SAID_BEFORE:]
        self._case.learn(record.names)
        if len(record.heard_text) > MAX_EVENT_TEXT_CHARS or record.heard_quiet < 0:
            raise InputError(f"record: {len(record.heard_text)} characters heard, {record.heard_quiet} micro-turns ago")
        self.heard.restore(record.heard_text, record.heard_quiet)
        self._recollection = Recollection(record.unrecalled, record.is_speaking)
        try:
            self.reader.read(self._open_form)
            self.generator.set_state(torch.from_numpy(record.generator))
        except (SequenceError, RuntimeError, TypeError) as error:
            raise InputError(f"record: {error}") from error
        self._resume(_texts(record.unsaid, "unsaid"), record.timing)
        self._remind(history.first_kept)

    def _resume(self, words: list[int], timing: tuple[float, ...]) -> None:
        self._words.extend(words)
        if isinstance(self.utterance, Utterance) and len(timing) == len(words) + 1:
            self.utterance.restore(words, timing)
        else:  # it was a voice that spoke, or is one now: it takes its own time
            for word in words:
                self.utterance.write(word)

    def _check(self, turns: tuple[MicroTurnIn, ...]) -> None:
        if not 0 < len(turns) <= MAX_WAITING_TURNS:
            raise InputError(f"step: {len(turns)} micro-turns, 1 to {MAX_WAITING_TURNS} are taken at once")
        last = self._last_index
        for turn in turns:
            if turn.index <= last:
                raise InputError(f"step: micro-turn {turn.index} after {last}")
            last = turn.index
            for event in turn.events:
                encode_form(event)
            for frame in turn.frames:
                height, width, _ = frame.rgb.shape
                if (count := num_patches(height, width)) > MAX_PATCHES:
                    raise InputError(
                        f"picture: {width}x{height} makes {count} patches of {PATCH_PIXELS} pixels, "
                        f"{MAX_PATCHES} is the bound; scale it to 160x120"
                    )

    def _see(self, frames: tuple[VideoFrame, ...]) -> None:
        """The newest pair of one source and size, else the newest still."""
        if not frames:
            return
        newest = [frame for frame in frames if frame.source == frames[-1].source][-2:]
        if len({frame.rgb.shape for frame in newest}) > 1:
            newest = newest[-1:]
        self.num_dropped_pictures += len(self._pictures) == MAX_WAITING_PICTURES
        self._pictures.append(torch.stack([torch.from_numpy(np.ascontiguousarray(frame.rgb)) for frame in newest]))

    def _perceive(self, event: Event) -> None:
        self._events.put(event)
        if isinstance(event, TypedText | LoudestChanged):
            self._case.learn([event.who])
        if isinstance(event, TypedText | ToolResult | BackgroundDelta):
            self._case.learn_from(event.text)
        if isinstance(event, Silenced):
            self._cut()
        elif isinstance(event, ToolResult) or (isinstance(event, BackgroundDelta) and event.kind == "spoken"):
            self._sayable[event.id] = (self._sayable.pop(event.id, "") + event.text)[:MAX_SAYABLE_CHARS]
            while len(self._sayable) > MAX_SAYABLE:
                self._sayable.popitem(last=False)
        elif isinstance(event, BackgroundDelta) and event.is_done:
            self._sayable.pop(event.id, None)  # silent and done: it was withdrawn

    def _act(self, action: Action) -> None:
        match action:
            case Say(id):
                self._to_say.extend(text_tokens(self._sayable.pop(id, "")))  # each is said at most once
            case Hush():
                self._cut()
            case Heard(text):
                self._recollection.hear(text)
            case Note(text):
                self._num_notes += 1
                kept = text[:MAX_NOTE_CHARS]  # a model that does not end its note must not end the conversation
                self._notes[f"n{self._num_notes}"] = (kept, self._length)
                self._events.put(StandingNote(f"n{self._num_notes}", kept))
                while len(self._notes) > MAX_NOTES:
                    self._notes.popitem(last=False)
            case DropNote(id):
                self._notes.pop(id, None)
            case _:
                pass

    def _remind(self, forgotten_before: int = 0) -> None:
        """Read a note out again before it leaves the model's memory, and when what it was read out in is forgotten."""
        for id, (text, read_at) in self._notes.items():
            if self._length - read_at > self._memory // 2 or read_at < forgotten_before:
                self._notes[id] = (text, self._length)
                self._events.put(StandingNote(id, text))

    def _cut(self) -> None:
        self._to_say.clear()
        self._said_before = ""
        if num_unsaid := self.utterance.cut():
            self._events.put(Cut(num_unsaid))


class _Listener:
    """One sound as columns; its ear is made when it is first needed, and then remembers the last 50 ms."""

    def __init__(self) -> None:
        self._ear: Dmel | None = None

    def columns_(self, sounds: Sequence[Pcm | None]) -> Tensor:
        """Micro-turns of sound, None for silence, to (4 each, M)."""
        ear = self._ear = self._ear or Dmel()
        silence = np.zeros(HEARD_SAMPLES, np.float32)
        pcms = [torch.from_numpy(silence if pcm is None else np.ascontiguousarray(pcm)) for pcm in sounds]
        return torch.cat([ear.step_(pcm) for pcm in pcms])

    @property
    def past(self) -> Pcm:
        """The last 50 ms."""
        return (self._ear or Dmel()).past.numpy()

    def restore_(self, past: Pcm) -> None:
        """Go on from the `past` of another one."""
        self._ear = Dmel()
        self._ear.restore_(torch.from_numpy(past))


def _tokens(packed: Bytes, where: str) -> list[int]:
    return unpacked_numbers(packed[:MAX_WAITING_TOKENS], f"record.host.{where}", 0, NUM_TOKENS)


def _texts(packed: Bytes, where: str) -> list[int]:
    return unpacked_numbers(packed[:MAX_WAITING_TOKENS], f"record.host.{where}", NUM_MARKS, NUM_TOKENS)
