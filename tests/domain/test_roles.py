"""Roles: the table is what people read in the documentation, and holds together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission, Role, permissions_of, table
from net30.kernel.errors import Forbidden

ALL = frozenset(Permission)
READING = {permission for permission in Permission if permission.value.endswith(".read")}
PAGE = Path(__file__).parents[2] / "docs" / "identity.md"


def principal(permissions: frozenset[Permission]) -> Principal:
    return Principal(user="u1", name="Awa", organisation="lagune", permissions=permissions)


def test_every_role_is_in_the_table_and_an_owner_may_everything() -> None:
    assert set(table()) == set(Role)
    assert permissions_of(Role.OWNER) == ALL


def test_an_admin_may_everything_but_make_organisations_and_owners() -> None:
    assert ALL - permissions_of(Role.ADMIN) == {Permission.ORGANISATIONS_WRITE}


def test_who_only_looks_changes_nothing() -> None:
    assert permissions_of(Role.VIEWER) <= READING
    assert permissions_of(Role.AUDITOR) <= READING
    assert Permission.AUDIT_READ in permissions_of(Role.AUDITOR)


def test_a_collector_neither_books_money_nor_reduces_a_claim() -> None:
    assert not permissions_of(Role.COLLECTOR) & {
        Permission.PAYMENTS_WRITE,
        Permission.INVOICES_CANCEL,
        Permission.INVOICES_WRITE,
        Permission.EXPORTS_READ,
    }


def test_a_program_changes_no_members_keys_or_settings() -> None:
    assert not permissions_of(Role.API) & {
        Permission.MEMBERS_WRITE,
        Permission.KEYS_WRITE,
        Permission.SETTINGS_WRITE,
        Permission.INVOICES_CANCEL,
    }


def test_every_role_that_changes_something_also_reads_it() -> None:
    for role, permissions in table().items():
        for permission in permissions:
            subject = permission.value.partition(".")[0]
            if f"{subject}.read" in set(Permission) and role is not Role.API:
                assert Permission(f"{subject}.read") in permissions, (role, permission)


def test_the_documentation_shows_the_same_table() -> None:
    lines = [line for line in PAGE.read_text().splitlines() if re.match(r"\| `[a-z.]+` ", line)]
    head = next(line for line in PAGE.read_text().splitlines() if line.startswith("| may "))
    roles = [Role(name.strip()) for name in head.strip("|").split("|")[1:]]
    shown: dict[Role, set[Permission]] = {role: set() for role in Role}
    for line in lines:
        name, *marks = (cell.strip() for cell in line.strip("|").split("|"))
        for role, mark in zip(roles, marks, strict=True):
            if mark:
                shown[role].add(Permission(name.strip("`")))
    assert shown == {role: set(permissions) for role, permissions in table().items()}


@given(st.frozensets(st.sampled_from(sorted(ALL))), st.sampled_from(sorted(ALL)))
def test_a_principal_may_what_it_has_and_nothing_else(
    has: frozenset[Permission], wanted: Permission
) -> None:
    if wanted in has:
        principal(has).need(wanted)
        return
    with pytest.raises(Forbidden, match=re.escape(wanted.value)) as refusal:
        principal(has).need(wanted)
    assert refusal.value.code == "permission"


@given(st.frozensets(st.sampled_from(sorted(ALL))), st.frozensets(st.sampled_from(sorted(ALL))))
def test_nobody_gives_more_than_they_have(
    has: frozenset[Permission], given_away: frozenset[Permission]
) -> None:
    if given_away <= has:
        principal(has).need_all(given_away)
        return
    with pytest.raises(Forbidden):
        principal(has).need_all(given_away)
