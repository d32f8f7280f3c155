"""The cascade engine: voice activity → recogniser → language model → voice. The baseline for every claim.

Owns the organs that all sessions share and how many sessions there are; a conversation is cascade_session.py's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from model.cascade_answer import Organs
from model.cascade_ear import Ear
from model.cascade_session import CascadeSession, Seat
from model.conversation import Conversation
from model.hibari import HibariVoice
from model.language_model import LanguageModel
from model.recogniser import WhisperRecogniser
from model.types import CapacityError, InputError, SessionSettings
from model.vad import VoiceActivity

RECOGNISER_WEIGHTS = "whisper-base"
LANGUAGE_MODEL_WEIGHTS = "qwen2.5-coder-0.5b-instruct"
_RETRY_AFTER_S = 30.0


@dataclass(frozen=True, slots=True)
class CascadeConfig:
    """Where the weights lie, how many threads each organ may take, and how many conversations at once.

    The organs of one conversation work one after another, so their threads do not add up. More than one thread an
    organ wants OMP_WAIT_POLICY=passive in the environment before the process starts: OpenMP's threads otherwise spin
    at every barrier, and one other busy process on the machine makes an answer take seconds.
    """

    whisper: Path  # folder
    language_model: Path  # GGUF file
    num_recogniser_threads: int = 1
    num_language_threads: int = 1
    max_sessions: int = 2


class CascadeEngine:
    """`Engine` of model/types.py. All sessions share the organs; each organ serves in the order of asking."""

    def __init__(self, organs: Organs, activity: VoiceActivity, now: Callable[[], datetime]) -> None:
        self._organs = organs
        self._activity = activity
        self._now = now
        self._free_slots = list(range(organs.language_model.num_slots))

    @classmethod
    async def load(cls, config: CascadeConfig, now: Callable[[], datetime] = datetime.now) -> CascadeEngine:
        """Load all organs off the event loop. `now` is what the prompt calls the time. Raises BrokenWeights."""
        organs, activity = await asyncio.to_thread(_load, config)
        return cls(organs, activity, now)

    @property
    def organs(self) -> Organs:
        """Recogniser and voice may serve others too; each guards its own thread."""
        return self._organs

    async def open(self, settings: SessionSettings) -> CascadeSession:
        """Start a conversation. Raises CapacityError when all slots are taken, InputError on a bad setting."""
        language = settings.language.split("-")[0].lower()
        if language not in self._organs.recogniser.languages:
            raise InputError(f"settings.language: whisper has no {settings.language!r}; 'en', for example")
        if not self._free_slots:
            taken = self._organs.language_model.num_slots
            raise CapacityError(f"all {taken} conversations of this engine are taken", _RETRY_AFTER_S)
        slot = self._free_slots.pop()
        seat = Seat(
            slot,
            language,
            self._now,
            lambda: self._free_slots.append(slot),
            has_background=settings.extra.get("background") == "yes",
            can_look_up=settings.extra.get("lookup") == "yes",
        )
        conversation = Conversation(settings.instructions, self._now())
        session = CascadeSession(self._organs, Ear(self._activity.listener()), conversation, seat)
        try:
            session.read_ahead()
            if settings.greeting:
                spoken = await asyncio.wrap_future(self._organs.voice.submit(settings.greeting))
                session.greet(settings.greeting, spoken)
        except BaseException:
            await session.close()
            raise
        return session

    async def close(self) -> None:
        """Stop the organs' threads; close the sessions before."""
        for organ in (self._organs.recogniser, self._organs.language_model, self._organs.voice):
            await asyncio.to_thread(organ.close)


def _load(config: CascadeConfig) -> tuple[Organs, VoiceActivity]:
    activity = VoiceActivity()
    recogniser = WhisperRecogniser(config.whisper, config.num_recogniser_threads)
    model = LanguageModel(config.language_model, config.num_language_threads, config.max_sessions)
    return Organs(recogniser, model, HibariVoice()), activity
