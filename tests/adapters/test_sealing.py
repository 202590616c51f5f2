"""Sealing: what the database keeps of a secret tells nothing without the key beside it."""

from __future__ import annotations

import os
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from net30.adapters.secrets.aes_gcm import AesGcm, build
from net30.app import open_app
from net30.domain.identity.roles import Role
from net30.domain.identity.second_factor import SecondFactor
from net30.kernel.errors import ConfigurationError, Net30Error, Unavailable
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.noted import at_this_machine
from net30.services.identity.second_factor import set_up_second_factor
from net30.settings import Settings
from net30.wiring.secrets import KEY_FILE

OLD, NEW = (b64encode(letter * 32).decode() for letter in (b"o", b"n"))


def test_what_is_sealed_opens_for_whom_it_was_sealed(tmp_path: Path) -> None:
    sealing = build("", tmp_path / "key")
    sealed = sealing.seal("JBSWY3DPEHPK3PXP", "awa")
    assert "JBSWY" not in sealed
    assert sealed != sealing.seal("JBSWY3DPEHPK3PXP", "awa")
    assert build("", tmp_path / "key").unseal(sealed, "awa") == "JBSWY3DPEHPK3PXP"


def test_it_opens_for_nobody_else_and_not_when_it_was_changed(tmp_path: Path) -> None:
    sealing = build("", tmp_path / "key")
    sealed = sealing.seal("secret", "awa")
    for changed, about in (
        (sealed, "bob"),
        (sealed[:-6] + "AAAAAA", "awa"),
        (sealed[:-1], "awa"),
        ("secret", "awa"),
        ("", "awa"),
    ):
        with pytest.raises(Unavailable) as refusal:
            sealing.unseal(changed, about)
        assert refusal.value.code == "sealing_key"
        assert "secret.key" in refusal.value.hint


def test_a_new_key_in_front_seals_and_the_old_one_still_opens(tmp_path: Path) -> None:
    before = build(OLD, tmp_path / "unused").seal("secret", "awa")
    both = build(f"{NEW}, {OLD}", tmp_path / "unused")
    assert both.unseal(before, "awa") == "secret"
    after = both.seal("secret", "awa")
    assert build(NEW, tmp_path / "unused").unseal(after, "awa") == "secret"
    with pytest.raises(Unavailable):
        build(NEW, tmp_path / "unused").unseal(before, "awa")
    assert not (tmp_path / "unused").exists()


@pytest.mark.parametrize("keys", ["short", b64encode(b"k" * 31).decode(), f"{NEW},", "%%%"])
def test_a_key_that_is_none_is_refused_without_being_shown(keys: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        build(keys, tmp_path / "key")
    assert keys not in refusal.value.message
    assert "openssl" in refusal.value.hint


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
def test_the_key_s_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    build("", tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(ConfigurationError) as refusal:
        build("", tmp_path / "key")
    assert "chmod 600" in refusal.value.hint


def test_of_many_that_begin_at_once_all_have_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: build("", tmp_path / "key"), range(32)))
    sealed = made[0].seal("secret", "awa")
    assert all(one.unseal(sealed, "awa") == "secret" for one in made)
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Net30Error) as refusal:
        build("", tmp_path / "file" / "key")
    assert "folder" in refusal.value.hint


def test_a_second_factor_is_sealed_in_the_database_with_the_key_beside_it(tmp_path: Path) -> None:
    with closing(open_app(Settings(home=tmp_path))) as net30:
        now, accounts = net30.clock(), net30.world.accounts
        user = add_user(
            accounts, NewUser(email="a@b.example", role=Role.OWNER), at_this_machine("main"), now
        ).user
        made = set_up_second_factor(accounts, net30.second_factors, user.id, now)
        with accounts.reading() as tx:
            kept = tx.load(SecondFactor, user.id).secret
        assert net30.second_factors.opened(kept, user.id) == made.secret
    everything = b"".join(file.read_bytes() for file in tmp_path.glob("net30.db*"))
    assert made.secret.encode() not in everything
    assert kept.encode() in everything
    assert (tmp_path / KEY_FILE).exists()


def test_keys_are_not_shown() -> None:
    assert NEW not in repr(Settings(secret_keys=NEW))
    assert "kkkk" not in repr(AesGcm([b"k" * 32]))
