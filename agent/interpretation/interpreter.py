"""A room's interpretation: who listens in which language, and the ears, lanes and sound that this needs.

    ticks → ear of each speaker → lane for each language in use → captions to who listens
                                                              └→ channel of the language → their tracks

Exists in every call and does nothing until somebody chooses a language. Knows no WebRTC.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from concurrent.futures import Executor

from agent.interpretation.booth_desk import BoothDesk
from agent.interpretation.channel import LanguageChannel, encode_all
from agent.interpretation.ear import Ear
from agent.interpretation.echo import EchoGate
from agent.interpretation.errors import GlossaryError, InterpretationError
from agent.interpretation.glossary_desk import GlossaryDesk
from agent.interpretation.lane import FromSound, HeardPart, Lane, LaneParts, SourceSegment
from agent.interpretation.lane_news import Audience, LaneNews
from agent.interpretation.language_in_use import LanguageInUse
from agent.interpretation.organs import SPOKEN, Clients, Organs
from agent.interpretation.record_desk import RecordDesk
from agent.interpretation.room import Room
from agent.interpretation.speaker_language import SpeakerLanguage
from agent.interpretation.tracks import LanguageTracks
from agent.loudest import FLOOR_DBFS, level_dbfs
from agent.voice_track import VoiceTrack
from agent.wire import ErrorMessage
from agent.wire_interpretation import (
    AskExport,
    BoothAsk,
    BoothMute,
    BoothNote,
    ChooseLanguage,
    Consent,
    DeleteRecord,
    EditGlossary,
    EditTopic,
    Interpretation,
    InterpretationFromPage,
    UploadGlossary,
)
from model.types import TICK_MS, Pcm, SeamError

logger = logging.getLogger(__name__)

MAX_PARTS = 64  # of one lane: hypotheses that wait
HUMAN_HOLD_S = 0.3  # between two words of a human interpreter
SETTLE_TICKS = 5_000 // TICK_MS
RETRY_S = 2.0  # after an ear lost its recogniser


class _Speaker:
    """Somebody whose words are needed."""

    def __init__(self, language: SpeakerLanguage, ear: Ear, task: asyncio.Task[None]) -> None:
        self.language = language
        self.ear = ear
        self.task = task
        self.echo = EchoGate()


class _RunningLane:
    """A lane and what it hears."""

    def __init__(self, parts: asyncio.Queue[HeardPart], task: asyncio.Task[None]) -> None:
        self.parts = parts
        self.task = task


class Interpreter:
    """`run` beside the conversation; everything else is called on its event loop."""

    def __init__(self, room: Room, organs: Organs | None, language: str, has_captions: bool) -> None:
        """`language` is what people speak until they are heard; `has_captions`: their words are captioned anyway."""
        self._room = room
        self._organs = organs
        self._first_language = language
        self._has_captions = has_captions
        self._tracks = LanguageTracks(room.name, frozenset(organs.offered if organs else ()))
        self._chosen: dict[str, str] = {}
        self._listeners: dict[VoiceTrack, str] = {}  # to the participant it goes to
        self._languages: dict[str, LanguageInUse] = {}
        self._speakers: dict[str, _Speaker] = {}
        self._lanes: dict[tuple[str, str], _RunningLane] = {}
        self._sent: dict[str, Interpretation] = {}
        self._clients: Clients | None = None
        self._starting: asyncio.Task[None] | None = None
        self._problem = ""
        self._prepared: set[tuple[str, str]] = set()  # pairs whose instructions the translator has read
        self._preparing = asyncio.Lock()
        self._now_s = 0.0
        self._tasks: asyncio.TaskGroup | None = None
        self._booths = BoothDesk(room, organs.offered if organs else (), lambda: self._languages)
        self._record = RecordDesk(room, organs.records if organs else None, self._work)
        self._glossary_desk = GlossaryDesk(room, language)
        self.glossary = self._glossary_desk.book
        self.tools = self._glossary_desk.tools

    @property
    def in_booths(self) -> frozenset[str]:
        """Who interprets, or is about to: no part of the floor, so no engine hears them."""
        return self._booths.everybody

    async def run(self) -> None:
        """Until cancelled."""
        try:
            async with asyncio.TaskGroup() as self._tasks:
                await asyncio.get_running_loop().create_future()
        finally:
            await self._record.close()

    def join(self, who: str) -> None:
        """Somebody can be heard, and may choose."""
        self._booths.greet(who)
        self._record.greet(who)
        self._glossary_desk.greet(who)
        self._update()

    def leave(self, who: str) -> None:
        """Somebody is gone."""
        self._chosen.pop(who, None)
        self._tracks.leave(who)
        self._sent.pop(who, None)
        self._booths.leave(who, self._now_s)
        self._update()

    def listen(self, track: VoiceTrack, who: str) -> None:
        """Let a track carry a participant's language to them."""
        self._listeners[track] = who

    def unlisten(self, track: VoiceTrack) -> None:
        """The track's peer is gone."""
        self._listeners.pop(track, None)

    def take(self, who: str, message: InterpretationFromPage) -> None:
        """A page said something about interpretation; what cannot be done is answered in words."""
        try:
            match message:
                case ChooseLanguage(language):
                    self._choose(who, language)
                case BoothAsk() | BoothMute() | BoothNote():
                    self._booths.take(who, message, self._now_s)
                    self._update()
                case EditGlossary() | UploadGlossary() | EditTopic():
                    self._glossary_desk.take(message)
                case Consent() | AskExport() | DeleteRecord():
                    self._record.take(who, message, self._meet_wish_for_words)
        except InterpretationError as error:
            code = "glossary" if isinstance(error, GlossaryError) else "interpretation"
            self._room.tell_one(who, ErrorMessage(code, str(error)))

    async def advance(
        self, tick: int, sounds: Mapping[str, Pcm], media_thread: Executor, own: Pcm | None = None
    ) -> None:
        """One tick: what everybody said goes to the ears, what the voices say to the listeners.

        `own` is what the agent said itself, whose echo is nobody's speech either.
        """
        self._now_s = (tick + 1) * TICK_MS / 1000
        if self._booths.tick(sounds, self._now_s):
            self._update()
        if not self._speakers and not self._languages:
            return
        if tick % SETTLE_TICKS == 0:
            self._record.settle(self._now_s)
        pieces: dict[LanguageChannel, Pcm | None]
        pieces = {language.channel: language.channel.pull() for language in self._languages.values()}
        self._hear(tick, sounds, {channel: pcm for channel, pcm in pieces.items() if pcm is not None}, own)
        if not pieces:
            return
        payloads = await asyncio.get_running_loop().run_in_executor(media_thread, encode_all, pieces)
        for track, who in self._listeners.items():
            language = self._languages.get(self._chosen.get(who, ""))
            payload = payloads.get(language.channel) if language else None
            if payload is not None and self._booths.speaks(self._chosen[who]) != who:
                track.put(payload, tick)
        self._tell_states()

    def _hear(
        self, tick: int, sounds: Mapping[str, Pcm], spoken: Mapping[LanguageChannel, Pcm], own: Pcm | None
    ) -> None:
        aside = self.in_booths  # heard in a language's sound alone
        own_dbfs = FLOOR_DBFS if own is None else level_dbfs(own)
        levels = {who: level_dbfs(pcm) for who, pcm in sounds.items()}
        for who, speaker in self._speakers.items():
            if who not in sounds:
                continue
            played = [own_dbfs, *(level for other, level in levels.items() if other != who and other not in aside)]
            language = self._languages.get(self._chosen.get(who, ""))
            if language and language.channel in spoken:
                played.append(level_dbfs(spoken[language.channel]))
            is_echo = speaker.echo.is_echo(levels[who], max(played))
            speaker.ear.add(tick, sounds[who], is_echo)

    def _choose(self, who: str, language: str | None) -> None:
        if self._organs is None:
            raise InterpretationError("this agent was started without interpretation; ask its host for --translator")
        self._tracks.choose(who, language) if language or who in self._chosen else ()
        if language is None:
            self._chosen.pop(who, None)
        else:
            self._chosen[who] = language
            self._start(self._organs)
        self._update()

    def _work(self, work: Coroutine[None, None, None]) -> None:
        """Beside the call; what is asked before it runs or after it ended is not done."""
        if self._tasks is None:
            work.close()
        else:
            self._tasks.create_task(_guarded(work), name=f"record {self._room.name}")

    def _meet_wish_for_words(self) -> None:
        """Somebody's words are to be kept, or no longer."""
        if self._record.is_open and self._organs is not None:
            self._start(self._organs)
        self._update()

    def _start(self, organs: Organs) -> None:
        if self._clients is None and self._starting is None and self._tasks is not None:
            self._starting = self._tasks.create_task(self._bring_up(organs), name=f"interpretation {self._room.name}")

    async def _bring_up(self, organs: Organs) -> None:
        try:
            self._clients = await organs.ready()
            self._languages.clear()  # they are made anew, with voices
        except InterpretationError as error:
            self._problem = str(error)
        self._starting = None
        self._update()

    def _update(self) -> None:
        """Make languages, ears and lanes what the choices need."""
        if self._tasks is not None:
            self._keep_languages()
            if self._clients is not None:
                self._keep_lanes(self._clients, self._tasks)
        self._tell_states()

    def _keep_languages(self) -> None:
        """Before there are voices, too: humans may interpret."""
        for gone in self._languages.keys() - self._tracks.in_use:
            del self._languages[gone]
        for language in self._tracks.in_use - self._languages.keys():
            voice = self._clients.voice if self._clients and language in SPOKEN else None
            track = self._tracks.track(language)
            self._languages[language] = LanguageInUse(track, language, voice, lambda: self._now_s)
        self._booths.settle(self._now_s)

    def _keep_lanes(self, clients: Clients, tasks: asyncio.TaskGroup) -> None:
        in_use = self._tracks.in_use
        everybody = self._room.names if in_use or self._record.is_open else {}
        people = {who for who in everybody if not self._booths.sits(who)}
        for who in self._speakers.keys() - people:
            self._speakers.pop(who).task.cancel()
        for who in people - self._speakers.keys():
            self._speakers[who] = self._hear_speaker(who, clients, tasks)
        wanted = {(who, target) for who in people for target in in_use}
        for key in self._lanes.keys() - wanted:
            self._lanes.pop(key).task.cancel()
        for key in wanted - self._lanes.keys():
            self._lanes[key] = self._open_lane(*key, clients, tasks)

    def _hear_speaker(self, who: str, clients: Clients, tasks: asyncio.TaskGroup) -> _Speaker:
        language = SpeakerLanguage(self._organs.offered if self._organs else (), self._first_language)
        ear = Ear(clients.recogniser, language, lambda part: self._tell_words(who, part))

        async def listen() -> None:
            while True:
                try:
                    await ear.run()
                except SeamError as error:
                    logger.warning("%s: an ear lost its recogniser: %s", self._room.name, error)
                    await asyncio.sleep(RETRY_S)

        return _Speaker(language, ear, tasks.create_task(_guarded(listen()), name=f"ear {who}"))

    def _open_lane(self, who: str, target: str, clients: Clients, tasks: asyncio.TaskGroup) -> _RunningLane:
        parts: asyncio.Queue[HeardPart] = asyncio.Queue(MAX_PARTS)
        language = self._languages[target]

        def listeners() -> frozenset[str]:
            return self._tracks.listeners(target)

        def gauged() -> frozenset[str]:
            return listeners().union(self._booths.partners(target))

        def names() -> tuple[str, ...]:
            return tuple(self._room.names.values())

        news = LaneNews(
            self._room, who, Audience(listeners, gauged), language.gauge, self._record, not self._has_captions
        )
        from_sound = self._into_english(who, clients) if target == "en" else None
        lane = Lane(target, LaneParts(clients.translator, language.voice, self.glossary, news, names, from_sound))

        async def interpret() -> None:
            await self._prepare(lane, who, target)
            await lane.run(_endless(parts))

        task = tasks.create_task(_guarded(interpret()), name=f"lane {who} to {target}")
        return _RunningLane(parts, task)

    def _into_english(self, who: str, clients: Clients) -> FromSound | None:
        """The recogniser itself, for when the translator fails; it knows no other language to go to."""
        if (into_english := clients.into_english) is None:
            return None

        async def from_sound(segment: SourceSegment) -> str:
            speaker = self._speakers.get(who)
            if speaker is None:
                return ""
            return await into_english(speaker.ear.sound(segment.start_s, segment.end_s), segment.language)

        return from_sound

    async def _prepare(self, lane: Lane, who: str, target: str) -> None:
        """Once for each pair: lanes of a pair go on where the first began."""
        source = self._speakers[who].language.current if who in self._speakers else self._first_language
        async with self._preparing:
            await lane.prepare(source, is_read=(source, target) in self._prepared)
            self._prepared.add((source, target))

    def _tell_words(self, who: str, part: HeardPart) -> None:
        self._record.heard(who, part)
        for (speaker, _), lane in self._lanes.items():
            if speaker == who:
                if lane.parts.full():
                    lane.parts.get_nowait()  # a newer hypothesis says what the oldest did
                lane.parts.put_nowait(part)

    def _is_sounding(self, language: LanguageInUse) -> bool:
        if language.voice.is_muted:  # a human's silence is sent, too
            return self._now_s - language.human_s < HUMAN_HOLD_S
        return language.channel.is_sounding

    def _tell_states(self) -> None:
        """Tell each page what changed for it."""
        listening = {language: len(self._tracks.listeners(language)) for language in sorted(self._tracks.in_use)}
        sounding = tuple(sorted(name for name, each in self._languages.items() if self._is_sounding(each)))
        spoken = {who: speaker.language.current for who, speaker in self._speakers.items()}
        for who in self._room.names:
            own = self._chosen.get(who)
            foreign = tuple(sorted(other for other, each in spoken.items() if own and each != own and other != who))
            state = Interpretation(
                offered=tuple(self._organs.offered) if self._organs else (),
                language=own,
                track=self._tracks.track(own) if own else None,
                listening=listening,
                foreign=foreign,
                sounding=sounding,
                status=self._organs.status if self._organs and (own or listening) else "off",
                problem=self._problem if own else "",
            )
            if state != self._sent.get(who):
                self._sent[who] = state
                self._room.tell_one(who, state)


async def _guarded(work: Coroutine[None, None, None]) -> None:
    """An ear's or a lane's edge: whatever goes wrong in it ends it alone, not the call."""
    try:
        await work
    except Exception:
        logger.exception("a part of the interpretation failed")


async def _endless(parts: asyncio.Queue[HeardPart]) -> AsyncIterator[HeardPart]:
    while True:
        yield await parts.get()
