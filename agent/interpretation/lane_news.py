"""What a lane tells those who listen: captions in their language, the lag, and what could not be interpreted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass

from agent.interpretation.checked_translation import CheckedTranslation
from agent.interpretation.ear_voice_span import SpanGauge
from agent.interpretation.lane import Interpreted, SourceSegment
from agent.interpretation.record_desk import RecordDesk
from agent.interpretation.record_exports import DOUBT
from agent.interpretation.room import Room
from agent.wire import Caption, ErrorMessage, Speaker
from agent.wire_interpretation import LagGauge

ANY_LANGUAGE = "und"  # a page shows such captions whatever language it shows
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told what, asked anew each time."""

    listeners: Callable[[], Collection[str]]  # captions, and what could not be interpreted
    gauged: Callable[[], Collection[str]]  # the lag: they and the interpreters of the language


class LaneNews:
    """`LaneSink` of one speaker and one language."""

    def __init__(
        self,
        room: Room,
        speaker: str,
        audience: Audience,
        gauge: SpanGauge,
        record: RecordDesk,
        tells_originals: bool,
    ) -> None:
        """`tells_originals`: the speaker's own words are captioned here, as nobody else does."""
        self._room = room
        self._speaker = speaker
        self._audience = audience
        self._gauge = gauge
        self._record = record
        self._tells_originals = tells_originals
        self._last_reason = ""

    def tentative(self, text: str) -> None:
        """Captions of translations show what is committed; a tail in the other language would only flicker."""

    def translated(self, source: SourceSegment, translation: CheckedTranslation) -> None:
        """A caption in the listeners' language, before its sound."""
        self._tell_original(source)
        mark = f" {DOUBT}" if translation.is_doubtful else ""
        self._caption(source, translation.language, translation.text + mark)

    def finished(self, interpreted: Interpreted) -> None:
        """The record gets it, and the gauge moves with what was spoken."""
        self._record.rendered(self._speaker, interpreted)
        if interpreted.span is None:
            return
        self._gauge.add(interpreted.span)
        now = self._gauge.now
        assert now is not None, "a span was added"
        lag = LagGauge(interpreted.translation.language, round(now.start_lag_s, 2), round(now.end_lag_s, 2))
        for who in self._audience.gauged():
            self._room.tell_one(who, lag)

    def skipped(self, source: SourceSegment, reason: str) -> None:
        """What stays in its own language is captioned for all, whatever they filter; the reason is told once."""
        self._caption(source, ANY_LANGUAGE, source.text)
        if reason != self._last_reason:
            self._last_reason = reason
            for who in self._audience.listeners():
                self._room.tell_one(who, ErrorMessage("interpretation", reason))

    def _tell_original(self, source: SourceSegment) -> None:
        if self._tells_originals:
            self._caption(source, source.language, source.text)

    def _caption(self, source: SourceSegment, language: str, text: str) -> None:
        speaker = Speaker(self._speaker, self._room.names.get(self._speaker, "Somebody"), "participant")
        start_ms, end_ms = round(source.start_s * 1000), round(source.end_s * 1000)
        caption = Caption(f"i{next(_numbers)}", speaker, language, text, True, start_ms, max(start_ms, end_ms))
        for who in self._audience.listeners():
            self._room.tell_one(who, caption)
