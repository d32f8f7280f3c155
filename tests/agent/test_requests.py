"""agent/request_router.py and agent/request_shows.py: obvious requests find their tool, everything else none"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.request_router import RoutedCall, is_cancel, is_yes, route
from agent.wire_fields import Json
from tests.agent.call_tools import CallTools

pytestmark = pytest.mark.timeout(90)  # a plot's process imports its library; a starved machine takes long for it
ROUTED: list[tuple[str, str, Json]] = [
    ("Make a chart of 3, 5 and 8.", "show_chart", {"type": "bar", "series": [{"values": [3, 5, 8]}], "title": ""}),
    (
        "Please draw a pie chart of apples 3, pears five and plums 8",
        "show_chart",
        {"type": "pie", "series": [{"values": [3, 5, 8]}], "title": "", "labels": ["apples", "pears", "plums"]},
    ),
    (
        "Make a histogram of three, five, five and eight.",
        "show_plot",
        {"type": "histogram", "series": [{"values": [3, 5, 5, 8]}]},
    ),
    ("Set a timer for ten seconds.", "set_timer", {"duration": "10 seconds", "label": ""}),
    (
        "Could you remind me to call Bob in five minutes please?",
        "set_timer",
        {"duration": "300 seconds", "label": "call Bob"},
    ),
    ("start a 30 second timer", "set_timer", {"duration": "30 seconds", "label": ""}),
    ("We'll set a timer for ten seconds", "set_timer", {"duration": "10 seconds", "label": ""}),
    ("timer 10 seconds", "set_timer", {"duration": "10 seconds", "label": ""}),
    ("Translate board as junta in Spanish.", "add_term", {"term": "board", "wording": "junta", "language": "es"}),
    (
        "Please add to the glossary that the term chair means pr\u00e9sidence in French",
        "add_term",
        {"term": "chair", "wording": "pr\u00e9sidence", "language": "fr"},
    ),
    ("Never translate the name Blue Harbour, please.", "add_term", {"term": "Blue Harbour"}),
    ("This meeting is about bees and honey.", "set_topic", {"topic": "bees and honey"}),
    ("Okay, the topic of this call is the 2027 budget.", "set_topic", {"topic": "the 2027 budget"}),
    ("please change the topic to bees", "set_topic", {"topic": "bees"}),
    ("Forget the topic.", "set_topic", {"topic": ""}),
    ("Cancel the tea timer.", "cancel_timer", {"label": "tea"}),
    ("Ask everyone whether we break now.", "ask_poll", {"question": "Shall we break now?"}),
    ("ask everybody if they want coffee", "ask_poll", {"question": "Do you want coffee?"}),
    (
        "make a poll about lunch with options pizza, soup and salad",
        "ask_poll",
        {"question": "Lunch?", "options": ["pizza", "soup", "salad"]},
    ),
    ("What is twelve times 7?", "calculate", {"expression": "12 * 7"}),
    ("what's 15 percent of 80", "calculate", {"expression": "15% * 80"}),
    ("How many feet are in a mile?", "convert_units", {"value": 1, "source": "mile", "target": "feet"}),
    ("What time is it in Tokyo?", "clock", {"place": "Tokyo"}),
    ("Note down that we need milk.", "take_note", {"text": "We need milk"}),
    ("show me the notes", "read_notes", {}),
    ("Write agenda on the whiteboard", "write_on_board", {"text": "Agenda"}),
]


@pytest.mark.parametrize(("said", "tool", "arguments"), ROUTED)
async def test_an_obvious_request_finds_its_tool_which_takes_its_arguments(
    said: str, tool: str, arguments: Json
) -> None:
    assert route(said) == RoutedCall(tool, arguments)
    if tool != "cancel_timer":  # none runs
        assert (await CallTools().call(tool, **arguments)).words


async def test_lists_and_forms_are_made_of_what_was_said() -> None:
    call = CallTools()
    for said in (
        "make a shopping list with milk, bread and eggs",
        "make a form for lunch with your name and number of guests",
    ):
        found = route(said)
        assert found is not None
        await call.call(found.tool, **found.arguments)
    assert [item["text"] for item in call.shown("checklist-1")["items"]] == ["Milk", "Bread", "Eggs"]
    assert [(each["label"], each["type"]) for each in call.shown("form-1")["fields"]] == [
        ("Name", "text"),
        ("Number of guests", "number"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        "What is the capital of France?",
        "I have 3 apples and 5 pears",
        "We set a timer yesterday",
        "I noted that 5 minutes ago",
        "What is love?",
        "The chart was wrong",
        "Don't translate that",
        "Translate this into Spanish",
        "We never translate",
        "This meeting is about to end",
        "The meeting is about over.",
        "The topic is very hard",
        "The topic is closed.",
        "This call is about that",
        "What is this meeting about?",
        "Who was it at half past three?",
        "",
    ],
)
def test_talk_finds_no_tool(said: str) -> None:
    assert route(said) is None


def test_short_replies_are_understood() -> None:
    assert all(is_cancel(said) for said in ("Never mind.", "cancel that", "Please stop.", "Forget it"))
    assert all(is_cancel(said) for said in ("Okay, cancel that please.", "Oh no, stop that!", "Actually, never mind."))
    assert not any(is_cancel(said) for said in ("cancel the timer", "stop the music now", "I forget things"))
    assert all(is_yes(said) for said in ("Yes please.", "yes, tell me", "Go ahead!"))
    assert not any(is_yes(said) for said in ("no", "yes but not now", "okay what is that"))


@given(st.text(max_size=300))
def test_any_words_are_routed_or_not_without_failing(said: str) -> None:
    found = route(said)
    assert found is None or found.tool
    assert is_cancel(said) in (True, False) and is_yes(said) in (True, False)
