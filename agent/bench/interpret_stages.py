"""Where an interpretation's lag comes from: how long until a part was asked for, translated, and heard. No I/O."""

from __future__ import annotations

import statistics
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

from agent.bench.result import Row
from agent.interpretation.lane import Interpreted
from model.types import NOT_TOLD, About, Translator


class TimedTranslator:
    """`Translator` of model/types.py that remembers when each segment was asked for, and when it was translated."""

    def __init__(self, translator: Translator, clock: Callable[[], float]) -> None:
        """`clock` tells seconds of the programme."""
        self._translator = translator
        self._clock = clock
        self._times: dict[str, tuple[float, float]] = {}  # bounded by the programme

    async def translate(
        self,
        segment: str,
        source: str,
        target: str,
        context: tuple[str, ...],
        glossary: Mapping[str, str],
        about: About = NOT_TOLD,
    ) -> AsyncGenerator[str]:
        """As the translator does it."""
        asked_s = self._times.get(segment, (self._clock(), 0.0))[0]
        async for piece in self._translator.translate(segment, source, target, context, glossary, about):
            yield piece
        self._times[segment] = (asked_s, self._clock())

    def stages(self, done: Sequence[Interpreted]) -> Row:
        """Medians over what was spoken, in seconds: from the end of a part's sound until it is asked for, from there
        until it is translated, from there until it is heard; a part that is spoken while it is translated counts
        backwards in the last.
        """
        until_asked: list[float] = []
        until_translated: list[float] = []
        until_heard: list[float] = []
        for each in done:
            times = self._times.get(each.source.text)
            if each.span is None or times is None:
                continue
            asked_s, translated_s = times
            until_asked.append(asked_s - each.source.end_s)
            until_translated.append(translated_s - asked_s)
            until_heard.append(each.source.start_s + each.span.start_lag_s - translated_s)
        named = {"until_asked_s": until_asked, "until_translated_s": until_translated, "until_heard_s": until_heard}
        return {name: round(statistics.median(values), 2) if values else None for name, values in named.items()}
