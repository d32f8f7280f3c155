"""agent/work.py in a real conversation: what is asked is done, shown, told to the engine, and can be stopped"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from agent.background import BackgroundEngine
from agent.config import AgentConfig
from agent.conversation import Conversation, Person
from agent.metrics import AgentMetrics
from agent.openai_background import Endpoint, OpenAiBackground
from agent.thinking import think
from agent.tool import ToolUse
from agent.wire import Caption, ErrorMessage, Silence, Text
from agent.wire_fields import Json
from agent.wire_work import (
    CallPageTool,
    CancelJob,
    CancelPageTool,
    JobCard,
    PageContext,
    PageToolResult,
    RegisterTool,
    ShowSurface,
    SurfaceAction,
)
from agent.work import WorkSetup
from model.types import (
    HEARD_RATE_HZ,
    BackgroundDelta,
    CancelDelegation,
    Delegate,
    Heard,
    MicroTurnIn,
    MicroTurnOut,
    Pcm,
    Recogniser,
    SessionSettings,
    ToolResult,
    Transcript,
    TypedText,
    UiAction,
)
from tests.agent import misbehaving_endpoint as endpoint
from tests.agent.misbehaving_endpoint import DONE, Reply, chunk, endpoint_server, write
from tests.agent.test_conversation import send_tone
from tests.doubles import Page, ScriptedEngine

CONFIG = AgentConfig("ws://localhost/ws", "token", engine_name="test")


@dataclass
class Call:
    """A running conversation whose engine delegates every typed request."""

    conversation: Conversation
    engine: ScriptedEngine
    page: Page
    told: list[BackgroundDelta | ToolResult | UiAction] = field(
        default_factory=list[BackgroundDelta | ToolResult | UiAction]
    )

    def ask(self, text: str) -> None:
        self.conversation.take("p1", Text(text))

    async def card(self, id: str, fits: Callable[[JobCard], bool]) -> JobCard:
        return await self.page.wait_for(JobCard, lambda card: card.id == id and fits(card))

    async def final(self, id: str) -> JobCard:
        return await self.card(id, lambda card: card.state in ("done", "failed", "cancelled"))

    async def hears(self, fits: Callable[[list[BackgroundDelta | ToolResult | UiAction]], bool]) -> None:
        """Wait until what the engine was told fits."""
        await self.engine.heard_until(lambda _: fits(self.told))

    @property
    def words(self) -> str:
        return " ".join(each.text for each in self.told if isinstance(each, BackgroundDelta) and each.kind == "spoken")


class Hears:
    """A recogniser that gives fixed words for whatever sound comes, and remembers how much came."""

    def __init__(self, words: str) -> None:
        self._words = words
        self.num_samples = 0

    async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncGenerator[Transcript]:
        async for pcm in sound:
            self.num_samples += pcm.size
        yield Transcript(self._words, "en")


@asynccontextmanager
async def call(engine: BackgroundEngine | None = None, recogniser: Recogniser | None = None) -> AsyncGenerator[Call]:
    count = [0]

    def answer(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        actions: list[Delegate | CancelDelegation] = []
        for event in (event for turn in heard for event in turn.events):
            if isinstance(event, BackgroundDelta | ToolResult | UiAction):
                running.told.append(event)
            elif isinstance(event, TypedText) and event.text.startswith("drop "):
                actions.append(CancelDelegation(event.text.removeprefix("drop ")))
            elif isinstance(event, TypedText):
                count[0] += 1
                actions.append(Delegate(f"d{count[0]}", event.text))
        return MicroTurnOut(heard[-1].index, actions=tuple(actions))

    scripted, page = ScriptedEngine(answer), Page()
    with ThreadPoolExecutor(1) as media_thread:
        conversation = Conversation(
            "room", CONFIG, media_thread, AgentMetrics(), WorkSetup(engine, recogniser=recogniser)
        )
        running = Call(conversation, scripted, page)
        conversation.join(Person("p1", "Ada", page.post))
        async with asyncio.TaskGroup() as tasks:
            settings = SessionSettings("room")
            living = [
                tasks.create_task(conversation.run_clock(), name="clock"),
                tasks.create_task(conversation.work.run(), name="work"),
                tasks.create_task(think(conversation, scripted, settings, lambda: None), name="think"),
            ]
            yield running
            for task in living:
                task.cancel()


@asynccontextmanager
async def call_with(*replies: Reply, stall_s: float = 5.0) -> AsyncGenerator[Call]:
    async with endpoint_server(*replies) as server:
        async with call(OpenAiBackground(lambda: Endpoint(server.url, stall_s=stall_s))) as running:
            yield running


async def test_an_obvious_request_is_shown_and_told_without_any_model() -> None:
    async with call() as running:
        running.ask("Make a chart of 3, 5 and 8")
        assert (await running.final("d1")).state == "done"
        surface = await running.page.wait_for(ShowSurface, lambda surface: surface.surface_id == "chart-1")
        assert surface.components[0]["series"][0]["values"] == [3, 5, 8]
        await running.hears(lambda told: len(told) == 2)
        assert running.told == [BackgroundDelta("d1", "Here is the chart.", False), BackgroundDelta("d1", "", True)]


async def test_a_timer_rings_in_time_and_the_engine_is_told() -> None:
    async with call() as running:
        running.ask("Set a timer for 0.3 seconds")
        await running.hears(lambda told: any(isinstance(each, ToolResult) for each in told))
        assert running.told[-1] == ToolResult("timer-1", "0.3 seconds are over.")


async def test_other_work_goes_to_the_background_model_sentence_by_sentence() -> None:
    async def says_two(body: Json, response: web.StreamResponse) -> None:
        assert "explain tides" in body["messages"][-1]["content"]
        await write(response, chunk("The moon pulls. The sea "), chunk("follows."), chunk(finish="stop"), DONE)

    async with call_with(says_two) as running:
        running.ask("explain tides")
        await running.hears(lambda told: len(told) == 3)
        assert [each.text for each in running.told if isinstance(each, BackgroundDelta)] == [
            "The moon pulls.",
            "The sea follows.",
            "",
        ]


async def test_a_background_model_uses_a_tool_of_the_call() -> None:
    function = {"name": "take_note", "arguments": '{"text": "Buy milk"}'}

    async def notes(body: Json, response: web.StreamResponse) -> None:
        assert "take_note" in [each["function"]["name"] for each in body["tools"]]
        await write(
            response, chunk(tools=[{"index": 0, "id": "c", "function": function}]), chunk(finish="tool_calls"), DONE
        )

    async with call_with(notes, endpoint.says) as running:
        running.ask("remember the milk somehow")
        assert (await running.final("d1")).state == "done"
        assert [surface.surface_id for surface in running.conversation.work.surfaces.shown] == ["notes"]


@pytest.mark.parametrize("reply", [endpoint.stalls, endpoint.dies, endpoint.babbles, endpoint.floods])
async def test_whatever_the_model_does_wrong_is_said_and_the_call_goes_on(reply: Reply) -> None:
    async with call_with(reply, stall_s=0.3) as running:
        running.ask("explain tides")
        card = await running.final("d1")
        assert card.state == "failed" and "sorry" in card.note
        await running.hears(lambda told: any(isinstance(each, BackgroundDelta) and each.is_done for each in told))
        assert "I'm sorry" in running.words
        running.ask("what is 12 times 7")
        assert (await running.final("d2")).state == "done"


@pytest.mark.parametrize("how", ["card", "voice", "stop word", "engine", "hang-up"])
async def test_work_is_stopped_from_everywhere_and_says_nothing_after(how: str) -> None:
    async with call_with(endpoint.stalls, stall_s=60) as running:
        running.ask("explain tides")
        await running.card("d1", lambda card: card.note == "thinks")
        match how:
            case "card":
                running.conversation.take("p1", CancelJob("d1"))
            case "voice":
                running.conversation.work.heard("p1", "Never mind.")
            case "stop word":
                running.conversation.work.heard("p1", "Stop!")
            case "engine":
                running.ask("drop d1")
            case _:
                other = Page()
                running.conversation.join(Person("p2", "Bob", other.post))
                running.conversation.leave(running.conversation._people["p1"])  # pyright: ignore[reportPrivateUsage]
                running.page = other
        await running.hears(lambda told: any(isinstance(each, BackgroundDelta) and each.is_done for each in told))
        assert running.words == "" and not running.conversation.work._jobs  # pyright: ignore[reportPrivateUsage]
        assert running.conversation.work.delegations[0].state == "cancelled"


async def test_a_silenced_agent_does_not_go_on_with_the_result_by_itself() -> None:
    goes_on = asyncio.Event()

    async def pauses(body: Json, response: web.StreamResponse) -> None:
        await write(response, chunk("Two so far. Then "))
        await goes_on.wait()
        await write(response, chunk("comes the third."), chunk(finish="stop"), DONE)

    async with call_with(pauses) as running:
        running.ask("explain tides")
        await running.hears(lambda told: "Two so far." in running.words)
        running.conversation.take("p1", Silence())
        goes_on.set()
        await running.final("d1")
        await running.hears(lambda told: "Say yes" in running.words)
        assert "third" not in running.words
        running.conversation.work.heard("p1", "Yes, please.")
        await running.hears(lambda told: "Then comes the third." in running.words)


async def test_several_jobs_run_at_once() -> None:
    arrived, all_there = [0], asyncio.Event()

    async def waits(body: Json, response: web.StreamResponse) -> None:
        arrived[0] += 1
        if arrived[0] == 10:
            all_there.set()
        await all_there.wait()
        await endpoint.says(body, response)

    async with call_with(waits) as running:
        for number in range(10):
            running.ask(f"explain tides, part {number}")
        for number in range(10):
            assert (await running.final(f"d{number + 1}")).state == "done"


async def test_a_tool_of_the_page_is_called_there_and_cancelled_there() -> None:
    async with call() as running:
        take = running.conversation.take
        take("p1", RegisterTool("cart", "adds to the cart", {"type": "object"}))
        toolbox = running.conversation.work.toolbox
        assert toolbox.has("cart")
        take("p1", RegisterTool("calculate", "a thief", {"type": "object"}))
        assert (await running.page.wait_for(ErrorMessage, lambda error: True)).code == "tool-refused"
        async with asyncio.TaskGroup() as tasks:
            calling = tasks.create_task(toolbox.call("cart", {"item": "tea"}, ToolUse("k1")), name="call")
            asked = await running.page.wait_for(CallPageTool, lambda call: call.name == "cart")
            take("p2", PageToolResult(asked.id, "a stranger's answer"))
            take("p1", PageToolResult(asked.id, {"items": 1}))
            assert json.loads((await calling).text) == {"items": 1}
            second = tasks.create_task(toolbox.call("cart", {}, ToolUse("k2")), name="call")
            asked = await running.page.wait_for(CallPageTool, lambda call: call.id != asked.id)
            second.cancel()
        await running.page.wait_for(CancelPageTool, lambda cancel: cancel.id == asked.id)
        running.conversation.leave(running.conversation._people["p1"])  # pyright: ignore[reportPrivateUsage]
        assert not toolbox.has("cart")


async def test_what_people_do_with_interface_is_told_to_the_engine() -> None:
    async with call() as running:
        running.ask("ask everyone whether we break now")
        await running.page.wait_for(ShowSurface, lambda surface: surface.surface_id == "poll-1")
        running.conversation.take("p1", SurfaceAction("poll-1", "root", "vote", "o0"))
        await running.hears(lambda told: any(isinstance(each, UiAction) for each in told))
        action = next(each for each in running.told if isinstance(each, UiAction))
        assert (action.who, action.id) == ("Ada", "poll-1") and "voted for 'Yes'" in action.value
        assert "Ada voted for 'Yes'" in running.conversation.work.package().written()
        result = next(each for each in running.told if isinstance(each, ToolResult))
        assert result.text == "Everybody has voted on 'Shall we break now?': Yes: 1, No: 0."


async def test_where_the_engine_gives_no_words_the_recogniser_does() -> None:
    hears = Hears("Set a timer for one minute")
    async with call(recogniser=hears) as running:
        await send_tone(running.conversation, "p1", 30)
        running.conversation.work.delegate("d1", "timer")
        surface = await running.page.wait_for(ShowSurface, lambda surface: surface.surface_id == "timer-1")
        assert surface.components[0]["durationMs"] == 60_000
        assert 0 < hears.num_samples < 3 * HEARD_RATE_HZ  # how much of it came through depends on the machine
        assert "Ada: Set a timer for one minute" in running.conversation.work.package().written()


async def test_a_pass_of_each_speaker_makes_the_captions_and_is_no_event_to_the_engine() -> None:
    async with call(recogniser=Hears("The milk is empty")) as running:
        await send_tone(running.conversation, "p1", 40)
        caption = await running.page.wait_for(Caption, lambda caption: caption.final)
        assert (caption.speaker.name, caption.text) == ("Ada", "The milk is empty")
        garbled = MicroTurnOut(99, actions=(Heard("them ilk is em tea"),))
        running.conversation.take_output(garbled, running.conversation.voice.epoch, 1.0)
        assert [each.text for each in running.page.of(Caption) if each.final] == ["The milk is empty"]
        assert "[0:0" in (written := running.conversation.work.package().written()) and "Ada: The milk" in written
        num_heard = len(running.engine.heard)
        await running.engine.heard_until(lambda heard: len(heard) > num_heard + 2)
        assert [event for turn in running.engine.heard for event in turn.events] == []


async def test_typed_words_are_sure_and_an_engines_own_are_not_where_a_recogniser_is() -> None:
    async with call(recogniser=Hears("Set a timer for one minute")) as running:
        running.ask("Make a chart of 3, 5 and 8")
        await running.page.wait_for(ShowSurface, lambda surface: surface.surface_id == "chart-1")
        await send_tone(running.conversation, "p1", 40)
        running.conversation.work.heard("p1", "said a time or four one mitten")
        running.conversation.work.delegate("x1", "timer")
        await running.page.wait_for(ShowSurface, lambda surface: surface.surface_id == "timer-1")


async def test_who_joins_late_sees_what_is_shown_and_the_context_has_everything() -> None:
    async with call() as running:
        running.conversation.take("p1", PageContext("Cart: two teas"))
        running.ask("note that the milk is empty")
        await running.final("d1")
        late = Page()
        running.conversation.join(Person("p2", "Bob", late.post))
        assert [card.state for card in late.of(JobCard)] == ["done"]
        assert [surface.surface_id for surface in late.of(ShowSurface)] == ["notes"]
        written = running.conversation.work.package().written()
        assert "Ada: Cart: two teas" in written and "d1 (done)" in written and "Bob" in written
