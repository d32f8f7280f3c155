"""model/cascade_delegation.py: which requests are for the background, and what waits to be said"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.cascade_delegation import Tidings, agrees, needs_work, takes_back
from model.types import BackgroundDelta, ToolResult


@pytest.mark.parametrize(
    "text",
    [
        "Make a chart of 3, 5 and 8.",
        "Set a timer for ten seconds, please.",
        "Could you ask everyone whether we break now?",
        "Let's vote on it.",
        "Remind me in five minutes to call Bob.",
        "What is twelve times seven?",
        "What's 15% of 80?",
        "How many feet are in a mile?",
        "Convert 5 miles to kilometers.",
        "Note down that we need milk.",
        "What time is it in Tokyo?",
        "Write agenda on the whiteboard.",
        "Can you summarize what we said?",
        "Cancel the timer.",
    ],
)
def test_requests_for_tools_are_handed_over(text: str) -> None:
    assert needs_work(text, can_look_up=False)


@pytest.mark.parametrize(
    "text",
    [
        "What is the capital of France?",
        "How are you today?",
        "I had three eggs and two toasts.",
        "Tell me a joke.",
        "What is your name?",
        "We were there over the weekend.",
        "How many people live in Paris?",
        "Do you know what I mean?",
    ],
)
def test_talk_stays_with_the_cascade(text: str) -> None:
    assert not needs_work(text, can_look_up=False)


def test_a_look_up_is_handed_over_only_where_somebody_can() -> None:
    assert needs_work("What's the weather in Lisbon?", can_look_up=True)
    assert not needs_work("What's the weather in Lisbon?", can_look_up=False)


def test_short_replies_are_told_apart() -> None:
    assert takes_back("Never mind.") and takes_back("Cancel that please.") and takes_back("Oh no, okay, stop that!")
    assert not takes_back("Stop the car over there.")
    assert agrees("Yes, please.") and agrees("Sure!") and not agrees("No.")


ids = st.sampled_from(["d1", "d2"])
deltas = st.builds(
    BackgroundDelta, ids, st.sampled_from(["", "a"]), st.booleans(), st.sampled_from(["spoken", "silent"])
)


@given(st.lists(st.one_of(deltas, st.builds(ToolResult, ids, st.just("a")), st.none()), max_size=40))
def test_nothing_is_said_twice_or_after_it_was_withdrawn(events: list[BackgroundDelta | ToolResult | None]) -> None:
    tidings, waiting = Tidings(), list[tuple[str, str]]()
    for number, event in enumerate(events):
        if event is None:
            assert tidings.take()[0] == " ".join(text for _, text in waiting)
            waiting.clear()
            continue
        text = f"{event.text}{number}" if event.text else ""
        if isinstance(event, ToolResult):
            tidings.put(ToolResult(event.id, text))
            waiting.append((event.id, text))
            continue
        known = tidings.put(BackgroundDelta(event.id, text, event.is_done, event.kind))
        assert known == (text if event.kind == "silent" else "")
        if event.kind == "silent" and event.is_done:
            waiting = [each for each in waiting if each[0] != event.id]
        elif event.kind == "spoken" and text:
            waiting.append((event.id, text))
        del waiting[:-32]
