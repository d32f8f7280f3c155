"""An instruct model on this machine as a `Translator`: one segment at a time, streaming."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Mapping
from concurrent.futures import Future
from contextlib import aclosing, suppress
from pathlib import Path

from model.language_model import LanguageModel, Message
from model.translator_memory import Exchange, TranslatorMemory
from model.translator_prompt import AnswerText, max_tokens, request_after
from model.types import NOT_TOLD, About
from model.worker import Works

WEIGHTS = "qwen2.5-coder-1.5b-instruct"
NUM_SLOTS = 3  # KV caches: of so many lanes each keeps what its segments were preceded by


class EmbeddedTranslator:
    """`Translator` of model/types.py on a GGUF file of any instruct model. Segments wait for one another."""

    def __init__(self, path: Path, num_threads: int = 1, worker: Works | None = None) -> None:
        """Load a GGUF file. Raises BrokenWeights."""
        self._model = LanguageModel(path, num_threads, NUM_SLOTS, worker)
        self._memory = TranslatorMemory(NUM_SLOTS)

    @property
    def name(self) -> str:
        return self._model.name

    async def translate(
        self,
        segment: str,
        source: str,
        target: str,
        context: tuple[str, ...],
        glossary: Mapping[str, str],
        about: About = NOT_TOLD,
    ) -> AsyncGenerator[str]:
        """The translation in pieces; closing the generator stops the model within one token.

        Names are not told to it: with each who joins it would read all anew, and a name that it loses comes as a term.
        Raises InputError for an unknown pair, CapacityError when too many segments wait.
        """
        place = self._memory.take((source, target), context, about.topic)
        said: list[str] = []
        try:
            while True:
                begun = place.begun
                messages, terms = request_after(place, segment, glossary)
                async with aclosing(self._answer(messages, place.slot, segment, begun is not None)) as answer:
                    async for piece in answer:
                        said.append(piece)
                        yield piece
                if said or begun is None:
                    break
                place.begun = None  # it takes the sentence for complete: the rest is asked for alone
            text = "".join(said)
            exchange = begun.with_more(segment, text) if begun else Exchange(segment, text)
            self._memory.give_back(place, segment, (*terms, exchange))
        except BaseException:
            self._memory.forget(place)
            raise

    async def _answer(self, messages: list[Message], slot: int, segment: str, goes_on: bool) -> AsyncGenerator[str]:
        answer = AnswerText(segment, goes_on)
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[str | None] = asyncio.Queue()  # holds at most max_tokens(segment) pieces and an end
        stopped = threading.Event()

        def put(piece: str | None) -> None:
            with suppress(RuntimeError):  # the loop has ended: nobody listens
                loop.call_soon_threadsafe(pieces.put_nowait, piece)

        def on_end(_: Future[str]) -> None:
            put(None)

        work = self._model.submit(messages, slot, put, stopped.is_set, max_tokens(segment))
        work.add_done_callback(on_end)
        try:
            while (piece := await pieces.get()) is not None:
                if text := answer.push(piece):
                    yield text
                if answer.is_over:
                    return
            work.result()
        finally:
            stopped.set()

    def close(self) -> None:
        """End the worker and free the model."""
        self._model.close()
