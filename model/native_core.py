"""One micro-turn of all conversations together: listen, write, speak. It owns the device and is called by one thread.

Every pass has a fixed shape and all slots as rows; who has nothing to do in it has no valid positions. Passes are
grouped by shape and not by company, so that no conversation's output depends on who else is there.

Shapes: B slots, T positions, V tokens, X block size.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from model.dmel import NUM_MELS
from model.history import History, Stretch
from model.history_since import stretches_since
from model.hmlp import FRAMES_PER_PATCH, NUM_COLOURS, PATCH_PIXELS, patches_of
from model.interaction import InteractionModel, Positions
from model.kv_cache import BackboneState
from model.mel_frames import BLOCK_SIZE, BLOCKS_PER_MICRO_TURN
from model.native_slot import NativeSlot, Piece
from model.native_voice import ClauseVoice, VoicedUtterance
from model.prefill import prefilling
from model.recorded_pass import RecordedPass, stepped
from model.recorded_speech import RecordedSpeech
from model.sequence import (
    MAX_PATCHES,
    MAX_WRITTEN_TOKENS,
    NO_CLOCK,
    NUM_MARKS,
    NUM_SPEECH,
    NUM_TOKENS,
    SPEECH,
    Marks,
)
from model.session_record import SessionRecord, decode_record, encode_record
from model.speech_decoder import MAX_WORDS, NO_WORD, SpeechState, Words
from model.types import Action, CapacityError, MicroTurnIn, MicroTurnOut, SeamError, SessionLostError, SessionSettings
from model.utterance import Utterance

logger = logging.getLogger(__name__)

# Lengths of a listening pass: after QUIET, after SPEAK, each with a picture, then with events too, short and long, and
# ten late micro-turns with all of it.
PASS_LENGTHS = (5, 9, 20, 24, 32, 40, 56, 104)
NARROW_PLACES = (1024, 2048, 4096, 8192)  # 40 s of silence, then twice as long each time
RETRY_AFTER_S = 5.0
_PATCH = (FRAMES_PER_PATCH, PATCH_PIXELS, PATCH_PIXELS, NUM_COLOURS)
_NO_PATCHES = torch.zeros(0, *_PATCH)


@dataclass(frozen=True, slots=True)
class Choice:
    """How tokens are drawn and speech is made."""

    temperature: float = 0.7  # of words and of whether to act; 0 takes the likeliest, as it is inside an action
    num_flow_steps: int = 0  # of the flow head; 0 takes the L1 head: quickest, and a first trial understood it better
    noise_scale: float = 0.7
    seed: int = 0


@dataclass(slots=True)
class _Turn:
    """What a slot does in this micro-turn."""

    index: int
    actions: list[Action] = field(default_factory=list[Action])
    num_written: int = 0
    is_speaking: bool | None = None  # None until it is decided
    error: SessionLostError | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still writing."""
        return self.is_speaking is None and self.error is None


class NativeCore:
    """`voice` speaks the words in the speech decoder's place; without either the model is mute.

    Global layers keep keys and values in `global_dtype`, the weights' own where none is given.
    """

    def __init__(
        self,
        model: InteractionModel,
        num_slots: int,
        choice: Choice | None = None,
        voice: ClauseVoice | None = None,
        global_dtype: torch.dtype | None = None,
        is_recorded: bool | None = None,
    ) -> None:
        """`is_recorded`: passes of a kind read and write the same places, as a GPU's graphs must; None: on a GPU."""
        self._model, self._choice, self._voice = model.eval(), choice or Choice(), voice
        self._device = model.embed.weight.device
        self._slots: list[NativeSlot | None] = [None] * num_slots
        self._num_opened = 0
        self._global_dtype = global_dtype
        self._state = model.init_state(num_slots, max(PASS_LENGTHS), model.embed.weight.dtype, global_dtype)
        num_places = self._state.global_places.positions.shape[1]
        # With company all look through everything: how long one has talked must not show in another's sums.
        narrow = [places for places in NARROW_PLACES if places < num_places and num_slots == 1]
        self._views = [(places, self._state.narrowed(places)) for places in narrow]
        decoder = model.speech if voice is None else None
        self.is_recorded = self._device.type == "cuda" if is_recorded is None else is_recorded
        self._spoken = None if decoder is None else RecordedSpeech(decoder, num_slots, self._choice.num_flow_steps)
        self._speech: SpeechState | None = None if self._spoken is None else self._spoken.state
        self._passes: dict[tuple[int, bool, bool, int], RecordedPass] = {}

    @property
    def place_bytes(self) -> int:
        """What one conversation's memory takes of the device's."""
        states = [self._state] if self._speech is None else [self._state, self._speech]
        return sum(tensor[0].nbytes for state in states for tensor in state.tensors)

    @property
    def num_recorded(self) -> int:
        """Kinds of passes so far."""
        return len(self._passes)

    @torch.inference_mode()
    def prepare(self) -> None:
        """Do every kind of pass with nothing in it, so that no conversation waits for its recording."""
        for length in (*PASS_LENGTHS, 1, MAX_WRITTEN_TOKENS, 1 + NUM_SPEECH):
            self._run(self._text({}, length))
        for positions in (self._positions({}, length, seen) for length in PASS_LENGTHS for seen in (False, True)):
            self._run(positions)

    @property
    def num_slots(self) -> int:
        return len(self._slots)

    @property
    def num_used(self) -> int:
        return sum(slot is not None for slot in self._slots)

    def open(self, settings: SessionSettings) -> int:
        """A slot for a new conversation; raises CapacityError when all are taken."""
        slot = self._free_slot()
        host = self._host(settings)
        self._slots[slot] = host
        self._state.reset_(self._mask([slot]))
        return slot

    def record(self, slot: int) -> SessionRecord:
        """A conversation between two steps, to be rebuilt by any core whose model reads the same sequence."""
        host = self.slot(slot)
        return SessionRecord(host.history.export(), host.export())

    def export(self, slot: int) -> bytes:
        """Its record as bytes."""
        return encode_record(self.record(slot))

    def rebuild(self, exported: bytes) -> int:
        """A slot in which an exported conversation goes on; raises CapacityError, and InputError on a bad record."""
        slot, pieces = self.begin_rebuild(decode_record(exported))
        for _ in pieces:
            pass
        return slot

    def begin_rebuild(self, record: SessionRecord) -> tuple[int, Iterator[None]]:
        """The slot is taken; it may be stepped when the pieces of what is left to do are done. Raises as `rebuild`."""
        slot = self._free_slot()
        host = self._restored(record)
        self._slots[slot] = host
        return slot, self._prefill(slot, host.history)

    def begin_refresh(self, slot: int, record: SessionRecord) -> Iterator[None]:
        """As `begin_rebuild`, in a slot that knows some of this conversation: only what came since is read.

        The slot is to be one that `begin_rebuild` began, or that talked on since. Raises InputError on a bad record.
        """
        known, host = self.slot(slot).history, self._restored(record)
        self._slots[slot] = host
        later = stretches_since(host.history, known)
        return self._prefill(slot, host.history) if later is None else self._read(slot, later)

    def _restored(self, record: SessionRecord) -> NativeSlot:
        host = self._host(SessionSettings("rebuilt"))
        host.restore(record.host, History.restored(record.positions, self._model.config.backbone.num_sinks))
        return host

    def _prefill(self, slot: int, history: History) -> Generator[None]:
        state = yield from prefilling(self._model, history, self._global_dtype)
        with torch.inference_mode():
            self._state.take_over_(slot, state)

    def _read(self, slot: int, stretches: Sequence[Stretch]) -> Generator[None]:
        for stretch in stretches:
            patches = _NO_PATCHES if stretch.frames is None else patches_of(stretch.frames)
            piece = Piece(stretch.tokens, stretch.clock, stretch.heard, stretch.own, patches)
            with torch.inference_mode():
                self._listen({slot: piece})
            yield

    def close(self, slot: int) -> None:
        """Free a slot."""
        self._slots[slot] = None

    @torch.inference_mode()
    def scrub(self, slots: list[int]) -> None:
        """Empty what failed: a NaN in what nobody looks at would still spoil who comes next."""
        memories = [self._state] if self._speech is None else [self._state, self._speech.decoder]
        for layer in (layer for memory in memories for layer in memory.layers):
            layer.keys[slots] = 0
            layer.values[slots] = 0
        self._state.reset_(self._mask(slots))
        if self._speech is not None:
            self._speech.reset_(self._mask(slots))

    def slot(self, slot: int) -> NativeSlot:
        """What an open conversation remembers outside the model."""
        host = self._slots[slot]
        assert host is not None, f"slot {slot} is not open"
        return host

    @torch.inference_mode()
    def step(self, heard: Mapping[int, tuple[MicroTurnIn, ...]]) -> dict[int, MicroTurnOut | SeamError]:
        """Micro-turns of some slots to their outputs; a bad input is that slot's output alone."""
        out: dict[int, MicroTurnOut | SeamError] = {}
        pieces: dict[int, Piece] = {}
        for slot, turns in heard.items():
            try:
                pieces[slot] = self.slot(slot).hear(turns)
            except SeamError as error:
                out[slot] = error
        turns = {slot: _Turn(heard[slot][-1].index) for slot in pieces}
        self._write(turns, self._listen(pieces))
        pcm = self._speak([slot for slot, turn in turns.items() if turn.is_speaking])
        for slot, turn in turns.items():
            out[slot] = self._output(slot, turn, pcm.get(slot))
        if failed := [slot for slot in turns if isinstance(out[slot], SessionLostError)]:
            self.scrub(failed)
        return out

    def _free_slot(self) -> int:
        if None not in self._slots:
            raise CapacityError(f"all {len(self._slots)} conversations of this engine are taken", RETRY_AFTER_S)
        return self._slots.index(None)

    def _host(self, settings: SessionSettings) -> NativeSlot:
        seed = self._choice.seed + self._num_opened
        self._num_opened += 1
        utterance = Utterance() if self._voice is None else VoicedUtterance(self._voice)
        memory = self._model.config.backbone
        return NativeSlot(settings, seed, memory.memory, utterance, memory.num_sinks)

    def _listen(self, pieces: Mapping[int, Piece]) -> Tensor:
        """Logits (B, V) after what each slot heard."""
        logits = torch.zeros(len(self._slots), self._model.config.num_logits)
        for shorter, length in zip((0, *PASS_LENGTHS), PASS_LENGTHS, strict=False):
            group = {slot: piece for slot, piece in pieces.items() if shorter < len(piece.tokens) <= length}
            if group:
                rows = list(group)
                has_picture = any(len(piece.patches) for piece in group.values())
                logits[rows] = self._pass(self._positions(group, length, has_picture))[rows]
        return logits

    def _write(self, turns: Mapping[int, _Turn], logits: Tensor) -> None:
        """Token after token, until every slot has closed its micro-turn."""
        while writing := [slot for slot, turn in turns.items() if turn.is_open]:
            written = {slot: self._next_tokens(slot, turns[slot], logits[slot]) for slot in writing}
            for shorter, length in ((0, 1), (1, MAX_WRITTEN_TOKENS)):
                group = {slot: tokens for slot, tokens in written.items() if shorter < len(tokens) <= length}
                if group:
                    rows = list(group)
                    logits[rows] = self._pass(self._text(group, length))[rows]

    def _next_tokens(self, slot: int, turn: _Turn, logits: Tensor) -> list[int]:
        """What a slot writes next: words that are given, or one token of its own; nothing at its micro-turn's end."""
        host = self.slot(slot)
        try:
            if not logits.isfinite().all():
                raise FloatingPointError("the model's answer is no number")
            tokens = host.given(turn.num_written) or [self._choose(logits, host, turn.num_written)]
            if tokens[0] in (Marks.QUIET, Marks.SPEAK):
                turn.is_speaking = tokens[0] == Marks.SPEAK
                return []
            turn.actions += [action for token in tokens for action in host.write(token)]
        except Exception:  # the edge of a session: the others in this batch go on
            turn.error = _lost(slot)
            return []
        turn.num_written += len(tokens)
        return tokens

    def _choose(self, logits: Tensor, host: NativeSlot, num_written: int) -> int:
        scores = logits.float().masked_fill(~host.may_write(num_written), -torch.inf)
        if not self._choice.temperature or host.reader.is_inside:  # of a number or a name only the likeliest
            return likeliest(scores)
        chances = (scores / self._choice.temperature).softmax(-1)
        return int(torch.multinomial(chances, 1, generator=host.generator))

    def _speak(self, speaking: list[int]) -> dict[int, Tensor]:
        """The sound of the slots that speak, (SPOKEN_SAMPLES,) each; none where the model has no voice of its own."""
        if not speaking or self._spoken is None or self._speech is None:
            return {}
        positions = self._text({slot: [int(Marks.SPEAK), *SPEECH] for slot in speaking}, 1 + NUM_SPEECH)
        hidden = self._run(positions)[0][:, 1:]
        self._speech.reset_(self._mask([slot for slot in speaking if not self.slot(slot).was_speaking]))
        noise = torch.zeros(len(self._slots), BLOCKS_PER_MICRO_TURN, BLOCK_SIZE)
        for slot in speaking:
            noise[slot].normal_(generator=self.slot(slot).generator)
        words, scaled = self._words(speaking), (noise * self._choice.noise_scale).to(hidden)
        spoke = [slot for slot, host in enumerate(self._slots) if host is not None and host.was_speaking]
        others = [slot for slot in spoke if slot not in speaking]
        kept = self._speech.rows(others)  # every slot speaks, also one that goes on in a batch of its own
        pcm = self._spoken.speak_(hidden, words, scaled)
        self._speech.put_back_(others, kept)
        return {slot: pcm[slot].float().cpu() for slot in speaking}

    def _output(self, slot: int, turn: _Turn, pcm: Tensor | None) -> MicroTurnOut | SeamError:
        if turn.error is not None:
            return turn.error
        host, is_speaking = self.slot(slot), bool(turn.is_speaking)
        try:
            text = host.speak() if is_speaking else ""
            sound = host.utterance.sound if is_speaking else None
            if pcm is not None:
                sound = pcm.numpy().copy()
            # Where nobody needs the hidden states of SPEAK, its tokens go with what is heard next, in one pass.
            host.close_turn(is_speaking, num_fed=(1 + NUM_SPEECH) * (pcm is not None))
            return MicroTurnOut(turn.index, sound, text, host.heard.take(turn.actions))
        except Exception:  # the edge of a session, as above; also sound that is no number
            return _lost(slot)

    def _pass(self, positions: Positions) -> Tensor:
        """Logits (B, V) after each slot's last valid position, on the processor."""
        return self._run(positions)[1].cpu()

    def _run(self, positions: Positions) -> tuple[Tensor, Tensor]:
        """Hidden states (B, T, C) and logits (B, V), there until the next pass."""
        memory = self._memory(positions.tokens.shape[1])
        if not self.is_recorded:
            return stepped(self._model, positions.to(self._device), memory)
        kind = (positions.tokens.shape[1], positions.heard is not None, positions.patches is not None, id(memory))
        if kind not in self._passes:
            self._passes[kind] = RecordedPass(self._model, memory, positions)
        return self._passes[kind](positions)

    def _memory(self, num_positions: int) -> BackboneState:
        """What the next pass looks through: the least that holds all positions so far and these."""
        longest = max((host.length for host in self._slots if host is not None), default=0) + num_positions
        return next((view for places, view in self._views if longest < places), self._state)

    def _positions(self, pieces: Mapping[int, Piece], length: int, has_picture: bool) -> Positions:
        """Pieces as rows of one pass."""
        num_slots, positions = len(self._slots), self._text({s: p.tokens for s, p in pieces.items()}, length)
        micro_turn = torch.full((num_slots, length), NO_CLOCK)
        heard = torch.zeros(num_slots, length, NUM_MELS, dtype=torch.uint8)
        own = torch.zeros_like(heard)
        patches = torch.zeros(num_slots, MAX_PATCHES, *_PATCH) if has_picture else None
        for slot, piece in pieces.items():
            micro_turn[slot, : len(piece.clock)] = torch.tensor(piece.clock)
            heard[slot, : len(piece.heard)], own[slot, : len(piece.own)] = piece.heard, piece.own
            if patches is not None:
                patches[slot, : len(piece.patches)] = piece.patches
        return Positions(positions.tokens, positions.num_valid, heard, own, micro_turn, patches)

    def _text(self, tokens: Mapping[int, list[int]], length: int) -> Positions:
        rows = torch.full((len(self._slots), length), int(Marks.PAD))
        num_valid = torch.zeros(len(self._slots), dtype=torch.int64)
        for slot, some in tokens.items():
            rows[slot, : len(some)] = torch.tensor(some)
            num_valid[slot] = len(some)
        return Positions(rows, num_valid)

    def _words(self, speaking: list[int]) -> Words:
        tokens = torch.full((len(self._slots), 1, MAX_WORDS), NO_WORD)
        offsets = torch.zeros_like(tokens)
        for slot in speaking:
            for at, (token, offset) in enumerate(self.slot(slot).utterance.in_view()):
                tokens[slot, 0, at], offsets[slot, 0, at] = token, offset
        return Words(tokens, offsets).to(self._device)

    def _mask(self, slots: list[int]) -> Tensor:
        mask = torch.zeros(len(self._slots), dtype=torch.bool)
        mask[slots] = True
        return mask.to(self._device)


def likeliest(scores: Tensor) -> int:
    """The likeliest of QUIET, SPEAK, each other mark and *some* text; where it is text, the likeliest of it.

    An answer may begin in a hundred ways, silence is one token: taken singly, each of a hundred loses to it.
    scores: (NUM_TOKENS,) log chances up to a constant.
    """
    kinds = torch.cat([scores[:NUM_MARKS], scores[NUM_MARKS:NUM_TOKENS].logsumexp(0, keepdim=True)])
    kind = int(kinds.argmax())
    return kind if kind < NUM_MARKS else NUM_MARKS + int(scores[NUM_MARKS:].argmax())


def _lost(slot: int) -> SessionLostError:
    """What to tell a conversation that failed; to be called where the error is caught."""
    logger.exception("the conversation in slot %d failed", slot)
    return SessionLostError("the engine failed in this micro-turn; open a new session")
