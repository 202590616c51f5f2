"""The manifests: what Kubernetes accepts, and what net30 understands."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from net30.asgi import API_ADDRESSES
from tests.architecture.project import ROOT
from tests.deployment.programs import SECRET_NAMES, is_command, unknown_settings

FOLDER = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("sqlite", "postgresql")
VERSIONS = ("1.33", "1.37")
OWN_KINDS = {"ServiceMonitor"}
"""Kinds that a cluster knows by an operator; their schema is not Kubernetes' own."""

Found = dict[str, Any]  # Any: YAML


@cache
def built(folder: Path) -> tuple[Found, ...]:
    """Return what `kubectl apply --kustomize` would send."""
    if not shutil.which("kubectl"):
        pytest.skip("no kubectl here, which has kustomize")
    command = ["kubectl", "kustomize", str(folder)]
    made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert made.returncode == 0, made.stderr
    return tuple(yaml.safe_load_all(made.stdout))


def pods(overlay: str) -> Iterator[tuple[str, Found]]:
    """Return the pods of an overlay, by their owner's name."""
    for one in built(FOLDER / overlay):
        spec = one.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            yield one["metadata"]["name"], spec["template"]["spec"]


def containers(overlay: str) -> Iterator[tuple[str, Found]]:
    """Return every container of an overlay."""
    for owner, pod in pods(overlay):
        for one in (*pod.get("initContainers", ()), *pod["containers"]):
            yield f"{owner}/{one['name']}", one


def of_kind(overlay: str, kind: str) -> list[Found]:
    """Return what there is of a kind."""
    return [one for one in built(FOLDER / overlay) if one["kind"] == kind]


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_accepts_each_manifest(overlay: str, version: str) -> None:
    for one in built(FOLDER / overlay):
        if one["kind"] not in OWN_KINDS:
            kubernetes_validate.validate(one, version, strict=True)
        assert one["metadata"].get("namespace", one["metadata"]["name"]) == "net30"


def test_a_manifest_with_a_misspelt_field_is_noticed() -> None:
    (service,) = of_kind("sqlite", "Service")
    wrong = service | {"spec": service["spec"] | {"selektor": {}}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_pod_is_root_or_writes_beside_its_volumes(overlay: str) -> None:
    for owner, pod in pods(overlay):
        own = pod["securityContext"]
        assert own["runAsNonRoot"], owner
        assert own["runAsUser"] == 10001, owner
        assert own["seccompProfile"] == {"type": "RuntimeDefault"}, owner
        assert not pod["automountServiceAccountToken"], owner
        # A Service called net30 would come in as NET30_PORT and NET30_SERVICE_HOST.
        assert not pod["enableServiceLinks"], owner
    for name, one in containers(overlay):
        limits = one["securityContext"]
        assert limits["readOnlyRootFilesystem"], name
        assert not limits["allowPrivilegeEscalation"], name
        assert limits["capabilities"] == {"drop": ["ALL"]}, name
        assert {"cpu", "memory"} <= set(one["resources"]["requests"]), name
        assert "memory" in one["resources"]["limits"], name
        assert {"/data", "/tmp"} <= {mount["mountPath"] for mount in one["volumeMounts"]}, name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_mount_has_its_volume(overlay: str) -> None:
    claimed = {
        template["metadata"]["name"]
        for one in of_kind(overlay, "StatefulSet")
        for template in one["spec"]["volumeClaimTemplates"]
    }
    claims = {one["metadata"]["name"] for one in of_kind(overlay, "PersistentVolumeClaim")}
    for owner, pod in pods(overlay):
        volumes = {one["name"] for one in pod["volumes"]} | claimed
        for one in (*pod.get("initContainers", ()), *pod["containers"]):
            assert {mount["name"] for mount in one["volumeMounts"]} <= volumes, owner
        asked = {
            one["persistentVolumeClaim"]["claimName"]
            for one in pod["volumes"]
            if "persistentVolumeClaim" in one
        }
        assert asked <= claims, owner


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_setting_and_command_is_one_that_net30_has(
    overlay: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (settings,) = of_kind(overlay, "ConfigMap")
    assert unknown_settings(settings["data"]) == []
    assert not SECRET_NAMES & set(settings["data"]) - {"NET30_BACKUP_URL"}, "a Secret's work"
    for name, one in containers(overlay):
        assert unknown_settings(each["name"] for each in one.get("env", ())) == [], name
        assert is_command(one["args"], capsys), name
        (source,) = one["envFrom"]
        assert source["configMapRef"]["name"] == settings["metadata"]["name"], name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_probes_ask_what_net30_answers(overlay: str) -> None:
    probed = 0
    for _name, one in containers(overlay):
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            if kind in one:
                asked = one[kind]["httpGet"]
                assert asked["path"] in API_ADDRESSES
                assert asked["port"] in {port["name"] for port in one["ports"]}
                probed += 1
    assert probed == 3


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_image_is_named_in_one_place(overlay: str) -> None:
    (image,) = yaml.safe_load((FOLDER / "image" / "kustomization.yaml").read_text())["images"]
    named = {one["image"] for _, one in containers(overlay)}
    assert named == {f"{image['newName']}:{image['newTag']}"}


def test_sqlite_has_one_pod_and_postgresql_one_worker() -> None:
    (single,) = of_kind("sqlite", "StatefulSet")
    assert single["spec"]["replicas"] == 1
    deployments = {one["metadata"]["name"]: one for one in of_kind("postgresql", "Deployment")}
    worker = deployments["net30-worker"]["spec"]
    assert (worker["replicas"], worker["strategy"]["type"]) == (1, "Recreate")
    assert "replicas" not in deployments["net30-web"]["spec"], "the autoscaler's to say"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_service_the_budget_and_the_policy_mean_pods_that_there_are(overlay: str) -> None:
    labels = {
        tuple(sorted(spec["template"]["metadata"]["labels"].items()))
        for one in built(FOLDER / overlay)
        if "template" in (spec := one.get("spec", {}).get("jobTemplate", one).get("spec", {}))
    }
    selectors = [one["spec"]["selector"] for one in of_kind(overlay, "Service")]
    budgets = of_kind(overlay, "PodDisruptionBudget")
    selectors += [one["spec"]["selector"]["matchLabels"] for one in budgets]
    policies = of_kind(overlay, "NetworkPolicy")
    selectors += [one["spec"]["podSelector"]["matchLabels"] for one in policies]
    for wanted in selectors:
        assert any(set(wanted.items()) <= set(found) for found in labels), wanted


def test_one_browser_stays_with_one_process_whatever_the_ingress() -> None:
    (ingress,), (service,) = of_kind("postgresql", "Ingress"), of_kind("postgresql", "Service")
    said = ingress["metadata"]["annotations"]
    assert said["nginx.ingress.kubernetes.io/affinity"] == "cookie"
    assert said["appgw.ingress.kubernetes.io/cookie-based-affinity"] == "true"
    sticky = "traefik.ingress.kubernetes.io/service.sticky.cookie"
    assert service["metadata"]["annotations"][sticky] == "true"


def test_the_monitor_asks_the_metrics_of_the_service() -> None:
    (monitor,) = yaml.safe_load_all((FOLDER / "monitoring" / "service-monitor.yaml").read_text())
    (endpoint,) = monitor["spec"]["endpoints"]
    (service,) = of_kind("postgresql", "Service")
    assert endpoint["path"] in API_ADDRESSES
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}
