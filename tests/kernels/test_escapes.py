"""Nothing gets past the invariant ops: not in the model, not in the engine, and what would is found and named."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from alongside_kernels.deterministic import set_deterministic
from alongside_kernels.errors import EscapeError, ShapeError
from alongside_kernels.escapes import only_invariant
from model.backbone import Backbone
from model.config import ExpertSizes
from model.init_weights import init_weights_
from model.native_core import Choice, NativeCore
from model.types import MicroTurnOut, TypedText, VideoFrame
from tests.model.tiny_native import CONFIG, SETTINGS, tiny_model, turn

pytestmark = pytest.mark.skipif(torch.cuda.is_available(), reason="on a GPU kernels are no operators; its twin is here")


@pytest.fixture(autouse=True)
def deterministic() -> Generator[None]:
    set_deterministic(True)
    yield
    set_deterministic(False)


def test_an_engine_that_hears_sees_reads_and_speaks_stays_within_the_invariant_ops() -> None:
    core = NativeCore(tiny_model(), num_slots=2, choice=Choice(seed=1))
    slots = [core.open(SETTINGS) for _ in range(2)]
    frame = VideoFrame(np.zeros((120, 160, 3), np.uint8), tick=10, source="p1:camera")
    spoke = False
    with only_invariant():
        for index in range(4):
            event = TypedText("ana", "Hello?") if index == 2 else None
            heard = turn(index, *([event] if event else []), frames=(frame, frame) if index == 1 else ())
            for out in core.step({slot: (heard,) for slot in slots}).values():
                assert isinstance(out, MicroTurnOut), out
                spoke = spoke or out.pcm is not None
    assert spoke, "the speech decoder and the vocoder were not asked"


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("num_dense", [0, 2])
def test_whole_sequences_and_steps_of_either_mlp_stay_within_them(dtype: torch.dtype, num_dense: int) -> None:
    sizes = ExpertSizes(num_experts=5, num_active=2, num_shared=1, width=12, route_scale=2.0)
    config = replace(CONFIG.backbone, num_dense_layers=num_dense, experts=sizes, log_floor=3)
    backbone = Backbone(config)
    init_weights_(backbone, torch.Generator().manual_seed(0))
    x = torch.randn(2, 50, config.width, generator=torch.Generator().manual_seed(1)).to(dtype)
    backbone.to(dtype)
    with only_invariant():
        assert backbone(x).isfinite().all()
        state = backbone.init_state(2, max_chunk=7, dtype=dtype)
        assert backbone.step_(x[:, :7], torch.tensor([7, 3]), state).isfinite().all()


ROWS = torch.randn(3, 5, generator=torch.Generator().manual_seed(2))
HEADS = ROWS.expand(1, 2, 3, 5)
ESCAPES: dict[str, Callable[[], object]] = {
    "aten::native_layer_norm": lambda: functional.layer_norm(ROWS, (5,)),
    "aten::_scaled_dot_product_flash_attention_for_cpu": lambda: functional.scaled_dot_product_attention(
        HEADS, HEADS, HEADS
    ),
    "aten::_embedding_bag": lambda: functional.embedding_bag(torch.ones(2, 3, dtype=torch.int64), ROWS),
    "aten::exp_": lambda: ROWS.clone().exp_(),
    "aten::tanh": lambda: ROWS.tanh(),
    "aten::add.Tensor": lambda: torch.add(ROWS, ROWS, alpha=0.3),
    "aten::pow.Tensor_Scalar": lambda: ROWS**3,
    "aten::mm.out": lambda: torch.mm(ROWS, ROWS.T, out=torch.empty(3, 3)),
    "aten::mul.Tensor": lambda: torch.complex(ROWS, ROWS) * torch.complex(ROWS, ROWS),
    "aten::logcumsumexp": lambda: ROWS.logcumsumexp(1),
}


@pytest.mark.parametrize("operator", ESCAPES)
@pytest.mark.parametrize("is_inference", [False, True])
def test_what_escapes_is_named(operator: str, is_inference: bool) -> None:
    with torch.inference_mode(is_inference), pytest.raises(EscapeError, match=operator), only_invariant():
        ESCAPES[operator]()


class _Escaping(nn.Module):
    """What a module of the model would be that asks for none of the ops."""

    def forward(self, x: Tensor) -> Tensor:
        return functional.layer_norm(x, x.shape[-1:])


def test_a_module_of_the_model_that_escapes_is_found() -> None:
    backbone = Backbone(CONFIG.backbone)
    backbone.norm = _Escaping()  # pyright: ignore[reportAttributeAccessIssue]  # not the norm it should be
    with pytest.raises(EscapeError, match="aten::native_layer_norm"), only_invariant():
        backbone(torch.zeros(1, 3, CONFIG.backbone.width))


def test_while_the_ops_are_off_everything_escapes() -> None:
    set_deterministic(False)
    with pytest.raises(EscapeError, match=r"call set_deterministic\(True\) first"):
        only_invariant()


def test_convolutions_and_transforms_without_an_invariant_form_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"convolution: expected \(B, C, T\), not transposed, got \(1, 1, 3, 5\)"):
        functional.conv2d(ROWS[None, None], torch.ones(1, 1, 2, 2))
    with pytest.raises(ShapeError, match="Fourier transform: 5000 points, at most 4096"):
        torch.fft.rfft(torch.zeros(2, 5000))
    with pytest.raises(ShapeError, match="expected one axis and half the frequencies"):
        torch.fft.rfft2(ROWS)
