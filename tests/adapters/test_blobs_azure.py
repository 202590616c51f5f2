"""Blobs in Azure Blob Storage: what an account, its keys and the way to it can do to them."""

from __future__ import annotations

import io
import logging
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from azure.storage.blob import (
    AccountSasPermissions,
    BlobBlock,
    ContentSettings,
    ResourceTypes,
    generate_account_sas,
)

from net30.adapters.blobs import _azure_account, azure_blob
from net30.adapters.blobs.azure_blob import AzureBlobs, build
from net30.adapters.logs import json_lines
from net30.app import open_app
from net30.kernel.errors import ConfigurationError, Net30Error, NotFound, Unavailable
from net30.service_manager import ServiceManager
from net30.settings import load
from tests.azurite import ACCOUNT, KEY, azurite, azurite_with_tls, new_container, token
from tests.desk import open_desk
from tests.doubles.ailing_line import ailing_line
from tests.doubles.identity_server import TENANT, identity_server
from tests.doubles.managed_identity import managed_identity
from tests.papers import Papers, make_papers

US = "lagune"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return make_papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def blobs() -> AzureBlobs:
    return opened(azurite().blob_url())


def opened(url: str) -> AzureBlobs:
    blobs = build(url)
    assert isinstance(blobs, AzureBlobs)
    return blobs


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("invoices/2026/INV-1.pdf", "application/pdf"),
        ("invoices/2026/INV-1.html", "text/html; charset=utf-8"),
        ("ledger/a.parquet", "application/vnd.apache.parquet"),
        ("exports/a.unheard-of", "application/octet-stream"),
        ("mark", "application/octet-stream"),
    ],
)
def test_a_blob_has_its_content_type_and_its_md5(blobs: AzureBlobs, name: str, kind: str) -> None:
    blobs.put(US, name, b"content")
    kept = blobs.container.get_blob_client(f"{US}/{name}").get_blob_properties().content_settings
    assert kept.content_type == kind
    assert bytes(kept.content_md5 or b"") == md5(b"content").digest()


def test_a_blob_whose_bytes_are_not_those_put_is_told_as_damaged(blobs: AzureBlobs) -> None:
    blobs.put(US, "a.json", b"before")
    blob = blobs.container.get_blob_client(f"{US}/a.json")
    blob.stage_block("YQ==", b"after")
    settings = ContentSettings(content_md5=bytearray(md5(b"before").digest()))
    blob.commit_block_list([BlobBlock("YQ==")], content_settings=settings)
    with pytest.raises(Unavailable) as refused:
        blobs.get(US, "a.json")
    assert refused.value.code == "blob_damaged"
    blob.upload_blob(b"written by hand", overwrite=True)
    assert blobs.get(US, "a.json") == b"written by hand"


def test_a_blob_of_many_blocks_comes_back_whole(blobs: AzureBlobs) -> None:
    content = bytes(range(256)) * 300_000  # 77 MB: more than is sent at once
    blobs.put(US, "large.parquet", content)
    assert blobs.get(US, "large.parquet") == content


def test_the_container_is_made_with_the_first_blob_whoever_is_first() -> None:
    url = azurite().blob_url()
    many = [opened(url) for _ in range(4)]
    assert list(many[0].names(US)) == []
    with pytest.raises(NotFound):
        many[0].get(US, "a")
    many[0].delete(US, "a")
    assert not many[0].container.exists()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda at: many[at % 4].put(US, f"{at:02}", b"1"), range(32)))
    assert len(list(many[1].names(US))) == 32


def test_names_come_page_by_page_and_of_one_organisation_only(
    blobs: AzureBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(azure_blob, "NAMES_PER_PAGE", 3)
    for at in range(10):
        blobs.put(US, f"a/{at}", b"")
    for other in (f"{US}2", f"{US}-a", US.upper(), "a"):
        blobs.put(other, "a/theirs", b"")
    assert list(blobs.names(US)) == [f"a/{at}" for at in range(10)]
    assert list(blobs.names(US, "a/1")) == ["a/1"]


def signed(port: int, container: str) -> tuple[str, str]:
    """Return a URL with a shared access signature, and the signature."""
    token = generate_account_sas(
        account_name=ACCOUNT,
        account_key=KEY,
        resource_types=ResourceTypes(container=True, object=True),
        permission=AccountSasPermissions(
            read=True, write=True, list=True, delete=True, create=True
        ),
        expiry=datetime.now(UTC) + timedelta(hours=1),
    )
    way = azurite().url.replace(str(azurite().port), str(port))
    url = f"azure-blob:BlobEndpoint={way}/{ACCOUNT};SharedAccessSignature={token}#{container}"
    return url, token.rpartition("sig=")[2]


def test_where_it_is_tells_a_url_without_key_or_signature() -> None:
    container = new_container()
    url, signature = signed(azurite().port, container)
    blobs = opened(url)
    blobs.put(US, "a.pdf", b"signed for")
    assert blobs.get(US, "a.pdf") == b"signed for"
    assert blobs.where(US, "a.pdf") == f"{azurite().url}/{ACCOUNT}/{container}/{US}/a.pdf"
    assert signature not in repr(blobs)


def test_a_signature_stands_in_no_error_and_no_log_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_azure_account, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(_azure_account, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(azure_blob, "REST_SECONDS", 0)
    root, lines = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers, root.level
    json_lines.keep_log("DEBUG", lines)
    try:
        with ailing_line(azurite().port) as line:
            url, signature = signed(line.port, new_container())
            blobs = opened(url)
            blobs.put(US, "a.pdf", b"1")
            errors = []
            for state in ("cut", "silent"):
                setattr(line, state, True)
                errors += list(everything(blobs))
        errors += list(everything(blobs))  # nobody listens any more
        errors += list(everything(opened(url.replace(signature, signature[::-1]))))
    finally:
        root.handlers = handlers
        root.setLevel(level)
    assert len(errors) == 16
    for error in errors:
        assert signature not in error.message + str(error.__cause__)
        assert "sig=" not in error.message
    assert "sig=" not in lines.getvalue().replace("sig=REDACTED", "")


# --- settings that cannot work --------------------------------------------------------------------

HERE = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint="


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "cannot be read"),
        ("your_storage_connection_string#invoices", "cannot be read"),
        ("AccountName=a;AccountKey=not-base64!#invoices", "no key"),
        ("AccountName=a#invoices", "no key"),
        ("BlobEndpoint=https://a.example#invoices", "no key"),
        ("AccountName=a;AccountKey=a2V5", "cannot be read"),
        ("AccountName=a;AccountKey=a2V5#", "no name of a container"),
        ("AccountName=a;AccountKey=a2V5#UPPER", "no name of a container"),
        ("AccountName=a;AccountKey=a2V5#a", "no name of a container"),
        ("AccountName=a;AccountKey=a2V5#a--b", "no name of a container"),
        ("AccountName=a;AccountKey=a2V5#../secrets", "no name of a container"),
        (f"{HERE}http://books.example/a#invoices", "use https"),
        ("http://a.blob.core.windows.net/invoices", "needs https"),
        ("https://a.blob.core.windows.net/", "no name of a container"),
        ("https://me:secret@a.blob.core.windows.net/invoices", "names no account"),
        ("https:///invoices", "names no account"),
        ("https://a.blob.core.windows.net/invoices?sig=secret", "only ?ca="),
        ("https://a.blob.core.windows.net/invoices?ca=/nowhere.pem", "there is no file"),
        ("https://[a/invoices", "cannot be read"),
    ],
)
def test_an_address_that_cannot_work_is_refused_without_being_shown(address: str, why: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        build(f"azure-blob:{address}")
    assert why in refused.value.message
    assert "STORAGE_CONNECTION_STRING" in refused.value.hint
    for secret in ("a2V5", "secret", "not-base64", "your_storage"):
        assert secret not in refused.value.message.replace("../secrets", "")


def test_without_the_packages_the_way_out_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("azure_blob", "_azure_account"):
        monkeypatch.delitem(sys.modules, f"net30.adapters.blobs.{name}")
    monkeypatch.setitem(sys.modules, "azure.storage.blob", None)
    settings = load({"NET30_HOME": str(tmp_path), "STORAGE_CONNECTION_STRING": "AccountName=a"})
    with pytest.raises(ConfigurationError) as refused:
        open_app(settings)
    assert refused.value.hint == "pip install 'net30[azure]'"


def test_the_seed_documents_settings_keep_documents_there(tmp_path: Path) -> None:
    given = {
        "STORAGE_CONNECTION_STRING": azurite().connection(),
        "STORAGE_CONTAINER_NAME": new_container(),
    }
    settings = load(given)
    desk = open_desk(
        tmp_path,
        storage_connection=settings.storage_connection,
        storage_container=settings.storage_container,
    )
    with closing(desk.app):
        invoice = desk.issue()
        assert desk.app.settle().ok
        kept = opened(azurite().blob_url(settings.storage_container))
        names = [name for name in kept.names("main") if invoice.number in name]
        assert {Path(name).suffix for name in names} == {".pdf", ".html", ".json", ".xml"}
        assert ServiceManager(desk.app).is_service_available("storage")
        assert desk.app.settings.blob_url.startswith("azure-blob:")
        assert KEY not in repr(desk.app.settings)
    assert not (tmp_path / "blobs").exists()


def test_a_blob_url_of_its_own_goes_before_the_seed_documents_names(tmp_path: Path) -> None:
    with closing(
        open_desk(tmp_path, blob_url="folder:papers", storage_connection="AccountName=a").app
    ) as app:
        assert app.settings.blob_url == "folder:papers"


# --- when it does not answer ----------------------------------------------------------------------


def everything(blobs: AzureBlobs) -> Iterator[Net30Error]:
    """Yield what each call says of a place that does not work."""
    for act in (
        lambda: blobs.put(US, "a", b""),
        lambda: blobs.get(US, "a"),
        lambda: list(blobs.names(US)),
        lambda: blobs.delete(US, "a"),
    ):
        with pytest.raises(Net30Error) as refused:
            act()
        yield refused.value


def test_a_wrong_key_is_told_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    key = b64encode(b"somebody else's key").decode()
    blobs = opened(azurite().blob_url(key=key))
    for error in everything(blobs):
        assert isinstance(error, Unavailable)
        assert error.code == "blobs_refused"
        assert "Storage Blob Data Contributor" in error.hint
        assert key not in error.message + repr(blobs) + str(error.__cause__)
    assert key not in caplog.text


def test_an_account_that_cannot_be_reached_is_told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_azure_account, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(_azure_account, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(azure_blob, "REST_SECONDS", 0)
    with ailing_line(azurite().port) as line:
        for state in ("cut", "silent"):
            blobs = opened(azurite().blob_url(port=line.port))
            blobs.put(US, "a", b"1")
            setattr(line, state, True)
            began = time.monotonic()
            for error in everything(blobs):
                assert isinstance(error, Unavailable)
                assert error.code == "blobs_unavailable"
                assert "127.0.0.1" in error.message
            assert time.monotonic() - began < 5
            setattr(line, state, False)
            assert blobs.get(US, "a") == b"1"


def test_after_a_failure_nobody_waits_for_the_same_silence_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_azure_account, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(_azure_account, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(azure_blob, "REST_SECONDS", 1.0)
    with ailing_line(azurite().port) as line:
        blobs = opened(azurite().blob_url(port=line.port))
        blobs.put(US, "a", b"1")
        line.silent = True
        first = next(everything(blobs))
        began = time.monotonic()
        again = list(everything(blobs))
        assert time.monotonic() - began < 0.3
        assert {error.message for error in again} == {first.message}
        line.heal()
        time.sleep(1.0)
        assert blobs.get(US, "a") == b"1"


def test_one_connection_that_breaks_is_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_azure_account, "PAUSE_SECONDS", 0)
    with ailing_line(azurite().port) as line:
        blobs = opened(azurite().blob_url(port=line.port))
        blobs.put(US, "a", b"1")
        line.break_once()
        assert blobs.get(US, "a") == b"1"


@contextmanager
def somebody_else(status: int) -> Iterator[int]:
    """Lend the port of a server that is no storage and answers all with one status."""

    class Page(BaseHTTPRequestHandler):
        def _page(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", "9")
            self.end_headers()
            self.wfile.write(b"<p>hi</p>")

        def do_GET(self) -> None:
            self._page()

        def do_PUT(self) -> None:
            self._page()

        def do_DELETE(self) -> None:
            self._page()

        def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - its own name
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join(5)


@pytest.mark.parametrize("status", [400, 404, 409, 503])
def test_a_server_that_is_no_storage_is_no_empty_storage(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_azure_account, "PAUSE_SECONDS", 0)
    with somebody_else(status) as port:
        for error in everything(opened(azurite().blob_url(port=port))):
            assert isinstance(error, Unavailable)
            assert error.code == "blobs_unavailable"


# --- who signs in without a key -------------------------------------------------------------------


def test_without_a_key_it_is_asked_as_whoever_is_signed_in(
    papers: Papers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with (
        identity_server(papers.certificate) as identity,
        azurite_with_tls(papers.certificate) as storage,
    ):
        identity.token = token()
        for name, value in {
            "AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential",
            "AZURE_AUTHORITY_HOST": identity.url,
            "AZURE_TENANT_ID": TENANT,
            "AZURE_CLIENT_ID": "net30",
            "AZURE_CLIENT_SECRET": identity.secret,
        }.items():
            monkeypatch.setenv(name, value)
        container = new_container()
        url = f"azure-blob:{storage.url}/{ACCOUNT}/{container}?ca={papers.authority}"
        blobs = opened(url)
        assert identity.asked == [], "nobody signs in before there is something to do"
        blobs.put(US, "a.pdf", b"%PDF")
        assert blobs.get(US, "a.pdf") == b"%PDF"
        assert identity.asked[0]["scope"] == ["https://storage.azure.com/.default"]
        assert blobs.where(US, "a.pdf") == f"{storage.url}/{ACCOUNT}/{container}/{US}/a.pdf"
        monkeypatch.setenv("AZURE_CLIENT_SECRET", "wrong-secret")
        for error in everything(opened(url)):
            assert error.code == "blobs_refused"
            assert "wrong-secret" not in error.message
        identity.token = token("https://elsewhere.example")
        monkeypatch.setenv("AZURE_CLIENT_SECRET", identity.secret)
        for error in everything(opened(url)):
            assert error.code == "blobs_refused"
    assert identity.token not in caplog.text
    assert "sesame" not in caplog.text
    assert "wrong-secret" not in caplog.text


def test_a_web_app_keeps_files_by_its_managed_identity(
    papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        managed_identity(token()) as machine,
        azurite_with_tls(papers.certificate) as storage,
    ):
        for name, value in machine.environment.items():
            monkeypatch.setenv(name, value)
        blobs = opened(
            f"azure-blob:{storage.url}/{ACCOUNT}/{new_container()}?ca={papers.authority}"
        )
        for at in range(3):
            blobs.put(US, f"{at}.pdf", b"%PDF")
        assert list(blobs.names(US)) == ["0.pdf", "1.pdf", "2.pdf"]
        (asked,) = machine.asked  # a token is kept as long as it lasts
        assert asked["resource"] == ["https://storage.azure.com"]


def test_a_private_account_without_its_authority_is_not_trusted(
    papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_azure_account, "PAUSE_SECONDS", 0)
    with azurite_with_tls(papers.certificate) as storage:
        https = azurite().connection().replace(azurite().url, storage.url)
        for error in everything(opened(f"azure-blob:{https}#{new_container()}")):
            assert error.code == "blobs_unavailable"
            assert "certificate" in error.message
