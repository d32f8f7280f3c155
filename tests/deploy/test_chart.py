"""deploy/chart: rendered by Helm, validated against Kubernetes' own schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import helm_python
import kubernetes_validate
import pytest

from model.services import SHIPPED_MODEL
from model.sglang.engine import Bounds
from model.sglang.process import Launch
from tests.deploy.chart import CHART, LEAST, Manifest, pods, render

VERSION = "1.31.0"
VARIANTS: list[dict[str, Any]] = [
    {},
    {"monitoring": {"enabled": True}},
    {"engine": {"gpusPerReplica": 1, "checkpoint": "/weights/nano.safetensors", "options": ["--in-step"]}},
    {"agents": {"scaleBy": "rooms", "hostNetwork": True, "background": "https://models.example.com/v1"}},
    {"engine": {"kind": "sglang", "gpusPerReplica": 1}, "monitoring": {"enabled": True}},
    {"largeModel": {"enabled": True, "path": "/weights/inkling-small"}, "monitoring": {"enabled": True}},
    {"turn": {"enabled": False}, "ingress": {"enabled": False}, "networkPolicy": {"enabled": False}},
]
OF_THE_OPERATOR = {"PodMonitor", "PrometheusRule"}


def test_helms_own_linter_has_nothing_to_warn_of() -> None:
    report = helm_python.lint(CHART, LEAST, strict=True)
    assert not [each for each in report["messages"] if each["severity"] > 1] and not report["errors"], report


@pytest.mark.parametrize("values", VARIANTS, ids=lambda values: "+".join(values) or "as it is")
def test_every_manifest_is_what_kubernetes_takes(values: dict[str, Any]) -> None:
    manifests = render(values)
    checked = [each for each in manifests.values() if each["kind"] not in OF_THE_OPERATOR]
    assert checked
    for manifest in checked:
        kubernetes_validate.validate(manifest, VERSION, strict=True)


def test_the_schemas_would_refuse_a_misspelt_field() -> None:
    manifest = render()["Deployment/demo-agent"]
    manifest["spec"]["template"]["spec"]["containers"][0]["redinessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest, VERSION, strict=True)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"domain": ""}, "domain"),
        ({"secretName": ""}, "secretName"),
        ({"engine": {"gpusPerReplica": 2}}, "gpusPerReplica"),
        ({"engine": {"kind": "sglang"}}, "gpusPerReplica"),
        ({"engine": {"kind": "none"}}, "kind"),
        ({"largeModel": {"enabled": True}}, "largeModel.path"),
        ({"largeModel": {"gpusPerReplica": 3}}, "gpusPerReplica"),
        ({"agents": {"replicas": 3}}, "replicas"),
        ({"image": {"cpuTag": "latest"}}, "cpuTag"),
        ({"turn": {"address": ""}}, "turn.address"),
    ],
)
def test_values_that_cannot_work_are_refused_by_name(values: dict[str, Any], told: str) -> None:
    with pytest.raises(helm_python.HelmError, match=told):
        render(values)


@pytest.mark.parametrize("values", VARIANTS, ids=lambda values: "+".join(values) or "as it is")
def test_every_container_is_confined_and_every_server_probed(values: dict[str, Any]) -> None:
    for component, pod in pods(render(values)).items():
        assert pod["spec"]["automountServiceAccountToken"] is False, component
        assert pod["spec"]["securityContext"]["runAsNonRoot"] is True, component
        for container in (*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]):
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] is True and context["capabilities"]["drop"] == ["ALL"], component
            assert container["resources"]["limits"]["memory"], component
            assert not container["image"].endswith(":latest"), component
        for container in pod["spec"]["containers"]:
            assert {"readinessProbe", "livenessProbe"} <= set(container), component


def test_no_secret_is_rendered_and_all_come_from_the_one_that_the_host_made() -> None:
    manifests = render({"monitoring": {"enabled": True}, "secretName": "mine"})
    assert not [name for name in manifests if name.startswith("Secret/")]
    keys: set[str] = set()
    for pod in pods(manifests).values():
        for container in pod["spec"]["containers"]:
            for variable in container.get("env", ()):
                if "SECRET" in variable["name"] or "TOKEN" in variable["name"] or "KEY" in variable["name"]:
                    source = variable["valueFrom"]["secretKeyRef"]
                    assert source["name"] == "mine"
                    keys.add(source["key"])
    assert keys == {"secret", "turn-secret", "engine-token", "background-key"}


@pytest.mark.parametrize("component", ["agent", "engine", "large-model"])
def test_a_drain_is_not_cut_off_and_at_most_one_goes_at_a_time(component: str) -> None:
    drain_s = {"agent": 1234, "engine": 56, "large-model": 78}[component]
    large = {"enabled": True, "path": "inkling-small", "drainSeconds": 78}
    manifests = render({"agents": {"drainSeconds": 1234}, "engine": {"drainSeconds": 56}, "largeModel": large})
    assert pods(manifests)[component]["spec"]["terminationGracePeriodSeconds"] > drain_s
    budget = manifests[f"PodDisruptionBudget/demo-{component}"]["spec"]
    assert budget["maxUnavailable"] == 1
    labels = pods(manifests)[component]["metadata"]["labels"]
    assert budget["selector"]["matchLabels"].items() <= labels.items()


def test_agents_grow_with_load_and_shrink_slowly() -> None:
    scaler = render()["HorizontalPodAutoscaler/demo-agent"]["spec"]
    assert scaler["scaleTargetRef"]["name"] == "demo-agent" and scaler["metrics"][0]["type"] == "Resource"
    assert scaler["behavior"]["scaleDown"]["stabilizationWindowSeconds"] >= 300
    by_rooms = render({"agents": {"scaleBy": "rooms", "targetRooms": 3}})["HorizontalPodAutoscaler/demo-agent"]["spec"]
    assert by_rooms["metrics"][0]["pods"]["metric"]["name"] == "alongside_agent_rooms"
    assert by_rooms["metrics"][0]["pods"]["target"]["averageValue"] == "3"


def test_a_replica_of_the_engine_is_one_group_of_gpus_and_its_name_has_every_replicas_address() -> None:
    manifests = render({"engine": {"gpusPerReplica": 1, "replicas": 3}})
    engine = manifests["StatefulSet/demo-engine"]["spec"]
    assert engine["replicas"] == 3
    container = engine["template"]["spec"]["containers"][0]
    assert "--device=cuda" in container["args"]
    assert container["resources"]["limits"]["nvidia.com/gpu"] == 1 and container["image"] == "alongside:gpu"
    assert manifests["Service/demo-engine"]["spec"]["clusterIP"] == "None"
    agent = pods(manifests)["agent"]["spec"]["containers"][0]
    environment = {each["name"]: each.get("value") for each in agent["env"]}
    assert environment["ALONGSIDE_ENGINE_URL"] == "ws://demo-engine:8765"
    without = pods(render())["engine"]["spec"]["containers"][0]
    assert not [word for word in without["args"] if word.startswith("--device")]
    assert "nvidia.com/gpu" not in without["resources"]["limits"] and without["image"] == "alongside:cpu"


def test_sglang_runs_beside_its_gateway_from_before_it_until_after_it() -> None:
    manifests = render({"engine": {"kind": "sglang", "gpusPerReplica": 1, "maxSessions": 6}})
    pod = pods(manifests)["engine"]["spec"]
    (gateway,) = pod["containers"]
    assert {"--engine=sglang", "--sglang=http://127.0.0.1:30000"} <= set(gateway["args"])
    assert gateway["image"] == "alongside:cpu" and "nvidia.com/gpu" not in gateway["resources"]["limits"]
    server = next(each for each in pod["initContainers"] if each["name"] == "sglang")
    assert server["restartPolicy"] == "Always" and server["image"] == "alongside:sglang"
    assert server["resources"]["limits"]["nvidia.com/gpu"] == 1
    assert _flags(server) >= _flags_of_ours(max_sessions=6)
    folder = next(each for each in pod["initContainers"] if each["name"] == "served")
    assert (CHART.parents[1] / Path(folder["command"][3]).relative_to("/alongside")) == SHIPPED_MODEL
    keys = [each["valueFrom"]["secretKeyRef"]["key"] for each in (*gateway["env"], *server["env"])]
    assert keys.count("sglang-key") == 2


def _flags(container: Manifest) -> set[str]:
    return {flag for flag in container["args"] if not flag.startswith(("--api-key", "--model-path"))}


def _flags_of_ours(max_sessions: int) -> set[str]:
    """What `alongside serve --engine sglang` starts by itself, but for what a processor and an owner need."""
    bounds = Bounds(max_sessions)
    tokens = max_sessions * bounds.positions
    launch = Launch(Path("served"), 30000, tokens, max_sessions, bounds.session_positions, device="cuda")
    words = list(launch.flags)
    with_values = {
        f"{flag}={value}" if not value.startswith("--") else flag
        for flag, value in zip(words, [*words[1:], "--"], strict=True)
        if flag.startswith("--")
    }
    left_out = ("--api-key", "--model-path", "--device", "--mem-fraction-static", "--sleep-on-idle")
    return {flag for flag in with_values if not flag.startswith(left_out)}


def test_a_replica_of_the_large_model_is_one_tensor_parallel_group_which_agents_ask() -> None:
    large = {"enabled": True, "path": "/weights/inkling-small", "gpusPerReplica": 4, "replicas": 2}
    manifests = render({"largeModel": large, "agents": {"backgroundModel": "inkling-small"}})
    model = manifests["StatefulSet/demo-large-model"]["spec"]
    (server,) = model["template"]["spec"]["containers"]
    assert model["replicas"] == 2 and server["resources"]["limits"]["nvidia.com/gpu"] == 4
    assert {"--tp-size=4", "--model-path=/weights/inkling-small"} <= set(server["args"])
    assert "--served-model-name=inkling-small" in server["args"]
    agent = pods(manifests)["agent"]["spec"]["containers"][0]
    environment = {each["name"]: each for each in agent["env"]}
    assert environment["ALONGSIDE_BACKGROUND"]["value"] == "http://demo-large-model:30000/v1"
    assert environment["ALONGSIDE_BACKGROUND_MODEL"]["value"] == "inkling-small"
    (key,) = [each["valueFrom"]["secretKeyRef"]["key"] for each in server["env"] if "valueFrom" in each]
    assert key == environment["ALONGSIDE_BACKGROUND_KEY"]["valueFrom"]["secretKeyRef"]["key"] == "background-key"
    elsewhere = render({"largeModel": large, "agents": {"background": "https://models.example.com/v1"}})
    agent = pods(elsewhere)["agent"]["spec"]["containers"][0]
    assert {"name": "ALONGSIDE_BACKGROUND", "value": "https://models.example.com/v1"} in agent["env"]


@pytest.mark.parametrize("values", VARIANTS[-3:-1], ids=["sglang", "large model"])
def test_services_and_policies_point_at_pods_and_ports_that_are_there(values: dict[str, Any]) -> None:
    manifests = render(values)
    templates = pods(manifests)
    for name, manifest in manifests.items():
        spec = manifest.get("spec", {})
        if manifest["kind"] == "Service":
            selected, ports = spec["selector"], [port["targetPort"] for port in spec["ports"]]
        elif manifest["kind"] == "PodMonitor":
            selected, ports = spec["selector"]["matchLabels"], [each["port"] for each in spec["podMetricsEndpoints"]]
        elif manifest["kind"] == "NetworkPolicy":
            selected = spec["podSelector"]["matchLabels"]
            ports = [
                each["port"] for rule in spec["ingress"] for each in rule["ports"] if isinstance(each["port"], str)
            ]
        else:
            continue
        found = [pod for pod in templates.values() if selected.items() <= pod["metadata"]["labels"].items()]
        assert len(found) == 1, name
        named = {port["name"] for container in found[0]["spec"]["containers"] for port in container["ports"]}
        assert set(ports) <= named, name
