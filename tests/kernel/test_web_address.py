"""Web addresses: read strictly; what is not of the public internet is refused."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.kernel.errors import InputError
from net30.kernel.web_address import Reach, is_public, read_reach, read_url

PUBLIC = "93.184.216.34 8.8.8.8 1.1.1.1 172.32.0.1 192.169.0.1 2606:4700::1111 2a00:1450::1".split()
NOT_PUBLIC = (
    "127.0.0.1 0.0.0.0 10.255.255.255 172.31.255.255 192.168.0.1 169.254.169.254 100.127.0.1 "
    "198.19.0.1 224.0.0.1 255.255.255.255 168.63.129.16 ::1 :: fe80::1 fd00::1 ff02::1 "
    "::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1 2001::1 2001:db8::1"
).split()


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_may_be_reached(text: str) -> None:
    assert is_public(ip_address(text))
    host = f"[{text}]" if ":" in text else text
    assert Reach().check(f"https://{host}/in").host == text


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused(text: str) -> None:
    host = f"[{text}]" if ":" in text else text
    with pytest.raises(InputError, match="not an address of the public internet") as refused:
        Reach().check(f"https://{host}/in")
    assert "NET30_WEB_ALLOW" in refused.value.hint


def test_a_url_is_taken_apart_and_written_again() -> None:
    address = read_url("HTTPS://Hooks.Example.COM:8443/a/b?c=%20d")
    assert (address.scheme, address.host, address.port) == ("https", "hooks.example.com", 8443)
    assert address.target == "/a/b?c=%20d"
    assert str(address) == "https://hooks.example.com:8443/a/b?c=%20d"
    assert str(read_url("https://hooks.example.com.")) == "https://hooks.example.com/"
    assert read_url("https://hooks.example.com?x=1").target == "/?x=1"
    assert read_url("https://[2606:4700::1]:9443").authority == "[2606:4700::1]:9443"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com",
        "ftp://hooks.example.com",
        "file:///etc/passwd",
        "https://",
        "https://user@hooks.example.com",
        "https://user:secret@hooks.example.com",
        "https://hooks.example.com#a",
        "https://hooks.example.com\\@evil.example",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\r\nHost: a",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:65536/",
        "https://hooks..example.com/",
        "https://-hooks.example.com/",
        f"https://{'a' * 64}.example.com/",
        f"https://hooks.example.com/{'a' * 2000}",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.01/",
        "https://１２７.0.0.1/",
        "https://hooks.exämple.com/",
        "https://[::1%25lo]/",
        "https://[127.0.0.1]/",
    ],
)
def test_what_readers_could_take_differently_is_refused(url: str) -> None:
    with pytest.raises(InputError) as refused:
        Reach().check(url)
    assert refused.value.code in {"web_address", "web_address_private"}


@pytest.mark.parametrize("name", ["localhost", "a.localhost", "db", "x.internal", "nas.home.arpa"])
def test_a_name_of_our_own_network_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="public internet"):
        Reach().check(f"https://{name}/")


@pytest.mark.parametrize("url", ["http://hooks.example.com/", "https://hooks.example.com:22/"])
def test_only_https_at_a_usual_port_is_called(url: str) -> None:
    with pytest.raises(InputError, match="cannot be used"):
        Reach().check(url)


def test_a_setting_allows_networks_by_http_and_at_any_port() -> None:
    reach = read_reach("10.1.0.0/16, ::1")
    assert reach.check("http://10.1.2.3:22/in").port == 22
    assert reach.check("http://[::1]/in").host == "::1"
    with pytest.raises(InputError):
        reach.check("http://10.2.0.1/")
    address = reach.check("http://printer.lan:80/")
    reach.check_machines(address, [ip_address("10.1.2.3")])
    for other in ("10.2.0.1", "8.8.8.8"):  # a public machine is not called by http
        with pytest.raises(InputError):
            reach.check_machines(address, [ip_address("10.1.2.3"), ip_address(other)])


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused_in_words(text: str) -> None:
    try:
        address = Reach().check("https://" + text)
    except InputError:
        return
    assert Reach().check(str(address)) == address
