"""Places by URL: which kinds there are, and what is said of one that there is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from net30.app import open_app
from net30.kernel.errors import ConfigurationError
from net30.settings import load
from net30.wiring.places import adapter_module


@pytest.mark.parametrize(
    ("setting", "url", "kinds"),
    [
        ("NET30_BLOB_URL", "s3:invoices", "azure-blob:, folder:"),
        ("NET30_MAIL_URL", "pigeon:loft", "folder:, smtp:, smtps:"),
        ("NET30_CACHE_URL", "memory:here", "redis:, rediss:"),
        ("NET30_SEARCH_URL", "elastic:here", "azure-search:"),
        ("NET30_STREAM_URL", "rabbit:here", "event-hubs:, kafka:, kafkas:"),
    ],
)
def test_of_a_kind_there_is_not_the_kinds_there_are_are_told(
    setting: str, url: str, kinds: str, tmp_path: Path
) -> None:
    settings = load({"NET30_HOME": str(tmp_path), setting: url})
    with pytest.raises(ConfigurationError) as refused:
        open_app(settings)
    assert repr(url.partition(":")[0]) in refused.value.message
    assert "net30." not in refused.value.message, "a reader has no module"
    assert refused.value.hint.endswith(kinds)
    assert refused.value.code == "adapter_kind"


@pytest.mark.parametrize(
    ("port", "url", "name"),
    [
        ("mail", "smtp://mail.example", "smtp"),
        ("mail", "smtps://mail.example", "smtp"),
        ("cache", "rediss://:key@cache.example:6380/0", "redis"),
        ("blobs", "azure-blob:https://a.blob.core.windows.net/papers", "azure_blob"),
    ],
)
def test_a_url_s_first_word_names_its_adapter(port: str, url: str, name: str) -> None:
    pytest.importorskip("azure.storage.blob", reason="it is in the extra azure")
    assert adapter_module(port, url).__name__ == f"net30.adapters.{port}.{name}"
