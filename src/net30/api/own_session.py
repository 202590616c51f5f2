"""Own session: what only a person who is signed in does over the API, and no program."""

from __future__ import annotations

from net30.api.auth import bearer_of
from net30.api.visit import Visit
from net30.domain.identity.secret import fingerprint
from net30.kernel.errors import Forbidden
from net30.services.identity.recent_session import check_may_change_access


def session_of(visit: Visit) -> str:
    """Return the id of the session that asks; raise Forbidden (session_only) for a key."""
    if not visit.is_session:
        raise Forbidden(
            "a key has no sessions, passkeys or second factor",
            hint="sign in: POST /api/v1/sessions",
            code="session_only",
        )
    return fingerprint(bearer_of(visit.request))


def check_recent(visit: Visit) -> None:
    """Raise Forbidden unless this session may change how its user signs in.

    Its codes: session_only for a key, recent for a sign-in of long ago, confined for one that an
    organisation's own server vouched for.
    """
    app = visit.app
    check_may_change_access(app.world.accounts, session_of(visit), app.clock())
