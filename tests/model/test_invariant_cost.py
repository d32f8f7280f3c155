"""What keeping the bits costs is measured on the same work, with the switch off and on, and the switch is left off."""

from __future__ import annotations

import torch

from alongside_kernels import is_deterministic
from model.invariant_cost import LONGEST, PAST, acts, costs_ms, positions, quickest_ms
from model.sequence import NUM_AUDIO, Marks
from tests.model.tiny_native import tiny_model

CPU = torch.device("cpu")


def test_every_act_can_be_done_again_and_again() -> None:
    names = list[str]()
    for name, act in acts(tiny_model(), num_slots=2):
        assert quickest_ms(act, 2, CPU) > 0
        names.append(name)
    assert names == ["listen, 5 positions", "write, 1 position", f"train, {LONGEST} positions"]


def test_both_forms_are_measured_and_the_switch_is_left_off() -> None:
    free, ours = (costs_ms(tiny_model(), 1, 1, is_on=is_on) for is_on in (False, True))
    assert free.keys() == ours.keys() and min(*free.values(), *ours.values()) > 0
    assert not is_deterministic()


def test_sound_stands_at_the_end() -> None:
    whole = positions(3, PAST - NUM_AUDIO, NUM_AUDIO, CPU)
    assert whole.tokens.shape == (3, PAST)
    assert (whole.tokens == Marks.AUDIO).sum(1).tolist() == [NUM_AUDIO] * 3
    assert whole.heard is not None and whole.heard.shape[1] == NUM_AUDIO
    assert positions(1, 1, 0, CPU).heard is None
