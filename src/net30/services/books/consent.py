"""Consent: the question to a user of the program, and the answer that the browser brings back.

The answer counts once, within a quarter of an hour, for whoever asked, in the session that asked.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlsplit

from net30.domain.books import (
    CONSENT_TIME,
    BooksConnection,
    ConnectionState,
    PendingConsent,
    connected,
)
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission
from net30.domain.identity.secret import fingerprint
from net30.kernel.errors import Conflict, Forbidden, InputError
from net30.ports.books import BooksCompany, Consent, Grant
from net30.services.books.connections import (
    NewConnection,
    app_of,
    connection_of,
    keep_connection,
    list_connections,
    noted,
)
from net30.services.books.tokens import Tokens
from net30.services.books.work import BooksWork
from net30.services.identity.noted import LOCAL_USER

CALLBACK = "/books/callback"
"""Where the program sends the browser back to; it is registered there as our redirect URI."""
RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, in which session of the pages (none: elsewhere), and where answers come back."""

    principal: Principal
    back_to: str
    session: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The connection that waits, and where the browser is sent."""

    connection: BooksConnection
    address: str


def ask(work: BooksWork, new: NewConnection, asker: Asker) -> Asked:
    """Return where to ask for consent; raise Forbidden, and what keep_connection raises."""
    asker.principal.need(Permission.SETTINGS_WRITE)
    program = work.program(new.program, app_of(new))
    consent = Consent(
        state=secrets.token_urlsafe(RANDOM_BYTES),
        verifier=secrets.token_urlsafe(RANDOM_BYTES),
        back_to=asker.back_to,
    )
    address = program.consent_address(consent)
    with work.change() as ctx:
        kept = keep_connection(ctx, work, new)
        pending = PendingConsent(
            state=fingerprint(consent.state),
            verifier=work.sealed(kept.id, consent.verifier),
            user=asker.principal.user,
            session=asker.session,
            expires_at=ctx.now + CONSENT_TIME,
        )
        stored = connection_of(ctx, kept.id)
        waiting = replace(stored.value, consent=pending)
        ctx.tx.save(waiting, expected=stored.version)
        noted(ctx, waiting, "asked")
    return Asked(connection=waiting, address=address)


def ask_again(work: BooksWork, name: str, asker: Asker) -> Asked:
    """Return where to ask for the consent of a connection that is there; raise NotFound."""
    with work.look() as ctx:
        known = connection_of(ctx, name).value
    secret = work.unsealed(name, known.client_secret) if known.client_secret else ""
    again = NewConnection(
        program=known.program,
        client_id=known.client_id,
        client_secret=secret,
        name=name,
        address=known.address,
    )
    return ask(work, again, asker)


def take_answer(work: BooksWork, told: Mapping[str, str], asker: Asker) -> BooksConnection:
    """Return the connection that a browser's answer opened.

    `told` are the parameters that the browser brought back. Raises Forbidden (books_state) for an
    answer to no question of this one's, books_access for one that the program does not know;
    Conflict (books_companies) when somebody has to say which of several companies is meant.
    """
    asker.principal.need(Permission.SETTINGS_WRITE)
    connection, consent = _taken(work, told.get("state", ""), asker)
    if told.get("error"):
        raise Forbidden(
            "the accounting program was not opened to us",
            hint="connect again, and say yes there",
            code="books_declined",
        )
    program = work.program_of(connection)
    grant = program.redeem(consent, told.get("code", ""), work.clock())
    companies = program.companies(_Held(grant), told)
    with work.change() as ctx:
        stored = connection_of(ctx, connection.id)
        held = connected(
            stored.value,
            access=work.sealed(connection.id, grant.access),
            refresh=work.sealed(connection.id, grant.refresh),
            until=grant.expires_at,
        )
        ctx.tx.save(replace(held, state=ConnectionState.WAITING), expected=stored.version)
    return _chosen(work, connection.id, companies, held.company_id)


def choose_company(work: BooksWork, name: str, wanted: str, asker: Asker) -> BooksConnection:
    """Return the connection at work with one of the companies that were opened, by name or id."""
    asker.principal.need(Permission.SETTINGS_WRITE)
    with work.look() as ctx:
        connection = connection_of(ctx, name).value
    if not connection.refresh:
        raise Conflict(
            f"{name} is not connected", hint=f"net30 books connect {name}", code="books_access"
        )
    companies = work.program_of(connection).companies(Tokens(work, name), {})
    return _chosen(work, name, companies, wanted)


def _chosen(
    work: BooksWork, name: str, companies: tuple[BooksCompany, ...], wanted: str
) -> BooksConnection:
    fits = [one for one in companies if wanted in (one.id, one.name)] if wanted else list(companies)
    if not companies:
        raise Forbidden(
            "no company was opened to us", hint="connect again, and choose one", code="books_access"
        )
    if len(fits) != 1:
        names = ", ".join(f"{one.name} ({one.id})" for one in companies[:20])
        raise Conflict(
            f"which company is meant: {names}?",
            hint=f"net30 books choose {name} COMPANY",
            code="books_companies",
            values={"names": names},
        )
    company = fits[0]
    with work.change() as ctx:
        stored = connection_of(ctx, name)
        before = stored.value
        if before.company_id and before.company_id != company.id:
            raise Conflict(
                f"{name} is the connection to {before.company_name}, not to {company.name}",
                hint="give a connection to another company another name",
                code="books_company",
            )
        open_now = replace(
            before,
            state=ConnectionState.CONNECTED,
            company_id=company.id,
            company_name=company.name or before.company_name,
            currency=company.currency or before.currency,
        )
        ctx.tx.save(open_now, expected=stored.version)
        return noted(ctx, open_now, "connected")


def _taken(work: BooksWork, state: str, asker: Asker) -> tuple[BooksConnection, Consent]:
    """Take the question that an answer belongs to: it is answered once."""
    with work.change() as ctx:
        for connection in list_connections(ctx):
            pending = connection.consent
            if pending is None or not secrets.compare_digest(pending.state, fingerprint(state)):
                continue
            stored = connection_of(ctx, connection.id)
            ctx.tx.save(replace(stored.value, consent=None), expected=stored.version)
            if _is_theirs(pending, asker) and ctx.now < pending.expires_at:
                consent = Consent(
                    state=state,
                    verifier=work.unsealed(connection.id, pending.verifier),
                    back_to=asker.back_to,
                )
                return connection, consent
            break
    raise Forbidden(
        "this answer belongs to no question of yours that waits",
        hint="begin again: connect",
        code="books_state",
    )


def _is_theirs(pending: PendingConsent, asker: Asker) -> bool:
    """Tell whether a question is the asker's; one from the machine itself is any member's who may.

    Who asked in a browser's session gets the answer in that session only.
    """
    if pending.session and pending.session != asker.session:
        return False
    return pending.user in (asker.principal.user, LOCAL_USER)


@dataclass(frozen=True, slots=True)
class _Held:
    """The tokens of a grant that is not kept yet."""

    grant: Grant

    def current(self) -> str:
        """Return the token."""
        return self.grant.access

    def renewed(self) -> str:
        """Return the token: it is as new as can be."""
        return self.grant.access


def read_returned(address: str) -> dict[str, str]:
    """Return the parameters of the address that a browser ended at; raise InputError for none."""
    try:
        told = dict(parse_qsl(urlsplit(address.strip()).query, max_num_fields=20))
    except ValueError:
        told = {}
    if "state" not in told:
        raise InputError(
            "that is not the address the browser ended at",
            hint="copy it whole from the address bar: it holds code= and state=",
            code="books_returned",
        )
    return told
