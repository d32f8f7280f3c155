"""What the agent has heard since it last began to speak, read back to it when it does. Knows nothing of the model."""

from __future__ import annotations

from model.sequence import MAX_EVENT_TOKENS, Recalled, text_tokens

MAX_CHARS = 256  # more words than are read back


class Recollection:
    """Follows a conversation's micro-turns; `text` and `is_speaking` are what another one goes on from."""

    def __init__(self, text: str = "", is_speaking: bool = False) -> None:
        self.text, self.is_speaking = text[-MAX_CHARS:], is_speaking

    def hear(self, text: str) -> None:
        self.text = (self.text + text)[-MAX_CHARS:]

    def close_turn(self, is_speaking: bool) -> Recalled | None:
        """A micro-turn ends; what the next one is told, if the agent began to speak and had heard something."""
        begins, self.is_speaking = is_speaking and not self.is_speaking, is_speaking
        if not begins or not (text := last_words(self.text)):
            return None
        self.text = ""
        return Recalled(text)


def last_words(text: str) -> str:
    """As many of the last words as the events of one micro-turn hold, a space before each."""
    kept, room = "", MAX_EVENT_TOKENS - 2  # its mark and its end
    for word in reversed(text.split()):
        room -= len(text_tokens(f" {word}"))
        if room < 0:
            break
        kept = f" {word}{kept}"
    return kept
