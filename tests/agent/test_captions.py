"""agent/captions.py"""

from __future__ import annotations

import numpy as np

from agent.captions import Captions, FloorLog
from agent.wire import Speaker
from model.types import HEARD_TICK_SAMPLES

AGENT = Speaker("agent", "Alongside", "agent")
ADA = Speaker("p1", "Ada", "participant")
LOUD = np.full(HEARD_TICK_SAMPLES, 0.1, dtype=np.float32)
QUIET = np.zeros(HEARD_TICK_SAMPLES, dtype=np.float32)


def test_interim_and_final_words_of_one_utterance_share_an_id() -> None:
    captions = Captions(AGENT, "en")
    first = captions.heard(ADA, "what is", False, 0, 20)
    second = captions.heard(ADA, "What is the time?", True, 0, 60)
    third = captions.heard(ADA, "And", False, 90, 95)
    assert first.id == second.id != third.id
    assert (second.start_ms, second.end_ms) == (0, 1220)
    assert list(captions.history) == [second]


def test_the_agents_words_gather_in_one_caption_until_a_pause() -> None:
    captions = Captions(AGENT, "en")
    captions.said("It is", 100)
    captions.sounded(109)
    growing = captions.said("noon.", 110)
    captions.sounded(119)
    assert (growing.text, growing.final) == ("It is noon.", False)
    assert captions.close_said(150) is None
    final = captions.close_said(171)
    assert final is not None and (final.text, final.final, final.end_ms) == ("It is noon.", True, 2400)
    assert captions.close_said(500) is None


def test_a_stop_keeps_only_what_sounded() -> None:
    captions = Captions(AGENT, "en")
    captions.said("One", 10)
    captions.sounded(12)
    final = captions.close_said(13, is_stopped=True)
    assert final is not None and final.text == "One"
    assert captions.said("Two", 40).id != final.id


def test_words_belong_to_whom_spoke_most_since_the_last_utterance() -> None:
    floor = FloorLog()
    for tick in range(50):
        floor.update(tick, {"p1": LOUD if tick > 10 else QUIET, "p2": LOUD if tick < 5 else QUIET})
    assert floor.speaker() == ("p1", 11, 49)
    floor.clear()
    assert floor.speaker() is None


def test_a_cough_long_before_is_not_the_start_of_an_utterance() -> None:
    floor = FloorLog()
    for tick in range(500):
        floor.update(tick, {"p1": LOUD if tick < 3 or 400 <= tick < 450 else QUIET})
    assert floor.speaker() == ("p1", 400, 449)


def test_one_who_coughs_or_beeps_now_and_then_does_not_get_anothers_words() -> None:
    floor = FloorLog()
    for tick in range(1000):
        floor.update(tick, {"p1": LOUD if tick % 50 < 10 else QUIET, "p2": LOUD if 850 <= tick < 930 else QUIET})
    assert floor.speaker() == ("p2", 850, 929)
