"""Account: who one is, the organisation at work, where one is signed in, the second factor."""

from __future__ import annotations

from starlette.responses import Response

from net30.documents.view.qr import draw
from net30.domain.identity.second_factor import SecondFactor
from net30.domain.identity.user import User
from net30.domain.organisation import Organisation
from net30.kernel.errors import Forbidden, Net30Error
from net30.language.dates import write_date
from net30.portal.page import Pages
from net30.portal.recent import check_may_change_access
from net30.portal.visit import Visit
from net30.services.identity.choose_organisation import choose_organisation, organisations_of
from net30.services.identity.log_out import end_session, open_sessions
from net30.services.identity.second_factor import (
    SetUp,
    confirm_second_factor,
    remove_second_factor,
    set_up_second_factor,
    waiting_second_factor,
)
from net30.services.identity.sign_in_steps import prove_own_code

pages = Pages()


@pages.get("/")
def start(visit: Visit) -> Response:
    """Where there are no screens, one's own page is the start."""
    return visit.go("/account")


@pages.get("/account")
def account(visit: Visit) -> Response:
    """Show who one is here."""
    return _account(visit)


@pages.post("/account/organisation")
def work_for(visit: Visit) -> Response:
    """Work for another organisation from now on."""
    choose_organisation(
        visit.app.world.accounts, visit.session_id, visit.said("organisation"), visit.app.clock()
    )
    return visit.go("/account")


@pages.post("/account/sessions/end")
def end_one(visit: Visit) -> Response:
    """End one of one's own sessions."""
    app = visit.app
    end_session(app.world.accounts, visit.principal.user, visit.said("session"), app.clock())
    return visit.go("/account")


@pages.post("/account/sessions/end-others")
def end_others(visit: Visit) -> Response:
    """End every session but this one."""
    app, user = visit.app, visit.principal.user
    for one in open_sessions(app.world.accounts, user, app.clock()):
        if one.id != visit.session_id:
            end_session(app.world.accounts, user, one.id, app.clock())
    return visit.go("/account")


@pages.post("/account/second-factor")
def set_up(visit: Visit) -> Response:
    """Show what an authenticator app reads."""
    check_may_change_access(visit)
    app = visit.app
    made = set_up_second_factor(
        app.world.accounts, app.second_factors, visit.principal.user, app.clock()
    )
    return _set_up(visit, made)


@pages.post("/account/second-factor/confirm")
def confirm(visit: Visit) -> Response:
    """Take a first code; show the recovery codes, once."""
    check_may_change_access(visit)
    app = visit.app
    try:
        codes = confirm_second_factor(
            app.world.accounts,
            app.second_factors,
            visit.principal.user,
            visit.said("code"),
            app.clock(),
        )
    except Forbidden as error:
        made = waiting_second_factor(app.world.accounts, app.second_factors, visit.principal.user)
        return _set_up(visit, made, error)
    return visit.show("recovery_codes", codes=codes)


@pages.post("/account/second-factor/remove")
def remove(visit: Visit) -> Response:
    """Remove the second factor, for a code of it."""
    check_may_change_access(visit)
    app, user = visit.app, visit.principal.user
    attempt = visit.attempt(code=visit.said("code"))
    try:
        prove_own_code(app.world.accounts, app.second_factors, user, attempt, app.clock())
    except Net30Error as error:
        return _account(visit, error)
    remove_second_factor(app.world.accounts, user, user, app.clock())
    return visit.go("/account")


def _account(visit: Visit, error: Net30Error | None = None) -> Response:
    app, who = visit.app, visit.principal
    with app.world.accounts.reading() as tx:
        user, factor = tx.load(User, who.user), tx.get(SecondFactor, who.user)
    language = visit.words.language
    sessions = open_sessions(app.world.accounts, who.user, app.clock())
    mine = organisations_of(app.world.accounts, who.user)
    rows = [
        (
            one.id,
            one.agent,
            f"{write_date(one.made_at.date(), language)}, {one.made_at:%H:%M} UTC",
            one.id == visit.session_id,
        )
        for one in sessions
    ]
    return visit.show(
        "account",
        email=user.email,
        organisations=[(one, _company(visit, one)) for one in mine],
        organisation=who.organisation,
        sessions=rows,
        confined=any(one.confined for one in sessions if one.id == visit.session_id),
        asked=bool(factor and factor.is_asked_for),
        codes_left=len(factor.recovery) if factor else 0,
        error=error,
    )


def _set_up(visit: Visit, made: SetUp, error: Net30Error | None = None) -> Response:
    """Show a secret; after a wrong code the same, which the app has read already."""
    drawn = draw(made.link)
    assert drawn is not None
    return visit.show("set_up", secret=made.secret, code=drawn.svg, error=error)


def _company(visit: Visit, organisation: str) -> str:
    with visit.app.world.store.reading(organisation) as books:
        return books.load(Organisation, organisation).value.party.name or organisation
