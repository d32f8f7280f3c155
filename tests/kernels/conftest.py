"""Without a GPU the kernels run in Triton's interpreter, in this process, chosen before Triton is imported."""

from __future__ import annotations

import os
import sys

import torch

if not torch.cuda.is_available():
    assert "triton" not in sys.modules or os.environ.get("TRITON_INTERPRET") == "1", (
        "triton was imported before tests/kernels chose its interpreter; run with TRITON_INTERPRET=1"
    )
    os.environ["TRITON_INTERPRET"] = "1"
