"""S12: sessions, keys and links: each opens what it should, and nothing after its end.

Random lives of four users in two organisations: sign in and out, keys made, revoked and expired,
roles changed, members removed and added again, passwords renewed, hours and months that pass. After
each step every secret there ever was is tried, and forged ones: changed letters, another kind's
letters in front, a kept hash, unsigned tokens. What is accepted, and with which permissions, is
compared with a model of a few lines that knows nothing of the code.
"""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from net30.domain.identity.api_key import ApiKey
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission, Role, permissions_of
from net30.domain.identity.session import Session
from net30.kernel.errors import Forbidden
from net30.services.identity import accept_link as accepting
from net30.services.identity import change_role as changing
from net30.services.identity.accept_link import Accepted, accept_link
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.authenticate import authenticate
from net30.services.identity.change_role import change_role, remove_member
from net30.services.identity.log_in import SESSIONS_MAX
from net30.services.identity.log_out import end_sessions, log_out
from net30.services.identity.make_key import NewKey, make_key
from net30.services.identity.noted import at_this_machine
from net30.services.identity.reset_password import reset_password
from net30.services.identity.revoke_key import revoke_key
from tests.accounts_desk import PASSWORD, THEM, US, Accounts, open_accounts
from tests.proofs.proof import Outcome

ID = "S12"
TITLE = "secrets that opened more, or less, than they should"
SMALL = 60
FULL = 2_000

USERS = tuple(f"u{at}@lagune.example" for at in range(4))
ORGANISATIONS = (US, THEM)
ROLES = tuple(Role)
LIFE_STEPS = 60
"""Then new users begin, so that the secrets that are tried stay few."""


@dataclass(slots=True)
class Known:
    """What the model knows of one secret."""

    secret: str
    email: str
    ends: datetime
    organisation: str = ""  # of a key
    scopes: frozenset[Permission] = frozenset()
    ended: bool = False
    name: str = ""
    home: str = ""  # the organisation that a session began in


@dataclass(slots=True)
class Life:
    """Users at work, and the model of what each secret opens."""

    desk: Accounts
    chance: random.Random
    roles: dict[tuple[str, str], Role] = field(default_factory=dict)
    known: list[Known] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Give everybody a membership and a password; two owners stay what they are."""
        for organisation in ORGANISATIONS:
            self.desk.member(f"owner@{organisation}.example", Role.OWNER, organisation)
        for email in USERS:
            self.ids[email] = self.desk.member(email, Role.ADMIN, US).id
            self.roles[email, US] = Role.ADMIN

    def step(self) -> None:
        """Do one thing that happens."""
        self.chance.choice(
            (
                self.sign_in,
                self.sign_in,
                self.sign_out,
                self.sign_out_everywhere,
                self.make_key,
                self.make_key,
                self.revoke,
                self.change_role,
                self.remove_or_add,
                self.new_password,
                self.wait,
            )
        )()

    def anybody(self) -> tuple[str, str]:
        """A user and an organisation where that one is a member; empty for a user who is none."""
        email = self.chance.choice(USERS)
        there = [name for name in ORGANISATIONS if (email, name) in self.roles]
        return email, self.chance.choice(there) if there else ""

    def sign_in(self) -> None:
        email, organisation = self.anybody()
        if organisation:
            secret = self.desk.sign_in(email, source=f"home of {email}").secret
            mine = [k for k in self.known if k.email == email and self.is_open_session(k)]
            if len(mine) == SESSIONS_MAX:
                mine[0].ended = True
            ends = self.desk.now + timedelta(hours=12)
            home = min(name for name in ORGANISATIONS if (email, name) in self.roles)
            self.known.append(Known(secret=secret, email=email, ends=ends, home=home))

    def sign_out(self) -> None:
        sessions = [k for k in self.known if not k.organisation]
        if sessions:
            one = self.chance.choice(sessions)
            log_out(self.desk.accounts, one.secret, self.desk.now)
            one.ended = True

    def sign_out_everywhere(self) -> None:
        email = self.chance.choice(USERS)
        end_sessions(self.desk.accounts, self.ids[email], self.ids[email], self.desk.now)
        self.end(email, keys=False)

    def make_key(self) -> None:
        email, organisation = self.anybody()
        if not organisation:
            return
        scopes = frozenset(self.chance.sample(list(Permission), self.chance.randrange(4)))
        days = self.chance.choice((1, 30))
        new = NewKey(name="key", scopes=scopes, days=days, user_id=self.ids[email])
        made = make_key(self.desk.accounts, new, at_this_machine(organisation), self.desk.now)
        self.known.append(
            Known(
                secret=made.secret,
                email=email,
                ends=self.desk.now + timedelta(days=days),
                organisation=organisation,
                scopes=scopes or permissions_of(self.roles[email, organisation]),
                name=made.key.prefix,
            )
        )

    def revoke(self) -> None:
        keys = [k for k in self.known if k.organisation]
        if keys:
            one = self.chance.choice(keys)
            here = at_this_machine(one.organisation)
            revoke_key(self.desk.accounts, one.name, here, self.desk.now)
            one.ended = True

    def change_role(self) -> None:
        email, organisation = self.anybody()
        if organisation:
            role = self.chance.choice(ROLES)
            here = at_this_machine(organisation)
            change_role(self.desk.accounts, self.ids[email], role, here, self.desk.now)
            self.roles[email, organisation] = role

    def remove_or_add(self) -> None:
        email, organisation = self.chance.choice(USERS), self.chance.choice(ORGANISATIONS)
        here = at_this_machine(organisation)
        if (email, organisation) in self.roles:
            remove_member(self.desk.accounts, self.ids[email], here, self.desk.now)
            del self.roles[email, organisation]
            for one in self.known:
                if one.email == email and organisation in {one.organisation, one.home}:
                    one.ended = True
            return
        role = self.chance.choice([role for role in ROLES if role is not Role.API])
        added = add_user(self.desk.accounts, NewUser(email=email, role=role), here, self.desk.now)
        self.roles[email, organisation] = role
        if added.link:
            accepted = Accepted(secret=added.link, password=PASSWORD)
            accept_link(self.desk.accounts, self.desk.passwords, accepted, self.desk.now)
            self.end(email, keys=True)

    def new_password(self) -> None:
        email, organisation = self.anybody()
        if organisation:
            here = at_this_machine(organisation)
            link = reset_password(self.desk.accounts, self.ids[email], here, self.desk.now)
            accepted = Accepted(secret=link, password=PASSWORD)
            accept_link(self.desk.accounts, self.desk.passwords, accepted, self.desk.now)
            self.end(email, keys=True)

    def wait(self) -> None:
        self.desk.wait(hours=self.chance.choice((1, 7, 26)))

    def end(self, email: str, *, keys: bool) -> None:
        for one in self.known:
            if one.email == email and (keys or not one.organisation):
                one.ended = True

    def is_open_session(self, one: Known) -> bool:
        return not one.ended and not one.organisation and self.desk.now < one.ends

    def faults(self) -> list[str]:
        """Try every secret in every organisation, and forged ones; say what is not as it should."""
        wrong = []
        for one in self.known:
            for organisation in ORGANISATIONS:
                told = self.opens(one.secret, organisation)
                if told != self.should(one, organisation):
                    kind = "key" if one.organisation else "session"
                    wrong.append(f"a {kind} opened {told and len(told)} permissions")
        wrong += [f"forged: {forged[:12]}" for forged in self.forged() if self.opens(forged, "")]
        return wrong

    def should(self, one: Known, organisation: str) -> frozenset[Permission] | None:
        role = self.roles.get((one.email, organisation))
        if one.ended or self.desk.now >= one.ends or role is None:
            return None
        if one.organisation:
            return one.scopes & permissions_of(role) if one.organisation == organisation else None
        return permissions_of(role)

    def opens(self, secret: str, organisation: str) -> frozenset[Permission] | None:
        try:
            principal: Principal = authenticate(
                self.desk.accounts, secret, self.desk.now, organisation=organisation
            )
        except Forbidden:
            return None
        return principal.permissions

    def forged(self) -> list[str]:
        """What somebody makes who has seen a secret's form, or the database."""
        if not self.known:
            return []
        secret = self.chance.choice(self.known).secret
        at = self.chance.randrange(len(secret))
        other = self.chance.choice("abcXYZ019-_")
        with self.desk.accounts.reading() as tx:
            kept = [f"n30s_{session.id}" for session in tx.page(Session, limit=2)]
            kept += [f"n30k_{key.prefix}_{key.sha256}" for key in tx.page(ApiKey, limit=2)]
        changed = secret[:at] + other + secret[at + 1 :]
        return [
            *([changed] if changed != secret else []),
            secret[:-1],
            secret + "A",
            ("n30s" if secret.startswith("n30k") else "n30k") + secret[4:],
            "n30l" + secret[4:],
            secret.split("_")[-1],
            "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJvd25lciJ9.",
            *kept,
        ]


def run(size: int, seed: int) -> Outcome:
    """Live `size` steps."""
    chance = random.Random(seed)
    failures: list[str] = []
    tried = left = 0
    for at in range(0, size, LIFE_STEPS):
        with tempfile.TemporaryDirectory() as folder, open_accounts(Path(folder)) as desk:
            life = Life(desk, chance)
            life.begin()
            left = min(LIFE_STEPS, size - at)
            for _ in range(left):
                life.step()
                desk.wait(seconds=1)
                failures += life.faults()
                tried += len(life.known) * len(ORGANISATIONS)
    detail = f"{size} steps; {', '.join(sorted(set(failures))[:5])}"
    return Outcome(tried, len(failures), detail)


def test_the_small_proof_holds() -> None:
    outcome = run(SMALL, seed=12)
    assert outcome.holds, outcome


def nothing(*_: object) -> None:
    """The mutant: what should end goes on."""


def everlasting(*_: object) -> bool:
    """The mutant: nothing expires, no key is revoked."""
    return True


@pytest.mark.parametrize(
    ("where", "name", "broken", "size"),
    [
        (changing, "end_access", nothing, 6 * SMALL),
        (accepting, "end_access", nothing, SMALL),
        (Session, "is_valid", everlasting, SMALL),
        (ApiKey, "is_valid", everlasting, SMALL),
    ],
)
def test_without_one_of_its_guards_the_proof_fails(
    where: object, name: str, broken: object, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, name, broken)
    assert run(size, seed=12).failures > 0
