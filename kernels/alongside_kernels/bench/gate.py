"""Runs the ops' tests where the ops are measured: a number of an op that is wrong is not printed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from alongside_kernels.errors import DeviceError

TESTS = Path("tests/kernels")
_MOST_SAID = 6000  # characters of a file of tests that failed
# By op, the file that tests it. The others say what holds for the model on this device.
OF_OP = {
    "dmel": "test_dmel",
    "bag_embed": "test_bag_embed",
    "hmlp_patch": "test_hmlp_patch",
    "rms_norm": "test_rms_norm",
    "matmul": "test_matmul",
    "log_softmax": "test_row_ops",
    "mean": "test_row_ops",
    "attention": "test_attention",
    "moe": "test_moe",
    "flow_step": "test_flow_step",
}
OF_MODEL = (
    "test_model_bits",
    "test_engine_bits",
    "test_company_bits",
    "test_deterministic",
    "test_formula_gradient",
    "test_recorded",
    "test_collectives",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file of tests ended."""

    num_passed: int
    num_failed: int
    num_skipped: int

    @property
    def is_green(self) -> bool:
        return self.num_passed > 0 and not self.num_failed


def run_tests(names: Iterable[str], timeout_s: float, at_once: int | None = None) -> dict[str, Outcome]:
    """By file, how its tests ended; what did not end in time is missing. As many at once as there are processors.

    Raises DeviceError where there are no tests to run.
    """
    if not TESTS.is_dir():
        raise DeviceError(f"{TESTS} is not here: run this in the repository; nothing is measured that was not tested")
    deadline = time.monotonic() + timeout_s
    files = dict.fromkeys(names)
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(at_once or os.cpu_count(), "tests") as pool,
    ):
        ends = pool.map(lambda name: _run(name, Path(folder) / f"{name}.xml", deadline), files)
        return {name: outcome for name, outcome in zip(files, ends, strict=True) if outcome is not None}


def _run(name: str, report: Path, deadline: float) -> Outcome | None:
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        return None
    command = [sys.executable, "-m", "pytest", "-q", "-o", f"timeout={left_s:.0f}", f"--junitxml={report}"]
    try:
        said = subprocess.run(
            [*command, str(TESTS / f"{name}.py")], check=False, timeout=left_s, capture_output=True, text=True
        )
    except subprocess.TimeoutExpired:
        return None
    outcome = outcome_of(report.read_text()) if report.exists() else None
    if outcome is None or not outcome.is_green:  # what went wrong is worth more than the count
        sys.stderr.write(said.stdout[-_MOST_SAID:] + said.stderr[-_MOST_SAID:])
    return outcome


def outcome_of(report: str) -> Outcome:
    """What a JUnit report says."""
    ends = Counter(_end(case) for case in ElementTree.fromstring(report).iter("testcase"))
    return Outcome(ends["passed"], ends["failed"], ends["skipped"])


def _end(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"
