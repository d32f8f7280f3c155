"""Every kernel compiles for Hopper, fits it, and became what it should: tensor cores where meant, atomics nowhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SHARED_BYTES = 227 * 1024  # that a block may have on an H100 or H200
ON_TENSOR_CORES = {"_multiply", "_split", "_project", "_flow", "_grouped", "_weight_gradient"}

pytestmark = pytest.mark.timeout(120)  # thirty kernels through LLVM and ptxas, until Triton has them in its cache


def _said_by(program: str) -> Any:
    """Any because it is JSON."""
    environment = {key: value for key, value in os.environ.items() if key != "TRITON_INTERPRET"}
    command = [sys.executable, "-m", f"tests.kernels.{program}"]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


@pytest.fixture(scope="module")
def kernels() -> list[dict[str, Any]]:
    """What compile_all.py says of each kernel."""
    return _said_by("compile_all")


def _names(kernels: Iterable[dict[str, Any]]) -> set[str]:
    return {kernel["name"] for kernel in kernels}


def test_every_kernel_of_the_package_is_among_them(kernels: list[dict[str, Any]]) -> None:
    """So that the claims below are about all. What other kernels call is compiled into them."""
    launched = set[str]()
    for file in (ROOT / "kernels/alongside_kernels").rglob("*.py"):
        text = file.read_text().split("\ndef launch(")[0]
        launched |= {part.split(",")[0].split()[0] for part in text.split("launch(")[1:] if part.split()[0][0] == "_"}
    assert launched and launched == _names(kernels)


def test_each_fits_a_hopper_multiprocessor_without_spilling(kernels: list[dict[str, Any]]) -> None:
    for kernel in kernels:
        assert kernel["target"] == "sm_90a", kernel
        assert kernel["shared_bytes"] <= SHARED_BYTES, kernel
        assert kernel["spilled_bytes"] == 0 and kernel["stack_bytes"] <= 16, kernel


def test_none_adds_in_the_order_in_which_threads_arrive(kernels: list[dict[str, Any]]) -> None:
    assert not [kernel for kernel in kernels if kernel["atomics"]]


def test_products_of_bfloat16_are_on_tensor_cores(kernels: list[dict[str, Any]]) -> None:
    assert _names(kernel for kernel in kernels if kernel["is_tensor_core"]) == ON_TENSOR_CORES


def test_sums_over_ranks_use_one_instruction_for_both_placements(kernels: list[dict[str, Any]]) -> None:
    found = sorted(kernel["multimem"] for kernel in kernels if kernel["multimem"])
    wide = "multimem.ld_reduce.relaxed.sys.global.add.v4.f32"
    brief = "multimem.ld_reduce.relaxed.sys.global.add.acc::f32.v4.bf16x2"
    store = "multimem.st.relaxed.sys.global.v4.f32"
    assert found == sorted([[wide], [wide, store], [brief], [brief, store]])


def test_the_code_for_any_number_of_rows_does_the_same_arithmetic_in_the_same_order() -> None:
    """Triton makes other code of a 1, of a multiple of 16 and of any other number; their sums must not differ."""
    by_op: dict[str, list[list[tuple[str, list[str]]]]] = _said_by("compile_counts")
    assert len(by_op) == 13
    for op, by_count in by_op.items():
        first, *others = by_count
        assert first and all(arithmetic for _, arithmetic in first), op
        for other in others:
            assert other == first, op
