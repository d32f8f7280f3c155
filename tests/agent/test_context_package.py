"""agent/context_package.py and agent/recent_sound.py: what is passed on of a call is whole, in order and bounded"""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agent.context_package import MAX_LINES, ContextPackage, build_package
from agent.delegation import Delegations
from agent.recent_sound import KEPT_TICKS, RecentSound
from agent.wire import Caption, Speaker
from model.types import HEARD_TICK_SAMPLES

ADA = Speaker("p1", "Ada", "participant")
AGENT = Speaker("agent", "Alongside", "agent")
LOUD = np.full(HEARD_TICK_SAMPLES, 0.2, np.float32)
SILENCE = np.zeros(HEARD_TICK_SAMPLES, np.float32)


def caption(number: int, text: str = "hello", speaker: Speaker = ADA, is_final: bool = True) -> Caption:
    return Caption(f"c{number}", speaker, "en", text, is_final, number * 1000, number * 1000 + 500)


def test_the_package_tells_who_said_what_when_and_what_is_worked_on() -> None:
    machine = Delegations()
    machine.delegate("d1", "the weather", "p1", 0)
    machine.deliver("d1", "It rains.", "spoken", 1)
    said = [caption(61), caption(62, "hi Ada", AGENT)]
    going_on = [caption(63, "I am", AGENT, is_final=False)]
    package = build_package(
        said, going_on, {"p1": "Ada"}, machine.all, [("poll-1", "Poll")], {"p1": "Cart: tea"}, ["x"], ["colour? => red"]
    )
    assert package.written().splitlines() == [
        "Conversation:",
        "[1:01] Ada: hello",
        "[1:02] Alongside (you): hi Ada",
        "[1:03] Alongside (you): I am \u2026",
        "In the call:",
        "Ada",
        "Work handed over:",
        "d1 (running): the weather => It rains.",
        "Shown in the call:",
        "Poll (poll-1)",
        "Done with it:",
        "x",
        "Seen in pictures:",
        "colour? => red",
        "From the page:",
        "Ada: Cart: tea",
    ]


@given(st.lists(st.text(max_size=200), max_size=60), st.integers(300, 4_000))
def test_whatever_was_said_the_package_is_bounded_and_keeps_the_newest(texts: list[str], bound: int) -> None:
    package = ContextPackage(("Ada",), tuple(f"[0:00] Ada: {text}" for text in texts), (), (), ())
    written = package.written(bound)
    assert len(written) <= bound
    if texts and len(texts[-1]) < 100:
        assert f"Ada: {texts[-1]}" in written
    if len("".join(texts)) + 20 * len(texts) + 200 > 2 * bound:
        assert "earlier utterances are left out" in written


def test_a_very_long_call_says_how_much_is_left_out() -> None:
    package = build_package([caption(number) for number in range(MAX_LINES + 7)], [], {}, [], [], {})
    assert package.num_left_out == 7 and "(7 earlier utterances are left out)" in package.written(1_000_000)


def test_the_last_utterance_is_found_with_who_said_it() -> None:
    recent = RecentSound()
    for tick in range(400):
        ada = LOUD if 100 <= tick < 150 or 180 <= tick < 220 else SILENCE  # with a pause inside
        bob = LOUD if 10 <= tick < 60 else SILENCE
        recent.add({"p1": ada, "p2": bob})
    found = recent.last_utterance()
    assert found is not None and found[0] == "p1"
    assert 120 * HEARD_TICK_SAMPLES <= found[1].size <= 150 * HEARD_TICK_SAMPLES


def test_recent_sound_is_bounded_and_forgets_who_left() -> None:
    recent = RecentSound()
    assert recent.last_utterance() is None
    for _ in range(KEPT_TICKS + 500):
        recent.add({"p1": LOUD})
    found = recent.last_utterance()
    assert found is not None and found[1].size == KEPT_TICKS * HEARD_TICK_SAMPLES
    recent.add({})
    assert recent.last_utterance() is None
