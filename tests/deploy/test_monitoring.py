"""Rules and dashboard: every expression parses, and every metric in them is one that our code renders."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
import yaml

from agent.metrics import AgentMetrics
from model.metrics import EngineMetrics
from signaling.metrics import ROOM_HELP, Metrics
from tests.deploy.chart import CHART, render

RULES: list[dict[str, Any]] = yaml.safe_load((CHART / "files/alerts.yaml").read_text())["groups"][0]["rules"]
DASHBOARD: dict[str, Any] = json.loads((CHART / "files/dashboard.json").read_text())


def _rendered() -> set[str]:
    """The names that Prometheus reads from our three servers."""
    text = AgentMetrics().render() + EngineMetrics().text() + Metrics().render(0, dict.fromkeys(ROOM_HELP, 0))
    declared = set(re.findall(r"^# TYPE (\S+) \w+$", text, re.MULTILINE))
    return declared | set(re.findall(r"^([a-z_]\w*)(?=[ {])", text, re.MULTILINE))


def _selected(expression: str) -> Iterator[str]:
    """Names of the series that an expression selects."""
    return iter(re.findall(r'VectorSelector \{\s*name: Some\(\s*"([^"]+)"', repr(promql_parser.parse(expression))))


def _panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


EXPRESSIONS = [rule["expr"] for rule in RULES] + [t["expr"] for panel in _panels() for t in panel["targets"]]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_selects_series_that_exist(expression: str) -> None:
    known = _rendered() | {rule["record"] for rule in RULES if "record" in rule}
    selected = list(_selected(expression))
    assert selected, "selects nothing"
    assert not set(selected) - known


def test_counters_are_read_as_rates_and_gauges_as_they_are() -> None:
    for expression in EXPRESSIONS:
        for name in _selected(expression):
            is_counter = name.endswith(("_total", "_bucket", "_count", "_sum"))
            inside = re.search(rf"(?:rate|increase)\({re.escape(name)}\[", expression)
            assert bool(inside) == is_counter, f"{name} in {expression}"


def test_an_expression_of_another_metric_would_be_caught() -> None:
    assert list(_selected("sum(rate(alongside_agent_laughs_total[5m]))")) == ["alongside_agent_laughs_total"]
    assert "alongside_agent_laughs_total" not in _rendered()


def test_every_alert_says_how_bad_it_is_what_it_means_and_what_to_do() -> None:
    alerts = [rule for rule in RULES if "alert" in rule]
    assert len({rule["alert"] for rule in alerts}) == len(alerts) >= 8
    for rule in alerts:
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        assert rule["annotations"].keys() == {"summary", "action"}, rule["alert"]


def test_panels_have_places_of_their_own() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken and at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_the_chart_brings_both_along_unchanged() -> None:
    manifests = render({"monitoring": {"enabled": True}})
    assert manifests["PrometheusRule/demo"]["spec"]["groups"][0]["rules"] == RULES
    assert json.loads(manifests["ConfigMap/demo-dashboard"]["data"]["alongside.json"]) == DASHBOARD
    assert not [name for name in render() if name.startswith(("PrometheusRule", "PodMonitor"))]
