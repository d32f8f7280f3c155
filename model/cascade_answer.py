"""One answer in the making: recognise, think, speak, each on its organ's own thread, handed on without waiting.

Knows nothing of turns. A trial answer may be cancelled at any moment and costs at most one token or one clause
more. Nothing here is called back on the event loop; the session looks when its micro-turn comes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from model.clauses import Clauses
from model.hibari import HibariVoice
from model.language_model import LanguageModel, Message
from model.recogniser import WhisperRecogniser
from model.types import CapacityError, Pcm, SpokenPiece, Transcript


@dataclass(frozen=True, slots=True)
class Organs:
    """What the sessions share."""

    recogniser: WhisperRecogniser
    language_model: LanguageModel
    voice: HibariVoice


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """What an answer needs to know besides the words it answers."""

    slot: int
    language: str | None
    pace: float
    messages: Callable[[str], list[Message]]  # for the words heard; called on the recogniser's thread
    wants_answer: Callable[[str], bool]  # whether the words heard want one at all


class Answer:
    """Starts with one of `hear`, `think`, `say` or `have`; then read `transcript`, `take`, `is_finished`, `failure`."""

    def __init__(self, organs: Organs, plan: AnswerPlan) -> None:
        self._organs = organs
        self._plan = plan
        self.words: Future[Transcript] | None = None  # outlives a cancel
        self._cancelled = threading.Event()
        self._lock = threading.Lock()  # guards what follows
        self._transcript: Transcript | None = None
        self._ready: list[SpokenPiece] = []  # bounded by MAX_ANSWER_TOKENS
        self._num_at_voice = 0
        self._is_thinking = True
        self._failure: BaseException | None = None
        self._text = ""

    def hear(self, pcm: Pcm) -> None:
        """Recognise (S,) samples at 16 kHz, then think. Raises CapacityError."""
        self.words = self._organs.recogniser.submit(pcm, self._plan.language)
        self.words.add_done_callback(self._on_heard)

    def think(self, text: str) -> None:
        """Answer typed text. Raises CapacityError."""
        self._submit_thought(self._plan.messages(text))

    def have(self, text: str, spoken: SpokenPiece) -> None:
        """Take speech that is ready made."""
        with self._lock:
            self._text, self._ready, self._is_thinking = text, [spoken], False

    def say(self, text: str) -> None:
        """Speak words that are given."""
        with self._lock:
            self._text = text
        clauses = Clauses()
        for clause in [*clauses.push(text), *clauses.flush()]:
            self._submit_clause(clause)
        self._end_thought()

    def cancel(self) -> None:
        """Stop all work within one token; nothing comes out any more."""
        self._cancelled.set()
        with self._lock:
            self._ready.clear()

    @property
    def transcript(self) -> Transcript | None:
        """What was heard, as soon as it is known."""
        with self._lock:
            return self._transcript

    @property
    def text(self) -> str:
        """What the answer says, as far as it is thought."""
        with self._lock:
            return self._text

    @property
    def failure(self) -> BaseException | None:
        with self._lock:
            return self._failure

    @property
    def is_finished(self) -> bool:
        """Nothing will come any more besides what `take` still gives."""
        with self._lock:
            is_over = not self._is_thinking and self._num_at_voice == 0
            return self._cancelled.is_set() or self._failure is not None or is_over

    def take(self) -> list[SpokenPiece]:
        """Speech that became ready since the last call, in order."""
        with self._lock:
            ready, self._ready = self._ready, []
            return ready

    def _on_heard(self, heard: Future[Transcript]) -> None:
        if self._cancelled.is_set() or not self._succeeded(heard):
            return
        transcript = heard.result()
        with self._lock:
            self._transcript = transcript
        if transcript.text and self._plan.wants_answer(transcript.text):
            try:
                self._submit_thought(self._plan.messages(transcript.text))
            except Exception as error:  # on the recogniser's thread nobody else would see it
                self._fail(error)
        else:
            self._end_thought()

    def _submit_thought(self, messages: list[Message]) -> None:
        clauses = Clauses()

        def on_text(piece: str) -> None:
            with self._lock:
                self._text += piece
            for clause in clauses.push(piece):
                self._submit_clause(clause)

        def on_end(thought: Future[str]) -> None:
            if self._succeeded(thought) and not self._cancelled.is_set():
                for clause in clauses.flush():
                    self._submit_clause(clause)
            self._end_thought()

        model = self._organs.language_model
        thought = model.submit(messages, self._plan.slot, on_text, self._cancelled.is_set)
        thought.add_done_callback(on_end)

    def _submit_clause(self, clause: str) -> None:
        if self._cancelled.is_set():
            return
        try:
            spoken = self._organs.voice.submit(clause, self._plan.pace)
        except CapacityError as error:  # on the model's thread nobody else would see it
            self._fail(error)
            self._cancelled.set()
            return
        with self._lock:
            self._num_at_voice += 1
        spoken.add_done_callback(self._on_spoken)

    def _on_spoken(self, spoken: Future[SpokenPiece]) -> None:
        has_piece = self._succeeded(spoken) and not self._cancelled.is_set()
        with self._lock:
            self._num_at_voice -= 1
            if has_piece and len(spoken.result().pcm) > 0:
                self._ready.append(spoken.result())

    def _end_thought(self) -> None:
        with self._lock:
            self._is_thinking = False

    def _succeeded(self, future: Future[SpokenPiece] | Future[Transcript] | Future[str]) -> bool:
        if future.cancelled():
            return False
        if (error := future.exception()) is not None:
            self._fail(error)
            return False
        return True

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            self._failure = error
