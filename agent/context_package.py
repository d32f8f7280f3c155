"""What a background model is given: the whole conversation so far, not a query. Bounded, newest first to stay.

Knows no model and no message format; `written` is the package as plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.delegation_state import Delegation
from agent.wire import Caption

MAX_CHARS = 24_000  # about 6000 tokens
MAX_LINES = 400
MAX_RESULT_CHARS = 600  # of each earlier delegation


@dataclass(frozen=True, slots=True)
class ContextPackage:
    """The conversation as a background model reads it."""

    people: tuple[str, ...]
    transcript: tuple[str, ...]  # one line an utterance: when, who, what; of the agent what really sounded
    work: tuple[str, ...]  # pending and finished delegations
    shown: tuple[str, ...]  # what the pages show now
    page: tuple[str, ...]  # what the embedding pages want known
    acted: tuple[str, ...] = ()  # what people did with what is shown, newest last
    looked: tuple[str, ...] = ()  # questions about pictures and what was seen, newest last
    num_left_out: int = 0  # utterances that did not fit

    def written(self, max_chars: int = MAX_CHARS) -> str:
        """The package as text; when it is too long the oldest utterances go first, and it says so."""
        rest = [
            _section("In the call", self.people),
            _section("Work handed over", self.work),
            _section("Shown in the call", self.shown),
            _section("Done with it", self.acted),
            _section("Seen in pictures", self.looked),
            _section("From the page", self.page),
        ]
        tail = "\n".join(part for part in rest if part)[: max_chars // 2]
        lines, room = list[str](), max_chars - len(tail) - 100
        for line in reversed(self.transcript):
            if len(line) + 1 > room:
                break
            room -= len(line) + 1
            lines.append(line)
        missing = self.num_left_out + len(self.transcript) - len(lines)
        left_out = [f"({missing} earlier utterances are left out)"] if missing else []
        return "\n".join(part for part in (_section("Conversation", [*left_out, *reversed(lines)]), tail) if part)


def build_package(
    captions: Sequence[Caption],
    unfinished: Iterable[Caption],
    people: Mapping[str, str],
    delegations: Iterable[Delegation],
    shown: Iterable[tuple[str, str]],
    page_contexts: Mapping[str, str],
    acted: Iterable[str] = (),
    looked: Iterable[str] = (),
) -> ContextPackage:
    """Put together what is known now; `shown` are surface ids and titles, `page_contexts` go by participant id."""
    kept = [*captions, *unfinished][-MAX_LINES:]
    return ContextPackage(
        people=tuple(people.values()),
        transcript=tuple(_line(caption) for caption in kept),
        work=tuple(_work_line(each) for each in delegations),
        shown=tuple(f"{title or id} ({id})" for id, title in shown),
        page=tuple(f"{people.get(who, who)}: {text}" for who, text in page_contexts.items() if text),
        acted=tuple(acted),
        looked=tuple(looked),
        num_left_out=max(0, len(captions) - len(kept)),
    )


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{title}:", *lines]) if lines else ""


def _line(caption: Caption) -> str:
    minutes, seconds = divmod(caption.start_ms // 1000, 60)
    name = f"{caption.speaker.name} (you)" if caption.speaker.role == "agent" else caption.speaker.name
    going_on = "" if caption.final else " \u2026"
    return f"[{minutes}:{seconds:02}] {name}: {caption.text}{going_on}"


def _work_line(work: Delegation) -> str:
    result = work.result[:MAX_RESULT_CHARS]
    return f"{work.key} ({work.state}): {work.task}" + (f" => {result}" if result else "")
