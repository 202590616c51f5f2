"""Second factors: the codes of an app that signing in asks for, set up and removed by their user.

Only a person's own session that is a few minutes old may change them: no key, no older session.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.responses import Response

from net30.api.auth import sender_of
from net30.api.own_session import check_recent, session_of
from net30.api.resource import Resource
from net30.api.visit import Change, Changing, Looking, Visit
from net30.domain.identity.second_factor import SecondFactor
from net30.services.identity.log_in import SignIn
from net30.services.identity.second_factor import (
    confirm_second_factor,
    remove_second_factor,
    set_up_second_factor,
)
from net30.services.identity.sign_in_steps import prove_own_code

routes = Resource("second factors", "The codes that signing in asks for.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorShown:
    """Whether signing in asks for a code, and how many recovery codes are left."""

    asked_for: bool
    recovery_codes_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorSecret:
    """What an authenticator app needs: the secret to type, or the link as a QR code.

    It is told this once: whoever sends the request again gets none.
    """

    secret: str = field(repr=False)
    link: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code of the app; a recovery code does as well where there is one already."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodes:
    """Codes for when the app is lost, each good once; told this once."""

    codes: tuple[str, ...] = field(repr=False)


@routes.get("/me/second-factor", (), gives=SecondFactorShown)
def get_own_second_factor(visit: Looking) -> Response:
    """Tell whether your sign-in asks for a code of your app."""
    session_of(visit)
    return visit.reply(_shown(visit))


@routes.post("/me/second-factor", (), gives=SecondFactorSecret, status=201)
def set_up_own_second_factor(visit: Changing) -> Response:
    """Make a secret for your app; it counts once a code of it is confirmed."""
    check_recent(visit)

    def made() -> SecondFactorSecret:
        app = visit.app
        one = set_up_second_factor(
            app.world.accounts, app.second_factors, visit.principal.user, app.clock()
        )
        return SecondFactorSecret(secret=one.secret, link=one.link)

    return visit.once_apart(made, hidden=lambda _: SecondFactorSecret(secret="", link=""))


@routes.post(
    "/me/second-factor/confirm", (), takes=Code, gives=RecoveryCodes, example={"code": "123456"}
)
def confirm_own_second_factor(visit: Changing) -> Response:
    """Confirm the secret by a first code; the answer has the recovery codes, this once."""
    check_recent(visit)
    code = visit.body(Code).code

    def confirmed() -> RecoveryCodes:
        app, user = visit.app, visit.principal.user
        return RecoveryCodes(
            codes=confirm_second_factor(
                app.world.accounts, app.second_factors, user, code, app.clock()
            )
        )

    return visit.once_apart(confirmed, hidden=lambda _: RecoveryCodes(codes=()))


@routes.post(
    "/me/second-factor/remove", (), takes=Code, gives=SecondFactorShown, example={"code": "123456"}
)
def remove_own_second_factor(visit: Changing) -> Response:
    """Ask for no code any more; a code of the app, or a recovery code, is needed once again."""
    check_recent(visit)
    attempt = _attempt(visit, visit.body(Code).code)

    def removed() -> SecondFactorShown:
        app, user = visit.app, visit.principal.user
        prove_own_code(app.world.accounts, app.second_factors, user, attempt, app.clock())
        remove_second_factor(app.world.accounts, user, user, app.clock())
        return _shown(visit)

    return visit.once_apart(removed)


def _attempt(visit: Change, code: str) -> SignIn:
    return SignIn(email="", password="", code=code, source=sender_of(visit.request))


def _shown(visit: Visit) -> SecondFactorShown:
    with visit.app.world.accounts.reading() as tx:
        factor = tx.get(SecondFactor, visit.principal.user)
    return SecondFactorShown(
        asked_for=bool(factor and factor.is_asked_for),
        recovery_codes_left=len(factor.recovery) if factor else 0,
    )
