"""A small instruct model in GGUF, run by llama.cpp: messages in, text streaming out, on one worker thread.

Knows nothing of sound or turns. llama.cpp keeps the KV cache of each slot, so a conversation that goes on in its
slot is only read from where it changed.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from model.gguf import BrokenWeights, read_metadata
from model.types import SeamError
from model.worker import Worker, Works

SLOT_TOKENS = 2048  # system prompt, conversation and answer of one slot
MAX_ANSWER_TOKENS = 96
_REPEAT_PENALTY = 1.05
_MAX_WAITING = 16


class LanguageModelError(SeamError):
    """The model refused a request, for example because the messages do not fit its context."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation as the model's chat template knows it."""

    role: Literal["system", "user", "assistant"]
    content: str


class LanguageModel:
    """A loaded model with `num_slots` conversations' KV caches; one request runs at a time."""

    def __init__(self, path: Path, num_threads: int = 2, num_slots: int = 2, worker: Works | None = None) -> None:
        """Load a GGUF file. Raises BrokenWeights."""
        metadata = read_metadata(path)
        self.name = str(metadata.get("general.name", path.stem))
        self.licence = str(metadata.get("general.license", "not stated in the file"))
        self.num_slots = num_slots
        # xllamacpp always opens its HTTP server; a socket in a folder of our own keeps everybody else out
        self._socket_folder = tempfile.mkdtemp(prefix="alongside-llm-")
        llama: Any = import_module("xllamacpp")  # Any: a compiled module without type stubs
        params = llama.CommonParams()
        params.model.path = str(path)
        params.hostnames = [f"{self._socket_folder}/http.sock"]
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = num_threads
        params.cpuparams.poll = params.cpuparams_batch.poll = 0  # idle threads sleep instead of spinning
        params.n_ctx = SLOT_TOKENS * num_slots
        params.n_parallel = num_slots
        params.n_gpu_layers = 0
        params.use_jinja = True
        params.verbosity = 0
        self._server: Any = None
        self._worker = worker or Worker("language model", _MAX_WAITING)
        try:
            self._server = self._worker.submit(lambda: llama.Server(params)).result()
        except Exception as error:  # the library raises RuntimeError and others without a common root
            self.close()
            raise BrokenWeights(f"{path}: llama.cpp cannot load it ({error}); run `alongside fetch`") from error

    def submit(
        self,
        messages: Sequence[Message],
        slot: int,
        on_text: Callable[[str], None],
        is_cancelled: Callable[[], bool],
        max_tokens: int = MAX_ANSWER_TOKENS,
    ) -> Future[str]:
        """Answer soon; `on_text` gets each piece on the worker's thread. Raises CapacityError."""
        return self._worker.submit(lambda: self.answer(messages, slot, on_text, is_cancelled, max_tokens))

    def answer(
        self,
        messages: Sequence[Message],
        slot: int,
        on_text: Callable[[str], None],
        is_cancelled: Callable[[], bool],
        max_tokens: int = MAX_ANSWER_TOKENS,
    ) -> str:
        """Answer now, on the caller's thread; stops within one token of a cancel. Raises LanguageModelError."""
        assert 0 <= slot < self.num_slots, slot
        if is_cancelled():
            return ""
        reply = _Reply(on_text, is_cancelled)
        request = {
            "messages": [{"role": m.role, "content": m.content} for m in messages],
            "id_slot": slot,
            "cache_prompt": True,
            "stream": True,
            "temperature": 0.0,
            "repeat_penalty": _REPEAT_PENALTY,
            "max_tokens": max_tokens,
            "stop": ["\n\n"],
        }
        self._server.handle_chat_completions(request, reply.take)
        if reply.error:
            raise LanguageModelError(f"{self.name}: {reply.error}")
        return reply.text

    def idle(self) -> Future[None]:
        """Done when everything asked before is done."""
        return self._worker.idle()

    def close(self) -> None:
        """End the worker and free the model."""
        self._worker.close()
        self._server = None
        shutil.rmtree(self._socket_folder, ignore_errors=True)


class _Reply:
    """Collects one streamed answer; `take` returns True to stop."""

    def __init__(self, on_text: Callable[[str], None], is_cancelled: Callable[[], bool]) -> None:
        self.text = ""
        self.error = ""
        self._on_text = on_text
        self._is_cancelled = is_cancelled

    def take(self, event: dict[str, Any]) -> bool:  # Any: JSON as the library hands it over
        if "error" in event:
            self.error = str(event["error"].get("message", event["error"]))
            return True
        for choice in event.get("choices", ()):
            piece = choice.get("delta", {}).get("content")
            if piece:
                self.text += piece
                self._on_text(piece)
        return self._is_cancelled()
