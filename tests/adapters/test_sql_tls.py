"""TLS to the database: insisted on off this machine, by libpq itself, towards real sockets."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest
import trustme

from net30.adapters.sql.postgres import Postgres, _known_authorities
from net30.kernel.errors import ConfigurationError, Net30Error
from tests.databases import server as real_server

STARTUP_BYTES = 8
"""An SSLRequest: its length and its code."""


@contextmanager
def listening(tls: ssl.SSLContext | None, heard: list[bytes]) -> Iterator[int]:
    """Play a PostgreSQL that takes TLS or none, and note what it is told after that."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        Thread(target=_serve, args=(door, tls, heard), daemon=True).start()
        yield door.getsockname()[1]


def _serve(door: socket.socket, tls: ssl.SSLContext | None, heard: list[bytes]) -> None:
    with suppress(OSError):
        while True:
            client, _ = door.accept()
            with closing(client), suppress(OSError):
                client.recv(STARTUP_BYTES)
                client.sendall(b"S" if tls else b"N")
                with closing(tls.wrap_socket(client, server_side=True) if tls else client) as taken:
                    heard.append(taken.recv(1000))


def told(port: int, query: str = "", host: str = "db.example") -> Net30Error:
    """What somebody is told who connects to it."""
    url = f"postgresql://awa:secret@{host}:{port}/books?hostaddr=127.0.0.1&gssencmode=disable"
    with pytest.raises(Net30Error) as refusal:
        Postgres(url + query).connect(writing=False)
    assert "secret" not in str(refusal.value) + refusal.value.hint
    return refusal.value


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def context_for(authority: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


def test_a_server_elsewhere_that_has_no_tls_hears_nothing() -> None:
    heard: list[bytes] = []
    with listening(None, heard) as port:
        refusal = told(port)
    assert isinstance(refusal, ConfigurationError)
    assert refusal.code == "database_tls"
    assert "sslrootcert" in refusal.hint
    assert not any(heard)


def test_a_server_that_no_known_authority_vouches_for_hears_nothing(
    authority: trustme.CA,
) -> None:
    heard: list[bytes] = []
    with listening(context_for(authority, "db.example"), heard) as port:
        assert told(port).code == "database_tls"
    assert not any(heard)


def test_a_server_of_another_name_hears_nothing(authority: trustme.CA, tmp_path: Path) -> None:
    heard: list[bytes] = []
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with listening(context_for(authority, "other.example"), heard) as port:
        assert told(port, f"&sslrootcert={tmp_path}/ca.pem").code == "database_tls"
    assert not any(b"awa" in one for one in heard)


def test_the_right_server_with_its_own_authority_is_spoken_to(
    authority: trustme.CA, tmp_path: Path
) -> None:
    heard: list[bytes] = []
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with listening(context_for(authority, "db.example"), heard) as port:
        told(port, f"&sslrootcert={tmp_path}/ca.pem")  # it hangs up: it is no PostgreSQL
    assert any(b"awa" in one for one in heard)


def test_a_server_that_an_authority_of_the_system_vouches_for_is_spoken_to(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    heard: list[bytes] = []
    with listening(context_for(authority, "db.example"), heard) as port:
        told(port)  # it hangs up: it is no PostgreSQL
    assert any(b"awa" in one for one in heard)


def test_the_authorities_of_the_system_are_a_file_and_not_a_folder_of_the_drivers_wheel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    known = ssl.get_default_verify_paths().cafile
    if known is None:
        pytest.skip("this system keeps its authorities in no single file")
    assert _known_authorities() == known


def test_who_says_so_gets_plain_text_and_so_does_this_machine() -> None:
    for query, host in (("&sslmode=disable", "db.example"), ("", "127.0.0.1"), ("", "localhost")):
        heard: list[bytes] = []
        with listening(None, heard) as port:
            told(port, query, host)
        assert any(b"awa" in one for one in heard)


def test_a_socket_of_this_machine_needs_no_tls() -> None:
    with closing(Postgres(real_server()).connect(writing=False)) as raw:
        assert raw.execute("SELECT 1").fetchone() == (1,)
