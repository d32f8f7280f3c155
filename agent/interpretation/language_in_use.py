"""One language somebody listens to: its sound on the way out, the agent's voice, and how late that is."""

from __future__ import annotations

from collections.abc import Callable

from agent.interpretation.channel import LanguageChannel
from agent.interpretation.ear_voice_span import SpanGauge
from agent.interpretation.language_voice import LanguageVoice
from model.types import Voice


class LanguageInUse:
    """Made for the first listener, gone with the last. Without a voice only humans are heard in it."""

    def __init__(self, track: str, language: str, voice: Voice | None, clock: Callable[[], float]) -> None:
        self.channel = LanguageChannel(track)
        self.voice = LanguageVoice(voice, language, clock, lambda pcm, _: self.channel.put(pcm))
        self.gauge = SpanGauge()
        self.human_s = float("-inf")  # when a human interpreter was last heard in it
