"""Secrets in Azure Key Vault: which settings are read from it, as whom, and what goes wrong."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from net30.adapters.secrets import key_vault as adapter
from net30.app import open_app
from net30.cli import exits
from net30.cli.commands import run
from net30.kernel.errors import ConfigurationError, Net30Error, Unavailable
from net30.settings import Settings, load
from net30.wiring.books import copying
from net30.wiring.parts import chat_model
from net30.wiring.secrets import with_secrets
from tests.doubles.identity_server import TENANT, IdentityServer, identity_server
from tests.doubles.key_vault import KeyVaultDouble, key_vault
from tests.doubles.managed_identity import managed_identity
from tests.papers import Papers, make_papers

SECRET = "s3cret-of-the-vault"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return make_papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def identity(papers: Papers, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityServer]:
    with identity_server(papers.certificate) as one:
        for name, value in {
            "AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential",
            "AZURE_AUTHORITY_HOST": one.url,
            "AZURE_TENANT_ID": TENANT,
            "AZURE_CLIENT_ID": "net30",
            "AZURE_CLIENT_SECRET": one.secret,
        }.items():
            monkeypatch.setenv(name, value)
        yield one


@pytest.fixture
def vault(papers: Papers, identity: IdentityServer) -> Iterator[KeyVaultDouble]:
    with key_vault(papers.certificate, identity.url, identity.token) as one:
        yield one


def settings_with(vault: KeyVaultDouble, papers: Papers, **values: str) -> Settings:
    given = {f"NET30_{name.upper()}": value for name, value in values.items()}
    return load({"NET30_KEY_VAULT": f"{vault.url}?ca={papers.authority}"} | given)


def refusal(settings: Settings) -> Net30Error:
    with pytest.raises(Net30Error) as refused:
        with_secrets(settings)
    assert SECRET not in refused.value.message + refused.value.hint
    return refused.value


def test_any_secret_setting_may_be_in_the_vault(
    vault: KeyVaultDouble,
    papers: Papers,
    identity: IdentityServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    vault.secrets = {
        "chat-key": [SECRET],
        "mail": [f"smtp://me:{SECRET}@mail.example\n"],
        "storage": [f"AccountName=a;AccountKey={SECRET}"],
    }
    settings = settings_with(
        vault,
        papers,
        chat_key="key-vault:chat-key",
        mail_url="key-vault:mail",
        storage_connection="key-vault:storage",
        search_key="kept here",
    )
    found = with_secrets(settings)
    assert found.chat_key == SECRET
    assert found.mail_url == f"smtp://me:{SECRET}@mail.example"
    assert found.storage_connection == f"AccountName=a;AccountKey={SECRET}"
    assert found.search_key == "kept here"
    assert identity.asked[0]["scope"] == ["https://vault.azure.net/.default"]
    assert SECRET not in repr(found) + caplog.text
    assert identity.token not in caplog.text
    assert with_secrets(found) is found


def test_the_application_opens_with_what_the_vault_keeps(
    tmp_path: Path, vault: KeyVaultDouble, papers: Papers
) -> None:
    vault.secrets = {
        "books": ["sqlite:///of-the-vault.db"],
        "copy": [f"sqlite:///{tmp_path}/copy.db"],
        "chat": ["openai:http://localhost:1/v1#small"],
    }
    settings = settings_with(
        vault,
        papers,
        home=str(tmp_path),
        database_url="key-vault:books",
        copy_url="key-vault:copy",
        chat_url="key-vault:chat",
    )
    with closing(open_app(settings)) as app:
        assert app.settings.database_url == "sqlite:///of-the-vault.db"
    assert (tmp_path / "of-the-vault.db").exists()
    chat = chat_model(settings)
    assert chat is not None
    assert chat.name == "small"
    for url in ("", settings.copy_url):
        with copying(settings, url):
            assert (tmp_path / "copy.db").exists()


def test_without_a_secret_in_it_the_vault_is_not_asked(
    tmp_path: Path, vault: KeyVaultDouble, papers: Papers
) -> None:
    open_app(settings_with(vault, papers, home=str(tmp_path), chat_key="plain")).close()
    assert vault.asked == []


def test_a_renewed_secret_is_read_at_the_next_start_and_an_old_version_by_its_name(
    vault: KeyVaultDouble, papers: Papers
) -> None:
    vault.secrets = {"key": ["first"]}
    settings = settings_with(vault, papers, chat_key="key-vault:key")
    assert with_secrets(settings).chat_key == "first"
    vault.secrets["key"].append("second")
    assert with_secrets(settings).chat_key == "second"
    pinned = settings_with(vault, papers, chat_key=f"key-vault:key/{vault.version(0)}")
    assert with_secrets(pinned).chat_key == "first"


def test_a_secret_that_is_not_there_is_told_with_its_setting(
    vault: KeyVaultDouble, papers: Papers
) -> None:
    vault.secrets = {"empty": [""], "here": [SECRET]}
    for name in ("missing", "empty", f"here/{vault.version(7)}"):
        error = refusal(settings_with(vault, papers, chat_key=f"key-vault:{name}"))
        assert isinstance(error, ConfigurationError)
        assert error.code == "key_vault_secret"
        assert error.message.startswith("NET30_CHAT_KEY: ")
        assert "az keyvault secret set" in error.hint


@pytest.mark.parametrize("name", ["", "a b", "../keys/a", "a/b", "x" * 128, "é", "a?b"])
def test_a_name_that_no_secret_has_asks_nothing(
    name: str, vault: KeyVaultDouble, papers: Papers
) -> None:
    error = refusal(settings_with(vault, papers, chat_key=f"key-vault:{name}"))
    assert error.code == "key_vault_secret"
    assert vault.asked == []


def test_a_secret_that_is_no_value_of_its_setting_is_told_without_being_shown(
    vault: KeyVaultDouble, papers: Papers
) -> None:
    vault.secrets = {"mail": [f"{SECRET} is no URL"]}
    error = refusal(settings_with(vault, papers, mail_url="key-vault:mail"))
    assert "NET30_MAIL_URL, from the secret 'mail': its value cannot be used" in error.message


def test_who_has_no_right_is_told_which_one(
    vault: KeyVaultDouble,
    papers: Papers,
    identity: IdentityServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vault.secrets = {"key": [SECRET], "off": [SECRET]}
    vault.disabled = {"off"}
    settings = settings_with(vault, papers, chat_key="key-vault:key")
    disabled = refusal(settings_with(vault, papers, chat_key="key-vault:off"))
    assert "disabled" in disabled.message
    identity.token = "somebody-else"
    forbidden = refusal(settings)
    assert "Forbidden" in forbidden.message
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "wrong-secret")
    unknown = refusal(settings)
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    nobody = refusal(settings)
    for error in (disabled, forbidden, unknown, nobody):
        assert isinstance(error, ConfigurationError)
        assert error.code == "key_vault_refused"
        assert "Key Vault Secrets User" in error.hint
        assert "wrong-secret" not in error.message


def test_a_web_app_reads_it_by_its_managed_identity(
    vault: KeyVaultDouble, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.secrets = {"key": [SECRET]}
    with managed_identity(vault.token) as machine:
        for name, value in machine.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AZURE_CLIENT_ID", "one-of-several")
        settings = settings_with(vault, papers, chat_key="key-vault:key")
        assert with_secrets(settings).chat_key == SECRET
        (asked,) = machine.asked
        assert asked["resource"] == ["https://vault.azure.net"]
        assert asked["client_id"] == ["one-of-several"]
        monkeypatch.setenv("IDENTITY_HEADER", "of another machine")
        assert refusal(settings).code == "key_vault_refused"


def test_a_vault_that_does_not_answer_may_answer_later(
    vault: KeyVaultDouble, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "TRIES_AGAIN_MAX", 0)
    vault.secrets = {"key": [SECRET]}
    settings = settings_with(vault, papers, chat_key="key-vault:key")
    for status in (500, 503, 429):
        vault.status = status
        error = refusal(settings)
        assert isinstance(error, Unavailable)
        assert error.code == "key_vault_unavailable"
    nobody = load({"NET30_KEY_VAULT": "https://localhost:1", "NET30_CHAT_KEY": "key-vault:key"})
    assert isinstance(refusal(nobody), Unavailable)


def test_the_vault_must_be_one_and_be_trusted(
    vault: KeyVaultDouble, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "TRIES_AGAIN_MAX", 0)
    untrusted = load({"NET30_KEY_VAULT": vault.url, "NET30_CHAT_KEY": "key-vault:key"})
    assert "certificate" in refusal(untrusted).message
    assert vault.asked == []
    vault.status = 404
    error = refusal(settings_with(vault, papers, chat_key="key-vault:key"))
    assert isinstance(error, ConfigurationError)


@pytest.mark.parametrize(
    "url",
    [
        "http://books.vault.azure.net",
        "https:books",
        "https://me:secret@books.vault.azure.net",
        "https://books.vault.azure.net/secrets/key",
        "https://books.vault.azure.net?version=1",
        "https://books.vault.azure.net?ca=/nowhere.pem",
        "https://books.vault.azure.net#key",
        "https://[books",
    ],
)
def test_a_url_that_names_no_vault_is_refused(url: str) -> None:
    error = refusal(load({"NET30_KEY_VAULT": url, "NET30_CHAT_KEY": "key-vault:key"}))
    assert isinstance(error, ConfigurationError)
    assert error.code == "key_vault"
    assert "https://NAME.vault.azure.net" in error.hint


def test_without_a_vault_the_setting_to_set_is_named() -> None:
    error = refusal(load({"NET30_CHAT_KEY": "key-vault:key"}))
    assert "NET30_CHAT_KEY" in error.message
    assert "NET30_KEY_VAULT" in error.hint


def test_without_the_packages_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "net30.adapters.secrets.key_vault")
    monkeypatch.setitem(sys.modules, "azure.keyvault.secrets", None)
    settings = {"NET30_KEY_VAULT": "https://a.vault.azure.net", "NET30_CHAT_KEY": "key-vault:key"}
    assert refusal(load(settings)).hint == "pip install 'net30[azure]'"


def test_what_is_no_secret_setting_is_taken_as_it_stands() -> None:
    settings = load({"NET30_ORGANISATION": "key-vault:main"})
    assert with_secrets(settings).organisation == "key-vault:main"


def test_a_server_that_asks_for_another_service_s_token_gets_none(
    vault: KeyVaultDouble,
    papers: Papers,
    identity: IdentityServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(papers.authority))
    vault.resource = "https://management.azure.com"
    error = refusal(load({"NET30_KEY_VAULT": vault.url, "NET30_CHAT_KEY": "key-vault:key"}))
    assert error.code == "key_vault"
    assert "is no key vault" in error.message
    assert identity.asked == []


def test_a_restore_knows_what_the_vault_keeps(
    tmp_path: Path, vault: KeyVaultDouble, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.secrets = {"files": ["folder:papers"]}
    monkeypatch.setenv("NET30_KEY_VAULT", f"{vault.url}?ca={papers.authority}")
    monkeypatch.setenv("NET30_BLOB_URL", "key-vault:files")
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "home"))
    kept = str(tmp_path / "kept.tar.gz")
    assert run(["backup", kept]) == exits.DONE
    assert run(["restore", kept, "--into", str(tmp_path / "new")]) == exits.DONE
