"""The lines of the table: on a GPU with times, in the interpreter without, because those are not speeds."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from alongside_kernels.bench.case import COMPILED, KIND, Case, Load, Maker
from alongside_kernels.bench.clock import Call, copy_rate, matrix_rate, seconds
from alongside_kernels.bench.sizes import NANO, ExpertsSize
from alongside_kernels.errors import KernelError

logger = logging.getLogger(__name__)

HEAD = ("| device | op | shape | formula, us | torch, us | by | ours, us | of the device's best |", "|---" * 8 + "|")
# What the interpreter goes through: every op once, where it is smallest.
_SMALL_EXPERTS = ExpertsSize(num_experts=4, num_active=2, num_shared=1, width=64)
TRIAL = Load(sizes=(replace(NANO, memory=300, experts=_SMALL_EXPERTS),), sessions=(1,), new_positions=(4,), counts=(1,))
_DIFFERENCE = 0.02  # of the answer's length: bfloat16, and sums in another order


class WrongAnswer(KernelError):
    """A kernel that is to be measured does not give what its formula gives."""


@dataclass(frozen=True, slots=True)
class Device:
    """What a GPU can do at best."""

    torch: torch.device
    copies: float  # bytes a second
    products: float  # operations a second, in bfloat16

    @classmethod
    def measured(cls) -> Device:
        device = torch.device("cuda")
        return cls(device, copy_rate(device), matrix_rate(device, KIND))

    @property
    def name(self) -> str:
        return torch.cuda.get_device_name(self.torch)

    def __str__(self) -> str:
        return f"{self.name}: copies {self.copies / 1e12:.2f} TB/s, multiplies {self.products / 1e12:.0f} TFLOP/s"


def measured(make: Maker, device: Device) -> Iterator[str]:
    """A line for each case, at all sizes."""
    with torch.inference_mode():
        for case in make(Load(), device.torch):
            yield _line(case, device)
            torch.cuda.empty_cache()


def tried(make: Maker) -> Iterator[str]:
    """The same lines at the smallest size on the processor, without numbers. Raises WrongAnswer."""
    with torch.inference_mode():
        for case in make(TRIAL, torch.device("cpu")):
            _compare(case)
            yield f"| interpreter | {case.op} | {case.shape} | | | {case.library_name} | | no speed: interpreted |"


def _line(case: Case, device: Device) -> str:
    _compare(case)
    formula, ours = seconds(case.reference, device.torch), seconds(case.ours, device.torch, is_recorded=True)
    library = "" if case.library is None else _library(case.library, case, device)
    by_memory, by_product = case.num_bytes / device.copies / ours, case.num_operations / device.products / ours
    bound = f"{by_product:.0%} of matrix rate" if by_product > by_memory else f"{by_memory:.0%} of copy rate"
    numbers = f"{formula * 1e6:.1f} | {library} | {case.library_name} | {ours * 1e6:.1f}"
    return f"| {device.name} | {case.op} | {case.shape} | {numbers} | {bound} |"


def _library(library: Call, case: Case, device: Device) -> str:
    try:
        return f"{seconds(library, device.torch, is_recorded=True) * 1e6:.1f}"
    except Exception:  # what torch cannot do here must not cost our own numbers
        logger.exception("%s of %s, %s", case.library_name, case.op, case.shape)
        return "failed"


def _compare(case: Case) -> None:
    """The tests draw small shapes: here the answer is held to the formula's at the shape that is measured."""
    ours, formula = _floats(case.ours()), _floats(case.reference())
    off = float((ours - formula).norm() / formula.norm())
    if not off <= _DIFFERENCE:  # NaN is wrong too
        raise WrongAnswer(f"{case.shape}: {off:.2%} off the formula, so no more of it was measured")
    if case.library is not None and case.library_name != COMPILED and not ours.is_cuda:
        case.library()  # that it runs; what it says is torch's affair


def _floats(answer: object) -> Tensor:
    assert isinstance(answer, Tensor), type(answer)
    return answer.float()
