"""What one run on a GPU says, or a dry run in the interpreter: tests first, then the ops, the experts, the model."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import torch

from alongside_kernels.bench.gate import OF_MODEL, OF_OP, Outcome, run_tests

logger = logging.getLogger(__name__)

_TESTS_SHARE = 0.45  # of the time that there is
_COST = ("-m", "model.invariant_cost", "--sizes", "nano10", "small", "--slots", "1", "8", "64", "--weights", "bfloat16")


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is said, and whether it is good news."""

    text: str
    is_good: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """All ops, or some only; nothing more is begun after the deadline, a value of `time.monotonic`."""

    only: list[str] | None
    deadline: float
    is_dry: bool
    is_set: bool
    tests: Callable[[list[str], float], dict[str, Outcome]] = run_tests  # of files, within so many seconds

    def lines(self) -> Iterator[Line]:
        """What is said, as soon as it is known. Raises DeviceError where there are no tests to run."""
        from alongside_kernels.bench import table  # needs Triton, interpreted or not
        from alongside_kernels.bench.cases import MAKERS

        device = None if self.is_dry else table.Device.measured()
        versions = f"torch {torch.__version__}, {datetime.now(UTC):%Y-%m-%d}"
        ops = self.only or list(MAKERS)
        outcomes = self._tested(ops)
        for text in (f"{device or 'No device: a dry run in the interpreter'} ({versions})", "", *table.HEAD):
            yield Line(text)
        refused: dict[str, str] = {}
        for op in ops:
            if why := self._why_not(op, outcomes):
                refused[op] = why
                continue
            try:
                for text in table.tried(MAKERS[op]) if device is None else table.measured(MAKERS[op], device):
                    yield Line(text)
            except table.WrongAnswer as error:
                refused[op] = str(error)
            except Exception as error:  # what fails in one op must not cost the others their numbers
                logger.exception("%s", op)
                refused[op] = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        yield Line("")
        for op, why in refused.items():
            yield Line(f"{op}: {why}", is_good=False)
        if "moe" in ops and "moe" not in refused:
            yield from self._crossing(None if device is None else device.torch)
        if self.only is None:
            yield Line("collectives: not measured, which needs several GPUs on one NVLink switch")
            yield from self._model_lines(outcomes)

    def _tested(self, ops: list[str]) -> dict[str, Outcome]:
        """All tests at once and before anything is measured, so that they disturb nothing and take little time."""
        names = [OF_OP[op] for op in ops] + ([*OF_MODEL] if self.only is None else [])
        left_s = self.deadline - time.monotonic()
        return self.tests(names, left_s * _TESTS_SHARE) if left_s > 0 else {}

    def _why_not(self, op: str, outcomes: dict[str, Outcome]) -> str | None:
        """Why an op is not measured; None if it is."""
        if time.monotonic() >= self.deadline:
            return "not measured, the time was over"
        name, outcome = OF_OP[op], outcomes.get(OF_OP[op])
        if outcome is None:
            return f"not measured, {name} did not end in time"
        return None if outcome.is_green else f"not measured, {outcome.num_failed} tests of {name} failed"

    def _crossing(self, device: torch.device | None) -> Iterator[Line]:
        from alongside_kernels.bench import crossing, table
        from alongside_kernels.bench.processor import settled

        if time.monotonic() >= self.deadline:
            yield Line("moe: its switch point was not measured, the time was over", is_good=False)
            return
        if device is None:
            yield from map(Line, (*crossing.HEAD, *crossing.tried(table.TRIAL.sizes[0])))
            return
        for said in crossing.measured(device):
            if isinstance(said, str):
                yield Line(said)
            else:
                yield from settled(device, said, is_set=self.is_set)

    def _model_lines(self, outcomes: dict[str, Outcome]) -> Iterator[Line]:
        """What holds here for the model whose ops these are, and what its bits cost."""
        yield Line("")
        for name in OF_MODEL:
            outcome = outcomes.get(name)
            if outcome is None:
                yield Line(f"{name}: did not end in time", is_good=False)
            else:
                counts = f"{outcome.num_passed} passed, {outcome.num_failed} failed, {outcome.num_skipped} skipped"
                yield Line(f"{name}: {counts}", outcome.is_green)
        left_s = self.deadline - time.monotonic()
        if not self.is_dry and left_s > 0:
            yield Line("")
            yield from _model_cost(left_s)


def _model_cost(timeout_s: float) -> Iterator[Line]:
    """A step and a training pass, free and invariant, by the model's own measure."""
    try:
        said = subprocess.run([sys.executable, *_COST], capture_output=True, text=True, check=False, timeout=timeout_s)
    except subprocess.TimeoutExpired:
        yield Line("model.invariant_cost: did not end in time", is_good=False)
        return
    for text in said.stdout.splitlines():
        yield Line(text)
    if said.returncode:
        yield Line(f"model.invariant_cost: {said.stderr.strip().splitlines()[-1:]}", is_good=False)
