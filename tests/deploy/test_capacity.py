"""deploy/capacity.py: the sums, and that no figure is made up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.capacity import (
    PAGE,
    CapacityInputError,
    Figure,
    Measured,
    Need,
    Shape,
    main,
    need,
    page,
    read_measured,
    sheet,
)

MEASURED = Measured(Figure(0.05, "a test"), Figure(8, "a test"), Figure(10, "a test"))
FULL = Shape(people_per_call=1, fill=1.0, spare_servers=0)


def test_the_sums_are_those_one_does_by_hand() -> None:
    # 4096 calls of two sockets fill two cells; 0.05 of a core each; eight in a process; ten in a server
    assert need(4096, MEASURED, FULL) == Need(4096, cells=2, agent_processes=512, agent_cores=205, engine_servers=410)
    assert need(1, MEASURED, FULL) == Need(1, 1, 1, 1, 1)
    # half filled: five in a server, and one server to spare
    assert need(100, MEASURED, Shape(fill=0.5, spare_servers=1)).engine_servers == 21


@given(st.integers(1, 9_999_999), st.floats(0.1, 1.0))
def test_more_calls_never_need_less_and_a_server_is_never_over_its_measure(calls: int, fill: float) -> None:
    shape = Shape(fill=fill)
    here, more = need(calls, MEASURED, shape), need(calls + 1, MEASURED, shape)
    assert (here.cells, here.agent_processes, here.agent_cores) <= (more.cells, more.agent_processes, more.agent_cores)
    assert here.engine_servers is not None and more.engine_servers is not None
    assert here.engine_servers <= more.engine_servers
    assert calls / (here.engine_servers - shape.spare_servers) <= 10


def test_what_was_not_measured_is_not_computed() -> None:
    unmeasured = Measured(Figure(0.05, "a test"), Figure(8, "a test"))
    assert need(1000, unmeasured, FULL).engine_servers is None
    assert "| not measured |" in sheet([1000], unmeasured, FULL)


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_a_figure_is_a_number_above_nothing_with_a_source(value: float) -> None:
    with pytest.raises(CapacityInputError, match="not a number above 0"):
        Figure(value, "a test")
    with pytest.raises(CapacityInputError, match="without a source"):
        Figure(1, " ")


def test_bad_flags_are_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    for words, told in [
        (["--sessions-per-server", "9"], "without a source"),
        (["--calls", "0"], "calls: 0"),
        (["--fill", "1.5"], "fill: 1.5"),
        (["--people-per-call", "9"], "people-per-call: 9"),
        (["--spare-servers", "-1"], "spare-servers: -1"),
    ]:
        assert main(words) == 2
        assert told in capsys.readouterr().err


def test_figures_come_from_the_results_and_a_result_without_them_is_named(tmp_path: Path) -> None:
    result = tmp_path / "media.echo.call.json"
    with pytest.raises(CapacityInputError, match=r"media\.echo\.call\.json"):
        read_measured(tmp_path)
    result.write_text(json.dumps({"rows": []}))
    with pytest.raises(CapacityInputError, match="no rows of part load"):
        read_measured(tmp_path)
    rows = [{"part": "load", "system": "ours", "calls": calls, "core_per_call": 0.5 / calls} for calls in (1, 4)]
    result.write_text(json.dumps({"rows": rows}))
    assert read_measured(tmp_path).agent_cores_per_call.value == 0.125
    assert read_measured(tmp_path).sessions_per_server is None
    serving: dict[str, Any] = {"metrics": {"sessions_held": 6}, "machine": "two cores"}
    (tmp_path / "serving.native.engine.json").write_text(json.dumps(serving))
    one = Figure(6, "serving.native.engine.json, 6 in 1 process(es) on two cores")
    assert read_measured(tmp_path).sessions_per_server == one
    serving["metrics"]["servers"] = 2
    (tmp_path / "serving.native.engine.json").write_text(json.dumps(serving))
    each = Figure(3, "serving.native.engine.json, 6 in 2 process(es) on two cores")
    assert read_measured(tmp_path).sessions_per_server == each


def test_the_page_is_what_the_results_give_today() -> None:
    assert PAGE.read_text() == page(read_measured()), "run python deploy/capacity.py --write"


def test_the_command_prints_a_million_calls() -> None:
    script = Path(__file__).parents[2] / "deploy/capacity.py"
    words = ["--calls", "1000000", "--sessions-per-server", "48", "--source", "a test", "--fill", "1"]
    printed = subprocess.run([sys.executable, script, *words], capture_output=True, text=True, check=True).stdout
    assert f"| 1,000,000 | {1_000_000 * 2 // 4096 + 1:,} | 125,000 |" in printed
    assert "| 20,835 |" in printed  # 1,000,000 / 48, rounded up, and one to spare
