"""Compiles kernels for a GPU that is not in this machine, to read what they became. Needs Triton."""

# pyright: reportIncompatibleMethodOverride=false
# (the abstract methods have no annotations, so they seem to return None)

from __future__ import annotations

from typing import Any, NoReturn

import torch
from triton.backends.compiler import GPUTarget
from triton.backends.driver import DriverBase
from triton.runtime.driver import driver

HOPPER = 90  # the compute capability of an H100 and an H200, times ten
_WARP_SIZE = 32


class AbsentGpu(DriverBase):
    """A driver that knows its GPU's kind and cannot run anything. For use under `launch.only_compile`."""

    def __init__(self, capability: int = HOPPER) -> None:
        super().__init__()
        self._target = GPUTarget("cuda", capability, _WARP_SIZE)

    def install(self) -> None:
        """Make Triton compile for this GPU from now on, in this process."""
        driver.set_active(self)

    @classmethod
    def is_active(cls) -> bool:
        return False

    def get_current_target(self) -> GPUTarget:
        return self._target

    def get_current_device(self) -> int:
        return 0

    def get_current_stream(self, device: int) -> int:
        return device

    def get_active_torch_device(self) -> torch.device:
        return torch.device("cpu")

    def map_python_to_cpp_type(self, ty: str) -> NoReturn:
        raise NotImplementedError(f"nothing is launched here, so {ty} has no C++ type")

    def get_benchmarker(self) -> Any:  # Triton's Benchmarker, which nothing here can be
        raise NotImplementedError("nothing runs here, so nothing can be measured")
