"""Events that wait for their micro-turn, in order, within the bound of each. Knows nothing of the model."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from model.sequence import MAX_EVENT_TOKENS, Marks, PerceivedEvent, encode_form

MAX_WAITING_TOKENS = 16_384


class EventQueue:
    """First in, first out. Over MAX_WAITING_TOKENS the oldest event that has not begun is dropped and counted."""

    def __init__(self) -> None:
        self._forms: deque[deque[int]] = deque()
        self._has_begun = False  # the first form
        self.num_dropped = 0

    @property
    def num_tokens(self) -> int:
        return sum(len(form) for form in self._forms)

    @property
    def waiting(self) -> tuple[tuple[tuple[int, ...], ...], bool]:
        """The tokens of each event that waits, and whether the first of them was taken in part."""
        return tuple(tuple(form) for form in self._forms), self._has_begun

    def restore(self, forms: Iterable[Iterable[int]], has_begun: bool) -> None:
        """Take over what waited in another queue."""
        self._forms = deque(deque(form) for form in forms)
        self._has_begun = has_begun and bool(self._forms)

    def put(self, event: PerceivedEvent) -> None:
        """Queue an event; raises InputError when a text of it is over its bound."""
        self._forms.append(deque(encode_form(event)))
        while self.num_tokens > MAX_WAITING_TOKENS and len(self._forms) > 1 + self._has_begun:
            del self._forms[int(self._has_begun)]
            self.num_dropped += 1

    def take(self, limit: int = MAX_EVENT_TOKENS) -> list[int]:
        """The event tokens of the next micro-turn, at most `limit`; an event that does not fit goes on with MORE."""
        tokens: list[int] = []
        while self._forms:
            form, room = self._forms[0], limit - len(tokens)
            if len(form) <= room:
                tokens += form
                self._forms.popleft()
                self._has_begun = False
            elif room < 2:  # a piece and its MORE
                break
            else:
                tokens += [form.popleft() for _ in range(room - 1)] + [Marks.MORE]
                self._has_begun = True
                break
        return tokens
