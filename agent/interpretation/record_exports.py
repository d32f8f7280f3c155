"""A record as WebVTT, SRT and plain text, in one language or in all. Knows no files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.interpretation.record import Entry, Record

DOUBT = "[?]"  # after a translation whose numbers, names or negation may be wrong
_LINES = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")


def to_webvtt(record: Record, language: str | None = None) -> str:
    """Cues with their speaker in a voice span; all languages when none is named, each in a lang span."""
    cues = ["WEBVTT"]
    for number, entry in enumerate(record.entries, 1):
        lines = [
            f"<v {_annotation(entry.speaker)}><lang {tag}>{_escaped(text)}</lang></v>"
            for tag, text in _texts(entry, language)
        ]
        timing = f"{_stamp(entry.start_ms, '.')} --> {_stamp(_end_ms(entry), '.')}"
        cues.append("\n".join((str(number), timing, *lines)))
    return "\n\n".join(cues) + "\n"


def to_srt(record: Record, language: str | None = None) -> str:
    """Numbered subtitles, the speaker before the text."""
    blocks: list[str] = []
    for number, entry in enumerate(record.entries, 1):
        timing = f"{_stamp(entry.start_ms, ',')} --> {_stamp(_end_ms(entry), ',')}"
        # an arrow in a text would be read as a time
        lines = [f"{_line(entry.speaker)}: {text}".replace("-->", "\u2192") for _, text in _texts(entry, language)]
        blocks.append("\n".join((str(number), timing, *lines)) + "\n")
    return "\n".join(blocks)


def to_text(record: Record, language: str | None = None) -> str:
    """One line an entry and language, to read."""
    lines = [
        f"{_stamp(entry.start_ms, '.')[:-4]} {_line(entry.speaker)} ({tag}): {text}"
        for entry in record.entries
        for tag, text in _texts(entry, language)
    ]
    return "".join(f"{line}\n" for line in lines)


def _texts(entry: Entry, language: str | None) -> Iterator[tuple[str, str]]:
    """Languages and texts, the speaker's own first."""
    if language is None or language == entry.language or language not in entry.renderings:
        yield entry.language, _line(entry.text)
    for tag, rendering in sorted(entry.renderings.items()):
        if language in (None, tag):
            mark = f" {DOUBT}" if rendering.is_doubtful else ""
            yield tag, _line(rendering.text) + mark


def _end_ms(entry: Entry) -> int:
    return max(entry.end_ms, entry.start_ms + 1)  # a cue without length is none


def _stamp(time_ms: int, mark: str) -> str:
    minutes, ms = divmod(time_ms, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{ms // 1000:02}{mark}{ms % 1000:03}"


def _line(text: str) -> str:
    """An empty line would end a cue."""
    return _LINES.sub(" ", text).strip() or "\u2026"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _annotation(speaker: str) -> str:
    return _escaped(_line(speaker))
