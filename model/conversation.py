"""What was said so far, as messages for a language model: bounded, and with a prefix that seldom changes.

Knows nothing of sound or models. A prefix that stays the same is what the KV cache of the model lives on.
"""

from __future__ import annotations

from datetime import datetime

from model.language_model import Message

MAX_CHARS = 3600  # about 900 tokens; beyond it the older half is forgotten at once, so that the rest stays put
_CUT = "\u2026"

PROMPT = """You are Alongside, a voice assistant in a call.
Rules:
1. Answer in one or two short, complete spoken sentences. No lists, no code, no symbols.
2. For weather, news, sports results and prices say: "Sorry, I can't look that up."
3. Your name is Alongside.
4. Now it is {now}."""


class Conversation:
    """The messages of one conversation."""

    def __init__(self, instructions: str, now: datetime) -> None:
        self._instructions = instructions.strip()
        self._messages: list[Message] = []
        self._prompt = ""
        self.tell_time(now)

    def tell_time(self, now: datetime) -> None:
        """Write the time into the prompt; from there on the model's cache is void."""
        prompt = PROMPT.format(now=f"{now:%A} {now.day} {now:%B %Y, %H:%M}")
        self._prompt = f"{prompt}\n{self._instructions}".strip()

    @property
    def num_chars(self) -> int:
        return len(self._prompt) + sum(len(m.content) for m in self._messages)

    def add_user(self, text: str) -> None:
        """A person said something; what follows without an answer between is one message."""
        self._messages = asked(self._messages, text)
        self._forget()

    def add_agent(self, text: str, was_cut: bool = False) -> None:
        """The agent said this much; nothing when nothing sounded."""
        if text:
            self._messages.append(Message("assistant", f"{text}{_CUT}" if was_cut else text))

    def messages(self, said_so_far: str = "") -> list[Message]:
        """Everything for the model; `said_so_far` is of an answer that still sounds."""
        messages = [Message("system", self._prompt), *self._messages]
        return [*messages, Message("assistant", said_so_far + _CUT)] if said_so_far else messages

    def _forget(self) -> None:
        if self.num_chars <= MAX_CHARS:
            return
        keep = len(self._messages) // 2
        self._messages = self._messages[-keep:] if keep else []
        room = MAX_CHARS - len(self._prompt)
        if self._messages and self.num_chars > MAX_CHARS:  # one message alone is too long: its end counts
            last = self._messages[-1]
            self._messages = [Message(last.role, last.content[-max(room, 200) :])]


def asked(messages: list[Message], text: str) -> list[Message]:
    """The messages with a question after them; what a person said just before becomes part of it."""
    if messages and messages[-1].role == "user":
        text = f"{messages[-1].content} {text}"
        messages = messages[:-1]
    return [*messages, Message("user", text)]
