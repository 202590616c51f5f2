"""One of everything that the accounts keep."""

from __future__ import annotations

from datetime import timedelta

from net30.domain.identity.api_key import ApiKey
from net30.domain.identity.guesses import Guesses
from net30.domain.identity.membership import Membership
from net30.domain.identity.one_time_link import LinkPurpose, OneTimeLink
from net30.domain.identity.passkey import Passkey
from net30.domain.identity.records import AccountRecord
from net30.domain.identity.roles import Permission, Role
from net30.domain.identity.second_factor import SecondFactor
from net30.domain.identity.session import Session
from net30.domain.identity.sign_in_step import SignInStep, StepKind
from net30.domain.identity.sign_on import SignOn, SignOnProvider
from net30.domain.identity.user import User, UserStatus
from tests.samples import COMPANY, NOW

HOUR = timedelta(hours=1)
AWA = User(
    id="u1",
    email="awa@lagune.example",
    name="Awa",
    made_at=NOW,
    status=UserStatus.ACTIVE,
    password="$argon2id$kept",
)
MEMBER = Membership(user_id=AWA.id, organisation=COMPANY.id, role=Role.ACCOUNTANT, since=NOW)
SESSION = Session(
    id="5e55", user_id=AWA.id, organisation=COMPANY.id, made_at=NOW, expires_at=NOW + HOUR
)
KEY = ApiKey(
    id="k1",
    prefix="abcd2345",
    sha256="ab" * 32,
    organisation=COMPANY.id,
    user_id=AWA.id,
    name="the shop",
    scopes=frozenset({Permission.INVOICES_READ, Permission.INVOICES_WRITE}),
    made_at=NOW,
    expires_at=NOW + HOUR,
)
LINK = OneTimeLink(
    id="11", purpose=LinkPurpose.INVITATION, made_at=NOW, expires_at=NOW + HOUR, user_id=AWA.id
)
GUESSES = Guesses(id="90", count=2, since=NOW, expires_at=NOW + HOUR)
FACTOR = SecondFactor(
    user_id=AWA.id,
    secret="JBSWY3DPEHPK3PXP",
    made_at=NOW,
    confirmed_at=NOW,
    last_step=7,
    recovery=("ab" * 32,),
)
STEP = SignInStep(
    id="57e9",
    kind=StepKind.SIGN_ON,
    made_at=NOW,
    expires_at=NOW + HOUR,
    user_id=AWA.id,
    confined_to=COMPANY.id,
    provider_id="p1",
    challenge="c",
    verifier="v",
)
PASSKEY = Passkey(
    id="cred", user_id=AWA.id, public_key="cose", sign_count=3, name="phone", made_at=NOW
)
PROVIDER = SignOnProvider(
    id="p1",
    organisation=COMPANY.id,
    name="Lagune",
    issuer="https://login.lagune.example",
    client_id="net30",
    client_secret="sealed",
    made_at=NOW,
)
SIGN_ON = SignOn(id="50", user_id=AWA.id, provider_id=PROVIDER.id, made_at=NOW)
ONE_OF_EACH: tuple[AccountRecord, ...] = (
    *(AWA, MEMBER, SESSION, KEY, LINK, GUESSES, FACTOR),
    *(STEP, PASSKEY, PROVIDER, SIGN_ON),
)
