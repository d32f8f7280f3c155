"""Without a GPU the kernels run in Triton's interpreter, in this process, chosen before Triton is imported."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import torch

HERE = Path(__file__).parent

if not torch.cuda.is_available():
    assert "triton" not in sys.modules or os.environ.get("TRITON_INTERPRET") == "1", (
        "triton was imported before tests/kernels chose its interpreter; run with TRITON_INTERPRET=1"
    )
    os.environ["TRITON_INTERPRET"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On a GPU each shape is compiled when it is first met, which takes longer than the tests themselves."""
    if torch.cuda.is_available():
        for item in items:
            if item.path.is_relative_to(HERE):
                item.add_marker(pytest.mark.timeout(300), append=False)
