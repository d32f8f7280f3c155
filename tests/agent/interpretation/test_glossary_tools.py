"""Terms and topic by voice: what is said finds the tool, the tool edits what the room holds, and pages show it."""

from __future__ import annotations

import pytest

from agent.approvals import Approvals
from agent.errors import ToolError
from agent.interpretation.glossary import GlossaryBook
from agent.interpretation.glossary_tools import glossary_tools, topic_tool
from agent.request_router import route
from agent.tool import ToolUse
from agent.toolbox import Toolbox
from agent.wire import Caption
from agent.wire_interpretation import ChooseLanguage, GlossaryNow, TopicNow
from tests.agent.interpretation.meeting import Dictation, Organs, Running, running, settle


def toolbox_of(now: Running) -> Toolbox:
    toolbox = Toolbox(Approvals(lambda _: None, timeout_s=0.2))
    toolbox.add(now.interpreter.tools)
    return toolbox


async def say(toolbox: Toolbox, said: str) -> str:
    """What the agent answers to an obvious request."""
    found = route(said)
    assert found is not None, said
    return (await toolbox.call(found.tool, found.arguments, ToolUse(said, "ada"))).text


async def test_a_term_that_somebody_says_counts_from_the_next_segment() -> None:
    async with running(Organs(Dictation([("en", "board meets"), ("en", "board meets")])), "ada", "eva") as now:
        toolbox = toolbox_of(now)
        now.interpreter.take("eva", ChooseLanguage("es"))
        await settle()
        assert "junta" in await say(toolbox, "Translate board as junta in Spanish, please.")
        assert "board,junta" in now.meeting.pages["eva"].of(GlossaryNow)[-1].csv
        await now.utter("ada")
        await say(toolbox, "Remove board from the glossary.")
        assert "board" not in now.meeting.pages["ada"].of(GlossaryNow)[-1].csv
        await now.utter("ada")
        assert [each.text for each in now.meeting.pages["eva"].of(Caption)] == ["junta meets-es", "board-es meets-es"]


async def test_a_topic_that_somebody_says_counts_until_it_is_forgotten() -> None:
    async with running(Organs(Dictation([])), "ada", "eva") as now:
        toolbox = toolbox_of(now)
        assert "'bees and honey'" in await say(toolbox, "So this meeting is about bees and honey.")
        assert now.meeting.pages["eva"].of(TopicNow) == [TopicNow("bees and honey")]
        assert now.interpreter.glossary.topic == "bees and honey"
        assert "no topic any more" in await say(toolbox, "Forget the topic, please.")
        assert now.meeting.pages["ada"].of(TopicNow)[-1] == TopicNow("")


async def test_a_name_stays_as_it_is_in_every_language() -> None:
    async with running(Organs(Dictation([])), "ada") as now:
        await say(toolbox_of(now), "Never translate Harbour.")
        pairs = [now.interpreter.glossary.now.pairs_in("the Harbour", "en", target) for target in ("es", "fr")]
        assert pairs == [{"Harbour": "Harbour"}] * 2


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("remove_term", {"term": "board"}, "no term 'board'"),
        ("add_term", {"term": "board", "wording": "junta"}, "go together"),
        ("add_term", {"term": "board", "wording": "panel", "language": "en"}, "already"),
        ("add_term", {"term": "board", "wording": "junta", "language": "Spanish"}, "no language code"),
        ("add_term", {"term": " "}, "printable"),
        ("set_topic", {"topic": "bees " * 50}, "at most 200 characters, not 249"),
    ],
)
async def test_what_cannot_be_a_term_or_a_topic_is_refused_in_words(
    tool: str, arguments: dict[str, object], says: str
) -> None:
    toolbox = Toolbox(Approvals(lambda _: None, timeout_s=0.2))
    book = GlossaryBook()
    toolbox.add([*glossary_tools(book, "en", lambda: None), topic_tool(book, lambda: None)])
    with pytest.raises(ToolError, match=says):
        await toolbox.call(tool, arguments, ToolUse("k", "ada"))
