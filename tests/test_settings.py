"""Settings: defaults, names, refusals, secrets."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from net30.kernel.env_file import SECRET_BYTES_MAX, parse_env_file
from net30.kernel.errors import ConfigurationError
from net30.settings import CACHES, SETTINGS, Settings, load, load_with_file


def test_an_empty_environment_gives_the_embedded_parts() -> None:
    settings = load({})
    assert settings.home == Path("~/.net30").expanduser()
    assert settings.database_url == "sqlite:///net30.db"
    assert settings.blob_url == "folder:blobs"
    assert settings.mail_url == "folder:outbox-mail"
    assert json.loads(settings.caches) == CACHES
    assert settings.refresh_choices == (15, 30, 60, 120)
    assert settings == Settings()


def test_every_field_of_settings_is_a_row_of_the_table() -> None:
    assert [row.name for row in SETTINGS] == [each.name for each in dataclasses.fields(Settings)]
    names = [name for row in SETTINGS for name in (row.env, *row.aliases)]
    assert len(names) == len(set(names))
    assert all(row.help for row in SETTINGS)


def test_every_default_can_be_given_in_words() -> None:
    given = {row.env: row.default for row in SETTINGS}
    assert load(given) == load({})


@pytest.mark.parametrize(
    "name",
    [
        *("DATABASE_URL", "COSMOS_ENDPOINT", "COSMOS_KEY", "COSMOS_DATABASE_NAME"),
        *("COSMOS_CONTAINER_NAME", "STORAGE_CONNECTION_STRING", "STORAGE_CONTAINER_NAME"),
        *("SEARCH_ENDPOINT", "SEARCH_KEY", "SEARCH_INDEX_NAME", "AZURE_AI_PROJECT_NAME"),
        *("AZURE_AI_PROJECT_CONNECTION_STRING", "SPARK_MASTER", "USE_DEEP_LEARNING", "MODEL_PATH"),
        *("CACHE_DEFAULT_TTL", "CACHE_MAX_SIZE", "CACHE_CLEANUP_INTERVAL", "CACHE_SETTINGS"),
        *("AUTO_REFRESH_DEFAULT", "AUTO_REFRESH_INTERVALS", "REFRESH_INTERVAL_DEFAULT"),
        *("DEFAULT_REFRESH_INTERVAL", "THEME_MODE", "STREAMLIT_SERVER_PORT", "LOG_LEVEL"),
    ],
)
def test_the_seed_documents_names_are_known(name: str) -> None:
    assert any(name in row.aliases for row in SETTINGS)


def test_the_seed_documents_own_values_are_understood() -> None:
    settings = load(
        {
            "DATABASE_URL": "postgresql://username:password@localhost:5432/invoice_db",
            "AUTO_REFRESH_INTERVALS": "[15, 30, 60, 120]",
            "AUTO_REFRESH_DEFAULT": "True",
            "USE_DEEP_LEARNING": "false",
            "MODEL_PATH": "models/saved_models/",
            "LOG_LEVEL": "info",
            "THEME_MODE": "dark",
            "STREAMLIT_SERVER_PORT": "8501",
        }
    )
    assert settings.database_url.startswith("postgresql://")
    assert settings.log_level == "INFO"
    assert settings.auto_refresh
    assert not settings.use_deep_learning


def test_our_own_name_wins_over_an_alias_and_empty_counts_as_absent() -> None:
    both = {"NET30_LOG_LEVEL": "ERROR", "LOG_LEVEL": "DEBUG"}
    assert load(both).log_level == "ERROR"
    assert load(both | {"NET30_LOG_LEVEL": ""}).log_level == "DEBUG"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("NET30_DATABASE_URL", "net30.db", "a URL such as"),
        ("NET30_HOME", "a\0b", "a path without zero bytes"),
        ("LOG_LEVEL", "loud", "one of DEBUG"),
        ("NET30_PORT", "0", "from 1 to 65535"),
        ("NET30_PORT", "65536", "from 1 to 65535"),
        ("NET30_PORT", "-1", "from 1 to 65535"),
        ("NET30_PORT", "８５０１", "from 1 to 65535"),
        ("CACHE_MAX_SIZE", "9" * 5000, "a whole number"),
        ("USE_DEEP_LEARNING", "maybe", "one of true"),
        ("AUTO_REFRESH_INTERVALS", "15,,30", "a whole number"),
        ("CACHE_SETTINGS", "{", "JSON such as"),
        ("CACHE_SETTINGS", "[1]", "JSON such as"),
        ("CACHE_SETTINGS", '{"lists": 1}', "caches of these names"),
        ("CACHE_SETTINGS", '{"statistics": {"ttl": 0, "max_size": 1}}', "JSON such as"),
        ("CACHE_SETTINGS", '{"statistics": {"ttl": true, "max_size": 1}}', "JSON such as"),
        ("THEME_MODE", "pink", "one of auto"),
    ],
)
def test_a_wrong_value_is_refused_with_what_was_expected(
    name: str, text: str, expected: str
) -> None:
    with pytest.raises(ConfigurationError, match="cannot be used") as refused:
        load({name: text})
    assert name in refused.value.message
    assert expected in refused.value.hint


def test_a_misspelt_setting_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ConfigurationError) as refused:
        load({"NET30_DATABSE_URL": "sqlite:///x.db"})
    assert refused.value.hint == "did you mean NET30_DATABASE_URL?"
    with pytest.raises(ConfigurationError) as refused:
        load({"NET30_QQQQQQ": "1"})
    assert ".env.example" in refused.value.hint


def test_a_secret_shows_neither_in_print_nor_in_an_error() -> None:
    secrets = {row.env: f"scheme:s3cret-{row.name}" for row in SETTINGS if row.secret}
    assert "s3cret" not in repr(load(secrets))
    with pytest.raises(ConfigurationError) as refused:
        load({"NET30_DATABASE_URL": "s3cret without a scheme"})
    assert "s3cret" not in refused.value.message + refused.value.hint


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]  # the refusal is the test


def test_an_env_file_is_read_line_by_line() -> None:
    text = (
        "# NET30_PORT=1\n\nexport LOG_LEVEL=DEBUG\nTHEME_MODE = 'dark'\nnonsense\nX=a=\"b\"\nY=\n"
    )
    assert parse_env_file(text) == {
        "LOG_LEVEL": "DEBUG",
        "THEME_MODE": "dark",
        "X": 'a="b"',
        "Y": "",
    }


def test_the_file_of_the_home_speaks_below_the_environment(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("LOG_LEVEL=DEBUG\nNET30_ORGANISATION=fr\nNET30_HOME=/elsewhere\n")
    settings = load_with_file({"NET30_HOME": str(tmp_path), "NET30_ORGANISATION": "de"})
    assert (settings.home, settings.organisation, settings.log_level) == (tmp_path, "de", "DEBUG")
    file.write_text("NET30_LOG_LEVEL=DEBUG\n")
    assert load_with_file({"NET30_HOME": str(tmp_path), "LOG_LEVEL": "INFO"}).log_level == "INFO"
    file.write_text("LOG_LEVEL=DEBUG\n")
    env = {"NET30_HOME": str(tmp_path), "NET30_LOG_LEVEL": "INFO"}
    assert load_with_file(env).log_level == "INFO"


def test_a_home_without_a_file_is_as_good_and_an_unreadable_file_is_refused(
    tmp_path: Path,
) -> None:
    env = {"NET30_HOME": str(tmp_path)}
    assert load_with_file(env) == load(env)
    (tmp_path / ".env").write_bytes(b"LOG_LEVEL=\xff\xfe")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_with_file(env)


def test_each_secret_can_be_in_a_file_and_no_other_setting(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    for row in SETTINGS:
        file.write_text(f"{row.default or 'scheme:s3cret'}\n")
        if row.secret:
            settings = load({f"{row.env}_FILE": str(file)})
            assert getattr(settings, row.name) == row.read(row.default or "scheme:s3cret")
        else:
            with pytest.raises(ConfigurationError, match="there is no setting"):
                load({f"{row.env}_FILE": str(file)})


def test_a_secret_given_twice_or_in_no_readable_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k3y\n")
    twice = {"NET30_DATABASE_URL_FILE": str(file), "DATABASE_URL": "sqlite:///x.db"}
    with pytest.raises(ConfigurationError, match="NET30_DATABASE_URL_FILE and DATABASE_URL"):
        load(twice)
    file.write_text("\n")
    for wrong in (file, tmp_path / "absent", tmp_path):
        with pytest.raises(ConfigurationError) as refused:
            load({"NET30_CHAT_KEY_FILE": str(wrong)})
        assert refused.value.code == "secret_file"
        assert str(wrong) in refused.value.message
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="no UTF-8 text"):
        load({"NET30_CHAT_KEY_FILE": str(file)})
    file.write_bytes(b"k" * (SECRET_BYTES_MAX + 1))
    with pytest.raises(ConfigurationError, match="is too large"):
        load({"NET30_CHAT_KEY_FILE": str(file)})


def test_a_file_named_by_the_environment_goes_before_the_homes_own_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("of-the-file")
    (tmp_path / ".env").write_text("NET30_CHAT_KEY=of-the-home\nNET30_ORGANISATION=fr\n")
    env = {"NET30_HOME": str(tmp_path), "NET30_CHAT_KEY_FILE": str(secret)}
    settings = load_with_file(env)
    assert (settings.chat_key, settings.organisation) == ("of-the-file", "fr")
    (tmp_path / ".env").write_text(f"NET30_CHAT_KEY_FILE={secret}\n")
    assert load_with_file({"NET30_HOME": str(tmp_path)}).chat_key == "of-the-file"
