"""In the place of what SGLang asks for and a machine without a GPU has not: its kernel package, and two names.

Where the real ones are, they stay.
"""

# pyright: reportMissingImports=false
# SGLang lives in an environment of its own, which the checker does not see.

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from types import ModuleType

import torch
from torch import Tensor

_kept: list[torch.library.Library] = []  # what a library defines goes when it does


def install() -> None:
    """In every process, before SGLang is imported; the second time does nothing."""
    if importlib.util.find_spec("sgl_kernel") is None:
        sys.modules["sgl_kernel"] = _Kernels("sgl_kernel", "see model/sglang/stand_ins.py")
    if not _kept and not torch.cuda.is_available():  # torchvision's wheel was built beside another torch
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _kept.append(library)


class _Kernels(ModuleType):
    """Has one call that works, and names for those that SGLang imports and does not call on our way."""

    assign_req_to_token_pool_cpu: Callable[..., None]

    def __init__(self, name: str, doc: str) -> None:
        super().__init__(name, doc)
        self.__spec__ = importlib.util.spec_from_loader(name, None)
        self.assign_req_to_token_pool_cpu = assign_req_to_token_pool_cpu

    def __getattr__(self, name: str) -> Callable[..., None]:
        if not name.endswith("_cpu"):
            raise AttributeError(name)

        def missing(*_: object, **__: object) -> None:
            raise NotImplementedError(f"sgl_kernel.{name}: install sglang-kernel, or leave out what needs it")

        return missing


def assign_req_to_token_pool_cpu(
    rows: Tensor, table: Tensor, start: Tensor, end: Tensor, places: Tensor, row_length: int
) -> None:
    """Write each request's new places, one request behind the other, into its row of the table."""
    assert table.shape[1] == row_length, (table.shape, row_length)
    taken = 0
    for row, first, last in zip(rows.tolist(), start.tolist(), end.tolist(), strict=True):
        table[row, first:last] = places[taken : taken + last - first].to(table.dtype)
        taken += last - first
