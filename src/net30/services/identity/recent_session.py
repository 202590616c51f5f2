"""Recent session: who changes how they sign in came in just now, and for all they are."""

from __future__ import annotations

from datetime import datetime, timedelta

from net30.domain.identity.session import Session
from net30.kernel.errors import Forbidden
from net30.ports.accounts import Accounts

RECENT = timedelta(minutes=15)
"""After that a session may have been left open at a desk."""


def check_may_change_access(accounts: Accounts, session_id: str, now: datetime) -> None:
    """Raise Forbidden unless a session may change how its user signs in.

    Not one that is older than RECENT (code recent), nor one that an organisation's own sign-on
    vouched for (code confined): what it changed would count in the user's other organisations.
    """
    with accounts.reading() as tx:
        session = tx.load(Session, session_id)
    if session.confined:
        raise Forbidden(
            "a session by single sign-on cannot change how its user signs in",
            hint="sign in with the password first",
            code="confined",
        )
    if now - session.made_at > RECENT:
        raise Forbidden(
            "this sign-in is too old to change how you sign in",
            hint="sign out, sign in again, and repeat it",
            code="recent",
        )
