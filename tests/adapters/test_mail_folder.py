"""Mail in a folder: which file a message becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from net30.adapters.mail.folder import FolderMail, build
from net30.kernel.errors import ConfigurationError, InputError, Unavailable
from net30.ports.mail import Message


def letter(message_id: str = "a1@net30.invalid") -> Message:
    return Message(
        message_id=message_id, sender="a@a.example", to="b@b.example", subject="s", text="t\n"
    )


def test_a_message_is_one_file_of_its_organisation_however_often(tmp_path: Path) -> None:
    mail = build(f"folder:{tmp_path}")
    went = {mail.send("us", letter()), mail.send("us", letter())}
    files = list(tmp_path.rglob("*.eml"))
    assert {str(file) for file in files} == went
    assert files[0].parent == tmp_path / "us"
    assert files[0].name.startswith("a1_net30.invalid-")


def test_ids_that_look_alike_on_a_disk_are_two_files(tmp_path: Path) -> None:
    mail = FolderMail(tmp_path)
    ids = ["a/b@net30", "a_b@net30", "a?b@net30", "A_B@net30", "a" * 300 + "@n", "a" * 301 + "@n"]
    assert len({mail.send("us", letter(each)).casefold() for each in ids}) == len(ids)


@pytest.mark.parametrize("organisation", ["", "..", "a/b", ".", "é"])
def test_an_organisation_that_could_leave_its_place_is_refused(
    tmp_path: Path, organisation: str
) -> None:
    with pytest.raises(InputError):
        FolderMail(tmp_path / "mail").send(organisation, letter())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(Unavailable) as refused:
        FolderMail(tmp_path / "mail").send("us", letter())
    assert refused.value.hint


@pytest.mark.parametrize("url", ["folder:", "folder://"])
def test_a_url_without_a_folder_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        build(url)
