"""A conversation as `native` has it, and what SGLang says to the same positions. Knows no test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aiohttp
import numpy as np
import torch
from torch import Tensor

from model.history import History, Stretch
from model.hmlp import patches_of
from model.interaction import InteractionModel, Positions
from model.native_core import Choice, NativeCore
from model.session_record import decode_record, unpacked_numbers
from model.sglang.chunk import Chunk
from model.sglang.process import Launch
from model.types import MicroTurnIn, MicroTurnOut, SeamError, SessionSettings, TypedText, VideoFrame
from tests.model.tiny_native import tiny_model, turn

GREEDY = Choice(temperature=0)
SETTINGS = SessionSettings("c", greeting="Hello, I am here.", instructions="Be brief.")
TOP = 20  # of a position's likeliest tokens that are compared
_PICTURE = np.random.default_rng(3).integers(0, 256, (120, 160, 3), dtype=np.uint8)


def turns_of(count: int, seed: int = 0) -> list[MicroTurnIn]:
    """Sound, own sound, pictures and messages."""
    turns: list[MicroTurnIn] = []
    for index in range(count):
        events = (TypedText("ana", "Which one of them is open on Sundays?"),) if index % 7 == 3 else ()
        frames = tuple(VideoFrame(_PICTURE[::step], 10 * index, "p1:camera") for step in (1, -1) if index % 4 == 1)
        plain = turn(index, *events, seed=seed, frames=frames)
        own = plain.pcm[::-1] if index % 3 == 0 else None
        turns.append(MicroTurnIn(index, plain.pcm, own, plain.frames, plain.events))
    return turns


def tokens_of(record: bytes) -> list[int]:
    """All positions that a conversation keeps."""
    packed = decode_record(record).positions.tokens
    return unpacked_numbers(packed, "tokens", 0, tiny_model().config.num_tokens)


def native(turns: Sequence[MicroTurnIn], model: InteractionModel | None = None) -> tuple[list[MicroTurnOut], list[int]]:
    """What `native` answers, and the positions it keeps."""
    core = NativeCore(model or tiny_model(), 1, GREEDY)
    slot, outs = core.open(SETTINGS), list[MicroTurnOut]()
    for heard in turns:
        out = core.step({slot: (heard,)})[slot]
        assert not isinstance(out, SeamError), out
        outs.append(out)
    return outs, tokens_of(core.export(slot))


def assert_same(outs: Sequence[MicroTurnOut], expected: Sequence[MicroTurnOut]) -> None:
    """The same words, actions and moments of speech, and the same sound to a thousandth."""
    assert [out.text for out in outs] == [out.text for out in expected]
    assert [out.actions for out in outs] == [out.actions for out in expected]
    for out, other in zip(outs, expected, strict=True):
        assert (out.pcm is None) == (other.pcm is None), out.index
        if out.pcm is not None and other.pcm is not None:
            np.testing.assert_allclose(out.pcm, other.pcm, atol=1e-3)


def stretches_of(num_turns: int) -> list[Stretch]:
    """What a conversation of so many micro-turns holds."""
    core = NativeCore(tiny_model(), 1, GREEDY)
    slot = core.open(SETTINGS)
    for heard in turns_of(num_turns):
        core.step({slot: (heard,)})
    history = History.restored(decode_record(core.export(slot)).positions, tiny_model().config.backbone.num_sinks)
    return [*history.first, *history.last]


def positions_of(stretches: Sequence[Stretch], ending: Sequence[int] = ()) -> Positions:
    """Whole, as training has it, with text tokens behind."""
    chunk = Chunk.of(stretches)
    tokens = (*chunk.tokens, *ending)
    seen = [patches_of(frames) for frames in chunk.pictures]
    return Positions(
        tokens=torch.tensor([tokens]),
        num_valid=torch.tensor([len(tokens)]),
        heard=torch.cat(chunk.heard)[None],
        own=torch.cat(chunk.own)[None],
        micro_turn=torch.tensor([[index for stretch in stretches for index in stretch.clock] + [-1] * len(ending)]),
        patches=torch.cat(seen)[None],
    )


@torch.inference_mode()
def chances_of(stretches: Sequence[Stretch]) -> Tensor:
    """Log chances (T, V) of the next token at each position, in float32."""
    return tiny_model().logits(tiny_model()(positions_of(stretches))[0]).log_softmax(-1)


async def errors_of(launch: Launch, stretches: Sequence[Stretch]) -> Tensor:
    """By how much the log chances that SGLang gives its TOP tokens differ from those in `native`: (T - 1, TOP)."""
    asked = {
        **Chunk.of(stretches).fields(),
        "sampling_params": {"max_new_tokens": 1, "temperature": 0},
        **{"return_logprob": True, "logprob_start_len": 0, "top_logprobs_num": TOP},
    }
    meta = (await _generated(launch, asked))["meta_info"]
    found, chances = meta["input_top_logprobs"], chances_of(stretches)
    assert len(found) == len(chances) > 100
    errors = [
        [chance - float(chances[position, int(token)]) for chance, token, *_ in best]
        for position, best in enumerate(found[1:])
    ]
    return torch.tensor(errors).abs()


async def _generated(launch: Launch, asked: Mapping[str, object]) -> dict[str, dict[str, list[list[list[float]]]]]:
    headers = {"Authorization": f"Bearer {launch.key}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{launch.url}/generate", json=asked) as response,
    ):
        assert response.status == 200, await response.text()
        return await response.json()
