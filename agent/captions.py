"""The call's captions: whose words, when, interim or final. Knows nothing of channels and engines.

Times are milliseconds on the conversation's clock.
"""

from __future__ import annotations

from collections import Counter, deque

from agent.loudest import level_dbfs
from agent.wire import Caption, Speaker
from model.types import TICK_MS, Pcm

HISTORY_SIZE = 500  # final captions kept for who comes later
SPEECH_DBFS = -45.0
RECENT_TICKS = 200  # 4 s: longer than an engine takes to understand, shorter than most noises go on
MAX_PAUSE_TICKS = 100  # a longer pause (2 s) parts two utterances of a person
ENGINE = ""  # as the source of words
UTTERANCE_PAUSE_MS = 1_000  # a longer silence of the agent ends its caption


class FloorLog:
    """Who spoke last, so that words that were understood get a name. An engine that hears the mix cannot tell."""

    def __init__(self) -> None:
        self._recent: deque[tuple[str, ...]] = deque(maxlen=RECENT_TICKS)  # who was loud in each tick
        self._first_tick: dict[str, int] = {}  # of what they have been saying
        self._last_tick: dict[str, int] = {}

    def update(self, tick: int, sounds: dict[str, Pcm]) -> None:
        """Take one tick of everybody's sound."""
        loud = tuple(who for who, pcm in sounds.items() if level_dbfs(pcm) > SPEECH_DBFS)
        self._recent.append(loud)
        for who in loud:
            if who not in self._last_tick or tick - self._last_tick[who] > MAX_PAUSE_TICKS:
                self._first_tick[who] = tick
            self._last_tick[who] = tick

    def speaker(self) -> tuple[str, int, int] | None:
        """Who was loud for most of the last seconds, from which to which tick; None when nobody was."""
        counts = Counter(who for loud in self._recent for who in loud)
        if not counts:
            return None
        who, _ = counts.most_common(1)[0]
        return who, self._first_tick[who], self._last_tick[who]

    def clear(self) -> None:
        """The utterance is over."""
        self._recent.clear()
        self._first_tick.clear()
        self._last_tick.clear()


class Captions:
    """Turns what engines report into captions that replace one another by id."""

    def __init__(self, agent: Speaker, language: str) -> None:
        self._agent = agent
        self.language = language
        self._next_id = 0
        self._heard_ids: dict[str, str] = {}  # of unfinished captions, by whose pass they come from
        self._said: Caption | None = None
        self._last_said_ms = 0
        self.history: deque[Caption] = deque(maxlen=HISTORY_SIZE)  # drops the oldest

    @property
    def unfinished(self) -> list[Caption]:
        """What the agent is saying now, as far as it sounded."""
        return [self._said] if self._said is not None else []

    def heard(
        self, speaker: Speaker, text: str, is_final: bool, start_tick: int, end_tick: int, source: str = ENGINE
    ) -> Caption:
        """Words of a person were understood, by the engine or by a recogniser's pass of their own (`source`).

        The first pass there is takes up what the engine left unfinished.
        """
        id = self._heard_ids.pop(source, None) or self._heard_ids.pop(ENGINE, None) or self._new_id()
        caption = Caption(
            id,
            speaker,
            self.language,
            text,
            is_final,
            start_tick * TICK_MS,
            (end_tick + 1) * TICK_MS,
        )
        if is_final:
            self.history.append(caption)
        else:
            self._heard_ids[source] = id
        return caption

    def noted(self, speaker: Speaker, text: str, tick: int) -> Caption:
        """Words that became known after they were said, besides the engine's own hearing."""
        now_ms = tick * TICK_MS
        caption = Caption(self._new_id(), speaker, self.language, text, True, now_ms, now_ms)
        self.history.append(caption)
        return caption

    def said(self, text: str, tick: int) -> Caption:
        """Words of the agent begin to sound."""
        now_ms = tick * TICK_MS
        before = self._said
        caption = Caption(
            before.id if before else self._new_id(),
            self._agent,
            self.language,
            f"{before.text} {text.strip()}" if before else text.strip(),
            False,
            before.start_ms if before else now_ms,
            now_ms + 200,
        )
        self._said = caption
        return caption

    def sounded(self, tick: int) -> None:
        """The agent's sound goes on."""
        self._last_said_ms = (tick + 1) * TICK_MS

    def close_said(self, tick: int, is_stopped: bool = False) -> Caption | None:
        """End the agent's caption after a pause, or at once when it was stopped; return the final one."""
        if self._said is None or not (is_stopped or tick * TICK_MS - self._last_said_ms > UTTERANCE_PAUSE_MS):
            return None
        before = self._said
        final = Caption(
            before.id,
            before.speaker,
            before.language,
            before.text,
            True,
            before.start_ms,
            max(self._last_said_ms, before.start_ms),
        )
        self._said = None
        self.history.append(final)
        return final

    def _new_id(self) -> str:
        self._next_id += 1
        return f"c{self._next_id}"
