"""Sign-ons: the OpenID Connect providers of organisations: add, list, remove."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from net30.domain.identity.principal import Principal
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Permission, Role, permissions_of
from net30.domain.identity.sign_on import NAME_CHARACTERS_MAX, PROVIDERS_MAX, SignOnProvider
from net30.domain.text import clean
from net30.kernel.errors import InputError, LimitExceeded, NotFound
from net30.kernel.ids import new_id
from net30.ports.accounts import Accounts
from net30.ports.sealing import Sealing
from net30.services.identity.noted import noted

ISSUER_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProvider:
    """What the provider calls us, and where it is."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


def add_provider(
    accounts: Accounts, sealing: Sealing, new: NewProvider, by: Principal, now: datetime
) -> SignOnProvider:
    """Let an organisation's members come in by its own provider; its client secret is sealed.

    The caller has asked `SignOnServers.check` about the issuer. Raises Forbidden for who is not an
    owner, InputError, LimitExceeded for one too many.
    """
    # Whoever runs the server can come in as any member, so nobody with less may choose it.
    by.need_all(permissions_of(Role.OWNER))
    provider_id = new_id(now)
    provider = SignOnProvider(
        id=provider_id,
        organisation=by.organisation,
        name=_name(new.name),
        issuer=_issuer(new.issuer),
        client_id=clean(new.client_id, "the client id", ISSUER_CHARACTERS_MAX),
        client_secret=sealing.seal(new.client_secret, about(provider_id)),
        made_at=now,
    )
    with accounts.writing() as tx:
        there = tx.find(SignOnProvider, AccountKey.ORGANISATION, by.organisation)
        if len(there) >= PROVIDERS_MAX:
            raise LimitExceeded(
                f"{by.organisation} has {PROVIDERS_MAX} sign-on providers",
                hint="remove one first",
                code="sign_on_providers",
            )
        tx.add(provider)
        told = f"{provider.name}: {provider.issuer}"
        tx.note(by.organisation, [noted("sign_on_added", provider.id, by.user, now, told)])
    return provider


def providers_of(accounts: Accounts, by: Principal) -> tuple[SignOnProvider, ...]:
    """Return an organisation's providers; raise Forbidden."""
    by.need(Permission.SETTINGS_READ)
    with accounts.reading() as tx:
        return tx.find(SignOnProvider, AccountKey.ORGANISATION, by.organisation)


def all_providers(accounts: Accounts) -> tuple[SignOnProvider, ...]:
    """Return the providers that the sign-in page offers."""
    with accounts.reading() as tx:
        return tx.page(SignOnProvider, limit=100)


def remove_provider(accounts: Accounts, provider_id: str, by: Principal, now: datetime) -> None:
    """Remove a provider: nobody comes in by it any more; raise NotFound, Forbidden."""
    by.need_all((Permission.SETTINGS_WRITE, Permission.MEMBERS_WRITE))
    with accounts.writing() as tx:
        provider = tx.get(SignOnProvider, provider_id)
        if provider is None or provider.organisation != by.organisation:
            raise NotFound(
                f"there is no sign-on provider {provider_id!r}", hint="net30 sso list", code="sso"
            )
        tx.remove(SignOnProvider, provider_id)
        tx.note(by.organisation, [noted("sign_on_removed", provider_id, by.user, now)])


def about(provider_id: str) -> str:
    """Return what a provider's secret is sealed for."""
    return f"sign-on provider {provider_id}"


def _name(text: str) -> str:
    name = " ".join(clean(text, "the provider's name", NAME_CHARACTERS_MAX).split())
    if not name:
        raise InputError("the provider has no name", hint="say what its button says", code="name")
    return name


def _issuer(text: str) -> str:
    issuer = text.strip().rstrip("/")
    if not issuer or len(issuer) > ISSUER_CHARACTERS_MAX or "?" in issuer:
        raise InputError(
            f"{text[:ISSUER_CHARACTERS_MAX]!r} cannot be a provider's address",
            hint="give its issuer, such as https://login.company.example",
            code="issuer",
        )
    return issuer
