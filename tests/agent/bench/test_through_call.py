"""agent/bench/through_call.py: an item goes through the product as a user starts it"""

from __future__ import annotations

import numpy as np
import pytest

from agent.bench.item import Item, Turn
from agent.bench.media import speech_like
from agent.bench.targets import parse_target, through_target
from agent.bench.through_call import CallError, check_manners, product, through_call
from agent.bench.utterances import pieces_of_speech
from agent.bench.wav import resampled
from model.types import HEARD_RATE_HZ, SPOKEN_RATE_HZ

ITEM = Item("a", "timespeak", "single_delay", "dev", 0, "none", 8.0, (Turn("user", "v", "Hi.", 1.0, 2.0),))


@pytest.mark.timeout(120)
async def test_what_a_person_says_comes_back_on_the_items_clock() -> None:
    sound = np.zeros(8 * HEARD_RATE_HZ, np.float32)
    sound[HEARD_RATE_HZ : 2 * HEARD_RATE_HZ] = resampled(speech_like(1.0, seed=1), SPOKEN_RATE_HZ, HEARD_RATE_HZ)
    async with product("echo", (), num_calls=1) as origin:
        take = await through_call(origin)(ITEM, sound)
        again = await through_target(parse_target(f"room:{origin}"))(ITEM, sound)
    assert take.output.size == 8 * SPOKEN_RATE_HZ
    said = pieces_of_speech(take.output, SPOKEN_RATE_HZ)
    assert said and 1.2 < said[0].start_s < 7.0  # a micro-turn and two jitter buffers later, more on a busy machine
    assert not take.deeds and not take.texts  # a call shows neither
    assert again.output.size == take.output.size and pieces_of_speech(again.output, SPOKEN_RATE_HZ)


def test_a_call_whose_manners_are_not_free_is_not_measured() -> None:
    free = '{"v": 1, "kind": "etiquette-state", "room": "free", "people": {}}'
    check_manners(['{"v": 1, "kind": "levels"}', free])
    undertone = '{"v": 1, "kind": "etiquette-state", "room": "free", "people": {"p-1": "undertone"}}'
    for messages in ([free, undertone], [free.replace('"free"', '"invited"')], []):
        with pytest.raises(CallError, match="a measured call must be free"):
            check_manners(messages)
