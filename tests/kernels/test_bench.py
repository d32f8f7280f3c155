"""The bench measures the model's sizes and right answers only, and without a GPU it says so and prints no speed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from alongside_kernels.bench import gate, sizes
from alongside_kernels.bench.case import Case, Load
from alongside_kernels.bench.cases import MAKERS
from alongside_kernels.bench.clock import beside, seconds
from alongside_kernels.bench.gate import OF_OP, Outcome, outcome_of, run_tests
from alongside_kernels.bench.report import Report
from alongside_kernels.bench.table import TRIAL, WrongAnswer, tried
from alongside_kernels.errors import DeviceError
from model.hmlp import plan_scales
from model.mel_frames import BLOCK_SIZE
from model.sequence import MAX_PATCHES
from model.sizes import NANO_10
from model.sizes import SMALL as SMALL_MODEL
from tests.kernels.drawn import normal

ROOT = Path(__file__).parents[2]
WITHOUT_GPU = pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU is measured, by hand; this is its twin")


@pytest.mark.parametrize(("size", "model"), [(sizes.NANO, NANO_10), (sizes.SMALL, SMALL_MODEL)])
def test_the_sizes_are_the_models(size: sizes.Size, model: object) -> None:
    assert model is NANO_10 or model is SMALL_MODEL
    config = NANO_10 if model is NANO_10 else SMALL_MODEL
    backbone, heads = config.backbone, config.backbone.local_heads
    assert (size.width, size.dense_width) == (backbone.width, backbone.dense_width)
    assert (size.num_heads, size.num_groups, size.head_size) == (heads.num_heads, heads.num_kv_heads, heads.head_size)
    assert (size.window, size.memory, size.num_sinks) == (backbone.window, backbone.memory, backbone.num_sinks)
    assert (size.extent, size.num_tokens) == (backbone.relative_extent, config.num_tokens)
    experts, ours = backbone.experts, size.experts
    if experts is None or ours is None:
        assert experts is ours
    else:
        counts = (ours.num_experts, ours.num_active, ours.num_shared, ours.width)
        assert counts == (experts.num_experts, experts.num_active, experts.num_shared, experts.width)


def test_eye_and_voice_have_nanos_sizes() -> None:
    assert plan_scales(NANO_10.num_vision_stages)[1].channels == sizes.EYE_CHANNELS
    assert (sizes.EYE_PATCHES, sizes.BLOCK_NUMBERS) == (MAX_PATCHES, BLOCK_SIZE)
    assert NANO_10.speech is not None and NANO_10.speech.width == sizes.FLOW_CONDITION


def test_the_layer_of_inkling_small_is_that_of_its_config() -> None:
    text = json.loads((ROOT / "tests/model/inkling_small_config.json").read_text())["text_config"]
    size, experts = sizes.INKLING, sizes.INKLING.experts
    assert experts is not None
    assert (size.width, size.dense_width) == (text["hidden_size"], text["dense_intermediate_size"])
    assert (size.num_heads, size.num_groups) == (text["num_attention_heads"], text["num_key_value_heads"])
    assert (size.head_size, size.window) == (text["head_dim"], text["sliding_window_size"])
    assert (size.extent, size.num_tokens) == (text["rel_extent"], text["vocab_size"])
    assert (experts.num_experts, experts.num_active) == (text["n_routed_experts"], text["num_experts_per_tok"])
    assert (experts.num_shared, experts.width) == (text["n_shared_experts"], text["intermediate_size"])


@pytest.mark.timeout(120)  # the interpreter takes seconds where a GPU takes microseconds
@pytest.mark.parametrize("op", MAKERS)
def test_every_op_is_gone_through_without_a_number(op: str) -> None:
    lines = list(tried(MAKERS[op]))
    assert lines
    for line in lines:
        cells = [cell.strip() for cell in line.split("|")]
        assert cells[1] == "interpreter" and op in cells[2]
        assert not cells[4] and not cells[5] and not cells[7]


def test_what_is_measured_has_a_test_and_the_other_way_round() -> None:
    assert OF_OP.keys() == MAKERS.keys()
    assert set(OF_OP.values()).isdisjoint(gate.OF_MODEL)
    for name in (*OF_OP.values(), *gate.OF_MODEL):
        assert (ROOT / gate.TESTS / f"{name}.py").is_file(), name


@pytest.mark.parametrize("answer", [1.1, float("nan")])
def test_a_wrong_answer_is_not_measured(answer: float) -> None:
    case = Case("mean", "5", lambda: torch.ones(5), lambda: torch.full((5,), answer))
    with pytest.raises(WrongAnswer, match="off the formula, so no more of it was measured"):
        list(tried(lambda load, device: iter([case])))
    right = replace(case, ours=lambda: torch.full((5,), 1.001))
    assert list(tried(lambda load, device: iter([right])))
    assert TRIAL.sessions == (1,)


def _all_pass(names: list[str], timeout_s: float) -> dict[str, Outcome]:
    return {name: Outcome(1, 0, 0) for name in names}


def test_an_op_that_fails_costs_no_other_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(load: Load, device: torch.device) -> Iterator[Case]:
        raise RuntimeError("no kernel image\nis available")

    monkeypatch.setitem(MAKERS, "mean", broken)
    report = Report(["mean", "log_softmax"], time.monotonic() + 60, True, False, tests=_all_pass)
    said = list(report.lines())
    assert [line.text for line in said if not line.is_good] == ["mean: RuntimeError: no kernel image"]
    assert any("| log_softmax |" in line.text for line in said)


@pytest.mark.timeout(60)  # a pytest inside a pytest
def test_the_gate_counts_how_tests_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tests/kernels").mkdir(parents=True)
    (tmp_path / "tests/kernels/test_good.py").write_text("def test_a():\n    pass\n")
    (tmp_path / "tests/kernels/test_mixed.py").write_text(
        "import pytest\ndef test_a():\n    assert 0\ndef test_b():\n    pytest.skip('no')\ndef test_c():\n    pass\n"
    )
    monkeypatch.chdir(tmp_path)
    found = run_tests(["test_good", "test_mixed"], timeout_s=50)
    assert found == {"test_good": Outcome(1, 0, 0), "test_mixed": Outcome(1, 1, 1)}
    assert found["test_good"].is_green and not found["test_mixed"].is_green
    assert not outcome_of("<testsuites/>").is_green  # nothing that ran is no proof
    monkeypatch.chdir(tmp_path / "tests")
    with pytest.raises(DeviceError, match="run this in the repository"):
        run_tests(["test_good"], timeout_s=1)


def _bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "TRITON_INTERPRET"}
    command = [sys.executable, "-m", "alongside_kernels.bench", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@WITHOUT_GPU
@pytest.mark.timeout(120)  # processes that import torch
def test_without_a_gpu_it_says_so_and_a_dry_run_writes_what_it_prints(tmp_path: Path) -> None:
    said = _bench("--op", "matmul")
    assert said.returncode == 0, said.stderr
    assert "The table is empty: this machine has no GPU" in said.stdout and "| fixed blocks, us |" in said.stdout
    dry = _bench("--dry-run", "--op", "rms_norm", "--output", str(tmp_path / "results/dry.md"))
    assert dry.returncode == 0, dry.stdout + dry.stderr
    written = (tmp_path / "results/dry.md").read_text()
    assert written.startswith("No device: a dry run in the interpreter") and "| rms_norm | nano" in written
    assert all(line in dry.stdout for line in written.splitlines())
    set_by_nobody = _bench("--dry-run", "--set-switch-point")
    assert set_by_nobody.returncode == 2 and "a dry run measures nothing" in set_by_nobody.stderr


def test_all_shapes_of_the_model_are_measured() -> None:
    load = Load()
    rows = {(size.name, sessions, new) for size, sessions, new in load.rows}
    assert rows == {
        (size, sessions, new)
        for size in ("nano", "small", "inkling-small")
        for sessions in (1, 8, 64, 256)
        for new in (4, 16)
    }
    assert {sessions * new for _, sessions, new in rows} <= set(load.counts)  # as many positions meet the experts


def test_after_the_deadline_nothing_is_begun_and_each_op_says_so() -> None:
    said = list(Report(["mean", "moe"], deadline=time.monotonic(), is_dry=True, is_set=False).lines())
    assert [line.text for line in said if not line.is_good] == [
        "mean: not measured, the time was over",
        "moe: not measured, the time was over",
    ]


def test_a_whole_report_ends_with_what_holds_for_the_model() -> None:
    said = list(Report(None, deadline=time.monotonic(), is_dry=True, is_set=False).lines())
    refused = [line.text for line in said if not line.is_good]
    assert refused[: len(MAKERS)] == [f"{op}: not measured, the time was over" for op in MAKERS]
    assert refused[len(MAKERS) :] == [f"{name}: did not end in time" for name in gate.OF_MODEL]
    assert [line.text for line in said if line.text.startswith("collectives: not measured")]


def test_what_takes_turns_is_told_apart() -> None:
    small, large = normal(8, 8, seed=1).cpu(), normal(256, 256, seed=1).cpu()
    short, long = beside([lambda: small @ small, lambda: large @ large], torch.device("cpu"))
    assert 0 < 3 * short < long


def test_the_clock_counts_what_a_call_takes() -> None:
    x = normal(64, 64, seed=1).cpu()
    assert 0 < seconds(lambda: x @ x, torch.device("cpu")) < 10
