"""Runs the ops' tests where the ops are measured: a number of an op that is wrong is not printed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from alongside_kernels.errors import DeviceError

TESTS = Path("tests/kernels")
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
OF_MODEL = ("test_model_bits", "test_engine_bits", "test_deterministic", "test_collectives")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file of tests ended."""

    num_passed: int
    num_failed: int
    num_skipped: int

    @property
    def is_green(self) -> bool:
        return self.num_passed > 0 and not self.num_failed


def run_tests(names: Iterable[str], timeout_s: float) -> dict[str, Outcome]:
    """By file, how its tests ended, in the order given; what did not end in time is missing.

    Raises DeviceError where there are no tests to run.
    """
    if not TESTS.is_dir():
        raise DeviceError(f"{TESTS} is not here: run this in the repository; nothing is measured that was not tested")
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, Outcome] = {}
        for name in dict.fromkeys(names):
            report = Path(folder) / f"{name}.xml"
            command = [sys.executable, "-m", "pytest", "-q", "-o", f"timeout={timeout_s:.0f}", f"--junitxml={report}"]
            try:
                subprocess.run([*command, str(TESTS / f"{name}.py")], check=False, timeout=timeout_s)
            except subprocess.TimeoutExpired:
                continue
            if report.exists():
                found[name] = outcome_of(report.read_text())
        return found


def outcome_of(report: str) -> Outcome:
    """What a JUnit report says."""
    ends = Counter(_end(case) for case in ElementTree.fromstring(report).iter("testcase"))
    return Outcome(ends["passed"], ends["failed"], ends["skipped"])


def _end(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"
