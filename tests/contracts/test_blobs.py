"""What every blob store promises."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.adapters.blobs import azure_blob
from net30.adapters.blobs.folder import build
from net30.kernel.errors import InputError, NotFound
from net30.ports.blobs import Blobs
from tests.azurite import azurite, new_container

US, THEM = "lagune", "rival"


@pytest.fixture(params=["folder", "azure-blob"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Blobs]:
    """Lend an empty blob store of every kind in turn."""
    if request.param == "folder":
        yield build(f"folder:{tmp_path}/blobs")
        return
    account = azure_blob.build(_account())
    assert isinstance(account, azure_blob.AzureBlobs)
    yield account
    if account.container.exists():
        account.container.delete_container()


def _account() -> str:
    """Return a new container, of a real account where the environment names one."""
    given = os.environ.get("NET30_TEST_BLOB_URL", "")
    if given.startswith("azure-blob:https:"):
        return f"{given.rpartition('/')[0]}/{new_container()}"
    return f"{given.rpartition('#')[0]}#{new_container()}" if given else azurite().blob_url()


def test_what_is_put_comes_back(blobs: Blobs) -> None:
    blobs.put(US, "invoices/2026/INV-1.pdf", b"%PDF\x00\xff")
    assert blobs.get(US, "invoices/2026/INV-1.pdf") == b"%PDF\x00\xff"


def test_an_empty_blob_is_a_blob(blobs: Blobs) -> None:
    blobs.put(US, "empty", b"")
    assert blobs.get(US, "empty") == b""


def test_the_last_bytes_put_are_the_ones_kept(blobs: Blobs) -> None:
    blobs.put(US, "a.json", b"a longer first version")
    blobs.put(US, "a.json", b"second")
    assert blobs.get(US, "a.json") == b"second"
    assert list(blobs.names(US)) == ["a.json"]


@pytest.mark.parametrize("name", ["nothing", "a/b/c", "folder", "a.json/inside"])
def test_a_name_that_was_never_put_is_not_found(blobs: Blobs, name: str) -> None:
    blobs.put(US, "folder/a.json", b"1")
    blobs.put(US, "a.json", b"1")
    with pytest.raises(NotFound) as refused:
        blobs.get(US, name)
    assert repr(name) in refused.value.message


def test_names_come_sorted_and_by_their_beginning(blobs: Blobs) -> None:
    for name in ("b.pdf", "a/z.pdf", "a/b/c.pdf", "a/b.pdf", "ab.pdf"):
        blobs.put(US, name, b"")
    assert list(blobs.names(US)) == ["a/b.pdf", "a/b/c.pdf", "a/z.pdf", "ab.pdf", "b.pdf"]
    assert list(blobs.names(US, "a")) == ["a/b.pdf", "a/b/c.pdf", "a/z.pdf", "ab.pdf"]
    assert list(blobs.names(US, "a/")) == ["a/b.pdf", "a/b/c.pdf", "a/z.pdf"]
    assert list(blobs.names(US, "a/b")) == ["a/b.pdf", "a/b/c.pdf"]
    assert list(blobs.names(US, "nowhere/x")) == []
    assert list(blobs.names(US, "b.pdf/x")) == []


def test_deleting_removes_and_deleting_again_changes_nothing(blobs: Blobs) -> None:
    blobs.put(US, "folder/a", b"1")
    blobs.delete(US, "folder/a")
    blobs.delete(US, "folder/a")
    blobs.delete(US, "folder")
    blobs.delete(US, "never/was")
    assert list(blobs.names(US)) == []


def test_two_organisations_never_meet(blobs: Blobs) -> None:
    blobs.put(US, "a", b"ours")
    blobs.put(THEM, "a", b"theirs")
    blobs.delete(THEM, "a")
    assert blobs.get(US, "a") == b"ours"
    assert list(blobs.names(THEM)) == []
    with pytest.raises(NotFound):
        blobs.get(THEM, "a")


def test_it_says_where_a_person_finds_it(blobs: Blobs) -> None:
    assert "INV-1.pdf" in blobs.where(US, "INV-1.pdf")


BAD_NAMES = [
    "",
    "/etc/passwd",
    "../rival/a",
    "a/../../b",
    "a//b",
    "a/",
    ".",
    "..",
    ".hidden",
    "a/.hidden",
    "a\\b",
    "a\0b",
    "a\nb",
    "é.pdf",
    "a b",
    "~root",
    "C:a",
    "x" * 151,
    "/".join(["abcdefghi"] * 60),
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_could_leave_its_place_is_refused(blobs: Blobs, name: str) -> None:
    for act in (blobs.get, blobs.delete, blobs.where):
        with pytest.raises(InputError):
            act(US, name)
    with pytest.raises(InputError):
        blobs.put(US, name, b"")


@pytest.mark.parametrize("organisation", ["", "..", "a/b", ".x", "a\0"])
def test_an_organisation_that_could_leave_its_place_is_refused(
    blobs: Blobs, organisation: str
) -> None:
    with pytest.raises(InputError):
        blobs.put(organisation, "a", b"")
    with pytest.raises(InputError):
        list(blobs.names(organisation))


@pytest.mark.parametrize("prefix", ["../", "/", "a/../", ".hidden/", "a//"])
def test_a_beginning_that_could_leave_its_place_is_refused(blobs: Blobs, prefix: str) -> None:
    with pytest.raises(InputError):
        list(blobs.names(US, prefix))


@given(name=st.text(max_size=40))
def test_whatever_the_name_nothing_is_written_outside(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    place = tmp_path_factory.mktemp("outside")
    blobs = build(f"folder:{place}/blobs")
    try:
        blobs.put(US, name, b"x")
    except InputError:
        pass
    else:
        assert blobs.get(US, name) == b"x"
    assert {path.name for path in place.iterdir()} <= {"blobs"}
