"""The decoder's four steps of a micro-turn are one graph: recorded once, and replayed on other numbers.

A GPU records and replays its launches. Its twin on a processor records and replays operators by the same rule: what is
not made anew lies where it lay.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode

from alongside_kernels.deterministic import set_deterministic
from alongside_kernels.recorded import Recorded
from model.mel_frames import BLOCK_SIZE
from model.recorded_speech import RecordedSpeech
from model.speech_decoder import MAX_WORDS, SpeechDecoder, Words
from tests.kernels.drawn import DEVICE, normal
from tests.kernels.short_nano import SHORT, nano

pytestmark = pytest.mark.timeout(60)  # thousands of operators one by one

NUM_SLOTS, NUM_FLOW_STEPS = 2, 1
Asked = tuple[Tensor, Words, Tensor]


class _Tape(TorchDispatchMode):
    """Writes down each operator with its arguments, and fails at one that waits for a tensor's value."""

    def __init__(self) -> None:
        super().__init__()
        self._calls: list[tuple[Any, Any, Any, object]] = []  # torch.ops.OpOverload, whose methods have no types

    def __torch_dispatch__(
        self, func: Any, types: object, args: tuple[object, ...] = (), kwargs: dict[str, object] | None = None
    ) -> object:
        out = func(*args, **(kwargs or {}))
        tags: list[torch.Tag] = func.tags
        is_by_number = func is torch.ops.aten.index.Tensor and not any(
            part.dtype == torch.bool for part in pytree.tree_leaves(args[1]) if isinstance(part, Tensor)
        )
        assert torch.Tag.data_dependent_output not in tags, func.name()
        assert torch.Tag.dynamic_output_shape not in tags or is_by_number, func.name()
        self._calls.append((func, args, kwargs or {}, out))
        return out

    def replay(self, wanted: Tensor) -> Tensor:
        """Do it all again, and return what has become of `wanted`."""
        anew: dict[int, object] = {}

        def current(part: object) -> object:
            return anew.get(id(part), part)

        for func, args, kwargs, out in self._calls:
            again = func(*pytree.tree_map(current, args), **pytree.tree_map(current, kwargs))
            anew |= {id(old): new for old, new in zip(pytree.tree_leaves(out), pytree.tree_leaves(again), strict=True)}
        found = current(wanted)
        assert isinstance(found, Tensor)
        return found


def _decoder(dtype: torch.dtype) -> SpeechDecoder:
    speech = nano(dtype).speech
    assert speech is not None
    return speech


def _asked(index: int, dtype: torch.dtype) -> Asked:
    tokens = (torch.arange(NUM_SLOTS * MAX_WORDS, device=DEVICE).view(NUM_SLOTS, 1, MAX_WORDS) + 31 * index) % 400
    hidden = normal(NUM_SLOTS, 4, SHORT.backbone.width, seed=2 * index, dtype=dtype)
    noise = normal(NUM_SLOTS, 4, BLOCK_SIZE, seed=2 * index + 1, dtype=dtype)
    return hidden, Words(tokens, tokens % 9 - 4), noise


def _parts(words: Words) -> tuple[Tensor, Tensor]:
    return words.tokens, words.offsets


@torch.inference_mode()
def _step_by_step(speech: SpeechDecoder, asked: list[Asked]) -> list[Tensor]:
    state = speech.init_state(NUM_SLOTS)
    return [speech.speak_(hidden, words, noise, state, NUM_FLOW_STEPS) for hidden, words, noise in asked]


@pytest.fixture
def deterministic() -> Generator[None]:
    set_deterministic(True)
    yield
    set_deterministic(False)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_recorded_decoder_says_what_its_steps_say_bit_for_bit(dtype: torch.dtype, deterministic: None) -> None:
    """On a GPU this is the graph; a second one begins where the first began, although recording takes steps."""
    speech, asked = _decoder(dtype), [_asked(index, dtype) for index in range(2)]
    expected = _step_by_step(speech, asked)
    assert expected[0].std() > 0
    for _ in range(2):
        recorded = RecordedSpeech(speech, NUM_SLOTS, NUM_FLOW_STEPS)
        for one, sound in zip(asked, expected, strict=True):
            assert torch.equal(recorded.speak_(*one), sound)


@pytest.mark.skipif(DEVICE.type == "cuda", reason="the twin of a graph, which the test above records and replays")
def test_four_steps_flow_and_vocoder_recorded_once_are_replayed_on_other_numbers() -> None:
    speech, asked = _decoder(torch.float32), [_asked(index, torch.float32) for index in range(2)]
    expected = _step_by_step(speech, asked)
    state, tape = speech.init_state(NUM_SLOTS), _Tape()
    hidden, words, noise = (
        asked[0][0].clone(),
        Words(*(part.clone() for part in _parts(asked[0][1]))),
        asked[0][2].clone(),
    )
    with torch.inference_mode(), tape:
        first = speech.speak_(hidden, words, noise, state, NUM_FLOW_STEPS)
    assert _is_near(first, expected[0]) and not _is_near(first, expected[1])
    for (next_hidden, next_words, next_noise), sound in zip(asked[1:], expected[1:], strict=True):
        hidden.copy_(next_hidden)
        noise.copy_(next_noise)
        for part, following in zip(_parts(words), _parts(next_words), strict=True):
            part.copy_(following)
        with torch.inference_mode():
            assert _is_near(tape.replay(first), sound)


def _is_near(one: Tensor, other: Tensor) -> bool:
    """But for the rounding of the library, which hangs on where a number lies."""
    return bool((one - other).norm() < 0.01 * other.norm())


def test_what_waits_for_a_value_cannot_be_recorded() -> None:
    """Else the twin could not fail."""
    for act in (lambda: normal(3, seed=1).sum().item(), lambda: normal(3, seed=1)[normal(3, seed=2) > 0]):
        with pytest.raises(AssertionError, match=r"aten::_local_scalar_dense|aten::nonzero|aten::index"), _Tape():
            act()


def test_everything_that_a_step_changes_is_put_back_after_recording() -> None:
    count = torch.zeros(1, device=DEVICE)
    recorded = Recorded(lambda: count.add_(1), DEVICE, changed=[count])
    assert [int(recorded()) for _ in range(3)] == [1, 2, 3]
