"""Language models by setting: which server is asked, over which route, with which key."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from net30.kernel.errors import ConfigurationError
from net30.ports.chat import DEPLOYMENT, project_url, read_server
from net30.settings import Settings, load
from net30.wiring.parts import chat_model
from tests.assistant.agent.talk import SENTENCE, draft, talking
from tests.doubles.identity_server import TENANT, identity_server
from tests.doubles.openai_server import OpenAIServer, in_turn, openai_server
from tests.papers import Papers, make_papers


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return make_papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def server(papers: Papers) -> Iterator[OpenAIServer]:
    with openai_server(OpenAIServer(in_turn(draft()), certificate=papers.certificate)) as one:
        yield one


@pytest.mark.parametrize(
    ("url", "kind", "address", "model"),
    [
        (
            "openai:https://api.openai.com/v1#gpt-4o",
            "openai",
            "https://api.openai.com/v1",
            "gpt-4o",
        ),
        ("openai:http://localhost:8000/v1/#qwen", "openai", "http://localhost:8000/v1", "qwen"),
        ("openai:http://[::1]:80/v1#m", "openai", "http://[::1]:80/v1", "m"),
        ("openai:http://127.0.0.1:1/v1#org/m", "openai", "http://127.0.0.1:1/v1", "org/m"),
        (
            "azure:https://x.openai.azure.com",
            "azure",
            "https://x.openai.azure.com",
            DEPLOYMENT,
        ),
    ],
)
def test_a_url_names_server_and_model(url: str, kind: str, address: str, model: str) -> None:
    named = read_server(url, key="k")
    assert (named.kind, named.url, named.model) == (kind, address, model)
    assert "k'" not in repr(named)


@pytest.mark.parametrize(
    "url",
    [
        "gpt-4o",
        "claude:https://x/v1#m",
        "openai:https://x/v1",
        "openai:ftp://x/v1#m",
        "openai:https://#m",
        "openai:https://x:0/v1#m",
        "openai:https://x:port/v1#m",
        "openai:https://user:pass@x/v1#m",
        "openai:https://x/v1?colour=red#m",
        "openai:https://x/v1?ca#m",
        "openai:https://[x/v1#m",
    ],
)
def test_a_url_that_names_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_server(url)
    assert "openai:https://HOST/v1#MODEL" in refused.value.hint


@pytest.mark.parametrize("host", ["example.com", "192.168.1.4", "localhost.evil.example"])
def test_plain_http_to_another_machine_is_refused(host: str) -> None:
    with pytest.raises(ConfigurationError, match="plain http"):
        read_server(f"openai:http://{host}/v1#m")


def test_a_project_is_named_by_its_endpoint_and_name() -> None:
    host = "https://x.services.ai.azure.com"
    whole = f"{host}/api/projects/books"
    assert project_url(whole, "") == f"azure:{whole}#gpt-4o"
    assert project_url(whole, "other", "mini") == f"azure:{whole}#mini"
    assert project_url(f" {host}/ ", "books") == f"azure:{whole}#gpt-4o"


def test_the_old_connection_string_is_refused_with_the_setting_to_use() -> None:
    settings = load({"AZURE_AI_PROJECT_CONNECTION_STRING": "host;subscription;group;project"})
    with pytest.raises(ConfigurationError) as refused:
        chat_model(settings)
    assert "AZURE_AI_PROJECT_ENDPOINT" in refused.value.hint


def test_the_seed_documents_settings_name_gpt_4o() -> None:
    host = "https://x.services.ai.azure.com"
    given = {"AZURE_AI_PROJECT_CONNECTION_STRING": host, "AZURE_AI_PROJECT_NAME": "books"}
    chat = chat_model(load(given))
    assert chat is not None
    assert chat.name == "gpt-4o"
    assert chat_model(Settings()) is None
    other = load({**given, "NET30_CHAT_URL": "openai:http://localhost/v1#m"})
    assert chat_model(other) is not None
    assert chat_model(other).name == "m"  # type: ignore[union-attr] # it is one


def test_an_assistant_that_is_only_set_up_imports_nothing(tmp_path: Path) -> None:
    import subprocess

    code = (
        "import sys; from net30.app import chat_model; from net30.settings import load;"
        "chat_model(load({'NET30_CHAT_URL': 'openai:http://localhost/v1#m'}));"
        "import net30.assistant.ask;"
        "print([m for m in ('pydantic_ai', 'openai', 'azure') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_private_server_is_trusted_by_its_authority_only(
    tmp_path: Path, server: OpenAIServer, papers: Papers
) -> None:
    url = f"openai:{server.url}/v1?ca={papers.authority}#gpt-4o"
    with talking(tmp_path / "a", server, chat_url=url) as talk:
        assert talk.say(SENTENCE).answered_by == "gpt-4o"
    with talking(tmp_path / "b", server, chat_url=f"openai:{server.url}/v1#gpt-4o") as talk:
        assert talk.say(SENTENCE).answered_by == "offline (gpt-4o did not answer: no connection)"
    for kind in ("openai", "azure"):
        missing = f"{kind}:{server.url}/v1?ca=/nowhere.pem#gpt-4o"
        with (
            talking(tmp_path / kind, server, chat_url=missing) as talk,
            pytest.raises(ConfigurationError, match="cannot be read"),
        ):
            talk.say(SENTENCE)


@pytest.mark.parametrize(
    ("path", "route", "header"),
    [
        ("", "/openai/deployments/gpt-4o/chat/completions?api-version=", "api-key"),
        ("/openai/v1", "/openai/v1/chat/completions", "authorization"),
        ("/api/projects/books", "/api/projects/books/openai/v1/chat/completions", "authorization"),
    ],
)
def test_azure_is_asked_with_its_key(
    tmp_path: Path, server: OpenAIServer, papers: Papers, path: str, route: str, header: str
) -> None:
    url = f"azure:{server.url}{path}?ca={papers.authority}"
    with talking(tmp_path, server, chat_url=url) as talk:
        assert talk.say(SENTENCE).answered_by == "gpt-4o"
    (asked,) = server.asked
    assert asked.path.startswith(route)
    assert asked.headers[header].endswith("secret")


def test_a_resource_without_a_key_is_a_wrong_setting(
    tmp_path: Path, server: OpenAIServer, papers: Papers
) -> None:
    url = f"azure:{server.url}?ca={papers.authority}"
    with (
        talking(tmp_path, server, chat_url=url, chat_key="") as talk,
        pytest.raises(ConfigurationError, match="needs its key"),
    ):
        talk.say(SENTENCE)


@pytest.mark.parametrize("secret", ["sesame", "wrong"])
def test_without_a_key_a_project_is_asked_as_whoever_is_signed_in(
    tmp_path: Path,
    server: OpenAIServer,
    papers: Papers,
    monkeypatch: pytest.MonkeyPatch,
    secret: str,
) -> None:
    with identity_server(papers.certificate) as identity:
        for name, value in {
            "AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential",
            "AZURE_AUTHORITY_HOST": identity.url,
            "AZURE_TENANT_ID": TENANT,
            "AZURE_CLIENT_ID": "net30",
            "AZURE_CLIENT_SECRET": secret,
        }.items():
            monkeypatch.setenv(name, value)
        server.key = identity.token
        url = f"azure:{server.url}/api/projects/books?ca={papers.authority}"
        with talking(tmp_path, server, chat_url=url, chat_key="") as talk:
            given = talk.say(SENTENCE)
        assert identity.asked[0]["scope"] == ["https://ai.azure.com/.default"]
        if secret == "wrong":
            assert "key was refused (401)" in given.answered_by
            assert "sign-in" in given.text
        else:
            assert given.answered_by == "gpt-4o"
        assert len(given.references) == 1
