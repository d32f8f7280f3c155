"""The chart as Helm itself renders it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import helm_python
import yaml

CHART = Path(__file__).parents[2] / "deploy/chart"
Manifest = dict[str, Any]
LEAST: dict[str, Any] = {"domain": "call.example.com", "turn": {"address": "192.0.2.1"}}


def render(values: Mapping[str, Any] | None = None) -> dict[str, Manifest]:
    """Manifests by `Kind/name`; `values` over the least that must be given. Raises helm_python.HelmError."""
    with helm_python.Chart.load(CHART) as chart:
        given = {**LEAST, **(values or {})}
        chart.validate_schema(chart.merge_values(given))
        texts = chart.render(given, name="demo", namespace="calls").values()
    found = [manifest for text in texts for manifest in yaml.safe_load_all(text) if manifest]
    named = {f"{manifest['kind']}/{manifest['metadata']['name']}": manifest for manifest in found}
    assert len(named) == len(found), "two manifests of one name"
    return named


def pods(manifests: Mapping[str, Manifest]) -> dict[str, Any]:
    """Pod templates by component."""
    return {
        manifest["metadata"]["labels"]["app.kubernetes.io/component"]: manifest["spec"]["template"]
        for manifest in manifests.values()
        if manifest["kind"] in ("Deployment", "StatefulSet")
    }
