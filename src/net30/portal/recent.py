"""Recent: who changes how they sign in has to have signed in just now, and for all they are."""

from __future__ import annotations

from net30.portal.visit import Visit
from net30.services.identity import recent_session


def check_may_change_access(visit: Visit) -> None:
    """Raise Forbidden (recent, confined) unless this session may change how its user signs in."""
    app = visit.app
    recent_session.check_may_change_access(app.world.accounts, visit.session_id, app.clock())
