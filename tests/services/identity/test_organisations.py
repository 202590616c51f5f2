from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from net30.adapters.passwords.argon2 import AT_ONCE_MAX, Argon2
from net30.app import App, open_app
from net30.domain.identity.roles import Permission, Role
from net30.domain.organisation import Organisation
from net30.kernel.errors import Conflict, Forbidden, InputError, NotFound
from net30.services.identity.accept_link import Accepted, accept_link
from net30.services.identity.add_organisation import (
    NewOrganisation,
    add_organisation,
)
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.authenticate import authenticate
from net30.services.identity.log_in import SignIn, log_in
from net30.services.identity.noted import at_this_machine
from net30.settings import Settings
from tests.accounts_desk import PASSWORD, quick_passwords


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with closing(open_app(Settings(home=tmp_path))) as opened:
        yield opened


def secret_of(app: App, role: Role) -> str:
    """The session of a member of the usual organisation."""
    accounts, passwords, now = app.world.accounts, quick_passwords(), app.clock()
    new = NewUser(email=f"{role}@lagune.example", role=role)
    added = add_user(accounts, new, at_this_machine("main"), now)
    accept_link(accounts, passwords, Accepted(secret=added.link, password=PASSWORD), now)
    attempt = SignIn(email=new.email, password=PASSWORD, source="home")
    return log_in(accounts, passwords, attempt, now).secret


def test_who_makes_an_organisation_is_its_owner(app: App) -> None:
    secret = secret_of(app, Role.OWNER)
    by = authenticate(app.world.accounts, secret, app.clock())
    made = add_organisation(app.world, NewOrganisation(id="rival", name="Rival"), by, app.clock())
    assert made.party.name == "Rival"
    there = authenticate(app.world.accounts, secret, app.clock(), organisation="rival")
    assert there.permissions == frozenset(Permission)
    with pytest.raises(Conflict, match="there already"):
        add_organisation(app.world, NewOrganisation(id="rival"), by, app.clock())


def test_an_admin_makes_none_and_no_id_leaves_its_folder(app: App) -> None:
    admin = authenticate(app.world.accounts, secret_of(app, Role.ADMIN), app.clock())
    with pytest.raises(Forbidden, match=r"organisations\.write"):
        add_organisation(app.world, NewOrganisation(id="rival"), admin, app.clock())
    for bad in ("", "..", "a/b", "A", "x" * 41, "a\n", "*", "é"):
        with pytest.raises(InputError, match="cannot be"):
            add_organisation(
                app.world, NewOrganisation(id=bad), at_this_machine("main"), app.clock()
            )


def test_the_application_works_for_another_organisation_and_for_none_that_is_not(
    app: App,
) -> None:
    add_organisation(
        app.world, NewOrganisation(id="rival", name="Rival"), at_this_machine("main"), app.clock()
    )
    rival = app.of("rival")
    with rival.look() as ctx:
        assert ctx.company.party.name == "Rival"
        assert ctx.organisation == rival.organisation == "rival"
    with rival.change("eve") as ctx:
        stored = ctx.tx.load(Organisation, "rival")
        party = replace(stored.value.party, name="Rival SA")
        ctx.tx.save(replace(stored.value, party=party), expected=stored.version)
    with app.look() as ctx:
        assert ctx.company.party.name == "My company"
        with pytest.raises(NotFound):
            ctx.tx.load(Organisation, "rival")
    assert rival.models.parent == app.models.parent
    assert rival.models != app.models
    assert rival.of("main").organisation == app.organisation
    for missing in ("nobody", "../main", ""):
        with pytest.raises(NotFound, match="no organisation"):
            app.of(missing)


def test_sign_ins_beyond_the_turns_wait_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from net30.adapters.passwords import argon2
    from net30.kernel.errors import Unavailable

    passwords: Argon2 = quick_passwords()
    monkeypatch.setattr(argon2, "WAIT_SECONDS", 0.01)
    turns = [passwords._turns.acquire() for _ in range(AT_ONCE_MAX)]  # noqa: SLF001 - all are taken
    with pytest.raises(Unavailable, match="too many sign in"):
        passwords.hashed(PASSWORD)
    for _ in turns:
        passwords._turns.release()  # noqa: SLF001 - and given back
    assert passwords.matches(PASSWORD, passwords.hashed(PASSWORD))
