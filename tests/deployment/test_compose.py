"""The compose files: what they start, with settings and commands that net30 has."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import yaml

from net30.kernel.plugins import load as load_part
from net30.settings import load
from tests.architecture.project import ROOT
from tests.deployment.programs import SECRET_NAMES, is_command, unknown_settings

DEVELOPERS, COMPANY = "docker-compose.yml", "docker-compose.prod.yml"
FILES = (DEVELOPERS, COMPANY)

Found = dict[str, Any]  # Any: YAML


def read(name: str) -> Found:
    """Return a compose file."""
    found: Found = yaml.safe_load((ROOT / name).read_text())
    return found


def ours(name: str) -> dict[str, Found]:
    """Return the services that run net30."""
    services: dict[str, Found] = read(name)["services"]
    return {each: one for each, one in services.items() if "NET30_IMAGE" in one["image"]}


@pytest.mark.parametrize("name", FILES)
def test_what_is_named_is_there(name: str) -> None:
    found = read(name)
    for each, one in found["services"].items():
        volumes = {text.split(":")[0] for text in one.get("volumes", ())}
        named = {text for text in volumes if not text.startswith((".", "/"))}
        assert named <= set(found["volumes"]), each
        for path in volumes - named:
            assert (ROOT / path).exists(), path
        assert set(one.get("depends_on", ())) <= set(found["services"]), each
        assert set(one.get("networks", ())) <= set(found.get("networks", ())), each
        assert set(one.get("secrets", ())) <= set(found.get("secrets", ())), each


@pytest.mark.parametrize("name", FILES)
def test_every_setting_and_command_is_one_that_net30_has(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ours(name)
    for each, one in ours(name).items():
        assert unknown_settings(one["environment"]) == [], each
        assert is_command(one.get("command", ["serve"]), capsys), each
        files = {text for text in one["environment"].values() if text.startswith("/run/secrets/")}
        assert files <= {f"/run/secrets/{secret}" for secret in one.get("secrets", ())}, each


def test_what_net30_does_not_know_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    assert unknown_settings(["NET30_HOME", "NET30_PORT_FILE", "PATH"]) == ["NET30_PORT_FILE"]
    assert not is_command(["serv"], capsys)
    assert not is_command(["serve", "--hosts", "0.0.0.0"], capsys)


def test_the_commands_in_the_files_own_words_are_commands(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = re.findall(
        r"run --rm \S+ (.+?)(?:  +#.*)?$", (ROOT / DEVELOPERS).read_text(), re.MULTILINE
    )
    assert len(told) == 2
    assert all(is_command(shlex.split(words), capsys) for words in told)


@pytest.mark.parametrize("name", FILES)
def test_net30_writes_beside_its_volumes_nowhere(name: str) -> None:
    for each, one in ours(name).items():
        assert one["read_only"], each
        assert one["cap_drop"] == ["ALL"], each
        assert one["security_opt"] == ["no-new-privileges:true"], each
        assert any(mount.startswith("/tmp") for mount in one["tmpfs"]), each
        assert any(mount.endswith(":/data") for mount in one["volumes"]), each


def test_developers_services_are_reached_from_their_machine_only() -> None:
    for each, one in read(DEVELOPERS)["services"].items():
        assert all(port.startswith("127.0.0.1:") for port in one.get("ports", ())), each


def test_of_a_company_only_the_proxy_is_reached_and_no_secret_is_in_the_file() -> None:
    found = read(COMPANY)
    assert {each for each, one in found["services"].items() if "ports" in one} == {"caddy"}
    assert found["networks"]["back"]["internal"]
    for each in ("postgres", "redis"):
        assert found["services"][each]["networks"] == ["back"]
    for each, one in ours(COMPANY).items():
        given = SECRET_NAMES & set(one["environment"])
        assert given <= {"NET30_BACKUP_URL"}, each
    (network,) = found["networks"]["front"]["ipam"]["config"]
    for one in ours(COMPANY).values():
        assert one["environment"]["NET30_PROXIES"] == network["subnet"]


def test_the_settings_of_the_services_profile_can_be_read() -> None:
    given = read(DEVELOPERS)["services"]["net30-on-services"]["environment"]
    settings = load(given | {"NET30_LOG_LEVEL": "INFO"})
    assert settings.blob_url.endswith("BlobEndpoint=http://127.0.0.1:10000/net30;#documents")
    load_part("net30.adapters.blobs", "azure_blob", extra="azure").build(settings.blob_url)
    assert settings.database_url.startswith("postgresql://net30:")


def test_there_is_one_worker_and_the_database_is_ready_before_it() -> None:
    worker = read(COMPANY)["services"]["worker"]
    assert worker["deploy"]["replicas"] == 1
    assert worker["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert "--no-worker" in read(COMPANY)["services"]["web"]["command"]
