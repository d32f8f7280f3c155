"""One conversation: who is in it, its clock, what the engine hears and what it says.

Owns the tick loop and the engine's session; `work` owns what is done in the background. Knows nothing of WebRTC or
signaling: a transport brings people (`join`, `leave`), their packets, pictures and messages, and listens to the voice.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field

from agent.audio_receiver import AudioReceiver, RtpAudioPacket
from agent.captions import ENGINE, Captions, FloorLog
from agent.clock import TickClock
from agent.config import AgentConfig
from agent.etiquette import Etiquette, etiquette_asked
from agent.interpretation.interpreter import Interpreter
from agent.interpretation.organs import Organs
from agent.loudest import LoudestParticipant, level_dbfs
from agent.media_tick import MediaTick, TickResult
from agent.metrics import AgentMetrics
from agent.micro_turns import Mailbox, MicroTurnAssembler
from agent.recent_sound import RecentSound
from agent.speaker_hearing import SpokenWords
from agent.stop_words import StopWordEar
from agent.video_in import FRAME_INTERVAL_TICKS, VideoSources
from agent.voice_out import VoiceOut, VoicePiece
from agent.voice_track import VoiceTrack
from agent.wire import (
    AgentState,
    AgentStateName,
    FromPage,
    Levels,
    Metrics,
    Setting,
    Silence,
    Speaker,
    Text,
    ToPage,
    VoiceStopped,
    Welcome,
)
from agent.wire_interpretation import InterpretationFromPage
from agent.wire_work import WHOLE_ROOM, PushToTalk, SetEtiquette
from agent.work import FromPageAboutWork, Work, WorkSetup
from model.types import (
    MICRO_TURN_MS,
    TICK_MS,
    TICKS_PER_MICRO_TURN,
    Action,
    CancelDelegation,
    Delegate,
    DropNote,
    Event,
    Heard,
    Hush,
    LoudestChanged,
    Mark,
    MicroTurnOut,
    Note,
    Pcm,
    Say,
    SettingsChanged,
    Show,
    Silenced,
    Spotter,
    TimeLost,
    TypedText,
)

logger = logging.getLogger(__name__)

AGENT_ID = "agent"
LEVEL_TICKS = 5  # levels go to the pages ten times a second
METRIC_TICKS = 50
WELCOME_CAPTIONS = 50

Post = Callable[[ToPage, bool], None]  # a message to one page; True: on the lossy channel


@dataclass(slots=True)
class Person:
    """Somebody in the conversation, as the conversation sees them."""

    id: str
    name: str
    post: Post
    receiver: AudioReceiver = field(default_factory=AudioReceiver)


class Conversation:
    """People, clock, captions and voice of one room."""

    def __init__(
        self,
        name: str,
        config: AgentConfig,
        media_thread: Executor,
        metrics: AgentMetrics,
        setup: WorkSetup | None = None,
        spotter: Callable[[], Spotter] | None = None,
        organs: Organs | None = None,
    ) -> None:
        """`spotter` makes one that hears stop words in one voice; without it only clicks and the engine silence."""
        self.name = name
        self._config = config
        self._media_thread = media_thread
        self._metrics = metrics
        self._people: dict[str, Person] = {}
        self._listeners: dict[VoiceTrack, str] = {}  # to the participant it goes to
        self._media = MediaTick(StopWordEar(spotter) if spotter else None)
        self._assembler = MicroTurnAssembler()
        self._loudest = LoudestParticipant()
        self._floor = FloorLog()
        self._recent = RecentSound()
        self._state = AgentState("listening")
        self._is_working = False
        self._is_available = False
        self._is_looking = False
        self._tick = 0
        self._step_ms = 0.0
        self._late_total = 0
        self.agent = Speaker(AGENT_ID, config.name, "agent")
        self.captions = Captions(self.agent, config.language)
        self.mailbox = Mailbox()
        self.voice = VoiceOut()
        self.video = VideoSources()
        self.first_person = asyncio.Event()
        self.etiquette = Etiquette()
        setup = setup or WorkSetup()
        has_captions = config.engine_name == "cascade" or setup.recogniser is not None
        self.interpretation = Interpreter(self, organs, config.language, has_captions)
        self.work = Work(self, setup)
        self.work.toolbox.add(self.interpretation.tools)

    @property
    def names(self) -> Mapping[str, str]:
        """Who is there, by participant id."""
        return {who: person.name for who, person in self._people.items()}

    def join(self, person: Person) -> None:
        """Somebody can be heard from now on; their page gets the state and the transcript so far."""
        self._people[person.id] = person
        agent = {"id": self.agent.id, "name": self.agent.name}
        person.post(Welcome(self.name, self._tick // TICKS_PER_MICRO_TURN, agent, self._config.engine_name), False)
        person.post(self._state, False)
        person.post(self.etiquette.state, False)
        self.work.joined(person.id)
        self.interpretation.join(person.id)
        for caption in list(self.captions.history)[-WELCOME_CAPTIONS:]:
            person.post(caption, False)
        self.first_person.set()

    def leave(self, person: Person) -> None:
        """Somebody is gone; one who was replaced by a newer connection of the same id changes nothing."""
        if self._people.get(person.id) is person:
            del self._people[person.id]
            self._loudest.forget(person.id)
            self.work.left(person.id, is_last=not self._people)
            self.interpretation.leave(person.id)
            if self.etiquette.forget(person.id):
                self.tell(self.etiquette.state)

    def listen(self, track: VoiceTrack, who: str = "") -> None:
        """Let a track carry the agent's voice to a participant."""
        self._listeners[track] = who

    def unlisten(self, track: VoiceTrack) -> None:
        """The track's peer is gone."""
        self._listeners.pop(track, None)

    def hear(self, person_id: str, packet: RtpAudioPacket, now: float) -> None:
        """A packet of somebody's sound arrived."""
        if (person := self._people.get(person_id)) is not None:
            person.receiver.add(packet, now)

    def take(self, person_id: str, message: FromPage) -> None:
        """A page said something over its data channel."""
        if (person := self._people.get(person_id)) is None:
            return
        if isinstance(message, Text):  # the pages show it to one another themselves
            self._hear_words(person.id, message.text, is_sure=True)
            self.add_event(TypedText(person.name, message.text))
        elif isinstance(message, Silence):
            self.silence(person.name)
        elif isinstance(message, FromPageAboutWork):
            self.work.take(person.id, message)
        elif isinstance(message, InterpretationFromPage):
            self.interpretation.take(person.id, message)
        elif isinstance(message, SetEtiquette):
            self._set_etiquette(message)
        elif isinstance(message, PushToTalk) and self.etiquette.push_to_talk(person.id, message):
            self.silence(person.name)
        elif isinstance(message, Setting):
            self.add_event(SettingsChanged(message.key, str(message.value)))

    def _set_etiquette(self, asked: SetEtiquette) -> None:
        if asked.who in (WHOLE_ROOM, *self._people) and self.etiquette.set(asked):
            self.tell(self.etiquette.state)
            self._update_state()
            self.add_event(SettingsChanged("etiquette", f"{asked.who}: {asked.mode}"))

    def _hear_words(self, who: str, text: str, is_sure: bool = False) -> None:
        """Somebody said or typed something whole."""
        if asked := etiquette_asked(text, who):
            self._set_etiquette(asked)
        self.work.heard(who, text, is_sure)

    def add_event(self, event: Event) -> None:
        """Let the engine know of something with the next micro-turn."""
        self._assembler.add_event(event)

    def silence(self, who: str) -> None:
        """Stop the voice now, past the engine; the engine learns of it."""
        self._stop_voice(is_asked=True)
        self.work.silenced()
        self.add_event(Silenced(who))

    def tell(self, message: ToPage, lossy: bool = False) -> None:
        """Send a message to every page."""
        for person in self._people.values():
            person.post(message, lossy)

    def num_packets(self, who: str) -> int | None:
        """How many packets of somebody's sound came so far; None when they are not there."""
        person = self._people.get(who)
        return None if person is None else person.receiver.stats.packets_received

    def tell_one(self, who: str, message: ToPage) -> None:
        """Send a message to one participant's page, if they are there."""
        if (person := self._people.get(who)) is not None:
            person.post(message, False)

    async def picture(self) -> bytes | None:
        """What is shown or filmed now, as JPEG; None when nothing is."""
        await self.video.first_picture()
        return await asyncio.get_running_loop().run_in_executor(self._media_thread, self.video.jpeg)

    def last_utterance(self) -> tuple[str, Pcm] | None:
        """Who spoke last and the sound of it, (S,) at 16 kHz; None when nobody did lately."""
        return self._recent.last_utterance()

    def note_words(self, who: str, text: str) -> None:
        """What somebody said became known besides the engine."""
        if (person := self._people.get(who)) is not None:
            speaker = Speaker(person.id, person.name, "participant")
            self.tell(self.captions.noted(speaker, text, self._tick))

    async def run_clock(self) -> None:
        """Make a tick every 20 ms until cancelled."""
        loop = asyncio.get_running_loop()
        clock = TickClock(time.monotonic())
        while True:
            await asyncio.sleep(clock.due_at() - time.monotonic())
            if skipped := clock.take(time.monotonic()):
                self._metrics.skipped_ticks_total += skipped
                self.add_event(TimeLost(skipped * TICK_MS / 1000))
            tick = clock.advance()
            piece = self.voice.pull()
            receivers = {who: person.receiver for who, person in self._people.items()}
            result = await loop.run_in_executor(
                self._media_thread,
                self._media.run,
                receivers,
                piece.pcm if piece else None,
                time.monotonic(),
                self.etiquette.unheard,
                self.interpretation.in_booths,
            )
            if tick % FRAME_INTERVAL_TICKS == 0:
                await self._look(tick)
            self._finish_tick(tick, piece, result)
            everybody = {**result.sounds, **result.aside}
            await self.interpretation.advance(tick, everybody, self._media_thread, result.own)

    async def _look(self, tick: int) -> None:
        self._is_looking = self.video.choose(self._loudest.current) is not None
        if not self._is_looking:
            return
        frame = await asyncio.get_running_loop().run_in_executor(self._media_thread, self.video.take, tick)
        if frame is not None:
            self._assembler.add_frame(frame)

    def _finish_tick(self, tick: int, piece: VoicePiece | None, result: TickResult) -> None:
        self._tick = tick
        if result.payload is not None:
            for track, who in self._listeners.items():
                if self.etiquette.hears_agent(who):
                    track.put(result.payload, tick)
        if result.spotted is not None and result.spotted.who in self._people:
            self._metrics.stop_words_total += 1
            self.silence(self._people[result.spotted.who].name)
        self.voice.set_gain(self.etiquette.next_gain(result.sounds, result.own, self.work.has_invitation))
        self._floor.update(tick, result.sounds)
        self._recent.add(result.sounds)
        self.work.hearing.add(tick, result.sounds)
        if loudest := self._loudest.update(result.sounds):
            if (person := self._people.get(loudest)) is not None:
                self.add_event(LoudestChanged(person.name))
        self._caption_own(tick, piece)
        for micro_turn in self._assembler.add_tick(tick, result.heard, result.own):
            self.mailbox.put(micro_turn)
        if tick % LEVEL_TICKS == 0:
            own = {AGENT_ID: level_dbfs(piece.pcm)} if piece else {}
            self.tell(Levels({**result.levels, **own}), lossy=True)
        if tick % METRIC_TICKS == 0:
            self._media.expected_loss_pct = max((track.lost_pct for track in self._listeners), default=0)
            index = tick // TICKS_PER_MICRO_TURN
            self.tell(Metrics(index, self._step_ms, self._late_total, self.mailbox.lost_total), lossy=True)
        self._update_state()

    def _caption_own(self, tick: int, piece: VoicePiece | None) -> None:
        if piece is not None:
            if piece.text.strip():
                self.tell(self.captions.said(piece.text, tick), lossy=True)
            self.captions.sounded(tick)
        elif not self.voice.is_speaking and (final := self.captions.close_said(tick)):
            self.tell(final)

    def _stop_voice(self, is_asked: bool = False) -> None:
        if is_asked or self.voice.is_speaking:  # of a voice that just paused some may be on its way, too
            self.tell(VoiceStopped())
        self.voice.stop()
        if final := self.captions.close_said(self._tick, is_stopped=True):
            self.tell(final)

    def set_available(self, is_available: bool) -> None:
        """Whether an engine holds this conversation now."""
        self._is_available = is_available
        if is_available:
            self.work.begin_session()
        else:
            self._is_working = False
            self._stop_voice()
        self._update_state()

    def _update_state(self) -> None:
        name: AgentStateName = "listening"
        if not self._is_available:
            name = "unavailable"
        elif self.voice.is_speaking:
            name = "speaking"
        elif self._is_working:
            name = "working"
        state = AgentState(name, looking=self._is_looking, muted=self.etiquette.is_muted)
        if state != self._state:
            self._state = state
            self.tell(state)

    def take_output(self, out: MicroTurnOut, epoch: int, step_ms: float) -> None:
        """What the engine answered to the micro-turns of one step, which began in `epoch`."""
        self._step_ms = step_ms
        self._metrics.step_ms.observe(step_ms)
        if step_ms > MICRO_TURN_MS:
            self._late_total += 1
            self._metrics.micro_turn_late_total += 1
        self.voice.note_step(step_ms)
        if any(isinstance(action, Hush) for action in out.actions):
            self._stop_voice()
            epoch = self.voice.epoch
        self.voice.put(out, epoch)
        for action in out.actions:
            self._act(action)

    def _act(self, action: Action) -> None:
        match action:
            case Heard(text, is_final):
                self._caption_heard(text, is_final)
            case Mark("working" | "idle" as kind):
                self._is_working = kind == "working"
            case Delegate(id, task):
                self.work.delegate(id, task)
            case CancelDelegation(id):
                self.work.cancel_delegation(id)
            case Show(ui):
                self.work.show(ui)
            case Hush() | Mark() | Say() | Note() | DropNote():
                pass  # a Say's words come as the engine's own; notes are the engine's own memory

    def understood(self, words: SpokenWords) -> None:
        """A recogniser's pass of one speaker has words."""
        self._caption(words, words.who, is_sure=True)

    def _caption_heard(self, text: str, is_final: bool) -> None:
        """The engine understood words, of whom it cannot tell; a pass for each speaker knows better."""
        if self.work.hearing.is_trusted:
            return
        who, start, end = self._floor.speaker() or (next(iter(self._people), ""), self._tick, self._tick)
        self._caption(SpokenWords(who, text, is_final, start, end))
        if is_final:
            self._floor.clear()

    def _caption(self, words: SpokenWords, source: str = ENGINE, is_sure: bool = False) -> None:
        if (person := self._people.get(words.who)) is not None:
            speaker, span = Speaker(person.id, person.name, "participant"), (words.start_tick, words.end_tick)
            self.tell(self.captions.heard(speaker, words.text, words.is_final, *span, source), not words.is_final)
        if words.is_final:
            self._hear_words(words.who, words.text, is_sure)
