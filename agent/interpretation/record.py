"""What was said in a call, by whom and when, in every language it was said in. Plain data; knows no files.

Times are milliseconds on the conversation's clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, cast

from agent.interpretation.ear_voice_span import EarVoiceSpan
from agent.interpretation.errors import RecordError

VERSION = 1
MAX_TEXT_CHARS = 8_192


@dataclass(frozen=True, slots=True)
class Rendering:
    """One entry in another language."""

    text: str
    is_doubtful: bool = False  # a check failed and a second pass did not mend it
    span: EarVoiceSpan | None = None  # None when it was not spoken


@dataclass(frozen=True, slots=True)
class Entry:
    """One segment of speech."""

    speaker: str
    language: str
    text: str
    start_ms: int
    end_ms: int
    renderings: Mapping[str, Rendering] = field(default_factory=dict[str, Rendering])

    def __post_init__(self) -> None:
        if not 0 <= self.start_ms <= self.end_ms:
            raise RecordError(f"entry of {self.speaker!r}: from {self.start_ms} to {self.end_ms} ms is no time")
        texts = [self.text, *(rendering.text for rendering in self.renderings.values())]
        if max(map(len, texts)) > MAX_TEXT_CHARS:
            raise RecordError(f"entry of {self.speaker!r}: a text has more than {MAX_TEXT_CHARS} characters")

    def text_in(self, language: str) -> str:
        """The entry in a language; in the speaker's own where it was not interpreted."""
        rendering = self.renderings.get(language)
        return self.text if rendering is None else rendering.text


@dataclass(frozen=True, slots=True)
class Record:
    """A call's entries in order of time."""

    room: str
    entries: tuple[Entry, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language something was said in."""
        spoken = {entry.language for entry in self.entries}
        return tuple(sorted(spoken | {language for entry in self.entries for language in entry.renderings}))


def in_order(room: str, entries: Iterable[Entry]) -> Record:
    """A record of entries that came in any order."""
    return Record(room, tuple(sorted(entries, key=lambda entry: (entry.start_ms, entry.end_ms))))


def to_json(record: Record) -> str:
    """What `from_json` reads."""
    return json.dumps({"version": VERSION, **asdict(record)}, ensure_ascii=False, indent=1)


def from_json(text: str) -> Record:
    """A record as `to_json` wrote it. Raises RecordError with what is wrong."""
    try:
        data: Any = json.loads(text)  # Any: a stranger's JSON; each field is read by name and type below
        if data["version"] != VERSION:
            raise RecordError(f"record: version {data['version']!r}, this program reads {VERSION}")
        return Record(_text(data["room"]), tuple(_entry(entry) for entry in data["entries"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RecordError(f"record: {type(error).__name__} {error}; it is no export of this program") from error


def entry_to_json(entry: Entry) -> str:
    """One entry on one line."""
    return json.dumps(asdict(entry), ensure_ascii=False)


def entry_from_json(text: str) -> Entry:
    """What `entry_to_json` wrote. Raises RecordError."""
    try:
        return _entry(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RecordError(f"entry: {type(error).__name__} {error}; the record is damaged") from error


def _entry(data: Any) -> Entry:  # Any: decoded JSON, see from_json
    renderings = cast(dict[str, Any], data["renderings"])
    return Entry(
        _text(data["speaker"]),
        _text(data["language"]),
        _text(data["text"]),
        _whole(data["start_ms"]),
        _whole(data["end_ms"]),
        {language: _rendering(rendering) for language, rendering in renderings.items()},
    )


def _rendering(data: Any) -> Rendering:  # Any: decoded JSON, see from_json
    span = data["span"]
    lags = None if span is None else EarVoiceSpan(float(span["start_lag_s"]), float(span["end_lag_s"]))
    return Rendering(_text(data["text"]), bool(data["is_doubtful"]), lags)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a text, got {value!r:.40}")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"expected whole milliseconds, got {value!r:.40}")
    return value
